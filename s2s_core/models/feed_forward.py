"""The feed-forward part of a layer, and what can stand between its two matrices."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from s2s_core.choices import Choices
from s2s_core.configs import MultiHeadConfig
from s2s_core.models.dropout import Dropout


class Relu(nn.ReLU):
    """What is below zero becomes zero; the oldest, and quick.

    Source: Vaswani et al. 2017, eq. (2).
    """


class Gelu(nn.GELU):
    """A smooth ReLU that lets a little through below zero.

    Source: Hendrycks and Gimpel 2016, section 2.
    """


class SwiGlu(nn.Module):
    """One half of the values, smoothed, opens and closes the other; often a little better.

    A third matrix makes the gate, so the inner size is cut to two thirds: as many parameters.
    Source: Shazeer 2020, "GLU Variants Improve Transformer", eq. (6), here with biases.
    """

    def forward(self, values: Tensor) -> Tensor:
        """values: [..., 2 * inner size]; returns half as many."""
        gate, value = values.chunk(2, dim=-1)
        return F.silu(gate) * value


class FeedForward(nn.Sequential):
    """The same two layers at each position (Vaswani et al. 2017, section 3.3)."""

    def __init__(self, config: MultiHeadConfig) -> None:
        activation = ACTIVATIONS[config.activation]
        is_gated = activation is SwiGlu
        inner = round(config.inner_size * 2 / 3) if is_gated else config.inner_size
        super().__init__(
            nn.Linear(config.hidden_size, inner * (2 if is_gated else 1)),
            activation(),
            Dropout(config.dropout),
            nn.Linear(inner, config.hidden_size),
        )


ACTIVATIONS: Choices[type[nn.Module]] = Choices(
    "activation", {"relu": Relu, "gelu": Gelu, "swiglu": SwiGlu}
)
