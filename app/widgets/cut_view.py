"""A sentence cut into pieces: each piece on a ground of its own, in the direction of reading."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.widgets import numbers
from app.widgets.pieces import SPACE
from app.widgets.plain_text import plain_tooltip
from app.widgets.scripts import direction_of, is_right_to_left, tallest_line, without_controls
from app.widgets.theme import BASE_SIZE, LOOK_CHANGES, current_theme, px

Shown = tuple[str, int, bool]  # a text, of how many pieces, and whether a piece holds it
JOINER = "\N{ZERO WIDTH JOINER}"
ENDS_ITS_JOINING = frozenset("اأإآٱدذرزژوؤةىء")  # Arabic letters that do not join the next one
STRENGTHS = 0.38, 0.2  # of the colour in the grounds, in turns


class Chip(NamedTuple):
    """Where a piece stands, and what is written there."""

    box: QRectF
    text: str
    has_space: bool  # at its beginning
    pieces: int
    is_known: bool


class CutView(QWidget):
    """Paints pieces, wrapped like words; as high as its width makes it."""

    def __init__(self, side: str = "source", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._shown: tuple[Shown, ...] = ()
        self._note = ""
        self._chips: list[Chip] = []
        self._by_width: dict[float, list[Chip]] = {}  # a layout asks again and again
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_side(self, side: str) -> None:
        """Take the colour of the source or the target."""
        self._side = side
        self.update()

    def show_cut(self, cut: Sequence[Shown] | None, note: str = "") -> None:
        """Show a sentence's pieces; without them, a note in their place."""
        self._shown, self._note = tuple(cut or ()), "" if cut is not None else note
        self._by_width.clear()
        self._lay_out()
        reading = " · ".join(text for text, _, _ in self._shown) or self._note
        self.setAccessibleDescription(reading)
        count = sum(pieces for _, pieces, _ in self._shown)
        said = self.tr("{count:piece|pieces}: {pieces}")
        said = said.format(count=numbers.count(count), pieces=reading)
        self.setToolTip(plain_tooltip(said if self._shown else ""))
        self.updateGeometry()
        self.update()

    def chips(self) -> list[Chip]:
        """Return where each piece stands."""
        return self._chips

    # Laying out --------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._chips = self._chips_in(self.width())

    def _chips_in(self, width: float) -> list[Chip]:
        if width not in self._by_width:
            self._by_width[width] = self._wrapped(width)
        return self._by_width[width]

    def _wrapped(self, width: float) -> list[Chip]:
        """Return the pieces wrapped to a width; from right to left if they are read so."""
        metrics, small = QFontMetricsF(self.font()), QFontMetricsF(self._small())
        height, gap, pad = tallest_line(px(BASE_SIZE)), px(2), px(4)
        turned = self._is_turned()
        chips, x, y = [], 0.0, 0.0
        for text, (_, pieces, is_known) in zip(self._written(), self._shown, strict=True):
            has_space, word = text.startswith(SPACE), text.removeprefix(SPACE)
            room = metrics.horizontalAdvance(word) + 2 * pad
            room += metrics.horizontalAdvance(SPACE) if has_space else 0.0
            room += small.horizontalAdvance(_times(pieces)) if pieces > 1 else 0.0
            room = min(max(room, px(10)), max(width, px(10)))
            if x and x + room > width:
                x, y = 0.0, y + height + gap
            box = QRectF(width - x - room if turned else x, y, room, height)
            chips.append(Chip(box, word, has_space, pieces, is_known))
            x += room + gap
        return chips

    def _is_turned(self) -> bool:
        """Whether the sentence is read from right to left."""
        return is_right_to_left("".join(text for text, _, _ in self._shown))

    def _written(self) -> list[str]:
        """Return what is written for each piece; Arabic letters keep their form in the word."""
        texts = [_with_bearer(without_controls(text)) for text, _, _ in self._shown]
        written = list(texts)
        for place, (one, other) in enumerate(pairwise(texts)):
            if _is_joined(one, other):
                written[place] += JOINER
                written[place + 1] = JOINER + written[place + 1]
        return written

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(px(9))
        return font

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        line = tallest_line(px(BASE_SIZE))
        chips = self._chips_in(width)
        return round(chips[-1].box.bottom()) if chips else line

    def sizeHint(self) -> QSize:
        width = max(self.width(), px(120))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(px(80), tallest_line(px(BASE_SIZE)))

    # Painting ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._shown:
            painter.setPen(QColor(theme.mute))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self._note)
        grounds = [_mixed(getattr(theme, self._side), theme.card, share) for share in STRENGTHS]
        for place, chip in enumerate(self._chips):
            self._paint_ground(painter, chip, grounds[place % 2])
            self._paint_text(painter, chip)

    def _paint_ground(self, painter: QPainter, chip: Chip, ground: QColor) -> None:
        theme, box = current_theme(), chip.box
        painter.setPen(Qt.PenStyle.NoPen)
        if not chip.is_known:
            ground, box = QColor(theme.warning_soft), chip.box.adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(QPen(QColor(theme.warning), 1, Qt.PenStyle.DashLine))
        painter.setBrush(ground)
        painter.drawRoundedRect(box, px(3), px(3))

    def _paint_text(self, painter: QPainter, chip: Chip) -> None:
        theme, turned = current_theme(), self._is_turned()
        box = chip.box.adjusted(px(4), 0, -px(4), 0)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        start = middle | (Qt.AlignmentFlag.AlignRight if turned else Qt.AlignmentFlag.AlignLeft)
        if chip.has_space:
            painter.setPen(QColor(theme.mute))
            painter.drawText(box, start, SPACE)
            room = QFontMetricsF(self.font()).horizontalAdvance(SPACE)
            box = box.adjusted(0, 0, -room, 0) if turned else box.adjusted(room, 0, 0, 0)
        painter.setPen(QColor(theme.ink))
        painter.setLayoutDirection(direction_of(chip.text))
        painter.drawText(box, start, chip.text)
        if chip.pieces > 1:
            painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            painter.setFont(self._small())
            painter.setPen(QColor(theme.warning))
            top = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignAbsolute
            end = Qt.AlignmentFlag.AlignLeft if turned else Qt.AlignmentFlag.AlignRight
            painter.drawText(box.adjusted(-px(2), px(1), px(2), 0), top | end, _times(chip.pieces))
            painter.setFont(self.font())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_chips"):
            self._by_width.clear()
            self._lay_out()
            self.updateGeometry()


def _times(pieces: int) -> str:
    return f"×{pieces}"


def _with_bearer(text: str) -> str:
    """Return a piece with a dotted circle under a mark that would stand on nothing."""
    return f"\N{DOTTED CIRCLE}{text}" if text and unicodedata.combining(text[0]) else text


def _is_joined(one: str, other: str) -> bool:
    """Whether the last letter of a piece is joined to the first of the next one, in Arabic."""
    letters = [letter for letter in one if not unicodedata.combining(letter)]
    first, last = other[:1], letters[-1] if letters else ""
    is_arabic = all(unicodedata.bidirectional(each) == "AL" for each in (last, first) if each)
    return bool(first and last) and is_arabic and last not in ENDS_ITS_JOINING


def _mixed(colour: str, ground: str, share: float) -> QColor:
    one, other = QColor(colour), QColor(ground)
    rest = 1 - share
    return QColor.fromRgbF(
        share * one.redF() + rest * other.redF(),
        share * one.greenF() + rest * other.greenF(),
        share * one.blueF() + rest * other.blueF(),
    )
