"""The slider's picture and mouse: a track, its filled part, a round handle, ticks below."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QMarginsF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.widgets.theme import LOOK_CHANGES, current_theme, px

HANDLE = 17
RING = 2


class SliderTrack(QWidget):
    """Shows a fraction between 0 and 1; what it means, and the keys, are its owner's business."""

    picked = Signal(float)  # a place on the track or a label below it was clicked
    dragged = Signal(float)  # the handle was pulled to this fraction
    let_go = Signal()

    def __init__(
        self, ticks: Sequence[tuple[float, str]] = (), *, width: int = 96,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._ticks = tuple(ticks)
        self._fraction = 0.0
        self._width = width
        self._grip: float | None = None  # how far from the handle's middle it is held
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def fraction(self) -> float:
        """Where the handle stands."""
        return self._fraction

    def is_held(self) -> bool:
        """Whether the mouse has hold of the handle."""
        return self._grip is not None

    def set_fraction(self, fraction: float) -> None:
        """Move the handle; emits nothing."""
        self._fraction = fraction
        self.update()

    def set_ticks(self, ticks: Sequence[tuple[float, str]]) -> None:
        """Write other values below the track."""
        self._ticks = tuple(ticks)
        self.update()

    def reach(self, pixels: int) -> float:
        """Return the part of the track that so many pixels are."""
        return px(pixels) / max(1.0, self._span())

    def _left(self) -> float:
        return px(HANDLE) / 2 + px(RING) + 1

    def _span(self) -> float:
        return self.width() - 2 * self._left()

    def _fraction_at(self, x: float) -> float:
        fraction = min(max((x - self._left()) / max(1.0, self._span()), 0.0), 1.0)
        return (
            1 - fraction if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else fraction
        )

    def _x(self, fraction: float) -> float:
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            fraction = 1 - fraction
        return self._left() + fraction * self._span()

    def _middle(self) -> float:
        return self.height() / 2 if not self._ticks else px(14)

    def _draw_track(self, painter: QPainter, handle_x: float) -> None:
        theme, middle, thick = current_theme(), self._middle(), px(3)
        start, end = self._x(0), self._x(1)
        top = middle - thick / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.edge))
        left, right = min(start, end), max(start, end)
        painter.drawRoundedRect(QRectF(left, top, right - left, thick), thick / 2, thick / 2)
        if self.isEnabled():
            painter.setBrush(QColor(theme.accent))
            fill = QRectF(min(start, handle_x), top, abs(handle_x - start), thick)
            painter.drawRoundedRect(fill, thick / 2, thick / 2)

    def _draw_handle(self, painter: QPainter, x: float) -> None:
        theme, line = current_theme(), px(3)
        colour = QColor(theme.accent if self.isEnabled() else theme.edge)
        centre, radius = QPointF(x, self._middle()), (px(HANDLE) - line) / 2
        painter.setBrush(QColor(theme.card))
        painter.setPen(QPen(colour, line))
        painter.drawEllipse(centre, radius, radius)
        if self.hasFocus():
            painter.setBrush(colour)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(centre, px(4), px(4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, px(RING)))
            ring = px(HANDLE) / 2 + px(RING) / 2 + 0.5
            painter.drawEllipse(centre, ring, ring)

    def _draw_ticks(self, painter: QPainter) -> None:
        theme, top = current_theme(), self._middle() + px(HANDLE) / 2
        painter.setPen(QPen(QColor(theme.edge), 1))
        for fraction, _ in self._ticks:
            x = round(self._x(fraction)) + 0.5
            painter.drawLine(QPointF(x, self._middle() + px(5)), QPointF(x, top))
        painter.setFont(self._small())
        painter.setPen(QColor(theme.mute))
        for box, _, label in self._labels():
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)

    def _small(self) -> QFont:
        font = self.font()
        font.setPixelSize(px(11))
        return font

    def _labels(self) -> list[tuple[QRectF, float, str]]:
        """Return place, fraction and text of each label: every tick, or every second, third …"""
        for every in range(1, len(self._ticks) + 1):
            labels = [self._label(*tick) for tick in self._ticks[::every]]
            boxes = sorted((box for box, _, _ in labels), key=QRectF.left)
            if all(a.right() + px(6) <= b.left() for a, b in pairwise(boxes)):
                return labels
        return []

    def _label(self, fraction: float, label: str) -> tuple[QRectF, float, str]:
        metrics = QFontMetricsF(self._small())
        width, top = metrics.horizontalAdvance(label), self._middle() + px(HANDLE) / 2 + px(RING)
        x = min(max(self._x(fraction) - width / 2, 0), self.width() - width)
        return QRectF(x, top, width, metrics.height()), fraction, label

    def _label_at(self, place: QPointF) -> float | None:
        """Return the fraction that a label under the mouse stands for."""
        around = QMarginsF(px(4), 0, px(4), px(4))
        hits = [f for box, f, _ in self._labels() if box.marginsAdded(around).contains(place)]
        return hits[0] if hits else None

    def _press(self, place: QPointF) -> None:
        """Take hold of the handle where it is, or send it to the place that was clicked."""
        label = self._label_at(place)
        if label is not None:
            self.picked.emit(label)
        elif abs(place.x() - self._x(self._fraction)) > px(HANDLE) / 2 + px(RING):
            self.picked.emit(self._fraction_at(place.x()))
        self._grip = place.x() - self._x(self._fraction)

    def sizeHint(self) -> QSize:
        return QSize(px(self._width), px(40) if self._ticks else px(32))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(px(140 if self._ticks else 56), self.sizeHint().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._press(event.position())
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._grip is not None:
            self.dragged.emit(self._fraction_at(event.position().x() - self._grip))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = None
            self.let_go.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES or event.type() == QEvent.Type.EnabledChange:
            self.updateGeometry()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = self._x(self._fraction)
        self._draw_ticks(painter)
        self._draw_track(painter, x)
        self._draw_handle(painter, x)
