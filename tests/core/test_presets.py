"""Presets: one of each size for each architecture, and one more, honest about their use."""

from __future__ import annotations

import re

import pytest

from s2s_core import presets
from s2s_core.configs import RunConfig
from s2s_core.data.toy_tasks import TOY_TASKS
from s2s_core.errors import BadConfig
from s2s_core.experiment import kinds_of, merged
from s2s_core.presets import preset_helps, preset_names, preset_times, read_preset
from s2s_core.resources import resource
from s2s_core.runs.catalog import check

SIZES = ("tiny", "small", "base")
BESIDE = {  # for what the sizes cannot
    "convolutional-wide", "gru-copying", "lstm-copying", "rnn-averaged", "transformer-averaged",
    "transformer-rotary",
}  # fmt: skip
KINDS = kinds_of("model.decoder")


def test_every_architecture_has_every_size() -> None:
    assert set(preset_names()) == {f"{kind}-{size}" for kind in KINDS for size in SIZES} | BESIDE


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_loads_and_checks(name: str) -> None:
    config = merged(RunConfig(), read_preset(name))
    check(config)
    kind = name.partition("-")[0]
    assert config.model.encoder.kind == config.model.decoder.kind == kind
    assert read_preset(name)["format"] == 1


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_says_in_a_sentence_what_it_is_for(name: str) -> None:
    first = resource(f"presets/{name}.toml").read_text(encoding="utf-8").partition("\n")[0]
    assert re.fullmatch(r"# An? [^.]+\.", first)
    assert preset_helps()[name] == first.removeprefix("# ")


def test_sizes_grow() -> None:
    for kind in KINDS:
        widths = [
            merged(RunConfig(), read_preset(f"{kind}-{size}")).model.encoder.hidden_size
            for size in SIZES
        ]
        assert widths == sorted(set(widths))


def test_times_are_of_presets_and_corpora_that_there_are() -> None:
    times = preset_times()
    assert times.keys() <= set(preset_names())
    for seconds in times.values():
        assert seconds.keys() <= set(TOY_TASKS)
        assert all(value is None or 1 < value < 1000 for value in seconds.values())


def test_the_quickest_preset_is_the_one_of_the_least_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times = {"gru-tiny": {"copy": 9.0, "reverse": None}, "rnn-tiny": {"copy": 8.0, "dates": 7.0}}
    monkeypatch.setattr(presets, "preset_times", lambda: times)
    assert presets.quickest_presets() == {"copy": ("rnn-tiny", 8.0), "dates": ("rnn-tiny", 7.0)}


def test_a_preset_keeps_the_corpus() -> None:
    mine = merged(RunConfig(), {"data": {"builtin": "", "train": ["mine.tsv"]}})
    for name in preset_names():
        assert merged(mine, read_preset(name)).data.train == ("mine.tsv",)


def test_an_unknown_preset_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadConfig, match=r"no preset 'huge'; there are convolutional-base, "):
        read_preset("huge")
