"""Where what is scrolled goes on, its edge fades: a row that is cut looks cut on purpose."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app.widgets.theme import current_theme, px

HEIGHT = 28


class ScrollFade(QWidget):
    """Lies over the lower or upper edge of a scroll area while there is more beyond it."""

    def __init__(self, area: QAbstractScrollArea, *, is_upper: bool = False) -> None:
        super().__init__(area)
        self._area, self._is_upper = area, is_upper
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        bar = area.verticalScrollBar()
        bar.rangeChanged.connect(lambda *_: self._fit())
        bar.valueChanged.connect(lambda _: self._fit())
        area.viewport().installEventFilter(self)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stay at the edge."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def _fit(self) -> None:
        bar, view = self._area.verticalScrollBar(), self._area.viewport().geometry()
        end = bar.minimum() if self._is_upper else bar.maximum()
        height = min(px(HEIGHT), view.height() // 3, abs(end - bar.value()))
        top = view.top() if self._is_upper else view.bottom() + 1 - height
        self.setGeometry(view.left(), top, view.width(), height)
        self.setVisible(height > 0)
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        clear, card = QColor(current_theme().card), QColor(current_theme().card)
        clear.setAlpha(0)
        first, last = (card, clear) if self._is_upper else (clear, card)
        fade = QLinearGradient(QPointF(0, 0), QPointF(0, self.height()))
        fade.setColorAt(0, first)
        fade.setColorAt(1, last)
        QPainter(self).fillRect(self.rect(), fade)


def fade_edges(area: QAbstractScrollArea) -> None:
    """Let both edges fade where there is more beyond them."""
    for is_upper in (False, True):
        ScrollFade(area, is_upper=is_upper)
