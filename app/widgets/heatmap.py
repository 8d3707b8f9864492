"""Which source token each target token looked at."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QActionGroup,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QFrame,
    QMenu,
    QPushButton,
    QToolTip,
    QWidget,
)

from app.widgets.heatmap_grid import placed
from app.widgets.heatmap_layout import Layout, visible
from app.widgets.heatmap_painter import (
    WRAPPED,
    HeatmapPainter,
    Picture,
    coloured,
    make_tile,
)
from app.widgets.heatmap_scale import AUTOMATIC, LINEAR, LOGARITHMIC, ColourScale, scale_for
from app.widgets.named import named
from app.widgets.numbers import probability
from app.widgets.pictures import add_save_actions, picture, save_png, save_svg, sized
from app.widgets.plain_text import plain_tooltip
from app.widgets.scripts import isolated
from app.widgets.theme import current_theme
from s2s_core.files import replacing

if TYPE_CHECKING:  # numpy is loaded when there are weights, after the window is seen
    from numpy.typing import NDArray

_LARGEST_PICTURE = 4000  # pixels of a side; larger ones would need gigabytes
_KEYS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}
NOWHERE = (-1, -1)


class Heatmap(QAbstractScrollArea):
    """Attention weights as coloured cells: target tokens down, source tokens across.

    `hovered` tells the target and source position under the pointer or the keyboard's cell,
    -1 and -1 when there is none. Where cells would be too small for their labels, one scrolls,
    by a small map of all of them.
    """

    hovered = Signal(int, int)

    def __init__(self, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._weights: NDArray[np.float32] | None = None
        self.source_tokens: list[str] = []
        self.target_tokens: list[str] = []
        self.scale_choice = AUTOMATIC
        self.is_whole = False
        self._hint = hint
        self._cell = NOWHERE
        self._pointed = NOWHERE  # by another widget: a row, or a column
        self._image = QImage()
        self._scale = ColourScale()
        self._layout: Layout | None = None
        self.setFrameStyle(QFrame.Shape.NoFrame)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Attention weights"))
        self._describe()
        self.setMinimumSize(120, 100)
        never = Qt.ScrollBarPolicy.ScrollBarAlwaysOff  # the overview tells more
        self.setHorizontalScrollBarPolicy(never)
        self.setVerticalScrollBarPolicy(never)
        self._is_dragged = False  # the overview
        self.whole = named(QPushButton(self), "heatmapWhole")
        self.whole.setProperty("role", "link")
        self.whole.clicked.connect(self._turn_whole)
        self.whole.hide()

    @property
    def weights(self) -> NDArray[np.float32]:
        """The weights that are shown, [target length, source length]."""
        return np.zeros((0, 0), np.float32) if self._weights is None else self._weights

    def show_weights(
        self, weights: NDArray[np.floating], source_tokens: Sequence[str],
        target_tokens: Sequence[str],
    ) -> None:  # fmt: skip
        """Show other weights.

        weights: [target length, source length], numbers from 0 to 1
        """
        weights = np.array(weights, np.float32)
        if weights.shape != (len(target_tokens), len(source_tokens)):
            raise ValueError(
                f"weights of shape {weights.shape} do not fit {len(target_tokens)} target and "
                f"{len(source_tokens)} source tokens"
            )
        tokens = list(source_tokens), list(target_tokens)
        is_other = tokens != (self.source_tokens, self.target_tokens)
        before = self._layout if tokens[0] == self.source_tokens else None
        begins_anew = tokens[0][:1] != self.source_tokens[:1]
        self.source_tokens, self.target_tokens = tokens
        self._weights = weights
        self._colour()
        if is_other:
            self._lay_out_again(before)
        if begins_anew and self._layout is not None:
            self._go_to_start(self._layout)
        if not self._is_inside(self._cell):
            self._choose(NOWHERE)
        self._describe()

    def clear(self, hint: str = "") -> None:
        """Show nothing but a sentence that says what will appear here."""
        self._hint = hint or self._hint
        self._scale = ColourScale()
        self.show_weights(np.zeros((0, 0), np.float32), [], [])

    def point(self, target: int, source: int) -> None:
        """Let a row or a column stand out (-1: none); tells nobody."""
        self._pointed = target, source
        self.viewport().update()

    def set_scale(self, choice: str) -> None:
        """Colour the weights on an "automatic", "linear" or "logarithmic" scale."""
        self.scale_choice = choice
        self._colour()

    def set_whole(self, is_whole: bool) -> None:
        """Show the whole matrix, however small its cells become, or cells one can read."""
        self.is_whole = is_whole
        self._lay_out_again()
        if self._layout is not None:
            self._go_to_start(self._layout)

    def _turn_whole(self) -> None:
        self.set_whole(not self.is_whole)

    def levels(self) -> NDArray[np.floating]:
        """Return where each weight stands on the scale of colours, 0 to 1."""
        return self._scale.levels(self.weights)

    def cell_at(self, position: QPointF) -> tuple[int, int]:
        """Return target and source position of the cell at a place; -1 and -1 outside."""
        layout = self._placed()
        return layout.cell_at(position) if layout else NOWHERE

    def _token_at(self, position: QPointF) -> str:
        """Return the whole token whose label is at a place; its label may be cut, or left out."""
        layout = self._placed()
        row, column = layout.label_at(position) if layout else NOWHERE
        if row < 0 and column < 0:
            return ""
        return isolated(
            visible(self.target_tokens[row] if row >= 0 else self.source_tokens[column])
        )

    def reading(self, target: int, source: int) -> str:
        """Return what a cell says: "chat ← cat 0.93"."""
        # Isolated, so that a token of a script written from right to left stays in its place.
        tokens = (
            isolated(visible(token))
            for token in (self.target_tokens[target], self.source_tokens[source])
        )
        weight = float(self.weights[target, source])
        value = probability(weight) if np.isfinite(weight) else "NaN"
        return "\N{LEFT-TO-RIGHT MARK}" + " ← ".join(tokens) + f" {value}"

    def caption(self) -> str:
        """Say which part of the matrix can be seen, if it is not all of it."""
        layout = self._placed()
        if layout is None or not layout.is_long:
            return ""
        rows, columns = layout.seen()
        parts = [
            all_of.format(all=count) if (first, last) == (0, count - 1)
            else part.format(first=first + 1, last=last + 1, all=count)
            for (first, last), count, part, all_of in (
                (columns, layout.columns, self.tr("source {first}–{last} of {all}"),
                 self.tr("all {all} of source")),
                (rows, layout.rows, self.tr("target {first}–{last} of {all}"),
                 self.tr("all {all} of target")),
            )
        ]  # fmt: skip
        return " · ".join(parts)

    # -- pictures and files -------------------------------------------------------------------

    def save_png(self, path: str | Path) -> None:
        """Write the map as it is seen, twice as fine; all of it, with every label."""
        whole = self._unscrolled()
        save_png(whole, path, partial(whole._paint, is_drawing=True), whole._enlarged())

    def save_svg(self, path: str | Path) -> None:
        """Write the map as shapes and text."""
        whole = self._unscrolled()
        save_svg(whole, path, partial(whole._paint, is_drawing=True))

    def save_csv(self, path: str | Path) -> None:
        """Write the weights, a row for each target token below a row of source tokens."""
        with (
            replacing(Path(path)) as unfinished,
            unfinished.open("w", encoding="utf-8", newline="") as file,
        ):
            writer = csv.writer(file)
            writer.writerow(["", *self.source_tokens])
            for token, row in zip(self.target_tokens, self.weights, strict=True):
                writer.writerow([token, *map(str, row)])

    def picture(self) -> QImage:
        """Return the map as a picture, to be copied."""
        whole = self._unscrolled()
        return picture(whole, partial(whole._paint, is_drawing=True), whole._enlarged())

    def _enlarged(self) -> float:
        """Return by how much pictures are finer than the screen, very large ones less so."""
        return min(2.0, 2 * _LARGEST_PICTURE / max(self.width(), self.height()))

    def _unscrolled(self) -> Heatmap:
        """Return this map, or one that is never shown, with room for all its cells and labels."""
        layout = self._placed()
        if layout is None or not (layout.is_long or layout.is_thinned):
            return self
        labels, cells = layout.labels, layout.cells
        for_all = QSize(cells.width() * labels.source_stride, cells.height() * labels.target_stride)
        wanted = self.size() + for_all - layout.view.size() + QSize(80, 80)
        size = wanted.boundedTo(QSize(_LARGEST_PICTURE, _LARGEST_PICTURE))
        twin = Heatmap()
        twin.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        twin.set_scale(self.scale_choice)
        twin._scale = self._scale
        twin.set_whole(size != wanted)
        twin.resize(size)
        twin.show()  # what was never shown has not taken its size yet
        twin.show_weights(self.weights, self.source_tokens, self.target_tokens)
        return twin

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
        menu.addSeparator()
        add_save_actions(self, menu)
        for action in menu.actions():
            action.setEnabled(self.weights.size > 0)

    # -- the chosen cell ----------------------------------------------------------------------

    def _choose(self, cell: tuple[int, int]) -> None:
        if cell == self._cell:
            return
        self._cell = cell
        self._describe()
        self.hovered.emit(*cell)
        self.viewport().update()

    def _describe(self) -> None:
        how = self.tr("Rows are target words, columns source words; arrow keys choose a cell.")
        inside = self._is_inside(self._cell)
        self.setAccessibleDescription(self.reading(*self._cell) if inside else how)

    def _is_inside(self, cell: tuple[int, int]) -> bool:
        return 0 <= cell[0] < len(self.target_tokens) and 0 <= cell[1] < len(self.source_tokens)

    def _scroll_to(self, cell: tuple[int, int]) -> None:
        layout = self._placed()
        if layout is None or not layout.scrolls:
            return
        box = layout.cell_box(*cell)
        for bar, low, high, view in (
            (self.horizontalScrollBar(), box.left(), box.right() + 1,
             (layout.view.left(), layout.view.right() + 1)),
            (self.verticalScrollBar(), box.top(), box.bottom() + 1,
             (layout.view.top(), layout.view.bottom() + 1)),
        ):  # fmt: skip
            if low < view[0]:
                bar.setValue(round(bar.value() - (view[0] - low)))
            elif high > view[1]:
                bar.setValue(round(bar.value() + (high - view[1])))

    # -- layout and painting ------------------------------------------------------------------

    def _placed(self, before: Layout | None = None) -> Layout | None:
        """Return where everything stands now, as far as it is scrolled."""
        if self._weights is None or not self._weights.size:
            return None
        if self._layout is None:
            tokens = self.source_tokens, self.target_tokens
            self._layout = placed(
                self, self.viewport().rect(), tokens, is_whole=self.is_whole, before=before
            )
            self._fit_bars(self._layout)
            self._fit_button(self._layout)
        across, down = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        return self._layout.scrolled(across, down) if across or down else self._layout

    def _fit_bars(self, layout: Layout) -> None:
        for bar, total, seen, step in (
            (self.horizontalScrollBar(), layout.cells.width(), layout.view.width(), layout.width),
            (self.verticalScrollBar(), layout.cells.height(), layout.view.height(), layout.height),
        ):
            bar.setPageStep(seen)
            bar.setSingleStep(step)
            bar.setRange(0, max(0, total - seen))

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

    def _go_to_start(self, layout: Layout) -> None:
        """Scroll to where reading begins."""
        self._go(self.horizontalScrollBar().maximum() if layout.is_mirrored else 0, 0)

    def _go(self, across: int, down: int) -> None:
        """Scroll so far from the upper left corner."""
        self.horizontalScrollBar().setValue(across)
        self.verticalScrollBar().setValue(down)

    def _lay_out_again(self, before: Layout | None = None) -> None:
        """Place everything anew, now: bars that appear while one paints would be seen to jump."""
        self._layout = None
        if self._placed(before) is None:
            self._fit_button(None)
        self.viewport().update()

    def _colour(self) -> None:
        self._scale = scale_for(self.scale_choice, self.weights, self._scale)
        self._image = coloured(self.weights, self._scale)
        self.viewport().update()

    def _paint(self, painter: QPainter, is_drawing: bool = False) -> None:
        layout = self._placed()
        if layout is None:
            painter.setPen(QColor(current_theme().mute))
            painter.setFont(sized(self, 13))
            box = self.viewport().rect().adjusted(24, 8, -24, -8)
            painter.drawText(box, WRAPPED, self._hint)
            return
        cell = self._cell if self._is_inside(self._cell) else self._pointed
        cell = cell if cell[0] < layout.rows and cell[1] < layout.columns else NOWHERE
        reading = self.reading(*cell) if self._is_inside(cell) else ""
        picture = Picture(
            self.weights, self._image, self._scale, cell, reading, self.caption(), self.hasFocus()
        )  # fmt: skip
        ratio = self.devicePixelRatioF()
        tile = None if is_drawing else partial(make_tile, ratio=ratio)
        HeatmapPainter(painter, self.viewport(), layout, picture).paint(tile)

    # -- Qt -----------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(390, 390)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        self._paint(painter)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out_again()

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = QPointF(event.pos())
            drag = self.tr("All of the matrix. Click or drag to see another part of it.")
            text = drag if self._is_over_map(place) else self._token_at(place)
            QToolTip.showText(event.globalPos(), plain_tooltip(text), self)
            return True
        return super().viewportEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._lay_out_again()
        self.viewport().update()

    def _is_over_map(self, position: QPointF) -> bool:
        layout = self._placed()
        return layout is not None and layout.overview.adjusted(-3, -3, 3, 3).contains(position)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_dragged = self._is_over_map(event.position())
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        layout = self._placed()
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
        layout, cell = self._placed(), self.cell_at(event.position())
        if layout is None or not layout.is_long or cell == NOWHERE:
            self.mousePressEvent(event)
            return
        self._turn_whole()
        closer = self._placed()
        if closer is not None and closer.scrolls:
            place = closer.columns - 1 - cell[1] if closer.is_mirrored else cell[1]
            self._go(*closer.scroll_to(place, cell[0]))

    def leaveEvent(self, event: QEvent) -> None:
        self._choose(NOWHERE)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _KEYS.get(Qt.Key(event.key()))
        if step and self.weights.size:
            layout = self._placed()
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
