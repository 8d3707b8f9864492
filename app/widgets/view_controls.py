"""A quiet row above the curves: how they are looked at, and where they can be saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from app.widgets.curve_view import CurveView
from app.widgets.named import named
from app.widgets.popup import pop_menu
from app.widgets.quiet_buttons import ChoiceButton, DotsButton
from app.widgets.smoothing_popup import SmoothingPopup
from app.widgets.theme import LOOK_CHANGES, px

_GAP = 2  # pixels between two buttons
_FIRST_SHORTENED = (1, 0, 2)  # where room is short: y, then x, then smoothing
_ALL = len(_FIRST_SHORTENED)


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
        self._describe()
        self.set_view(self._view)

    def _buttons(self) -> tuple[QToolButton, ...]:
        return (self.x_button, self.y_button, self.smoothing_button, self.more_button)

    def _button(self, name: str, pressed: Callable[[], None]) -> ChoiceButton:
        button = named(ChoiceButton(self), name)
        button.clicked.connect(pressed)
        return button

    def _describe(self) -> None:
        self.x_button.setToolTip(
            self.tr("The x axis: steps, epochs, tokens of both sides or seconds; linear or not")
        )
        self.y_button.setToolTip(
            self.tr("Linear or logarithmic y axes, and which values they make room for")
        )
        self.smoothing_button.setToolTip(
            self.tr(
                "Draws the running mean of each thin line, the values faint behind it. "
                "More smoothing shows the trend and hides how much it jumps."
            )
        )

    def set_view(self, view: CurveView) -> None:
        """Show how the curves are looked at; emits nothing."""
        self._view = view
        for button, name, value in zip(
            self._buttons(), self._names(), self._values(), strict=False
        ):
            button.setAccessibleName(f"{name}: {value}")
        self._fit()
        self.updateGeometry()

    def _names(self) -> tuple[str, str, str]:
        return self.tr("x axis"), self.tr("y axes"), self.tr("smoothing")

    def _values(self) -> tuple[str, str, str]:
        view = self._view
        logarithmic = self.tr("log")
        x = self._units()[view.x] + (f", {logarithmic}" if view.log_x else "")
        y = logarithmic if view.log_y else self.tr("linear")
        y += {"recent": self.tr(", recent"), "whole": self.tr(", whole")}.get(view.y_range, "")
        return x, y, f"{view.smoothing:g}" if view.smoothing else self.tr("off")

    def _units(self) -> dict[str, str]:
        return {
            "step": self.tr("step"), "epoch": self.tr("epoch"), "tokens": self.tr("tokens"),
            "seconds": self.tr("seconds"),
        }  # fmt: skip

    # -- the width ------------------------------------------------------------------------------

    def _texts(self, *, shortened: int) -> list[str]:
        """Return what the buttons say; so many say only what they are for, first that of y."""
        long = ("{name}: {value}", "{name}: {value}", "{name} {value}")
        names = self.tr("x"), self.tr("y"), self.tr("smoothing")
        short = [place in _FIRST_SHORTENED[:shortened] for place in range(len(long))]
        return [
            f"{name}" if is_short else text.format(name=name, value=value)
            for name, value, text, is_short in zip(names, self._values(), long, short, strict=True)
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
        self._add_group(menu, self._units(), self._view.x, "x")
        menu.addSeparator()
        self._add_switch(
            menu, self.tr("Logarithmic"), self._view.log_x, lambda on: self._choose(log_x=on)
        )
        return menu

    def y_menu(self) -> QMenu:
        """Which plots are logarithmic, and which values the axes make room for."""
        menu = QMenu(self)
        for name, title in self._plots.items():
            text = self.tr("Logarithmic: {plot}").format(plot=title)
            is_on = name in self._view.log_y
            self._add_switch(menu, text, is_on, partial(self._choose_log, name))
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
        menu.setToolTipsVisible(True)
        for action in self._add_group(menu, ranges, self._view.y_range, "y_range"):
            action.setToolTip(helps[str(action.data())])
        return menu

    def _choose_log(self, name: str, on: bool) -> None:
        others = tuple(other for other in self._view.log_y if other != name)
        self._choose(log_y=(*others, name) if on else others)

    def _add_group(
        self, menu: QMenu, texts: dict[str, str], chosen: str, field: str
    ) -> list[QAction]:  # fmt: skip
        group = QActionGroup(menu)
        for value, text in texts.items():
            action = menu.addAction(text[:1].upper() + text[1:])
            action.setCheckable(True)
            action.setChecked(value == chosen)
            action.triggered.connect(lambda _=False, value=value: self._choose(**{field: value}))
            action.setData(value)
            group.addAction(action)
        return group.actions()

    def _add_switch(
        self, menu: QMenu, text: str, is_on: bool, chosen: Callable[[bool], None]
    ) -> None:  # fmt: skip
        action = menu.addAction(text)
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
