"""The compact slider of the model form: stops at good values, any other can be typed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from app.widgets import numbers
from app.widgets.plain_text import plain_tooltip
from app.widgets.slider_scale import SliderScale, scale_for
from app.widgets.theme import px
from app.widgets.value_slider import ValueSlider

FIELD_WIDTH, HEIGHT = 58, 28  # "65,536" and a little more
LEAST_TRACK = 30  # beside "100,000,000" in the narrowest form


class KnobSlider(ValueSlider):
    """A slider with its value at the right; click the value to type one."""

    def __init__(  # noqa: PLR0913  # all but three by name
        self, low: float, high: float, value: float, *, integer: bool = False,
        is_rate: bool = False, shown: Callable[[float], str] = numbers.plain, zero: str = "",
        name: str = "", scale: SliderScale | None = None, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        self._why_not: Callable[[float], str] = lambda _: ""
        scale = scale or scale_for(low, high, integer=integer, rate=is_rate)
        shown = numbers.worded(numbers.learning_rate if is_rate else shown, zero)
        super().__init__(scale, value, integer=integer, shown=shown, parent=parent)
        self._snaps_always = True
        self.field.value_entered.disconnect(self._take)
        self.field.value_entered.connect(self._take_typed)
        self.field.setProperty("role", "value")
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.track.let_go.connect(self._fit)
        self._fit()
        if name:
            self.set_name(name)

    def set_check(self, check: Callable[[float], str]) -> None:
        """Let it ask why a stop cannot be chosen as things stand; such stops are passed over."""
        self._why_not = check

    def _take(self, value: float) -> None:
        """Take what the track, a key or the wheel asks for, or the nearest that can be."""
        if value != self.value() and (why := self._problem(value)):
            place = self.track.mapToGlobal(QPoint(0, self.track.height()))
            QToolTip.showText(place, plain_tooltip(why), self.track)
            value = self._passing_over(value)
        super()._take(value)

    def _passing_over(self, wanted: float) -> float:
        """Return the first stop from there on that can be, or the last before it."""
        stops, now = self._scale.stops, self.value()
        if wanted > now:
            onward, back = [s for s in stops if s > wanted], [s for s in stops if now < s < wanted]
        else:
            onward, back = [s for s in stops if s < wanted], [s for s in stops if wanted < s < now]
            onward.reverse()
            back.reverse()
        possible = (stop for stop in (*onward, *reversed(back)) if not self._problem(stop))
        return next(possible, now)

    def _take_typed(self, value: float) -> None:
        """What is typed is never turned into something else: it is refused with a sentence."""
        super()._take(value)

    def _problem(self, stop: float) -> str:
        return self._why_not(int(stop) if self._integer else stop)

    def _show(self) -> None:
        super()._show()
        self._fit()

    def _fit(self) -> None:
        """Give the field room for its value; the tracks of usual values are of one length.

        While the handle is held its track stays as it is.
        """
        self._row.setSpacing(px(4))
        self.track.setFixedHeight(px(HEIGHT))
        self.track.setMinimumWidth(px(LEAST_TRACK))
        if not self.track.is_held():
            wanted = self.field.fontMetrics().horizontalAdvance(self._shown(self._value)) + px(12)
            self.field.setFixedWidth(max(px(FIELD_WIDTH), wanted))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A form is scrolled, whatever has the focus."""
        event.ignore()
