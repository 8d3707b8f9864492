"""Two programs of one user at the same time: both train, and neither harms the other."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from app.new_process import start_another
from s2s_core.records import StepRecord
from s2s_core.run_folders import is_in_use
from s2s_core.runs.journal import read_journal
from tests.app.test_main import ROOT, SECONDS, environment, linux_only

# The program as it is, with a hand that presses Space as soon as it can and says what it sees.
HAND = """
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app import main_window
from app.__main__ import main

def look():
    window = QApplication.activeWindow() or made[0]
    controller = window._controller
    banner = window.banner.text() if window.banner.isVisible() else ""
    if window.bar.train.isEnabled() and not controller.run.folder:
        window.bar.train.click()
    step = controller.last_step.step if controller.last_step else 0
    print(json.dumps({"folder": controller.run.folder, "step": step, "banner": banner}), flush=True)

made = []
class Window(main_window.MainWindow):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        made.append(self)
        self.hand = QTimer(self, interval=200)
        self.hand.timeout.connect(look)
        self.hand.start()

main_window.MainWindow = Window
sys.exit(main([]))
"""


class Program:
    """One of the two."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HAND], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(home, QT_QPA_PLATFORM="offscreen"), text=True,
        )  # fmt: skip

    def seen(self) -> Iterator[dict[str, object]]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            yield json.loads(line)

    def until_step(self, step: int) -> tuple[str, set[str]]:
        """Wait until it has trained so far; returns the run's folder and all that was offered."""
        end, banners = time.monotonic() + SECONDS, set()
        for seen in self.seen():
            banners.add(str(seen["banner"]))
            if int(str(seen["step"])) >= step:
                return str(seen["folder"]), banners
            assert time.monotonic() < end
        raise AssertionError(self.process.stderr and self.process.stderr.read())

    def close(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=SECONDS)
        assert self.process.returncode == 0


@linux_only
def test_two_programs_train_side_by_side(tmp_path: Path) -> None:
    programs = [Program(tmp_path)]
    try:
        first, _ = programs[0].until_step(5)
        programs.append(Program(tmp_path))
        second, offered = programs[1].until_step(5)
        assert first != second
        assert offered == {""}  # the run of the first is not to be gone on with
        assert is_in_use(Path(first))
        assert is_in_use(Path(second))
        programs[0].until_step(10)
        for program in programs:
            program.close()
    finally:
        for program in programs:
            program.process.kill()
    for folder in (first, second):
        records = read_journal(Path(folder, "journal.jsonl"))
        steps = [record.step for record in records if isinstance(record, StepRecord)]
        assert steps == list(range(1, len(steps) + 1))
        assert not is_in_use(Path(folder))
    settings = Path(tmp_path, "CONFIG", "s2s-playground", "window.conf").read_text("utf-8")
    assert Path(first).name in settings
    assert Path(second).name in settings


def test_a_new_window_is_the_same_program_once_more(
    qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tmp_path / "said"
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\necho "$PWD $@" > {said}.part\nmv {said}.part {said}\n')
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    assert start_another(["a file"])
    end = time.monotonic() + SECONDS
    while not said.exists():
        assert time.monotonic() < end
        Event().wait(0.02)
    assert said.read_text().strip() == f"{ROOT} -m app a file"
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    assert not start_another()
