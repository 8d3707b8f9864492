"""The opener: what was dropped or chosen is found to be what it is, and opened."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.bridge.corpus_reading import CorpusReading
from app.bridge.draft import Draft
from app.bridge.dropped_experiment import experiment_in
from s2s_core.configs import RunConfig, TrainingConfig
from s2s_core.corpus_files import parts_of
from s2s_core.errors import BadFile, S2SError
from s2s_core.grid_folder import FILE as GRID_FILE
from s2s_core.grid_folder import is_grid
from s2s_core.records import FailureRecord
from s2s_core.run_folders import is_run


class Opener(QObject):
    """Hands runs and comparisons on, a corpus to its reading, an experiment to the draft."""

    experiment_opened = Signal(object)  # Path
    told_apart = Signal(object)  # Parts: what each of several files is for
    failed = Signal(object)  # FailureRecord

    def __init__(
        self, draft: Draft, reading: CorpusReading, open_run: Callable[[Path], None],
        open_grid: Callable[[Path], None], parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._draft = draft
        self._reading = reading
        self._open_run, self._open_grid = open_run, open_grid

    def open(self, paths: Sequence[Path]) -> None:
        """Open a run, a comparison, an experiment, or the files of a corpus."""
        if len(paths) == 1 and self._open_other(paths[0]):
            return
        try:
            parts = parts_of(paths)
        except BadFile as error:
            self._fail(error.template, **error.values)
            return
        data = self._draft.corpus(train=tuple(map(str, parts.train)))
        if parts.validation:
            data = data.model_copy(update={"validation": tuple(map(str, parts.validation))})
        self._reading.open(data, dropped=not self._draft.corpora.knows(data))
        if len(paths) > len(parts.train):
            self.told_apart.emit(parts)

    def _open_other(self, path: Path) -> bool:
        """Open what is no corpus; returns whether it is such."""
        in_folder = path / "experiment.toml"
        if is_grid(path):
            self._open_grid(path)
        elif path.name == GRID_FILE and is_grid(path.parent):
            self._open_grid(path.parent)
        elif is_run(path):
            self._open_run(path)
        elif path.name == "experiment.toml" and is_run(path.parent):
            self._open_run(path.parent)
        elif path.suffix.lower() == ".toml" or os.path.isfile(in_folder):
            self.open_experiment(in_folder if os.path.isdir(path) else path)
        else:
            return False
        return True

    def open_experiment(self, path: Path) -> None:
        """Take the settings of an experiment.toml for the next run, and read its corpus."""
        try:
            config = experiment_in(path)
        except S2SError as error:
            self._fail(error.template, **error.values)
            return
        kept = {"data": self._draft.config.data, "training": self._on_own_device(config)}
        self._draft.replace(config.model_copy(update=kept))
        self.experiment_opened.emit(path)
        files = (*config.data.train, *config.data.validation)
        if missing := [name for name in files if not os.path.exists(name)]:
            self._fail(
                "{experiment} names files that are not there: {missing}. The corpus stays as it "
                "was; all other settings are taken",
                experiment=path.name, missing=", ".join(missing),
            )  # fmt: skip
        elif not self._reading.has(config.data):
            self._reading.open(config.data)

    def _on_own_device(self, config: RunConfig) -> TrainingConfig:
        """Train where this machine does; the file may come from one with a GPU."""
        device = self._draft.config.training.device
        return config.training.model_copy(update={"device": device})

    def _fail(self, template: str, **values: object) -> None:
        self.failed.emit(FailureRecord(template, dict(values)))
