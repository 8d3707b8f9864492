"""What the tokenizer lab is made of: its widgets, laid out and described."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.tokenizer_lab.column import (
    BARS,
    COST,
    CUTS,
    MOST_SENTENCES,
    SENTENCE,
    UNKNOWN,
    VOCABULARY,
    WORD,
    ChoiceColumn,
)
from app.tokenizer_lab.row_ends import RowEnds
from app.widgets.named import named
from app.widgets.panel_frame import muted
from app.widgets.segmented import Segmented
from app.widgets.theme import px

MOST = 4  # choices side by side
SIZE = 1240, 760
LABELS = 180  # pixels of the first column


class LabForm(QDialog):
    """A sentence on top, a grid with a column for each choice, and buttons below."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        named(self, "tokenizerLab")
        self.intro = named(muted(), "labIntro")
        self.sentence = named(QLineEdit(), "labSentence")
        self.side = named(Segmented(self._sides(), name=self.tr("side")), "labSide")
        self.others = named(QPushButton(self.tr("Other sentences")), "labOthers")
        self.by_chance = named(QCheckBox(self.tr("Cut by chance")), "labByChance")
        self.again = named(QPushButton(self.tr("Draw again")), "labAgain")
        self.add = named(QPushButton(self.tr("Add a choice")), "labAdd")
        self.legend = named(muted(), "labLegend")
        self.state = named(muted(), "labState")
        self.progress = named(QProgressBar(), "labProgress")
        self.stop = named(QPushButton(), "labStop")
        self.leave = named(QPushButton(self.tr("Close")), "labClose")
        self._grid = QGridLayout()
        self.labels = [QLabel() for _ in range(MOST_SENTENCES)]
        self._scroll = QScrollArea()
        self.columns = [ChoiceColumn(place, self._grid, self) for place in range(MOST)]
        self._lay_out()
        self._describe()
        self._order_tabs()

    def _sides(self) -> list[tuple[str, str, str, str]]:
        return [
            ("labSource", self.tr("Source"), self.tr("Show the side translated from."), "source"),
            ("labTarget", self.tr("Target"), self.tr("Show the side translated into."), "target"),
        ]

    def _lay_out(self) -> None:
        controls = QHBoxLayout()
        controls.setSpacing(px(8))
        controls.addWidget(self.sentence, 1)
        for widget in (self.side, self.others, self.by_chance, self.again):
            controls.addWidget(widget)
        rule = QFrame()
        rule.setProperty("role", "rule")
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(px(120))
        below = QHBoxLayout()
        below.setSpacing(px(8))
        below.addWidget(self.progress)
        below.addWidget(self.state, 1)
        for button in (self.add, self.stop, self.leave):
            below.addWidget(button)
        for button in (self.others, self.again, self.add, self.stop, self.leave):
            button.setAutoDefault(False)  # Enter belongs to the sentence
        self._lay_out_grid()
        inside = QWidget()
        inside.setProperty("role", "form")
        inside.setLayout(self._grid)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setProperty("role", "plain")
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        # The bar has its room before it is needed, or all columns move when the sentences come.
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(16), px(24), px(16))
        column.setSpacing(px(12))
        column.addWidget(self.intro)
        column.addLayout(controls)
        column.addWidget(RowEnds(self._scroll, inside, self._grid), 1)
        column.addWidget(self.legend)
        column.addWidget(rule)
        column.addLayout(below)
        room = self.screen().availableGeometry()
        self.resize(
            min(px(SIZE[0]), room.width() - px(48)), min(px(SIZE[1]), room.height() - px(64))
        )

    def _order_tabs(self) -> None:
        """Let Tab go through all as it is read: the sentence, choice by choice, the buttons."""
        stops: list[QWidget] = [self.sentence, *self.side.findChildren(QPushButton)]
        stops += [self.others, self.by_chance, self.again]
        for column in self.columns:
            stops += [column.kind, column.size, column.remove, column.use, column.stop]
        stops += [self.add, self.stop, self.leave]
        for one, other in pairwise(stops):
            QWidget.setTabOrder(one, other)
        self.sentence.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out_grid(self) -> None:
        grid = self._grid
        grid.setContentsMargins(0, 0, px(12), 0)
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(6))
        grid.setColumnMinimumWidth(0, px(LABELS))
        titles = {
            VOCABULARY: self.tr("Pieces reached"), SENTENCE: self.tr("Pieces a sentence"),
            WORD: self.tr("Pieces a word"), UNKNOWN: self.tr("Unknown characters"),
            COST: self.tr("Time of an epoch"), BARS: self.tr("Lengths of sentences"),
        }  # fmt: skip
        tips = {
            VOCABULARY: self.tr(
                "How many pieces were really learnt; every vocabulary has 260 more, for bytes and "
                "such signs as the end. A small corpus does not hold as many as were asked for; "
                "then there are fewer, and the whole corpus may give some more than this sample."
            ),
            SENTENCE: self.tr("On average, in the sample; the end is not counted."),
            WORD: self.tr(
                "On average; words are what stands between spaces. In scripts that put none "
                "between words, such as Chinese, characters are counted."
            ),
            UNKNOWN: self.tr(
                "Share of the characters of held-out sentences that no piece holds; each is "
                "spelled in its bytes, one to four pieces."
            ),
            COST: self.tr(
                "How much longer or shorter an epoch takes than with the tokenizer that is set "
                "now, about: an epoch takes the time of all its pieces, of both sides, and fewer "
                "pieces are read sooner. A larger vocabulary also makes each step a bit slower, "
                "which is not counted here."
            ),
            BARS: self.tr("How many sentences have how many pieces; the mark is the mean."),
        }
        for row, title in titles.items():
            label = QLabel(title)
            if row == WORD:
                self.per_word = label
            label.setProperty("role", "label")
            label.setToolTip(tips[row])
            label.setAccessibleDescription(tips[row])
            top = Qt.AlignmentFlag.AlignTop
            grid.addWidget(label, row, 0, top if row == BARS else Qt.AlignmentFlag.AlignVCenter)
            for column in self.columns:
                if row in column.values:
                    column.values[row].setToolTip(tips[row])
        for row, label in enumerate(self.labels):
            label.setProperty("role", "muted")
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setContentsMargins(0, px(3), 0, 0)  # as deep as the text of a piece
            label.setMaximumWidth(px(LABELS))
            grid.addWidget(label, CUTS + row, 0)
        grid.setRowStretch(CUTS + MOST_SENTENCES, 1)

    def _describe(self) -> None:
        self.legend.setText(
            self.tr(
                "Dashed: a character that no piece holds, spelled in bytes; ×2: in two of them."
            )
        )
        self.legend.hide()
        policy = self.legend.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # so that the sentences hold still
        self.legend.setSizePolicy(policy)
        self.setWindowTitle(self.tr("Tokenizer lab"))
        self.sentence.setPlaceholderText(self.tr("A sentence to cut"))
        for widget, name, tip in (
            (self.sentence, self.tr("sentence to cut"), self.tr("Cut by each choice as you type.")),
            (self.others, "", self.tr("Show other held-out sentences of the corpus.")),
            (
                self.by_chance, "",
                self.tr(
                    "Show the sentence above as training would cut it by chance: BPE-dropout and "
                    "unigram sampling, as strong as the draft has them."
                ),
            ),
            (self.again, "", self.tr("Draw other cuts.")),
            (self.add, "", self.tr("Put one more choice beside these, four at most.")),
            (self.stop, "", self.tr("Learn no more vocabularies, or go on with what is missing.")),
            (self.progress, self.tr("learning"), self.tr("How many of these are learnt.")),
            (self.leave, "", ""),
        ):  # fmt: skip
            if name:
                widget.setAccessibleName(name)
            widget.setToolTip(tip)
            widget.setAccessibleDescription(tip)
