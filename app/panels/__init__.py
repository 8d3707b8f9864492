"""The panels of the window: one file and one class each, and one row in the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt

from app.bridge.controller import Controller
from app.panels.data_panel import DataPanel
from app.panels.model_panel import ModelPanel
from app.panels.training_panel import TrainingPanel
from app.panels.translate_panel import TranslatePanel
from app.widgets.panel_frame import PanelBody

LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
RIGHT = Qt.DockWidgetArea.RightDockWidgetArea


@dataclass(frozen=True)
class Panel:
    """A row of the table: how a panel is made and where it stands at first."""

    make: Callable[[Controller], PanelBody]
    area: Qt.DockWidgetArea | None  # None: the middle of the window
    share: int  # of its column's height


PANELS: dict[str, Panel] = {
    "data": Panel(DataPanel, LEFT, 11),
    "model": Panel(ModelPanel, LEFT, 13),
    "training": Panel(TrainingPanel, None, 1),
    "translate": Panel(TranslatePanel, RIGHT, 1),
}
