"""A run: a folder, a trainer and a journal."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from s2s_core.configs import RunConfig
from s2s_core.data.batch import Batches, portion
from s2s_core.data.corpus import load_tokenizers
from s2s_core.data.sampling import sampler_of
from s2s_core.data.windows import StoredWindows
from s2s_core.errors import NotYet, TrainingFailed
from s2s_core.experiment import save_experiment
from s2s_core.models.compiling import check_compiler, compile_model, is_of_compiler
from s2s_core.models.device import (
    check_memory,
    check_precision,
    choose_device,
    use_cores,
)
from s2s_core.models.encoder_decoder import build_model, count_parameters
from s2s_core.records import (
    EndRecord,
    JoinedRecord,
    KnobRecord,
    NoteRecord,
    Record,
    StartRecord,
    StepRecord,
    ValidationRecord,
)
from s2s_core.runs.catalog import check
from s2s_core.runs.checkpoint import (
    checkpoint_before,
    checkpoint_folder,
    config_of,
    load_state,
    read_index,
    restore,
    set_place,
)
from s2s_core.runs.folder import held, link_data, make_folder, remove_data, unwritable
from s2s_core.runs.joining import join, rejoin, sources_of
from s2s_core.runs.keeping import Keeper
from s2s_core.runs.scoring import Scoring
from s2s_core.runs.start import begin
from s2s_core.runs.supply import Supply
from s2s_core.runs.translator import Translator
from s2s_core.text.tokenizer import Tokenizer
from s2s_core.training.trainer import Trainer


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
        windows = StoredWindows(folder / "encoded")
        batches = Batches(windows, batch_tokens, training.seed)
        batches.sampler = sampler_of(config, tokenizers)
        self.trainer = Trainer(model, batches, config, target.decode)
        self.scoring = Scoring(folder, self.trainer, target)
        self.keeper = Keeper(folder, self.trainer, self.scoring.state)
        self.supply = Supply(folder, self.trainer, windows, self.keeper)
        self.began = config.data  # without pairs that have joined it since
        self.started: list[StartRecord] = []  # what a new run began with
        self._steps = self.trainer.steps()
        self._has_told_how = False

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
                run.keeper.note(record)
            run.keeper.save(best=False)
            # Last, because it is what makes a folder a run.
            save_experiment(config, folder / "experiment.toml")
        except BaseException as error:
            remove_data(folder)
            if isinstance(error, OSError):
                raise unwritable(folder, error) from None
            raise
        return run

    @classmethod
    def open(cls, folder: Path, device: str = "", before: int | None = None) -> Run:
        """Open a run at its last checkpoint, to go on with as if it had never stopped.

        `device` may be another one than it was trained on; with `before`, it is the newest
        checkpoint that is not after that step, or else the oldest there is.
        """
        if before is None:
            last = checkpoint_folder(folder, "last")
        else:
            last = checkpoint_before(folder, before)
        config = config_of(last, device)
        run = cls(folder, config, load_tokenizers(folder))
        state = restore(run.trainer, last)
        run.take_place(state)
        index = read_index(folder / "checkpoints")
        if before is not None and "best" in index:  # it stays, even where it is undone
            run.scoring.compare_with(load_state(folder / "checkpoints" / index["best"]))
        run.keeper.has_opened()
        return run

    def take_place(self, state: dict[str, Any]) -> None:
        """Be where the plain values of a checkpoint are, the weights left as they are."""
        set_place(self.trainer, state)
        self.began = rejoin(self.trainer, self.folder, self.tokenizers, state)
        joined = self.trainer.joining.lines if self.trainer.joining else ()
        typed = state.get("typed", sources_of(joined, self.config.data))  # older ones do not know
        self.scoring.restore(state, frozenset(typed))

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
        with held(self.folder):
            yield from self._events()

    def _events(self) -> Generator[Record, None, None]:
        self.keeper.cut_journal()
        self._steps = self.trainer.steps()
        try:
            yield from self._told_how()
            yield from self._compiled()
            yield from self._validate_if_due()  # where the run was stopped before it was done
            while not (reason := self.reason_to_end()):
                if not self.supply.is_enough:
                    yield from self.supply.wait()
                    continue
                yield self.keeper.note((yield from self._step()))
                yield from self._validate_if_due()
                if self.keeper.is_due(self.config.training.checkpoint_seconds):
                    yield self.keeper.save_or_tell()
            if not self.scoring.is_done:
                yield from self._validate()
            yield self.keeper.note(EndRecord(self.trainer.step, reason))
        except KeyboardInterrupt:  # may have torn an update apart: the last checkpoint stays
            self.keeper.let_be()
            raise
        finally:
            self.close()

    def _step(self) -> Generator[Record, None, StepRecord]:
        """Take a step; one that overflows uses up batches, and may have to wait for others."""
        while True:
            try:
                return next(self._steps)
            except NotYet:
                self._steps = self.trainer.steps()
                yield from self.supply.wait()

    def _told_how(self) -> Iterator[Record]:
        """Say how is computed, where that is not as usual."""
        training, device = self.config.training, self.trainer.model.device.type
        if training.precision != "float32" and not self._has_told_how:
            self._has_told_how = True
            text = "Matrices are multiplied in {precision} on {device}"
            values = {"precision": training.precision, "device": device}
            yield self.keeper.note(NoteRecord(text, values, self.trainer.step))

    def _compiled(self) -> Iterator[Record]:
        """Compile the model if that is wanted, which its first step does; tell what it took."""
        is_done = self.trainer.model.is_compiled or bool(self.reason_to_end())
        if is_done or not self.config.training.compile:
            return
        while not self.supply.is_enough:
            yield from self.supply.wait()
        text = "The model is being compiled: the first step takes up to some minutes"
        yield self.keeper.note(NoteRecord(text, step=self.trainer.step))
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
        yield self.keeper.note(first)
        values = {"seconds": f"{time.monotonic() - began:.0f}"}
        yield self.keeper.note(
            NoteRecord("Compiling the model took {seconds} s", values, self.trainer.step)
        )
        yield from self._validate_if_due()

    def close(self) -> None:
        """Save what is not saved yet; `keeper.unsaved` tells if it could not be."""
        self.keeper.save_rest()

    def change(self, key: str, value: Any) -> KnobRecord | None:
        """Turn a live knob; noted in the journal, unless it stands there already."""
        record = self.trainer.change(key, value)
        if record.value == record.before:
            return None
        self.scoring.heed(record)
        self.keeper.has_changed()
        return self.keeper.note(record)

    def join(self, added: tuple[str, ...], times: int) -> JoinedRecord | None:
        """Train on these typed pairs too; noted in the journal, unless it does so already."""
        record = join(self.trainer, self.began, self.folder, self.tokenizers, added, times)
        if record is None:
            return None
        self.keeper.has_changed()
        typed = self.scoring.typed | sources_of(record.pairs, self.config.data)
        spared = self.scoring.leave_out(typed)
        if spared:
            self.trainer.forget_checks()
        return self.keeper.note(replace(record, spared=spared))

    def stay_here(self) -> None:
        """Make it so on the disk that what came after this step has not happened."""
        with held(self.folder):
            try:
                # First: ended between the two, the journal is cut when it is opened.
                self.keeper.save(best=False)
                self.keeper.cut_journal()
            except OSError as error:
                raise unwritable(self.folder, error) from None

    def reason_to_end(self) -> str:
        """Return why training is over, or nothing."""
        training = self.config.training
        if training.steps and self.trainer.step >= training.steps:
            return "steps"
        if training.minutes and self.trainer.elapsed_seconds >= 60 * training.minutes:
            return "minutes"
        if training.patience and self.scoring.checks_since_best >= training.patience:
            return "patience"
        return ""

    def note(self, record: Record) -> None:
        """Write a record from outside into the journal."""
        self.keeper.note(record)
        self.keeper.flush()

    def _validate_if_due(self) -> Iterator[Record]:
        if self.scoring.is_due:
            yield from self._validate()

    def _validate(self) -> Iterator[Record]:
        for record in self.scoring.run():
            if isinstance(record, ValidationRecord):
                yield from self._judged(record)
                continue
            if isinstance(record, NoteRecord):
                self.keeper.has_changed()
            yield self.keeper.note(record)
        self.keeper.flush()

    def _judged(self, record: ValidationRecord) -> Iterator[Record]:
        """Keep the best score and its weights; all is done before anyone can stop the run here."""
        improved = self.scoring.judge(record)
        self.keeper.has_changed()
        self.keeper.note(record)
        reduced = self.trainer.heed(record.loss)
        if reduced:
            self.keeper.note(reduced)
        saved = self.keeper.save_or_tell(best=True) if improved else None
        yield record
        if reduced:
            yield reduced
        if saved:
            yield saved
