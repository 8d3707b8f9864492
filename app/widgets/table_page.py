"""A page that holds a table."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QTableWidget, QVBoxLayout, QWidget

from app.widgets.theme import px


class TablePage(QWidget):
    """A table a little below the tabs, where the heat map is; no row stands at its foot by half.

    Rows of different heights, which are scrolled by pixels, have all the room.
    """

    def __init__(self, table: QTableWidget) -> None:
        super().__init__()
        self._table = table
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, px(8), 0, 0)
        self._column.addWidget(table)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        rows = self.height() - px(8) - self._table.horizontalHeader().sizeHint().height()
        rest = max(0, rows) % self._table.verticalHeader().defaultSectionSize()
        if self._table.verticalScrollMode() == QTableWidget.ScrollMode.ScrollPerPixel:
            rest = 0
        self._column.setContentsMargins(0, px(8), 0, rest)
