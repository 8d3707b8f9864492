"""How long sentences are: a small bar chart that shares its scales with those beside it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.widgets import numbers
from app.widgets.theme import current_theme, px

BARS = 32  # at most, or one more
HEIGHT = 56
CAPTION = 14  # pixels of the line below the bars


def bars_of(lengths: Sequence[int], longest: int) -> list[float]:
    """Return the share of the sentences in each step of lengths; the last one has all beyond.

    lengths: how many sentences have 0, 1, 2 … pieces; each step is as many pieces wide
    """
    step = step_of(longest)
    shares = np.zeros(longest // step + 1)
    places = np.minimum(np.arange(len(lengths)) // step, len(shares) - 1)
    np.add.at(shares, places, lengths)
    found: list[float] = (shares / max(1, sum(lengths))).tolist()
    return found


def step_of(longest: int) -> int:
    """Return how many lengths share a bar, so that there are not too many bars."""
    return max(1, -(-longest // BARS))


def length_of(lengths: Sequence[int], share: float) -> int:
    """Return the length that so large a share of the sentences does not exceed."""
    below = np.cumsum(lengths)
    return int(np.searchsorted(below, share * below[-1])) if len(below) else 0


class LengthBars(QWidget):
    """Bars from 0 pieces to the longest, and a mark at the mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = "source"
        self._bars: list[float] = []
        self._longest, self._most, self._mean = 1, 1.0, 0.0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_lengths(
        self, lengths: Sequence[int], longest: int, most: float, side: str = "source"
    ) -> None:
        """Show how many sentences have 0, 1, 2 … pieces; nothing: no bars.

        longest: at the right end, for all that stand side by side; most: the highest of all bars
        """
        self._side, self._longest, self._most = side, max(1, longest), most or 1.0
        self._bars = bars_of(lengths, longest) if len(lengths) else []
        total = max(1, sum(lengths))
        self._mean = sum(n * count for n, count in enumerate(lengths)) / total
        said = self.tr(
            "half of the sentences have at most {half:piece|pieces}, 95 % at most {most}"
        )
        half, nearly = length_of(lengths, 0.5), length_of(lengths, 0.95)
        text = said.format(half=numbers.count(half), most=nearly) if self._bars else ""
        self.setToolTip(text)
        self.setAccessibleDescription(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(120), px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._bars:
            return
        painter, theme = QPainter(self), current_theme()
        ground = self.height() - px(CAPTION)
        step = self.width() / len(self._bars)
        colour = QColor(getattr(theme, self._side))
        for place, share in enumerate(self._bars):
            high = share / self._most * (ground - px(2))
            if share:
                bar = QRectF(place * step, ground - max(1.0, high), step - 1, max(1.0, high))
                painter.fillRect(bar, colour)
        painter.fillRect(QRectF(0, ground, self.width(), 1), QColor(theme.edge))
        x = min((self._mean / step_of(self._longest) + 0.5) * step, self.width() - px(2))
        painter.fillRect(QRectF(x - px(1), 0, px(2), ground), QColor(theme.ink))
        font = QFont(self.font())
        font.setPixelSize(px(11))
        painter.setFont(font)
        painter.setPen(QColor(theme.mute))
        below = QRectF(0, ground + 1, self.width(), px(CAPTION))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "0")
        end = self.tr("{count:piece|pieces}").format(count=numbers.count(self._longest))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, end)
