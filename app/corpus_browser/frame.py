"""Where everything stands in the window of the corpus browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.widgets.pair_table import WholeRows
from app.widgets.theme import px

if TYPE_CHECKING:
    from app.corpus_browser.window import CorpusBrowser

SIZE, DETAILS = (880, 620), 104
SEEN_AT_THE_RIGHT = 424  # of the window behind: where the translation appears


def lay_out(browser: CorpusBrowser) -> None:
    """Put search, table, details and buttons below each other."""
    browser.progress.setTextVisible(False)
    browser.progress.setFixedHeight(px(8))
    policy = browser.progress.sizePolicy()
    policy.setRetainSizeWhenHidden(True)  # so that the table does not jump
    browser.progress.setSizePolicy(policy)
    browser.split.addWidget(WholeRows(browser.table))
    browser.split.addWidget(browser.details)
    browser.split.setStretchFactor(0, 1)
    browser.split.setChildrenCollapsible(False)
    browser.split.setSizes([px(SIZE[1]), px(DETAILS)])
    buttons = QHBoxLayout()
    buttons.setSpacing(px(8))
    for button in (browser.translate, browser.leave, browser.copy):
        buttons.addWidget(button)
    buttons.addWidget(browser.count, 1)
    buttons.addWidget(browser.leave_window)
    for button in (browser.translate, browser.leave, browser.copy, browser.leave_window):
        button.setAutoDefault(False)  # Enter belongs to the table
    column = QVBoxLayout(browser)
    column.setContentsMargins(px(16), px(16), px(16), px(12))
    column.setSpacing(px(8))
    column.addWidget(browser.filters)
    column.addWidget(browser.progress)
    column.addWidget(browser.split, 1)
    column.addLayout(buttons)
    _place(browser)


def _place(browser: CorpusBrowser) -> None:
    """Stand at the left, so that one sees what becomes of a pair that is sent to Translate."""
    parent = browser.parentWidget()
    assert parent is not None
    window = parent.window()
    wide = max(px(640), min(px(SIZE[0]), window.width() - px(SEEN_AT_THE_RIGHT)))
    browser.resize(wide, min(px(SIZE[1]), window.height() - px(48)))
    browser.move(
        window.pos().x() + px(8), window.pos().y() + (window.height() - browser.height()) // 2
    )
