"""Convolutional encoders and decoders."""

from __future__ import annotations

from typing import Literal

from s2s_core.configs.base import Config
from s2s_core.knobs import knob


class ConvolutionalConfig(Config):
    """What a convolutional encoder and decoder have in common."""

    kind: Literal["convolutional"] = knob(
        "convolutional", title="Cell",
        advanced=True,
        help="What each layer is made of. A convolution sees a window of neighbours, and each "
        "layer on top sees further; all words are computed at once.",
    )  # fmt: skip
    layers: int = knob(
        3, low=1, high=24, unit="layers",
        help="Layers on top of each other; each widens what is seen by a window. Raised: words "
        "further apart are seen together, and each step takes longer.",
    )  # fmt: skip
    kernel_size: int = knob(
        3, low=1, high=15, unit="pieces", title="Window",
        help="How many neighbouring pieces each layer looks at. Raised: sees further with fewer "
        "layers, more parameters.",
    )  # fmt: skip
    hidden_size: int = knob(
        128, low=4, high=2048, unit="units",
        help="Width of the states and embeddings. Raised: learns more, needs more memory and time, "
        "and usually a lower learning rate.",
    )  # fmt: skip
    dropout: float = knob(
        0.1, zero="off", low=0, high=0.9,
        help="Share of values set to zero while training. Raised: over-fits later, learns more "
        "slowly; much above 0.5 it hardly learns.",
    )  # fmt: skip
    known_positions: int = knob(
        256, low=1, high=10_000, unit="positions", advanced=True,
        help="How many learned positions there are; what comes later in a sentence shares the "
        "last. Raised: longer sentences keep their order, more parameters.",
    )  # fmt: skip


class ConvolutionalEncoderConfig(ConvolutionalConfig):
    """Layers of gated convolutions over the source (Gehring et al. 2017)."""

    shared_embedding: bool = knob(
        False, advanced=True,
        help="Use the decoder's embedding for the source as well; needs a joint vocabulary. On: "
        "fewer parameters, and what one side learns helps the other.",
    )  # fmt: skip


class ConvolutionalDecoderConfig(ConvolutionalConfig):
    """Layers of gated convolutions over the target so far, each with attention to the source."""

    tied_embedding: bool = knob(
        False, advanced=True,
        help="Use the target embedding as the output layer as well (Press and Wolf 2017). On: "
        "fewer parameters, often a little better.",
    )  # fmt: skip
