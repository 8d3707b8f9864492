"""One choice in the tokenizer lab: its kind and size, what it comes to, and its cuts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from app.bridge import catalog
from app.bridge.messages import Choice
from app.widgets import numbers
from app.widgets.chooser import Chooser
from app.widgets.cut_view import CutView
from app.widgets.knob_editors import core_text
from app.widgets.length_bars import LengthBars
from app.widgets.named import named
from app.widgets.number_field import NumberField
from app.widgets.panel_frame import muted
from app.widgets.theme import px
from s2s_core.records import Cut, VocabularyRecord

KINDS = "tokenizer"
HEAD, VOCABULARY, SENTENCE, WORD, UNKNOWN, COST, BARS, USE, CUTS = range(9)  # rows
MOST_SENTENCES = 8
LOWEST, HIGHEST = 8, 200_000  # as of the knob


class Shared(NamedTuple):
    """What all columns have in common: the side that is shown, the scales, the draft's choice."""

    side: int
    longest: int
    most: float
    base: VocabularyRecord | None


class ChoiceColumn(QObject):
    """The widgets of one column of the grid, from its head to the cuts of each sentence."""

    changed = Signal()  # the person chose another kind or size
    told = Signal(str)  # what is wrong with the size that was typed; "": nothing any more
    removed = Signal()
    used = Signal()
    stopped = Signal()  # or it is to be gone on with

    def __init__(self, place: int, grid: QGridLayout, parent: QWidget) -> None:
        super().__init__(parent)
        self._place, self._grid = place, grid
        self._is_shown = True
        number = place + 1
        self.kind = named(Chooser(letters=4), f"labKind{number}")
        self.size = named(
            NumberField(low=LOWEST, high=HIGHEST, integer=True, shown=numbers.count),
            f"labSize{number}",
        )
        self.remove = named(QPushButton("✕"), f"labRemove{number}")
        self.use = named(QPushButton(), f"labUse{number}")
        self.stop = named(QPushButton(), f"labStop{number}")
        self.why_not = named(muted(), f"labWhyNot{number}")
        self.why_not.setProperty("role", "error")
        self.values = {row: QLabel() for row in (VOCABULARY, SENTENCE, WORD, UNKNOWN, COST)}
        self.bars = named(LengthBars(), f"labBars{number}")
        self.cuts = [named(CutView(), f"labCut{number}x{row}") for row in range(MOST_SENTENCES)]
        self._fill(number)
        self._lay_out()
        self.kind.activated.connect(lambda _: self.changed.emit())
        self.size.value_entered.connect(lambda _: self.changed.emit())
        self.size.is_told_elsewhere = True
        self.size.problem_told.connect(self.told)
        self.remove.clicked.connect(self.removed)
        self.use.clicked.connect(self.used)
        self.stop.clicked.connect(self.stopped)

    def _fill(self, number: int) -> None:
        helps = catalog.helps(KINDS)
        for row, (name, title) in enumerate(catalog.titles(KINDS).items()):
            self.kind.addItem(core_text(title), name)
            self.kind.setItemData(row, core_text(helps[name]), Qt.ItemDataRole.ToolTipRole)
        self.size.setMinimumWidth(px(64))
        self.kind.setMinimumWidth(px(84))
        self.remove.setProperty("role", "cross")
        self.remove.setFixedSize(px(24), px(24))
        for button in (self.use, self.stop):
            button.setProperty("role", "compact")
        for widget, name, tip in (
            (self.kind, self.tr("kind of choice {number}"), self.tr("How sentences are cut.")),
            (
                self.size, self.tr("vocabulary size of choice {number}"),
                self.tr("How many pieces are asked for; Enter takes the number."),
            ),
            (self.remove, self.tr("remove choice {number}"), self.tr("Remove this choice.")),
            (
                self.use, self.tr("use choice {number}"),
                self.tr("Take kind and size for the next run; it can be undone."),
            ),
            (
                self.stop, self.tr("stop choice {number}"),
                self.tr("Do not learn this vocabulary, or learn it after all; others go on."),
            ),
        ):  # fmt: skip
            widget.setAccessibleName(name.format(number=number))
            widget.setAccessibleDescription(tip)
            widget.setToolTip(tip)
        self.size.set_help(self.size.toolTip())
        for button in (self.remove, self.use, self.stop):
            button.setAutoDefault(False)
        for label in self.values.values():
            label.setProperty("role", "plain")
            label.setTextFormat(Qt.TextFormat.PlainText)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(px(4))
        head.addWidget(self.kind, 3)
        head.addWidget(self.size, 2)
        head.addWidget(self.remove)
        column = self._place + 1
        self._grid.addLayout(head, HEAD, column)
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(self.why_not, VOCABULARY, column, BARS - VOCABULARY + 1, 1, top)
        for row, label in self.values.items():
            self._grid.addWidget(label, row, column)
        self._grid.addWidget(self.bars, BARS, column)
        deeds = QHBoxLayout()
        deeds.setSpacing(px(8))
        deeds.addWidget(self.use)
        deeds.addWidget(self.stop)
        deeds.addStretch()
        self._grid.addLayout(deeds, USE, column)
        for row, cut in enumerate(self.cuts):
            self._grid.addWidget(cut, CUTS + row, column)

    # Choosing ----------------------------------------------------------------------------

    def choice(self) -> Choice:
        """Return the kind and the size that are chosen."""
        return str(self.kind.currentData()), int(self.size.value() or LOWEST)

    def set_choice(self, choice: Choice) -> None:
        """Choose; emits nothing."""
        self.kind.setCurrentIndex(self.kind.findData(choice[0]))
        self.size.set_value(choice[1])

    @property
    def is_shown(self) -> bool:
        """Whether there is such a column."""
        return self._is_shown

    def set_shown(self, shown: bool) -> None:
        """Put the column there, or away."""
        self._is_shown = shown
        self._grid.setColumnStretch(self._place + 1, 1 if shown else 0)
        parts = (self.kind, self.size, self.remove, self.use, self.bars, *self.values.values())
        for widget in (*parts, *self.cuts, self.why_not):
            widget.setVisible(shown)
        self.stop.hide()

    # Showing -----------------------------------------------------------------------------

    def show_result(self, result: VocabularyRecord | None, shared: Shared) -> None:
        """Show what the vocabulary comes to; None: nothing yet."""
        for label in self.values.values():
            label.setText(numbers.NOTHING)
        name = "source" if shared.side == 0 else "target"
        for cut in self.cuts:
            cut.set_side(name)
        if result is None:
            self.bars.show_lengths((), 1, 1.0)
            return
        found = result.sides[shared.side]
        self.values[VOCABULARY].setText(self._vocabulary(result, shared))
        self.values[SENTENCE].setText(f"{found.pieces_per_sentence:.1f}")
        self.values[WORD].setText(f"{found.pieces_per_word:.2f}")
        self.values[UNKNOWN].setText(_share(found.unknown))
        self.values[COST].setText(self._cost(result, shared.base))
        self.bars.show_lengths(found.lengths, shared.longest, shared.most, name)

    def _vocabulary(self, result: VocabularyRecord, shared: Shared) -> str:
        size = result.sides[shared.side].vocabulary
        if size >= result.vocabulary_size:
            return numbers.count(size)
        text = self.tr("{count}, the text gives no more")
        return text.format(count=numbers.count(size))

    def _cost(self, result: VocabularyRecord, base: VocabularyRecord | None) -> str:
        if base is None:
            return numbers.NOTHING
        if (base.kind, base.vocabulary_size) == (result.kind, result.vocabulary_size):
            return self.tr("as it is set now")
        change = round(100 * (result.pieces / max(1, base.pieces) - 1))
        if not change:
            return self.tr("the same")
        text = self.tr("{share} % longer") if change > 0 else self.tr("{share} % shorter")
        return text.format(share=numbers.count(abs(change)))

    def show_state(self, text: str, why_not: str = "") -> None:
        """Say that it is being learnt, or waits; or, in place of numbers, why it cannot be."""
        if text:
            self.values[VOCABULARY].setText(text)
        self.why_not.setText(why_not)
        self.why_not.setVisible(self._is_shown and bool(why_not))
        for widget in (*self.values.values(), self.bars):
            widget.setVisible(self._is_shown and not why_not)

    def show_use(self, in_draft: bool, can_use: bool) -> None:
        """Offer the choice, unless the draft has it."""
        self.use.setText(self.tr("Set now") if in_draft else self.tr("Use this"))
        self.use.setEnabled(can_use and not in_draft)

    def show_stop(self, *, can_stop: bool, can_go_on: bool) -> None:
        """Offer to stop this choice alone, or to go on with it."""
        self.stop.setText(self.tr("Go on") if can_go_on else self.tr("Stop"))
        self.stop.setVisible(self._is_shown and (can_stop or can_go_on))

    def show_cuts(self, cuts: Sequence[Cut] | None, rows: int, note: str) -> None:
        """Show each sentence cut; a note where there is no cut."""
        for row, view in enumerate(self.cuts):
            view.setVisible(self._is_shown and row < rows)
            cut = cuts[row] if cuts is not None and row < len(cuts) else None
            view.show_cut(cut, note if cuts is None and row == 0 else "")


def choice_in_words(choice: Choice) -> str:
    """Return a choice as it is read: "BPE 4,000"."""
    title = catalog.titles(KINDS).get(choice[0], choice[0])
    return f"{core_text(title)} {numbers.count(choice[1])}"


def _share(share: float) -> str:
    return "0 %" if not share else f"{numbers.significant(100 * share, 2)} %"
