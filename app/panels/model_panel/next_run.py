"""What of the settings the run does not have: the sentence that offers a new run."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.panels.model_panel.knob_words import setting_name
from app.widgets.elided_label import ElidedLabel
from app.widgets.named import named
from app.widgets.plain_text import plain_tooltip
from app.widgets.theme import px
from s2s_core.configs import DataConfig


class NextRun(QWidget):
    """Says which knobs need a new run, and begins it."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.sentence = ElidedLabel(role="note")
        self.button = named(QPushButton(self.tr("New run")), "newRunWithThese")
        self.button.setProperty("role", "compact")
        self.button.setAccessibleName(self.tr("New run with these settings"))
        self.button.clicked.connect(self.wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        row.addWidget(self.sentence, 1)
        row.addWidget(self.button)
        self.hide()

    def show_settings(self, keys: Sequence[str], data: DataConfig) -> None:
        """Say that the next run will differ from the one there is, and hide where it will not.

        keys: of `settings_of`, each of which has a mark
        """
        names = [setting_name(key, data) for key in keys]
        self.setVisible(bool(names))
        if names:
            name = names[0].partition(" (")[0]  # which side's, the ring and the tooltip tell
            one = self.tr("For a new run: {name}.").format(name=name)
            several = self.tr("{count} settings need a new run.").format(count=len(names))
            self.sentence.setText(one if len(names) == 1 else several)
            tip = self.tr("Changed since this run was begun (○):\n{names}").format(
                names="\n".join(names)
            )
            self.sentence.set_tooltip(tip)
            begin = self.tr("New run with these settings; the run there is is kept.")
            self.button.setToolTip(plain_tooltip(f"{begin}\n{tip}"))
            self.button.setAccessibleDescription(tip)
