"""A button with a painted sign, and beside it its word where there is room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QPushButton, QWidget

from app.widgets.theme import LOOK_CHANGES, current_theme, px

_SIDE, _GAP = 14, 6  # of the sign, and before the word
Corners = tuple[tuple[float, float], ...]  # as shares of the sign's side
AFRESH: tuple[Corners, ...] = (  # the head of an arrow that goes round
    ((0.52, 0.0), (0.52, 0.44), (0.2, 0.22)),
)
BACK: tuple[Corners, ...] = (  # two triangles to the left
    ((0.5, 0.15), (0.02, 0.5), (0.5, 0.85)),
    ((0.98, 0.15), (0.5, 0.5), (0.98, 0.85)),
)
ONE_STEP: tuple[Corners, ...] = (  # a triangle to a bar at the right
    ((0.14, 0.12), (0.68, 0.5), (0.14, 0.88)),
    ((0.74, 0.12), (0.9, 0.12), (0.9, 0.88), (0.74, 0.88)),
)


class SignButton(QPushButton):
    """Shows its sign always, its word when it is told to; screen readers hear the word."""

    def __init__(
        self, word: str, sign: tuple[Corners, ...], *, either: bool = False,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """Take the word and the sign; either: the word stands in place of the sign."""
        super().__init__(parent)
        self._word, self._sign, self._either = word, sign, either
        self.setProperty("role", "sign")
        self.setAccessibleName(word)
        self._draw()

    def show_word(self, on: bool) -> None:
        """Show the word beside the sign, or the sign alone."""
        if on != bool(self.text()):
            self.setText(self._word if on else "")
            self._draw()

    def word_width(self) -> int:
        """Return how much wider the word makes the button."""
        self.ensurePolished()
        more = -px(_SIDE) if self._either else px(_GAP) + px(4)
        return self.fontMetrics().horizontalAdvance(self._word) + more

    def sign_width(self) -> int:
        """Return how wide the button is without its word."""
        return self.minimumSizeHint().width() - (self.word_width() if self.text() else 0)

    def _draw(self) -> None:
        if self._either and self.text():
            self.setIcon(QIcon())
            return
        side, ratio = px(_SIDE), 2.0
        width = side + (px(_GAP) if self.text() else 0)
        icon = QIcon()
        for mode, colour in (
            (QIcon.Mode.Normal, current_theme().ink), (QIcon.Mode.Disabled, current_theme().mute),
        ):  # fmt: skip
            picture = QPixmap(QSize(width, side) * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            if self._sign is AFRESH:
                painter.setPen(QPen(QColor(colour), px(2)))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                box = QRectF(0.14 * side, 0.2 * side, 0.72 * side, 0.72 * side)
                painter.drawArc(box, -190 * 16, 280 * 16)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(colour))
            for corners in self._sign:
                painter.drawPolygon(QPolygonF([QPointF(x, y) * side for x, y in corners]))
            painter.end()
            icon.addPixmap(picture, mode)
        self.setIcon(icon)
        self.setIconSize(QSize(width, side))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_sign"):
            self._draw()
