"""The data panel: which corpus, what it holds, what is odd about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QProgressBar,
    QPushButton,
    QStackedWidget,
)

from app.bridge import catalog
from app.bridge.controller import Controller
from app.bridge.messages import CorpusReady
from app.widgets import numbers
from app.widgets.chooser import Chooser
from app.widgets.drop_area import DropArea
from app.widgets.elided_label import ElidedLabel
from app.widgets.knob_editors import core_text
from app.widgets.named import named
from app.widgets.pair_table import PairTable, WholeRows
from app.widgets.panel_frame import PanelBody, PanelHead
from app.widgets.theme import px
from s2s_core.records import Finding, ProgressRecord


class DataPanel(PanelBody):
    """Shows the corpus of the next run and takes another one."""

    open_requested = Signal()  # the drop area was clicked: choose files

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self.head = PanelHead(1, self.tr("Data"))
        self.chooser = named(Chooser(), "corpusChooser")
        self.drop = DropArea(
            self.tr("Drop a corpus here, or click to open one"),
            self.tr("Let go: the corpus of the next run"),
        )
        named(self.drop, "corpusDrop")
        self.table = named(PairTable(), "corpusTable")
        self.findings = named(QListWidget(), "findingList")
        self.pages = QStackedWidget()
        self.progress = QProgressBar()
        self.chip = QPushButton()
        self.summary = ElidedLabel("")
        self.swap = named(QPushButton("⇄"), "swapSides")
        self._fill_chooser(None)
        self._lay_out()
        self._describe()
        self._connect()

    def _lay_out(self) -> None:
        self.pages.addWidget(WholeRows(self.table))
        self.pages.addWidget(self.findings)
        self.findings.setWordWrap(True)
        self.progress.setTextVisible(False)
        self.chip.setCheckable(True)
        self.chip.setProperty("role", "chip")
        self.chip.hide()
        self.swap.setProperty("role", "square")
        self.progress.setFixedHeight(px(4))
        self.progress.hide()
        top = QHBoxLayout()
        top.setSpacing(px(8))
        top.addWidget(self.chooser, 1)
        top.addWidget(self.swap)
        bottom = QHBoxLayout()
        bottom.setSpacing(px(8))
        bottom.addWidget(self.chip)
        bottom.addWidget(self.summary, 1)
        self.body.addLayout(top)
        self.body.addWidget(self.drop)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.pages, 1)
        self.body.addLayout(bottom)

    def _describe(self) -> None:
        for widget, name, tip in (
            (self.chooser, self.tr("corpus"), self.tr("The corpus of the next run.")),
            (
                self.swap,
                self.tr("swap the sides"),
                self.tr("Translate in the other direction, from the next run on."),
            ),
            (
                self.drop,
                self.drop.accessibleName(),
                self.tr("A corpus is one file or folder with both sides, or two text files."),
            ),
            (self.findings, self.tr("findings"), self.tr("What is odd about this corpus.")),
            (
                self.chip,
                self.tr("show findings"),
                self.tr("Show what is odd about this corpus, or the pairs again."),
            ),
            (self.progress, self.tr("reading the corpus"), self.tr("The corpus is being read.")),
        ):
            widget.setAccessibleName(name)
            widget.setToolTip(tip)

    def _connect(self) -> None:
        self.chooser.activated.connect(self._choose)
        self.drop.clicked.connect(self.open_requested)
        self.swap.clicked.connect(self._controller.swap_sides)
        self.chip.toggled.connect(lambda on: self.pages.setCurrentIndex(int(on)))
        self._controller.corpus_progress.connect(self.show_progress)
        self._controller.corpus_changed.connect(self.show_corpus)
        self._controller.run_changed.connect(lambda _: self._show_head())

    def show_progress(self, record: ProgressRecord | None) -> None:
        """Tell what is being done with a corpus that was asked for."""
        self.progress.setVisible(record is not None)
        self.progress.setMaximum(record.total if record else 0)
        if record is None:
            self._show_summary()
            return
        self.progress.setValue(record.done)
        done = f" · {numbers.count(record.done)}" if record.done and not record.total else ""
        what = core_text(record.what)
        self.summary.setText(f"{what[:1].upper()}{what[1:]} …{done}")

    def show_corpus(self, ready: CorpusReady) -> None:
        """Show the pairs, the counts and the findings of a corpus."""
        corpus = ready.corpus
        self._show_head()
        self.table.set_pairs(corpus.preview, (corpus.source_name, corpus.target_name))
        self.drop.set_compact(True)
        self._fill_chooser(ready)
        self._show_summary()
        self._show_findings(self._all_findings(ready))

    def _show_summary(self) -> None:
        """Say how large the vocabularies are."""
        if self._controller.corpus is None:
            self.summary.setText("")
            return
        ready = self._controller.corpus
        prepared = ready.prepared
        sizes = [prepared.source_vocabulary, prepared.target_vocabulary]
        del sizes[1 if ready.data.tokenizer.joint else 2 :]
        pieces = " + ".join(numbers.rate(size, short=True) for size in sizes)
        self.summary.setText(self.tr("Vocabulary: {sizes}").format(sizes=pieces))
        self.summary.set_tooltip(
            self.tr("How many pieces of words the model knows: in the source, in the target.")
        )

    def _show_head(self) -> None:
        """Say how many pairs there are, and if they are not those of the run."""
        ready, run = self._controller.corpus, self._controller.run
        if ready is None:
            return
        pairs = self.tr("{count} pairs").format(count=numbers.count(ready.corpus.pairs))
        if run.folder and run.config and run.config.data != ready.data:
            text = self.tr("{pairs} · for the next run")
        else:
            text = self.tr("{pairs} · {held_out} held out")
        held_out = numbers.count(ready.prepared.held_out_pairs)
        self.head.set_note(text.format(pairs=pairs, held_out=held_out))
        self.head.note_label.set_tooltip(
            self.tr("Held out: pairs that are never trained on, to score the model with.")
        )

    def _all_findings(self, ready: CorpusReady) -> list[str]:
        found = [_sentence(finding) for finding in ready.corpus.findings]
        if ready.prepared.too_long:
            count = numbers.count(ready.prepared.too_long)
            found.append(
                self.tr("{count} pairs are longer than {longest} pieces and are left out").format(
                    count=count, longest=ready.data.longest
                )
            )
        if ready.prepared.vocabulary_lowered and not ready.data.builtin:
            found.append(
                self.tr("the vocabulary came out smaller than asked for: the corpus is small")
            )
        return found

    def _show_findings(self, found: list[str]) -> None:
        self.findings.clear()
        self.findings.addItems(found)
        one = self.tr("⚠ 1 finding")
        many = self.tr("⚠ {count} findings").format(count=len(found))
        self.chip.setText(one if len(found) == 1 else many)
        self.chip.setVisible(bool(found))
        self.chip.setChecked(False)

    def _fill_chooser(self, ready: CorpusReady | None) -> None:
        """List the built-in corpora, and the one from files if there is one."""
        self.chooser.clear()
        helps = catalog.helps("toy_task")
        for name, title in catalog.titles("toy_task").items():
            self.chooser.addItem(core_text(title), name)
            self.chooser.setItemData(
                self.chooser.count() - 1, core_text(helps[name]), Qt.ItemDataRole.ToolTipRole
            )
        if ready is not None and not ready.data.builtin:
            self.chooser.addItem(ready.corpus.title, "")
            self.chooser.setCurrentIndex(self.chooser.count() - 1)
        elif ready is not None:
            self.chooser.setCurrentIndex(self.chooser.findData(ready.data.builtin))

    def _choose(self, row: int) -> None:
        if name := self.chooser.itemData(row):
            self._controller.open_builtin(str(name))


def _sentence(finding: Finding) -> str:
    text = core_text(finding.template).format(count=numbers.count(finding.count))
    return f"{text}\n{finding.example}" if finding.example else text
