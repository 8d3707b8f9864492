"""Which actions would do something now, and what undoing one's last step would take back."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from app.actions import ACTIONS, text_of
from app.bridge.controller import Controller
from app.bridge.draft import WHICH_CORPUS
from app.panels.model_panel.knob_words import setting_name, settings_of
from s2s_core.configs import RunConfig

OF_A_RUN = ("close_run", "copy_translate", "smaller", "run_folder")


class PossibleActions(QObject):
    """Greys what would do nothing, and lets each action say what it is about."""

    def __init__(
        self, parent: QObject, actions: Mapping[str, QAction], controller: Controller
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._controller = controller
        controller.run_changed.connect(lambda _: self.show_possible())
        controller.draft.history_changed.connect(self.show_possible)
        controller.draft.changed.connect(self.show_search)
        self.show_possible()
        self.show_search(controller.draft.config)

    def show_possible(self) -> None:
        """Grey what would do nothing now."""
        draft = self._controller.draft
        for name in OF_A_RUN:
            self._actions[name].setEnabled(bool(self._controller.run.folder))
        for name, is_there, keys in (
            ("undo", draft.can_undo, draft.undo_keys()),
            ("redo", draft.can_redo, draft.redo_keys()),
        ):
            self._actions[name].setEnabled(is_there)
            text = self._with_knobs(text_of(ACTIONS[name].text), keys)
            if name == "undo" and draft.undoes_rewind:
                text = self.tr("{undo} (the rewind stays)").format(undo=text)
            self._actions[name].setText(text)

    def _with_knobs(self, deed: str, keys: list[str]) -> str:
        """Add to the text of an action what it would turn: "Undo: Dropout"."""
        data = self._controller.draft.config.data
        settings = settings_of(keys, data)
        if not settings:
            return deed
        first, rest = setting_name(settings[0], data), settings[1:]
        several = self.tr("{count} settings").format(count=len(settings))
        if rest and settings[0] in WHICH_CORPUS:  # which says more than a number
            several = self.tr("{name} and {count} more").format(name=first, count=len(rest))
        return f"{deed}: {several if rest else first}"

    def show_search(self, config: RunConfig) -> None:
        """Mark the action for beam search where that is how translations are searched."""
        self._actions["beam"].setChecked(config.decoding.search == "beam")
