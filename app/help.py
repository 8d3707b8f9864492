"""Help: the list of keys, where runs are kept, and what this program is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMainWindow

from app.actions import ACTIONS, MENUS, WIDGET_KEYS, keys_in_words, text_of
from app.bridge.controller import Controller
from app.notices import Notices
from app.widgets.banner import Action
from app.widgets.paths import in_sentence

if TYPE_CHECKING:
    from app.widgets.key_list import Group


class Help(QObject):
    """Opens what the Help menu offers."""

    def __init__(self, window: QMainWindow, controller: Controller, notices: Notices) -> None:
        super().__init__(window)
        self._window = window
        self._controller = controller
        self._notices = notices

    def show_keys(self) -> None:
        """List all keys: those of the table of actions, then those of single widgets."""
        from app.widgets.key_list import KeyList  # when it is opened: the window starts sooner

        KeyList(self.tr("Keys"), [*_of_actions(), *_of_widgets()], self._window).open()

    def open_runs_folder(self) -> None:
        """Show the folder of runs in the system's own file manager."""
        folder = self._controller.runs
        folder.mkdir(parents=True, exist_ok=True)
        self._open(str(folder))

    def show_run_folder(self) -> None:
        """Say where the model of the run is kept; all that is trained is saved by itself."""
        folder = self._controller.run.folder
        text = self.tr("The model is saved by itself, in the folder of its run: {folder}")
        self._notices.show_note(
            text.format(folder=in_sentence(folder, whole=True)),
            (self.tr("Open folder"), partial(self._open, folder)), other=self._copying(folder),
        )  # fmt: skip

    def _open(self, folder: str) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(folder)):
            text = self.tr("This system shows no folders by itself; it is {folder}")
            self._notices.show_note(
                text.format(folder=in_sentence(folder, whole=True)), self._copying(folder)
            )

    def _copying(self, folder: str) -> Action:
        return self.tr("Copy path"), partial(self._copy, folder)

    def _copy(self, path: str) -> None:
        QGuiApplication.clipboard().setText(path)
        self._notices.told.emit(self.tr("Copied: {path}").format(path=path))

    def show_about(self) -> None:
        """Say what this is and where runs are kept."""
        from app.about import About

        About(self._controller.runs, self._window).open()


def _of_actions() -> list[Group]:
    rows = {
        menu: [
            (keys, text_of(row.text))
            for row in ACTIONS.values()
            if row.menu == menu and (keys := keys_in_words(row))
        ]
        for menu in MENUS
    }
    return [(text_of(MENUS[menu]).replace("&", ""), keys) for menu, keys in rows.items()]


def _of_widgets() -> list[Group]:
    return [
        (text_of(title), [(text_of(keys), text_of(text)) for keys, text in rows])
        for title, rows in WIDGET_KEYS.items()
    ]
