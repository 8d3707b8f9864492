"""Which two languages of a file that has more are meant."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from app.widgets.chooser import Chooser
from app.widgets.named import named
from app.widgets.theme import px


class LanguagesDialog(QDialog):
    """Asks for source and target; they are never the same."""

    chosen = Signal(str, str)  # source and target, by their names in the file

    def __init__(
        self, languages: tuple[tuple[str, str], ...], file: str, parent: QWidget | None = None
    ) -> None:
        """Take the name of each language in the file, and what people call it."""
        super().__init__(parent)
        self.setObjectName("languagesDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Two languages"))
        self.source = named(self._chooser(languages, 0), "sourceLanguage")
        self.target = named(self._chooser(languages, 1), "targetLanguage")
        text = self.tr("{file} holds {count} languages. Which two are meant?")
        head = QLabel(text.format(file=file, count=len(languages)), wordWrap=True)
        head.setTextFormat(Qt.TextFormat.PlainText)
        form = QFormLayout()
        form.setSpacing(px(8))
        for title, chooser in (
            (self.tr("Translate from"), self.source), (self.tr("Translate into"), self.target),
        ):  # fmt: skip
            chooser.setAccessibleName(title)
            chooser.setAccessibleDescription(self.tr("A language of the file."))
            form.addRow(title, chooser)
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Open | kinds.Cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(16), px(16), px(16))
        column.setSpacing(px(16))
        column.addWidget(head)
        column.addLayout(form)
        column.addWidget(buttons)
        self.resize(px(360), self.sizeHint().height())
        self.source.activated.connect(lambda _: self._keep_apart(self.target, self.source))
        self.target.activated.connect(lambda _: self._keep_apart(self.source, self.target))
        buttons.rejected.connect(self.reject)
        buttons.accepted.connect(self.accept)
        self.accepted.connect(
            lambda: self.chosen.emit(self.source.currentData(), self.target.currentData())
        )
        self._before = self._rows()

    def _chooser(self, languages: tuple[tuple[str, str], ...], row: int) -> Chooser:
        chooser = Chooser()
        for name, title in languages:
            chooser.addItem(f"{title} ({name})" if title != name else name, name)
        chooser.setCurrentIndex(row)
        return chooser

    def _rows(self) -> dict[Chooser, int]:
        return {side: side.currentIndex() for side in (self.source, self.target)}

    def _keep_apart(self, other: Chooser, changed: Chooser) -> None:
        """Exchange the sides where one takes the language of the other."""
        if other.currentIndex() == changed.currentIndex():
            other.setCurrentIndex(self._before[changed])
        self._before = self._rows()
