"""The draft: always valid, and it tells only what has changed."""

from __future__ import annotations

from typing import Any

import pytest

from app.bridge.draft import FIRST_PRESET, Draft
from s2s_core.configs import DataConfig, RunConfig
from s2s_core.errors import BadConfig
from s2s_core.presets import preset_names


class Heard:
    """A draft, and what it has told."""

    def __init__(self) -> None:
        self.draft = Draft()
        self.changes: list[RunConfig] = []
        self.refusals: list[tuple[str, BadConfig]] = []
        self.draft.changed.connect(self.changes.append)
        self.draft.refused.connect(lambda key, error: self.refusals.append((key, error)))


@pytest.fixture
def heard(qapp: object) -> Heard:
    return Heard()


def test_it_begins_with_the_first_preset(heard: Heard) -> None:
    assert heard.draft.preset == FIRST_PRESET
    assert heard.draft.is_preset()
    assert heard.draft.config.data.builtin == "phrasebook"


def test_a_knob_is_told_once(heard: Heard) -> None:
    heard.draft.set("training.clip_norm", 2.5)
    heard.draft.set("training.clip_norm", 2.5)
    assert [config.training.clip_norm for config in heard.changes] == [2.5]
    assert not heard.draft.is_preset()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("training.learning_rate", -1.0),
        ("training.learning_rate", float("nan")),
        ("training.unheard_of", 1),
        ("model.encoder.layers", 99),
        ("model.encoder.hidden_size", 129),  # odd, and read from both ends
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(heard: Heard, key: str, value: Any) -> None:
    before = heard.draft.config
    heard.draft.set(key, value)
    assert heard.draft.config == before
    assert not heard.changes
    ((refused, error),) = heard.refusals
    assert refused == key
    assert key.rpartition(".")[2] in str(error)


def test_sizes_that_must_agree_move_together(heard: Heard) -> None:
    heard.draft.set("model.decoder.attention", "dot")
    heard.draft.set("model.decoder.hidden_size", 64)
    model = heard.draft.config.model
    assert model.encoder.hidden_size == model.decoder.hidden_size == 64
    assert not heard.refusals


def test_one_side_may_change_alone_where_it_can(heard: Heard) -> None:
    heard.draft.set("model.decoder.hidden_size", 64)
    assert heard.draft.config.model.encoder.hidden_size == 128


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru", "transformer"])
def test_an_architecture_is_taken_for_both_sides(heard: Heard, kind: str) -> None:
    heard.draft.set_kinds(kind)
    assert heard.draft.config.model.encoder.kind == kind
    assert heard.draft.config.model.decoder.kind == kind


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_keeps_the_corpus(heard: Heard, name: str) -> None:
    data = DataConfig(builtin="reverse", builtin_pairs=500)
    heard.draft.set_data(data)
    heard.draft.apply_preset(name)
    assert heard.draft.config.data.builtin == "reverse"
    assert heard.draft.config.data.builtin_pairs == 500
    assert heard.draft.preset == name
    assert heard.draft.is_preset()


def test_another_corpus_is_still_the_preset(heard: Heard) -> None:
    heard.draft.set_data(DataConfig(builtin="reverse"))
    assert heard.draft.is_preset()
    assert len(heard.changes) == 1


def test_a_preset_keeps_the_device(heard: Heard) -> None:
    heard.draft.set("training.device", "cpu")
    heard.draft.apply_preset("lstm-small")
    assert heard.draft.config.training.device == "cpu"
