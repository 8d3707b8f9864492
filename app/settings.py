"""What the window remembers: typed, told when it changes; no string keys outside this file.

Whatever stands in the file, a value that cannot be used is as good as none.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSettings, QStandardPaths, Signal

THEMES = ("system", "light", "dark", "light-contrast", "dark-contrast")
SIZES = (100, 125, 150, 175, 200)  # per cent
DEVICES = ("auto", "cpu", "cuda", "mps")
KINDS = ("corpus", "run", "comparison", "experiment")
MOST_RECENT, MOST_OF_A_KIND = 12, 6  # so that a day of short runs does not push the corpora out
MOST_UNFINISHED = 8
Sentence = tuple[str, str, int, str, str]  # text, translation, step; corpus and run of it


@dataclass(frozen=True)
class Recent:
    """What was opened: a corpus of one or two files, the folder of a run or more, an experiment."""

    kind: str
    paths: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """What of it is no longer there."""
        return tuple(path for path in self.paths if not os.path.exists(path))


class AppSettings(QObject):
    """Over QSettings, which knows where each system keeps such things."""

    theme_changed = Signal(str)
    size_changed = Signal(int)
    language_changed = Signal(str)
    device_changed = Signal(str)
    runs_folder_changed = Signal(object)  # Path

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = QSettings("s2s-playground", "window")

    @property
    def theme(self) -> str:
        """ "system", or the name of a theme."""
        return self._one_of("theme", THEMES)

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("theme", name)
        self.theme_changed.emit(name)

    @property
    def size(self) -> int:
        """How large everything is, in per cent."""
        return int(self._one_of("size", tuple(map(str, SIZES))))

    @size.setter
    def size(self, percent: int) -> None:
        self._store.setValue("size", str(percent))
        self.size_changed.emit(percent)

    @property
    def language(self) -> str:
        """The code of a language such as "zh_CN", or "system"."""
        return self._text("language") or "system"

    @language.setter
    def language(self, code: str) -> None:
        self._store.setValue("language", code)
        self.language_changed.emit(code)

    @property
    def device(self) -> str:
        """Where runs train unless something else is chosen."""
        return self._one_of("device", DEVICES)

    @device.setter
    def device(self, name: str) -> None:
        self._store.setValue("device", name)
        self.device_changed.emit(name)

    @property
    def geometry(self) -> QByteArray:
        """Where the window was, and how large."""
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("window/geometry", value)

    @property
    def layout(self) -> QByteArray:
        """Where its docks were."""
        return self._bytes("window/layout")

    @layout.setter
    def layout(self, value: QByteArray) -> None:
        self._store.setValue("window/layout", value)

    @property
    def open_folder(self) -> str:
        """Where files were last chosen from."""
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
        return self._text("open_folder") or home

    @open_folder.setter
    def open_folder(self, folder: str) -> None:
        self._store.setValue("open_folder", folder)

    @property
    def save_folder(self) -> str:
        """Where a picture or a table was saved last; empty at first."""
        return self._text("save_folder")

    @save_folder.setter
    def save_folder(self, folder: str) -> None:
        self._store.setValue("save_folder", folder)

    @property
    def wrong_rate(self) -> float:
        """The learning rate at which the newest run went wrong, or 0."""
        try:
            return float(self._text("wrong_rate"))
        except ValueError:
            return 0.0

    @wrong_rate.setter
    def wrong_rate(self, rate: float) -> None:
        self._store.setValue("wrong_rate", repr(rate))

    @property
    def curve_view(self) -> str:
        """How curves are looked at, as `CurveView.to_text` writes it; empty at first."""
        return self._text("curve_view")

    @curve_view.setter
    def curve_view(self, text: str) -> None:
        self._store.setValue("curve_view", text)

    @property
    def unfolded(self) -> list[str]:
        """The groups of settings that stand unfolded."""
        return [section for section in self._list("unfolded") if isinstance(section, str)]

    @unfolded.setter
    def unfolded(self, sections: list[str]) -> None:
        self._store.setValue("unfolded", json.dumps(sections))

    @property
    def sentences(self) -> list[Sentence]:
        """What was typed to be translated, the newest first."""
        return [found for value in self._list("sentences") if (found := _sentence(value))]

    @sentences.setter
    def sentences(self, rows: list[Sentence]) -> None:
        self._store.setValue("sentences", json.dumps(rows, ensure_ascii=False))

    @property
    def own_sentences(self) -> str:
        """What a person had typed into the source field, if it was no example."""
        return self._text("own_sentences")

    @own_sentences.setter
    def own_sentences(self, text: str) -> None:
        self._store.setValue("own_sentences", text)

    @property
    def shows_pieces(self) -> bool:
        """Whether translations are shown in pieces, not in words."""
        return self._text("pieces") == "shown"

    @shows_pieces.setter
    def shows_pieces(self, on: bool) -> None:
        self._store.setValue("pieces", "shown" if on else "")

    @property
    def corpora(self) -> str:
        """How corpora from files were set, as `KeptCorpora.to_text` writes it; empty at first."""
        return self._text("corpora")

    @corpora.setter
    def corpora(self, text: str) -> None:
        self._store.setValue("corpora", text)

    @property
    def experiment(self) -> str:
        """What was set last, as `last_experiment.to_text` writes it; empty at first."""
        return self._text("experiment")

    @experiment.setter
    def experiment(self, text: str) -> None:
        self._store.setValue("experiment", text)

    # Runs and what else was opened -------------------------------------------------------

    @property
    def runs_folder(self) -> Path:
        """Where runs are kept: the user's data folder, or the one that was chosen."""
        chosen = self._text("runs_folder")
        place = self._place(QStandardPaths.StandardLocation.AppLocalDataLocation) / "runs"
        return Path(chosen) if chosen and Path(chosen).is_absolute() else place

    @runs_folder.setter
    def runs_folder(self, folder: Path) -> None:
        self._store.setValue("runs_folder", str(folder))
        self.runs_folder_changed.emit(folder)

    @property
    def pasted_folder(self) -> Path:
        """Where corpora are kept that were pasted, and not files before."""
        return self._place(QStandardPaths.StandardLocation.AppLocalDataLocation) / "pasted"

    @property
    def cache_folder(self) -> Path:
        """Where prepared corpora wait to be used again."""
        return self._place(QStandardPaths.StandardLocation.CacheLocation) / "corpora"

    @property
    def unfinished(self) -> list[Path]:
        """Runs that were closed before their end, the newest first."""
        self._store.sync()  # another window may have written since
        return [Path(folder) for folder in self._list("unfinished") if isinstance(folder, str)]

    def note_run(self, folder: Path, *, is_finished: bool) -> None:
        """Remember whether a run came to its end."""
        others = [str(known) for known in self.unfinished if known != folder]
        self._set_list("unfinished", ([] if is_finished else [str(folder)]) + others)

    @property
    def recent(self) -> list[Recent]:
        """What was opened, the newest first."""
        self._store.sync()
        return [found for value in self._list("recent") if (found := _recent(value))]

    def note_opened(self, kind: str, *paths: str) -> None:
        """Remember that something was opened."""
        newest = Recent(kind, paths)
        kept: list[Recent] = []
        for known in [newest, *self.recent]:
            is_new = known not in kept
            if is_new and sum(one.kind == known.kind for one in kept) < MOST_OF_A_KIND:
                kept.append(known)
        values = [[one.kind, list(one.paths)] for one in kept[:MOST_RECENT]]
        self._store.setValue("recent", json.dumps(values))

    def forget_opened(self) -> None:
        """Forget what was opened; the files and runs stay."""
        self._store.remove("recent")

    # What stands in the file -------------------------------------------------------------

    def _text(self, key: str) -> str:
        value = self._store.value(key, "")
        return value if isinstance(value, str) else ""

    def _one_of(self, key: str, known: tuple[str, ...]) -> str:
        value = self._text(key)
        return value if value in known else known[0]

    def _list(self, key: str) -> list[object]:
        try:
            values = json.loads(self._text(key) or "[]")
        except ValueError:
            return []
        return values if isinstance(values, list) else []

    def _set_list(self, key: str, values: list[str]) -> None:
        self._store.setValue(key, json.dumps(values[:MOST_UNFINISHED]))

    def _bytes(self, key: str) -> QByteArray:
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def _place(self, location: QStandardPaths.StandardLocation) -> Path:
        return Path(QStandardPaths.writableLocation(location))


def _sentence(value: object) -> Sentence | None:
    """Read an entry of the history; nothing if it is none."""
    match value:
        case [str(text), str(translation), int(step)]:  # of older programs
            return text, translation, step, "", ""
        case [str(text), str(translation), int(step), str(corpus), str(run)]:
            return text, translation, step, corpus, run
    return None


def _recent(value: object) -> Recent | None:
    """Read an entry of the list; nothing if it is none."""
    match value:
        case [str(kind), [*paths]] if (
            kind in KINDS and paths and all(isinstance(p, str) for p in paths)
        ):
            return Recent(kind, tuple(map(str, paths)))
    return None
