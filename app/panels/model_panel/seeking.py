"""Which settings are in sight: those that are sought, those that were changed, or all."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLabel

from app.panels.model_panel.attention_row import AttentionRow
from app.panels.model_panel.knob_forms import KnobForms
from app.panels.model_panel.only_changed import OnlyChanged
from app.widgets.chooser import Chooser
from app.widgets.form_row import FormRow
from app.widgets.search_field import SearchField


class Seeking(QObject):
    """Hides the rows in which the words of a search do not occur, or that nobody has changed."""

    gone_to = Signal(object)  # FormRow that has the focus now: it is to be seen

    def __init__(
        self, search: SearchField, only_changed: OnlyChanged, nothing: QLabel,
        preset: FormRow, architecture: FormRow, attention: AttentionRow, knobs: KnobForms,
    ) -> None:  # fmt: skip
        super().__init__(search)
        self._search, self._only_changed, self._nothing = search, only_changed, nothing
        self._preset, self._architecture, self._attention = preset, architecture, attention
        self._knobs = knobs
        only_changed.toggled.connect(lambda _: self.seek())
        search.textChanged.connect(lambda _: self.seek())
        search.entered.connect(self._go_to_first)

    def seek(self) -> None:
        """Show what is sought, or all as usual."""
        words, only = self._search.text().split(), self._only_changed.isChecked()
        lowered = [word.casefold() for word in words]
        found = self._knobs.seek(words, only)
        self._preset.setVisible(only or self._matches(self._preset, lowered))
        if not only:  # of a preset there is no "changed"
            found += bool(words) and self._matches(self._preset, lowered)
        is_sought = self._matches(self._architecture, lowered)
        is_changed = self._architecture.is_changed
        self._architecture.setVisible(is_sought and (is_changed or not only))
        found += is_sought and (is_changed if only else bool(words))
        is_sought = self._attention.matches(lowered, self.tr("Decoder"))
        self._attention.setVisible(is_sought and (self._attention.is_changed or not only))
        found += not self._attention.isHidden()
        self._nothing.setVisible(not found)
        none, none_changed = (
            self.tr("No setting matches “{words}”."),
            self.tr("No changed setting matches “{words}”."),
        )
        text = none_changed if only else none
        self._nothing.setText(text.format(words=self._search.text().strip()))

    def _matches(self, row: FormRow, words: list[str]) -> bool:
        """Whether all words occur in the name of a chooser, its help or what can be chosen."""
        chooser = row.editor_widget
        assert isinstance(chooser, Chooser)
        said = [row.label.text(), chooser.toolTip()]
        said += [chooser.itemText(item) for item in range(chooser.count())]
        return all(word in " ".join(said).casefold() for word in words)

    def _go_to_first(self) -> None:
        """Go from the search field to the first setting that was found."""
        for row in (self._preset, self._architecture, self._attention, *self._knobs.rows()):
            if row.isVisibleTo(self._search.window()) and row.editor_widget.isEnabled():
                row.editor_widget.setFocus(Qt.FocusReason.TabFocusReason)
                self.gone_to.emit(row)
                return
