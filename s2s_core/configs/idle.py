"""Knobs that have no effect as things stand, and why."""

from __future__ import annotations

from collections.abc import Callable

from s2s_core.configs.run import RunConfig

Idle = tuple[Callable[[RunConfig], bool], str]  # when a knob has no effect, and why

IDLE: dict[str, Idle] = {
    "training.warmup_steps": (
        lambda config: config.training.schedule == "constant",
        "It has no effect while the schedule is constant.",
    ),
    **dict.fromkeys(
        ("decoding.beam_size", "decoding.n_best", "decoding.length_penalty"),
        (
            lambda config: config.decoding.search != "beam",
            "It has no effect: only beam search weighs several hypotheses.",
        ),
    ),
    "data.builtin_pairs": (
        lambda config: not config.data.builtin,
        "It has no effect: the corpus comes from files.",
    ),
    **dict.fromkeys(
        ("data.held_out_percent", "data.held_out_most", "data.seed"),
        (
            lambda config: bool(config.data.validation),
            "It has no effect: there are validation files.",
        ),
    ),
}


def idle_reason(config: RunConfig, key: str) -> str:
    """Return why a knob has no effect as things stand; empty where it has."""
    test, why = IDLE.get(key, (lambda _: False, ""))
    return why if test(config) else ""
