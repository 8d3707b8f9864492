"""The menu of languages: what the window speaks from its next start on."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

from app.language import chosen_language, languages
from app.look import fill_choices, mark_choice
from app.settings import AppSettings


class LanguageMenu(QObject):
    """Fills a menu with the languages there are, and tells when another one is chosen."""

    another_chosen = Signal()  # than the window speaks now

    def __init__(self, parent: QObject, menu: QMenu, settings: AppSettings) -> None:
        super().__init__(parent)
        self._settings = settings
        self._spoken = chosen_language(settings.language)
        known = {"system": self.tr("As the system"), **languages()}
        fill_choices(menu, known, settings.language, self._choose)
        settings.language_changed.connect(lambda code: mark_choice(menu, code))
        settings.language_changed.connect(self._tell_if_other)

    def _choose(self, code: str) -> None:
        self._settings.language = code

    def _tell_if_other(self, code: str) -> None:
        if chosen_language(code) != self._spoken:
            self.another_chosen.emit()
