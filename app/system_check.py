"""Can a window open here? Names the packages that are missing, in a sentence.

Standard library only, so that it runs before anything is installed:
`python -m app.system_check` ends with 0 if all is well, 1 if libraries are missing and 3 if there
is no screen. With `--offscreen` it asks only for what Qt needs without a screen; `--packages`
prints the names of the missing packages alone, for a script to install.
"""

from __future__ import annotations

import ctypes
import os
import platform
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

MISSING_LIBRARIES = 1
NO_SCREEN = 3


@dataclass(frozen=True)
class Library:
    """A shared library and the package that holds it in each family of distributions."""

    soname: str
    debian: str
    fedora: str
    arch: str


# What QtCore, QtGui, QtDBus and the offscreen plugin of PySide6_Essentials 6.11 are linked with
# and do not bring along (`readelf -d`). QtGui needs libX11 and libGL even without a screen.
QT = (
    Library("libstdc++.so.6", "libstdc++6", "libstdc++", "gcc-libs"),
    Library("libz.so.1", "zlib1g", "zlib", "zlib"),
    Library("libzstd.so.1", "libzstd1", "libzstd", "zstd"),
    Library("libglib-2.0.so.0", "libglib2.0-0", "glib2", "glib2"),
    Library("libgthread-2.0.so.0", "libglib2.0-0", "glib2", "glib2"),
    Library("libdbus-1.so.3", "libdbus-1-3", "dbus-libs", "dbus"),
    Library("libfontconfig.so.1", "libfontconfig1", "fontconfig", "fontconfig"),
    Library("libfreetype.so.6", "libfreetype6", "freetype", "freetype2"),
    Library("libEGL.so.1", "libegl1", "libglvnd-egl", "libglvnd"),
    Library("libGL.so.1", "libgl1", "libglvnd-glx", "libglvnd"),
    Library("libX11.so.6", "libx11-6", "libX11", "libx11"),
    Library("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon", "libxkbcommon"),
)
# The same for the plugin "xcb", which draws on an X11 screen.
X11 = (
    Library("libX11-xcb.so.1", "libx11-xcb1", "libX11-xcb", "libx11"),
    Library("libxcb.so.1", "libxcb1", "libxcb", "libxcb"),
    Library("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    Library("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    Library("libxcb-image.so.0", "libxcb-image0", "xcb-util-image", "xcb-util-image"),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    Library("libxcb-randr.so.0", "libxcb-randr0", "libxcb", "libxcb"),
    Library("libxcb-render.so.0", "libxcb-render0", "libxcb", "libxcb"),
    Library(
        "libxcb-render-util.so.0",
        "libxcb-render-util0",
        "xcb-util-renderutil",
        "xcb-util-renderutil",
    ),
    Library("libxcb-shape.so.0", "libxcb-shape0", "libxcb", "libxcb"),
    Library("libxcb-shm.so.0", "libxcb-shm0", "libxcb", "libxcb"),
    Library("libxcb-sync.so.1", "libxcb-sync1", "libxcb", "libxcb"),
    Library("libxcb-util.so.1", "libxcb-util1", "xcb-util", "xcb-util"),
    Library("libxcb-xfixes.so.0", "libxcb-xfixes0", "libxcb", "libxcb"),
    Library("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb", "libxcb"),
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
)
# And for the plugin "wayland".
WAYLAND = (
    Library("libwayland-client.so.0", "libwayland-client0", "libwayland-client", "wayland"),
    Library("libwayland-cursor.so.0", "libwayland-cursor0", "libwayland-cursor", "wayland"),
)
LIBRARIES = {library.soname: library for library in (*QT, *X11, *WAYLAND)}
# Distribution family: its package manager's command, and the field of `Library` with its names.
FAMILIES = {
    "debian": ("sudo apt-get install", "debian"),
    "fedora": ("sudo dnf install", "fedora"),
    "arch": ("sudo pacman -S", "arch"),
}
ALSO_KNOWN_AS = {"ubuntu": "debian", "rhel": "fedora", "centos": "fedora"}


def missing_libraries(offscreen: bool = False) -> list[str]:
    """Return the names of the shared libraries that Qt needs here and cannot load."""
    if sys.platform != "linux":
        return []
    missing = _unloadable(QT)
    if offscreen:
        return missing
    wayland, x11 = os.environ.get("WAYLAND_DISPLAY"), os.environ.get("DISPLAY")
    if wayland and not (missing_there := _unloadable(WAYLAND)):
        return missing
    return missing + (missing_there if wayland and not x11 else _unloadable(X11))


def advice(missing: list[str], family: str | None = None) -> str:
    """Return the sentence that says how to install the missing libraries on this system."""
    known = FAMILIES.get(distribution_family() if family is None else family)
    if known is None:
        return f"Qt needs system libraries that are missing here: {', '.join(missing)}."
    command, field = known
    return (
        f"Qt needs system libraries that are missing here ({', '.join(missing)}); "
        f"install them with: {command} {' '.join(packages(missing, field))}"
    )


def packages(missing: list[str], field: str = "debian") -> list[str]:
    """Return the names of the packages that hold the libraries, each once."""
    return list(dict.fromkeys(getattr(LIBRARIES[name], field) for name in missing))


def distribution_family() -> str:
    """Return "debian", "fedora", "arch", or "" where the distribution is another one."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return ""
    names = [release.get("ID", ""), *release.get("ID_LIKE", "").split()]
    return next((n for n in (ALSO_KNOWN_AS.get(n, n) for n in names) if n in FAMILIES), "")


def screen_problem() -> str:
    """Return why there is no screen to open a window on, in a few words, or "" if there is one.

    A Linux machine may have none, or a dead one.
    """
    if sys.platform != "linux" or _draws_elsewhere():
        return ""
    wayland, x11 = os.environ.get("WAYLAND_DISPLAY", ""), os.environ.get("DISPLAY", "")
    if not wayland and not x11:
        return "there is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set)"
    if (wayland and _wayland_answers(wayland)) or (x11 and _x11_answers()):
        return ""
    named = [f"{k}={v}" for k, v in (("WAYLAND_DISPLAY", wayland), ("DISPLAY", x11)) if v]
    return f"the screen does not answer ({', '.join(named)})"


def main(arguments: list[str] | None = None) -> int:
    """Check this machine; say on standard error what is wrong with it."""
    options = sys.argv[1:] if arguments is None else arguments
    offscreen = "--offscreen" in options
    missing = missing_libraries(offscreen)
    if "--packages" in options:
        sys.stdout.write(" ".join(packages(missing)))
    elif not offscreen and (problem := screen_problem()):
        sys.stderr.write(f"A window cannot open: {problem}.\n")
        return NO_SCREEN
    elif missing:
        sys.stderr.write(f"{advice(missing)}\n")
    return MISSING_LIBRARIES if missing else 0


def _unloadable(libraries: tuple[Library, ...]) -> list[str]:
    """Try each library as the dynamic loader would; it alone knows where to look."""
    missing = []
    for library in libraries:
        try:
            ctypes.CDLL(library.soname)
        except OSError:
            missing.append(library.soname)
    return missing


def _draws_elsewhere() -> bool:
    """Tell whether a Qt platform was chosen that needs no screen, such as "offscreen"."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    return bool(chosen) and not chosen.startswith(("xcb", "wayland"))


def _wayland_answers(display: str) -> bool:
    address = Path(os.environ.get("XDG_RUNTIME_DIR", "")) / display
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(str(address)) == 0


def _x11_answers() -> bool:
    """Ask the X server as Qt will, its permission included; Qt aborts where this fails."""
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return True  # unknown: the missing library is what there is to say
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    display = x11.XOpenDisplay(None)
    if display:
        x11.XCloseDisplay(display)
    return bool(display)


if __name__ == "__main__":
    sys.exit(main())
