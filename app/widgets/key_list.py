"""A dialog that lists keys and what they do, in groups."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.widgets.scroll_fade import fade_edges
from app.widgets.theme import px

Group = tuple[str, Sequence[tuple[str, str]]]  # a heading; keys, and what they do
COLUMNS = 3  # so that all is seen at once on a projector
KEYS_WIDTH, TEXT_WIDTH = 136, 208
HEAD = 1.8  # rows that a heading takes, with the gap above it
MOST = 0.95  # of the screen


class KeyList(QDialog):
    """Groups of keys in columns, all in sight; Esc and the key that opened it close it."""

    def __init__(self, title: str, groups: Sequence[Group], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("keyList")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        inside = QWidget()
        inside.setProperty("role", "form")
        row = QHBoxLayout(inside)
        row.setContentsMargins(px(24), px(16), px(24), 0)
        row.setSpacing(px(24))
        room = self.screen().availableGeometry().size() * MOST
        fitting = room.width() // px(KEYS_WIDTH + TEXT_WIDTH + 40)  # in large type fewer
        for part in _shared_out(groups, max(1, min(COLUMNS, fitting))):
            row.addLayout(_column(part), 1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setAccessibleName(title)
        scroll.setProperty("role", "plain")
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        fade_edges(scroll)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        buttons.setContentsMargins(px(24), 0, px(24), 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, px(16))
        column.setSpacing(px(16))
        column.addWidget(scroll, 1)
        column.addWidget(buttons)
        wanted = inside.sizeHint()
        self.resize(
            min(wanted.width() + px(16), room.width()), min(wanted.height() + px(72), room.height())
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F1:
            self.reject()
        else:
            super().keyPressEvent(event)


def _shared_out(groups: Sequence[Group], columns: int) -> list[list[Group]]:
    """Share the groups out among columns, in their order, so that the highest is the lowest."""
    heights = [len(rows) + HEAD for _, rows in groups]

    def highest(breaks: tuple[int, ...]) -> float:
        return max(sum(heights[a:b]) for a, b in pairwise((0, *breaks, len(groups))))

    best = min(combinations(range(1, len(groups)), min(columns, len(groups)) - 1), key=highest)
    return [list(groups[a:b]) for a, b in pairwise((0, *best, len(groups)))]


def _column(groups: Sequence[Group]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(px(12))
    for title, rows in groups:
        head = QLabel(title)
        head.setProperty("role", "section")
        head.setIndent(0)
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(4))
        grid.setColumnMinimumWidth(0, px(KEYS_WIDTH))
        grid.setColumnMinimumWidth(1, px(TEXT_WIDTH))
        grid.setColumnStretch(1, 1)
        grid.addWidget(head, 0, 0, 1, 2)
        for number, (keys, text) in enumerate(rows, 1):
            grid.addWidget(QLabel(keys), number, 0, Qt.AlignmentFlag.AlignTop)
            what = QLabel(text, wordWrap=True)
            what.setProperty("role", "label")
            grid.addWidget(what, number, 1)
        column.addLayout(grid)
    column.addStretch(1)
    return column
