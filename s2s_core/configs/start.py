"""What the weights are before the first step."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from s2s_core.configs.base import Config
from s2s_core.knobs import knob


class StartConfig(Config):
    """Where training starts from."""

    initialisation: str = knob(
        "default", choices="initialisation", advanced=True, title="Weights drawn",
        help="How the weights are drawn before the first step. Too large and signals explode on "
        "their way through the layers, too small and they fade; the default suits each layer.",
    )  # fmt: skip
    source_embeddings: str = knob(
        "", files=True, advanced=True, title="Source vectors",
        help="A text file of word2vec, GloVe or fastText whose vectors the source embeddings "
        "begin with, where a piece is a whole word; its width must be that of the embeddings. "
        "Helps most where there is little to learn from.",
    )  # fmt: skip
    target_embeddings: str = knob(
        "", files=True, advanced=True, title="Target vectors",
        help="The same for the target embeddings. Helps less than on the source side, as the "
        "decoder learns its own quickly.",
    )  # fmt: skip
    from_run: str = knob(
        "", folder=True, advanced=True, title="Go on from run",
        help="The folder of another run, whose best weights this one begins with where name and "
        "shape are the same; embeddings go by piece. A low learning rate keeps what it has "
        "learned (fine-tuning).",
    )  # fmt: skip
    freeze_encoder: bool = knob(
        False, advanced=True,
        help="On: the encoder's layers stay as they are at the start, its embedding not counted. "
        "Steps are quicker, and what another run has learned of the source is not forgotten.",
    )  # fmt: skip
    freeze_decoder: bool = knob(
        False, advanced=True,
        help="On: the decoder's layers stay as they are at the start, its embedding and what is "
        "tied to it not counted. With random weights: shows how much the rest can make up for.",
    )  # fmt: skip
    freeze_embeddings: bool = knob(
        False, advanced=True,
        help="On: the embeddings of both sides stay as they are at the start, and an output layer "
        "that is tied to them. Vectors from a file keep what they know of rare words.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.freeze_encoder and self.freeze_decoder and self.freeze_embeddings:
            raise ValueError(
                "freeze_encoder, freeze_decoder and freeze_embeddings together leave nothing to "
                "learn; at least one of them must be off"
            )
        return self

    @property
    def frozen(self) -> StartConfig:
        """Only what is frozen: all that makes a difference to the time and memory of a step."""
        names = ("freeze_encoder", "freeze_decoder", "freeze_embeddings")
        return StartConfig(**{name: getattr(self, name) for name in names})
