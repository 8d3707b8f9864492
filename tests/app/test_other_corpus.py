"""Another corpus in the real window: while training, and cured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTableView

from app.panels.data_panel import DataPanel
from app.widgets.finding_list import FindingRow
from tests.app.conftest import Opened, OpenWindow
from tests.app.seen import drop, press


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Sixty pairs with a third column; ten of them stand there twice."""
    path = tmp_path / "table.tsv"
    rows = [f"word {n}\tWort {n}\tnote {n} taken\n" for n in (*range(60), *range(10))]
    path.write_text("".join(rows), encoding="utf-8")
    return path


def panel_of(opened: Opened) -> DataPanel:
    panel = opened.window.panels["data"]
    assert isinstance(panel, DataPanel)
    return panel


def first_pair(opened: Opened) -> tuple[str, str]:
    model = opened.find(QTableView, "corpusTable").model()
    return str(model.index(0, 0).data()), str(model.index(0, 1).data())


def read(opened: Opened) -> None:
    """Wait until the newest corpus was read."""
    opened.wait(lambda: not opened.controller.reading._reading)


def test_a_drop_while_training_is_for_the_next_run_and_this_one_goes_on(
    open_window: OpenWindow, table: Path
) -> None:
    opened = open_window().training()
    run, told = opened.controller.run, list[str]()
    panel_of(opened).told.connect(told.append)
    assert drop(opened.train, [table])
    opened.wait(lambda: first_pair(opened) == ("word 0", "Wort 0"))
    step = opened.step
    opened.wait(lambda: opened.step > step + 3)
    assert opened.controller.run.playing
    assert opened.controller.run.folder == run.folder
    assert opened.controller.run.config == run.config
    assert opened.controller.run.corpus == run.corpus
    note = panel_of(opened).head.note_label
    assert note.text() in ("70 pairs · for the next run", "70 pairs · next run", "70 · next run")
    assert "70 pairs · for the next run" in note.toolTip()
    assert told[0].startswith("table.tsv is for the next run; this one goes on as it began.")
    labels = opened.window.panels["model"].findChildren(QLabel)
    (pending,) = (label.text() for label in labels if label.text().startswith("For a new run"))
    assert pending == "For a new run: Corpus."  # one drop is one change
    opened.controller.new_run()
    opened.wait(lambda: opened.controller.run.folder != run.folder)
    assert opened.controller.run.corpus is not None
    assert opened.controller.run.corpus.pairs == 70


def test_a_tick_prepares_the_corpus_again_and_can_be_undone(
    open_window: OpenWindow, table: Path
) -> None:
    opened = open_window().ready()
    drop(opened.window, [table])
    opened.wait(lambda: first_pair(opened) == ("word 0", "Wort 0"))
    panel = panel_of(opened)
    panel.chip.click()
    panel.findings.setFocus()
    panel.findings.tick("duplicates", True)
    read(opened)
    assert opened.controller.corpus is not None
    prepared = opened.controller.corpus.prepared
    assert prepared.train_pairs + prepared.held_out_pairs == 60
    row = panel.findings.row_named("duplicates")
    assert row is not None
    assert row.text == "10 pairs occur more than once"
    assert row.is_ticked
    assert row.remedy == "Cured: 10 left out"
    opened.controller.steering.undo()
    read(opened)
    row = panel.findings.row_named("duplicates")
    assert row is not None
    assert not row.is_ticked
    assert panel.findings.isVisible()


def test_another_column_becomes_the_target(open_window: OpenWindow, table: Path) -> None:
    opened = open_window().ready()
    drop(opened.window, [table])
    opened.wait(lambda: first_pair(opened) == ("word 0", "Wort 0"))
    panel = panel_of(opened)
    panel.titles.chosen.emit(True, "3")
    opened.wait(lambda: first_pair(opened) == ("word 0", "note 0 taken"))
    assert opened.controller.draft.config.data.target_column == "3"
    place = panel.chooser.currentIndex()
    panel.chooser.activated.emit(panel.chooser.findText("Reverse letters"))
    opened.wait(lambda: opened.controller.draft.config.data.builtin == "reverse")
    panel.chooser.activated.emit(place)  # it is still in the list, and has still that column
    opened.wait(lambda: first_pair(opened) == ("word 0", "note 0 taken"))


def test_the_list_of_findings_opens_where_the_pairs_were(
    open_window: OpenWindow, table: Path
) -> None:
    opened = open_window().ready()
    drop(opened.window, [table])
    opened.wait(lambda: first_pair(opened) == ("word 0", "Wort 0"))
    panel = panel_of(opened)
    model = opened.window.panels["model"]
    before = panel.height(), model.mapTo(opened.window, model.rect().topLeft())
    panel.findings.set_rows([FindingRow(str(n), f"{n} pairs are odd", "Cure") for n in range(20)])
    panel.chip.click()
    QApplication.processEvents()
    assert panel.findings.isVisible()
    assert before == (panel.height(), model.mapTo(opened.window, model.rect().topLeft()))
    press(opened, Qt.Key.Key_Escape, opened.train)  # which kept the focus
    assert not panel.findings.isVisible()


def test_files_that_lose_each_other_are_opened_up_to_that_place(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    lines = [f"this is sentence {n} {'and more ' * (n * 7 % 11)}" for n in range(300)]
    files = [tmp_path / "a.en", tmp_path / "a.de"]
    files[0].write_text("\n".join(lines), encoding="utf-8")
    files[1].write_text("\n".join([*lines[:200], *lines[207:]]), encoding="utf-8")
    opened = open_window().ready()
    drop(opened.window, files)
    opened.wait(lambda: not opened.window.banner.isHidden())
    assert re.search(
        r"let the cure “cut” keep .* leave out .* lines\.$", opened.window.banner.text()
    )
    buttons = opened.window.banner.findChildren(QPushButton)
    (button,) = (b for b in buttons if re.fullmatch(r"Keep \d+ pairs", b.text()))
    button.click()
    opened.wait(lambda: opened.controller.corpus and opened.controller.corpus.data.train)
    assert opened.controller.draft.config.data.cures == ("cut",)
    ready = opened.controller.corpus
    assert ready is not None
    kept = ready.corpus.kept
    assert f"{kept} pairs are kept, {300 - kept} lines left out" in opened.window.banner.text()
    assert "as it was left" not in opened.window.status.sentence.text()  # it is new
    opened.controller.reading.open_builtin("reverse")
    opened.wait(opened.window.banner.isHidden)  # what it spoke of is gone
