"""The button that counts the settings which differ from the preset, and shows only these."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton


class OnlyChanged(QPushButton):
    """Hidden where there is no such setting."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "small")
        self.setCheckable(True)
        self.hide()

    def show_count(self, count: int) -> None:
        """Say how many there are; without any it is neither seen nor pressed."""
        self.setText(self.tr("{count} changed").format(count=count))
        self.setVisible(bool(count))
        one = self.tr("1 setting differs from the preset")
        several = self.tr("{count} settings differ from the preset").format(count=count)
        name = one if count == 1 else several
        self.setAccessibleName(name)
        self.setToolTip(self.tr("{changed}: show only these, or all again").format(changed=name))
        if not count:
            self.setChecked(False)
