"""How translations are searched for."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from s2s_core.configs.base import Config
from s2s_core.knobs import knob


class DecodingConfig(Config):
    """How a translation is searched for."""

    search: str = knob(
        "greedy", choices="search",
        help="How a translation is searched for. The more hypotheses it weighs, the better the "
        "translation usually is, and the slower.",
    )  # fmt: skip
    beam_size: int = knob(
        5, low=1, high=100, unit="hypotheses",
        help="Hypotheses kept at each step of beam search. Raised: a little better, and slower; "
        "beyond 10 often worse again.",
    )  # fmt: skip
    n_best: int = knob(
        1, low=1, high=100, unit="hypotheses", title="Hypotheses given", advanced=True,
        help="How many of the hypotheses beam search gives. Raised: more alternatives, as far as "
        "the beam is wide.",
    )  # fmt: skip
    length_penalty: float = knob(
        1.0, low=0, high=5,
        help="Exponent that keeps long hypotheses in the race (Wu et al. 2016); 0 favours short "
        "ones. Raised: longer translations.",
    )  # fmt: skip
    length_limit: float = knob(
        2.0, low=0.5, high=20, unit="× the source", advanced=True,
        help="What does not end is cut at this many times the source's length, plus 10 pieces. "
        "Raised: longer sentences can be finished, and babble takes longer.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.search == "beam" and self.n_best > self.beam_size:
            raise ValueError(f"n_best {self.n_best} needs a beam_size of at least as many")
        return self
