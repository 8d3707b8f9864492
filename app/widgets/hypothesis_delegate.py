"""A hypothesis in a table: its text over the full width, and how it came to its score below."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem

from app.widgets.script_delegate import ScriptDelegate
from app.widgets.theme import current_theme, px

FIGURES = Qt.ItemDataRole.UserRole
_RIGHT_TO_LEFT = Qt.LayoutDirection.RightToLeft


class HypothesisDelegate(ScriptDelegate):
    """Both wrap: nothing of a hypothesis is cut off, however narrow the panel is."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:  # fmt: skip
        """Paint the text, and smaller below it the figures."""
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        layouts = self._laid_out(cell, index)
        cell.text = ""
        style = cell.widget.style() if cell.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, cell.widget)
        corner = QPointF(cell.rect.topLeft()) + QPointF(px(6), px(4))
        painter.save()
        for layout, colour in zip(
            layouts, (current_theme().ink, current_theme().mute), strict=True
        ):
            painter.setPen(QColor(colour))
            layout.draw(painter, corner)
            corner += QPointF(0, layout.boundingRect().height())
        painter.restore()

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height of both in the width there is."""
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        layouts = self._laid_out(cell, index)
        high = sum(layout.boundingRect().height() for layout in layouts)
        return QSize(cell.rect.width(), ceil(high) + 2 * px(4))

    def _laid_out(
        self, cell: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> tuple[QTextLayout, QTextLayout]:
        small = QFont(cell.font)
        small.setPixelSize(px(11))
        small.setFeature(QFont.Tag("tnum"), 1)
        side = (
            Qt.AlignmentFlag.AlignRight
            if cell.direction == _RIGHT_TO_LEFT
            else Qt.AlignmentFlag.AlignLeft
        )
        width = cell.rect.width() - 2 * px(6)
        figures = str(index.data(FIGURES) or "")
        return (
            _wrapped(cell.text, cell.font, width, side, cell.direction),
            _wrapped(figures, small, width, side, Qt.LayoutDirection.LeftToRight),
        )


def _wrapped(
    text: str, font: QFont, width: int, side: Qt.AlignmentFlag, direction: Qt.LayoutDirection
) -> QTextLayout:
    """Lay out all of a text, in as many lines as it takes."""
    option = QTextOption(side | Qt.AlignmentFlag.AlignAbsolute)
    option.setTextDirection(direction)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout = QTextLayout(text, font)
    layout.setTextOption(option)
    layout.beginLayout()
    below = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1, width))
        line.setPosition(QPointF(0, below))
        below += line.height()
    layout.endLayout()
    return layout
