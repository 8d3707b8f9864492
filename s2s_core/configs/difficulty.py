"""How hard a built-in corpus is."""

from __future__ import annotations

from s2s_core.configs.base import Config
from s2s_core.knobs import knob


class DifficultyConfig(Config):
    """How hard the built-in corpus is; what is 0 is as the corpus has it by itself.

    Each corpus has its own ends and units, or does not know a knob at all: `TOY_TASKS` says so.
    """

    length: int = knob(
        0, low=0, high=1000, advanced=True, title="Length",
        help="How long the sources of the built-in corpus are: letters, digits or clauses, as it "
        "has them; 0: as it is by itself. Raised: attention has further to look, and learning "
        "takes longer.",
    )  # fmt: skip
    vocabulary: int = knob(
        0, low=0, high=10_000, advanced=True, title="Words",
        help="How many different words or letters the built-in corpus is made of; 0: as many "
        "as it has by itself. Raised: each is seen less often, so that more pairs and more steps "
        "are needed.",
    )  # fmt: skip
    noise: int = knob(
        0, low=0, high=100, unit="%", advanced=True, title="Noise",
        help="Share of the target words that are left out or exchanged for another, in training "
        "only: what is held out stays right. Raised: the loss stays higher, and the model must "
        "learn what most pairs agree on.",
    )  # fmt: skip
