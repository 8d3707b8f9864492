"""Gradients: how those that are too large are made smaller before they move the weights."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from s2s_core.choices import Choices

# Changes the gradients of a model in place, given the threshold and their norm so far.
Clip = Callable[[nn.Module, float, Tensor], None]

SCORING = ("decoder.output", "reconstruction.output")  # of pieces of the target, and of the source
LEAST_NORM = 1e-3  # weights near zero are taken to be so large, or they could never leave it


def norm_of(model: nn.Module) -> Tensor:
    """Return the 2-norm of all gradients together."""
    return torch.nn.utils.get_total_norm([p.grad for p in model.parameters() if p.grad is not None])


def scale_gradients(model: nn.Module, scale: float | Tensor) -> None:
    """Multiply all gradients by one number."""
    for weight in model.parameters():
        if weight.grad is not None:
            weight.grad.mul_(scale)


def by_norm(model: nn.Module, threshold: float, norm: Tensor) -> None:
    """Scale all gradients alike where their norm together is larger: the direction is kept.

    Source: Pascanu, Mikolov and Bengio 2013, algorithm 1.
    """
    torch.nn.utils.clip_grads_with_norm_(model.parameters(), threshold, norm)


def by_value(model: nn.Module, threshold: float, norm: Tensor) -> None:
    """Cut each single number of the gradients at the threshold: the direction changes.

    Source: Mikolov 2012.
    """
    torch.nn.utils.clip_grad_value_(model.parameters(), threshold)


def adaptive(model: nn.Module, threshold: float, norm: Tensor) -> None:
    """Scale each unit's gradient by the size of its weights. Thresholds around 0.01 to 0.1.

    A unit is what feeds one output: a row of a matrix, an embedding, a whole vector. The layer
    that scores the pieces is left alone. Source: Brock et al. 2021, eq. (3) and section 4.1.
    """
    scoring = output_weights(model)
    for weight in model.parameters():
        if weight.grad is not None and id(weight) not in scoring:
            most = threshold * _unit_norms(weight.detach()).clamp(min=LEAST_NORM)
            weight.grad.mul_((most / _unit_norms(weight.grad).clamp(min=1e-12)).clamp(max=1.0))


def normalised(model: nn.Module, threshold: float, norm: Tensor) -> None:
    """Divide all gradients by their norm, also small ones: each step has the same length.

    The threshold is the norm that they get. Source: Hazan, Levy and Shalev-Shwartz 2015,
    algorithm 1.
    """
    scale_gradients(model, threshold / norm.clamp(min=1e-12))


def output_weights(model: nn.Module) -> set[int]:
    """Return the identities of the weights of the layers that score the pieces."""
    layers = [part for name, part in model.named_modules() if name in SCORING]
    return {id(weight) for layer in layers for weight in layer.parameters()}


def _unit_norms(weight: Tensor) -> Tensor:
    """Return the norm of each row, or of a vector as a whole; shaped to be multiplied with."""
    rest = tuple(range(1, weight.ndim)) or None
    norms: Tensor = torch.linalg.vector_norm(weight, dim=rest, keepdim=True)
    return norms


CLIPPINGS: Choices[Clip] = Choices(
    "clipping",
    {"norm": by_norm, "value": by_value, "adaptive": adaptive, "normalise": normalised},
)
