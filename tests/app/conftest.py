"""A window to test: built as the program builds it, and in folders of its own."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import torch
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QEventLoop,
    QObject,
    QSettings,
    QStandardPaths,
    QTimer,
)
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from app.bridge.controller import Controller
from app.bridge.corpus_process import CorpusProcess
from app.bridge.draft import Draft
from app.bridge.worker import Worker
from app.main_window import MainWindow
from app.settings import AppSettings
from app.widgets.panel_frame import PanelBody
from app.widgets.theme import LIGHT, apply_theme
from s2s_core.configs import RunConfig
from tests.helpers import tiny_config, tiny_prepared

Found = TypeVar("Found", bound=QObject)
SECONDS = 30_000  # a busy machine is given that long, in milliseconds


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep settings, runs and caches out of the folders of whoever runs the tests."""
    home = tmp_path_factory.mktemp("user")
    for name in ("DATA", "CACHE", "CONFIG", "STATE"):
        os.environ[f"XDG_{name}_HOME"] = str(home / name.lower())
    QSettings.setPath(
        QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(home / "config")
    )
    if sys.platform != "linux":
        QStandardPaths.setTestModeEnabled(True)
    else:
        assert AppSettings().runs_folder.is_relative_to(home)
        assert AppSettings().cache_folder.is_relative_to(home)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the corpus of `tiny_config()`, to make runs of."""
    folder = tmp_path_factory.mktemp("prepared")
    tiny_prepared(folder)
    return folder


@pytest.fixture
def _litter_stays_here() -> Iterator[None]:
    """Let no thread of a test collect what earlier tests have left.

    Python collects cycles in whichever thread is running, and Qt's objects must end in theirs.
    """
    gc.collect()
    gc.freeze()  # so that the next time is quick
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Tiny models are slower in two threads than in one, and add up differently."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def endless(**training: object) -> RunConfig:
    """Return the tiny run, without an end."""
    settings = {"steps": 0, "validate_every": 50, "batch_tokens": 64, **training}
    return tiny_config(attention="additive", training=settings)


def live(milliseconds: int = 10) -> None:
    """Run the event loop for a moment, as the program does: other threads run meanwhile."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


@dataclass
class Opened:
    """A window and what stands behind it."""

    window: MainWindow
    controller: Controller
    settings: AppSettings
    _found: dict[str, QObject] = field(default_factory=dict)

    def find(self, kind: type[Found], name: str) -> Found:
        """Return the one object of a name."""
        if name not in self._found:
            found = self.window.findChildren(QObject, name)
            assert len(found) == 1, f"{len(found)} are called {name}"
            self._found[name] = found[0]  # a search takes a while, and is done while one waits
        found_one = self._found[name]
        assert isinstance(found_one, kind)
        return found_one

    def wait(self, claim: Callable[[], object], milliseconds: int = SECONDS) -> None:
        """Let the window live until a claim has come true."""
        end = time.monotonic() + milliseconds / 1000
        while not claim():
            assert time.monotonic() < end, f"not within {milliseconds} ms"
            live()

    @property
    def train(self) -> QWidget:
        return self.find(QWidget, "trainButton")

    @property
    def step(self) -> int:
        """The newest step that the window knows of."""
        return self.controller.last_step.step if self.controller.last_step else 0

    def ready(self) -> Opened:
        """Wait until one can train."""
        self.wait(self.train.isEnabled)
        return self

    def training(self, steps: int = 3) -> Opened:
        """Press the Train button and wait for some steps."""
        self.ready()
        self.controller.play_or_pause()
        self.wait(lambda: self.step >= steps)
        return self

    def paused(self) -> Opened:
        """Press it again and wait until the engine stands still."""
        self.controller.play_or_pause()
        self.wait(lambda: not self.controller.run.playing)
        return self


OpenWindow = Callable[..., Opened]


@pytest.fixture
def open_window(
    qapp: QApplication,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    _litter_stays_here: None,
) -> Iterator[OpenWindow]:
    """Return a function that opens a window as `app.__main__` does.

    Its runs and settings are this test's; prepared corpora are shared by all tests.
    """
    opened: list[Opened] = []
    QSettings("s2s-playground", "window").clear()
    qapp.setApplicationName("s2s-playground")

    def build(config: RunConfig | None = None) -> Opened:
        opened.append(build_window(tmp_path / "runs", tmp_path_factory.getbasetemp(), config))
        return opened[-1]

    yield build
    for each in opened:
        close(each)
    if (qapp.property("theme"), qapp.property("scale")) != ("light", 1.0):
        apply_theme(qapp, LIGHT)


def build_window(runs: Path, folder: Path, config: RunConfig | None = None) -> Opened:
    """Build a window as `app.__main__` does, with other folders; corpora are kept in `folder`."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    settings = AppSettings()
    settings.theme = "light"
    apply_theme(application, LIGHT)
    draft = Draft()
    draft.replace(config or endless())
    controller = Controller(Worker(), CorpusProcess(), draft, runs, folder / "corpora")
    window = MainWindow(controller, settings)
    window.show()
    finish(window)
    controller.start()
    return Opened(window, controller, settings)


def finish(part: MainWindow | PanelBody) -> None:
    """Make what the first picture does without."""
    for _ in part.make_rest():
        pass


def close(opened: Opened) -> None:
    """Close a window, and let it be gone before the next test."""
    for box in opened.window.findChildren(QMessageBox):
        box.close()
    opened.window.close()
    assert not opened.controller._engine.is_alive
    opened.window.deleteLater()
    opened.controller.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
