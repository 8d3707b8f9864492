"""What is set comes back at the next start, however the window was left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QSettings

from app.__main__ import _as_left
from app.memory import Memory
from app.settings import AppSettings
from s2s_core.grid import Grid
from s2s_core.grid_folder import GridFolder
from s2s_core.records import FailureRecord
from tests.app.bridge.room import Room


@pytest.fixture(autouse=True)
def _fresh(qapp: object) -> Iterator[None]:
    QSettings("s2s-playground", "window").clear()
    yield
    QSettings("s2s-playground", "window").clear()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.tsv"
    path.write_text("a\tb\n", encoding="utf-8")
    return path


class Start(Room):
    """The program, from its start on, without its window."""

    def __init__(self, folder: Path, *files: Path) -> None:
        settings = AppSettings()
        draft, left = _as_left(settings)
        super().__init__(folder, draft)
        self._parent = QObject()
        self.memory = Memory(self._parent, self.controller, settings)
        self._given = left, files

    def begun(self) -> Start:
        self.memory.begin(*self._given)
        self.get_ready()
        return self


def test_a_corpus_that_was_read_no_further_than_its_beginning_is_read_again(
    tmp_path: Path, file: Path
) -> None:
    first = Start(tmp_path).begun()
    first.answer()
    first.controller.opener.open([file])
    first.memory.save()  # closed while it is being read
    again = Start(tmp_path).begun()
    (asked,) = again.reader.commands
    assert asked.data.train == (str(file),)
    assert asked.dropped  # which side is the source is still to be seen by the names
    again.memory.save()  # and closed at once
    third = Start(tmp_path).begun()
    third.answer()
    assert third.draft.config.data.train == (str(file),)
    assert not Start(tmp_path).begun().reader.commands[0].dropped


def test_a_corpus_is_kept_as_soon_as_it_is_dropped_and_forgotten_once_refused(
    tmp_path: Path, file: Path
) -> None:
    first = Start(tmp_path).begun()
    first.answer()
    first.controller.opener.open([file])  # and killed while it is being read
    assert Start(tmp_path).begun().reader.commands[0].data.train == (str(file),)
    first.read(FailureRecord("no", request=first.reader.commands[-1].request))
    first.memory._save_soon._pass_on()  # what the timer does
    assert str(file) not in AppSettings().experiment


def test_what_was_not_begun_with_is_not_written_over(tmp_path: Path, file: Path) -> None:
    Start(tmp_path, file).begun().answer()
    Start(tmp_path).memory.save()  # closed before the window is complete
    assert Start(tmp_path).begun().reader.commands[-1].data.train == (str(file),)


def test_a_corpus_process_that_dies_with_the_program_is_no_refusal(
    tmp_path: Path, file: Path
) -> None:
    start = Start(tmp_path, file).begun()
    start.memory.end()
    start.read(FailureRecord("it died", request=start.reader.commands[-1].request))
    start.memory.end()  # the window closes a moment later
    assert Start(tmp_path).begun().reader.commands[-1].data.train == (str(file),)


def test_a_corpus_whose_files_are_out_comes_back_with_them(tmp_path: Path, file: Path) -> None:
    Start(tmp_path, file).begun().answer()
    aside = file.rename(tmp_path / "aside")
    without = Start(tmp_path).begun()
    without.answer()
    (told,) = without.all("failed")
    assert str(file) in told.sentence
    assert without.draft.set("training.clip_norm", 3.0)
    without.memory.save()
    aside.rename(file)
    again = Start(tmp_path).begun()
    assert again.reader.commands[-1].data.train == (str(file),)
    assert again.draft.config.training.clip_norm == 3.0


@pytest.mark.parametrize("how", ["missing", "refused"])
def test_a_corpus_that_cannot_be_opened_is_forgotten_for_another(
    tmp_path: Path, file: Path, how: str
) -> None:
    Start(tmp_path, file).begun().answer()
    if how == "missing":
        file.unlink()
    start = Start(tmp_path).begun()
    if how == "refused":
        start.read(FailureRecord("no", request=start.reader.commands[-1].request))
    start.answer()
    start.memory.save()
    assert str(file) in AppSettings().experiment
    start.controller.reading.open_builtin("copy")
    start.answer()
    assert Start(tmp_path).draft.config.data.builtin == "copy"
    start.controller.reading.open_builtin("phrasebook")  # chosen now, and no stand-in
    start.answer()
    assert str(file) not in AppSettings().experiment


def test_files_named_at_the_start_come_to_the_settings_that_were_left(
    tmp_path: Path, file: Path
) -> None:
    first = Start(tmp_path).begun()
    first.answer()
    first.draft.apply_preset("transformer-tiny")  # and killed: nothing is saved any more
    first.draft.set("training.clip_norm", 3.0)
    first.memory._save_soon._pass_on()  # what the timer does
    named = Start(tmp_path, file).begun()
    assert named.reader.commands[-1].data.train == (str(file),)
    assert named.draft.preset == "transformer-tiny"
    assert named.draft.config.training.clip_norm == 3.0


@pytest.mark.parametrize("is_killed", [True, False])
def test_what_is_only_compared_is_not_kept(tmp_path: Path, is_killed: bool) -> None:
    first = Start(tmp_path).begun()
    first.draft.set("training.clip_norm", 2.5)
    first.memory.save()
    before = first.draft.config
    grid = Grid.parse(["training.clip_norm=0.5,0.6"])
    first.controller.comparing.begin(GridFolder.new(tmp_path / "grid", grid, [], []))
    assert first.draft.config != before
    if not is_killed:
        first.controller.comparing.end()  # as the window does when it closes
        first.memory.end()
    first.memory._save_soon._pass_on()  # what the timer does
    assert Start(tmp_path).draft.config == before
