"""The controller: which corpus is read, and when."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.bridge.controller import sentence_of
from app.bridge.messages import (
    OpenRun,
)
from s2s_core.configs import RunConfig
from s2s_core.corpus_files import Parts
from s2s_core.experiment import merged, save_experiment
from s2s_core.records import (
    FailureRecord,
    ProgressRecord,
)
from tests.app.bridge.room import Room, files


def test_a_stale_reply_is_dropped(room: Room) -> None:
    room.get_ready()
    room.controller.opener.open([Path("a.tsv")])
    first = room.reader.commands[-1]
    room.controller.opener.open([Path("b.tsv")])
    room.told.clear()
    room.answer(first)
    assert not room.all("corpus_changed")
    room.read(FailureRecord("too late", request=first.request))
    assert not room.all("failed")
    ready = room.answer()
    assert room.all("corpus_changed") == [ready]
    assert room.controller.corpus == ready
    assert room.draft.config.data.train == ("b.tsv",)


def test_a_drop_that_fails_leaves_everything_as_it_was(room: Room) -> None:
    room.get_ready()
    corpus, draft = room.controller.corpus, room.draft.config
    room.controller.opener.open([Path("a.tsv")])
    assert room.reader.commands[-1].dropped
    assert room.draft.config == draft  # not before it can be used
    room.told.clear()
    room.read(FailureRecord("no", request=room.reader.commands[-1].request))
    assert [name for name, _ in room.told] == ["corpus_progress", "failed"]
    assert room.all("corpus_progress") == [None]
    assert room.controller.corpus is corpus
    assert room.draft.config == draft


def test_files_whose_names_do_not_tell_are_refused_at_once(room: Room, tmp_path: Path) -> None:
    room.get_ready()
    asked = len(room.reader.commands)
    room.controller.opener.open(files(tmp_path, "a", "b", "c"))
    (failure,) = room.all("failed")
    assert "3 files were given (a, b, c)" in failure.sentence
    assert len(room.reader.commands) == asked


def test_of_several_files_the_names_tell_what_each_is_for(room: Room, tmp_path: Path) -> None:
    room.get_ready()
    told: list[Parts] = []
    room.controller.opener.told_apart.connect(told.append)
    given = files(tmp_path, "train.en", "val.de", "test.en", "train.de", "val.en", "test.de")
    room.controller.opener.open(given)
    train, validation, aside = given[0:4:3], given[4:0:-3], given[2:6:3]
    data = room.reader.commands[-1].data
    assert (data.train, data.validation) == (tuple(map(str, train)), tuple(map(str, validation)))
    assert told == [Parts(tuple(train), tuple(validation), tuple(aside))]
    room.answer()
    # Given again with other files to hold out, what else was set for the corpus comes back.
    room.controller.steering.turn("data.longest", 50)
    room.answer()
    room.controller.opener.open([*train, *(tmp_path / "dev" / path.name for path in validation)])
    data = room.reader.commands[-1].data
    assert (data.longest, Path(data.validation[0]).parent.name) == (50, "dev")
    # Two sides are told of nobody: they are all there is.
    room.controller.opener.open(train)
    assert len(told) == 2


def test_a_path_that_cannot_even_be_looked_for_is_read_and_refused_as_a_corpus(room: Room) -> None:
    room.get_ready()
    room.controller.opener.open([Path("/", "x" * 300)])
    assert room.reader.commands[-1].data.train == (f"/{'x' * 300}",)


def test_a_dropped_run_is_opened(room: Room, tmp_path: Path) -> None:
    room.get_ready()
    (tmp_path / "experiment.toml").write_text("format = 1")
    (tmp_path / "checkpoints").mkdir()
    room.controller.opener.open([tmp_path])
    room.controller.opener.open([tmp_path / "experiment.toml"])
    assert room.sent(OpenRun) == [OpenRun(str(tmp_path))] * 2


@pytest.mark.parametrize("asked", ["before", "after"])
def test_opening_a_run_ends_the_reading_of_what_was_asked_for_before(
    room: Room, tmp_path: Path, asked: str
) -> None:
    room.get_ready()
    run = replace(room.begin(), folder="opened", playing=False)
    if asked == "before":
        room.controller.opener.open([Path("a.tsv")])
    room.controller.open_run(tmp_path)
    if asked == "after":
        room.controller.opener.open([Path("a.tsv")])
    assert not room.reader.ended
    room.come(run)
    assert room.reader.ended is (asked == "before")
    assert room.controller.reading.is_busy is (asked == "after")


def written(folder: Path, **changes: Any) -> Path:
    """Write an experiment that stands alone."""
    path = folder / "mine.toml"
    save_experiment(merged(RunConfig(), changes), path)
    return path


def test_an_experiment_is_taken_for_the_next_run_and_its_corpus_read(
    room: Room, tmp_path: Path
) -> None:
    room.get_ready()
    before = room.begin()
    (tmp_path / "pairs.tsv").write_text("a\tb\n")
    data = {"builtin": "", "train": [str(tmp_path / "pairs.tsv")]}
    path = written(tmp_path, data=data, training={"clip_norm": 0.25, "device": "cuda"})
    opened: list[Path] = []
    room.controller.opener.experiment_opened.connect(opened.append)
    room.controller.opener.open([path])
    assert opened == [path]
    assert room.reader.commands[-1].data.train == (str(tmp_path / "pairs.tsv"),)
    room.answer()
    config = room.draft.config
    assert config.training.clip_norm == 0.25
    assert config.training.device == "auto"  # the file may come from another machine
    assert config.data.train == (str(tmp_path / "pairs.tsv"),)
    assert room.controller.run.folder == before.folder
    assert not room.all("failed")


def test_an_experiment_in_a_folder_without_a_run_is_taken_too(room: Room, tmp_path: Path) -> None:
    room.get_ready()
    written(tmp_path, training={"clip_norm": 0.25}).rename(tmp_path / "experiment.toml")
    room.controller.opener.open([tmp_path])
    assert room.draft.config.training.clip_norm == 0.25
    assert not room.sent(OpenRun)
    assert not room.reader.commands[1:]  # the same corpus need not be read again


def test_an_experiment_whose_corpus_is_gone_says_which_and_keeps_the_rest(
    room: Room, tmp_path: Path
) -> None:
    room.get_ready()
    names = str(tmp_path / "a.en"), f"/{'x' * 300}"  # the system does not even look for the second
    data = {"builtin": "", "train": list(names)}
    room.controller.opener.open([written(tmp_path, data=data, training={"clip_norm": 0.25})])
    (failure,) = room.all("failed")
    assert ", ".join(names) in failure.sentence
    assert "mine.toml" in failure.sentence
    assert room.draft.config.training.clip_norm == 0.25
    assert room.draft.config.data.builtin == "phrasebook"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("x =", "not a TOML file"),
        ("format = 99", "format 99"),
        ("[training]\noptimizer = 'adamww'",
         "mine.toml was not taken: “Training: Optimizer” (training.optimizer) is 'adamww' there; "
         "it must be one of adam, "),
        ("[training]\noptimizer = 'adamww'", "Did you mean adamw?"),
        ("[training]\nclip_norm = -1", "“Training: Clip norm” (training.clip_norm) is -1 there"),
        ("[training]\nlearning_rate = 50", "must be between 1e-06 and 10"),
        ("[training]\nclip = 1", "no setting training.clip"),
        ("[training]\nlearning_rat = 1", "Did you mean learning_rate?"),
        ("[training]\nprecision = 'half'", "is 'half' there; it must be one of float32, "),
        ("[model.encoder]\nkind = 'grru'", "(model.encoder.kind) is 'grru' there"),
        ("[data]\ntrain = [1]", "(data.train) is 1 there; it must be a list"),
        ("training = 3", "training must be a section with settings of its own, not 3"),
    ],
)  # fmt: skip
def test_an_experiment_that_cannot_be_is_refused_at_once_and_changes_nothing(
    room: Room, tmp_path: Path, content: str, says: str
) -> None:
    room.get_ready()
    (tmp_path / "mine.toml").write_text(content)
    before = room.draft.config
    room.controller.opener.open([tmp_path / "mine.toml"])
    (failure,) = room.all("failed")
    assert says in sentence_of(failure)
    assert room.draft.config == before


def test_a_folder_that_is_no_run_is_read_as_a_corpus(room: Room, tmp_path: Path) -> None:
    room.get_ready()
    room.controller.opener.open([tmp_path])
    assert room.reader.commands[-1].data.train == (str(tmp_path),)


def test_a_dropped_corpus_is_not_swapped(room: Room, tmp_path: Path) -> None:
    room.get_ready()
    room.controller.reading.swap_sides()
    room.answer()
    assert room.draft.config.data.swap_sides
    room.controller.opener.open(files(tmp_path, "a.tsv"))
    assert not room.reader.commands[-1].data.swap_sides


def test_swapping_reads_again_the_other_way_round(room: Room) -> None:
    room.get_ready()
    for expected in (True, False):
        room.controller.reading.swap_sides()
        assert room.reader.commands[-1].data.swap_sides is expected
        room.answer()


def test_another_vocabulary_reads_the_corpus_again(room: Room) -> None:
    room.get_ready()
    asked = len(room.reader.commands)
    room.draft.set("training.clip_norm", 2.0)
    assert len(room.reader.commands) == asked
    room.draft.set("data.tokenizer.vocabulary_size", 500)
    assert len(room.reader.commands) == asked + 1
    assert room.reader.commands[-1].data.tokenizer.vocabulary_size == 500


def test_of_many_vocabularies_only_the_first_and_the_newest_are_read(
    room: Room, qtbot: QtBot
) -> None:
    room.get_ready()
    asked = len(room.reader.commands)
    for size in (500, 520, 540, 560, 580, 600):
        room.draft.set("data.tokenizer.vocabulary_size", size)
    qtbot.waitUntil(lambda: len(room.reader.commands) == asked + 2)
    assert [c.data.tokenizer.vocabulary_size for c in room.reader.commands[asked:]] == [500, 600]
    room.answer(room.reader.commands[asked])
    assert room.controller.reading._reading  # that one is stale
    room.answer()
    assert room.draft.config.data.tokenizer.vocabulary_size == 600
    assert room.controller.corpus is not None
    assert room.controller.corpus.data.tokenizer.vocabulary_size == 600


def test_rows_left_out_do_not_follow_into_a_corpus_that_is_being_read(
    room: Room, tmp_path: Path
) -> None:
    room.get_ready()
    room.controller.opener.open(files(tmp_path, "other.tsv"))
    room.controller.steering.turn("data.left_out", (2,))
    assert room.controller.reading._asked is not None
    assert room.controller.reading._asked.data.left_out == ()
    assert room.controller.reading._asked.data.train


def test_rows_left_out_come_back_if_the_pairs_are_made_otherwise_meanwhile(room: Room) -> None:
    room.get_ready()
    room.controller.steering.turn("data.left_out", (2,))
    room.controller.steering.turn("data.difficulty.length", 4)
    assert room.controller.reading._asked is not None
    assert room.controller.reading._asked.data.difficulty.length == 4
    assert room.controller.reading._asked.data.left_out == ()


def test_a_header_taken_while_a_cure_is_on_its_way_keeps_the_cure(
    room: Room, tmp_path: Path
) -> None:
    room.get_ready()
    room.controller.opener.open(files(tmp_path, "table.tsv"))
    room.answer()
    room.draft.set("data.cures", ("identical",))
    room.controller.reading.take_header(is_one=True)
    data = room.reader.commands[-1].data
    assert (data.header, data.cures) == ("yes", ("identical",))


def test_a_knob_turned_while_a_drop_is_read_does_not_lose_the_drop(room: Room) -> None:
    room.get_ready()
    room.controller.opener.open([Path("a.tsv")])
    asked = len(room.reader.commands)
    room.draft.set("training.clip_norm", 2.0)
    assert len(room.reader.commands) == asked
    room.draft.set("data.tokenizer.vocabulary_size", 500)
    assert room.reader.commands[-1].dropped
    room.answer()
    data = room.draft.config.data
    assert data.train == ("a.tsv",)
    assert data.tokenizer.vocabulary_size == 500


def test_progress_is_told(room: Room) -> None:
    room.get_ready()
    room.told.clear()
    room.controller.opener.open([Path("a.tsv")])
    room.read(ProgressRecord("reading", 20_000))
    assert [record.done for record in room.all("corpus_progress")] == [0, 20_000]
