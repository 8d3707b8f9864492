"""A run: a folder, a trainer and a journal."""

from __future__ import annotations

import shutil
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from s2s_core.configs import RunConfig
from s2s_core.data.batch import Batches, portion
from s2s_core.data.corpus import load_tokenizers, settle
from s2s_core.data.sampling import sampler_of
from s2s_core.data.windows import (
    LOOKED_AT,
    StoredWindows,
    files_of,
    follow_from,
    link_looked_at,
)
from s2s_core.errors import BadFile, BadRun, NotYet, S2SError, TrainingFailed
from s2s_core.experiment import checked, save_experiment
from s2s_core.files import bring
from s2s_core.models.compiling import check_compiler, compile_model, is_of_compiler
from s2s_core.models.device import (
    check_memory,
    check_precision,
    choose_device,
    precision_there,
    use_cores,
)
from s2s_core.models.encoder_decoder import EncoderDecoder, build_model, count_parameters
from s2s_core.records import (
    WAITING,
    CheckpointRecord,
    EndRecord,
    FailureRecord,
    JoinedRecord,
    KnobRecord,
    NoteRecord,
    ProgressRecord,
    Record,
    StartRecord,
    StepRecord,
    ValidationRecord,
)
from s2s_core.run_folders import TRAINING_LOCK
from s2s_core.runs.catalog import check
from s2s_core.runs.checkpoint import (
    AVERAGED,
    best_weights,
    checkpoint_before,
    checkpoint_folder,
    load_state,
    load_weights,
    read_index,
    restore,
    save_checkpoint,
    set_place,
)
from s2s_core.runs.joining import join, rejoin, sources_of, validation_without
from s2s_core.runs.journal import Journal
from s2s_core.runs.start import begin
from s2s_core.text.tokenizer import Tokenizer
from s2s_core.training.trainer import Trainer
from s2s_core.training.validation import SCORES

BESIDE = ("held_out.jsonl", "prepared.json", "corpus.toml")  # tokenizers and what is encoded


@dataclass(frozen=True)
class Translator:
    """A model with its tokenizers: all that translating needs."""

    model: EncoderDecoder
    source: Tokenizer
    target: Tokenizer
    config: RunConfig
    step: int  # of the weights
    averaged: bool = False  # over the steps or checks before
    longest: int = 0  # pieces of a source that it is trained on; 0: not known


class Run:
    """Training that is kept in a folder and can be gone on with.

    `events()` is the run itself. Closing that iterator saves.
    """

    def __init__(
        self, folder: Path, config: RunConfig, tokenizers: tuple[Tokenizer, Tokenizer]
    ) -> None:
        self.folder = folder
        self.tokenizers = tokenizers
        training = config.training
        source, target = tokenizers
        device = choose_device(training.device)
        check_precision(training.precision, device)
        if training.compile:
            check_compiler(device)
        sizes, head = (source.size, target.size), config.objective.source_reconstruction
        parameters = count_parameters(config.model, *sizes, head)
        batch_tokens = portion(training).tokens
        check_memory(parameters, batch_tokens, target.size, device.type)
        model = build_model(
            config.model, *sizes, training.seed, config.start.initialisation, reconstruct=head
        ).to(device)
        use_cores(model.parameter_count, batch_tokens)
        self.windows = StoredWindows(folder / "encoded")
        batches = Batches(self.windows, batch_tokens, training.seed)
        batches.sampler = sampler_of(config, tokenizers)
        self.trainer = Trainer(model, batches, config, target.decode)
        self.typed: frozenset[str] = frozenset()  # sources that joined: no score on them counts
        self.validation = validation_without(self.typed, folder, training, target)
        self.journal = Journal(folder / "journal.jsonl")
        self.began = config.data  # without pairs that have joined it since
        self.best_score: float | None = None  # higher is better
        self.started: list[StartRecord] = []  # what a new run began with
        self.checks_since_best = 0
        self.is_sound = True  # nothing is wrong, as far as whoever watches it knows
        self.unsaved: FailureRecord | None = None  # why the newest state is not on the disk
        self.encoding: Generator[Record, None, None] | None = (
            None  # makes the next window, if nobody else does
        )
        self._steps = self.trainer.steps()
        self._saved_at = time.monotonic()
        self._saved_step = -1
        self._validated_step = 0
        self._has_told_how = False
        self._is_resumed = False  # and the journal not yet cut back to the checkpoint

    @classmethod
    def create(cls, folder: Path, config: RunConfig, prepared: Path) -> Run:
        """Begin a run in a new folder with a corpus that `prepare` has left in another."""
        check(config)
        make_folder(folder)
        try:
            if prepared != folder:
                link_data(prepared, folder)
            run = cls(folder, config, load_tokenizers(folder))
            run.started = begin(run.trainer.model, run.tokenizers, config.start)
            for record in run.started:
                run.journal.append(record)
            run.save(best=False)
            # Last, because it is what makes a folder a run.
            save_experiment(config, folder / "experiment.toml")
        except BaseException as error:
            remove_data(folder)
            if isinstance(error, OSError):
                raise _unwritable(folder, error) from None
            raise
        return run

    @classmethod
    def open(cls, folder: Path, device: str = "", before: int = 0) -> Run:
        """Open a run at its last checkpoint, to go on with as if it had never stopped.

        `device` may be another one than it was trained on; with `before`, it is the newest
        checkpoint that is not after that step, or else the oldest there is.
        """
        last = checkpoint_before(folder, before) if before else checkpoint_folder(folder, "last")
        config = _config_of(last, device)
        run = cls(folder, config, load_tokenizers(folder))
        state = restore(run.trainer, last)
        run.take_place(state)
        index = read_index(folder / "checkpoints")
        if before and "best" in index:  # it stays, even where it is one of what is undone
            run.best_score = load_state(folder / "checkpoints" / index["best"]).get("best_score")
        run._saved_step = run.trainer.step
        run._is_resumed = True
        return run

    def place(self) -> dict[str, Any]:
        """Return what a checkpoint knows beside its trainer."""
        return {
            "best_score": self.best_score, "checks_since_best": self.checks_since_best,
            "validated_step": self._validated_step,
            "typed": sorted(self.typed),
        }  # fmt: skip

    def take_place(self, state: dict[str, Any]) -> None:
        """Be where the plain values of a checkpoint are, the weights left as they are."""
        set_place(self.trainer, state)
        self.best_score = state.get("best_score")
        self.checks_since_best = state["checks_since_best"]
        self._validated_step = state["validated_step"]
        self.began = rejoin(self.trainer, self.folder, self.tokenizers, state)
        joined = self.trainer.joining.lines if self.trainer.joining else ()
        typed = state.get("typed", sources_of(joined, self.config.data))  # older ones do not know
        self._score_without(frozenset(typed))

    @property
    def config(self) -> RunConfig:
        """What the run does now, live changes included."""
        return self.trainer.config

    def translator(self) -> Translator:
        """Return the model in training, or its average, with its tokenizers."""
        trainer = self.trainer
        step = trainer.average.step if trainer.average else trainer.step
        averaged = trainer.average is not None
        longest = trainer.batches.longest_source
        return Translator(
            trainer.model_in_use, *self.tokenizers, self.config, step, averaged, longest
        )

    def events(self) -> Generator[Record, None, None]:
        """Train: step records, with validations and checkpoints when they fall due.

        The last record is an `EndRecord`. Training that fails raises `TrainingFailed` with the
        last good weights saved.
        """
        with self._alone():
            yield from self._events()

    def _events(self) -> Generator[Record, None, None]:
        self._cut_journal()
        self._steps = self.trainer.steps()
        try:
            yield from self._told_how()
            yield from self._compiled()
            yield from self._validate_if_due()  # where the run was stopped before it was done
            while not (reason := self.reason_to_end()):
                if not self._can_step():
                    yield from self._wait()
                    continue
                yield self._noted((yield from self._step()))
                yield from self._validate_if_due()
                seconds = time.monotonic() - self._saved_at
                if seconds >= self.config.training.checkpoint_seconds:
                    yield self._save_or_tell()
            if self._validated_step != self.trainer.step:
                yield from self._validate()
            yield self._noted(EndRecord(self.trainer.step, reason))
        except KeyboardInterrupt:  # may have torn an update apart: the last checkpoint stays
            self._saved_step = self.trainer.step
            raise
        finally:
            self.close()

    def _can_step(self) -> bool:
        return self.trainer.batches.can_give(portion(self.config.training).batches)

    def _step(self) -> Generator[Record, None, StepRecord]:
        """Take a step; one that overflows uses up batches, and may have to wait for others."""
        while True:
            try:
                return next(self._steps)
            except NotYet:
                self._steps = self.trainer.steps()
                yield from self._wait()

    def _wait(self) -> Iterator[Record]:
        """Let a little more of the corpus be encoded, or be it told that training waits for it."""
        if self.encoding is None:
            yield ProgressRecord(WAITING, sum(self.windows.counts), self.windows.total)
            return
        try:
            yield next(self.encoding)
        except StopIteration:
            if not self._can_step():
                yield self.end_of_corpus()
        except S2SError as error:
            yield self._noted(
                FailureRecord(error.template, dict(error.values), step=self.trainer.step)
            )
            yield self.end_of_corpus()

    def end_of_corpus(self) -> Record:
        """There will be no more windows: go on with those there are, and say so."""
        self.windows.close()
        settle(self.folder, self.windows.total)
        text = "The corpus was not read to its end: training goes on with the {pairs} pairs there"
        pairs = {"pairs": f"{self.windows.total:,}"}
        return self._noted(NoteRecord(text, pairs, self.trainer.step))

    def _told_how(self) -> Iterator[Record]:
        """Say how is computed, where that is not as usual."""
        training, device = self.config.training, self.trainer.model.device.type
        if training.precision != "float32" and not self._has_told_how:
            self._has_told_how = True
            text = "Matrices are multiplied in {precision} on {device}"
            values = {"precision": training.precision, "device": device}
            yield self._noted(NoteRecord(text, values, self.trainer.step))

    def _compiled(self) -> Iterator[Record]:
        """Compile the model if that is wanted, which its first step does; tell what it took."""
        is_done = self.trainer.model.is_compiled or bool(self.reason_to_end())
        if is_done or not self.config.training.compile:
            return
        while not self._can_step():
            yield from self._wait()
        text = "The model is being compiled: the first step takes up to some minutes"
        yield self._noted(NoteRecord(text, step=self.trainer.step))
        began = time.monotonic()
        compile_model(self.trainer.model)
        try:
            first = yield from self._step()
        except RuntimeError as error:
            if not is_of_compiler(error):
                raise
            raise TrainingFailed(
                "torch could not compile the model: {why}. Train without training.compile",
                why=str(error).partition("\n")[0],
            ) from error
        yield self._noted(first)
        values = {"seconds": f"{time.monotonic() - began:.0f}"}
        yield self._noted(
            NoteRecord("Compiling the model took {seconds} s", values, self.trainer.step)
        )
        yield from self._validate_if_due()

    def leave(self) -> None:
        """Let the checkpoints be as they are: what came since is not wanted."""
        self._saved_step = self.trainer.step

    def close(self) -> None:
        """Save what is not saved yet; `unsaved` tells if it could not be."""
        if self._saved_step != self.trainer.step:
            self._save_or_tell()
        self._flush()

    def change(self, key: str, value: Any) -> KnobRecord | None:
        """Turn a live knob; noted in the journal, unless it stands there already."""
        record = self.trainer.change(key, value)
        if record.value == record.before:
            return None
        self._saved_step = -1  # what was saved at this step does not know of it
        self.journal.append(record)
        return record

    def join(self, added: tuple[str, ...], times: int) -> JoinedRecord | None:
        """Train on these typed pairs too; noted in the journal, unless it does so already."""
        record = join(self.trainer, self.began, self.folder, self.tokenizers, added, times)
        if record is not None:
            self._saved_step = -1
            before = len(self.validation.held_out.pairs)
            self._score_without(self.typed | sources_of(record.pairs, self.config.data))
            record = replace(record, spared=before - len(self.validation.held_out.pairs))
            self.journal.append(record)
        return record

    def _score_without(self, typed: frozenset[str]) -> None:
        """Score no longer what is trained on, also where that has left again; files as given.

        The last sentences there are stay: without any, nothing could be scored.
        """
        is_any_left = any(pair.source not in typed for pair in self.validation.held_out.pairs)
        if typed != self.typed and is_any_left and not self.config.data.validation:
            self.typed = typed
            training, target = self.config.training, self.tokenizers[1]
            self.validation = validation_without(typed, self.folder, training, target)

    def stay_here(self) -> None:
        """Make it so on the disk that what came after this step has not happened."""
        with self._alone():
            try:
                self.save(
                    best=False
                )  # first: ended between the two, the journal is cut when opened
                self._cut_journal()
            except OSError as error:
                raise _unwritable(self.folder, error) from None

    def save(self, best: bool) -> CheckpointRecord:
        """Write a checkpoint and the journal up to here; raises OSError."""
        self._saved_at = time.monotonic()
        self.journal.flush()  # first: what it has more than the checkpoint is cut off on resuming
        place = self.folder / "checkpoints"
        save_checkpoint(place, self.trainer, self.place(), best, self.is_sound)
        self._saved_step = self.trainer.step
        record = CheckpointRecord(self.trainer.step, best)
        self.journal.append(record)
        return record

    def reason_to_end(self) -> str:
        """Return why training is over, or nothing."""
        training = self.config.training
        if training.steps and self.trainer.step >= training.steps:
            return "steps"
        if training.minutes and self.trainer.elapsed_seconds >= 60 * training.minutes:
            return "minutes"
        if training.patience and self.checks_since_best >= training.patience:
            return "patience"
        return ""

    def note(self, record: Record) -> None:
        """Write a record from outside into the journal."""
        self.journal.append(record)
        self._flush()

    def _noted(self, record: Record) -> Record:
        self.journal.append(record)
        return record

    def _validate_if_due(self) -> Iterator[Record]:
        step = self.trainer.step
        if step != self._validated_step and step % self.config.training.validate_every == 0:
            yield from self._validate()

    def _validate(self) -> Iterator[Record]:
        training, decoding = self.config.training, self.config.decoding
        greedy = decoding.model_copy(update={"search": "greedy"})  # quick, and often
        self.trainer.note_check()
        for record in self.validation.run(
            self.trainer.model_in_use,
            self.trainer.step,
            greedy,
            training.validation_sentences,
            self.config.objective.free_running_loss,
        ):
            if isinstance(record, ValidationRecord):
                yield from self._judged(record)
            else:
                yield self._noted(record)
        self._flush()

    def _judged(self, record: ValidationRecord) -> Iterator[Record]:
        """Keep the best score and its weights; all is done before anyone can stop the run here."""
        self._validated_step = self.trainer.step
        self._saved_step = -1
        score = SCORES[self.config.regularisation.stop_on](record)
        improved = self.best_score is None or score > self.best_score
        self.best_score = score if improved else self.best_score
        self.checks_since_best = 0 if improved else self.checks_since_best + 1
        self._noted(record)
        reduced = self.trainer.heed(record.loss)
        if reduced:
            self._noted(reduced)
        saved = self._save_or_tell(best=True) if improved else None
        yield record
        if reduced:
            yield reduced
        if saved:
            yield saved

    def _save_or_tell(self, best: bool = False) -> Record:
        """Save; if the disk will not take it, say so and go on: older checkpoints stay."""
        try:
            record = self.save(best)
        except OSError as error:
            self.unsaved = FailureRecord(
                "step {step} could not be saved in {folder}: {why}. The last good checkpoint "
                "stays.",
                {"step": self.trainer.step, "folder": str(self.folder), "why": str(error)},
                step=self.trainer.step,
            )
            return self._noted(self.unsaved)
        self.unsaved = None
        return record

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other programs from training the same run at the same time."""
        lock = FileLock(self.folder / TRAINING_LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise BadRun(
                "{folder} is being trained by another program", folder=self.folder
            ) from None
        except OSError as error:
            raise _unwritable(self.folder, error) from None
        try:
            yield
        finally:
            lock.release()

    def _cut_journal(self) -> None:
        """Drop what was written after the checkpoint that the run goes on from."""
        if self._is_resumed:
            self._is_resumed = False
            try:
                self.journal.forget_after(self.trainer.step)
            except OSError as error:
                raise _unwritable(self.folder, error) from None

    def _flush(self) -> None:
        try:
            self.journal.flush()
        except OSError:
            return  # kept, and tried again; the checkpoint that fails next says so


def load_translator(folder: Path, device: str = "auto") -> Translator:
    """Load the best model of a run (the last one, if none was ever scored) for translating."""
    chosen, weights, step = best_weights(folder)
    config = _config_of(chosen, device)
    source, target = load_tokenizers(folder)
    model = build_model(
        config.model, source.size, target.size, config.training.seed,
        reconstruct=config.objective.source_reconstruction,
    )  # fmt: skip
    load_weights(model, weights)
    model.to(choose_device(config.training.device)).eval()
    model.precision = precision_there(config.training.precision, model.device)
    return Translator(model, source, target, config, step, averaged=weights.name == AVERAGED)


def make_folder(folder: Path) -> None:
    """Make the folder of a new run, or say why it cannot be one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadFile("{folder} cannot be made: {why}", folder=folder, why=error.strerror) from None
    if (folder / "experiment.toml").exists():
        raise BadRun("{folder} holds a run already; name another folder", folder=folder)


def _unwritable(folder: Path, error: OSError) -> BadFile:
    return BadFile("{folder} cannot be written: {why}", folder=folder, why=error.strerror or error)


def _config_of(checkpoint: Path, device: str) -> RunConfig:
    values = load_state(checkpoint)["config"]
    if device:
        values["training"]["device"] = device
    return checked(values)


def link_data(source: Path, folder: Path) -> None:
    """Bring a prepared corpus, or that of a run, into the folder of a new run.

    It may be one that is still being made: of what is encoded, only whole windows are taken.
    """
    _link_told(source, folder)
    follow_from(source, folder)


def _link_told(source: Path, folder: Path) -> None:
    """Bring all but what is trained on."""
    for name in ("tokenizer", "encoded"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    files = [Path("tokenizer", file.name) for file in (source / "tokenizer").iterdir()]
    files += [Path("encoded", name) for name in files_of("held_out")]
    for file in (*files, *map(Path, BESIDE)):
        bring(source / file, folder / file)
    link_looked_at(source, folder)


def remove_data(folder: Path) -> None:
    """Remove what was written into the folder of a run that could not be begun."""
    for name in ("tokenizer", "encoded", *BESIDE, *LOOKED_AT, "checkpoints", "journal.jsonl"):
        _remove(folder / name)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
