"""Pointing, panning and zooming in a plot, by mouse and by keys alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolButton, QWidget

from app.widgets import marks
from app.widgets.pictures import scale_of
from app.widgets.plot_frame import PlotFrame
from app.widgets.timeline import Axis

_ZOOM, _PAN = 1.25, 0.25  # by a key: how much closer, and by which share of the view
_LEAST_BOX = 5.0  # pixels: a drag with Shift over less is no box
_STEP, _BIG_STEP = 4.0, 40.0  # pixels by which keys move the pointer


class MovablePlot(PlotFrame):
    """A plot that follows what it shows until a person pans or zooms.

    The x axis and the y axis are held apart: while only x is held, y goes on to fit what is in
    view. Signals tell what a person did, so that plots above each other can do the same.
    """

    pointed = Signal(float)  # the step under the pointer, NaN when it leaves
    x_held = Signal(float, float)  # the places at the edges, chosen by panning or zooming
    released = Signal()  # everything is to be shown again

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        self.flags: list[marks.Flag] = []
        self.holds_x = self.holds_y = False
        self._pointer = np.nan  # a step
        self._flag: marks.Flag | None = None  # the one under the mouse
        self._box: tuple[QPointF, QPointF] | None = None  # being drawn with Shift
        self._has_key_focus = False
        self._fitted = (0.0, 10.0), (0.0, 1.0)
        super().__init__(title, parent)
        self._add_reset()
        view = self.getPlotItem().getViewBox()
        view.sigRangeChangedManually.connect(self._notice_hand)
        self.show_range()

    def _add_reset(self) -> None:
        keys = self.tr(
            "Save or copy this plot. In it, the wheel zooms, dragging moves, and dragging with "
            "Shift zooms into a box. Keys: ← → read values, ↑ ↓ zoom, Page Up and Page Down move, "
            "Esc shows all again."
        )
        self.menu_button.setToolTip(keys)
        self.setAccessibleDescription(keys)
        self.reset_button = QToolButton()
        self.reset_button.setText(self.tr("Reset"))
        self.reset_button.setProperty("role", "quiet")
        self.reset_button.setAccessibleName(self.tr("Reset view: {0}").format(self.title))
        self.reset_button.setToolTip(
            self.tr("Show everything again and follow the newest values (double click, or Esc)")
        )
        self.reset_button.clicked.connect(self._release)
        self.reset_button.hide()
        self.corner_row.insertWidget(0, self.reset_button)

    @property
    def follows(self) -> bool:
        """Whether new values stay in view by themselves."""
        return not (self.holds_x or self.holds_y)

    def remarks(self) -> Sequence[str]:
        if self.follows:
            return ()
        return self.tr("zoomed, not following"), self.tr("zoomed")

    # -- what is in view ------------------------------------------------------------------------

    def reset_view(self) -> None:
        """Show everything again after panning and zooming, and follow the newest values."""
        self._hold(False, False)

    def set_axis(self, axis: Axis) -> None:
        super().set_axis(axis)
        self._hold(False, self.holds_y)

    def hold_x(self, low: float, high: float) -> None:
        """Show what is between two places of the x axis until the view is reset."""
        self._hold(True, self.holds_y)
        self._set_range(x=(low, high))

    def show_range(self) -> None:
        """Show the limits that fit, on the axes that nobody holds."""
        low, high = self._fitted[1]
        span = (high - low) or 1.0
        self._set_range(
            x=None if self.holds_x else self._fitted[0],
            y=None if self.holds_y else (low - 0.02 * span, high + 0.04 * span),
        )

    def _set_range(
        self, x: tuple[float, float] | None = None, y: tuple[float, float] | None = None
    ) -> None:  # fmt: skip
        view = self.getPlotItem().getViewBox()
        now_x, now_y = view.viewRange()
        wanted = x or now_x, y or now_y
        if not np.allclose(wanted, (now_x, now_y), rtol=1e-9, atol=0):
            view.setRange(xRange=wanted[0], yRange=wanted[1], padding=0)

    def _hold(self, x: bool, y: bool) -> None:
        was = self.follows
        self.holds_x, self.holds_y = x, y
        if was != self.follows:
            if self.reset_button.hasFocus() and self.follows:
                self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.reset_button.setVisible(not self.follows)
            self._place_corner()
            self.refresh_frame()

    def _notice_hand(self) -> None:
        """Hold the axes that a person has just moved."""
        view = self.getPlotItem().getViewBox()
        moved_x, moved_y = (bool(on) for on in view.state["mouseEnabled"])
        low, high = view.viewRange()[0]
        moved_x = moved_x and not np.allclose((low, high), self._held_x(), rtol=1e-9, atol=0)
        self._hold(self.holds_x or moved_x, self.holds_y or moved_y)
        if moved_x:
            self.x_held.emit(low, high)

    def _held_x(self) -> tuple[float, float]:
        return (np.nan, np.nan) if self.holds_x else self._fitted[0]

    def _zoom(self, factor: float) -> None:
        low, high = self.x_range()
        middle = (low + high) / 2
        if np.isfinite(self._pointer):
            place = float(self.axis.places(np.array([self._pointer]))[0])
            middle = place if low <= place <= high else middle
        self._move_x(middle - (middle - low) / factor, middle + (high - middle) / factor)

    def _zoom_y(self, factor: float) -> None:
        if self.is_empty():
            return
        low, high = self.getPlotItem().getViewBox().viewRange()[1]
        rest = (high - low) * (1 - 1 / factor)
        self._hold(self.holds_x, True)
        self._set_range(y=(low, high - rest) if low <= 0 else (low + rest / 2, high - rest / 2))

    def _pan(self, share: float) -> None:
        low, high = self.x_range()
        self._move_x(low + share * (high - low), high + share * (high - low))

    def _move_x(self, low: float, high: float) -> None:
        if self.is_empty():  # there is nothing to see closer
            return
        self.hold_x(low, high)
        self.x_held.emit(low, high)

    def _release(self) -> None:
        self.reset_view()
        self.released.emit()

    # -- the mouse --------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        left = event.button() == Qt.MouseButton.LeftButton
        if self.is_empty():
            event.accept()
        elif left and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._box = event.position(), event.position()
            self._point(np.nan)
            event.accept()
        elif event.button() != Qt.MouseButton.RightButton:
            # The right button is the menu's; pyqtgraph would start a zoom that never ends.
            self._let_y_move(self.holds_y or event.position().x() < self.area().left())
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._box:
            self._box = self._box[0], event.position()
            self.show_again()
            return
        super().mouseMoveEvent(event)
        above = -(marks.STRIP + 2) * scale_of(self)
        is_inside = self.area().adjusted(-1, above, 90, 1).contains(event.position())
        is_inside = is_inside and not event.buttons()
        self._flag = marks.flag_at(self, self.flags, event.position()) if is_inside else None
        is_inside = self.area().adjusted(-1, -1, 1, 1).contains(event.position())
        step = self._flag.x if self._flag else self.step_at(event.position().x())
        self._point(step if self._flag or (is_inside and not event.buttons()) else np.nan)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._box:
            corners, self._box = self._box, None
            self._show_box(QRectF(*corners).normalized() & self.area())
            self.show_again()
        elif event.button() != Qt.MouseButton.RightButton:
            super().mouseReleaseEvent(event)
            self._let_y_move(True)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._release()
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # The wheel zooms along x alone, so that curves stay in sight; over the y axis, or with
        # Ctrl, it zooms along y as well.
        if self.is_empty():
            event.ignore()
            return
        is_wide = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self._let_y_move(is_wide or event.position().x() < self.area().left())
        super().wheelEvent(event)
        self._let_y_move(True)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(np.nan)

    def _let_y_move(self, on: bool) -> None:
        self.getPlotItem().getViewBox().setMouseEnabled(y=on)

    def _show_box(self, box: QRectF) -> None:
        if box.width() < _LEAST_BOX:
            return
        area, (low, high) = self.area(), self.getPlotItem().getViewBox().viewRange()[1]
        steps = np.array([self.step_at(box.left()), self.step_at(box.right())])
        if box.height() >= _LEAST_BOX:
            rows = (area.bottom() - box.bottom(), area.bottom() - box.top())
            bottom, top = (low + row / area.height() * (high - low) for row in rows)
            self._hold(self.holds_x, True)
            self._set_range(y=(bottom, top))
        left, right = self.axis.places(steps).tolist()
        self._move_x(left, right)

    def draw_box(self, painter: QPainter) -> None:
        """Draw the box that a person is drawing to zoom into it."""
        if self._box:
            ground = QColor(self.theme.ink)
            ground.setAlphaF(0.08)
            painter.setPen(QPen(QColor(self.theme.mute), 1))
            painter.setBrush(ground)
            painter.drawRect(QRectF(*self._box).normalized() & self.area())

    # -- the keys ---------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                way = 1 if event.key() == Qt.Key.Key_Right else -1
                self._step_pointer(way * (_BIG_STEP if shift else _STEP))
            case Qt.Key.Key_Home | Qt.Key.Key_End:
                self._step_pointer(np.inf if event.key() == Qt.Key.Key_End else -np.inf)
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                factor = _ZOOM if event.key() == Qt.Key.Key_Up else 1 / _ZOOM
                (self._zoom_y if shift else self._zoom)(factor)
            case Qt.Key.Key_PageUp | Qt.Key.Key_PageDown:
                self._pan(_PAN if event.key() == Qt.Key.Key_PageDown else -_PAN)
            case Qt.Key.Key_Escape if np.isfinite(self._pointer):
                self._point(np.nan)
            case Qt.Key.Key_Escape if not self.follows:
                self._release()
            case _:
                event.ignore()

    def _step_pointer(self, pixels: float) -> None:
        """Move the pointer, by a whole step at least; the values there are told as well."""
        area, old = self.area(), self._pointer
        column = self.column(old) if np.isfinite(old) else area.center().x()
        step = self.step_at(min(max(column + pixels, area.left()), area.right()))
        if np.isfinite(old) and np.isfinite(pixels) and abs(step - old) < 1:
            step = round(old) + float(np.sign(pixels))
        first, last = self.steps_there_are()
        self._point(min(max(round(step), first), last))
        self.setAccessibleDescription(", ".join(self.told_at(self._pointer)))

    def steps_there_are(self) -> tuple[float, float]:
        """Return the first and the last step that the pointer may go to."""
        return -np.inf, np.inf

    def told_at(self, step: float) -> Sequence[str]:
        """Return in words what is shown at a step."""
        return ()

    def point_at(self, step: float) -> None:
        """Show the values at a step; NaN shows none."""
        if step != self._pointer and not (np.isnan(step) and np.isnan(self._pointer)):
            self._pointer = step
            self.show_again()

    def _point(self, step: float) -> None:
        if not (np.isnan(step) and np.isnan(self._pointer)):
            self.point_at(step)
            self.pointed.emit(step)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        keys = Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason
        self._has_key_focus = event.reason() in keys
        self.show_again()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._has_key_focus = False
        self._point(np.nan)
        self.show_again()
