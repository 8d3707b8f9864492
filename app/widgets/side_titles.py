"""The titles of two columns of sentences, each a button where there is something to choose."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from app.widgets.named import named
from app.widgets.plain_text import plain_tooltip
from app.widgets.popup import pop_menu
from app.widgets.quiet_buttons import ChoiceButton
from app.widgets.theme import px

Column = tuple[str, str]  # its name, and how it is called in the menu


class SideTitles(QWidget):
    """Says which column is the source and which the target; a click offers the others."""

    header_taken = Signal(bool)  # the first row names the columns, or is a pair
    chosen = Signal(bool, str)  # whether it is the target's, and the name of the column

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: Sequence[Column] = ()
        self._names = ("", "")
        self._header = ""
        self.source, self.target = (
            named(_Title(side), f"{side}Column") for side in ("source", "target")
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for is_target, button in enumerate((self.source, self.target)):
            row.addWidget(button, 1)
            button.clicked.connect(lambda _=False, it=bool(is_target): self._offer(it))
        self.source.setAccessibleName(self.tr("source column"))
        self.target.setAccessibleName(self.tr("target column"))
        tip = self.tr("Take another column of the file.")
        for button in (self.source, self.target):
            button.setAccessibleDescription(tip)

    def share_width(self, source: int) -> None:
        """Let the source's title be so wide, that of the target have the rest."""
        self.source.setFixedWidth(source)

    def set_columns(
        self, columns: Sequence[Column], names: tuple[str, str], titles: tuple[str, str],
        header: str = "",
    ) -> None:  # fmt: skip
        """Offer columns; `names` are those that were taken, `titles` what is shown of them.

        `header` says whether the first row of a table names the columns, "yes" or "no".
        """
        self._columns, self._names, self._header = columns, names, header
        tip = self.source.accessibleDescription()
        for button, title in zip((self.source, self.target), titles, strict=True):
            button.setText(title)
            button.setToolTip(plain_tooltip(f"{title}\n{tip}"))

    def _offer(self, is_target: bool) -> None:
        button = self.target if is_target else self.source
        menu = named(QMenu(button), "columnMenu")
        for name, text in self._columns:
            action = QAction(text.replace("&", "&&"), menu)
            action.setCheckable(True)
            action.setChecked(name == self._names[int(is_target)])
            action.triggered.connect(lambda _=False, name=name: self.chosen.emit(is_target, name))
            menu.addAction(action)
        if self._header:
            menu.addSeparator()
            action = menu.addAction(self.tr("The first row names the columns"))
            action.setCheckable(True)
            action.setChecked(self._header == "yes")
            action.triggered.connect(self.header_taken)
        pop_menu(menu, button)


class _Title(ChoiceButton):
    """The head of a column."""

    def __init__(self, side: str) -> None:
        super().__init__(ink="ink")
        self.setProperty("role", "sideTitle")
        self.setProperty("side", side)

        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(px(60), px(28))
