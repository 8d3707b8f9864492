"""A few sentence pairs of a corpus, each with its number, in a window below a button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from app.widgets import numbers
from app.widgets.named import named
from app.widgets.panel_frame import muted
from app.widgets.popup import Popup
from app.widgets.scripts import alignment_of, direction_of, without_controls
from app.widgets.theme import px

WIDTH = 440  # pixels of the design
LONGEST = 300  # characters of a sentence
Example = tuple[int, str, str]  # number from 1, source, target


class ExamplesPopup(Popup):
    """What was found, examples of it, and the tick of its cure in words."""

    ticked = Signal(bool)  # by the user's hand only
    all_wanted = Signal()  # not only examples

    def __init__(self, text: str, examples: Sequence[Example], parent: QWidget) -> None:
        super().__init__(text, parent, width=WIDTH)
        named(self, "findingExamples")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        head = QLabel(text, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        head.setProperty("role", "section")
        self.column.addWidget(head)
        for example in examples:
            self.column.addWidget(_Pair(example))

    def offer(self, cure: str, is_ticked: bool) -> None:
        """Offer a cure below the examples."""
        tick = named(QCheckBox(), "cureTick")
        room = px(WIDTH) - px(72)  # a box and the edges
        tick.setText(_wrapped(cure, QFontMetrics(tick.font()), room).replace("&", "&&"))
        tick.setAccessibleName(cure)
        tick.setAccessibleDescription(self.tr("The files themselves are never changed."))
        tick.setChecked(is_ticked)
        tick.toggled.connect(self.ticked)
        self.column.addWidget(tick)
        self.column.addWidget(muted(self.tr("The files themselves are never changed.")))

    def offer_all(self, count: int) -> None:
        """Offer to show all that was found below the examples."""
        text = self.tr("Show all {count} in the corpus browser")
        one = self.tr("Show it in the corpus browser")
        button = named(QPushButton(text.format(count=numbers.count(count))), "browseFinding")
        if count == 1:
            button.setText(one)
        button.setProperty("role", "link")
        button.setAccessibleDescription(self.tr("All pairs of this finding, to search and read."))
        button.clicked.connect(self.close)
        button.clicked.connect(self.all_wanted)
        self.column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_beside(self, widget: QWidget, row: QRect) -> None:
        """Open at the right of a row of a widget, or as near as the screen has room."""
        self.show_below(widget)
        self.setFixedHeight(self.column.heightForWidth(self.width()))
        room = widget.screen().availableGeometry()
        place = widget.mapToGlobal(QPoint(widget.width() + px(8), row.top()))
        x = max(room.left(), min(place.x(), room.right() - self.width()))
        y = max(room.top(), min(place.y(), room.bottom() - self.height()))
        self.move(x, y)


class _Pair(QFrame):
    """The number of a pair, its source above its target."""

    def __init__(self, example: Example) -> None:
        super().__init__()
        number, source, target = example
        grid = QGridLayout(self)
        grid.setContentsMargins(0, px(4), 0, px(4))
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(4))
        label = muted(self.tr("pair {number}").format(number=numbers.count(number)))
        label.setWordWrap(False)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        label.setMinimumWidth(px(64))
        label.setToolTip(self.tr("The number of the pair in the corpus"))
        grid.addWidget(label, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(_side(source, "source", self.tr("blank")), 0, 1)
        grid.addWidget(_side(target, "target", self.tr("blank")), 1, 1)
        grid.setColumnStretch(1, 1)


def _wrapped(text: str, metrics: QFontMetrics, room: int) -> str:
    """Return a text in lines that fit, for a box that cannot do so itself."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and metrics.horizontalAdvance(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def _side(text: str, role: str, blank: str) -> QWidget:
    """Return one side of a pair as plain text, in the direction in which it is read."""
    frame = QFrame()
    frame.setProperty("role", "exampleSide")
    frame.setProperty("side", role)
    shown = without_controls(" ".join(text.split()))
    if len(shown) > LONGEST:
        shown = f"{shown[:LONGEST]}…"
    label = QLabel(shown or blank, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    label.setProperty("role", "example" if shown else "muted")
    label.setLayoutDirection(direction_of(shown))
    label.setAlignment(alignment_of(shown))
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    row = QHBoxLayout(frame)
    row.setContentsMargins(px(8), px(1), px(8), px(1))
    row.addWidget(label)
    return frame
