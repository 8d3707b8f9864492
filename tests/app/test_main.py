"""The command: a sentence where there is no screen, a window where there is one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Event

import pytest

from app.__main__ import main

ROOT = Path(__file__).parents[2]
SECONDS = 60
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="other systems have a screen")


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return the variables of a machine without a screen, whose user lives in a folder."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    places = {f"XDG_{name}_HOME": str(home / name) for name in ("DATA", "CACHE", "CONFIG")}
    return kept | places | {"HOME": str(home), "PYTHONWARNINGS": "error"} | more


def run(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments], cwd=ROOT, env=environment(home, **more),
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


@linux_only
def test_without_a_screen_one_sentence_names_the_demo(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "`s2s demo`" in result.stderr
    assert "no screen" in result.stderr
    assert "Traceback" not in result.stderr
    assert not list(tmp_path.iterdir())


@linux_only
def test_a_screen_that_does_not_answer_is_none(tmp_path: Path) -> None:
    result = run(tmp_path, DISPLAY=":4711")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "`s2s demo`" in result.stderr


def test_help_says_what_can_be_opened(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert "s2s-playground" in shown
    assert "FILE" in shown


def test_an_unknown_option_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--colour"]) == 2
    assert "--colour" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", ["[]", '["--help"]'])
def test_the_command_loads_neither_torch_nor_qt_before_it_must(
    tmp_path: Path, arguments: str
) -> None:
    code = (
        f"import sys, app.__main__\nif {arguments}: app.__main__.main({arguments})\n"
        "heavy = {'torch', 'PySide6', 'numpy', 'pydantic'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(tmp_path), capture_output=True,
        text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr


@linux_only
def test_it_opens_a_named_corpus_and_a_polite_kill_closes_it(tmp_path: Path) -> None:
    corpus = tmp_path / "pairs.tsv"
    corpus.write_text("".join(f"word {n}\tWort {n}\n" for n in range(60)), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "app", str(corpus)], cwd=ROOT, stderr=subprocess.PIPE, text=True,
        env=environment(tmp_path, QT_QPA_PLATFORM="offscreen"),
    )  # fmt: skip
    try:
        end = time.monotonic() + SECONDS
        while not any("pairs.tsv" in path.read_text("utf-8") for path in prepared(tmp_path)):
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() < end
            Event().wait(0.05)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
    assert process.returncode == 0
    said = [line for line in errors.splitlines() if "This plugin does not support" not in line]
    assert not said


def prepared(home: Path) -> list[Path]:
    """Return what the corpus process has left in the cache."""
    return [path for path in home.glob("CACHE/**/prepared.json") if path.parent.suffix == ""]
