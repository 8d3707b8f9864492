"""What every slider of the window shares: a track, a field for free entry, keys and wheel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSizePolicy, QWidget

from app.widgets import numbers
from app.widgets.number_field import NumberField
from app.widgets.slider_scale import SliderScale
from app.widgets.slider_track import SliderTrack
from app.widgets.theme import LOOK_CHANGES, px
from app.widgets.tooltips import Beside

NOTCH = 120  # one click of a mouse wheel, in Qt's eighths of a degree
SNAP = 4  # pixels within which a drag falls onto a stop


class ValueSlider(QWidget):
    """A slider with coarse stops and a field beside it for any number between the limits."""

    value_changed = Signal(float)  # by the user's hand only

    def __init__(
        self, scale: SliderScale, value: float, *, integer: bool = False,
        shown: Callable[[float], str] = numbers.plain, ticks: Sequence[tuple[float, str]] = (),
        limits: tuple[float, float] | None = None, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """Take the stops; `limits` are those of free entry where they are wider than the track."""
        super().__init__(parent)
        self._scale, self._integer, self._shown = scale, integer, shown
        self._value = value
        self._wheel = 0
        self._snaps_always = False
        self.track = SliderTrack(ticks)
        low, high = limits or (scale.low, scale.high)
        self.field = NumberField(low=low, high=high, integer=integer, shown=shown)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(8))
        self._row.addWidget(self.track, 1)
        self._row.addWidget(self.field)
        Beside(self, of=(self, self.track, self.field))
        self.setFocusProxy(self.track)
        self.setFocusPolicy(self.track.focusPolicy())  # without one, setTabOrder() passes it over
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.track.dragged.connect(self._drag)
        self.track.picked.connect(lambda place: self._take(self._scale.nearest(place)))
        self.field.value_entered.connect(self._take)
        self._show()

    def value(self) -> float:
        """The value, a whole number where only those are allowed."""
        return int(self._value) if self._integer else self._value

    def set_value(self, value: float) -> None:
        """Show a value; emits nothing."""
        if value != self._value or self.field.isModified():
            self._value = value
            self._show()

    def _show(self) -> None:
        self.track.set_fraction(self._scale.fraction(self._value))
        self.field.set_value(self._value)
        self._describe()

    def step_by(self, stops: int) -> None:
        """Go so many stops up or down, as a key does."""
        self._take(self._scale.step(self._value, stops))

    def set_help(self, text: str) -> None:
        """Set the tooltip of slider and field."""
        self.field.set_help(text)
        self.track.setToolTip(self.field.toolTip())
        self.setToolTip(self.field.toolTip())

    def set_name(self, name: str) -> None:
        """Set what screen readers call it."""
        self.setAccessibleName(name)
        self.field.setAccessibleName(name)
        self._describe()

    def _describe(self) -> None:
        name = self.accessibleName() or self.tr("slider")
        text = self.tr("{name}: {value}").format(name=name, value=self._shown(self._value))
        self.track.setAccessibleName(text)

    def _take(self, value: float) -> None:
        if value != self._value:
            self.set_value(value)
            self.value_changed.emit(self.value())

    def _drag(self, fraction: float) -> None:
        stop = self._scale.nearest(fraction)
        is_near = abs(self._scale.fraction(stop) - fraction) <= self.track.reach(SNAP)
        is_free = QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier
        snaps = self._snaps_always or is_near
        self._take(stop if snaps and not is_free else self._rounded(fraction))

    def _rounded(self, fraction: float) -> float:
        value = float(f"{self._scale.value(fraction):.1e}")
        value = min(max(value, self._scale.low), self._scale.high)
        return round(value) if self._integer else value

    def _target_of(self, key: int, fine: bool) -> float | None:
        """Return the value a key asks for; Left and Right follow the direction of reading.

        With Shift a step is a tenth of the way to the next stop.
        """
        forward = -1 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 1
        big = self._scale.big_step
        steps = {
            Qt.Key.Key_Right: forward, Qt.Key.Key_Left: -forward, Qt.Key.Key_Up: 1,
            Qt.Key.Key_Down: -1, Qt.Key.Key_Plus: 1, Qt.Key.Key_Minus: -1,
            Qt.Key.Key_PageUp: big, Qt.Key.Key_PageDown: -big,
        }  # fmt: skip
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            return self._scale.low if key == Qt.Key.Key_Home else self._scale.high
        if key not in steps:
            return None
        if fine and not self._integer and key not in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            tenth = steps[Qt.Key(key)] / (10 * (len(self._scale.stops) - 1))
            return self._rounded(self._scale.fraction(self._value) + tenth)
        return self._scale.step(self._value, steps[Qt.Key(key)])

    def _fit(self) -> None:
        """Set the sizes that depend on presentation mode."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_row"):
            self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys the track and the field have no use for come here."""
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        value = self._target_of(event.key(), fine)
        if value is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        else:
            self._take(value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn: QPoint = event.angleDelta()
        if not turn.y():
            event.ignore()
            return
        self._wheel += turn.y()
        notches = int(self._wheel / NOTCH)
        self._wheel -= notches * NOTCH
        if notches:
            self.step_by(notches)
        event.accept()
