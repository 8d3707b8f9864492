"""The two editors of a row: a list of settings in which one can type, and a list of ticks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QGridLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
)

from app.widgets.knob_editors import Row, core_text
from app.widgets.plain_text import plain_tooltip
from app.widgets.popup import Popup
from app.widgets.theme import px
from app.widgets.tooltips import BesideRows
from s2s_core.knobs import Knob, title_of

ARROWS: dict[int, tuple[int, int]] = {  # how far to the right and down
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
OFF_ON = ("false", "true")  # the values of a switch


class Setting(NamedTuple):
    """What can be varied, as a person finds it."""

    key: str
    title: str
    knob: Knob
    now: str  # its value in words
    ticked: tuple[str, ...] = ()  # what of a choice is compared, unless a person says otherwise
    in_rows: bool = False  # what begins alike, as gru-tiny and gru-small, stands in one row


class SettingList(QComboBox):
    """The settings by title; what is typed finds those in which it occurs."""

    key_chosen = Signal(str)  # by the user's hand only

    def __init__(self, settings: Sequence[Setting]) -> None:
        super().__init__()
        self.setEditable(True)
        self.field = QLineEdit()
        self.setLineEdit(self.field)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumContentsLength(16)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(14)
        BesideRows(self.view())
        for setting in settings:
            self.addItem(setting.title, setting.key)
            help_text = plain_tooltip(core_text(setting.knob.help))
            self.setItemData(self.count() - 1, help_text, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(-1)
        self.field.setPlaceholderText(self.tr("Choose a setting"))
        completer = self.completer()
        assert completer is not None
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        found = completer.popup()
        assert found is not None
        found.setProperty("role", "found")
        BesideRows(found)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.activated.connect(lambda row: self.key_chosen.emit(str(self.itemData(row))))
        self.field.editingFinished.connect(self._take_typed)
        self.installEventFilter(self)

    def show_key(self, key: str) -> None:
        """Show a setting; emits nothing."""
        self.setCurrentIndex(self.findData(key))

    def _take_typed(self) -> None:
        """Take the title that was typed whole, or the only one in which it occurs."""
        text = self.field.text().strip().casefold()
        titles = [self.itemText(row) for row in range(self.count())]
        rows = [row for row, title in enumerate(titles) if title.casefold() == text]
        rows = rows or [row for row, title in enumerate(titles) if text in title.casefold()]
        if text and len(rows) == 1:
            self.setCurrentIndex(rows[0])
            self.key_chosen.emit(str(self.itemData(rows[0])))
        else:
            self.key_chosen.emit("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """The wheel scrolls, and chooses nothing by accident."""
        return event.type() == QEvent.Type.Wheel or super().eventFilter(watched, event)


class TickButton(QPushButton):
    """Names what is ticked; opens the list of what can be."""

    changed = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "field")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._boxes: dict[str, QCheckBox] = {}
        self._popup: Popup | None = None
        self.clicked.connect(self._open)

    def ticked(self) -> list[str]:
        """Return the names that are ticked, in the order of the list."""
        return [name for name, box in self._boxes.items() if box.isChecked()]

    def box(self, name: str) -> QCheckBox:
        """Return the box of a name."""
        return self._boxes[name]

    def tick(self, names: Sequence[str]) -> None:
        """Tick these, and no other."""
        for name, box in self._boxes.items():
            box.setChecked(name in names)

    def show_choices(self, setting: Setting, rows: Sequence[Row]) -> None:
        """Offer these, some ticked already."""
        if self._popup:
            self._popup.deleteLater()
        self._popup = _TickList(setting.title, self)
        self._popup.closed.connect(self.closed)
        self._boxes = {}
        table, beginnings = QGridLayout(), [""]
        for name, explanation, *own in rows:
            if not name:
                continue
            box = QCheckBox(core_text(own[0] if own else title_of(name)))
            tip = core_text(explanation) if explanation else box.text()
            box.setToolTip(plain_tooltip(tip))
            box.setAccessibleDescription(tip)
            box.setChecked(name in setting.ticked)
            box.toggled.connect(self._tell)
            self._boxes[name] = box
            beginnings.append(name.partition("-")[0] if setting.in_rows else name)
            row = len(dict.fromkeys(beginnings))
            table.addWidget(box, row, beginnings.count(beginnings[-1]))
        table.setHorizontalSpacing(px(16))
        table.setVerticalSpacing(px(8))
        self._popup.column.addLayout(table)
        self._show()

    def _open(self) -> None:
        if self._popup:
            self._popup.show_below(self)
            next(iter(self._boxes.values())).setFocus(Qt.FocusReason.PopupFocusReason)

    def _tell(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        """Name what is ticked, as far as there is room; all of it in the tooltip."""
        said = ", ".join(box.text() for box in self._boxes.values() if box.isChecked())
        text, room = said or self.tr("Choose …"), self.width() - px(24)
        self.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room))
        self.setToolTip(plain_tooltip(text))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show()


class _TickList(Popup):
    """Arrow keys go from box to box; Enter closes it, as Esc does."""

    closed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        elif event.key() in ARROWS:
            self._go(*ARROWS[event.key()])
        else:
            super().keyPressEvent(event)

    def _go(self, right: int, down: int) -> None:
        """Go to the next box in that direction, of the same column or row if there is one."""
        here = self.focusWidget()
        if here is None:
            return
        ways = []
        for box in self.findChildren(QCheckBox):
            way = box.pos() - here.pos()
            along, aside = way.x() * right + way.y() * down, way.x() * down + way.y() * right
            if along > 0:
                ways.append((abs(aside), along, box))
        if ways:
            min(ways, key=lambda way: way[:2])[2].setFocus(Qt.FocusReason.TabFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()
