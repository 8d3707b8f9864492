from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from s2s_core.cli import main
from s2s_core.decoding.search import translate_all
from s2s_core.errors import BadConfig, BadRun
from s2s_core.models.device import random_states
from s2s_core.records import SmallerRecord, StepRecord
from s2s_core.runs.journal import read_journal
from s2s_core.runs.run import Run
from s2s_core.runs.shrink import shrink
from s2s_core.runs.translator import load_translator
from tests.helpers import (
    ARCHITECTURES,
    same_weights,
    tiny_config,
    tiny_prepared,
    tiny_run,
    weights_of,
)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run that has learned something."""
    part = {"hidden_size": 32, "embedding_size": 24, "layers": 1}
    training = {
        "steps": 150, "validate_every": 150, "validation_sentences": 50, "learning_rate": 0.01,
        "batch_tokens": 400,
    }  # fmt: skip
    data = {"builtin": "phrasebook", "builtin_pairs": 1500, "held_out_percent": 10.0}
    config = tiny_config(data=data, training=training, model={"encoder": part, "decoder": part})
    folder = tmp_path_factory.mktemp("trained")
    tiny_prepared(folder / "prepared", config.data)
    run = tiny_run(folder / "run", folder / "prepared", config)
    list(run.events())
    return run.folder


def shrunk(folder: Path, out: Path, share: float = 0.0, int8: bool = False) -> SmallerRecord:
    *_, found = shrink(folder, out, share, int8=int8)
    assert isinstance(found, SmallerRecord)
    return found


def translations(folder: Path) -> list[Any]:
    translator = load_translator(folder)
    sources = [
        translator.source.encode(p.source)
        for p in Run.open(folder).scoring.validation.held_out.pairs
    ]
    return [best[0].tokens for _, best in translate_all(translator.model, sources,
                                                        translator.config.decoding)]  # fmt: skip


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_copy_of_which_nothing_is_pruned_is_the_same_bit_for_bit(
    tmp_path: Path, prepared: Path, name: str
) -> None:
    run = tiny_run(tmp_path / "run", prepared, tiny_config(*ARCHITECTURES[name]))
    list(run.events())
    found = shrunk(run.folder, tmp_path / "copy")
    one, other = (load_translator(tmp_path / folder) for folder in ("run", "copy"))
    assert same_weights(weights_of(one.model), weights_of(other.model))
    assert one.step == other.step == found.step
    scores = ("disk_bytes", "memory_bytes", "sentences", "exact_match", "bleu", "chrf")
    assert all(found.before[name] == found.after[name] for name in scores)


def test_a_copy_in_bytes_translates_nearly_the_same(trained: Path, tmp_path: Path) -> None:
    found = shrunk(trained, tmp_path / "copy", int8=True)
    assert found.after["disk_bytes"] < 0.35 * found.before["disk_bytes"]
    one, other = translations(trained), translations(tmp_path / "copy")
    assert len(set(one)) > 0.5 * len(one)  # it has learned something
    same = sum(a == b for a, b in zip(one, other, strict=True))
    assert same >= 0.9 * len(one)
    assert abs(found.after["chrf"] - found.before["chrf"]) < 2


def test_pruning_half_saves_nearly_half_and_costs_less_than_pruning_nearly_all(
    trained: Path, tmp_path: Path
) -> None:
    half, most = (shrunk(trained, tmp_path / str(share), share) for share in (0.5, 0.97))
    assert half.after["disk_bytes"] < 0.62 * half.before["disk_bytes"]
    assert most.after["disk_bytes"] < half.after["disk_bytes"]
    assert half.after["chrf"] > most.after["chrf"]
    model = load_translator(tmp_path / "0.5").model
    for weight in model.parameters():
        if weight.dim() > 1:
            assert (weight == 0).float().mean() == pytest.approx(0.5, abs=0.05)


def test_a_copy_is_opened_and_trained_on_and_stays_pruned(trained: Path, tmp_path: Path) -> None:
    found = shrunk(trained, tmp_path / "copy", share=0.5, int8=True)
    again = Run.open(tmp_path / "copy")
    assert again.trainer.step == 150
    zero = {n: w == 0 for n, w in weights_of(again.trainer.model).items() if w.dim() > 1}
    again.change("training.steps", 153)
    steps = [record for record in again.events() if isinstance(record, StepRecord)]
    assert [record.step for record in steps] == [151, 152, 153]
    kept = again.trainer.pruner.masks
    for name, weight in again.trainer.model.named_parameters():
        if weight.dim() > 1:
            assert (weight[zero[name] & ~kept[name]] == 0).all()
            assert (~kept[name]).float().mean() == pytest.approx(0.5, abs=0.02)
    history = list(read_journal(again.keeper.journal.path))
    assert found in history
    assert sum(isinstance(record, StepRecord) for record in history) == 153


def test_gradual_pruning_is_resumed_as_if_it_had_never_stopped(
    tmp_path: Path, prepared: Path
) -> None:
    keys = {"prune_share": 0.6, "prune_first_step": 1, "prune_last_step": 5, "prune_every": 2}
    config = tiny_config(smaller=keys)
    whole, halves = (tiny_run(tmp_path / name, prepared, config) for name in ("whole", "halves"))
    list(whole.events())
    for _ in range(4):
        events = Run.open(halves.folder).events()
        next(events)
        events.close()  # saves
    again = Run.open(halves.folder)
    list(again.events())
    assert same_weights(weights_of(again.trainer.model), weights_of(whole.trainer.model))
    assert again.trainer.pruner.masks.keys() == whole.trainer.pruner.masks.keys()


def test_measuring_leaves_the_random_numbers_alone(trained: Path, tmp_path: Path) -> None:
    before = random_states()
    for _ in shrink(trained, tmp_path / "copy", 0.5, int8=True):
        assert torch.equal(random_states()["cpu"], before["cpu"])


def test_what_cannot_be_shrunk_is_refused_and_leaves_nothing(trained: Path, tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match=r"between 0 and 0\.99, not 1\.5"):
        shrunk(trained, tmp_path / "copy", share=1.5)
    with pytest.raises(BadRun, match="is not a run"):
        shrunk(tmp_path, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    with pytest.raises(BadRun, match="holds a run already"):
        shrunk(trained, trained)


def test_the_command_prints_both_side_by_side(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "copy"
    assert main(["shrink", str(trained), "--prune", "0.5", "--int8", "--out", str(out)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["before", "after"]
    assert [line[:18].rstrip() for line in lines[1:-1]] == [
        "weights on disk", "weights in memory", "sentences a second", "exact match", "BLEU", "chrF",
    ]  # fmt: skip
    assert lines[-1] == str(out)


def test_averaged_weights_are_pruned_with_those_in_training(tmp_path: Path, prepared: Path) -> None:
    config = tiny_config(
        smaller={"prune_share": 0.5, "prune_first_step": 3, "prune_last_step": 3},
        regularisation={"ema_decay": 0.9},
    )
    run = tiny_run(tmp_path / "run", prepared, config)
    list(run.events())
    used = run.trainer.model_in_use
    assert used is not run.trainer.model
    for name, kept in run.trainer.pruner.masks.items():
        assert (used.get_parameter(name)[~kept] == 0).all()
    assert load_translator(run.folder).averaged
