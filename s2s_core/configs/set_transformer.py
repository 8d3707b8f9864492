"""The Set Transformer, an encoder that does not know the order of the pieces."""

from __future__ import annotations

from typing import Literal

from s2s_core.configs.transformer import MultiHeadConfig
from s2s_core.knobs import knob


class SetTransformerEncoderConfig(MultiHeadConfig):
    """Layers of attention through inducing points (Lee et al. 2019)."""

    kind: Literal["set_transformer"] = knob(
        "set_transformer", title="Cell",
        advanced=True,
        help="What each layer is made of. A Set Transformer sees which words there are and not "
        "where they stand: “the dog sees the cat” is “the cat sees the dog”.",
    )  # fmt: skip
    inducing_points: int = knob(
        16, low=1, high=512, unit="points",
        help="Vectors through which the pieces of a sentence tell each other what they are. "
        "Raised: more gets through, and long sentences take longer.",
    )  # fmt: skip
    shared_embedding: bool = knob(
        False, advanced=True,
        help="Use the decoder's embedding for the source as well; needs a joint vocabulary. On: "
        "fewer parameters, and what one side learns helps the other.",
    )  # fmt: skip
