"""What the weights are before the first step: the ways to draw them, in one table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from s2s_core.choices import Choices
from s2s_core.text.tokenizer import PADDING

# A recurrent layer keeps the matrices of its gates in one tensor: each is drawn by itself.
STACKED: dict[type[nn.Module], int] = {nn.RNN: 1, nn.GRU: 3, nn.LSTM: 4}
WITHOUT_MATRIX = (nn.LayerNorm, nn.RMSNorm, nn.GroupNorm)  # gains and shifts stay 1 and 0


class Default:
    """As is usual for each layer: Xavier for plain matrices, torch's own for recurrent ones.

    Source: Glorot and Bengio 2010, eq. (16); recurrent layers: uniform, ± 1 / root of their size.
    """

    def draw(self, module: nn.Module) -> None:
        """Draw what the plain layers learn; all else stays as its layer has drawn it."""
        for part in module.modules():
            if isinstance(part, nn.Linear):
                nn.init.xavier_uniform_(part.weight)
                if part.bias is not None:
                    nn.init.zeros_(part.bias)

    def draw_embedding(self, embedding: nn.Embedding, narrow: bool) -> None:
        """Draw embeddings so that the layers see unit variance.

        A recurrent network given smaller ones needs twice the steps to learn the phrasebook.
        `narrow`: they are an output layer too, or scaled up by the model.
        """
        nn.init.normal_(embedding.weight, std=embedding.embedding_dim**-0.5 if narrow else 1.0)


class EveryMatrix(Default):
    """The common ground of those that draw every matrix alike and begin biases at zero.

    Embeddings are looked up, not multiplied by, and so have no fan: they stay as by default.
    """

    def draw(self, module: nn.Module) -> None:
        """Draw every matrix, and set the biases."""
        for matrix in matrices(module):
            self.matrix(matrix)
        for bias in biases(module):
            self.bias(bias)

    def matrix(self, weight: Tensor) -> None:
        """Draw one matrix, [outputs, inputs]; of a convolution [outputs, inputs, width]."""
        raise NotImplementedError(type(self).__name__)

    def bias(self, weight: Tensor) -> None:
        """Set one bias."""
        nn.init.zeros_(weight)


class XavierUniform(EveryMatrix):
    """Xavier, uniform: signals keep their size forwards and gradients theirs backwards.

    Source: Glorot and Bengio 2010, eq. (16).
    """

    def matrix(self, weight: Tensor) -> None:
        """See `EveryMatrix.matrix`."""
        nn.init.xavier_uniform_(weight)


class XavierNormal(EveryMatrix):
    """Xavier, normal: as the uniform one, with a few larger weights.

    Source: Glorot and Bengio 2010, eq. (12).
    """

    def matrix(self, weight: Tensor) -> None:
        """See `EveryMatrix.matrix`."""
        nn.init.xavier_normal_(weight)


class KaimingUniform(EveryMatrix):
    """Kaiming, uniform: larger weights, which make up for what ReLU cuts off.

    Source: He et al. 2015, eq. (10), as a uniform distribution of the same variance.
    """

    def matrix(self, weight: Tensor) -> None:
        """See `EveryMatrix.matrix`."""
        nn.init.kaiming_uniform_(weight, nonlinearity="relu")


class KaimingNormal(EveryMatrix):
    """Kaiming, normal: larger weights, which make up for what ReLU cuts off.

    Source: He et al. 2015, eq. (10).
    """

    def matrix(self, weight: Tensor) -> None:
        """See `EveryMatrix.matrix`."""
        nn.init.kaiming_normal_(weight, nonlinearity="relu")


class Orthogonal(EveryMatrix):
    """Rotations: signals keep their length exactly, over many steps of a recurrent layer too.

    Source: Saxe, McClelland and Ganguli 2014, section 3.
    """

    def matrix(self, weight: Tensor) -> None:
        """See `EveryMatrix.matrix`."""
        nn.init.orthogonal_(weight)


class SmallUniform(EveryMatrix):
    """Everything between −0.08 and 0.08, whatever its size: what the first translators used.

    Source: Sutskever, Vinyals and Le 2014, section 3.4.
    """

    title = "Uniform ±0.08"

    def matrix(self, weight: Tensor) -> None:
        """See `EveryMatrix.matrix`."""
        nn.init.uniform_(weight, -0.08, 0.08)

    def bias(self, weight: Tensor) -> None:
        """Draw it as well: "all of the LSTM's parameters"."""
        nn.init.uniform_(weight, -0.08, 0.08)

    def draw_embedding(self, embedding: nn.Embedding, narrow: bool) -> None:
        """Draw embeddings like all the rest."""
        self.matrix(embedding.weight)


class SmallNormal(EveryMatrix):
    """Everything normal with a deviation of 0.02, whatever its size: as in GPT.

    Source: Radford et al. 2018, section 4.1.
    """

    title = "Normal 0.02"

    def matrix(self, weight: Tensor) -> None:
        """See `EveryMatrix.matrix`."""
        nn.init.normal_(weight, std=0.02)

    def draw_embedding(self, embedding: nn.Embedding, narrow: bool) -> None:
        """Draw embeddings like all the rest."""
        self.matrix(embedding.weight)


class Zeros(EveryMatrix):
    """All weights zero, to see why not: all units stay equal, and hardly anything is learned.

    Nothing tells two units of a layer apart, so that their gradients are the same; see Goodfellow,
    Bengio and Courville 2016, section 8.4.
    """

    title = "All zeros"

    def matrix(self, weight: Tensor) -> None:
        """See `EveryMatrix.matrix`."""
        nn.init.zeros_(weight)

    def draw_embedding(self, embedding: nn.Embedding, narrow: bool) -> None:
        """Set the embeddings to zero too."""
        self.matrix(embedding.weight)


def draw(
    modules: Iterable[nn.Module], embeddings: Iterable[tuple[nn.Embedding, bool]], kind: str
) -> None:
    """Draw all weights of these modules, then the embeddings; each of these says if it is narrow.

    Padding is embedded as nothing.
    """
    way = INITIALISATIONS[kind]()
    for module in modules:
        way.draw(module)
    for embedding, narrow in embeddings:
        way.draw_embedding(embedding, narrow)
        with torch.no_grad():
            embedding.weight[PADDING].zero_()


def matrices(module: nn.Module) -> Iterator[Tensor]:
    """Yield every matrix that something is multiplied by, those of recurrent gates one by one."""
    for part in module.modules():
        if isinstance(part, (nn.Embedding, *WITHOUT_MATRIX)):
            continue
        count = STACKED.get(type(part), 1)
        for name, weight in part.named_parameters(recurse=False):
            if name.startswith("weight") and weight.dim() > 1:
                yield from weight.detach().chunk(count)


def biases(module: nn.Module) -> Iterator[Tensor]:
    """Yield every bias of the layers that have matrices."""
    for part in module.modules():
        if not isinstance(part, WITHOUT_MATRIX):
            for name, weight in part.named_parameters(recurse=False):
                if name.startswith("bias"):
                    yield weight.detach()


INITIALISATIONS: Choices[Any] = Choices(
    "initialisation",
    {
        "default": Default,
        "xavier_uniform": XavierUniform,
        "xavier_normal": XavierNormal,
        "kaiming_uniform": KaimingUniform,
        "kaiming_normal": KaimingNormal,
        "orthogonal": Orthogonal,
        "uniform": SmallUniform,
        "normal": SmallNormal,
        "zeros": Zeros,
    },
)
