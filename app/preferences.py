"""Preferences: what the window remembers, in one small dialog; everything acts at once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.language import languages
from app.look import Look
from app.settings import AppSettings
from app.widgets import numbers
from app.widgets.chooser import Chooser
from app.widgets.elided_label import ElidedLabel
from app.widgets.file_dialogs import fit_columns
from app.widgets.named import named
from app.widgets.panel_frame import muted
from app.widgets.theme import px, set_look
from s2s_core.knobs import title_of

WIDTH = 480


class Preferences(QDialog):
    """Theme, size, language, device and the folder of runs."""

    def __init__(
        self, settings: AppSettings, look: Look, devices: Sequence[str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        named(self, "preferences")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Preferences"))
        self._form = QGridLayout()
        self._form.setHorizontalSpacing(px(24))
        self._form.setVerticalSpacing(px(8))
        self._form.setColumnStretch(1, 1)
        self.theme = self._choice(
            self.tr("Theme"), look.theme_titles(), settings.theme,
            lambda name: setattr(settings, "theme", name),
        )  # fmt: skip
        self.scale = self._choice(
            self.tr("Size of everything"), look.size_titles(), settings.size,
            lambda percent: setattr(settings, "size", percent),
        )  # fmt: skip
        look.scaled.connect(self._fit)
        known = {"system": self.tr("As the system"), **languages()}
        self.language = self._choice(self.tr("Language"), known, settings.language, self._speak)
        self.device = self._choice(
            self.tr("Train on"), self._devices(devices), settings.device,
            lambda name: setattr(settings, "device", name),
        )  # fmt: skip
        self.note = muted()
        self._add_folder()
        self._lay_out()
        self._show_folder()

    def _choice(
        self, title: str, choices: Mapping[Any, str], chosen: object,
        choose: Callable[[Any], None],
    ) -> Chooser:  # fmt: skip
        chooser = Chooser()
        for value, text in choices.items():
            chooser.addItem(text, value)
        chooser.setCurrentIndex(max(0, chooser.findData(chosen)))
        chooser.activated.connect(lambda row: choose(chooser.itemData(row)))
        chooser.setAccessibleName(title)
        label = self._add_label(title)
        label.setBuddy(chooser)
        self._form.addWidget(chooser, self._form.rowCount() - 1, 1)
        return chooser

    def _add_label(self, title: str) -> QLabel:
        label = QLabel(title)
        label.setProperty("role", "label")
        self._form.addWidget(label, self._form.rowCount(), 0)
        return label

    def _devices(self, devices: Sequence[str]) -> dict[str, str]:
        titles = {name: title_of(name) for name in devices}
        return {"auto": self.tr("The fastest there is"), **titles}

    def _add_folder(self) -> None:
        self.folder = ElidedLabel("", "plain", ends_tell=True)
        self.choose = QPushButton(self.tr("Choose …"))
        self.choose.setAccessibleName(self.tr("Choose the folder of runs"))
        self.choose.clicked.connect(self.choose_folder)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.folder, 1)
        row.addWidget(self.choose)
        self._add_label(self.tr("Folder of runs"))
        self._form.addLayout(row, self._form.rowCount() - 1, 1)
        self._form.addWidget(self.note, self._form.rowCount(), 1)

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(24), px(24), px(16))
        column.setSpacing(px(16))
        column.addLayout(self._form)
        column.addStretch(1)
        column.addWidget(buttons)
        self._fit()

    def _fit(self, times: float = 1.0) -> None:
        """Be as large as the size chosen asks for."""
        self.setMinimumWidth(px(WIDTH))
        self.adjustSize()

    def choose_folder(self) -> None:
        """Ask for another folder for the runs to come; those there are stay where they are."""
        fit_columns()
        name = QFileDialog.getExistingDirectory(
            self, self.tr("Where new runs are to be kept"), str(self._settings.runs_folder)
        )
        if not name:
            return
        if problem := unwritable(Path(name)):
            text = self.tr("{folder} cannot be used: {why}. Runs are kept where they were.")
            self._say(text.format(folder=name, why=problem), is_error=True)
            return
        self._settings.runs_folder = Path(name)
        self._show_folder(self.tr("The runs there are stay where they are."))

    def _speak(self, code: str) -> None:
        self._settings.language = code

    def _show_folder(self, more: str = "") -> None:
        folder = self._settings.runs_folder
        self.folder.setText(str(folder))
        free = self.tr("{size} free there.").format(size=numbers.size(free_space(folder)))
        self._say(f"{free} {more}".strip())

    def _say(self, text: str, *, is_error: bool = False) -> None:
        set_look(self.note, "role", "error" if is_error else "muted")
        self.note.setText(text)


def unwritable(folder: Path) -> str:
    """Return why no run can be kept in a folder; nothing if one can."""
    probe = folder / f".s2s-playground-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return error.strerror or str(error)
    return ""


def free_space(folder: Path) -> int:
    """Return how many bytes are free where a folder is, or will be."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free
