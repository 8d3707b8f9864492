"""Files: opened by dialog, by drop and from the list of recent ones; saved and copied."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton

from app.run_titles import run_title
from app.widgets.pictures import tell
from s2s_core.cli import _parser
from s2s_core.comparing import Compared
from s2s_core.experiment import load_experiment, save_experiment
from s2s_core.grid import Grid
from s2s_core.grid_folder import GridFolder
from tests.app.conftest import Opened, OpenWindow, endless
from tests.app.seen import banner, drop, shown_pairs


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """A small corpus of one table."""
    path = tmp_path / "some & pairs.tsv"
    path.write_text("".join(f"word {n}\tWort {n}\n" for n in range(60)), encoding="utf-8")
    return path


def recent(opened: Opened) -> list[QAction]:
    menu = opened.window.actions_by_name["recent"].menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    return [action for action in menu.actions() if not action.isSeparator()]


def texts(opened: Opened) -> list[str]:
    return [action.text() for action in recent(opened)]


def status(opened: Opened) -> str:
    return opened.window.status.sentence.text()


def test_the_dialog_lists_the_formats_by_name(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    begun_in: list[str] = []

    def choose(_: Any, __: str, folder: str, filters: str, **____: Any) -> tuple[list[str], str]:
        asked.extend(filters.split(";;"))
        begun_in.append(folder)
        return [], ""

    opened = open_window()
    opened.controller.runs.mkdir(parents=True)
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", choose)
    opened.window.actions_by_name["open"].trigger()
    assert asked[0].startswith("Corpora and experiments (")
    assert "*.toml" in asked[0]
    assert "Excel workbook (*.xlsx)" in asked
    assert "JSON (*.jsonl *.jsonl.gz *.jsonl.bz2" in " ".join(asked)
    assert not any("Folder" in row for row in asked)
    assert any(row.startswith("Two text files (") and "*.de" in row for row in asked)
    assert asked[-1] == "All files (*)"
    opened.settings.open_folder = "/corpora"
    opened.window.actions_by_name["open"].trigger()
    assert begun_in == [str(Path.home()), "/corpora"]  # where they were chosen from last


def test_what_was_opened_can_be_opened_again(
    open_window: OpenWindow, pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = str(tmp_path / "saved.toml")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (saved, ""))
    opened = open_window().ready()
    assert texts(opened) == ["Nothing has been opened yet"]
    assert not recent(opened)[0].isEnabled()
    assert drop(opened.window, [pairs])
    opened.wait(lambda: shown_pairs(opened)[0] == 60)
    path = tmp_path / "mine.toml"
    save_experiment(endless(clip_norm=0.5), path)
    assert drop(opened.window, [path])
    assert status(opened) == "mine.toml is taken for the next run."
    opened.wait(lambda: opened.controller.corpus and not opened.controller.reading._reading)
    opened.training()
    folder = Path(opened.controller.run.folder)
    name = run_title(folder)
    assert name.startswith("GRU · ")
    assert texts(opened) == [
        f"{name}\tunfinished run", "mine.toml\texperiment", "some && pairs.tsv\tcorpus",
        "Clear this list",
    ]  # fmt: skip
    opened.controller.close_run()
    opened.wait(lambda: not opened.controller.run.folder)
    assert texts(opened)[0] == f"{name}\tunfinished run"  # it can be gone on with
    recent(opened)[2].trigger()
    opened.wait(lambda: shown_pairs(opened)[0] == 60)
    recent(opened)[1].trigger()
    opened.wait(
        lambda: opened.controller.run.folder and folder.name in opened.controller.run.folder
    )
    assert texts(opened)[0] == f"{name}\tunfinished run"  # also while it is open
    opened.window.actions_by_name["save_experiment"].trigger()
    assert status(opened).endswith(
        f"The run and its model are kept in {opened.controller.run.folder}"
    )


def test_what_the_start_brings_back_keeps_its_place_in_the_list(
    open_window: OpenWindow, pairs: Path
) -> None:
    opened = open_window().ready()
    for other in (pairs, pairs.parent):
        opened.settings.note_opened("corpus", str(other))
    opened.window.opening._has_read = False
    assert drop(opened.window, [pairs])
    opened.wait(lambda: shown_pairs(opened)[0] == 60)
    assert [Path(each.paths[0]) for each in opened.settings.recent] == [pairs.parent, pairs]


def test_what_is_of_one_minute_and_what_is_unfinished_can_be_told(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    opened = open_window()
    plan = GridFolder.new(
        tmp_path / "copy-grid-20011121-050918", Grid.parse(["training.seed=1,2"]), [], []
    )
    rows = [Compared(run.folder, is_finished=True) for run in plan.runs]
    plan.save([rows[0], replace(rows[1], is_finished=False)])
    other = replace(plan, folder=tmp_path / "copy-grid-20011121-050951")
    other.save(rows)
    for folder in (plan.folder, other.folder):
        opened.settings.note_opened("comparison", str(folder))
    assert texts(opened)[:2] == [
        "Comparison · Copy letters · 21 Nov 2001 05:09:51\tcomparison",
        "Comparison · Copy letters · 21 Nov 2001 05:09:18\tunfinished comparison",
    ]


def test_what_is_gone_is_grey_and_says_so_and_the_list_can_be_cleared(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    opened = open_window()
    opened.settings.note_opened("corpus", str(tmp_path / "a.en"), str(tmp_path / "a.de"))
    gone, clear = recent(opened)
    assert gone.text() == "a.en, a.de\tnot found"
    assert not gone.isEnabled()
    assert str(tmp_path / "a.de") in gone.toolTip()
    clear.trigger()
    assert texts(opened) == ["Nothing has been opened yet"]


def test_an_experiment_can_be_saved_and_taken_again(
    open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_window(endless(clip_norm=0.5)).ready()
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_, **__: (str(tmp_path / "mine"), "")
    )
    opened.window.actions_by_name["save_experiment"].trigger()
    path = tmp_path / "mine.toml"
    assert load_experiment(path).training.clip_norm == 0.5
    assert status(opened) == f"Saved: the experiment, in {path}"
    opened.controller.draft.set("training.clip_norm", 2.0)
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_, **__: ([str(path)], ""))
    opened.window.actions_by_name["open"].trigger()
    assert opened.controller.draft.config.training.clip_norm == 0.5


def test_an_experiment_that_cannot_be_written_is_told(
    open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_window().ready()
    target = str(tmp_path / "no such folder" / "mine.toml")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (target, ""))
    opened.window.actions_by_name["save_experiment"].trigger()
    assert target in banner(opened)


def test_the_command_and_the_experiment_can_be_copied(open_window: OpenWindow) -> None:
    opened = open_window(endless(clip_norm=0.5)).ready()
    opened.window.actions_by_name["copy_command"].trigger()
    command = QGuiApplication.clipboard().text()
    words = shlex.split(command)
    assert words[:2] == ["s2s", "train"]
    assert "training.clip_norm=0.5" in words
    assert status(opened) == f"Copied: {command}"
    opened.window.actions_by_name["copy_experiment"].trigger()
    assert "clip_norm = 0.5" in QGuiApplication.clipboard().text()
    assert status(opened).startswith("Copied: the experiment")


def press(opened: Opened, text: str) -> None:
    buttons = opened.window.banner.findChildren(QPushButton)
    next(button for button in buttons if button.text() == text).click()


def shown_path(opened: Opened) -> str:
    return "".join(filter(str.isprintable, banner(opened).replace("\N{NO-BREAK SPACE}", " ")))


def test_what_a_run_left_can_be_shown_and_used_once_there_is_one(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[QUrl] = []
    opened = open_window(endless()).ready()
    copy = opened.window.actions_by_name["copy_translate"]
    show = opened.window.actions_by_name["run_folder"]
    assert not copy.isEnabled()
    assert not show.isEnabled()
    opened.training().paused()
    monkeypatch.setattr(QDesktopServices, "openUrl", shown.append)
    show.trigger()
    folder = opened.controller.run.folder
    assert shown_path(opened).endswith(folder)  # nothing of it is left out
    press(opened, "Open folder")
    assert [url.toLocalFile() for url in shown] == [folder]
    show.trigger()
    press(opened, "Copy path")
    assert QGuiApplication.clipboard().text() == folder
    assert status(opened) == f"Copied: {folder}"
    tell(opened.window.panels["translate"], "Saved: a picture")  # as any widget may
    assert status(opened) == "Saved: a picture"
    opened.controller.draft.set("decoding.search", "beam")
    copy.trigger()
    words = shlex.split(QGuiApplication.clipboard().text())
    assert words == ["s2s", "translate", "--search", "beam", "--beam-size", "5", folder]
    args = _parser().parse_args(words[1:])
    assert (str(args.run), args.search, args.beam_size) == (folder, "beam", 5)


def test_the_folder_of_runs_is_shown_by_the_system_or_named(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_window().ready()
    shown: list[QUrl] = []

    def show(url: QUrl) -> bool:
        shown.append(url)
        return len(shown) == 1

    monkeypatch.setattr(QDesktopServices, "openUrl", show)
    opened.window.actions_by_name["runs_folder"].trigger()
    assert Path(shown[0].toLocalFile()) == opened.controller.runs
    assert opened.controller.runs.is_dir()
    assert not banner(opened)
    opened.window.actions_by_name["runs_folder"].trigger()
    assert shown_path(opened).endswith(str(opened.controller.runs))
