"""Cells of tables whose text is laid out in the direction in which it is read."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.widgets.scripts import alignment_for, direction_of


class ScriptDelegate(QStyledItemDelegate):
    """Puts the full stop of a Hebrew or Arabic sentence where its reader looks for it.

    A column of one language may have its direction: a word of another one begins at the same side.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.directions: dict[int, Qt.LayoutDirection] = {}

    def set_direction(self, column: int, direction: Qt.LayoutDirection | None) -> None:
        """Read a column in a direction; None: each cell in its own."""
        self.directions.pop(column, None)
        if direction is not None:
            self.directions[column] = direction

    def initStyleOption(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        direction = self.directions.get(index.column())
        option.direction = direction_of(option.text) if direction is None else direction
        if direction is not None:
            option.displayAlignment = alignment_for(direction)
