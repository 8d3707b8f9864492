"""Theme and size: what is worn, and the menus to choose them from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QActionGroup, QScreen
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QMenu,
)

from app.settings import SIZES, AppSettings
from app.widgets.theme import THEMES, apply_theme, current_scale, current_theme, system_theme

PRESENTATION_SCALE, PRESENTATION_ROOM = 1.6, (900, 560)  # smaller where there is no room for that
LEAST_PRESENTATION = 1.25
LEAST_ROOM = (960, 540)  # what the window needs at 100 %


def put_on(application: QApplication, settings: AppSettings) -> None:
    """Wear the theme and the size that were chosen; before there is a window."""
    theme = THEMES.get(settings.theme) or system_theme(application)
    scale = min(settings.size / 100, largest_scale(application.primaryScreen()))
    apply_theme(application, theme, scale)


def largest_scale(screen: QScreen) -> float:
    """Return how large everything can be for the window still to fit on a screen."""
    return max(1.0, _times_larger(screen, LEAST_ROOM))


class Look(QObject):
    """Keeps the application dressed as the settings and the system say."""

    about_to_scale = Signal()
    scaled = Signal(float)  # another size was chosen, so many times the one before

    def __init__(self, window: QMainWindow, settings: AppSettings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self.is_large = False  # presentation
        settings.theme_changed.connect(lambda _: self.put_on())
        settings.size_changed.connect(lambda _: self._scale())
        hints = _application().styleHints()
        hints.colorSchemeChanged.connect(lambda _: self.put_on())
        hints.accessibility().contrastPreferenceChanged.connect(lambda _: self.put_on())

    def put_on(self) -> None:
        """Wear what was chosen; in presentation mode larger."""
        application = _application()
        theme = THEMES.get(self._settings.theme) or system_theme(application)
        scale = min(self._settings.size / 100, largest_scale(self._window.screen()))
        if self.is_large:
            fits = _times_larger(self._window.screen(), PRESENTATION_ROOM)
            scale = max(scale, LEAST_PRESENTATION, min(PRESENTATION_SCALE, fits))
        if (theme.name, scale) != (current_theme().name, current_scale()):
            apply_theme(application, theme, scale)

    def _scale(self) -> None:
        before = current_scale()
        if not self.is_large:
            self.about_to_scale.emit()
        self.put_on()
        if not self.is_large and current_scale() != before:
            self.scaled.emit(current_scale() / before)

    def present(self, on: bool) -> None:
        """Be large, or as before."""
        self.is_large = on
        self.put_on()

    def theme_titles(self) -> dict[str, str]:
        """Return the themes there are, by name."""
        titles = {
            "system": self.tr("As the system"), "light": self.tr("Light"), "dark": self.tr("Dark"),
            "light-contrast": self.tr("Light, high contrast"),
            "dark-contrast": self.tr("Dark, high contrast"),
        }  # fmt: skip
        return {name: title for name, title in titles.items() if name in ("system", *THEMES)}

    def size_titles(self) -> dict[int, str]:
        """Return the sizes that fit on this screen."""
        largest = 100 * largest_scale(self._window.screen())
        fitting = [size for size in SIZES if size <= max(largest, 100)]
        return {size: self.tr("{size} %").format(size=size) for size in fitting}

    def fill_theme_menu(self, menu: QMenu) -> None:
        """Offer the themes."""
        fill_choices(menu, self.theme_titles(), self._settings.theme, self._set_theme)
        self._settings.theme_changed.connect(lambda name: mark_choice(menu, name))

    def fill_size_menu(self, menu: QMenu) -> None:
        """Offer the sizes."""

        def fill() -> None:  # each time: the window may have gone to another screen
            menu.clear()
            fill_choices(menu, self.size_titles(), self._settings.size, self._set_size)

        fill()
        menu.aboutToShow.connect(fill)
        self._settings.size_changed.connect(lambda percent: mark_choice(menu, percent))

    def _set_theme(self, name: object) -> None:
        self._settings.theme = str(name)

    def _set_size(self, percent: object) -> None:
        self._settings.size = int(str(percent))


def fill_choices(
    menu: QMenu, titles: Mapping[Any, str], chosen: object, choose: Callable[[Any], None]
) -> None:
    """Offer one of several, the one that is chosen ticked."""
    group = QActionGroup(menu)
    for value, title in titles.items():
        action = menu.addAction(title)
        action.setData(value)
        action.setCheckable(True)
        action.triggered.connect(lambda _=False, value=value: choose(value))
        group.addAction(action)
    mark_choice(menu, chosen)


def mark_choice(menu: QMenu, chosen: object) -> None:
    """Tick the one that is chosen."""
    for action in menu.actions():
        action.setChecked(action.data() == chosen)


def _times_larger(screen: QScreen, room: tuple[int, int]) -> float:
    size = screen.geometry()
    return min(size.width() / room[0], size.height() / room[1])


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application
