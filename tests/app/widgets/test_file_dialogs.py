"""File dialogs of the toolkit: dates and names can be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QHeaderView, QTreeView
from pytestqt.qtbot import QtBot

from app.widgets.file_dialogs import fit_columns


@pytest.mark.qt_log_ignore("does not support")
def test_the_dialog_that_opens_next_has_columns_in_which_dates_fit(
    qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "a run with quite a long name of its own").mkdir()
    dialog = QFileDialog(None, "", str(tmp_path))
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setViewMode(QFileDialog.ViewMode.Detail)
    qtbot.addWidget(dialog)
    fit_columns()
    dialog.open()
    table = dialog.findChild(QTreeView, "treeView")
    assert table is not None
    header = table.header()
    contents = QHeaderView.ResizeMode.ResizeToContents
    qtbot.waitUntil(lambda: header.sectionResizeMode(3) == contents)
    assert header.sectionSize(0) > header.sectionSize(3) >= table.sizeHintForColumn(3)
    assert header.length() <= table.viewport().width()
    dialog.close()
