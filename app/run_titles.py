"""What a run is called where a person reads it: its model, its corpus and when it was begun.

A comparison is called so too, and its runs by what tells them apart.
"""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from app.bridge import catalog
from app.widgets.knob_editors import core_text
from s2s_core.grid import PRESET
from s2s_core.grid_folder import is_grid
from s2s_core.presets import preset_names
from s2s_core.run_folders import GRID, SWAPPED

# As `new_run_folder` and `free_copy` write it: a run keeps its name, wherever it is moved to.
_NAME = re.compile(r"(?P<corpus>.+?)-(?P<moment>\d{8}-\d{6})(?P<number>-\d+)?")
_PART = re.compile(r"(?<!\de)-|-(?!\d)")  # a hyphen that is no minus, as in 1e-3
_COPY = re.compile(r"(?P<original>.+-\d{8}-\d{6}(-\d+)?(-small(-\d+)?)*)-small(?P<number>-\d+)?")
SEPARATOR = " · "


def run_title(folder: Path | str, *, to_the_second: bool = False) -> str:
    """Return "GRU small · Phrasebook → French · 21 Nov 05:09"; a name of one's own as it is."""
    name, parent = Path(folder).name, Path(folder).parent
    if is_grid(parent):
        title = comparison_title(parent, to_the_second=to_the_second)
        return f"{title}{SEPARATOR}{_values(name)}"
    if copy := _COPY.fullmatch(name):
        template = QCoreApplication.translate("run_titles", "{original}, smaller copy{number}")
        number = f" ({copy['number'][1:]})" if copy["number"] else ""
        original = run_title(copy["original"], to_the_second=to_the_second)
        return template.format(original=original, number=number)
    found = _NAME.fullmatch(name)
    corpus, model = _parted(found["corpus"]) if found else ("", "")
    if found is None or not model:
        return name
    begun = QDateTime.fromString(found["moment"], "yyyyMMdd-HHmmss")
    if not begun.isValid():
        return name
    known = {
        key.replace("_", "-") + end: catalog.corpus_title(key, bool(end))
        for key in catalog.titles("toy_task")
        for end in ("", SWAPPED)
    }
    corpus = core_text(known[corpus]) if corpus in known else corpus
    number = f" ({found['number'][1:]})" if found["number"] else ""
    made = _comparison() if model == GRID else catalog.preset_title(model)
    return SEPARATOR.join((made, corpus, f"{_moment(begun, to_the_second)}{number}"))


def comparison_title(folder: Path, *, to_the_second: bool = False) -> str:
    """Return what a comparison is called where it is plain that it is one."""
    title = run_title(folder, to_the_second=to_the_second)
    return title.removeprefix(f"{_comparison()}{SEPARATOR}")


def free_copy(folder: Path) -> Path:
    """Return a folder beside that of a run, for a smaller copy of it, that is not there yet."""
    free, number = folder.with_name(f"{folder.name}-small"), 2
    while free.exists():
        free, number = folder.with_name(f"{folder.name}-small-{number}"), number + 1
    return free


def _values(name: str) -> str:
    """Return what the folder of a run of a comparison tells of it: its preset by its title."""
    rest = name.removeprefix(f"{PRESET}-")
    presets = sorted(preset_names(), key=len, reverse=True) if rest != name else []
    preset = next((preset for preset in presets if rest.startswith(preset)), "")
    words = _PART.sub(" ", rest.removeprefix(preset) if preset else name)
    return f"{catalog.preset_title(preset) if preset else ''}{words}"


def _comparison() -> str:
    return QCoreApplication.translate("run_titles", "Comparison")


def _parted(words: str) -> tuple[str, str]:
    """Return corpus and model, which is a preset or an architecture; no model if there is none."""
    presets = preset_names()
    kinds = {preset.partition("-")[0] for preset in presets}
    for model in sorted((*presets, *kinds, GRID), key=len, reverse=True):
        corpus, found, rest = words.rpartition(f"-{model}")
        if found and corpus and not rest:
            return corpus, model
    return words, ""


def _moment(begun: QDateTime, to_the_second: bool) -> str:
    """Return day and time; of another year, that too."""
    is_this_year = begun.date().year() == QDateTime.currentDateTime().date().year()
    day = "d MMM" if is_this_year else "d MMM yyyy"
    return str(QLocale().toString(begun, f"{day} HH:mm{':ss' if to_the_second else ''}"))
