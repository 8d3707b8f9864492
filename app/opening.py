"""Files and folders: what is opened, what was opened lately, what is saved and copied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMenu

from app.bridge import catalog
from app.bridge.controller import Controller
from app.bridge.messages import CorpusReady, RunState
from app.pasted import Pasted, Row, has_columns, in_words, new_file, pairs_in, save_rows
from app.run_titles import run_title
from app.settings import AppSettings, Recent
from app.widgets.file_dialogs import fit_columns
from app.widgets.knob_editors import core_text
from app.widgets.plain_text import plain_tooltip
from s2s_core.corpus_files import Parts
from s2s_core.errors import S2SError
from s2s_core.experiment import save_experiment, to_toml
from s2s_core.grid_folder import is_grid, is_unfinished
from s2s_core.shell import as_command, as_translation


class Opening(QObject):
    """Asks for files, hands them to the controller, and remembers what came of it."""

    told = Signal(str)  # what was done, for the status line
    noted = Signal(str, object, str)  # what should be seen: a sentence, a deed and its kind

    def __init__(self, window: QMainWindow, controller: Controller, settings: AppSettings) -> None:
        super().__init__(window)
        self._window = window
        self._controller = controller
        self._settings = settings
        self._folder = ""  # of the run that is open
        self._has_read = False  # a corpus, since the start
        self._parts: Parts | None = None  # of several files, until their corpus is there
        controller.corpus_changed.connect(self._note_corpus)
        controller.run_changed.connect(self._note_run)
        controller.opener.experiment_opened.connect(self._note_experiment)
        controller.opener.told_apart.connect(self._note_parts)
        controller.comparing.opened.connect(lambda f: settings.note_opened("comparison", str(f)))

    # Opening -----------------------------------------------------------------------------

    def choose_files(self) -> None:
        """Open a corpus of one or two files, or an experiment."""
        fit_columns()
        names, _ = QFileDialog.getOpenFileNames(
            self._window, self.tr("Open a corpus, or an experiment.toml"),
            self._settings.open_folder, ";;".join(self._filters()),
            options=QFileDialog.Option.HideNameFilterDetails,
        )  # fmt: skip
        if names:
            self._settings.open_folder = str(Path(names[0]).parent)
            self.open([Path(name) for name in names])

    def choose_run(self) -> None:
        """Open a run by its folder."""
        fit_columns()
        folder = QFileDialog.getExistingDirectory(
            self._window,
            self.tr("Open the folder of a run or a comparison"),
            str(self._controller.runs),
        )
        if folder and is_grid(Path(folder)):
            self.open([Path(folder)])
        elif folder:
            self._controller.open_run(Path(folder))

    def take_drop(self, paths: Sequence[Path]) -> None:
        """Open what was dropped; the keys go on here, not in the program it came from."""
        self._window.activateWindow()
        self.open(paths)

    def open(self, paths: Sequence[Path]) -> None:
        """Open a corpus, a run, a comparison or an experiment."""
        self._controller.opener.open(paths)

    def paste_corpus(self) -> None:
        """Open two columns of text from the clipboard as a corpus."""
        self.open_text(QGuiApplication.clipboard().text())

    def open_text(self, text: str) -> None:
        """Keep two columns of text as a file, and open that; lines without two are told."""
        found = pairs_in(text) if has_columns(text) else Pasted(())
        rows = sorted((*found.rows, *found.one_sided))  # blank sides are a finding of the corpus
        if not rows:
            self._controller.fail(
                "the clipboard holds no two columns; copy lines with a tab between source and "
                "target, such as two columns of a spreadsheet"
            )
            return
        self._open_rows(rows, list(found.one_column), new_file(self._settings.pasted_folder))

    def _open_rows(self, rows: list[Row], others: list[Row], path: Path) -> None:
        """Write the rows that can be read and open them; offer to put the others right."""
        try:
            save_rows(rows, path)
        except OSError as error:
            self._controller.fail(
                "{folder} cannot be written: {why}", folder=path.parent, why=error.strerror
            )
            return
        self.open([path])
        self.told.emit(self.tr("Kept as {file}").format(file=path))
        if others:
            text = in_words(others, one_column=True)
            correct = (self.tr("Correct"), lambda: self._correct(rows, others, path))
            self.noted.emit(text, correct, "warning")

    def _correct(self, rows: list[Row], others: list[Row], path: Path) -> None:
        from app.pasted_lines import PastedLines  # when it is asked for

        def take(corrected: list[Row]) -> None:
            done = {number for number, _ in corrected}
            left = [row for row in others if row[0] not in done]
            self._open_rows([*rows, *corrected], left, path)

        dialog = PastedLines(others, self._window)
        dialog.corrected.connect(take)
        dialog.open()

    def _filters(self) -> list[str]:
        """Return what can be opened, as the dialog lists it."""
        formats = {title: row for title, row in catalog.suffixes().items() if row}
        every = sorted({suffix for row in formats.values() for suffix in row})
        everything = [*every, ".toml"]
        return [
            self.tr("Corpora and experiments ({patterns})").format(patterns=_patterns(everything)),
            *(f"{core_text(title)} ({_patterns(row)})" for title, row in formats.items()),
            self.tr("Experiments ({patterns})").format(patterns="*.toml"),
            self.tr("All files (*)"),
        ]

    # What was opened lately --------------------------------------------------------------

    def fill_recent_menu(self, menu: QMenu) -> None:
        """Offer what was opened, the newest first; what is gone cannot be chosen."""
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(lambda: self._list_recent(menu))
        self._list_recent(menu)

    def _list_recent(self, menu: QMenu) -> None:
        menu.clear()
        kinds = {
            "corpus": self.tr("corpus"), "run": self.tr("run"),
            "comparison": self.tr("comparison"), "experiment": self.tr("experiment"),
        }  # fmt: skip
        titles = Counter(map(_title, self._settings.recent))
        waiting = {str(folder) for folder in self._settings.unfinished}
        for recent in self._settings.recent:
            missing, path = recent.missing, recent.paths[0]
            right = self.tr("not found") if missing else kinds[recent.kind]
            if recent.kind == "run" and not missing and path in waiting:
                right = self.tr("unfinished run")  # it can be gone on with
            elif recent.kind == "comparison" and not missing and is_unfinished(Path(path)):
                right = self.tr("unfinished comparison")
            title = _title(recent)
            if titles[title] > 1:  # of one minute
                title = _title(recent, to_the_second=True)
            action = menu.addAction(f"{title}\t{right}")
            gone = self.tr("No longer there: {files}").format(files="\n".join(missing))
            action.setToolTip(plain_tooltip(gone if missing else "\n".join(recent.paths)))
            action.setEnabled(not missing)
            action.triggered.connect(lambda _=False, recent=recent: self._open_recent(recent))
        if menu.isEmpty():
            menu.addAction(self.tr("Nothing has been opened yet")).setEnabled(False)
            return
        menu.addSeparator()
        clear = menu.addAction(self.tr("Clear this list"))
        clear.triggered.connect(lambda _=False: self._settings.forget_opened())

    def _open_recent(self, recent: Recent) -> None:
        paths = [Path(path) for path in recent.paths]
        if recent.kind == "run":
            self._controller.open_run(paths[0])
        elif recent.kind == "experiment":
            self._controller.opener.open_experiment(paths[0])
        else:
            self._controller.opener.open(paths)

    def _note_corpus(self, ready: CorpusReady) -> None:
        is_first, self._has_read = not self._has_read, True
        known = self._settings.recent if is_first else []  # the start brings back the last one
        files = tuple(ready.data.train)
        if files and not self._is_of_run(ready) and Recent("corpus", files) not in known:
            self._settings.note_opened("corpus", *files)
        self._tell_parts(files)

    def _note_parts(self, parts: Parts) -> None:
        self._parts = parts

    def _tell_parts(self, files: tuple[str, ...]) -> None:
        """Say what several files were taken for: no one of them is to be left out silently."""
        parts, self._parts = self._parts, None
        if parts is None or set(files) != set(map(str, parts.train)):
            return
        named = (
            (self.tr("Trained on: {files}"), parts.train),
            (self.tr("held out: {files}"), parts.validation),
            (self.tr("left aside: {files}"), parts.aside),
        )
        told = [
            text.format(files=", ".join(path.name for path in paths))
            for text, paths in named
            if paths
        ]
        self.told.emit("; ".join(told))

    def _is_of_run(self, ready: CorpusReady) -> bool:
        """Whether a corpus came with a run that was opened: its files may be long gone."""
        return ready.request == 0

    def _note_run(self, state: RunState) -> None:
        is_of_several = is_grid(Path(state.folder).parent)  # they would fill the list
        if state.folder and state.folder != self._folder and not is_of_several:
            self._settings.note_opened("run", state.folder)
        self._folder = state.folder

    def _note_experiment(self, path: Path) -> None:
        self._settings.note_opened("experiment", str(path))
        text = self.tr("{name} is taken for the next run.")
        self.told.emit(text.format(name=path.name))

    # Saving and copying ------------------------------------------------------------------

    def save_experiment(self) -> None:
        """Write the settings of the next run into a file."""
        start = str(Path(self._settings.open_folder) / "experiment.toml")
        fit_columns()
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save the experiment (settings); a run is saved by itself"),
            start,
            self.tr("Experiments ({patterns})").format(patterns="*.toml"),
        )  # fmt: skip
        if not name:
            return
        path = Path(name) if Path(name).suffix else Path(name).with_suffix(".toml")
        try:
            save_experiment(self._controller.draft.next_config, path)
        except S2SError as error:
            self._controller.fail(error.template, **error.values)
            return
        self._settings.open_folder = str(path.parent)
        self._settings.note_opened("experiment", str(path))
        text, folder = self.tr("Saved: the experiment, in {file}"), self._controller.run.folder
        if folder:
            text = self.tr(
                "Saved: the experiment, in {file}. The run and its model are kept in {folder}"
            )
        self.told.emit(text.format(file=path, folder=folder))

    def copy_command(self) -> None:
        """Put the command that trains the same into the clipboard."""
        draft = self._controller.draft
        self._copy(as_command(draft.next_config, draft.preset if draft.is_preset() else ""))

    def copy_translate(self) -> None:
        """Put the command that translates with this run, as it does here, into the clipboard."""
        decoding = self._controller.draft.config.decoding
        self._copy(as_translation(self._controller.run.folder, decoding))

    def _copy(self, command: str) -> None:
        QGuiApplication.clipboard().setText(command)
        self.told.emit(self.tr("Copied: {command}").format(command=command))

    def copy_experiment(self) -> None:
        """Put all settings of the next run into the clipboard."""
        QGuiApplication.clipboard().setText(to_toml(self._controller.draft.next_config))
        self.told.emit(
            self.tr("Copied: the experiment with all its settings, as the text of a TOML file.")
        )


def _title(recent: Recent, *, to_the_second: bool = False) -> str:
    """Return the names of files, or what run it is; an ampersand in them is no mnemonic."""
    title = ", ".join(Path(path).name for path in recent.paths)
    if recent.kind in ("run", "comparison"):
        title = run_title(recent.paths[0], to_the_second=to_the_second)
    return title.replace("&", "&&")


UNPACKED = (".toml", ".xlsx", ".zip", ".tgz", ".tbz2", ".txz")  # or packed by themselves


def _patterns(suffixes: Sequence[str]) -> str:
    packed = ("", ".gz", ".bz2", ".xz", ".zst")
    return " ".join(
        f"*{suffix}{ending}"
        for suffix in suffixes
        for ending in (("",) if suffix in UNPACKED else packed)
    )
