"""The device that is trained on: chosen in the bar or among the settings, and kept in both."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QComboBox

from app.bridge.controller import Controller
from app.settings import AppSettings


class ChosenDevice(QObject):
    """Keeps the experiment's device and the one that is remembered the same."""

    def __init__(
        self, parent: QObject, controller: Controller, settings: AppSettings, box: QComboBox
    ) -> None:
        super().__init__(parent)
        self.there: tuple[str, ...] = ()  # devices of this machine, once they are known
        self._controller = controller
        self._settings = settings
        controller.ready.connect(self.know)
        box.activated.connect(self._remember)
        settings.device_changed.connect(self._train_on)

    def know(self, devices: tuple[str, ...]) -> None:
        """A device that was chosen on another day may be gone: then the best there is."""
        self.there = devices
        if self._controller.draft.config.training.device not in ("auto", *devices):
            self._train_on("auto")

    def _remember(self) -> None:
        self._settings.device = self._controller.draft.config.training.device

    def _train_on(self, device: str) -> None:
        if self._controller.draft.config.training.device != device:
            self._controller.draft.set("training.device", device)
