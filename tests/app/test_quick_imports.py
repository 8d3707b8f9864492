"""What is imported quickly is whole all the same."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
from app.quick_imports import import_quickly, import_rest
import_quickly()
for _ in import_rest():
    pass
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

WINDOW = """
import PySide6.QtWidgets
from app.quick_imports import import_quickly, import_rest
import_quickly()
import app.main_window, app.bridge.worker, app.bridge.corpus_process, app.settings, sys
import numpy as np
assert np.__name__ == "numpy" and not [n for n in sys.modules if n.startswith("numpy.")]
assert "pyqtgraph" not in sys.modules
for _ in import_rest():
    pass
import numpy.typing
assert np.zeros(2).sum() == 0 and numpy.typing is np.typing and np.__path__
print("whole" if "pyqtgraph" in sys.modules else "")
"""
INSIDE = """
from app.quick_imports import import_quickly
import_quickly()
from numpy.linalg import norm
import numpy
assert norm([3, 4]) == 5 and numpy.linalg.norm is norm
print("whole")
"""


@pytest.mark.parametrize("script", [SCRIPT, WINDOW, INSIDE])
def test_what_is_imported_late_is_whole(script: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.stdout.split() == ["whole"], done.stderr
