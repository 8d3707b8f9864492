"""A label that shortens its text instead of being cut off, and tells all of it on hovering."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QStyle, QStyleOption, QToolTip, QWidget

from app.widgets.plain_text import plain_tooltip
from app.widgets.theme import px

_WIDE = 400  # pixels of the design: no tooltip is as wide by itself


class ElidedLabel(QLabel):
    """One line of plain text with "…" where room is short."""

    def __init__(
        self, text: str = "", role: str = "muted", parent: QWidget | None = None, *,
        ends_tell: bool = False, is_folded: bool = False,
    ) -> None:  # fmt: skip
        """Leave out the end; of a path, whose end tells most, the middle.

        is_folded: where room is short, two smaller lines within the same height come first
        """
        super().__init__(text, parent, textFormat=Qt.TextFormat.PlainText)
        self._elided = Qt.TextElideMode.ElideMiddle if ends_tell else Qt.TextElideMode.ElideRight
        self.setProperty("role", role)
        self._is_folded = is_folded
        self._tooltip = ""
        self._shorter: Sequence[str] = ()

    def set_shorter(self, texts: Sequence[str]) -> None:
        """Say the same in fewer words where room is short, the longest first."""
        self._shorter = texts
        self.update()

    def set_tooltip(self, text: str) -> None:
        """Set a tooltip of its own; without one, the full text is shown when it is cut short."""
        self._tooltip = text
        self._refresh_tooltip()

    def setText(self, text: str) -> None:  # noqa: N802
        super().setText(text)
        self._refresh_tooltip()

    def is_cut_short(self) -> bool:
        """Whether not all of the text can be seen."""
        metrics = self.fontMetrics()
        if self._is_folded and not self._fits(self.text(), metrics):
            metrics = QFontMetrics(self._small())
            return not all(self._fits(line, metrics) for line in self._lines(metrics))
        return not self._fits(self.text(), metrics)

    def shown_text(self) -> str:
        """Return the text, or of fewer words what there is room for; the end may still be cut."""
        texts, metrics = (self.text(), *self._shorter), self.fontMetrics()
        return next((text for text in texts if self._fits(text, metrics)), texts[-1])

    def _fits(self, text: str, metrics: QFontMetrics) -> bool:
        return metrics.horizontalAdvance(text) <= self.contentsRect().width()

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(font.pixelSize() - px(2))
        return font

    def _lines(self, metrics: QFontMetrics) -> tuple[str, ...]:
        """Return the text in two lines, divided where the longer one is shortest."""
        words = self.text().split()
        halves = [(" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words))]
        width = metrics.horizontalAdvance
        return min(halves, key=lambda lines: max(map(width, lines)), default=(self.text(),))

    def _refresh_tooltip(self) -> None:
        full = self.text() if self.is_cut_short() else ""
        text = "\n".join(filter(None, (full, self._tooltip)))
        self.setToolTip(plain_tooltip(text, self._tooltip_width(text)))

    def _tooltip_width(self, text: str) -> int:
        """Return how wide a tooltip is that wraps no sooner than the label is wide; 0: Qt's own."""
        metrics = QFontMetrics(QToolTip.font())
        widest = max(map(metrics.horizontalAdvance, text.split("\n"))) + px(4)
        return min(widest, self.width()) if self.width() > px(_WIDE) else 0

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        room = self.fontMetrics().horizontalAdvance("MM…")
        return QSize(min(room, super().sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refresh_tooltip()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        style, box = self.style(), self.contentsRect()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        metrics = self.fontMetrics()
        lines: tuple[str, ...] = (self.shown_text(),)
        if self._is_folded and not self._fits(self.text(), metrics):
            painter.setFont(self._small())
            metrics = painter.fontMetrics()
            lines = self._lines(metrics)
        text = "\n".join(metrics.elidedText(line, self._elided, box.width()) for line in lines)
        flags = QStyle.visualAlignment(self.layoutDirection(), self.alignment())
        style.drawItemText(
            painter, box, int(flags), self.palette(), self.isEnabled(), text,
            self.foregroundRole(),
        )  # fmt: skip
