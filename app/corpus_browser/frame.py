"""The widgets in the window of the corpus browser, and where everything stands."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.corpus_browser.filter_row import FilterRow
from app.corpus_browser.pair_browser import PairBrowser
from app.corpus_browser.pair_details import PairDetails
from app.corpus_browser.pair_list import PairList
from app.widgets.elided_label import ElidedLabel
from app.widgets.named import named
from app.widgets.pair_table import WholeRows
from app.widgets.theme import px

SIZE, DETAILS = (880, 620), 104
SEEN_AT_THE_RIGHT = 424  # of the window behind: where the translation appears


class BrowserFrame(QDialog):
    """What is looked for above, the pairs, one pair in full below; it does nothing by itself."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        named(self, "corpusBrowser")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.filters = FilterRow()
        self.pairs = PairList()
        self.table = named(PairBrowser(self.pairs), "pairTable")
        self.details = PairDetails()
        self.progress = named(QProgressBar(), "searchProgress")
        self.count = named(ElidedLabel(""), "pairCount")
        self.translate = named(QPushButton(self.tr("Translate")), "translatePair")
        self.leave = named(QPushButton(), "leaveOut")
        self.copy = named(QPushButton(self.tr("Copy")), "copyPairs")
        self.leave_window = named(QPushButton(self.tr("Close")), "closeBrowser")
        self.split = QSplitter(Qt.Orientation.Vertical)
        self._describe()
        self._lay_out()

    def _describe(self) -> None:
        for widget, name, tip in (
            (self.table, self.tr("pairs"),
             self.tr("Enter translates a pair, Delete leaves it out or takes it back, Ctrl+C "
                     "copies the rows that are chosen.")),
            (self.progress, self.tr("searching"), self.tr("How far the search has come.")),
            (self.translate, self.tr("translate the pair"),
             self.tr("Put this source into Translate, with its target as the reference (Enter).")),
            (self.leave, self.tr("leave out"),
             self.tr("Do not train on the pairs that are chosen, from the next run on (Delete). "
                     "It can be undone.")),
            (self.copy, self.tr("copy rows"),
             self.tr("Copy source and target of the rows that are chosen, a tab between them "
                     "(Ctrl+C).")),
            (self.leave_window, self.tr("close"), self.tr("Close this window (Esc).")),
        ):  # fmt: skip
            widget.setAccessibleName(name)
            widget.setAccessibleDescription(tip)
            if widget is not self.table:
                widget.setToolTip(tip)

    def _lay_out(self) -> None:
        """Put search, table, details and buttons below each other."""
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(px(8))
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # so that the table does not jump
        self.progress.setSizePolicy(policy)
        self.split.addWidget(WholeRows(self.table))
        self.split.addWidget(self.details)
        self.split.setStretchFactor(0, 1)
        self.split.setChildrenCollapsible(False)
        self.split.setSizes([px(SIZE[1]), px(DETAILS)])
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        for button in (self.translate, self.leave, self.copy):
            buttons.addWidget(button)
        buttons.addWidget(self.count, 1)
        buttons.addWidget(self.leave_window)
        for button in (self.translate, self.leave, self.copy, self.leave_window):
            button.setAutoDefault(False)  # Enter belongs to the table
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(16), px(16), px(12))
        column.setSpacing(px(8))
        column.addWidget(self.filters)
        column.addWidget(self.progress)
        column.addWidget(self.split, 1)
        column.addLayout(buttons)
        self._place()

    def _place(self) -> None:
        """Stand at the left, so that one sees what becomes of a pair that is sent to Translate."""
        parent = self.parentWidget()
        assert parent is not None
        window = parent.window()
        wide = max(px(640), min(px(SIZE[0]), window.width() - px(SEEN_AT_THE_RIGHT)))
        self.resize(wide, min(px(SIZE[1]), window.height() - px(48)))
        self.move(
            window.pos().x() + px(8), window.pos().y() + (window.height() - self.height()) // 2
        )
