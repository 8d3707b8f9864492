"""How a side of a pair is shown that stands otherwise in the file, or is not trained on."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QFont

from app.widgets.theme import current_theme


def in_file(text: str) -> str:
    """Return what is said of a side that a cure has changed, given the text of the file."""
    return QCoreApplication.translate("TrainedPairs", "In the file: {text}").format(text=text)


def struck_through(role: int) -> QFont | QColor | None:
    """Return what a model answers for a text that is not trained on; None: as for any other."""
    if role == Qt.ItemDataRole.ForegroundRole:
        return QColor(current_theme().mute)
    if role == Qt.ItemDataRole.FontRole:
        font = QFont()
        font.setStrikeOut(True)
        return font
    return None
