"""A quiet row above the curves: how they are looked at, and where they can be saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QActionGroup, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from app.widgets.curve_view import CurveView
from app.widgets.named import named
from app.widgets.plain_text import plain_tooltip
from app.widgets.popup import pop_menu
from app.widgets.quiet_buttons import ChoiceButton, DotsButton
from app.widgets.smoothing_popup import SmoothingPopup
from app.widgets.theme import LOOK_CHANGES, px

_GAP = 2  # pixels between two buttons
_FIRST_SHORTENED = (1, 0, 2)  # where room is short: y, then x, then smoothing
_ALL = len(_FIRST_SHORTENED) + 1  # at last all are a letter or so


class ViewControls(QWidget):
    """Buttons that say what is chosen; where room is short, only what they are for."""

    view_chosen = Signal(object)  # CurveView, by the user's hand only

    def __init__(
        self, plots: dict[str, str], menu_of_all: Callable[[], QMenu],
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """Take the names and titles of the plots, and what makes the menu of all of them."""
        super().__init__(parent)
        self._plots, self._menu_of_all = plots, menu_of_all
        self._view = CurveView()
        self.x_button = self._button("curvesX", self._show_x_menu)
        self.y_button = self._button("curvesY", self._show_y_menu)
        self.smoothing_button = self._button("curvesSmoothing", self._show_smoothing)
        self.more_button = named(
            DotsButton(
                self.tr("Menu of all curves"),
                self.tr("Save or copy all curves; reset the view"), self,
            ),
            "curvesMenu",
        )  # fmt: skip
        self.more_button.clicked.connect(self._show_more)
        self.popup = SmoothingPopup(self)
        self.popup.chosen.connect(lambda weight: self._choose(smoothing=weight))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.set_view(self._view)

    def _buttons(self) -> tuple[QToolButton, ...]:
        return (self.x_button, self.y_button, self.smoothing_button, self.more_button)

    def _button(self, name: str, pressed: Callable[[], None]) -> ChoiceButton:
        button = named(ChoiceButton(self), name)
        button.clicked.connect(pressed)
        return button

    def _helps(self) -> tuple[str, str, str]:
        """Return what each button is for, in full: where room is short it says little."""
        return (
            self.tr(
                "What the curves run along: steps, epochs, tokens of both sides or seconds; "
                "evenly, or logarithmic, which gives more room to the beginning."
            ),
            self.tr(
                "How high values stand: linear, evenly; or logarithmic, each power of ten as high "
                "as the next, so that small values late in a run can be told apart. And which "
                "values there is room for."
            ),
            self.tr(
                "Draws the running mean of each thin line, the values faint behind it. "
                "More smoothing shows the trend and hides how much it jumps."
            ),
        )

    def set_view(self, view: CurveView) -> None:
        """Show how the curves are looked at; emits nothing."""
        self._view = view
        values = (self._values()[0], self._told_of_y(), self._values()[2])
        for button, name, value, text in zip(
            self._buttons(), self._names(), values, self._helps(), strict=False
        ):
            button.setAccessibleName(f"{name}: {value}")
            told = f"{name[:1].upper()}{name[1:]}: {value}\n{text}"
            button.setToolTip(plain_tooltip(told))
            button.setAccessibleDescription(text)
        self._fit()
        self.updateGeometry()

    def _names(self) -> tuple[str, str, str]:
        return self.tr("x axis"), self.tr("y axes"), self.tr("smoothing")

    def _values(self) -> tuple[str, str, str]:
        view, logarithmic = self._view, self.tr("logarithmic")
        x = self._units()[view.x] + (f", {logarithmic}" if view.log_x else "")
        y = self.tr("partly logarithmic") if view.log_y else self.tr("linear")
        y = logarithmic if set(self._plots) <= set(view.log_y) else y
        return x, y + self._range(), f"{view.smoothing:g}" if view.smoothing else self.tr("off")

    def _told_of_y(self) -> str:
        """Say which plots are logarithmic, if it is some of them."""
        chosen = [title for name, title in self._plots.items() if name in self._view.log_y]
        if not chosen or len(chosen) == len(self._plots):
            return self._values()[1]
        text = self.tr("logarithmic for {plots}").format(plots=", ".join(chosen))
        return text + self._range()

    def _range(self) -> str:
        ranges = {"recent": self.tr(", recent"), "whole": self.tr(", whole")}
        return ranges.get(self._view.y_range, "")

    def _units(self) -> dict[str, str]:
        return {
            "step": self.tr("step"), "epoch": self.tr("epoch"), "tokens": self.tr("tokens"),
            "seconds": self.tr("seconds"),
        }  # fmt: skip

    # -- the width ------------------------------------------------------------------------------

    def _texts(self, *, shortened: int) -> list[str]:
        """Return what the buttons say; so many say only what they are for, first that of y."""
        long = self.tr("by {value}"), self.tr("scale: {value}"), self.tr("smoothing {value}")
        brief = self.tr("by …"), self.tr("scale"), self.tr("smoothing")
        if shortened == _ALL:
            brief = self.tr("x"), self.tr("y"), self.tr("smooth")
        short = [place in _FIRST_SHORTENED[:shortened] for place in range(len(long))]
        return [
            few if is_short else text.format(value=value)
            for few, text, value, is_short in zip(brief, long, self._values(), short, strict=True)
        ]

    def _size(self, *, shortened: int) -> QSize:
        """Return how much room all buttons take when so many are shortened."""
        dots = self.more_button.sizeHint()
        texts = self._texts(shortened=shortened)
        width = sum(self.x_button.width_for(text) + px(_GAP) for text in texts)
        return QSize(width + dots.width(), dots.height())

    def _fit(self) -> None:
        """Choose the texts there is room for, and place the buttons from the right."""
        shortened = 0
        while shortened < _ALL and self.width() < self._size(shortened=shortened).width():
            shortened += 1
        for button, text in zip(self._buttons(), self._texts(shortened=shortened), strict=False):
            button.setText(text)
        right = self.width()
        for button in reversed(self._buttons()):
            width = button.sizeHint().width()
            button.setGeometry(right - width, 0, width, self.height())
            right -= width + px(_GAP)

    def sizeHint(self) -> QSize:
        return self._size(shortened=0)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self._size(shortened=_ALL)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "popup"):
            self._fit()
            self.updateGeometry()

    # -- what can be chosen -----------------------------------------------------------------------

    def _choose(self, **changes: object) -> None:
        view = replace(self._view, **changes)  # type: ignore[arg-type]
        if view != self._view:
            self.set_view(view)
            self.view_chosen.emit(view)

    def x_menu(self) -> QMenu:
        """The unit of the x axis, and whether it is logarithmic."""
        menu = QMenu(self)
        helps = {
            "step": self.tr("Updates of the weights"),
            "epoch": self.tr("Passes over the training pairs"),
            "tokens": self.tr("Tokens trained on, of both sides"),
            "seconds": self.tr("Time of training, validation and pauses left out"),
        }
        self._add_group(menu, self._units(), self._view.x, "x", helps)
        menu.addSeparator()
        self._add_switch(
            menu, self.tr("Logarithmic"), self._view.log_x, lambda on: self._choose(log_x=on),
            self.tr("As much room for the first tenth of the run as for the rest, or more"),
        )  # fmt: skip
        return menu

    def y_menu(self) -> QMenu:
        """Which plots are logarithmic, and which values the axes make room for."""
        menu = QMenu(self)
        for name, title in self._plots.items():
            text = self.tr("Logarithmic: {plot}").format(plot=title)
            is_on = name in self._view.log_y
            self._add_switch(
                menu, text, is_on, partial(self._choose_log, name),
                self.tr("Each power of ten as high as the next: small values can be told apart"),
            )  # fmt: skip
        menu.addSeparator()
        ranges = {
            "automatic": self.tr("Range: automatic"),
            "whole": self.tr("Range: whole run"),
            "recent": self.tr("Range: newer half of the run"),
        }
        helps = {
            "automatic": self.tr(
                "The whole run; while it trains, the newest values once they look flat"
            ),
            "whole": self.tr("From zero to the highest values, single spikes left out"),
            "recent": self.tr("Close around the newer half, not always from zero"),
        }
        self._add_group(menu, ranges, self._view.y_range, "y_range", helps)
        return menu

    def _choose_log(self, name: str, on: bool) -> None:
        others = tuple(other for other in self._view.log_y if other != name)
        self._choose(log_y=(*others, name) if on else others)

    def _add_group(
        self, menu: QMenu, texts: dict[str, str], chosen: str, field: str, helps: dict[str, str]
    ) -> None:
        menu.setToolTipsVisible(True)
        group = QActionGroup(menu)
        for value, text in texts.items():
            action = menu.addAction(text[:1].upper() + text[1:])
            action.setCheckable(True)
            action.setChecked(value == chosen)
            action.triggered.connect(lambda _=False, value=value: self._choose(**{field: value}))
            action.setToolTip(helps[value])
            group.addAction(action)

    def _add_switch(
        self, menu: QMenu, text: str, is_on: bool, chosen: Callable[[bool], None], tip: str
    ) -> None:  # fmt: skip
        action = menu.addAction(text)
        action.setToolTip(tip)
        action.setCheckable(True)
        action.setChecked(is_on)
        action.toggled.connect(chosen)

    def _show_x_menu(self) -> None:
        self._pop(self.x_menu(), self.x_button)

    def _show_y_menu(self) -> None:
        self._pop(self.y_menu(), self.y_button)

    def _show_more(self) -> None:
        self._pop(self._menu_of_all(), self.more_button)

    def _pop(self, menu: QMenu, button: QToolButton) -> None:
        pop_menu(menu, button)
        menu.setActiveAction(next((a for a in menu.actions() if a.isChecked()), menu.actions()[0]))

    def _show_smoothing(self) -> None:
        self.popup.open_below(self.smoothing_button, self._view.smoothing)
