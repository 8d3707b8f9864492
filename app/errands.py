"""Errands: the dialogs that menus and panels open, and what was wished in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QWidget

from app.bridge.controller import Controller
from app.look import Look
from app.settings import AppSettings
from app.widgets.search_field import SearchField

W = TypeVar("W", bound=QWidget)


class Errands(QObject):
    """Opens a dialog, or goes to the one that is open; what is wished in it, the window does.

    Dialogs are imported when they are opened: the window starts sooner.
    """

    corpus_wanted = Signal(str)  # typed lines are to be a corpus of their own
    translate_wanted = Signal(str, str)  # a pair of the corpus
    rate_taken = Signal(float)
    shown = Signal(QWidget)  # a window beside the main one

    def __init__(
        self, window: QMainWindow, controller: Controller, settings: AppSettings, look: Look
    ) -> None:
        super().__init__(window)
        self._window = window
        self._controller = controller
        self._settings = settings
        self._look = look
        self._lent: list[QAction] = []

    def lend(self, actions: Sequence[QAction]) -> None:
        """Let actions of the window work in the tokenizer lab as well."""
        self._lent = list(actions)

    def show_preferences(self, devices: tuple[str, ...]) -> None:
        """Show what the window remembers."""
        from app.preferences import Preferences

        Preferences(self._settings, self._look, devices, self._window).open()

    def show_smaller(self) -> None:
        """Ask how small a copy of the run is to be, and make it; everything else goes on."""
        from app.smaller_copy import SmallerCopy

        if not self._went_to(SmallerCopy):
            self._show(SmallerCopy(self._controller, self._window))

    def add_pairs(self) -> None:
        """Open the list of the pairs that are added to the corpus, or go to it."""
        from app.added_pairs import AddedPairs

        if not self._went_to(AddedPairs):
            dialog = AddedPairs(self._controller, self._window)
            dialog.corpus_wanted.connect(self.corpus_wanted)
            self._show(dialog)

    def browse_corpus(self, finding: str = "") -> None:
        """Open the browser of the corpus, or go to it, and perhaps to the pairs of a finding."""
        from app.corpus_browser import CorpusBrowser

        dialog = self._went_to(CorpusBrowser)
        if dialog is None:
            dialog = CorpusBrowser(self._controller, self._window)
            dialog.translate_wanted.connect(self.translate_wanted)
            self._show(dialog)
        if finding:
            dialog.show_finding(finding)

    def find_rate(self) -> None:
        """Open the search for a learning rate, or go to it."""
        from app.rate_dialog import RateDialog

        if not self._went_to(RateDialog):
            dialog = RateDialog(self._controller, self._window)
            dialog.rate_taken.connect(self.rate_taken)
            self._show(dialog)

    def compare(self, key: str = "") -> None:
        """Open the comparison of settings, or go to it, and perhaps vary one of them."""
        from app.compare_dialog import CompareDialog

        dialog = self._went_to(CompareDialog)
        if dialog is None:
            dialog = CompareDialog(self._controller, self._window)
            self._show(dialog)
        if key:
            dialog.vary(key)

    def show_lab(self) -> None:
        """Open the tokenizer lab, or go to it."""
        from app.tokenizer_lab import TokenizerLab

        if self._went_to(TokenizerLab):
            return
        if left := self._window.findChild(TokenizerLab):  # it was closed
            left.come_back()
        else:
            dialog = TokenizerLab(self._controller, self._window)
            dialog.addActions(self._lent)
            dialog.finished.connect(self._leave_search)
            self._show(dialog)

    def _show(self, dialog: QWidget) -> None:
        dialog.show()
        self.shown.emit(dialog)

    def _went_to(self, kind: type[W]) -> W | None:
        """Bring a dialog of this kind to the front; None: there is none that is open."""
        dialog = next((d for d in self._window.findChildren(kind) if not d.isHidden()), None)
        if dialog:
            dialog.raise_()
            dialog.activateWindow()
        return dialog

    def _leave_search(self) -> None:
        """Keys after a dialog are for the window: its search field takes letters only if asked."""
        if isinstance(self._window.focusWidget(), SearchField):
            self._window.setFocus()
