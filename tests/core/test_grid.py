"""Several values of some settings: how they are read, combined, named and refused."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_core.configs import RunConfig
from s2s_core.errors import BadConfig
from s2s_core.experiment import all_knobs, changed, value_of
from s2s_core.grid import (
    MOST_RUNS,
    Grid,
    can_vary,
    folder_name,
    headings,
    is_varied,
    title,
    value_in_words,
)
from s2s_core.knobs import Knob

RATES = st.lists(st.floats(1e-6, 10), min_size=2, max_size=5, unique=True)
WIDTHS = st.lists(st.integers(4, 2048), min_size=2, max_size=5, unique=True)


@settings(max_examples=25)
@given(rates=RATES, widths=WIDTHS)
def test_what_is_written_is_read_and_combined(rates: list[float], widths: list[int]) -> None:
    written = [", ".join(map(repr, rates)), ",".join(map(str, widths))]
    grid = Grid.parse(
        [f"training.learning_rate={written[0]}", f"model.encoder.embedding_size={written[1]}"]
    )
    assert grid.axes == (
        ("training.learning_rate", tuple(rates)),
        ("model.encoder.embedding_size", tuple(widths)),
    )
    runs = [tuple(values.values()) for values in grid.combinations()]
    assert runs == [(rate, width) for rate in rates for width in widths]
    assert len(grid) == len(runs)
    for config, (rate, width) in zip(grid.configs(RunConfig()), runs, strict=True):
        assert config.training.learning_rate == rate
        assert value_of(config, "model.encoder.embedding_size") == width


@settings(max_examples=50)
@given(st.text())
def test_any_text_is_a_grid_or_gets_a_sentence(text: str) -> None:
    for key in ("training.learning_rate", "model.decoder.kind", "training.compile", text):
        with suppress(BadConfig):
            assert len(Grid.parse([f"{key}={text}"])) > 1


def test_switches_and_choices_are_varied() -> None:
    grid = Grid.parse(["data.tokenizer.joint=true,false", "model.decoder.attention=dot,additive"])
    assert [tuple(values.values()) for values in grid.combinations()] == [
        (True, "dot"), (True, "additive"), (False, "dot"), (False, "additive"),
    ]  # fmt: skip


def test_another_kind_brings_what_is_set_of_it() -> None:
    heads = Grid.parse(
        ["model.encoder.heads=2,4", "model.encoder.kind=transformer,set_transformer"]
    )
    found = heads.configs(RunConfig())
    assert [value_of(config, "model.encoder.heads") for config in found] == [2, 2, 4, 4]


def test_changes_come_between_the_base_and_the_values() -> None:
    grid = Grid.parse(["training.seed=1,2"])
    changes = {"training": {"seed": 7, "optimizer": "sgd"}}
    found = [config.training for config in grid.configs(RunConfig(), [changes])]
    assert [(t.seed, t.optimizer) for t in found] == [(1, "sgd"), (2, "sgd")]


def test_presets_are_varied_and_changes_are_laid_over_each_as_far_as_they_fit() -> None:
    grid = Grid.parse(["preset=lstm-small, transformer-small", "training.seed=1,2"])
    of_gru = {"encoder": {"layers": 2, "bidirectional": False}, "decoder": {"layers": 2}}
    found = grid.configs(RunConfig(), [{"model": of_gru, "training": {"clip_norm": 3.0}}])
    lstm, _, transformer, _ = found
    assert [config.training.seed for config in found] == [1, 2, 1, 2]
    assert [lstm.model.decoder.kind, transformer.model.decoder.kind] == ["lstm", "transformer"]
    assert all(config.model.encoder.layers == 2 for config in found)
    assert all(config.training.clip_norm == 3.0 for config in found)
    assert value_of(lstm, "model.encoder.bidirectional") is False
    assert value_of(transformer, "model.encoder.heads") == 4
    assert (lstm.training.learning_rate, transformer.training.learning_rate) == (3e-3, 3e-3)
    assert transformer.training.warmup_steps == 400
    assert title(grid.combinations()[2]) == "Preset Transformer small · Seed 1"
    assert folder_name(grid.combinations()[2]) == "preset-transformer-small-seed-1"


def test_what_no_architecture_has_is_refused_beside_presets_too() -> None:
    presets = Grid.parse(["preset=lstm-tiny,transformer-tiny"])
    with pytest.raises(BadConfig, match=r"Preset LSTM tiny .* model\.encoder\.hiden_size"):
        presets.configs(RunConfig(), [{"model": {"encoder": {"hiden_size": 8}}}])
    attention = Grid.parse([
        "preset=transformer-tiny,lstm-tiny", "model.decoder.attention=dot,additive",
    ])  # fmt: skip
    with pytest.raises(BadConfig, match="Preset Transformer tiny · Attention Dot product cannot"):
        attention.configs(RunConfig())


def test_only_what_is_parted_by_commas_is_varied() -> None:
    assert is_varied("training.learning_rate=1e-3,3e-3")
    assert not is_varied("training.learning_rate=1e-3")
    assert not is_varied("start.from_run=runs/a,b")  # the comma is part of the name
    assert not is_varied('data.train=["a.tsv","b.tsv"]')
    assert not is_varied("training.learning_rat=1,2")  # refused as a single one would be


@pytest.mark.parametrize("knob", list(all_knobs()), ids=lambda knob: knob.key)
def test_lists_and_free_text_keep_their_commas(knob: Knob) -> None:
    is_choice = bool(knob.names or knob.choices)
    assert can_vary(knob.key) == (
        knob.type in (int, float, bool) or (knob.type is str and is_choice)
    )


@pytest.mark.parametrize(
    ("assignment", "value"),
    [
        ("training.learning_rate", "abc"), ("training.learning_rate", 11), ("training.steps", 1.5),
        ("training.learning_rat", 1), ("nothing", 1), ("training", 1), ("training.seed.more", 1),
        ("model.encoder.kind", "elman"), ("training.precision", "float8"),
        ("model.encoder.residual", 3),
    ],
)  # fmt: skip
def test_wrong_values_get_the_sentence_of_a_single_one(assignment: str, value: Any) -> None:
    with pytest.raises(BadConfig) as single:
        changed(RunConfig(), assignment, value)
    with pytest.raises(BadConfig) as several:
        Grid.parse([f"{assignment}={value},{value}"])
    assert str(several.value) == str(single.value)


@pytest.mark.parametrize(
    ("assignments", "sentence"),
    [
        (["training.seed=1"], "training.seed needs two values or more, parted by commas"),
        (["training.learning_rate=1e-3,0.001"], "training.learning_rate is to be 1e-3 twice"),
        (["training.seed=1,2"] * 2, "training.seed is varied twice; name all its values at once"),
        (["training.optimizer=adam,"], "training.optimizer lacks a value before or after a comma"),
        (["data.train=a,b"], "data.train cannot be varied: only numbers, switches and choices"),
        (["start.from_run=a,b"], "start.from_run cannot be varied"),
        (["preset=gru-small,gru-huge"], "there is no preset 'gru-huge'; there are convolutional-"),
        (["preset=gru-small,gru-small"], "preset is to be GRU small twice"),
        (["training.seed"], "a setting is written key.path=value, not 'training.seed'"),
        (["format=1,1"], "format is not a setting"),
    ],
)  # fmt: skip
def test_what_is_no_grid_is_refused(assignments: list[str], sentence: str) -> None:
    with pytest.raises(BadConfig) as refused:
        Grid.parse(assignments)
    assert str(refused.value).startswith(sentence)


def test_too_many_runs_are_refused_with_their_number() -> None:
    numbers = ",".join(map(str, range(8)))
    with pytest.raises(BadConfig, match=f"make 64 runs; at most {MOST_RUNS} are compared"):
        Grid.parse([f"training.seed={numbers}", f"data.seed={numbers}"])
    assert len(Grid.parse([f"training.seed={','.join(map(str, range(MOST_RUNS)))}"])) == MOST_RUNS


def test_a_combination_that_cannot_be_is_named() -> None:
    grid = Grid.parse(["model.decoder.attention=dot,none", "objective.coverage_weight=0,1"])
    with pytest.raises(BadConfig) as refused:
        grid.configs(RunConfig())
    assert str(refused.value).startswith(
        "Attention None · Coverage loss 1 cannot be trained: objective.coverage_weight needs a "
        "decoder that attends"
    )


def test_each_combination_is_checked() -> None:
    seen: list[RunConfig] = []
    found = Grid.parse(["training.seed=1,2"]).configs(RunConfig(), check=seen.append)
    assert seen == found


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"training.learning_rate": 1e-3, "model.encoder.layers": 2},
         "Learning rate 1e-3 · Layers 2"),
        ({"training.clip_norm": 0.0, "training.batch_tokens": 2048},
         "Clip norm off · Batch size 2,048"),
        ({"model.decoder.attention": "dot", "training.compile": True},
         "Attention Dot product · Compile on"),
        ({"model.encoder.layers": 1, "model.decoder.layers": 2},
         "Encoder layers 1 · Decoder layers 2"),
        ({"training.learning_rate": 0.025, "training.clip_norm": 0.025},
         "Learning rate 2.5e-2 · Clip norm 0.025"),
    ],
)  # fmt: skip
def test_a_run_is_called_in_the_words_of_the_forms(values: dict[str, Any], expected: str) -> None:
    assert title(values) == expected


def test_the_name_of_a_folder_is_that_of_its_run() -> None:
    values = {"training.learning_rate": 1e-3, "model.decoder.context": "first_state"}
    assert folder_name(values) == "learning-rate-1e-3-source-vector-first_state"
    assert folder_name({"training.batch_tokens": 2048}) == "batch-size-2048"


@pytest.mark.parametrize("knob", list(all_knobs()), ids=lambda knob: knob.key)
def test_every_setting_has_a_heading(knob: Knob) -> None:
    assert headings([knob.key]) == [knob.label]


@given(value=st.floats(1e-6, 10))
def test_numbers_that_differ_are_told_apart(value: float) -> None:
    near = math.nextafter(value, 11)
    told = [value_in_words("training.learning_rate", number) for number in (value, near)]
    assert told[0] != told[1]
    assert float(told[0].replace(",", "")) == value
