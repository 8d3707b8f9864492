"""A scrolled grid that ends where one of its rows ends: no line stands at its foot by half."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

SETTLED_MS = 20  # sentences that are cut wrap anew, which asks for two passes


class RowEnds(QWidget):
    """Gives the scroll area as much height as shows whole rows, as long as it is not scrolled."""

    def __init__(self, area: QScrollArea, inside: QWidget, grid: QGridLayout) -> None:
        super().__init__()
        self._inside, self._grid = inside, grid
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(area)
        self._soon = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._soon.timeout.connect(self._fit)
        inside.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Fit again when rows have come, gone or grown."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._soon.start()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self._grid.activate()
        room = self.height()
        ends = [self._end(row) + 2 for row in range(self._grid.rowCount())]
        is_all = self._inside.height() <= room
        whole = room if is_all else max((end for end in ends if end <= room), default=room)
        self._column.setContentsMargins(0, 0, 0, room - whole)

    def _end(self, row: int) -> int:
        """Return where a row ends; `cellRect` knows nothing of heights that hang on widths."""
        columns = range(self._grid.columnCount())
        items = (self._grid.itemAtPosition(row, column) for column in columns)
        return max((item.geometry().bottom() for item in items if item is not None), default=0)
