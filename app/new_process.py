"""Another window: the same program once more, beside this one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QProcess


def start_another(arguments: Sequence[str] = ()) -> bool:
    """Start the program in a process of its own; tells whether it could be started.

    It shares nothing with this one but the settings and the folder of runs, where each run is
    trained by one program at a time.
    """
    process = QProcess()
    process.setProgram(sys.executable)
    process.setArguments(["-m", "app", *arguments])
    process.setWorkingDirectory(str(Path(__file__).parents[1]))  # a checkout need not be installed
    return bool(process.startDetached())
