"""The main window: puts panels into docks and deeds into menus; no behaviour of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import astuple
from typing import TypeVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QKeyEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
    QStatusTipEvent,
)
from PySide6.QtWidgets import (
    QDockWidget,
    QMainWindow,
    QMenu,
    QMenuBar,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from app.actions import PlainKeys, build_actions, fill_menus
from app.bridge.controller import Controller, sentence_of
from app.bridge.messages import RunState
from app.chosen_device import ChosenDevice
from app.errands import Errands
from app.help import Help
from app.language_menu import LanguageMenu
from app.layout import Layout
from app.look import Look
from app.memory import Memory
from app.new_process import start_another
from app.notices import Notices
from app.opening import Opening
from app.panel_focus import PanelFocus
from app.panels import PANELS, Panel
from app.panels.data_panel import DataPanel
from app.panels.model_panel import ModelPanel
from app.panels.model_panel.compare_menu import CompareMenu
from app.panels.status_line import StatusLine
from app.panels.train_bar import TrainBar
from app.panels.training_panel import TrainingPanel
from app.panels.translate_panel import TranslatePanel
from app.possible_actions import PossibleActions
from app.run_titles import run_title
from app.settings import AppSettings
from app.widgets import pictures
from app.widgets.banner import Banner
from app.widgets.drop_sign import DropSign
from app.widgets.file_drops import FileDrops
from app.widgets.history_table import Remembered
from app.widgets.named import named
from app.widgets.panel_frame import PanelBody
from app.widgets.theme import px
from s2s_core.configs import DataConfig

P = TypeVar("P", bound=PanelBody)


class MainWindow(QMainWindow):
    """Bar on top, docks at the sides, curves in the middle, a sentence below."""

    def __init__(self, controller: Controller, settings: AppSettings) -> None:
        super().__init__()
        self._controller = controller
        self._settings = settings
        self._starts_again = False
        pictures.set_save_folder(settings.save_folder)
        self.setWindowTitle("S2S Playground")
        self.setObjectName("mainWindow")
        self.banner = Banner()
        self.menus = QMenuBar()
        self.bar = TrainBar(controller)
        self.status = StatusLine(controller)
        self.panels: dict[str, PanelBody] = {}
        self.docks: dict[str, QDockWidget] = {}
        self.drops = FileDrops(self)
        text = self.tr("Let go: a corpus is taken for the next run, a run is opened")
        self.drop_sign = named(DropSign(text, self), "dropSign")
        self.look = Look(self, settings)
        self.notices = Notices(self.banner, controller, settings)
        self.opening = Opening(self, controller, settings)
        self.memory = Memory(self, controller, settings)
        self.errands = Errands(self, controller, settings, self.look)
        self.help = Help(self, controller, self.notices)
        self.devices = ChosenDevice(self, controller, settings, self.bar.device)
        self._put_panels()
        self.focus = PanelFocus([self.bar, *map(_whole, self.panels.values())])
        self.layout_of_docks = Layout(self, self.docks, settings)
        self._fill_menus()
        self._connect()
        self.layout_of_docks.restore()
        self.setFocus()  # until one can train: else Qt would choose the slider, and ring it

    # Building ----------------------------------------------------------------------------

    def make_rest(self) -> Iterator[None]:
        """Make in small steps what the first picture of the window does without."""
        for panel in reversed(self.panels.values()):  # the places of plots are seen: those first
            yield from panel.make_rest()
        self._part(TrainingPanel).remember_view(self._settings)
        self._part(ModelPanel).knobs.remember_folds(self._settings)

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
        self.setStatusBar(self.status)

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
        dock.topLevelChanged.connect(panel.head.set_floating)
        panel.head.dock_wanted.connect(lambda: dock.setFloating(False))
        self.docks[name] = dock

    def _fill_menus(self) -> None:
        self.actions_by_name = build_actions(self, self._deeds())
        self.actions_by_name["open_run"].setObjectName("openRun")
        menus = fill_menus(self.menus, self.actions_by_name)
        view, theme = menus["View"], self.actions_by_name["theme"]
        view.insertActions(theme, [dock.toggleViewAction() for dock in self.docks.values()])
        view.insertSeparator(theme)
        self.opening.fill_recent_menu(self._menu("recent"))
        self.look.fill_theme_menu(self._menu("theme"))
        self.look.fill_size_menu(self._menu("size"))
        self.languages = LanguageMenu(self, self._menu("language"), self._settings)
        self.possible = PossibleActions(self, self.actions_by_name, self._controller)

    def _deeds(self) -> dict[str, Callable[[], object]]:
        """Say what each action of the table does."""
        controller, opening, errands = self._controller, self.opening, self.errands
        return {
            "open": opening.choose_files,
            "open_run": opening.choose_run,
            "paste_corpus": opening.paste_corpus,
            "browse": errands.browse_corpus,
            "save_experiment": opening.save_experiment,
            "run_folder": self.help.show_run_folder,
            "smaller": errands.show_smaller,
            "copy_command": opening.copy_command,
            "copy_translate": opening.copy_translate,
            "new_window": self.open_another,
            "preferences": lambda: errands.show_preferences(self.devices.there),
            "quit": self.close,
            "undo": controller.steering.undo,
            "redo": controller.steering.redo,
            "copy_experiment": opening.copy_experiment,
            "add_pairs": errands.add_pairs,
            "find": self._part(ModelPanel).find_setting,
            "train": controller.play_or_pause,
            "step": controller.step_once,
            "rewind": self.bar.rewind,
            "new_run": controller.new_run,
            "close_run": controller.close_run,
            "rate_up": self.bar.rate_up,
            "rate_down": self.bar.rate_down,
            "find_rate": errands.find_rate,
            "compare": errands.compare,
            "tokenizer_lab": errands.show_lab,
            "translate": self._part(TranslatePanel).ask,
            "sentence": self._go_to_sentence,
            "another": self._part(TranslatePanel).another_sentence,
            "beam": self._switch_search,
            "presentation": self.present,
            "reset_layout": self.layout_of_docks.reset,
            "next_panel": lambda: self.focus.move(1),
            "previous_panel": lambda: self.focus.move(-1),
            "keys": self.help.show_keys,
            "runs_folder": self.help.open_runs_folder,
            "about": self.help.show_about,
        }

    def _menu(self, name: str) -> QMenu:
        menu = self.actions_by_name[name].menu()
        assert isinstance(menu, QMenu)
        return menu

    def _connect(self) -> None:
        self._keys = PlainKeys(self, self.actions_by_name)
        self._keys.space_taken.connect(self.status.name_key)
        data = self._part(DataPanel)
        self.drops.hovering.connect(self._show_drop_sign)
        self.drops.dropped.connect(self.opening.take_drop)
        self.errands.shown.connect(self.drops.take_also_on)
        data.open_requested.connect(self.opening.choose_files)
        room = self.layout_of_docks.give_room
        data.room_wanted.connect(lambda on: room("data", on, data.fitting))
        data.add_requested.connect(self.errands.add_pairs)
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence.StandardKey.Paste, data, self.opening.paste_corpus, context=inside)
        data.browse.clicked.connect(lambda: self.errands.browse_corpus())
        data.browse_wanted.connect(self.errands.browse_corpus)
        data.findings.told.connect(self.status.tell)
        self.opening.told.connect(self.status.tell)
        self.banner.told.connect(self.status.leave_out)
        self.bar.told.connect(self.status.tell)
        self.status.rewind_advised.connect(self.bar.advise_rewind)
        self.opening.noted.connect(self.notices.note_of_asked)
        self.notices.told.connect(self.status.tell)
        data.told.connect(self.status.tell)
        self.look.about_to_scale.connect(self.layout_of_docks.note_widths)
        self.look.scaled.connect(self.layout_of_docks.scale)
        self._controller.run_changed.connect(self._name_run)
        self.bar.finder_wanted.connect(self.errands.find_rate)
        self._part(ModelPanel).lab_wanted.connect(self.errands.show_lab)
        model = self._part(ModelPanel)
        of_presets = model.preset_row, model.architecture_row
        CompareMenu(model, of_presets).wanted.connect(self.errands.compare)
        self._controller.comparing.opened.connect(lambda _: self.errands.compare())
        self.errands.lend([self.actions_by_name[name] for name in ("undo", "redo")])
        self.errands.corpus_wanted.connect(self.opening.open_text)
        self.errands.translate_wanted.connect(self._part(TranslatePanel).take_pair)
        self.errands.rate_taken.connect(self.bar.rate.set_value)
        self._settings.runs_folder_changed.connect(self._keep_runs_in)
        self.languages.another_chosen.connect(self._offer_to_start_again)
        self._bring_sentences()

    def _bring_sentences(self) -> None:
        panel, settings = self._part(TranslatePanel), self._settings
        panel.history.set_entries(Remembered(*row) for row in settings.sentences)
        panel.history.changed.connect(self._keep_sentences)
        panel.bring_own_text(settings.own_sentences)
        panel.pieces.setChecked(settings.shows_pieces)
        panel.pieces.toggled.connect(lambda on: setattr(settings, "shows_pieces", on))
        there = [one for one in settings.recent if one.kind == "corpus" and not one.missing]
        self._part(DataPanel).chooser.bring(one.paths for one in there)

    def name_corpus(self, data: DataConfig) -> None:
        """Name the corpus that is read as soon as that can be: the draft's is another one."""
        self._part(DataPanel).chooser.show_coming(data)
        self._part(DataPanel).difficulty.make_way(not data.builtin)
        self._part(ModelPanel).coming.take(data)

    # What menus do -----------------------------------------------------------------------

    def present(self) -> None:
        """Show training and translation on the whole screen in large type, or all as before."""
        on, focused = self.actions_by_name["presentation"].isChecked(), self.focusWidget()
        if on:
            self.layout_of_docks.keep()
        self.look.present(on)
        self._part(TranslatePanel).present(on)
        self.layout_of_docks.present(on)
        if focused and not focused.isVisible():  # else the next in the row has it, a menu perhaps
            self.bar.train.setFocus()

    def open_another(self) -> None:
        """Start the program once more, beside this one."""
        if not start_another():
            self._controller.fail("another window could not be started")

    def _keep_sentences(self) -> None:
        panel = self._part(TranslatePanel)
        self._settings.sentences = [astuple(entry) for entry in panel.history.entries()]
        self._settings.own_sentences = panel.own_text()

    def _go_to_sentence(self) -> None:
        dock, field = self.docks["translate"], self._part(TranslatePanel).source
        dock.show()
        dock.raise_()
        dock.activateWindow()  # it may float
        field.setFocus()
        field.selectAll()

    def _show_drop_sign(self, on: bool) -> None:
        """Say that files may be let go: over the data panel, where it is sought, or there."""
        data, centre = self._part(DataPanel), self.centralWidget()
        assert centre is not None
        if on and self.drops.over is not self:
            self.drop_sign.cover(self.drops.over)
        elif on:
            is_seen = data.isVisible() and not data.visibleRegion().isEmpty()
            self.drop_sign.cover(data if is_seen else centre)
        else:
            self.drop_sign.setParent(self)  # a window beside this one may go; this hides it

    def _switch_search(self) -> None:
        wants_beam = self.actions_by_name["beam"].isChecked()
        self._controller.draft.set("decoding.search", "beam" if wants_beam else "greedy")
        self._part(TranslatePanel).ask()

    def _name_run(self, state: RunState) -> None:
        """Say in the title which run it is: under that name it is found again."""
        name = run_title(state.folder) if state.folder else ""
        self.setWindowTitle(f"{name} — S2S Playground" if name else "S2S Playground")

    # Settings ----------------------------------------------------------------------------

    def _keep_runs_in(self, folder: object) -> None:
        self._controller.runs = self._settings.runs_folder

    def _offer_to_start_again(self) -> None:
        text = self.tr("The window speaks another language from its next start on.")
        self.notices.show_note(text, (self.tr("Start again now"), self.start_again))

    def start_again(self) -> None:
        """Close, and open afresh; a run that is training is kept and offered."""
        self._starts_again = True
        self.close()

    # Qt's own ----------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Tell in the status line what a widget anywhere has done."""
        if isinstance(event, QStatusTipEvent):
            if event.tip():  # menus clear it as one goes through them
                self.status.tell(event.tip())
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        panels = self._part(DataPanel), self._part(ModelPanel)
        if event.key() == Qt.Key.Key_Escape and any(panel.go_back() for panel in panels):
            return
        if event.key() == Qt.Key.Key_Escape and self.banner.isVisible():
            self.banner.dismiss()
        elif event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self.actions_by_name["presentation"].trigger()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Keys and drags come to the native window first. A filter of the application would be
        # asked about every event of every widget, each time waiting for the engine's thread.
        native = self.windowHandle()
        for each in (self._keys, self.drops):
            native.removeEventFilter(each)
            native.installEventFilter(each)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.actions_by_name["presentation"].isChecked():
            self.actions_by_name["presentation"].trigger()
        self._part(ModelPanel).go_back()
        self.layout_of_docks.save()
        self._settings.save_folder = pictures.save_folder()
        self._keep_sentences()
        self._controller.comparing.end()
        self.memory.end()
        self.hide()  # saving the run may take a moment
        self.notices.remember_run()
        for failure in self._controller.shut_down():
            QMessageBox.warning(self, self.windowTitle(), sentence_of(failure))
        self.notices.let_go()
        if self._starts_again:
            start_another()
        event.accept()

    def _part(self, kind: type[P]) -> P:
        """Return the panel of this class."""
        return next(panel for panel in self.panels.values() if isinstance(panel, kind))


def _whole(panel: PanelBody) -> QWidget:
    """Return what holds a panel and its head."""
    holder = panel.parentWidget()
    assert holder is not None
    return holder


def _stacked(upper: QWidget, lower: QWidget, below: int = 0) -> QWidget:
    """Put two widgets on top of each other without a gap."""
    frame = QWidget()
    column = QVBoxLayout(frame)
    column.setContentsMargins(0, 0, 0, px(below) if below else 0)
    column.setSpacing(0)
    column.addWidget(upper)
    column.addWidget(lower, 1)
    return frame
