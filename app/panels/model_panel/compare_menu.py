"""The context menu of a setting: to compare several of its values."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.widgets.knob_row import KnobRow
from s2s_core.grid import PRESET, can_vary

# How long each run is trained is asked for apart, and these make no difference to what is learnt.
NOT_COMPARED = ("training.steps", "training.minutes", "training.device", "decoding")


def can_compare(key: str) -> bool:
    """Whether runs with several values of a knob are worth comparing."""
    return can_vary(key) and not key.startswith(NOT_COMPARED)


class CompareMenu(QObject):
    """Opens where a setting of a panel is pointed at, or has the focus."""

    wanted = Signal(str)  # the key of a knob, or `PRESET`

    def __init__(self, panel: QWidget, of_presets: Collection[QWidget] = ()) -> None:
        """Take the panel, and which rows of it choose a preset or a part of one."""
        super().__init__(panel)
        self._panel, self._of_presets = panel, of_presets
        panel.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take what no editor has used for a menu of its own."""
        return isinstance(event, QContextMenuEvent) and self._open(event)

    def _open(self, event: QContextMenuEvent) -> bool:
        is_by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        place = QApplication.focusWidget() if is_by_key else self._panel.childAt(event.pos())
        while place and not isinstance(place, KnobRow) and place not in self._of_presets:
            place = place.parentWidget()
        if place is None or (isinstance(place, KnobRow) and not can_compare(place.knob.key)):
            return False
        key, menu = place.knob.key if isinstance(place, KnobRow) else PRESET, QMenu(self._panel)
        menu.setObjectName("settingMenu")
        text = self.tr("Compare values of this setting …")
        if key == PRESET:
            text = self.tr("Compare architectures and sizes …")
        compare = menu.addAction(text)
        compare.triggered.connect(lambda _=False: self.wanted.emit(key))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())
        return True
