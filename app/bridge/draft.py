"""The experiment being edited: what the next run will do."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from s2s_core.configs import DataConfig, RunConfig
from s2s_core.errors import BadConfig
from s2s_core.experiment import changed, checked, merged
from s2s_core.presets import read_preset

FIRST_PRESET = "gru-small"


class Draft(QObject):
    """Holds a `RunConfig` that is always valid, and tells when it changes."""

    changed = Signal(object)  # the new RunConfig
    history_changed = Signal()
    refused = Signal(str, object)  # a key that was not changed, and the BadConfig that says why

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.config = RunConfig()
        self.preset = FIRST_PRESET
        self.config = self._with_preset(FIRST_PRESET)
        self._before: list[RunConfig] = []
        self._after: list[RunConfig] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back."""
        return bool(self._after)

    def undo(self) -> None:
        """Take back the newest change."""
        if self._before:
            self._after.append(self.config)
            self._show(self._before.pop())

    def redo(self) -> None:
        """Do again what was taken back."""
        if self._after:
            self._before.append(self.config)
            self._show(self._after.pop())

    def _show(self, config: RunConfig) -> None:
        self.config = config
        self.changed.emit(config)
        self.history_changed.emit()

    def set(self, key: str, value: Any) -> bool:
        """Change one knob, or tell why not; returns whether it was taken."""
        try:
            config = changed(self.config, key, value)
        except BadConfig as error:
            both = self._on_both_sides(key, value)
            if both is None:
                self.refused.emit(key, error)
                return False
            config = both
        self.replace(config)
        return True

    def _on_both_sides(self, key: str, value: Any) -> RunConfig | None:
        """Sizes that encoder and decoder must share move together."""
        side, _, name = key.rpartition(".")
        if side not in ("model.encoder", "model.decoder"):
            return None
        try:
            return merged(
                self.config, {"model": {s: {name: value} for s in ("encoder", "decoder")}}
            )
        except BadConfig:
            return None

    def set_data(self, data: DataConfig) -> None:
        """Take another corpus."""
        self.replace(self.config.model_copy(update={"data": data}))

    def replace(self, config: RunConfig) -> None:
        """Take another experiment as a whole."""
        if config != self.config:
            self._before.append(self.config)
            self._after.clear()
            self._show(config)

    def set_kinds(self, kind: str) -> None:
        """Take one architecture for encoder and decoder."""
        change = {"encoder": {"kind": kind}, "decoder": {"kind": kind}}
        try:
            config = merged(self.config, {"model": change})
        except BadConfig as error:
            self.refused.emit("model.kind", error)
        else:
            self.replace(config)

    def apply_preset(self, name: str) -> None:
        """Lay a ready-made experiment over the corpus chosen."""
        self.preset = name
        self.replace(self._with_preset(name))

    def is_preset(self) -> bool:
        """Whether all but corpus and device is still as in the preset chosen last."""
        return self.config == self._with_preset(self.preset)

    def _with_preset(self, name: str) -> RunConfig:
        """Return a preset with the corpus, the device and the search there are."""
        kept = {
            "data": self.config.data.model_dump(exclude={"tokenizer"}),
            "training": {"device": self.config.training.device},
            "decoding": self.config.decoding.model_dump(),
        }
        return merged(checked(kept), read_preset(name))
