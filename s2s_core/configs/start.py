"""What the weights are before the first step."""

from __future__ import annotations

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
        "", files=True, advanced=True, title="Source embeddings from",
        help="A text file of word2vec, GloVe or fastText whose vectors the source embeddings "
        "begin with, where a piece is a whole word; its width must be that of the embeddings. "
        "Helps most where there is little to learn from.",
    )  # fmt: skip
    target_embeddings: str = knob(
        "", files=True, advanced=True, title="Target embeddings from",
        help="The same for the target embeddings. Helps less than on the source side, as the "
        "decoder learns its own quickly.",
    )  # fmt: skip
    from_run: str = knob(
        "", folder=True, advanced=True, title="Go on from run",
        help="The folder of another run, whose best weights this one begins with where name and "
        "shape are the same; embeddings go by piece. A low learning rate keeps what it has "
        "learned (fine-tuning).",
    )  # fmt: skip
