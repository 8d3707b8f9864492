"""A run of the command line: begun, opened again, and driven to its end."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from s2s_core.commands.telling import console, step_in_words, tell, tell_progress
from s2s_core.configs import RunConfig
from s2s_core.data.preparing import prepare
from s2s_core.models.device import choose_device
from s2s_core.records import PreparedRecord, Record, StepRecord
from s2s_core.runs.folder import make_folder, remove_data
from s2s_core.runs.run import Run


def new_run(config: RunConfig, folder: Path, prepared: Path | None = None) -> Run:
    """Begin a run; what can be refused at once is.

    The corpus is prepared, unless it is taken over from a folder where it is as it has to be.
    """
    choose_device(config.training.device)
    make_folder(folder)
    try:
        run = Run.create(folder, config, prepared) if prepared else _prepared_run(config, folder)
    except BaseException:
        with suppress(OSError):  # something was written already
            folder.rmdir()
        raise
    model = run.trainer.model
    learned = f"{model.learned_count:,} of " if model.learned_count < model.parameter_count else ""
    text = f"{learned}{model.parameter_count:,} parameters, on {model.device}; kept in {folder}"
    console.print(text, markup=False)
    for record in run.started:
        console.print(record.sentence, markup=False)
    return run


def opened_run(folder: Path, device: str = "") -> Run:
    """Open a run to go on with, the rest of its corpus included."""
    run = Run.open(folder, device)
    if not run.supply.windows.is_whole:
        run.supply.encoding = _rest_of_corpus(run)
    return run


def _prepared_run(config: RunConfig, folder: Path) -> Run:
    """Prepare a corpus in the folder of its run, a large one as far as is needed to begin."""
    encoding = prepare(config.data, folder)
    try:
        for record in encoding:
            tell_progress(record)
            if isinstance(record, PreparedRecord):
                break
        run = Run.create(folder, config, folder)
    except BaseException:
        encoding.close()
        remove_data(folder)
        raise
    run.supply.encoding = encoding
    return run


def _rest_of_corpus(run: Run) -> Generator[Record, None, None]:
    """Encode a corpus again of which a run has only the first windows; it takes the others."""
    with tempfile.TemporaryDirectory(prefix="s2s-") as folder:
        for record in prepare(run.began, Path(folder)):
            if isinstance(record, PreparedRecord) and not run.supply.windows.follow(Path(folder)):
                return
            yield record


def follow(run: Run) -> int:
    """Drive a run to its end with a line of progress; Ctrl+C and a polite kill save and stop."""
    events = run.events()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    try:
        with _noted_signals() as asked, Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("training", total=run.config.training.steps or None)
            for record in events:
                if isinstance(record, StepRecord):
                    bar.update(task, description=step_in_words(record), completed=record.step)
                else:
                    tell(record)
                if asked:
                    return 130
    except KeyboardInterrupt:
        return 130
    finally:
        events.close()
        if run.supply.encoding:
            run.supply.encoding.close()
        if run.keeper.unsaved:
            tell(run.keeper.unsaved)
        elif run.trainer.step:
            console.print(f"saved at step {run.trainer.step:,} in {run.folder}", markup=False)
    return 0


@contextmanager
def _noted_signals() -> Iterator[list[int]]:
    """Note Ctrl+C and a polite kill, to stop between two steps; the second time stop at once.

    A step that was cut in half could not be gone on with as if it had never stopped.
    """
    asked: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
