"""Steering: a knob that is turned changes the next run, and at once the one that is training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject

from app.bridge.draft import Draft
from app.bridge.messages import ChangeKnob, Command
from app.bridge.rewinding import Rewinding
from app.bridge.throttle import Throttle
from s2s_core.configs import RunConfig
from s2s_core.experiment import fixed_differences, live_knobs, live_values

KNOBS_MS = 100  # at most ten changes of a knob a second


class Steering(QObject):
    """Changes the draft, and those knobs of the run that act at once."""

    def __init__(
        self, draft: Draft, rewinding: Rewinding, run: Callable[[], RunConfig | None],
        is_there: Callable[[], bool], send: Callable[[Command], None], parent: QObject,
    ) -> None:  # fmt: skip
        """`is_there`: whether there is a run, or one that is coming."""
        super().__init__(parent)
        self._draft, self._rewinding = draft, rewinding
        self._run, self._is_there, self._send = run, is_there, send
        self._throttles: dict[str, Throttle] = {}

    def turn(self, key: str, value: Any) -> None:
        """Change a knob of the experiment, and at once of the run if it is live."""
        if self._draft.set(key, value):
            self._turn_live({key: value})

    def undo(self) -> None:
        """Take back the last change of the experiment, and turn back the run's live knobs."""
        is_of_rewind = self._draft.undoes_rewind
        self._travel(self._draft.undo)
        if is_of_rewind:
            self._rewinding.outlived.emit()

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._travel(self._draft.redo)

    def reset(self, key: str) -> None:
        """Give a knob back its value in the preset, and at once to the run if it is live."""
        self._travel(lambda: self._draft.reset(key))

    def back_to_preset(self) -> None:
        """Give all knobs back their values in the preset."""
        self._travel(self._draft.back_to_preset)

    def apply_preset(self, name: str) -> None:
        """Take a ready-made experiment for the next run; one that fits the run acts at once."""
        self._travel(lambda: self._draft.apply_preset(name))

    def _travel(self, move: Callable[[], object]) -> None:
        """Let the draft go somewhere, and turn those knobs of the run that have moved.

        Where more than live knobs has moved, to what the run is not, all is for a new run.
        """
        before = self._draft.config
        move()
        after, run = self._draft.config, self._run()
        if run and fixed_differences(before, after) and fixed_differences(run, after):
            return
        old, new = live_values(before), live_values(after)
        self._turn_live({key: new[key] for key in new if new[key] != old[key]})

    def _turn_live(self, values: Mapping[str, Any]) -> None:
        """Turn those knobs of the run that act at once, also of one that is only coming."""
        for key, value in values.items():
            if key in live_knobs() and self._is_there():
                if key not in self._throttles:
                    self._throttles[key] = Throttle(self._tell, KNOBS_MS, self)
                self._throttles[key](key, value)

    def _tell(self, key: str, value: Any) -> None:
        self._send(ChangeKnob(key, value))
