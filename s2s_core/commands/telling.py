"""What the commands say on the way: lines of standard error, and a bar of progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from s2s_core.counts import count
from s2s_core.errors import MEMORY_RAN_OUT, S2SError, memory_ran_out
from s2s_core.records import (
    EndRecord,
    FailureRecord,
    NoteRecord,
    PreparedRecord,
    ProgressRecord,
    Record,
    SampleRecord,
    StepRecord,
    ValidationRecord,
)

console = Console(stderr=True, highlight=False)


def sentence_of(error: Exception) -> str:
    """Return what a person can do about an error; nothing for a fault of our own."""
    if isinstance(error, S2SError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    return MEMORY_RAN_OUT if memory_ran_out(error) else ""


def tell_progress(record: Record) -> None:
    """Say how reading a corpus gets on, and what came of it."""
    if isinstance(record, ProgressRecord) and record.total == 0:
        pace = f"({record.per_second:,.0f} pairs a second)" if record.per_second else ""
        console.print(f"{record.what} {record.done or ''} {pace}", style="dim")
    if isinstance(record, PreparedRecord):
        _tell_prepared(record)


def _tell_prepared(record: PreparedRecord) -> None:
    about = "" if record.is_whole else "about "
    console.print(
        f"{about}{count(record.train_pairs):pair|pairs} to train on, "
        f"{record.held_out_pairs:,} held out; "
        f"vocabularies of {record.source_vocabulary:,} and {record.target_vocabulary:,} pieces"
    )
    if record.blank or record.too_long:
        console.print(f"left out: {record.blank:,} with a blank side, {record.too_long:,} too long")
    if record.kept_back:
        console.print(f"not trained on: {record.kept_back:,} whose source is held out")
    if record.vocabulary_lowered:
        console.print("the corpus is too small for the vocabulary asked for; it was lowered")
    if record.vocabulary_pairs:
        where = f"the first {record.beginning:,}" if record.beginning else "all over the corpus"
        console.print(f"sample: {count(record.vocabulary_pairs):pair|pairs} from {where}")


def step_in_words(record: StepRecord) -> str:
    """Say in one line where training is."""
    return (
        f"step {record.step:,}  epoch {record.epoch:.1f}  loss {record.loss:.3f}  "
        f"{record.tokens_per_second:,.0f} tokens/s"
    )


def _free(record: ValidationRecord) -> str:
    free = record.free_running_loss
    return "" if free is None else f" ({free:.3f} free-running)"


def tell(record: Record) -> None:
    """Say what happened, if it is worth a line."""
    match record:
        case ValidationRecord():
            console.print(
                f"step {record.step:,}: validation loss {record.loss:.3f}{_free(record)}, "
                "exact match "
                f"{record.exact_match:.1f} %, BLEU {record.bleu:.1f}, chrF {record.chrf:.1f}"
            )
        case SampleRecord():
            text = f"  {record.source} → {record.hypothesis}"
            console.print(text, style="dim", markup=False)
        case NoteRecord():
            console.print(record.sentence, markup=False)
        case FailureRecord():
            console.print(f"s2s: {record.sentence}", markup=False)
        case EndRecord():
            console.print(f"done at step {record.step:,} ({record.reason})")


@contextmanager
def bar(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Show a bar that moves on by one with each call."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)
