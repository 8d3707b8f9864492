"""The main window: puts the panels into their places; no behaviour of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QActionGroup, QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QFileDialog,
    QMainWindow,
    QMenu,
    QMenuBar,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from app.actions import ACTIONS, MENUS, PlainKeys, build_actions, keys_in_words, text_of
from app.bridge.controller import Controller, sentence_of
from app.bridge.messages import RunState
from app.panels import PANELS, Panel
from app.panels.data_panel import DataPanel
from app.panels.status_line import StatusLine
from app.panels.train_bar import TrainBar
from app.panels.training_panel import TrainingPanel
from app.panels.translate_panel import TranslatePanel
from app.settings import AppSettings
from app.widgets.banner import Banner
from app.widgets.file_drops import FileDrops
from app.widgets.key_list import KeyList
from app.widgets.named import named
from app.widgets.panel_frame import PanelBody
from app.widgets.theme import THEMES, apply_theme, px, system_theme
from s2s_core.records import FailureRecord

P = TypeVar("P", bound=PanelBody)
LAYOUT_VERSION = 1
PRESENTATION_SCALE, PRESENTATION_WIDTH = 1.6, 900  # smaller where there is no room for that
LEFT_WIDTH, RIGHT_WIDTH = 304, 400


class MainWindow(QMainWindow):
    """Bar on top, docks at the sides, curves in the middle, a sentence below."""

    def __init__(self, controller: Controller, settings: AppSettings) -> None:
        super().__init__()
        self._controller = controller
        self._settings = settings
        self.setWindowTitle("S2S Playground")
        self.setObjectName("mainWindow")
        self.banner = Banner()
        self.menus = QMenuBar()
        self.bar = TrainBar(controller)
        self.panels: dict[str, PanelBody] = {}
        self.docks: dict[str, QDockWidget] = {}
        self.drops = FileDrops(self)
        self._layout_before = QByteArray()
        self._offered: Path | None = None  # the run that the banner offers to go on with
        self._is_error = False  # what the banner shows
        self._put_panels()
        self._fill_menus()
        self._connect()
        self._restore()
        self._part(TrainingPanel).remember_view(settings)

    # Building ----------------------------------------------------------------------------

    def _put_panels(self) -> None:
        self.setMenuWidget(_stacked(self.menus, self.bar, below=8))
        self.setContentsMargins(px(16), 0, px(16), 0)
        self.setDockNestingEnabled(True)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        column.addWidget(self.banner)
        for name, row in PANELS.items():
            panel = row.make(self._controller)
            self.panels[name] = panel
            if row.area is None:
                column.addWidget(_stacked(panel.head, panel), 1)
                self.setCentralWidget(middle)  # now, and not last: Tab follows this order
            else:
                self._dock(name, panel, row)
        self.setStatusBar(StatusLine(self._controller))

    def _dock(self, name: str, panel: PanelBody, row: Panel) -> None:
        dock = named(QDockWidget(panel.head.accessibleName(), self), f"{name}Dock")
        dock.setTitleBarWidget(panel.head)
        dock.setWidget(panel)
        dock.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetMovable
            | QDockWidget.DockWidgetFeature.DockWidgetClosable
            | QDockWidget.DockWidgetFeature.DockWidgetFloatable
        )
        assert row.area is not None
        self.addDockWidget(row.area, dock)
        self.docks[name] = dock

    def _fill_menus(self) -> None:
        deeds: dict[str, Callable[[], None]] = {
            "open": self.choose_files,
            "open_run": self.choose_run,
            "quit": self.close_window,
            "train": self._controller.play_or_pause,
            "step": self._controller.step_once,
            "new_run": self._controller.new_run,
            "translate": self._part(TranslatePanel).ask,
            "sentence": self._go_to_sentence,
            "reset_layout": self.reset_layout,
            "presentation": self.present,
            "keys": self.show_keys,
            "about": self.show_about,
        }
        self.actions_by_name = build_actions(self, deeds)
        self.actions_by_name["open_run"].setObjectName("openRun")
        menus = {name: self.menus.addMenu(text_of(title)) for name, title in MENUS.items()}
        for name, row in ACTIONS.items():
            menus[row.menu].addAction(self.actions_by_name[name])
        view = menus["View"]
        view.addSeparator()
        for dock in self.docks.values():
            view.addAction(dock.toggleViewAction())
        view.addSeparator()
        self._fill_theme_menu(view.addMenu(self.tr("Theme")))

    def _fill_theme_menu(self, menu: QMenu) -> None:
        group = QActionGroup(self)
        titles = {
            "system": self.tr("As the system"), "light": self.tr("Light"), "dark": self.tr("Dark"),
            "light-contrast": self.tr("Light, high contrast"),
            "dark-contrast": self.tr("Dark, high contrast"),
        }  # fmt: skip
        for name, title in titles.items():
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(self._settings.theme == name)
            action.triggered.connect(
                lambda _=False, name=name: setattr(self._settings, "theme", name)
            )
            group.addAction(action)

    def _connect(self) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self._keys = PlainKeys(self, self.actions_by_name)
        application.installEventFilter(self._keys)
        application.installEventFilter(self.drops)
        data = self._part(DataPanel)
        self.drops.hovering.connect(data.drop.set_active)
        self.drops.dropped.connect(self._take_drop)
        data.open_requested.connect(self.choose_files)
        self._controller.failed.connect(self.show_failure)
        self._controller.run_changed.connect(self._remember_run)
        self._controller.corpus_changed.connect(lambda _: self._all_is_well())
        self.banner.closed.connect(self._banner_closed)
        self._settings.theme_changed.connect(lambda _: self.put_on_theme())
        hints = application.styleHints()
        hints.colorSchemeChanged.connect(lambda _: self.put_on_theme())
        hints.accessibility().contrastPreferenceChanged.connect(lambda _: self.put_on_theme())

    # What menus do -----------------------------------------------------------------------

    def choose_files(self) -> None:
        """Open a corpus of one or two files."""
        names, _ = QFileDialog.getOpenFileNames(
            self, self.tr("Open a corpus: one table or two text files"), self._settings.open_folder,
            self.tr("All files (*)"),
        )  # fmt: skip
        if names:
            self._settings.open_folder = str(Path(names[0]).parent)
            self._controller.open_files([Path(name) for name in names])

    def choose_run(self) -> None:
        """Open a run by its folder."""
        start = self._settings.runs_folder
        folder = QFileDialog.getExistingDirectory(self, self.tr("Open a run's folder"), str(start))
        if folder:
            self._controller.open_run(Path(folder))

    def close_window(self) -> None:
        """Close as the window's own button does."""
        self.close()

    def reset_layout(self) -> None:
        """Bring back the layout of the first start."""
        for name, dock in self.docks.items():
            area = PANELS[name].area
            assert area is not None
            dock.setFloating(False)
            self.removeDockWidget(dock)
            self.addDockWidget(area, dock)
            dock.show()
        self._share_space()

    def put_on_theme(self) -> None:
        """Wear the theme and the size that were chosen."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        theme = THEMES.get(self._settings.theme) or system_theme(application)
        large = self.actions_by_name["presentation"].isChecked()
        width = self.screen().geometry().width()
        scale = min(PRESENTATION_SCALE, width / PRESENTATION_WIDTH) if large else 1.0
        apply_theme(application, theme, max(1.25, scale) if large else 1.0)

    def present(self) -> None:
        """Show training and translation on the whole screen in large type, or all as before."""
        is_large = self.actions_by_name["presentation"].isChecked()
        if is_large:
            self._layout_before = self.saveState(LAYOUT_VERSION)
        self.put_on_theme()
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        if is_large:
            for name in ("data", "model"):
                self.docks[name].hide()
            self.resizeDocks(
                [self.docks["translate"]], [px(RIGHT_WIDTH)], Qt.Orientation.Horizontal
            )
        else:
            self.restoreState(self._layout_before, LAYOUT_VERSION)

    def show_keys(self) -> None:
        """List all keys."""
        rows = [
            (keys_in_words(row), text_of(row.text))
            for row in ACTIONS.values()
            if keys_in_words(row)
        ]
        KeyList(self.tr("Keys"), rows, self).show()

    def show_about(self) -> None:
        """Say what this is and where runs are kept."""
        text = self.tr(
            "S2S Playground: train sequence-to-sequence models from scratch, steer them while they "
            "train, and look inside.\n\nRuns are kept in {folder}"
        )
        box = QMessageBox(self)
        box.setWindowTitle(self.tr("About"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(text.format(folder=self._settings.runs_folder))
        box.show()

    def show_failure(self, failure: FailureRecord) -> None:
        """Show in the banner what went wrong."""
        self._is_error = True
        self.banner.show_message(sentence_of(failure), "error", failure.details)

    def offer_last_run(self) -> None:
        """Offer to go on with a run that was closed before its end."""
        folder = Path(self._settings.last_run) if self._settings.last_run else None
        if folder is None or not (folder / "experiment.toml").exists():
            return
        self._offered = folder
        text = self.tr("The run “{name}” was not finished when the window was closed.")
        self.banner.show_message(
            text.format(name=folder.name), "note", "",
            [(self.tr("Go on with it"), lambda: self._go_on_with(folder))],
        )  # fmt: skip

    def _banner_closed(self) -> None:
        """An error that was put in front of the offer to go on leaves it where it was."""
        was_offer, self._is_error = not self._is_error, False
        if self._offered and not was_offer and not self._controller.run.folder:
            self.offer_last_run()
        elif was_offer:
            self._offered = None

    def _all_is_well(self) -> None:
        """What went wrong before is over when the next thing goes right."""
        if self._is_error:
            self.banner.dismiss()

    def _take_drop(self, paths: list[Path]) -> None:
        self.activateWindow()  # the keys go on here, not in the program the files came from
        self._controller.open_files(paths)

    def _go_on_with(self, folder: Path) -> None:
        self._offered = None
        self._controller.open_run(folder, playing=True)

    def _remember_run(self, state: RunState) -> None:
        if state.folder and state.folder != self._settings.last_run:
            self._offered = None
            self.banner.dismiss()
        unfinished = state.folder and state.ended not in ("steps", "minutes", "patience")
        if state.folder:
            self._settings.last_run = state.folder if unfinished else ""

    def _go_to_sentence(self) -> None:
        field = self._part(TranslatePanel).source
        field.setFocus()
        field.selectAll()

    def _part(self, kind: type[P]) -> P:
        """Return the panel of this class."""
        return next(panel for panel in self.panels.values() if isinstance(panel, kind))

    def _share_space(self) -> None:
        """Give the docks the widths and heights of the design."""
        docks, rows = self.docks, PANELS
        self.resizeDocks(
            [docks["data"], docks["translate"]], [px(LEFT_WIDTH), px(RIGHT_WIDTH)],
            Qt.Orientation.Horizontal,
        )  # fmt: skip
        column = [name for name, row in rows.items() if row.area == rows["data"].area]
        self.resizeDocks(
            [docks[name] for name in column], [100 * rows[name].share for name in column],
            Qt.Orientation.Vertical,
        )  # fmt: skip

    def _restore(self) -> None:
        screen = QApplication.primaryScreen().availableGeometry()
        self.resize(px(1440), px(900))
        if screen.width() <= px(1440) or screen.height() <= px(900):
            self.setWindowState(Qt.WindowState.WindowMaximized)
        self._share_space()
        if self._settings.layout.isEmpty():
            QTimer.singleShot(0, self._share_space)  # again, at the size the screen allows
        if not self._settings.geometry.isEmpty():
            self.restoreGeometry(self._settings.geometry)
        if not self._settings.layout.isEmpty():
            self.restoreState(self._settings.layout, LAYOUT_VERSION)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self.actions_by_name["presentation"].trigger()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.actions_by_name["presentation"].isChecked():
            self.actions_by_name["presentation"].trigger()
        self._settings.geometry = self.saveGeometry()
        self._settings.layout = self.saveState(LAYOUT_VERSION)
        self.hide()  # saving the run may take a moment
        for failure in self._controller.shut_down():
            QMessageBox.warning(self, self.windowTitle(), sentence_of(failure))
        event.accept()


def _stacked(upper: QWidget, lower: QWidget, below: int = 0) -> QWidget:
    """Put two widgets on top of each other without a gap."""
    frame = QWidget()
    column = QVBoxLayout(frame)
    column.setContentsMargins(0, 0, 0, px(below) if below else 0)
    column.setSpacing(0)
    column.addWidget(upper)
    column.addWidget(lower, 1)
    return frame
