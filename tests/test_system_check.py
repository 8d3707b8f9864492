"""The check that names missing system packages, and the screen's absence, in a sentence."""

from __future__ import annotations

import os
import platform
import re
import socket
import subprocess
import sys
from pathlib import Path

import PySide6
import pytest

from app import system_check
from app.system_check import (
    Library,
    advice,
    distribution_family,
    missing_libraries,
    screen_problem,
)

ROOT = Path(__file__).parent.parent
ABSENT = Library("libnowhere.so.9", "libnowhere9", "nowhere-libs", "nowhere")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="other systems bring it all along")


@pytest.fixture(autouse=True)
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def absent_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_check, "QT", (*system_check.QT, ABSENT))
    monkeypatch.setitem(system_check.LIBRARIES, ABSENT.soname, ABSENT)


@linux_only
def test_a_library_that_cannot_be_loaded_is_missing(absent_library: None) -> None:
    assert ABSENT.soname in missing_libraries(offscreen=True)


@linux_only
def test_wayland_alone_needs_nothing_of_x11(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_check, "X11", (ABSENT,))
    monkeypatch.setattr(system_check, "WAYLAND", ())
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert ABSENT.soname not in missing_libraries()
    monkeypatch.delenv("WAYLAND_DISPLAY")
    assert ABSENT.soname in missing_libraries()


@pytest.mark.parametrize(
    ("family", "command"),
    [
        ("debian", "sudo apt-get install libxcb-cursor0 libxcb-icccm4"),
        ("fedora", "sudo dnf install xcb-util-cursor xcb-util-wm"),
        ("arch", "sudo pacman -S xcb-util-cursor xcb-util-wm"),
    ],
)
def test_the_advice_is_the_command_to_type(family: str, command: str) -> None:
    sentence = advice(["libxcb-cursor.so.0", "libxcb-icccm.so.4"], family)
    assert sentence.endswith(command)
    assert "libxcb-cursor.so.0, libxcb-icccm.so.4" in sentence


def test_a_package_is_named_once() -> None:
    sentence = advice(["libglib-2.0.so.0", "libgthread-2.0.so.0"], "debian")
    assert sentence.count("libglib2.0-0") == 1


def test_an_unknown_system_is_told_the_libraries() -> None:
    assert "libGL.so.1" in advice(["libGL.so.1"], "haiku")


@pytest.mark.parametrize(
    ("release", "family"),
    [
        ({"ID": "debian"}, "debian"),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, "debian"),
        ({"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "fedora"),
        ({"ID": "manjaro", "ID_LIKE": "arch"}, "arch"),
        ({"ID": "void"}, ""),
    ],
)
def test_a_distribution_is_known_by_its_family(
    monkeypatch: pytest.MonkeyPatch, release: dict[str, str], family: str
) -> None:
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: release)
    assert distribution_family() == family


@linux_only
def test_no_screen_is_seen() -> None:
    assert screen_problem()


@linux_only
def test_a_screen_that_does_not_answer_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    assert screen_problem()


@linux_only
def test_a_wayland_screen_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    monkeypatch.setenv("XDG_RUNTIME_DIR", "")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
    assert screen_problem()
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind("wayland-7")
        compositor.listen()
        assert not screen_problem()


def test_an_offscreen_window_needs_no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen:")
    assert not screen_problem()


@linux_only
def test_missing_libraries_are_told_on_standard_error(
    absent_library: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert system_check.main(["--offscreen"]) == system_check.MISSING_LIBRARIES
    assert ABSENT.soname in capsys.readouterr().err


@linux_only
def test_packages_are_named_for_a_script(
    absent_library: None, capsys: pytest.CaptureFixture[str]
) -> None:
    system_check.main(["--offscreen", "--packages"])
    assert "libnowhere9" in capsys.readouterr().out.split()


@linux_only
def test_the_command_ends_with_3_without_a_screen() -> None:
    environment = {"PATH": os.environ["PATH"]}
    result = subprocess.run(
        [sys.executable, "-m", "app.system_check"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == system_check.NO_SCREEN
    assert result.stderr.count("\n") == 1
    assert "no screen" in result.stderr


@linux_only
def test_the_tables_hold_all_that_qt_is_linked_with() -> None:
    qt = Path(PySide6.__file__).parent / "Qt"
    files = [qt / "lib" / f"libQt6{part}.so.6" for part in ("Core", "Gui", "DBus", "Widgets")]
    files += [qt / f"plugins/platforms/libq{name}.so" for name in ("offscreen", "xcb", "wayland")]
    names = {
        name.decode()
        for file in files
        for name in re.findall(rb"(?<=\0)lib[\w.+-]+\.so\.\d+(?=\0)", file.read_bytes())
    }
    brought_along = {library.name for library in (qt / "lib").iterdir()}
    of_every_system = {"libc.so.6", "libm.so.6", "libgcc_s.so.1"}
    assert names >= {"libEGL.so.1", "libxcb-cursor.so.0"}
    assert names - brought_along - of_every_system <= set(system_check.LIBRARIES)
