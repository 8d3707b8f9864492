"""An experiment as a command: the command's own parser makes the same experiment of it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_core.cli import _parser
from s2s_core.commands.options import config_of
from s2s_core.configs import RunConfig
from s2s_core.errors import BadConfig
from s2s_core.experiment import SECTIONS, checked, kinds_of, knobs_in, merged, save_experiment
from s2s_core.knobs import Knob
from s2s_core.presets import preset_names, read_preset
from s2s_core.runs.catalog import CATALOG, check
from s2s_core.shell import as_command

KINDS = kinds_of("model.decoder")
FILES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)


def done(command: str) -> RunConfig:
    """Do what the shell and `s2s` would do with a line."""
    program, *arguments = shlex.split(command)
    assert program == "s2s"
    return config_of(_parser().parse_args(arguments))


def values_of(knob: Knob) -> st.SearchStrategy[Any]:
    """Return the values that a knob may take."""
    names = tuple(CATALOG[knob.choices]) if knob.choices else knob.names
    if names and not knob.key.endswith(".kind"):
        return st.sampled_from(names)
    if knob.type is bool:
        return st.booleans()
    if knob.type is int:
        assert knob.low is not None
        assert knob.high is not None
        return st.integers(int(knob.low), int(knob.high))
    if knob.type is float:
        return st.floats(knob.low, knob.high)
    return st.just(knob.default)


@st.composite
def configs(draw: st.DrawFn) -> RunConfig:
    """Draw an experiment with some of its knobs turned; corpora with any names."""
    kinds = {side: {"kind": draw(st.sampled_from(KINDS))} for side in ("encoder", "decoder")}
    preset = read_preset(draw(st.sampled_from(preset_names())))
    config = merged(RunConfig(), preset)
    if draw(st.booleans()):
        config = kept_if_valid(config, {"model": kinds})
    knobs = [knob for section in SECTIONS for knob in knobs_in(config, section)]
    for knob in draw(st.lists(st.sampled_from(knobs), max_size=6)):
        change: Any = draw(values_of(knob))
        for part in reversed(knob.key.split(".")):
            change = {part: change}
        config = kept_if_valid(config, change)
    if draw(st.booleans()):
        train, validation = (tuple(draw(st.lists(FILES, max_size=2))) for _ in range(2))
        change = {"train": train, "validation": validation, "builtin": "" if train else "reverse"}
        config = kept_if_valid(config, {"data": change})
    return config


def kept_if_valid(config: RunConfig, change: dict[str, Any]) -> RunConfig:
    try:
        changed = merged(config, change)
        check(changed)
        return changed
    except BadConfig:  # does not fit the rest
        return config


@given(configs(), st.sampled_from(["", *preset_names()]))
def test_the_command_does_what_the_experiment_says(config: RunConfig, preset: str) -> None:
    assert done(as_command(config, preset)) == config


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_as_it_is_needs_no_more_than_its_name(name: str) -> None:
    config = merged(RunConfig(), read_preset(name))
    assert as_command(config, name) == f"s2s train --preset {name}"


@pytest.mark.parametrize(
    ("changes", "command"),
    [
        ({}, "s2s train"),
        ({"data": {"builtin": "reverse"}}, "s2s train --builtin reverse"),
        ({"training": {"steps": 50}}, "s2s train --steps 50"),
        ({"training": {"minutes": 2.5, "steps": 0}}, "s2s train --minutes 2.5"),
        ({"training": {"minutes": 2.5, "steps": 9}}, "s2s train --minutes 2.5 --steps 9"),
        ({"training": {"device": "cpu"}}, "s2s train --device cpu"),
        ({"training": {"clip_norm": 0.5}}, "s2s train --set training.clip_norm=0.5"),
        (
            {
                "data": {
                    "builtin": "",
                    "train": ["my words.en", "$HOME.fr"],
                    "validation": ["v.tsv"],
                }
            },
            "s2s train --corpus 'my words.en' '$HOME.fr' --validation v.tsv",
        ),
        (
            {"data": {"builtin": "", "train": ["-x.tsv"]}},
            "s2s train --set data.builtin= --set 'data.train=[\"-x.tsv\"]'",
        ),
    ],
)
def test_the_command_says_only_what_is_different(changes: dict[str, Any], command: str) -> None:
    config = merged(RunConfig(), changes)
    assert as_command(config) == command
    assert done(command) == config


def test_without_a_name_the_preset_is_found_that_leaves_least_to_say() -> None:
    config = merged(RunConfig(), read_preset("transformer-base"), {"training": {"seed": 2}})
    assert as_command(config) == "s2s train --preset transformer-base --set training.seed=2"


def test_what_looks_like_a_number_stays_a_text() -> None:
    values = RunConfig().model_dump()
    values["data"] |= {"builtin": "5"}
    assert "--builtin 5" in as_command(checked(values))
    values["training"]["optimizer"] = "true"
    assert "'training.optimizer=\"true\"'" in as_command(checked(values))


def test_training_takes_what_was_saved(tmp_path: Path) -> None:
    config = merged(RunConfig(), read_preset("lstm-base"), {"data": {"builtin": "reverse"}})
    save_experiment(config, tmp_path / "my own.toml")
    assert done(shlex.join(["s2s", "train", str(tmp_path / "my own.toml")])) == config
