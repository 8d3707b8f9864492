"""The data panel: which corpus, what it holds, what is odd about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from app.bridge.controller import Controller
from app.bridge.kept_corpora import identity_of
from app.bridge.messages import CorpusReady, TasteReady
from app.bridge.side_names import side_names
from app.panels.data_panel.as_left import as_left, made_anew, other_pieces
from app.panels.data_panel.corpus_chooser import CorpusChooser
from app.panels.data_panel.corpus_sides import CorpusSides
from app.panels.data_panel.difficulty import Difficulty
from app.panels.data_panel.findings import Findings, uncured
from app.panels.data_panel.head import DataHead
from app.panels.data_panel.progress_words import in_words
from app.panels.data_panel.split_button import SplitButton
from app.widgets import numbers
from app.widgets.drop_area import DropArea
from app.widgets.knob_editors import core_text
from app.widgets.named import named
from app.widgets.pair_table import PairTable, WholeRows, whole_rows
from app.widgets.panel_frame import PanelBody
from app.widgets.stroke_button import LIST, PLUS, SWAP, StrokeButton
from app.widgets.theme import px
from s2s_core.configs import DataConfig
from s2s_core.records import ProgressRecord

SOME_PAIRS, A_PAIR = 80, 56  # pixels, below the sliders: wanted, and however low the window is
PATIENCE_MS = 500  # before there is a way to stop


class DataPanel(PanelBody):
    """Shows the corpus of the next run and takes another one."""

    open_requested = Signal()  # the drop area was clicked: choose files
    add_requested = Signal()  # pairs are to be typed
    room_wanted = Signal(bool)  # for a list that is long, or no longer
    browse_wanted = Signal(str)  # the pairs of a finding
    told = Signal(str)  # what came with another corpus

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._shown: DataConfig | None = None
        self._title = ""  # of that corpus
        self._is_other_coming = False  # it is named already
        self._came_from: QWidget | None = None  # where the focus was before the findings
        self._makes_way = False  # no pairs are shown: they would be of the one before
        self.head: DataHead = DataHead(self.tr("Data"), controller)
        self.chooser = named(CorpusChooser(controller), "corpusChooser")
        self.drop = DropArea(self.tr("Drop a corpus here, or click to open one"))
        named(self.drop, "corpusDrop")
        self.table = named(PairTable(), "corpusTable")
        self.titles = named(CorpusSides(controller), "sideTitles")
        self.rows = WholeRows(self.table, self.titles)
        self.findings = named(Findings(controller), "findingList")
        self.pages = QStackedWidget()
        self.progress = QProgressBar(self)
        self.chip = named(QPushButton(), "findingChip")
        self.split = named(SplitButton(controller), "splitButton")
        self.difficulty = named(Difficulty(controller), "difficulty")
        self.cure_all = named(QPushButton(), "cureAll")
        self.stop = named(QPushButton(self.tr("Stop")), "stopReading")
        self.swap = named(StrokeButton(SWAP), "swapSides")
        self.browse = named(StrokeButton(LIST), "browseCorpus")
        self.add = named(StrokeButton(PLUS), "addPairs")
        self._lay_out()
        self._describe()
        self._connect()

    def _lay_out(self) -> None:
        self.pages.addWidget(self.rows)
        self.pages.addWidget(self.findings)
        self.progress.setTextVisible(False)
        self.chip.setCheckable(True)
        self.chip.setProperty("role", "chip")
        self.chip.hide()
        self.swap.setProperty("role", "square")
        # Its buttons are taller than the other heads: the titles stand in one row all the same.
        self.head.row.setContentsMargins(px(16), px(7), px(16), px(5))
        for small in (self.browse, self.add):
            small.setProperty("role", "small")
            self.head.add_widget(small)
        self.progress.setProperty("role", "thin")
        self.progress.hide()
        for button in (self.cure_all, self.stop):
            button.setProperty("role", "link")
            button.hide()
        self._stop_later = QTimer(self, interval=PATIENCE_MS, singleShot=True)
        top = QHBoxLayout()
        top.setSpacing(px(8))
        top.addWidget(self.chooser, 1)
        top.addWidget(self.difficulty.button)
        top.addWidget(self.swap)
        bottom = QHBoxLayout()
        bottom.setSpacing(px(8))
        bottom.addStrut(px(24))  # as tall as the chip, so that nothing moves when it comes
        bottom.addWidget(self.chip)
        bottom.addWidget(self.split, 1)
        bottom.addWidget(self.stop)
        bottom.addWidget(self.cure_all)
        self.split.hide()
        self.body.addLayout(top)
        self.body.addWidget(self.difficulty)
        self.body.addWidget(self.drop)
        self.body.addWidget(self.pages, 1)
        self.body.addLayout(bottom)

    def _describe(self) -> None:
        for widget, name, tip in (
            (self.chooser, self.tr("corpus"), self.tr("The corpus of the next run.")),
            (
                self.browse,
                self.tr("browse the corpus"),
                self.tr("Search all pairs, try one, leave some out (Ctrl+D)."),
            ),
            (
                self.add,
                self.tr("add pairs"),
                self.tr("Type pairs that join the corpus, or paste them (Ctrl+Shift+A)."),
            ),
            (
                self.swap,
                self.tr("swap the sides"),
                self.tr("Translate in the other direction, from the next run on."),
            ),
            (
                self.drop,
                self.drop.accessibleName(),
                self.tr(
                    "A corpus is one file or folder with both sides, or two text files. Two "
                    "columns of text can be pasted here as well (Ctrl+V)."
                ),
            ),
            (
                self.findings,
                self.tr("findings"),
                self.tr("What is odd about this corpus. Tick what is to be put right."),
            ),
            (
                self.stop,
                self.tr("stop reading"),
                self.tr("Give up this corpus; the one there was stays."),
            ),
            (
                self.cure_all,
                self.tr("cure all"),
                self.tr("Tick every cure there is, or none. The files are never changed."),
            ),
            (
                self.chip,
                self.tr("show findings"),
                self.tr("Show what is odd about this corpus, or the pairs again (Esc)."),
            ),
            (self.progress, self.tr("reading the corpus"), self.tr("The corpus is being read.")),
        ):
            widget.setAccessibleName(name)
            widget.setToolTip(tip)

    def _connect(self) -> None:
        self.drop.clicked.connect(self.open_requested)
        self.swap.clicked.connect(self._controller.reading.swap_sides)
        self.add.clicked.connect(self.add_requested)
        self.chip.toggled.connect(self._turn)
        self.findings.browse_wanted.connect(self.browse_wanted)
        self.cure_all.clicked.connect(self._cure_all)
        self.stop.clicked.connect(self._controller.reading.stop)
        self._stop_later.timeout.connect(self._offer_to_stop)
        self.difficulty.unfolded.connect(self._make_room)
        self.difficulty.tasted.connect(self._show_taste)
        self._controller.corpus_progress.connect(self.show_progress)
        self._controller.corpus_changed.connect(self.show_corpus)
        self._controller.run_changed.connect(lambda _: self.head.show_counts())
        self._controller.draft.changed.connect(lambda _: self._show_cure_all())

    def show_progress(self, record: ProgressRecord | None) -> None:
        """Tell what is being done with a corpus that was asked for."""
        self.progress.setVisible(record is not None)
        self.progress.setMaximum(record.total if record else 0)
        self._name_what_comes(record)
        if record is None:
            self._stop_later.stop()
            self.stop.hide()
            self.split.show_progress("")
            self._show_split()
            return
        if not self.stop.isVisible() and not self._stop_later.isActive():
            self._stop_later.start()
        self.progress.setValue(record.done)
        doing = core_text(record.what).split()[0]
        text, shorter = in_words(record), f"{doing[:1].upper()}{doing[1:]} …"
        if self._controller.joining.is_under_way:
            text, shorter = (
                self.tr("The added pairs join this run …"),
                self.tr("Joining this run …"),
            )
        self.split.show_progress(text, shorter)
        self._show_split()

    def _name_what_comes(self, record: ProgressRecord | None) -> None:
        """Name another corpus as soon as it is asked for, or again the one that is there."""
        reading, ready = self._controller.reading, self._controller.corpus
        wanted, rows = reading.wanted, self._controller.draft.config.data.rows
        is_other = reading.is_of_other_pairs or (ready is None and wanted.rows != rows)
        if record is not None and is_other:
            self.chooser.show_coming(wanted)
            self.head.show_coming(
                wanted.builtin_pairs if wanted.builtin else max(record.done, record.total)
            )
            self._is_other_coming = True
        elif self._is_other_coming and ready is not None:
            self._is_other_coming = False
            self.chooser.show_corpus(ready)
            self.head.show_coming(None)
        self._make_way(record is not None and reading.is_of_another)
        self.difficulty.make_way(record is not None and not wanted.builtin)

    def _make_way(self, on: bool) -> None:
        """Show no pairs of one corpus under the name of another, or again those there are."""
        if on == self._makes_way:
            return
        self._makes_way = on
        ready = self._controller.corpus
        if on:
            self.chip.setChecked(False)
            self.chip.hide()
            self.rows.show_titles(False)
            self.table.set_pairs(())
            self.table.set_hint(self.tr("The pairs are shown as soon as the corpus is read."))
            return
        self.table.set_hint("")
        if ready is not None:
            self._show_pairs(ready)
            self._show_chip()

    def _offer_to_stop(self) -> None:
        """Work that takes longer than a moment can be given up, if there is another corpus."""
        self.stop.setVisible(self._controller.corpus is not None)

    def show_corpus(self, ready: CorpusReady) -> None:
        """Show the pairs, the counts and the findings of a corpus."""
        corpus = ready.corpus
        self.head.show_counts()
        self._show_pairs(ready)
        self.chooser.show_corpus(ready)
        self.split.show_split(ready)
        self._show_split()
        if self._shown is None or uncured(self._shown) != uncured(ready.data):
            self.chip.setChecked(False)  # another corpus: its pairs come first
        self._tell_what_came(ready)
        self._shown, self._title = ready.data, corpus.title
        self.findings.show_findings(ready)
        self._show_chip()

    def _show_pairs(self, ready: CorpusReady) -> None:
        corpus = ready.corpus
        self.rows.show_titles(self.titles.show_columns(corpus))
        self.table.set_pairs(
            corpus.preview, side_names(corpus),
            {row: (source, target) for row, source, target in corpus.preview_cured},
            {*corpus.preview_left_out, *(number - 1 for number in ready.data.left_out)},
        )  # fmt: skip

    def _tell_what_came(self, ready: CorpusReady) -> None:
        """Say what is set for another corpus: it was left so, and is not that of the one before."""
        before, title = self._shown, core_text(ready.corpus.title)
        if before is None:
            return
        if identity_of(before) == identity_of(ready.data):
            if text := made_anew(before, ready.data):
                self.told.emit(text)
            return
        if ready.request:  # not one that came with a run
            pieces = other_pieces(core_text(self._title), before.tokenizer, ready.data.tokenizer)
            run = self.tr("{corpus} is for the next run; this one goes on as it began.")
            is_training = self._controller.run.playing
            left = "" if self._controller.reading.is_new else as_left(title, ready.data)
            parts = (run.format(corpus=title) if is_training else "", left)
            if text := " ".join(filter(None, (*parts, pieces))):
                self.told.emit(text)

    # Difficulty --------------------------------------------------------------------------

    def _make_room(self, on: bool) -> None:
        """Let the sliders have the place of what is not needed beside them."""
        if on:
            self.chip.setChecked(False)
        self.drop.setHidden(on)
        if not on:
            self.difficulty.hide()
        self._want_room()  # before it is shown, or the height to go back to is not known
        self.difficulty.setVisible(on)

    def _show_taste(self, taste: TasteReady | None) -> None:
        """Show pairs as they will be, or those of the corpus again."""
        ready = self._controller.corpus
        if taste is None:
            if ready is not None and not self._makes_way:
                self._show_pairs(ready)
            return
        sides = side_names(ready.corpus) if ready else None
        self.table.set_pairs(taste.pairs, sides)

    # Findings ----------------------------------------------------------------------------

    def _turn(self, on: bool) -> None:
        """Show the findings, with as much room as they need, or the pairs again."""
        if on:
            self._came_from = QApplication.focusWidget()  # a click does not take it
            self.difficulty.button.setChecked(False)  # which gives back its room
        self.pages.setCurrentIndex(int(on))
        self.drop.setVisible(not on)
        self._show_cure_all()

    def _want_room(self) -> None:
        """Ask for height while the sliders are shown; findings are read where the pairs were."""
        self.room_wanted.emit(self.difficulty.button.isChecked())

    def fitting(self, height: int) -> int:
        """Return the height at most as large as this one at which no pair is cut.

        Below the sliders a pair is in sight, even if that takes more; before, their title goes.
        """
        for is_dense in (False, True):
            self.difficulty.set_dense(is_dense)
            others = self._height_of_others()
            if height - others >= px(SOME_PAIRS):
                break
        return others + whole_rows(self.table, max(height - others, px(A_PAIR)))

    def _height_of_others(self) -> int:
        self.body.activate()
        others = self.body.sizeHint().height() - self.pages.sizeHint().height()
        for widget in (self.split, self.difficulty):
            others += widget.sizeHint().height() + px(8) if widget.isHidden() else 0
        return others

    def _show_split(self) -> None:
        """As soon as there is something to say."""
        self.split.setVisible(bool(self.split.text()))

    def _show_chip(self) -> None:
        count, cured = self.findings.count(), self.findings.cured()
        text = self.tr("{sign} {count:finding|findings}")
        if cured:
            text = self.tr("{sign} {cured} of {count} cured")
        sign = "✓" if cured and self.findings.all_are_ticked() else "⚠"
        counts = {"count": numbers.count(count), "cured": numbers.count(cured)}
        self.chip.setText(text.format(sign=sign, **counts))
        if not count:
            self.chip.setChecked(False)
        self.chip.setVisible(bool(count))
        self._show_cure_all()

    def _show_cure_all(self) -> None:
        """Offer to tick all, or to take all ticks back."""
        done = self.findings.all_are_ticked()
        self.cure_all.setText(self.tr("Cure none") if done else self.tr("Cure all"))
        self.cure_all.setVisible(self.chip.isChecked() and self.findings.can_cure())

    def _cure_all(self) -> None:
        self.findings.tick_all(not self.findings.all_are_ticked())

    def go_back(self) -> bool:
        """Show the pairs alone again; returns whether there was anything beside them."""
        return self.leave_findings() or self.difficulty.fold_away()

    def leave_findings(self) -> bool:
        """Show the pairs again, the focus where it came from; returns whether it was not so."""
        if not self.chip.isChecked():
            return False
        back = self._came_from
        was_inside = QApplication.focusWidget() in (self.findings, self.cure_all)
        self.chip.setChecked(False)
        if was_inside and back is not None and back.isVisible():
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    # Qt's own ----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape or not self.go_back():
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.head.show_counts()  # as fully as there is room
        # In the margin below: nothing moves when it comes and goes.
        edge = px(16)
        self.progress.setGeometry(edge, self.height() - px(12), self.width() - 2 * edge, px(4))
