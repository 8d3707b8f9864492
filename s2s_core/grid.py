"""A grid: several values of some settings, and one run for each combination of them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Self

from s2s_core.configs import RunConfig
from s2s_core.errors import BadConfig, S2SError
from s2s_core.experiment import (
    SECTIONS,
    all_knobs,
    fields_of_kind,
    merged,
    nested,
    parsed_value,
    parted_setting,
    value_for,
)
from s2s_core.knobs import Knob, title_of
from s2s_core.presets import read_preset, title_of_preset

PRESET = "preset"  # varied like a setting: architectures, each with the training that it needs
MOST_RUNS = 60
SEPARATOR = " · "
MANY_DECADES = 1e4  # highest over lowest value of what is told by its decade

Values = Mapping[str, Any]  # of one run: what it has of each setting that is varied
Say = Callable[[str], str]  # puts a text into the language of who reads it


def accept(config: RunConfig) -> None:
    """Find nothing wrong with a config: its names are checked elsewhere."""


@dataclass(frozen=True)
class Grid:
    """The settings that are varied, each by its full key, with its values in order."""

    axes: tuple[tuple[str, tuple[Any, ...]], ...]

    def __post_init__(self) -> None:
        keys = [key for key, _ in self.axes]
        for key, values in self.axes:
            if keys.count(key) > 1:
                raise BadConfig("{key} is varied twice; name all its values at once", key=key)
            if len(values) < 2:
                raise BadConfig("{key} needs two values or more, parted by commas", key=key)
            for number, value in enumerate(values):
                if value in values[:number]:
                    raise BadConfig(
                        "{key} is to be {value} twice", key=key, value=value_in_words(key, value)
                    )
        if len(self) > MOST_RUNS:
            raise BadConfig(
                "these values make {runs} runs; at most {most} are compared at once",
                runs=len(self), most=MOST_RUNS,
            )  # fmt: skip

    @classmethod
    def parse(cls, assignments: Sequence[str]) -> Self:
        """Read assignments such as "training.learning_rate=1e-3,3e-3"."""
        return cls(tuple(map(_axis, assignments)))

    def __len__(self) -> int:
        """Count the runs that it takes."""
        return math.prod(len(values) for _, values in self.axes)

    @property
    def keys(self) -> tuple[str, ...]:
        """The settings that are varied."""
        return tuple(key for key, _ in self.axes)

    def combinations(self) -> list[dict[str, Any]]:
        """Return what each run has of each setting; the last one turns fastest."""
        every = itertools.product(*(values for _, values in self.axes))
        return [dict(zip(self.keys, values, strict=True)) for values in every]

    def configs(
        self,
        base: RunConfig,
        changes: Sequence[Mapping[str, Any]] = (),
        check: Callable[[RunConfig], None] = accept,
    ) -> list[RunConfig]:
        """Return a config for each combination, laid over a base and changes of it.

        A preset comes below the changes; of these it leaves out what its architecture has not.
        What cannot be, or does not pass the `check`, is refused by the name of its combination.
        """
        found = []
        for values in self.combinations():
            # Another kind of encoder drops what it has not: it comes before what is set of it.
            kinds_first = sorted(values.items(), key=lambda item: not item[0].endswith(".kind"))
            settings = [nested(key, value) for key, value in kinds_first if key != PRESET]
            try:
                config = merged(base, *_start(values.get(PRESET), changes), *settings)
                check(config)
            except S2SError as error:
                raise BadConfig(
                    "{combination} cannot be trained: {why}",
                    combination=title(values), why=error,
                ) from None  # fmt: skip
            found.append(config)
        return found


def can_vary(key: str) -> bool:
    """Tell whether values of a setting can be parted by commas: numbers, switches and choices."""
    found = _knob(key)
    if found is None or found.type is tuple:
        return False
    return found.type is not str or bool(found.names or found.choices)


def is_varied(assignment: str) -> bool:
    """Tell whether an assignment names several values, and not one with commas of its own."""
    key, value = parted_setting(assignment)
    return "," in value and can_vary(key)


def title(values: Values, say: Say = str) -> str:
    """Return what a run of a grid is called: "Learning rate 1e-3 · Layers 2"."""
    names = headings(tuple(values), say)
    told = (value_in_words(key, value, say) for key, value in values.items())
    return SEPARATOR.join(f"{name} {value}" for name, value in zip(names, told, strict=True))


def folder_name(values: Values) -> str:
    """Return a name for the folder of a run: "learning-rate-1e-3-attention-dot"."""
    told = (
        v if isinstance(v, str) else value_in_words(k, v).replace(",", "")
        for k, v in values.items()
    )
    parts = zip(headings(tuple(values)), told, strict=True)
    words = "-".join(f"{name} {value}" for name, value in parts).lower()
    return "".join(c if c.isalnum() or c in ".-_" else "-" for c in words)


def headings(keys: Sequence[str], say: Say = str) -> list[str]:
    """Return what the forms call these settings; with the section, where two are called alike."""
    labels = [say(_label(key)) for key in keys]
    return [
        label
        if labels.count(label) == 1
        else f"{say(_section(key))} {label[:1].lower()}{label[1:]}"
        for key, label in zip(keys, labels, strict=True)
    ]


def value_in_words(key: str, value: Any, say: Say = str) -> str:
    """Return a value as it is read: "3e-3", "off", "Dot product"."""
    if isinstance(value, bool):
        return say("on") if value else say("off")
    if key == PRESET:
        return title_of_preset(value, say)
    if isinstance(value, str):
        return say(title_of(value))
    found = _knob(key)
    if value == 0 and found and found.zero:
        return say(found.zero)
    if float(value).is_integer() and abs(value) < 1e12:
        return f"{int(value):,}"
    return _short(
        value,
        spans_decades=bool(
            found and found.low and found.high and found.high / found.low >= MANY_DECADES
        ),
    )


def _axis(assignment: str) -> tuple[str, tuple[Any, ...]]:
    key, given = parted_setting(assignment)
    texts = [text.strip() for text in given.split(",")]
    if _knob(key) is not None and not can_vary(key):
        raise BadConfig("{key} cannot be varied: only numbers, switches and choices can", key=key)
    if "" in texts:
        raise BadConfig("{key} lacks a value before or after a comma: {given}", key=key,
                        given=repr(given))  # fmt: skip
    if key == PRESET:
        for name in texts:
            read_preset(name)  # which knows what there is
        return key, tuple(texts)
    return key, tuple(value_for(key, parsed_value(text)) for text in texts)


def _start(preset: str | None, changes: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return a preset, if there is one, and the changes that are laid over it."""
    if preset is None:
        return list(changes)
    start = read_preset(preset)
    return [start, *(_fitting(change, start["model"]) for change in changes)]


def _fitting(change: Mapping[str, Any], model: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a change without the settings that only other architectures have."""
    fitting = dict(change.get("model", {}))
    for side, given in fitting.items():
        section = f"model.{side}"
        if section in SECTIONS and isinstance(given, Mapping):
            own = fields_of_kind(section, given.get("kind", model[side]["kind"]))
            known = {name for config in SECTIONS[section] for name in config.model_fields}
            fitting[side] = {k: v for k, v in given.items() if k in own or k not in known}
    return {**change, "model": fitting} if fitting else change


def _knob(key: str) -> Knob | None:
    return _knobs().get(key)


@cache
def _knobs() -> dict[str, Knob]:
    return {knob.key: knob for knob in all_knobs()}


def _label(key: str) -> str:
    found = _knob(key)
    return found.label if found else title_of(key)


def _section(key: str) -> str:
    return title_of(key.rpartition(".")[0].rpartition(".")[2])


def _short(value: float, *, spans_decades: bool) -> str:
    """Write a number as short as can be: 0.1, 2.5e-4; 3e-2, where it is told by its decade."""
    exact = Decimal(repr(value)).normalize()  # with as many digits as tell it from all others
    sign, (first, *rest), power = exact.as_tuple()
    point = "." if rest else ""
    mantissa = "-" * sign + f"{first}{point}" + "".join(map(str, rest))
    scientific = f"{mantissa}e{int(power) + len(rest)}"
    if spans_decades and value < 1:
        return scientific
    return min(f"{exact:f}", scientific, key=len)
