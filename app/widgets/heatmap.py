"""Which source token each target token looked at."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QActionGroup,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QMenu, QPushButton, QToolTip, QWidget

from app.widgets import heatmap_files
from app.widgets.heatmap_layout import Layout, visible
from app.widgets.heatmap_scale import AUTOMATIC, LINEAR, LOGARITHMIC
from app.widgets.heatmap_view import NOWHERE, HeatmapView
from app.widgets.named import named
from app.widgets.pictures import add_save_actions
from app.widgets.plain_text import plain_tooltip
from app.widgets.scripts import isolated
from app.widgets.theme import px

_KEYS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


class Heatmap(HeatmapView):
    """The attention weights within reach: of mouse and keys, with a menu, to be saved."""

    def __init__(self, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(hint, parent)
        self.viewport().setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._is_dragged = False  # the overview
        self.whole = named(QPushButton(self), "heatmapWhole")
        self.whole.setProperty("role", "link")
        self.whole.clicked.connect(self._turn_whole)
        self.whole.hide()

    def _turn_whole(self) -> None:
        self.set_whole(not self.is_whole)

    def _lay_out_again(self, before: Layout | None = None) -> None:
        super()._lay_out_again(before)
        self._fit_button(self.placed())

    def taken(self) -> int:
        """Keep the caption clear of the button."""
        return self.whole.width() + px(8) if self.whole.isVisible() else 0

    def _fit_button(self, layout: Layout | None) -> None:
        """Offer all of a long sentence at once, or a part of it that can be read."""
        self.whole.setVisible(layout is not None and layout.is_long)
        if self.is_whole:
            text, tip = self.tr("Enlarge"), self.tr("Show cells and labels one can read (W).")
        else:
            text, tip = (
                self.tr("Show all"),
                self.tr("Show the whole matrix, without scrolling (W)."),
            )
        self.whole.setText(text)
        self.whole.setToolTip(plain_tooltip(tip))
        self.whole.setAccessibleDescription(tip)
        self.whole.resize(self.whole.sizeHint())
        self.whole.move(QPoint(self.width(), self.height()) - self.whole.rect().bottomRight())

    # -- menu and files -----------------------------------------------------------------------

    def menu(self) -> QMenu:
        """The menu of the right mouse button."""
        menu = QMenu(self)
        self.fill_menu(menu)
        return menu

    def fill_menu(self, menu: QMenu) -> None:
        """Put into a menu what can be done with the map."""
        menu.clear()
        group = QActionGroup(menu)
        for choice, text in (
            (AUTOMATIC, self.tr("Colours: automatic")),
            (LINEAR, self.tr("Colours: linear")),
            (LOGARITHMIC, self.tr("Colours: logarithmic")),
        ):
            action = menu.addAction(text, partial(self.set_scale, choice))
            action.setCheckable(True)
            action.setChecked(choice == self.scale_choice)
            group.addAction(action)
        menu.addSeparator()
        whole = menu.addAction(self.tr("Whole matrix at once") + "\tW")
        whole.setCheckable(True)
        whole.setChecked(self.is_whole)
        whole.triggered.connect(self.set_whole)
        whole.triggered.connect(lambda _: self.setFocus())  # where W, named there, acts
        menu.addSeparator()
        add_save_actions(self, menu, why_not="" if self.weights.size else self.tr("no map yet"))
        for action in menu.actions():
            action.setEnabled(self.weights.size > 0)

    def save_png(self, path: str | Path) -> None:
        """Write the map as it is seen, twice as fine; all of it, with every label."""
        heatmap_files.save_png(self, path)

    def save_svg(self, path: str | Path) -> None:
        """Write the map as shapes and text."""
        heatmap_files.save_svg(self, path)

    def save_csv(self, path: str | Path) -> None:
        """Write the weights, a row for each target token below a row of source tokens."""
        heatmap_files.save_csv(self, path)

    def picture(self) -> QImage:
        """Return the map as a picture, to be copied."""
        return heatmap_files.picture(self)

    # -- mouse --------------------------------------------------------------------------------

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = QPointF(event.pos())
            drag = self.tr("All of the matrix. Click or drag to see another part of it.")
            text = drag if self._is_over_map(place) else self._token_at(place)
            QToolTip.showText(event.globalPos(), plain_tooltip(text), self)
            return True
        return super().viewportEvent(event)

    def _token_at(self, position: QPointF) -> str:
        """Return the whole token whose label is at a place; its label may be cut, or left out."""
        layout = self.placed()
        row, column = layout.label_at(position) if layout else NOWHERE
        if row < 0 and column < 0:
            return ""
        return isolated(
            visible(self.target_tokens[row] if row >= 0 else self.source_tokens[column])
        )

    def _is_over_map(self, position: QPointF) -> bool:
        layout = self.placed()
        return layout is not None and layout.overview.adjusted(-3, -3, 3, 3).contains(position)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_dragged = self._is_over_map(event.position())
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        layout = self.placed()
        if self._is_dragged and layout is not None and event.buttons():
            self._go(*layout.scroll_for(event.position()))
            return
        shape = Qt.CursorShape
        is_over = self._is_over_map(event.position())
        self.viewport().setCursor(shape.PointingHandCursor if is_over else shape.ArrowCursor)
        self._choose(self.cell_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._is_dragged = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Come closer to a cell, or show all of them."""
        layout, cell = self.placed(), self.cell_at(event.position())
        if layout is None or not layout.is_long or cell == NOWHERE:
            self.mousePressEvent(event)
            return
        self._turn_whole()
        closer = self.placed()
        if closer is not None and closer.scrolls:
            place = closer.columns - 1 - cell[1] if closer.is_mirrored else cell[1]
            self._go(*closer.scroll_to(place, cell[0]))

    def leaveEvent(self, event: QEvent) -> None:
        self._choose(NOWHERE)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    # -- keys ---------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _KEYS.get(Qt.Key(event.key()))
        if step and self.weights.size:
            layout = self.placed()
            by = (step[0], -step[1]) if layout and layout.is_mirrored else step
            row, column = (max(0, old) + change for old, change in zip(self._cell, by, strict=True))
            if self._cell == NOWHERE:
                row = column = 0
            rows, columns = self.weights.shape
            cell = min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)
            self._scroll_to(cell)
            self._choose(cell)
        elif event.key() == Qt.Key.Key_W and self.whole.isVisible():
            self._turn_whole()
        elif event.key() == Qt.Key.Key_Escape and self._cell != NOWHERE:
            self._choose(NOWHERE)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._choose((0, 0) if self.weights.size else NOWHERE)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._choose(NOWHERE)
