"""What is imported quickly is whole all the same."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
from app.quick_imports import import_quickly
import_quickly()
import PySide6.QtCore, PySide6.QtGui, PySide6.QtWidgets, pyqtgraph
for name in ("QtCore", "QtGui", "QtWidgets"):
    source, mirror = getattr(PySide6, name), getattr(pyqtgraph.Qt, name)
    names = [each for each in dir(source) if not each.startswith("__")]
    assert len(names) > 100, names
    for each in names:
        assert getattr(mirror, each) is getattr(source, each), each
    try:
        mirror.no_such_name
    except AttributeError:
        continue
    raise SystemExit(f"{name} made a name up")
print("whole")
"""


def test_pyqtgraph_has_every_name_of_qt() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.stdout.split() == ["whole"], done.stderr
