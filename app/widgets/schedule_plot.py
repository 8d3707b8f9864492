"""The schedule of the learning rate, drawn small, with a dot where the run is now."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.widgets import numbers
from app.widgets.named import named
from app.widgets.panel_frame import muted
from app.widgets.plain_text import plain_tooltip
from app.widgets.popup import Popup
from app.widgets.theme import LOOK_CHANGES, current_theme, px

WIDTH, PICTURE_HEIGHT = 96, 22
LARGE = (368, 176)


@dataclass(frozen=True)
class RateCurve:
    """The learning rate over the steps of a run, and how far the run has come."""

    steps: tuple[int, ...] = ()  # rising, at least two
    rates: tuple[float, ...] = ()
    here: int = 0
    now: float = 0.0  # the learning rate of this step

    @property
    def top(self) -> float:
        """The highest learning rate."""
        return max(self.rates)

    def part_done(self) -> float:
        """Return how much of the run is over, from 0 to 1."""
        first, last = self.steps[0], self.steps[-1]
        return min(max((self.here - first) / (last - first), 0.0), 1.0)


class ScheduleButton(QAbstractButton):
    """A small picture of the schedule over the learning rate of this step; opens a large one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rates = RateCurve()
        self._help = ""
        self.setAccessibleName(self.tr("learning rate schedule"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open)
        self.popup: SchedulePopup | None = None

    def set_help(self, text: str) -> None:
        """Set what is said about the schedule."""
        self._help = text
        self.setToolTip(plain_tooltip(text))
        self.setAccessibleDescription(text)

    def set_rates(self, curve: RateCurve) -> None:
        """Draw another schedule."""
        self._rates = curve
        self._show_news()

    def set_here(self, step: int, rate: float) -> None:
        """Move the dot."""
        if (step, rate) != (self._rates.here, self._rates.now):
            self._rates = replace(self._rates, here=step, now=rate)
            self._show_news()

    def caption(self) -> str:
        """Return the learning rate of this step in words."""
        return self.tr("now {rate}").format(rate=numbers.learning_rate(self._rates.now))

    def open(self) -> None:
        """Show the schedule large, with its axes, until one clicks elsewhere or presses Esc."""
        self.popup = SchedulePopup(self._rates, self._help, self)
        self.popup.show_below(self)

    def _show_news(self) -> None:
        text = self.tr("learning rate schedule: {now}").format(now=self.caption())
        if text != self.accessibleName():
            self.setAccessibleName(text)
        self.update()
        if self.popup is not None and self.popup.isVisible():
            self.popup.plot.set_rates(self._rates)

    def _small(self) -> QFont:
        font = self.font()
        font.setPixelSize(px(12))
        return font

    def sizeHint(self) -> QSize:
        widest = QFontMetrics(self._small()).horizontalAdvance(
            self.tr("now {rate}").format(rate="8.88e-8")
        )
        return QSize(max(px(WIDTH), widest + px(8)), px(PICTURE_HEIGHT) + px(18))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it as well as Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES:
            self.updateGeometry()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = current_theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if self.hasFocus() or self.underMouse():
            colour = theme.accent if self.hasFocus() else theme.edge
            painter.setPen(QPen(QColor(colour), 2 if self.hasFocus() else 1))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), px(6), px(6))
        if self._rates.steps:
            picture = QRectF(px(8), px(5), box.width() - px(16), px(PICTURE_HEIGHT) - px(5))
            draw_rates(painter, picture, self._rates)
        painter.setFont(self._small())
        painter.setPen(QColor(theme.mute))
        words = QRectF(0, px(PICTURE_HEIGHT), box.width(), px(16))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.caption())


class SchedulePlot(QWidget):
    """The schedule, large: learning rate over steps, both axes named."""

    def __init__(self, curve: RateCurve, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rates = curve
        self.setFixedSize(px(LARGE[0]), px(LARGE[1]))
        self.setAccessibleName(self.tr("learning rate over steps"))

    def set_rates(self, curve: RateCurve) -> None:
        """Draw another schedule, or the same later."""
        self._rates = curve
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = current_theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self.font()
        font.setPixelSize(px(11))
        painter.setFont(font)
        metrics = painter.fontMetrics()
        top, zero = numbers.learning_rate(self._rates.top), "0"
        left = metrics.horizontalAdvance(top) + px(8)
        box = QRectF(self.rect()).adjusted(left, px(8), -px(12), -2 * metrics.height() - px(4))
        painter.setPen(QPen(QColor(theme.grid), 1))
        painter.drawLine(box.topLeft(), box.topRight())
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.setPen(QColor(theme.mute))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for text, y in ((top, box.top()), (zero, box.bottom())):
            painter.drawText(QRectF(0, y - px(8), left - px(6), px(16)), int(right), text)
        below, height = box.bottom() + px(4), metrics.height()
        words = QRectF(box.left(), below, box.width(), height)
        sides = ((0, Qt.AlignmentFlag.AlignLeft), (-1, Qt.AlignmentFlag.AlignRight))
        for index, side in sides:
            painter.drawText(words, int(side), numbers.count(self._rates.steps[index]))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignHCenter), self.tr("step"))
        draw_rates(painter, box, self._rates)
        self._draw_here(painter, box, words.translated(0, height))

    def _draw_here(self, painter: QPainter, box: QRectF, words: QRectF) -> None:
        text = self.tr("you are here: step {step}, {rate}").format(
            step=numbers.count(self._rates.here), rate=numbers.learning_rate(self._rates.now)
        )
        painter.setPen(QColor(current_theme().ink))
        width = painter.fontMetrics().horizontalAdvance(text)
        x = box.left() + self._rates.part_done() * box.width() - width / 2
        x = min(max(x, box.left()), box.right() - width)
        painter.drawText(QRectF(x, words.top(), width + 1, words.height()), text)


class SchedulePopup(Popup):
    """The large picture and what is said about it; gone at a click elsewhere or at Esc."""

    def __init__(self, curve: RateCurve, text: str, parent: QWidget) -> None:
        super().__init__(self.tr("learning rate schedule"), parent)
        named(self, "schedulePopup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleDescription(text)
        self.plot = SchedulePlot(curve)
        words = muted(text)
        words.setFixedWidth(px(LARGE[0]))
        self.column.addWidget(self.plot)
        self.column.addWidget(words)
        self.destroyed.connect(lambda: setattr(parent, "popup", None))


def draw_rates(painter: QPainter, box: QRectF, curve: RateCurve) -> None:
    """Draw what lies ahead grey, what is done in the accent, and a dot between the two."""
    theme, first = current_theme(), curve.steps[0]
    span, top = curve.steps[-1] - first, curve.top or 1.0
    points = [
        QPointF(
            box.left() + (s - first) / span * box.width(), box.bottom() - r / top * box.height()
        )
        for s, r in zip(curve.steps, curve.rates, strict=True)
    ]
    here = QPointF(
        box.left() + curve.part_done() * box.width(),
        box.bottom() - min(curve.now / top, 1.0) * box.height(),
    )
    done = points[: bisect_left(curve.steps, curve.here)]
    for colour, part in ((theme.edge, points), (theme.accent, [*done, here])):
        painter.setPen(QPen(QColor(colour), px(2)))
        painter.drawPolyline(QPolygonF(part))
    painter.setPen(QPen(QColor(theme.accent), px(2)))
    painter.setBrush(QColor(theme.card))
    painter.drawEllipse(here, px(4), px(4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
