from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open

from s2s_core.errors import BadRun
from s2s_core.runs import checkpoint, weights
from s2s_core.runs.checkpoint import (
    checkpoint_before,
    load_state,
    read_index,
    restore,
    save_checkpoint,
)
from s2s_core.runs.weights import load_weights, save_weights
from s2s_core.training.trainer import Trainer
from tests.helpers import (
    VOCABULARY,
    embedding_of,
    output_of,
    same_weights,
    tiny_config,
    tiny_model,
    tiny_trainer,
    weights_of,
)

FILES = ("weights.safetensors", "optimizer.safetensors", "random.safetensors", "state.json")


def stepped(trainer: Trainer, count: int) -> Trainer:
    steps = trainer.steps()
    for _ in range(count):
        next(steps)
    return trainer


def saved(folder: Path, trainer: Trainer, best: bool = False) -> Path:
    save_checkpoint(folder, trainer, {"best_score": 2.5}, best)
    return folder / read_index(folder)["last"]


def full_disk(*_: Any, **__: Any) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_trainer_comes_back_as_it_was(tmp_path: Path, optimizer: str) -> None:
    config = tiny_config(dropout=0.3, training={"optimizer": optimizer})
    trainer = stepped(tiny_trainer(config), 5)
    folder = saved(tmp_path, trainer)
    steps = trainer.steps()
    expected = [next(steps).loss for _ in range(5)]
    other = tiny_trainer(config)
    torch.rand(7)
    state = restore(other, folder)
    assert (other.step, other.tokens) == (5, state["tokens"])
    assert other.elapsed_seconds > 0
    assert state["best_score"] == 2.5
    steps = other.steps()
    assert [next(steps).loss for _ in range(5)] == expected


def test_a_checkpoint_holds_only_tensors_and_plain_data(tmp_path: Path) -> None:
    folder = saved(tmp_path, stepped(tiny_trainer(), 2))
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    state = json.loads((folder / "state.json").read_text())
    assert (state["format"], state["step"]) == (1, 2)
    assert state["config"]["model"]["encoder"]["hidden_size"] == 8


def test_index_names_last_and_best_and_others_are_dropped(tmp_path: Path) -> None:
    trainer = tiny_trainer()
    saved(tmp_path, trainer)
    saved(tmp_path, stepped(trainer, 1), best=True)
    saved(tmp_path, stepped(trainer, 1))
    saved(tmp_path, stepped(trainer, 1))
    index = read_index(tmp_path)
    assert load_state(tmp_path / index["best"])["step"] == 1
    assert load_state(tmp_path / index["last"])["step"] == 3
    assert {path.name for path in tmp_path.iterdir()} == {"index.json", *index.values()}


def stepped_to(trainer: Trainer, step: int) -> Trainer:
    trainer.step = step
    return trainer


def test_what_was_well_long_before_something_went_wrong_is_kept(tmp_path: Path) -> None:
    """Trouble is seen late: a checkpoint counts as sound once training went well after it."""
    trainer, folder = tiny_trainer(), tmp_path / "checkpoints"

    def kept() -> list[int]:
        return sorted({int(name.split("-")[1]) for name in read_index(folder).values()})

    for step in (1, 200, 300, 400, 540):
        save_checkpoint(folder, stepped_to(trainer, step), {}, best=False)
    assert kept() == [300, 540]
    for step in (800, 900):
        save_checkpoint(folder, stepped_to(trainer, step), {}, best=False, sound=False)
    assert kept() == [300, 540, 900]
    (tmp_path / "experiment.toml").touch()
    chosen = [load_state(checkpoint_before(tmp_path, at))["step"] for at in (0, 539, 540, 900)]
    assert chosen == [300, 300, 540, 900]
    save_checkpoint(folder, stepped_to(trainer, 400), {}, best=False)
    assert kept() == [300, 400]  # what was undone has not happened


def test_no_checkpoint_is_an_empty_index(tmp_path: Path) -> None:
    assert read_index(tmp_path / "none") == {}


def test_a_name_whose_folder_is_gone_is_not_in_the_index(tmp_path: Path) -> None:
    shutil.rmtree(saved(tmp_path, tiny_trainer(), best=True))
    assert read_index(tmp_path) == {}


# Everything that saving calls on its way: whichever fails, what was saved before stays.
BREAKABLE: dict[str, tuple[Any, str]] = {
    "tensors": (weights, "save_file"),
    "state": (checkpoint, "_write"),
    "fsync": (os, "fsync"),
    "rename": (Path, "rename"),
    "index": (Path, "replace"),
}


@pytest.mark.parametrize("same_step", [False, True])
@pytest.mark.parametrize("breaks", BREAKABLE)
def test_a_save_that_fails_leaves_the_last_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, breaks: str, same_step: bool
) -> None:
    trainer = stepped(tiny_trainer(), 2)
    saved(tmp_path, trainer, best=True)
    before = weights_of(trainer.model)
    if same_step:
        with torch.no_grad():  # as if a knob had been turned in between
            output_of(trainer.model).bias.add_(1)
    else:
        stepped(trainer, 1)
    with monkeypatch.context() as patch:
        patch.setattr(*BREAKABLE[breaks], full_disk)
        with pytest.raises(OSError, match="No space"):
            saved(tmp_path, trainer)
    for which in ("last", "best"):
        other = tiny_trainer()
        restore(other, tmp_path / read_index(tmp_path)[which])
        assert same_weights(weights_of(other.model), before)
    after = saved(tmp_path, trainer)  # there is space again
    load_weights(other.model, after / "weights.safetensors")
    assert same_weights(weights_of(other.model), weights_of(trainer.model))
    unfinished = [p.name for p in tmp_path.iterdir() if "unfinished" in p.name]
    assert unfinished == []


def test_an_interrupted_save_leaves_nothing_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    trainer = stepped(tiny_trainer(), 2)
    first = saved(tmp_path, trainer)
    monkeypatch.setattr(checkpoint, "_write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        saved(tmp_path, stepped(trainer, 1))
    assert {path.name for path in tmp_path.iterdir()} == {"index.json", first.name}


def test_tied_weights_are_saved_once_and_come_back_tied(tmp_path: Path) -> None:
    config = tiny_config(
        data={"tokenizer": {"joint": True}},
        model={"encoder": {"shared_embedding": True}, "decoder": {"tied_embedding": True}},
    )
    trainer, path = stepped(tiny_trainer(config), 2), tmp_path / "weights.safetensors"
    save_weights(trainer.model, path)
    with safe_open(path, "pt") as file:
        assert [name for name in file.keys() if "embedding" in name] == [  # noqa: SIM118
            "encoder.embedding.weight"
        ]
        assert "decoder.output.weight" not in file.keys()  # noqa: SIM118
    other = tiny_trainer(config)
    load_weights(other.model, path)
    assert same_weights(weights_of(other.model), weights_of(trainer.model))
    assert output_of(other.model).weight is embedding_of(other.model.encoder).weight


def test_weights_of_another_model_are_refused(tmp_path: Path) -> None:
    save_weights(tiny_model("lstm"), tmp_path / "weights.safetensors")
    with pytest.raises(BadRun, match="does not fit the model"):
        load_weights(tiny_model("gru"), tmp_path / "weights.safetensors")


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def listed(path: Path) -> None:
    path.write_text("[1, 2]")


def hollow(path: Path) -> None:
    path.write_text('{"format": 1}')


DAMAGES: list[Callable[[Path], None]] = [cut, emptied, listed, hollow, Path.unlink]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("file", FILES)
def test_a_damaged_checkpoint_is_refused_with_a_sentence(
    tmp_path: Path, file: str, damage: Callable[[Path], None]
) -> None:
    folder = saved(tmp_path, stepped(tiny_trainer(), 2))
    damage(folder / file)
    with pytest.raises(BadRun):
        restore(tiny_trainer(), folder)


@pytest.mark.parametrize("damage", [cut, emptied, listed])
def test_a_damaged_index_is_refused_with_a_sentence(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    saved(tmp_path, tiny_trainer())
    damage(tmp_path / "index.json")
    with pytest.raises(BadRun, match="no readable index"):
        read_index(tmp_path)


def test_a_checkpoint_of_another_format_is_refused(tmp_path: Path) -> None:
    folder = saved(tmp_path, tiny_trainer())
    state = json.loads((folder / "state.json").read_text())
    (folder / "state.json").write_text(json.dumps({**state, "format": 99}))
    with pytest.raises(BadRun, match="has format 99; this version reads format 1"):
        load_state(folder)


def test_a_vocabulary_of_another_size_is_refused(tmp_path: Path) -> None:
    folder = saved(tmp_path, tiny_trainer())
    assert VOCABULARY == 12
    (folder / "weights.safetensors").unlink()
    save_weights(tiny_model("gru", "transformer"), folder / "weights.safetensors")
    with pytest.raises(BadRun, match="does not fit the model"):
        restore(tiny_trainer(), folder)
