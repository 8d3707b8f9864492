"""The loss under rising learning rates, drawn while it is found; a click takes a rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.widgets import numbers
from app.widgets.scales import decades, fit_span, tick_text, ticks
from app.widgets.theme import current_theme, px

LEAST = (440, 240)
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}
ABOVE = 1.1  # times the highest loss before the lowest one: what explodes leaves the picture


@dataclass(frozen=True)
class Losses:
    """What has been found so far: one loss for each rate, and the same smoothed."""

    rates: tuple[float, ...] = ()
    losses: tuple[float, ...] = ()
    smoothed: tuple[float, ...] = ()


class RatePlot(QWidget):
    """A curve over a logarithmic axis, with a cursor for mouse and keys."""

    rate_chosen = Signal(float)
    place_changed = Signal()  # the cursor stands elsewhere now

    def __init__(self, low: float, high: float, parent: QWidget | None = None) -> None:
        """Take the lowest and the highest rate there will be."""
        super().__init__(parent)
        self._low, self._high = log10(low), log10(high)
        self._found = Losses()
        self._marks: tuple[tuple[float, str], ...] = ()
        self._place: int | None = None  # of the cursor, among the rates
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("loss, by learning rate"))
        self.setAccessibleDescription(
            self.tr("← and → go from rate to rate, Enter takes the one at the cursor.")
        )

    def show_losses(self, found: Losses) -> None:
        """Draw what has been found so far."""
        self._found = found
        if self._place is not None and self._place >= len(found.rates):
            self._place = None
        self.update()

    def show_marks(self, marks: Sequence[tuple[float, str]]) -> None:
        """Mark some rates, each with a word."""
        self._marks = tuple(marks)
        self.update()

    def rate_at_cursor(self) -> float | None:
        """The rate the cursor points at, to two digits."""
        return None if self._place is None else float(f"{self._found.rates[self._place]:.1e}")

    def caption(self) -> str:
        """What there is at the cursor, in words; "" without one."""
        rate = self.rate_at_cursor()
        if rate is None or self._place is None:
            return ""
        return self.tr("rate {rate}: loss {loss}").format(
            rate=numbers.learning_rate(rate), loss=numbers.loss(self._found.smoothed[self._place])
        )

    # Drawing -----------------------------------------------------------------------------

    def area(self) -> QRectF:
        """The rectangle of the curve."""
        line = self.fontMetrics().height()
        left, below = px(48), 2 * line + px(6)
        return QRectF(self.rect()).adjusted(left, line + px(10), -px(12), -below)

    def column(self, rate: float) -> float:
        """The pixel column of a rate."""
        area = self.area()
        return area.left() + (log10(rate) - self._low) / (self._high - self._low) * area.width()

    def limits(self) -> tuple[float, float]:
        """The lowest and highest loss in the picture."""
        smooth = self._found.smoothed
        if not smooth:
            return 0.0, 1.0
        lowest = int(np.argmin(smooth))
        return fit_span((smooth[lowest], ABOVE * max(smooth[: lowest + 1])), (0.0, 0.0))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, area = QPainter(self), self.area()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_columns(painter, area)
        if self._found.rates:
            self._draw_rows(painter, area)
            self._draw_curve(painter, area)
        self._draw_marks(painter, area)
        self._draw_cursor(painter, area)
        if self.hasFocus():
            painter.setPen(QPen(QColor(current_theme().accent), px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), px(6), px(6))

    def _draw_columns(self, painter: QPainter, area: QRectF) -> None:
        theme, height = current_theme(), self.fontMetrics().height()
        for exponent in decades(self._low, self._high, int(area.width() / px(48))):
            column = self.column(10.0**exponent)
            painter.setPen(QColor(theme.grid))
            painter.drawLine(QPointF(column, area.top()), QPointF(column, area.bottom()))
            painter.setPen(QColor(theme.mute))
            words = QRectF(column - px(30), area.bottom() + px(3), px(60), height)
            text = numbers.learning_rate(10.0**exponent)
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, text)
        words = QRectF(area.left(), area.bottom() + px(3) + height, area.width(), height)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.tr("learning rate"))

    def _draw_rows(self, painter: QPainter, area: QRectF) -> None:
        theme, (low, high) = current_theme(), self.limits()
        values, spacing = ticks(low, high, max(2, int(area.height() / px(32))))
        ends = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value in values:
            row = self._row(float(value), area)
            painter.setPen(QColor(theme.grid))
            painter.drawLine(QPointF(area.left(), row), QPointF(area.right(), row))
            painter.setPen(QColor(theme.mute))
            words = QRectF(0, row - px(10), area.left() - px(6), px(20))
            painter.drawText(words, int(ends), tick_text(float(value), spacing))
        head = QRectF(px(8), 0, area.width(), self.fontMetrics().height() + px(4))
        starts = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(head, int(starts), self.tr("loss, nats per token"))

    def _row(self, loss: float, area: QRectF) -> float:
        low, high = self.limits()
        return area.bottom() - (loss - low) / (high - low) * area.height()

    def _draw_curve(self, painter: QPainter, area: QRectF) -> None:
        theme, found = current_theme(), self._found
        low, high = self.limits()
        columns = [self.column(rate) for rate in found.rates]

        def points(values: Sequence[float]) -> list[QPointF]:
            most = high + (high - low)  # beyond it, lines of a million pixels
            rows = [self._row(min(value, most), area) for value in values]
            return [QPointF(x, y) for x, y in zip(columns, rows, strict=True)]

        line = points(found.smoothed)
        painter.save()
        painter.setClipRect(area)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.edge))
        for point in points(found.losses):
            painter.drawEllipse(point, px(3) / 2, px(3) / 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.run), px(2)))
        painter.drawPolyline(QPolygonF(line))
        painter.restore()
        self._draw_exit(painter, area, line)

    def _draw_exit(self, painter: QPainter, area: QRectF, line: Sequence[QPointF]) -> None:
        """Say with an arrow head that the loss goes on to rise above the picture."""
        if line[-1].y() >= area.top():
            return
        last = next(
            i for i in range(len(line) - 1, -1, -1) if i == 0 or line[i - 1].y() >= area.top()
        )
        inside, beyond = line[max(0, last - 1)], line[last]
        share = (inside.y() - area.top()) / max(1e-9, inside.y() - beyond.y())
        column = inside.x() + min(max(share, 0.0), 1.0) * (beyond.x() - inside.x())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current_theme().run))
        tip, size = QPointF(column, area.top()), px(5)
        painter.drawPolygon(
            QPolygonF([tip, tip + QPointF(size, 1.4 * size), tip + QPointF(-size, 1.4 * size)])
        )

    def _draw_marks(self, painter: QPainter, area: QRectF) -> None:
        theme, end = current_theme(), area.left() + px(40)  # where "loss" stands
        metrics = painter.fontMetrics()
        for rate, text in sorted(self._marks):
            column = self.column(rate)
            painter.setPen(QPen(QColor(theme.accent), px(3) / 2, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(column, area.top()), QPointF(column, area.bottom()))
            width = metrics.horizontalAdvance(text)
            left = min(max(column - width / 2, end), area.right() - width)
            painter.setPen(QColor(theme.ink))
            painter.drawText(QRectF(left, px(2), width + 1, metrics.height() + px(4)), text)
            end = left + width + px(12)

    def _draw_cursor(self, painter: QPainter, area: QRectF) -> None:
        if self._place is None:
            return
        theme, found = current_theme(), self._found
        column = self.column(found.rates[self._place])
        painter.setPen(QPen(QColor(theme.mute), 1))
        painter.drawLine(QPointF(column, area.top()), QPointF(column, area.bottom()))
        row = max(self._row(found.smoothed[self._place], area), area.top())
        painter.setPen(QPen(QColor(theme.run), px(2)))
        painter.setBrush(QColor(theme.card))
        painter.drawEllipse(QPointF(column, row), px(4), px(4))

    # Mouse and keys ----------------------------------------------------------------------

    def _go(self, place: int | None) -> None:
        if place != self._place:
            self._place = place
            self.update()
            self.place_changed.emit()

    def _nearest(self, column: float) -> int | None:
        area, rates = self.area(), self._found.rates
        if not rates:
            return None
        share = (column - area.left()) / max(1.0, area.width())
        exponent = self._low + share * (self._high - self._low)
        return int(np.argmin(np.abs(np.log10(rates) - exponent)))

    def _choose(self) -> None:
        rate = self.rate_at_cursor()
        if rate is not None:
            self.rate_chosen.emit(rate)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go(self._nearest(event.position().x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(self._nearest(event.position().x()))
            self._choose()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self._go(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._found.rates) - 1
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        key = Qt.Key(event.key())
        if last >= 0 and key in STEPS:
            here = self._place if self._place is not None else last
            self._go(min(max(here + STEPS[key], 0), last))
        elif last >= 0 and key in ends:
            self._go(ends[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._place is not None:
            self._choose()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(640), px(320))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(px(LEAST[0]), px(LEAST[1]))
