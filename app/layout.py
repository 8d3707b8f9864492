"""Where the docks stand: the design's places, those a person gave them, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QLockFile, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QStyle, QWidget

from app.panels import PANELS
from app.settings import AppSettings
from app.widgets.theme import px

LAYOUT_VERSION = 1
FIRST_SIZE = (1440, 900)
LEFT_WIDTH, RIGHT_WIDTH = 304, 400
HIDDEN_IN_PRESENTATION = ("data", "model")
SETTLED_MS = 200  # until the system has given a window its new size
MOST = 0.68  # of a column's height, for a panel that needs room
LEFT = 252  # pixels of it that stay for each other panel: one can work with them still
ASIDE, MOST_ASIDE = 40, 8  # pixels from one window to the next, and how many until they begin anew
IN_SIGHT = 64  # pixels of a window that must be on a screen for a hand to reach it


class Layout:
    """Places the docks of a window, and remembers where they were."""

    def __init__(
        self, window: QMainWindow, docks: Mapping[str, QDockWidget], settings: AppSettings
    ) -> None:
        self._window = window
        self._docks = docks
        self._settings = settings
        self._before = QByteArray()  # presentation
        self._widths: dict[QDockWidget, int] = {}
        self._heights: dict[QDockWidget, int] = {}  # before room was given for a while
        self._wish: tuple[str, Callable[[int], int]] | None = None  # who is to have that room
        self._left: dict[QDockWidget, dict[QDockWidget, QSize]] = {}  # columns, before one left
        for dock in docks.values():
            dock.topLevelChanged.connect(partial(self._come_or_go, dock))
        self._lock, self._number = _number_among_windows(settings.cache_folder.parent)

    def restore(self) -> None:
        """Stand as when the window was closed, if that can be seen; else as in the design."""
        screen = QApplication.primaryScreen().availableGeometry()
        wanted = QSize(px(FIRST_SIZE[0]), px(FIRST_SIZE[1]))
        self._window.resize(wanted)
        if screen.width() <= wanted.width() or screen.height() <= wanted.height():
            self._window.setWindowState(Qt.WindowState.WindowMaximized)
        self._share_space()
        if not self._settings.geometry.isEmpty():
            self._window.restoreGeometry(self._settings.geometry)
        self._step_aside()
        if self._settings.layout.isEmpty() or not self._window.restoreState(
            self._settings.layout, LAYOUT_VERSION
        ):
            QTimer.singleShot(0, self._share_space)  # again, at the size the screen allows
        self._bring_home()
        self._float_later()

    def _step_aside(self) -> None:
        """Stand a little beside the windows that are open already, so that all can be seen."""
        if not self._number:
            return
        by = px(ASIDE) * self._number
        self._window.setWindowState(Qt.WindowState.WindowNoState)
        screen = QApplication.primaryScreen().availableGeometry()
        place = self._window.geometry().topLeft() + QPoint(by, by)
        size = self._window.size().boundedTo(screen.size() - QSize(by, by + px(ASIDE)))
        self._window.resize(size)
        self._window.move(
            min(place.x(), screen.right() - size.width()),
            min(place.y(), screen.bottom() - size.height()),
        )

    def save(self) -> None:
        """Remember where everything is, without what was given for a while.

        The place of a further window is nobody's wish.
        """
        self._share_again()
        if not self._number:
            self._settings.geometry = self._window.saveGeometry()
        self._lock.unlock()
        self._settings.layout = self._window.saveState(LAYOUT_VERSION)

    def reset(self) -> None:
        """Bring back the layout of the first start."""
        for name, dock in self._docks.items():
            area = PANELS[name].area
            assert area is not None
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
            self._window.addDockWidget(area, dock)
            dock.show()
        self._bring_home()
        self._share_space()

    def keep(self) -> None:
        """Before presentation: how to stand after it."""
        self._before = self._window.saveState(LAYOUT_VERSION)

    def present(self, on: bool) -> None:
        """Leave curves and translation the whole screen, or bring everything back."""
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)
        if not on:
            self._window.restoreState(self._before, LAYOUT_VERSION)
            return
        for name in HIDDEN_IN_PRESENTATION:
            self._docks[name].hide()
        # In half of the screen a sentence takes a line, and the cells of the heat map are wide.
        half = max(px(RIGHT_WIDTH), self._window.screen().size().width() // 2)
        self._window.resizeDocks([self._docks["translate"]], [half], Qt.Orientation.Horizontal)

    def give_room(self, name: str, on: bool, fitting: Callable[[int], int]) -> None:
        """Give a dock more of its column's height for a while, or what it had before.

        `fitting` makes the height of its panel a little less, so that whole rows fill it.
        """
        self._wish = (name, fitting) if on else None
        if on:
            self._give(name, fitting)
        else:
            self._share_again()

    def _give(self, name: str, fitting: Callable[[int], int]) -> None:
        column, dock = self._column_of(name), self._docks[name]
        if len(column) < 2:
            return
        if {*column} != {*self._heights}:  # else it has room already, and nobody wants that back
            self._heights = {each: each.height() for each in column}
        total, others = sum(self._heights.values()), len(column) - 1
        head = dock.height() - dock.widget().height()
        most = min(round(total * MOST), total - others * px(LEFT))
        wanted = max(self._heights[dock], head + fitting(most - head))
        rest = (total - wanted) // others
        heights = [wanted if each is dock else rest for each in column]
        self._window.resizeDocks(column, heights, Qt.Orientation.Vertical)

    def _share_again(self) -> None:
        """Take back the room that was given for a while."""
        if self._heights:
            docks, heights = list(self._heights), list(self._heights.values())
            self._heights = {}
            for dock in docks:  # else one keeps the height of what it does not show any longer
                _lay_out_now(dock)
            self._window.resizeDocks(docks, heights, Qt.Orientation.Vertical)

    def _come_or_go(self, dock: QDockWidget, floats: bool) -> None:
        """A dock that comes back finds its column as it was when it left."""
        name = next(name for name in self._docks if self._docks[name] is dock)
        column = [each for each in self._column_of(name) if each is not dock]
        if floats:  # those that stay have not been laid out yet
            if column and not self._heights:
                metric = QStyle.PixelMetric.PM_DockWidgetSeparatorExtent
                gaps = len(column) * self._window.style().pixelMetric(metric, None, self._window)
                centre = self._window.centralWidget()
                assert centre is not None
                own = centre.height() - gaps - sum(each.height() for each in column)
                self._heights = {each: each.height() for each in column} | {dock: own}
            width = column[0].width() if column else dock.width()
            self._left[dock] = {each: QSize(width, h) for each, h in self._heights.items()}
            self._heights = {}
            return
        sizes = self._left.pop(dock, {})
        if {*column, dock} == {*sizes} and min(size.height() for size in sizes.values()) > 0:
            self._heights = {each: size.height() for each, size in sizes.items()}
            widths = [size.width() for size in sizes.values()]
            for each in sizes:  # the head had a cross
                _lay_out_now(each)
            self._window.resizeDocks([*sizes], widths, Qt.Orientation.Horizontal)
        elif not sizes and column:  # it was away already when the window opened
            self._share_heights([*column, dock])
        if self._wish:
            self._give(*self._wish)
        else:
            self._share_again()

    def _column_of(self, name: str) -> list[QDockWidget]:
        """Return the docks above and below one, itself included, that share the height."""
        area, docks = PANELS[name].area, self._docks
        names = [other for other, row in PANELS.items() if row.area == area]
        return [docks[n] for n in names if docks[n].isVisible() and not docks[n].isFloating()]

    def note_widths(self) -> None:
        """Before everything grows: what the docks share the window by."""
        self._widths = {dock: dock.width() for dock in self._docks.values() if dock.isVisible()}

    def scale(self, times: float) -> None:
        """Grow or shrink with everything in it, as far as the screen has room."""
        widths = {dock: round(width * times) for dock, width in self._widths.items()}
        if not self._window.isMaximized() and not self._window.isFullScreen():
            room = self._window.screen().availableGeometry()
            edges = self._window.frameGeometry().size() - self._window.size()
            size = (self._window.size() * times).boundedTo(room.size() - edges)
            last = room.bottomRight() - QPoint((size + edges).width(), (size + edges).height())
            place = self._window.frameGeometry().topLeft()
            self._window.resize(size)
            self._window.move(
                max(room.left(), min(place.x(), last.x())),
                max(room.top(), min(place.y(), last.y())),
            )

        def share() -> None:
            self._window.resizeDocks([*widths], [*widths.values()], Qt.Orientation.Horizontal)

        share()
        QTimer.singleShot(SETTLED_MS, self._window, share)  # again, when it has its new size

    def _share_space(self) -> None:
        """Give the docks the widths and heights of the design."""
        docks = self._docks
        self._window.resizeDocks(
            [docks["data"], docks["translate"]], [px(LEFT_WIDTH), px(RIGHT_WIDTH)],
            Qt.Orientation.Horizontal,
        )  # fmt: skip
        column = [name for name, row in PANELS.items() if row.area == PANELS["data"].area]
        self._share_heights([docks[name] for name in column])

    def _share_heights(self, column: list[QDockWidget]) -> None:
        shares = {self._docks[name]: 100 * row.share for name, row in PANELS.items() if row.area}
        heights = [shares[dock] for dock in column]
        self._window.resizeDocks(column, heights, Qt.Orientation.Vertical)

    def _float_later(self) -> None:
        """Show floating panels after the window: those shown before it can lie behind for good."""
        for dock in self._docks.values():
            if dock.isFloating() and not dock.isHidden():
                dock.hide()
                QTimer.singleShot(0, dock, dock.show)

    def _bring_home(self) -> None:
        """Nothing stays where no hand can reach it, such as on a screen that is gone."""
        for dock in self._docks.values():
            if dock.isFloating() and not is_in_sight(dock):
                dock.setFloating(False)
        if not self._window.isMaximized() and not is_in_sight(self._window):
            screen = QApplication.primaryScreen().availableGeometry()
            self._window.resize(self._window.size().boundedTo(screen.size()))
            self._window.move(screen.topLeft())


def _lay_out_now(dock: QDockWidget) -> None:
    for widget in (dock.widget(), dock.titleBarWidget(), dock):
        if layout := widget.layout():
            layout.activate()


def _number_among_windows(folder: Path) -> tuple[QLockFile, int]:
    """Return the least number that no open window has, and what keeps it until this one closes."""
    with suppress(OSError):  # then nothing is known of other windows
        folder.mkdir(parents=True, exist_ok=True)
    for number in range(MOST_ASIDE):
        lock = QLockFile(str(folder / f"window-{number}.lock"))
        lock.setStaleLockTime(0)  # it goes with the process, whatever became of that
        if lock.tryLock(0):
            return lock, number
        if lock.error() != QLockFile.LockError.LockFailedError:
            return lock, 0
    return lock, MOST_ASIDE - 1


def is_in_sight(window: QWidget) -> bool:
    """Whether enough of a window's upper edge is on a screen."""
    frame = window.frameGeometry()
    edge = frame.adjusted(0, 0, 0, IN_SIGHT - frame.height())
    seen = [edge & screen.availableGeometry() for screen in QGuiApplication.screens()]
    return any(part.width() >= IN_SIGHT and part.height() >= IN_SIGHT // 2 for part in seen)
