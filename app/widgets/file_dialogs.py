"""What the toolkit's own file dialogs leave to be done: columns in which dates and names fit.

The dialogs that a system brings along know that themselves.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QHeaderView, QLineEdit, QTreeView

from app.widgets.theme import px, set_look

_WIDTH, _HEIGHT = 860, 520  # pixels of the design


def fit_columns() -> None:
    """Give the file dialog that opens next wide columns, and a list of names one can read."""
    QTimer.singleShot(0, _fit)  # it is there then, and waits for a person


def _fit() -> None:
    dialog = QApplication.activeModalWidget()
    table = dialog.findChild(QTreeView, "treeView") if isinstance(dialog, QFileDialog) else None
    if dialog is None or table is None:
        return
    room = dialog.screen().availableGeometry().size()
    dialog.resize(dialog.size().expandedTo(room.boundedTo(_size())))
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    if name and name.completer() and (names := name.completer().popup()):
        set_look(names, "role", "found")  # a list in a window of its own needs a ground
    header = table.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)  # the names


def _size() -> QSize:
    return QSize(px(_WIDTH), px(_HEIGHT))
