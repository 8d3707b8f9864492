"""What presets set, and which of them an experiment is nearest to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from s2s_core.configs import Config, RunConfig
from s2s_core.experiment import SECTIONS, merged
from s2s_core.knobs import Knob, knobs_of
from s2s_core.presets import preset_names, read_preset

FIRST_PRESET = "gru-small"
OF_A_PRESET = ("model", "training", "objective", "regularisation", "start", "smaller")
KEYS_BEGIN = (*(f"{section}." for section in OF_A_PRESET), "data.tokenizer.")  # those of a preset


@cache
def changes_of(preset: str) -> dict[str, Any]:
    """Return what a preset sets."""
    return read_preset(preset)


@cache
def preset_values(preset: str) -> dict[str, Any]:
    """Return all values of a preset over the defaults, by key."""
    return dict(leaves(merged(RunConfig(), changes_of(preset)).model_dump()))


@cache
def known_knobs(*kinds: type[Config]) -> tuple[Knob, ...]:
    """Return all knobs there are with an encoder and a decoder of these kinds."""
    return tuple(
        knob
        for section, classes in SECTIONS.items()
        for config in classes
        if len(classes) == 1 or config in kinds
        for knob in knobs_of(config, section)
    )


def nearest_preset(config: RunConfig) -> str:
    """Return the preset of this architecture from which the fewest other settings differ.

    Where there is none of it, as for an encoder and a decoder of two kinds, that of the decoder's.
    """
    values = dict(leaves(config.model_dump(include=set(OF_A_PRESET))))

    def distance(name: str) -> tuple[bool, bool, int]:
        preset = preset_values(name)
        others = [
            preset[key] != values[key] for key in ("model.decoder.kind", "model.encoder.kind")
        ]
        own = {item for item in preset.items() if item[0].partition(".")[0] in OF_A_PRESET}
        return (others[0], others[1], len(values.items() ^ own))

    return min([FIRST_PRESET, *preset_names()], key=distance)


def leaves(values: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield all values by their whole keys, such as "model.encoder.layers"."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value
