"""Buttons that stand back: a word with a chevron, or a sign, behind which choices wait.

The signs are painted: a font may lack them, or make the line taller.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import (
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

from app.widgets.theme import current_scale, current_theme, px

_HEIGHT = 24  # all sizes in pixels of the design
_WIDTH, _DOT_GAP, _DOT_RADIUS = 28, 5.0, 1.6  # of dots
_ROOM, _CHEVRON, _CHEVRON_RIGHT = 26, 3.0, 9.0  # beside a word, and of the chevron in it
_LEFT, _FRAME = 9, 2  # of a word at the left: where the titles of a table begin


class ChoiceButton(QToolButton):
    """Says what is chosen; a chevron shows that there is more to choose from."""

    def __init__(self, parent: QWidget | None = None, *, ink: str = "") -> None:
        """Stand in the middle of its width; or, with the name of a colour, at the left in it."""
        super().__init__(parent)
        self._ink = ink
        self.setProperty("role", "choice")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def width_for(self, text: str) -> int:
        """Return how wide the button is when it says this."""
        self.ensurePolished()
        return self.fontMetrics().horizontalAdvance(text) + self._beside()

    def sizeHint(self) -> QSize:
        return QSize(self.width_for(self.text()), px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self.sizeHint()

    def room(self) -> int:
        """Return how much of its width is for text."""
        return self.width() - self._beside()

    def _beside(self) -> int:
        """Return how much of its width is not for text."""
        return px(_ROOM + 3 if self._ink else _ROOM)

    def paintEvent(self, event: QPaintEvent) -> None:
        option, stylist = QStyleOptionToolButton(), QStylePainter(self)
        self.initStyleOption(option)
        text = self.fontMetrics().elidedText(
            option.text, Qt.TextElideMode.ElideRight, max(self.room(), px(_ROOM)) + px(4)
        )
        option.text = "" if self._ink else text
        stylist.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        if self._ink:
            stylist.setPen(QColor(getattr(current_theme(), self._ink)))
            box = self.rect().adjusted(px(_LEFT) + _FRAME, 0, 0, 0)
            stylist.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        stylist.end()
        painter, size = _painter(self), _CHEVRON * current_scale()
        painter.setPen(QPen(_colour(self), 1.4 * current_scale()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        middle = QPointF(self.width() - _CHEVRON_RIGHT * current_scale(), self.height() / 2)
        corners = QPointF(-size, -size / 2), QPointF(0, size / 2), QPointF(size, -size / 2)
        painter.drawPolyline(QPolygonF([middle + corner for corner in corners]))


class DotsButton(QToolButton):
    """Opens a menu; says by its name and tooltip what that is for."""

    def __init__(self, name: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "quiet")
        self.setAccessibleName(name)
        self.setToolTip(tooltip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return QSize(px(_WIDTH), px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, radius = _painter(self), _DOT_RADIUS * current_scale()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_colour(self))
        middle = QPointF(self.width() / 2, self.height() / 2)
        for place in (-1, 0, 1):
            painter.drawEllipse(middle + QPointF(place * px(_DOT_GAP), 0), radius, radius)


class DipButton(DotsButton):
    """Opens the search for a learning rate: a curve that falls, and rises steeply."""

    def paintEvent(self, event: QPaintEvent) -> None:
        QToolButton.paintEvent(self, event)
        painter, scale = _painter(self), current_scale()
        painter.setPen(QPen(_colour(self), 1.4 * scale))
        middle = QPointF(self.width() / 2, self.height() / 2)
        corners = ((-8, -4), (-4, -3), (0, 3), (3, 5), (5, 2), (7, -6))
        painter.drawPolyline(QPolygonF([middle + QPointF(x, y) * scale for x, y in corners]))


def _painter(button: QToolButton) -> QPainter:
    painter = QPainter(button)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return painter


def _colour(button: QToolButton) -> QColor:
    return QColor(current_theme().ink if button.underMouse() else current_theme().mute)
