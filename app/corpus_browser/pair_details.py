"""One pair in full below the table: both sides whole, and how long they are."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QGridLayout, QLabel, QPlainTextEdit, QWidget

from app.corpus_browser.hits import Sought, mark_hits
from app.widgets import numbers, trained_pairs
from app.widgets.elided_label import ElidedLabel
from app.widgets.named import named
from app.widgets.scripts import alignment_of, direction_of, isolated, without_controls
from app.widgets.theme import px
from s2s_core.scripts import puts_spaces

MOST_LOOKED_AT = 1000  # characters, to tell whether there are words between spaces
MOST_SHOWN = 20_000  # characters; more takes Qt too long to lay out


class PairDetails(QWidget):
    """The source at the left, the target at the right, as they stand in the corpus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles = ("", "")
        self.sought = Sought()
        self.source = named(QPlainTextEdit(), "wholeSource")
        self.target = named(QPlainTextEdit(), "wholeTarget")
        self.heads = tuple(QLabel(textFormat=Qt.TextFormat.PlainText) for _ in range(2))
        self.before = (ElidedLabel(), ElidedLabel())  # as it stands in the file
        self.told = named(ElidedLabel(), "toldOfPair")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(4))
        for column, (head, text) in enumerate(
            zip(self.heads, (self.source, self.target), strict=True)
        ):
            head.setProperty("role", "muted")
            text.setProperty("role", ("wholeSource", "wholeTarget")[column])
            text.setReadOnly(True)
            text.setTabChangesFocus(True)
            text.setAccessibleDescription(self.tr("The whole text of the pair that is chosen."))
            text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
            grid.addWidget(head, 1, column)
            grid.addWidget(text, 2, column)
            grid.addWidget(self.before[column], 3, column)
            grid.setColumnStretch(column, 1)
        grid.addWidget(self.told, 0, 0, 1, 2)
        grid.setRowStretch(2, 1)

    def set_titles(self, titles: tuple[str, str]) -> None:
        """Say what the sides are called."""
        self._titles = titles
        for text, title in zip((self.source, self.target), titles, strict=True):
            text.setAccessibleName(title)

    def show_pair(
        self,
        pair: tuple[str, str] | None,
        in_file: tuple[str, str] | None = None,
        told: str = "",
    ) -> None:
        """Show a pair, or nothing; what stands in the file instead, and what is wrong with it."""
        self.told.setText(told)
        self.told.setVisible(bool(told))
        for side, before, label in zip(
            pair or ("", ""), in_file or ("", ""), self.before, strict=True
        ):
            text = without_controls(" ".join(before[:MOST_SHOWN].split()))
            label.setText(trained_pairs.in_file(text))
            label.setVisible(in_file is not None and before != side)
        for side, head, title, box in zip(
            pair or ("", ""), self.heads, self._titles, (self.source, self.target), strict=True
        ):
            head.setText(self._head(title, side) if pair else isolated(title))
            option = box.document().defaultTextOption()
            option.setTextDirection(direction_of(side[:MOST_SHOWN]))
            option.setAlignment(alignment_of(side[:MOST_SHOWN]))
            box.document().setDefaultTextOption(option)
            box.setPlainText(without_controls(side[:MOST_SHOWN]))
            mark_hits(box.document(), self.sought)

    def _head(self, title: str, text: str) -> str:
        words, characters = len(text.split()), len(text)
        parts = [
            isolated(title),
            *([self.tr("{count:word|words}").format(count=numbers.count(words))]
              if puts_spaces([text[:MOST_LOOKED_AT]]) else []),
            self.tr("{count:character|characters}").format(count=numbers.count(characters)),
        ]  # fmt: skip
        if characters > MOST_SHOWN:
            shown = self.tr("the first {count} are shown")
            parts.append(shown.format(count=numbers.count(MOST_SHOWN)))
        return " · ".join(parts)
