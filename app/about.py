"""What this is, which versions it stands on, and where it keeps things."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from app.widgets.named import named
from app.widgets.theme import px

WIDTH = 480


class About(QDialog):
    """A sentence and a few facts, all of which can be copied."""

    def __init__(self, runs: Path, parent: QWidget) -> None:
        super().__init__(parent)
        named(self, "about")
        self.setWindowTitle(self.tr("About S2S Playground"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        head = _label("S2S Playground", "head")
        text = self.tr(
            "Train sequence-to-sequence models from scratch, steer them while they train, and look "
            "inside. Everything happens on this machine; nothing is sent anywhere."
        )
        facts = QGridLayout()
        facts.setHorizontalSpacing(px(24))
        facts.setVerticalSpacing(px(8))
        facts.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(
            (
                (self.tr("Version"), _version("s2s-playground") or self.tr("run from its sources")),
                (self.tr("Licence"), "MIT"),
                (self.tr("Stands on"), f"Python {platform.python_version()} · Qt {qVersion()} · "
                                       f"torch {_version('torch')}"),
                (self.tr("Runs are kept in"), str(runs)),
            )
        ):  # fmt: skip
            facts.addWidget(_label(name, "label"), row, 0, Qt.AlignmentFlag.AlignTop)
            facts.addWidget(_label(value, "plain"), row, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(24), px(24), px(16))
        column.setSpacing(px(16))
        column.addWidget(head)
        column.addWidget(_label(text, "plain"))
        column.addLayout(facts)
        column.addWidget(buttons)
        self.setFixedWidth(px(WIDTH))
        self.resize(px(WIDTH), column.heightForWidth(px(WIDTH)))


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    label.setProperty("role", role)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # a checkout
        return ""
