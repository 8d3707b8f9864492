"""Pages of which one is shown, a row of tabs above them, and room beside the tabs."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)


class TabbedPages(QWidget):
    """Tabs, pages, and a widget beside the tabs.

    ``QTabWidget`` has the same, but asks for the size of its corner only when it is resized
    itself: the widget there keeps the size of a font or a scale that is no more. Here all of it
    lies in layouts.
    """

    turned = Signal(int)  # the number of the page that is shown now

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QTabBar()
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(False)  # there is room for all, and Tab would stop there
        self.stack = QStackedWidget()
        self._row = QHBoxLayout()
        self._row.setSpacing(0)
        self._row.addWidget(self.bar, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._row)
        column.addWidget(self.stack, 1)
        self.bar.currentChanged.connect(self.stack.setCurrentIndex)
        self.bar.currentChanged.connect(self.turned)

    def add_page(self, page: QWidget, title: str) -> None:
        """Add a page behind the others, with its tab."""
        self.stack.addWidget(page)
        self.bar.addTab(title)

    def put_beside(self, widget: QWidget) -> None:
        """Put a widget at the end of the row of tabs, its words on their line."""
        widget.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._row.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)  # below the tabs is their line
        self.setTabOrder(self.bar, widget)  # before the pages, as it stands above them

    def current(self) -> int:
        """Return the number of the page that is shown."""
        return self.bar.currentIndex()

    def turn_to(self, page: int) -> None:
        """Show a page by its number."""
        self.bar.setCurrentIndex(page)
