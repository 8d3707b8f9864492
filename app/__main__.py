"""The command s2s-playground: builds everything, shows the window.

Nothing heavy is imported at the top: the corpus process, which is started by `spawn`, imports
this file too.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.bridge.draft import Draft
    from app.bridge.last_experiment import LeftCorpus
    from app.settings import AppSettings

FIRST_PICTURE_MS = 500  # how long a screen may keep the window waiting


def run() -> int:
    """Start from the command line."""
    return main(sys.argv[1:])


def main(arguments: list[str]) -> int:
    """Start everything and return the exit status."""
    files = _files(arguments)
    if isinstance(files, int):
        return files
    if problem := _cannot_open():
        print(problem, file=sys.stderr)
        return 1
    if sys.platform == "win32":
        import s2s_core  # noqa: F401, I001  # first: it says how torch's threads are to wait
        import torch  # noqa: F401  # fails there once Qt is loaded (pytorch issue 166628)
    return _open_window(files)


def _open_window(files: list[Path]) -> int:
    import gc

    gc.disable()  # nothing is garbage while all is being built; `GarbageCollector` takes over
    from PySide6.QtCore import QCoreApplication, QTimer
    from PySide6.QtWidgets import QApplication

    from app.quick_imports import import_quickly, import_rest

    import_quickly()
    from app.bridge.controller import Controller
    from app.bridge.corpus_process import CorpusProcess
    from app.bridge.worker import Worker
    from app.garbage import GarbageCollector
    from app.language import speak
    from app.look import put_on
    from app.main_window import MainWindow
    from app.settings import AppSettings

    application = QApplication.instance() or QApplication(["s2s-playground"])
    assert isinstance(application, QApplication)
    application.setApplicationName("s2s-playground")
    application.setApplicationDisplayName("S2S Playground")
    settings = AppSettings()
    speak(application, settings.language)
    put_on(application, settings)
    draft, left = _as_left(settings)
    controller = Controller(
        Worker(), CorpusProcess(), draft, settings.runs_folder, settings.cache_folder
    )
    window = MainWindow(controller, settings)
    garbage = GarbageCollector(window)
    controller.ready.connect(lambda _: garbage.spare())
    if not files:
        window.notices.offer_last_run()  # at once: later it would push down what is seen
        if left.data is not None and not left.missing:
            window.name_corpus(left.data)
    window.show()
    _let_it_be_painted(window)
    for _ in chain(import_rest(), window.make_rest()):
        QCoreApplication.processEvents()
    if not window.isVisible():
        return 0  # closed before there was anything to close
    window.memory.begin(left, files)  # before another corpus is read
    controller.start()

    def close(*_: object) -> None:
        window.memory.end()  # before the death of the corpus process, which was killed too, is told
        QTimer.singleShot(0, window.close)  # not at once: Python may be in the middle of painting

    for polite_kill in (signal.SIGINT, signal.SIGTERM):  # closing keeps the run
        signal.signal(polite_kill, close)
    return application.exec()


def _as_left(settings: AppSettings) -> tuple[Draft, LeftCorpus]:
    """Return what was set when the window was closed, and a corpus to be read with it."""
    from app.bridge.draft import Draft
    from app.bridge.last_experiment import take_up
    from s2s_core.experiment import changed

    draft = Draft()
    draft.corpora.read(settings.corpora)
    left = take_up(draft, settings.experiment)
    draft.config = changed(draft.config, "training.device", settings.device)  # nothing to undo
    return draft, left


def _let_it_be_painted(window: QWidget) -> None:
    """Wait for the screen: beside torch, which is loaded next, a first picture takes a second."""
    from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop

    patience = QDeadlineTimer(FIRST_PICTURE_MS)
    handle = window.windowHandle()
    while not handle.isExposed() and not patience.hasExpired():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
    QCoreApplication.processEvents()


def _files(arguments: list[str]) -> list[Path] | int:
    """Read the command line: files to open, or an exit status."""
    import argparse

    parser = argparse.ArgumentParser(
        prog="s2s-playground",
        description="Open the playground; corpora, the folder of a run or a comparison, or an "
        "experiment.toml may be named to open them.",
    )
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="a corpus, a run, a comparison or an experiment",
    )
    try:
        return list(parser.parse_args(arguments).files)
    except SystemExit as stop:
        return int(stop.code or 0)


def _cannot_open() -> str:
    """Return a sentence if there is no screen, or if Qt lacks something of the system."""
    from app.system_check import advice, missing_libraries, screen_problem

    if os.environ.get("QT_QPA_PLATFORM") != "offscreen" and (problem := screen_problem()):
        return (
            f"s2s-playground: a window cannot open: {problem}. "
            "`s2s demo` trains the same built-in corpus in the terminal."
        )
    if missing := missing_libraries(os.environ.get("QT_QPA_PLATFORM") == "offscreen"):
        return f"s2s-playground: {advice(missing)}"
    return ""


if __name__ == "__main__":
    sys.exit(run())
