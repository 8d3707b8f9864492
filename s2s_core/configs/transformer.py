"""Transformer encoders and decoders."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from s2s_core.configs.base import Config
from s2s_core.knobs import knob


class MultiHeadConfig(Config):
    """What all that is made of multi-head attention and feed-forward layers has in common."""

    kind: str
    layers: int = knob(
        2, low=1, high=24, unit="layers",
        help="Layers on top of each other. Raised: can learn more, each step takes longer, and "
        "training needs a longer warm-up.",
    )  # fmt: skip
    heads: int = knob(
        4, low=1, high=32, unit="heads",
        help="Attentions side by side in each layer; they share the hidden size, which must be a "
        "multiple. Raised: looks at more places at once, each more coarsely.",
    )  # fmt: skip
    hidden_size: int = knob(
        128, low=4, high=2048, unit="units",
        help="Width of the states and embeddings. Raised: learns more, needs more memory and time, "
        "and usually a lower learning rate.",
    )  # fmt: skip
    inner_size: int = knob(
        512, low=4, high=8192, unit="units",
        help="Width inside the feed-forward part of a layer, usually four times the hidden size. "
        "Raised: knows more, needs more memory and time.",
    )  # fmt: skip
    dropout: float = knob(
        0.1, zero="off", low=0, high=0.9,
        help="Share of values set to zero while training. Raised: over-fits later, learns more "
        "slowly; much above 0.5 it hardly learns.",
    )  # fmt: skip
    attention_dropout: float = knob(
        0.0, zero="off", low=0, high=0.9, advanced=True,
        help="Share of the attention's weights set to zero while training. Raised: over-fits "
        "later, and each step takes longer, as the fastest attention cannot be used.",
    )  # fmt: skip
    activation: str = knob(
        "relu", choices="activation", advanced=True,
        help="What stands between the two matrices of the feed-forward part. All three learn "
        "alike in small models.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.hidden_size % self.heads or self.hidden_size % 2:
            raise ValueError(
                f"hidden_size must be even and a multiple of heads; "
                f"{self.hidden_size} is not for {self.heads} heads"
            )
        return self


class TransformerConfig(MultiHeadConfig):
    """What a Transformer's encoder and decoder have in common."""

    kind: Literal["transformer"] = knob(
        "transformer", title="Cell",
        advanced=True,
        help="What each layer is made of. LSTM and GRU remember longer than a plain RNN; a "
        "Transformer looks at all words at once.",
    )  # fmt: skip
    norm: str = knob(
        "pre", choices="norm", advanced=True, title="Layer norm",
        help="Where each layer normalises its values; before its parts it trains more easily. "
        "After them, as first published, it wants a warm-up and a lower learning rate.",
    )  # fmt: skip
    positions: str = knob(
        "sinusoidal", choices="positions", advanced=True,
        help="How the order of the pieces is known. Without positions an encoder sees a bag of "
        "pieces.",
    )  # fmt: skip
    known_positions: int = knob(
        256, low=1, high=10_000, unit="positions", advanced=True,
        help="How many learned positions there are; what comes later in a sentence shares the "
        "last. Raised: longer sentences keep their order, more parameters.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _check_positions(self) -> Self:
        if self.positions == "rotary" and self.hidden_size // self.heads % 2:
            raise ValueError(
                f"rotary positions need heads of an even size; hidden_size {self.hidden_size} "
                f"over {self.heads} heads gives {self.hidden_size // self.heads}"
            )
        return self


class TransformerEncoderConfig(TransformerConfig):
    """Layers of self-attention over the source (Vaswani et al. 2017)."""

    shared_embedding: bool = knob(
        False, advanced=True,
        help="Use the decoder's embedding for the source as well; needs a joint vocabulary. On: "
        "fewer parameters, and what one side learns helps the other.",
    )  # fmt: skip


class TransformerDecoderConfig(TransformerConfig):
    """Layers of self-attention over the target and attention to the source."""

    tied_embedding: bool = knob(
        True, advanced=True,
        help="Use the target embedding as the output layer as well (Press and Wolf 2017). On: "
        "fewer parameters, often a little better.",
    )  # fmt: skip
