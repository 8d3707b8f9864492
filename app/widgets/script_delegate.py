"""Cells of tables whose text is laid out in the direction in which it is read."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.widgets.scripts import direction_of


class ScriptDelegate(QStyledItemDelegate):
    """Puts the full stop of a Hebrew or Arabic sentence where its reader looks for it."""

    def initStyleOption(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        option.direction = direction_of(option.text)
