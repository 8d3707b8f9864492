from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from s2s_core.configs import RunConfig
from s2s_core.data.store import EncodedPairs
from s2s_core.data.windows import Index
from s2s_core.errors import BadConfig, BadFile, BadRun, S2SError, TrainingFailed
from s2s_core.experiment import merged
from s2s_core.pair_store import PairStore
from s2s_core.records import (
    WAITING,
    CheckpointRecord,
    EndRecord,
    FailureRecord,
    KnobRecord,
    NoteRecord,
    ProgressRecord,
    Record,
    SampleRecord,
    StepRecord,
    ValidationRecord,
)
from s2s_core.runs import keeping
from s2s_core.runs import run as run_module
from s2s_core.runs.checkpoint import checkpoint_folder, load_state, read_index
from s2s_core.runs.folder import link_data
from s2s_core.runs.journal import read_journal
from s2s_core.runs.run import Run
from s2s_core.runs.translator import load_translator
from tests.helpers import (
    ARCHITECTURES,
    output_of,
    same_weights,
    tiny_config,
    tiny_prepared,
    tiny_run,
    until_step,
    weights_of,
)


def losses(records: Iterable[Record]) -> list[tuple[int, float, float]]:
    return [(r.step, r.loss, r.gradient_norm) for r in records if isinstance(r, StepRecord)]


def checks(records: Iterable[Record]) -> list[tuple[int, float, float]]:
    return [(r.step, r.loss, r.chrf) for r in records if isinstance(r, ValidationRecord)]


def journal_of(run: Run) -> list[Record]:
    return list(read_journal(run.folder / "journal.jsonl"))


def full_disk(*_: Any, **__: Any) -> None:
    raise OSError(28, "No space left on device")


# Stopped in the middle of an epoch, right before a validation, and right after it.
@pytest.mark.parametrize("stop", [2, 3, 4])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_going_on_equals_never_stopping(
    tmp_path: Path, prepared: Path, name: str, stop: int
) -> None:
    training = {"steps": 7, "label_smoothing": 0.1, "teacher_forcing": 0.8}
    config = tiny_config(*ARCHITECTURES[name], dropout=0.3, training=training)
    whole = list(tiny_run(tmp_path / "whole", prepared, config).events())
    first = until_step(tiny_run(tmp_path / "halves", prepared, config), stop)
    torch.rand(5)  # others draw random numbers meanwhile
    resumed = Run.open(tmp_path / "halves")
    second = list(resumed.events())
    assert losses([*first, *second]) == losses(whole)
    assert checks([*first, *second]) == checks(whole)
    assert losses(journal_of(resumed)) == losses(whole)
    assert checks(journal_of(resumed)) == checks(whole)


def test_going_on_across_an_epoch_equals_never_stopping(tmp_path: Path, prepared: Path) -> None:
    config = tiny_config(dropout=0.3, training={"batch_tokens": 1000, "steps": 9})
    whole = list(tiny_run(tmp_path / "whole", prepared, config).events())
    first = until_step(tiny_run(tmp_path / "halves", prepared, config), 5)
    second = list(Run.open(tmp_path / "halves").events())
    assert losses([*first, *second]) == losses(whole)
    epochs = [record.epoch for record in whole if isinstance(record, StepRecord)]
    assert epochs[4] % 1 != 0
    assert epochs[-1] > epochs[4] + 1


@pytest.mark.parametrize("stop_at", ["progress", "sample", "validation", "checkpoint"])
def test_a_validation_is_done_once_wherever_the_run_was_stopped(
    tmp_path: Path, prepared: Path, stop_at: str
) -> None:
    config = tiny_config(dropout=0.3)
    whole = list(tiny_run(tmp_path / "whole", prepared, config).events())
    first: list[Record] = []
    events = tiny_run(tmp_path / "halves", prepared, config).events()
    for record in events:
        first.append(record)
        if record.record == stop_at:
            break
    events.close()
    second = list(Run.open(tmp_path / "halves").events())
    assert checks([*first, *second]) == checks(whole)
    assert losses([*first, *second]) == losses(whole)
    indices = [read_index(tmp_path / run / "checkpoints") for run in ("whole", "halves")]
    assert indices[0] == indices[1]


def test_what_a_run_tells_and_writes(tmp_path: Path, prepared: Path) -> None:
    run = tiny_run(tmp_path / "run", prepared)
    records = list(run.events())
    assert [r.step for r in records if isinstance(r, StepRecord)] == [1, 2, 3, 4, 5, 6]
    assert [r.step for r in records if isinstance(r, ValidationRecord)] == [3, 6]
    assert len([r for r in records if isinstance(r, SampleRecord)]) == 4
    assert records[-1] == EndRecord(6, "steps")
    told = [r for r in records if r.record != "progress"]
    assert [r for r in journal_of(run) if r.step] == told  # type: ignore[attr-defined]
    files = {path.name for path in run.folder.iterdir()}
    assert {"experiment.toml", "corpus.toml", "tokenizer", "journal.jsonl", "checkpoints"} <= files
    assert {p.name for p in (run.folder / "tokenizer").iterdir()} == {
        "source.model",
        "target.model",
    }


def test_the_end_is_validated_even_between_two_validations(tmp_path: Path, prepared: Path) -> None:
    run = tiny_run(tmp_path / "run", prepared, tiny_config(training={"steps": 4}))
    assert [step for step, *_ in checks(run.events())] == [3, 4]


@pytest.mark.parametrize(
    ("training", "step", "reason"),
    [
        ({"steps": 4}, 4, "steps"),
        ({"steps": 0, "minutes": 1e-9}, 1, "minutes"),
        ({"steps": 50, "patience": 2, "learning_rate": 1e-6, "validate_every": 1}, 3, "patience"),
    ],
)
def test_a_run_ends_for_a_reason(
    tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch,
    training: dict[str, Any], step: int, reason: str,
) -> None:  # fmt: skip
    run = tiny_run(tmp_path / "run", prepared, tiny_config(training=training))
    if reason == "patience":  # the loss never falls again after the first check
        monkeypatch.setattr(run.scoring, "validation", Stagnant(run.scoring.validation))
    *_, last = run.events()
    assert last == EndRecord(step, reason)
    assert read_index(run.folder / "checkpoints")["last"].startswith(f"step-{step:09d}")


class Stagnant:
    """A validation whose loss is always the same."""

    def __init__(self, validation: Any) -> None:
        self.validation = validation

    def run(self, *arguments: Any) -> Iterable[Record]:
        for record in self.validation.run(*arguments):
            if isinstance(record, ValidationRecord):
                yield ValidationRecord(record.step, 2.0, 7.4, 0, 0, 0, 1)


def test_an_ended_run_can_be_given_more_steps(tmp_path: Path, prepared: Path) -> None:
    whole = list(tiny_run(tmp_path / "w", prepared, tiny_config(training={"steps": 9})).events())
    list(tiny_run(tmp_path / "run", prepared).events())
    run = Run.open(tmp_path / "run")
    assert [r.record for r in run.events()] == ["end"]
    run = Run.open(tmp_path / "run")
    run.change("training.steps", 9)
    assert losses(run.events()) == losses(whole)[6:]
    assert sum(isinstance(r, EndRecord) for r in journal_of(run)) == 1


def test_a_knob_that_was_turned_stays_turned(tmp_path: Path, prepared: Path) -> None:
    run = tiny_run(tmp_path / "run", prepared)
    events = run.events()
    next(events)
    run.change("training.learning_rate", 0.125)
    events.close()
    again = Run.open(tmp_path / "run")
    assert again.config.training.learning_rate == 0.125
    step = next(again.events())
    assert isinstance(step, StepRecord)
    assert step.learning_rate == 0.125
    knobs = [record for record in journal_of(again) if isinstance(record, KnobRecord)]
    assert knobs == [KnobRecord(1, "training.learning_rate", 3e-3, 0.125)]


def test_a_knob_set_to_what_it_is_leaves_no_trace(tmp_path: Path, prepared: Path) -> None:
    run = tiny_run(tmp_path / "run", prepared)
    assert run.change("training.learning_rate", run.config.training.learning_rate) is None
    run.close()
    assert [record for record in journal_of(run) if isinstance(record, KnobRecord)] == []


def test_a_knob_turned_after_the_last_save_stays_turned(tmp_path: Path, prepared: Path) -> None:
    run = tiny_run(tmp_path / "run", prepared, tiny_config(training={"checkpoint_seconds": 1}))
    run.keeper._saved_at -= 100  # a save is due after the next step
    events = run.events()
    assert [next(events).record for _ in range(2)] == ["step", "checkpoint"]
    run.change("training.learning_rate", 0.125)
    events.close()
    assert Run.open(tmp_path / "run").config.training.learning_rate == 0.125


def test_a_run_that_was_killed_goes_on_from_its_last_checkpoint(
    tmp_path: Path, prepared: Path
) -> None:
    config = tiny_config(dropout=0.3)
    whole = list(tiny_run(tmp_path / "whole", prepared, config).events())
    run = tiny_run(tmp_path / "run", prepared, config)
    events = run.events()
    for record in events:
        if isinstance(record, StepRecord) and record.step == 5:
            break
    run.keeper.journal.flush()
    shutil.copytree(run.folder, tmp_path / "killed")  # as it lies on the disk right now
    journal = tmp_path / "killed" / "journal.jsonl"
    os.truncate(journal, journal.stat().st_size - 7)
    again = Run.open(tmp_path / "killed")
    assert again.trainer.step == 3  # the best checkpoint
    assert losses(again.events()) == losses(whole)[3:]
    assert losses(journal_of(again)) == losses(whole)
    assert checks(journal_of(again)) == checks(whole)


def test_a_full_disk_is_told_and_training_goes_on(
    tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tiny_run(tmp_path / "run", prepared)
    kept = weights_of(run.trainer.model)
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "save_checkpoint", full_disk)
        patch.setattr(run.keeper.journal, "flush", full_disk)
        records = list(run.events())
    failures = [record for record in records if isinstance(record, FailureRecord)]
    assert failures
    assert "step 3 could not be saved" in failures[0].sentence
    assert "No space left on device" in failures[0].sentence
    assert len(losses(records)) == 6
    assert records[-1] == EndRecord(6, "steps")
    again = Run.open(tmp_path / "run")
    assert again.trainer.step == 0
    assert same_weights(weights_of(again.trainer.model), kept)
    assert losses(again.events()) == losses(records)


def test_a_checkpoint_falls_due_by_the_clock(tmp_path: Path, prepared: Path) -> None:
    run = tiny_run(tmp_path / "run", prepared, tiny_config(training={"checkpoint_seconds": 10}))
    run.keeper._saved_at -= 11
    events = run.events()
    assert [next(events).record for _ in range(3)] == ["step", "checkpoint", "step"]


def test_training_that_fails_keeps_the_last_good_weights(tmp_path: Path, prepared: Path) -> None:
    run = tiny_run(tmp_path / "run", prepared)
    events = run.events()
    for _ in range(2):
        next(events)
    good = weights_of(run.trainer.model)
    hook = output_of(run.trainer.model).bias.register_hook
    hook(lambda gradient: gradient * float("nan"))  # type: ignore[no-untyped-call]
    with pytest.raises(TrainingFailed, match="gradient norm became nan at step 3"):
        next(events)
    again = Run.open(tmp_path / "run")
    assert again.trainer.step == 2
    assert same_weights(weights_of(again.trainer.model), good)
    assert [step for step, *_ in losses(again.events())] == [3, 4, 5, 6]


def test_other_errors_are_not_mistaken_for_a_lack_of_memory(tmp_path: Path, prepared: Path) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("shapes do not fit")

    run = tiny_run(tmp_path / "run", prepared)
    run.trainer.model.encoder.register_forward_pre_hook(broken)
    with pytest.raises(RuntimeError, match="shapes do not fit"):
        next(run.events())


def test_a_used_folder_is_refused(tmp_path: Path, prepared: Path) -> None:
    run = tiny_run(tmp_path / "run", prepared)
    run.close()
    before = (run.folder / "journal.jsonl").read_bytes()
    with pytest.raises(BadRun, match="holds a run already; name another folder"):
        tiny_run(tmp_path / "run", prepared)
    assert (run.folder / "journal.jsonl").read_bytes() == before


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path, prepared: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for folder in (tmp_path / "file", tmp_path / "file" / "run"):
        with pytest.raises(BadFile, match=r"cannot be (made|written): "):
            tiny_run(folder, prepared)


def test_an_unknown_name_is_refused_before_anything_is_written(
    tmp_path: Path, prepared: Path
) -> None:
    config = tiny_config(training={"optimizer": "magic"})
    with pytest.raises(BadConfig, match=r"training\.optimizer must be one of adam, "):
        tiny_run(tmp_path / "run", prepared, config)
    assert not (tmp_path / "run").exists()


def nothing(folder: Path) -> None:
    shutil.rmtree(folder)


def no_experiment(folder: Path) -> None:
    (folder / "experiment.toml").unlink()


def no_checkpoints(folder: Path) -> None:
    shutil.rmtree(folder / "checkpoints")


def broken_experiment(folder: Path) -> None:
    (folder / "experiment.toml").write_text("this is = = no toml")


def newer_experiment(folder: Path) -> None:
    (folder / "experiment.toml").write_text("format = 99")


def no_tokenizer(folder: Path) -> None:
    shutil.rmtree(folder / "tokenizer")


def a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("no folder")


def unknown_setting(folder: Path) -> None:
    path = checkpoint_folder(folder, "last") / "state.json"
    state = json.loads(path.read_text())
    state["config"]["training"]["magic"] = 1
    path.write_text(json.dumps(state))


DAMAGES: dict[Callable[[Path], None], str] = {
    nothing: "does not exist",
    no_experiment: "is not a run: it has no experiment.toml",
    no_checkpoints: "has no last checkpoint",
    broken_experiment: "is not a TOML file",
    newer_experiment: "has format 99; this version reads format 1",
    no_tokenizer: "is not a SentencePiece model",
    a_file: "is not a run",
    unknown_setting: "unknown key training.magic",
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("use", [Run.open, load_translator])
def test_what_is_not_a_run_is_refused_with_a_sentence(
    tmp_path: Path, prepared: Path, damage: Callable[[Path], None], use: Callable[[Path], object]
) -> None:
    folder = tiny_run(tmp_path / "run", prepared).folder
    damage(folder)
    with pytest.raises(S2SError, match=DAMAGES[damage]):
        use(folder)


def test_a_folder_of_something_else_is_not_a_run(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(BadRun, match="is not a run"):
        Run.open(tmp_path)


def test_translating_takes_the_best_checkpoint(tmp_path: Path, prepared: Path) -> None:
    run = tiny_run(tmp_path / "run", prepared, tiny_config(training={"steps": 9}))
    best: dict[str, torch.Tensor] = {}
    for record in run.events():
        if isinstance(record, CheckpointRecord) and record.step == 3:
            assert record.best
            best = weights_of(run.trainer.model)
            run.scoring.best_score = float("inf")  # nothing after this is better
    translator = load_translator(run.folder, "cpu")
    assert translator.step == 3
    assert not translator.model.training
    assert same_weights(weights_of(translator.model), best)
    assert Run.open(run.folder).trainer.step == 9
    index = read_index(run.folder / "checkpoints")
    assert load_state(run.folder / "checkpoints" / index["last"])["step"] == 9


def test_translating_takes_the_last_checkpoint_where_none_was_scored(
    tmp_path: Path, prepared: Path
) -> None:
    run = tiny_run(tmp_path / "run", prepared)
    until_step(run, 2)
    translator = load_translator(run.folder, "cpu")
    assert translator.step == 2
    assert translator.source.encode("a b") != []
    assert translator.config.training.device == "cpu"


def test_a_run_translates_with_the_weights_in_training(tmp_path: Path, prepared: Path) -> None:
    run = tiny_run(tmp_path / "run", prepared)
    events = run.events()
    next(events)
    assert run.translator().model is run.trainer.model
    assert run.translator().step == 1


def test_a_run_keeps_its_own_corpus(tmp_path: Path) -> None:
    prepared = tmp_path / "prepared"
    tiny_prepared(prepared)
    tiny_run(tmp_path / "run", prepared)
    shutil.rmtree(prepared)
    assert len(losses(Run.open(tmp_path / "run").events())) == 6


def test_a_run_can_be_made_where_its_corpus_was_prepared(tmp_path: Path) -> None:
    tiny_prepared(tmp_path)
    assert len(losses(tiny_run(tmp_path, tmp_path).events())) == 6


def test_tied_and_shared_weights_come_back_in_a_run(tmp_path: Path) -> None:
    config = tiny_config(
        "transformer",
        "transformer",
        data={"tokenizer": {"joint": True}},
        model={"encoder": {"shared_embedding": True}, "decoder": {"tied_embedding": True}},
    )
    tiny_prepared(tmp_path / "prepared", config.data)
    whole = list(tiny_run(tmp_path / "whole", tmp_path / "prepared", config).events())
    until_step(tiny_run(tmp_path / "run", tmp_path / "prepared", config), 4)
    run = Run.open(tmp_path / "run")
    assert (run.folder / "tokenizer" / "joint.model").exists()
    assert run.tokenizers[0] is run.tokenizers[1]
    assert losses(run.events()) == losses(whole)[4:]


def test_a_kill_takes_little_of_the_journal(
    tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("s2s_core.runs.keeping.WRITTEN_SECONDS", 0.0)
    run = tiny_run(tmp_path / "run", prepared)
    events = run.events()
    steps = [next(events) for _ in range(3)]
    assert [r.step for r in journal_of(run) if isinstance(r, StepRecord)] == [
        r.step for r in steps if isinstance(r, StepRecord)
    ]
    events.close()


def test_a_record_from_outside_goes_into_the_journal(tmp_path: Path, prepared: Path) -> None:
    run = tiny_run(tmp_path / "run", prepared)
    run.note(FailureRecord("the {what} broke", {"what": "window"}))
    assert any(isinstance(record, FailureRecord) for record in journal_of(run))


def test_the_experiment_of_a_run_does_it_again(tmp_path: Path, prepared: Path) -> None:
    from s2s_core.experiment import read_experiment

    config = tiny_config("lstm", "lstm", "general", training={"seed": 5})
    run = tiny_run(tmp_path / "run", prepared, config)
    again = merged(RunConfig(), read_experiment(run.folder / "experiment.toml"))
    assert again == config


def test_a_rate_reduced_on_a_plateau_is_told_and_survives(tmp_path: Path, prepared: Path) -> None:
    training = {
        "schedule": "plateau", "warmup_steps": 1, "decay_patience": 2, "decay_factor": 0.25,
        "learning_rate": 10.0, "validate_every": 1, "steps": 12,
    }  # fmt: skip
    config = tiny_config(training=training)
    whole = list(tiny_run(tmp_path / "whole", prepared, config).events())
    best, waited, rate = float("inf"), 0, 10.0
    for record in whole:
        if isinstance(record, StepRecord):
            assert record.learning_rate == rate
        if isinstance(record, ValidationRecord):
            best, waited = (record.loss, 0) if record.loss < best else (best, waited + 1)
        if isinstance(record, NoteRecord):
            assert waited == 2
            waited, rate = 0, rate / 4
            assert record.sentence.endswith(f"from step {record.step + 1} the learning rate is "
                                            f"{rate:.3g}")  # fmt: skip
    notes = [record for record in whole if isinstance(record, NoteRecord)]
    assert notes
    first = until_step(tiny_run(tmp_path / "halves", prepared, config), notes[0].step + 1)
    resumed = Run.open(tmp_path / "halves")
    assert losses(first) + losses(resumed.events()) == losses(whole)
    assert [r for r in journal_of(resumed) if isinstance(r, NoteRecord)] == notes


def test_a_run_in_short_numbers_says_so_and_goes_on_in_them(tmp_path: Path, prepared: Path) -> None:
    config = tiny_config(dropout=0.3, training={"precision": "bfloat16"})
    whole = list(tiny_run(tmp_path / "whole", prepared, config).events())
    notes = [record for record in whole if isinstance(record, NoteRecord)]
    assert [note.sentence for note in notes] == ["Matrices are multiplied in bfloat16 on cpu"]
    first = until_step(tiny_run(tmp_path / "halves", prepared, config), 4)
    resumed = list(Run.open(tmp_path / "halves").events())
    assert losses(first) + losses(resumed) == losses(whole)
    assert checks(first) + checks(resumed) == checks(whole)
    assert load_translator(tmp_path / "whole").model.precision == "bfloat16"


def test_a_precision_that_is_not_there_is_refused_before_a_run(
    tmp_path: Path, prepared: Path
) -> None:
    config = tiny_config(training={"precision": "float16"})
    with pytest.raises(BadConfig, match="float16 needs a CUDA GPU; on cpu take bfloat16"):
        tiny_run(tmp_path / "run", prepared, config)
    assert not list((tmp_path / "run").iterdir())


def test_compiling_is_told_and_what_it_took(
    tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "check_compiler", lambda device: None)
    compiled: list[object] = []
    monkeypatch.setattr(run_module, "compile_model", compiled.append)
    config = tiny_config(training={"compile": True, "validate_every": 1, "steps": 2})
    run = tiny_run(tmp_path / "run", prepared, config)
    seen = [r for r in run.events() if not isinstance(r, CheckpointRecord | SampleRecord)]
    kinds = [record.record for record in seen if record.record != "progress"]
    assert kinds == ["note", "step", "note", "validation", "step", "validation", "end"]
    assert compiled == [run.trainer.model]
    told = [record.sentence for record in seen if isinstance(record, NoteRecord)]
    assert told[0].startswith("The model is being compiled")
    assert told[1].startswith("Compiling the model took ")


@pytest.mark.parametrize("case", ["compiled", "overflows"])
def test_an_update_that_needs_more_of_the_corpus_waits_for_it(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    monkeypatch.setattr(run_module, "check_compiler", lambda device: None)
    monkeypatch.setattr(run_module, "compile_model", lambda model: None)
    made = tmp_path / "made"
    shutil.copytree(prepared, made)
    pairs = len(EncodedPairs.load(made / "encoded", "train"))
    Index((pairs,), 900, False, "key").save(made / "encoded")
    is_compiled = case == "compiled"
    training = {"compile": is_compiled, "accumulate": 64 if is_compiled else 1}
    run = Run.create(tmp_path / "run", tiny_config(training=training), made)
    learn, batches = run.trainer._learn, run.trainer.batches

    def overflowing() -> Any:  # in float16, until no batch is left
        while not (is_compiled or batches.windows.is_whole) and batches.can_give(1):
            batches.next()
        return learn()

    monkeypatch.setattr(run.trainer, "_learn", overflowing)
    events = run.events()
    for _ in range(3):
        assert next(events) == ProgressRecord(WAITING, pairs, 900)
    run.supply.end()
    assert isinstance(next(record for record in events if record.record != "note"), StepRecord)
    events.close()


def test_a_model_that_cannot_be_compiled_ends_with_a_sentence(
    tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = type("InductorError", (RuntimeError,), {"__module__": "torch._inductor.exc"})

    def fails(*_: Any) -> None:
        raise failure("no such header\nand much more")

    monkeypatch.setattr(run_module, "check_compiler", lambda device: None)
    run = tiny_run(tmp_path / "run", prepared, tiny_config(training={"compile": True}))
    monkeypatch.setattr(run_module, "compile_model", lambda model: None)
    run.trainer.model.encoder.register_forward_pre_hook(fails)
    with pytest.raises(TrainingFailed, match="could not compile the model: no such header"):
        list(run.events())


def test_a_run_has_the_text_of_its_corpus_where_that_can_be_linked(
    tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_run(tmp_path / "linked", prepared)
    assert list(PairStore.load(tmp_path / "linked")) == list(PairStore.load(prepared))
    assert (tmp_path / "linked" / "pairs.text").samefile(prepared / "pairs.text")
    monkeypatch.setattr(os, "link", full_disk)
    tiny_run(tmp_path / "copied", prepared)
    assert not (tmp_path / "copied" / "pairs.text").exists()
    assert (tmp_path / "copied" / "held_out.jsonl").exists()


def test_what_is_half_made_of_a_corpus_stays_out_of_a_run(prepared: Path, tmp_path: Path) -> None:
    made = tmp_path / "made"
    shutil.copytree(prepared, made)
    (made / "encoded" / "unfinished").mkdir()
    (made / "encoded" / "unfinished" / "train-1.source.values.npy").write_bytes(b"half")
    (made / "encoded" / ".windows.json.unfinished").write_text("{")
    index = Index((len(EncodedPairs.load(made / "encoded", "train")),), 900, False, "key")
    index.save(made / "encoded")
    link_data(made, tmp_path / "run")
    parts = [
        f"{side}.{part}.npy" for side in ("source", "target") for part in ("values", "offsets")
    ]
    encoded = {f"{name}.{part}" for name in ("held_out", "train") for part in parts}
    found = {path.name for path in (tmp_path / "run" / "encoded").iterdir()}
    assert found == encoded | {"windows.json"}
    assert Index.load(tmp_path / "run" / "encoded") == replace(index, origin=str(made))
    link_data(tmp_path / "run", tmp_path / "copy")  # comes from where the corpus is made
    assert Index.load(tmp_path / "copy" / "encoded") == replace(index, origin=str(made))
