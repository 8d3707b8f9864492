"""The draft: always valid, and it tells only what has changed."""

from __future__ import annotations

from typing import Any

import pytest

from app.bridge.draft import RATE, Draft
from app.bridge.preset_values import FIRST_PRESET
from s2s_core.configs import DataConfig, RunConfig
from s2s_core.errors import BadConfig
from s2s_core.experiment import changed, merged
from s2s_core.presets import preset_names, read_preset


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


@pytest.fixture
def draft(heard: Heard) -> Draft:
    return heard.draft


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


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru", "convolutional", "transformer"])
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


# Going back --------------------------------------------------------------------------------


def test_changes_are_taken_back_and_done_again_one_by_one(heard: Heard) -> None:
    draft = heard.draft
    states = [draft.config]
    assert not draft.can_undo
    for key, value in (("training.clip_norm", 2.0), ("model.encoder.layers", 2)):
        draft.set(key, value)
        states.append(draft.config)
    draft.apply_preset("lstm-small")
    states.append(draft.config)
    for state in states[-2::-1]:
        assert draft.undo()
        assert draft.config == state
    assert draft.preset == FIRST_PRESET
    assert not draft.undo()
    for state in states[1:]:
        assert draft.redo()
        assert draft.config == state
    assert draft.preset == "lstm-small"
    assert not draft.can_redo


def test_one_drag_of_a_slider_is_one_change(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("app.bridge.history.time.monotonic", lambda: now[0])
    for value in (2.0, 3.0, 4.0):
        now[0] += 0.5
        heard.draft.set("training.clip_norm", value)
    now[0] += 1.5
    heard.draft.set("training.clip_norm", 9.0)
    heard.draft.undo()
    assert heard.draft.config.training.clip_norm == 4.0
    heard.draft.undo()
    assert heard.draft.config.training.clip_norm == 1.0
    assert not heard.draft.can_undo


def test_a_new_change_forgets_what_was_taken_back(heard: Heard) -> None:
    heard.draft.set("training.clip_norm", 2.0)
    heard.draft.undo()
    assert heard.draft.can_redo
    heard.draft.set("training.batch_tokens", 777)
    assert not heard.draft.can_redo


def test_the_corpus_is_part_of_the_history(heard: Heard) -> None:
    heard.draft.set_data(DataConfig(builtin="reverse"))
    heard.draft.undo()
    assert heard.draft.config.data.builtin == "phrasebook"


def test_each_change_of_the_history_is_told(heard: Heard) -> None:
    told: list[tuple[bool, bool]] = []
    draft = heard.draft
    draft.history_changed.connect(lambda: told.append((draft.can_undo, draft.can_redo)))
    draft.set("training.clip_norm", 2.0)
    draft.set("training.clip_norm", -2.0)  # refused
    draft.undo()
    draft.redo()
    assert told == [(True, False), (False, True), (True, False)]


# Comparing with the preset -----------------------------------------------------------------


def test_what_differs_from_the_preset_is_known_and_can_be_reset(heard: Heard) -> None:
    assert heard.draft.changed_keys() == []
    heard.draft.set("model.encoder.layers", 2)
    heard.draft.set("decoding.beam_size", 8)
    heard.draft.set_data(DataConfig(builtin="reverse"))  # is nobody's default
    assert set(heard.draft.changed_keys()) == {"model.encoder.layers", "decoding.beam_size"}
    heard.draft.reset("model.encoder.layers")
    assert heard.draft.changed_keys() == ["decoding.beam_size"]
    heard.draft.reset("decoding.beam_size")
    assert heard.draft.changed_keys() == []


def test_a_knob_that_the_preset_lacks_is_compared_with_its_default(heard: Heard) -> None:
    heard.draft.set_kinds("transformer")
    heard.draft.set("model.encoder.heads", 8)
    assert "model.encoder.heads" in heard.draft.changed_keys()
    assert "model.decoder.heads" not in heard.draft.changed_keys()


def test_another_experiment_is_compared_with_the_preset_nearest_to_it(heard: Heard) -> None:
    other = Draft()
    other.apply_preset("transformer-small")
    other.set("model.encoder.dropout", 0.3)
    heard.draft.replace(other.config)
    assert heard.draft.preset == "transformer-small"
    assert heard.draft.changed_keys() == ["model.encoder.dropout"]


def test_the_preset_that_is_compared_with_is_of_the_same_architecture(heard: Heard) -> None:
    heard.draft.replace(merged(RunConfig(), {"training": {"steps": 900}}))
    assert heard.draft.preset.startswith(f"{heard.draft.config.model.decoder.kind}-")


def test_asking_whether_something_can_be_changes_nothing(heard: Heard) -> None:
    assert heard.draft.problem("model.encoder.layers", 2) is None
    problem = heard.draft.problem("model.encoder.hidden_size", 129)
    assert problem is not None
    assert "even" in str(problem)
    assert not heard.changes
    assert not heard.refusals


def test_files_take_the_place_of_the_built_in_corpus_and_back(heard: Heard) -> None:
    assert heard.draft.set("data.train", ("pairs.tsv",))
    assert heard.draft.config.data.builtin == ""
    assert heard.draft.set("data.builtin", "reverse")
    assert heard.draft.config.data.train == ()


def test_the_end_of_pruning_moves_with_its_beginning() -> None:
    draft = Draft()
    assert draft.set("smaller.prune_first_step", 100)
    assert draft.config.smaller.prune_last_step == 100
    assert draft.set("smaller.prune_last_step", 50)
    assert draft.config.smaller.prune_first_step == 50


def rows_left_out(draft: Draft) -> tuple[int, ...]:
    return draft.config.data.left_out


def test_another_corpus_has_no_rows_left_out_and_the_same_one_keeps_them() -> None:
    draft = Draft()
    draft.set("data.left_out", (3, 1))
    assert rows_left_out(draft) == (1, 3)
    draft.set("data.tokenizer.vocabulary_size", 500)
    draft.set("data.swap_sides", True)
    assert rows_left_out(draft) == (1, 3)
    draft.set("data.builtin", "reverse")
    assert rows_left_out(draft) == ()
    draft.undo()
    draft.set("data.train", ("a.tsv",))
    assert rows_left_out(draft) == ()
    draft.set("data.left_out", (2,))
    draft.set("data.seed", 7)  # of the split: the rows of a file stay where they are
    assert rows_left_out(draft) == (2,)
    for _ in range(3):
        draft.undo()
    draft.set("data.builtin_pairs", draft.config.data.builtin_pairs)
    assert rows_left_out(draft) == (1, 3)
    draft.set("data.builtin_pairs", 500)
    assert rows_left_out(draft) == ()
    draft.undo()
    assert rows_left_out(draft) == (1, 3)


# A rewind, and the run after it ----------------------------------------------------------------


def rates(draft: Draft) -> tuple[float, float]:
    """Return the learning rate that is shown, and that of a new run."""
    return draft.config.training.learning_rate, draft.next_config.training.learning_rate


def test_what_a_rewind_lowers_the_rate_to_is_the_runs_alone(draft: Draft) -> None:
    usual = rates(draft)[0]
    draft.follow_rewind({RATE: usual / 2}, usual)
    assert rates(draft) == (usual / 2, usual)
    assert draft.is_preset()
    draft.follow_rewind({RATE: usual / 4}, usual / 2)  # and to a checkpoint of after that
    assert rates(draft) == (usual / 4, usual)
    draft.set("training.clip_norm", 3.0)
    assert rates(draft) == (usual / 4, usual)
    draft.undo()
    draft.undo()
    assert rates(draft) == (usual / 2, usual)
    draft.undo()
    assert rates(draft) == (usual, usual)
    draft.redo()
    assert rates(draft) == (usual / 2, usual)


def test_what_was_moved_by_hand_after_the_checkpoint_goes_back_with_the_run(draft: Draft) -> None:
    usual = rates(draft)[0]
    draft.set(RATE, 1.0)
    draft.follow_rewind({RATE: usual}, usual)
    assert rates(draft) == (usual, usual)
    draft.follow_rewind({RATE: usual / 2}, usual)
    draft.set(RATE, 0.5)
    draft.follow_rewind({RATE: usual / 2}, usual / 2)  # saved when that was the run's alone
    assert rates(draft) == (usual / 2, usual)


def test_a_rate_moved_by_hand_is_meant_for_the_next_run(draft: Draft) -> None:
    usual = rates(draft)[0]
    draft.follow_rewind({RATE: usual / 2}, usual)
    draft.set(RATE, usual / 2)  # on purpose
    assert rates(draft) == (usual / 2, usual / 2)
    draft.undo()
    draft.set(RATE, usual / 3)
    assert rates(draft) == (usual / 3, usual / 3)
    draft.undo()
    draft.apply_preset("lstm-tiny")
    assert draft.next_rate is None


def test_with_another_run_the_rate_is_what_was_set_and_undo_keeps_what_a_person_did(
    draft: Draft,
) -> None:
    usual, clip = rates(draft)[0], draft.config.training.clip_norm
    draft.set("training.batch_tokens", 777)
    draft.follow_rewind({RATE: usual / 2}, usual)
    draft.set("training.clip_norm", 3.0)
    draft.let_run_go()
    assert rates(draft) == (usual, usual)
    assert draft.config.training.clip_norm == 3.0
    assert not draft.undoes_rewind
    assert draft.undo_keys() == ["training.clip_norm"]
    draft.undo()
    assert (rates(draft), draft.config.training.clip_norm) == ((usual, usual), clip)
    assert draft.undo_keys() == ["training.batch_tokens"]  # the rewind left nothing to undo


def test_a_preset_that_is_compared_is_the_one_that_is_named(draft: Draft) -> None:
    own = draft.preset
    config = merged(RunConfig(), read_preset("lstm-tiny"), {"data": draft.config.data.model_dump()})
    for name in ("lstm-tiny", "gru-tiny"):
        draft.lend(config, {"preset": name})
        assert draft.preset == name
    draft.lend(config, {RATE: 0.1})
    assert draft.preset == own
    draft.end_loan()
    assert draft.preset == own


def test_a_comparison_begins_with_what_was_set(draft: Draft) -> None:
    usual = rates(draft)[0]
    draft.follow_rewind({RATE: usual / 2}, usual)
    draft.lend(changed(draft.next_config, RATE, 0.1), {RATE: 0.1})
    assert rates(draft) == (0.1, 0.1)
    draft.end_loan()
    assert rates(draft) == (usual, usual)
