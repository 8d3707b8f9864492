"""Checkpoints: the state of training on disk, whole or not at all; never a pickle."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from s2s_core.configs import RunConfig
from s2s_core.errors import BadRun
from s2s_core.experiment import checked, read_experiment
from s2s_core.files import replacing
from s2s_core.models.device import random_states, set_random_states
from s2s_core.models.encoder_decoder import EncoderDecoder
from s2s_core.runs.weights import load_weights, save_tensors, save_weights
from s2s_core.training.averaging import WeightAverage
from s2s_core.training.schedules import Plateau
from s2s_core.training.trainer import Trainer

FORMAT = 1
KINDS = ("last", "best", "sound", "trial")  # of checkpoints that are kept
PROVEN_STEPS = 240  # of training that goes well after a checkpoint: trouble is seen late
WEIGHTS, AVERAGED = "weights.safetensors", "averaged.safetensors"
KEYS = {"step", "tokens", "elapsed_seconds", "batches", "optimizer", "config"}


def save_checkpoint(
    folder: Path, trainer: Trainer, more: dict[str, Any], best: bool, sound: bool = True
) -> None:
    """Write the state of a trainer, then make it the last one, and the best one if it is.

    While nothing is wrong (`sound`), an older one is kept beside them, to go back to.

    Everything is written beside the older checkpoints and renamed when it is complete, so that
    a crash or a full disk leaves those as they were. Raises OSError.
    """
    name = _free_name(folder, f"step-{trainer.step:09d}")
    unfinished = folder / f"{name}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        save_weights(trainer.model, unfinished / WEIGHTS)
        groups = _save_optimizer(trainer.optimizer, unfinished / "optimizer.safetensors")
        save_tensors(random_states(), unfinished / "random.safetensors")
        if masks := trainer.pruner.masks:
            kept = {name: mask.cpu() for name, mask in masks.items()}
            save_tensors(kept, unfinished / "masks.safetensors")
        state = {
            "format": FORMAT, "step": trainer.step, "tokens": trainer.tokens,
            "elapsed_seconds": trainer.elapsed_seconds, "batches": trainer.batches.state(),
            "optimizer": groups, "config": trainer.config.model_dump(mode="json"),
            "plateau": vars(trainer.plateau), "dropout": trainer.model.masks.state(),
            "scaler": trainer.scaler.state_dict() if trainer.scaler else {},
            "joining": trainer.joining.state() if trainer.joining else None, **more,
        }  # fmt: skip
        if trainer.average:
            state["average"] = _save_average(trainer.average, unfinished)
        _write(unfinished / "state.json", json.dumps(state))
        unfinished.rename(folder / name)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    index = read_index(folder)
    index["last"] = name
    if best:
        index["best"] = name
    _keep_sound(index, trainer.step, sound)
    _write_index(folder, index)


def _keep_sound(index: dict[str, str], step: int, sound: bool) -> None:
    """Keep a checkpoint as "sound" once training has gone well for long after it.

    The one on "trial" waits for that; while something is wrong, both stay as they are.
    """
    for which in ("sound", "trial"):
        if which in index and _step_of(index[which]) > step:
            del index[which]  # it was rewound: that has not happened
    if not sound:
        return
    if "trial" in index and _step_of(index["trial"]) <= step - PROVEN_STEPS:
        index["sound"] = index.pop("trial")
    index.setdefault("trial", index["last"])


def _step_of(name: str) -> int:
    return int(name.split("-")[1])


def _free_name(folder: Path, name: str) -> str:
    """Return a name that no checkpoint has: a step is saved again when a knob was turned there."""
    free, number = name, 2
    while (folder / free).exists():
        free, number = f"{name}-{number}", number + 1
    return free


def read_index(folder: Path) -> dict[str, str]:
    """Return which checkpoint is which ("last", "best" …), as far as there are any."""
    try:
        index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise BadRun("{folder} has no readable index: {why}", folder=folder, why=error) from None
    if not isinstance(index, dict):
        raise BadRun("{folder} has no readable index: {why}", folder=folder, why="no table")
    return {k: v for k, v in index.items() if k in KINDS and (folder / v).is_dir()}


def checkpoint_folder(folder: Path, which: str) -> Path:
    """Return the folder of the "last" or "best" checkpoint, or say why there is none."""
    if not folder.exists():
        raise BadRun("{folder} does not exist", folder=folder)
    if not (folder / "experiment.toml").exists():
        raise BadRun("{folder} is not a run: it has no experiment.toml", folder=folder)
    read_experiment(folder / "experiment.toml")
    index = read_index(folder / "checkpoints")
    if which not in index:
        raise BadRun("{folder} has no {which} checkpoint", folder=folder, which=which)
    return folder / "checkpoints" / index[which]


def checkpoint_before(folder: Path, step: int) -> Path:
    """Return the newest checkpoint that is not after a step, or the oldest if all are."""
    checkpoint_folder(folder, "last")  # says why, if there is none
    steps = sorted((load_state(each)["step"], each) for each in kept_checkpoints(folder))
    return ([each for at, each in steps if at <= step] or [steps[0][1]])[-1]


def kept_checkpoints(folder: Path) -> set[Path]:
    """Return the folders of all checkpoints that a run has."""
    place = folder / "checkpoints"
    return {place / name for name in read_index(place).values()}


def load_state(folder: Path) -> dict[str, Any]:
    """Return the plain values of a checkpoint."""
    try:
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadRun("{folder} is not a checkpoint: {why}", folder=folder, why=error) from None
    if not isinstance(state, dict):
        raise BadRun("{folder} is not a checkpoint: {why}", folder=folder, why="no table of values")
    if state.get("format") != FORMAT:
        raise BadRun(
            "{folder} has format {given}; this version reads format {known}",
            folder=folder, given=state.get("format"), known=FORMAT,
        )  # fmt: skip
    if missing := KEYS - state.keys():
        names = ", ".join(sorted(missing))
        raise BadRun("{folder} is not a checkpoint: it lacks {names}", folder=folder, names=names)
    if (loss := state.get("best_loss")) is not None:  # of an older version, which knew no other
        state.setdefault("best_score", -loss)
    return state


def config_of(folder: Path, device: str) -> RunConfig:
    """Return the configuration of a checkpoint, for another device if one is named."""
    values = load_state(folder)["config"]
    if device:
        values["training"]["device"] = device
    return checked(values)


def best_weights(folder: Path) -> tuple[Path, Path, int]:
    """Return the best checkpoint of a run (the last one, if none was ever scored).

    returns: its folder, the file of the weights that were scored, and their step
    """
    index = read_index(folder / "checkpoints")
    chosen = checkpoint_folder(folder, "best" if "best" in index else "last")
    state = load_state(chosen)
    average = state.get("average")
    return chosen, chosen / (AVERAGED if average else WEIGHTS), (average or state)["step"]


def restore(trainer: Trainer, folder: Path) -> dict[str, Any]:
    """Put a trainer into the state of a checkpoint, as if it had never stopped."""
    state = load_state(folder)
    load_weights(trainer.model, folder / WEIGHTS)
    try:
        _load_optimizer(trainer.optimizer, folder / "optimizer.safetensors", state["optimizer"])
        masks = folder / "masks.safetensors"
        trainer.pruner.masks = load_file(masks, str(trainer.model.device)) if masks.exists() else {}
        set_place(trainer, state)
        random = load_file(folder / "random.safetensors")
        trainer.average = _load_average(trainer.model, state.get("average"), folder)
        trainer.model.masks.restore(state.get("dropout", []))
        set_random_states(random)
    except (OSError, SafetensorError, RuntimeError, LookupError, TypeError, ValueError) as error:
        raise BadRun("{folder} is not a checkpoint: {why}", folder=folder, why=error) from None
    return state


def set_place(trainer: Trainer, state: dict[str, Any]) -> None:
    """Tell a trainer how far it has come; its weights and all that moves them stay."""
    trainer.batches.restore(state["batches"])
    trainer.step, trainer.tokens = state["step"], state["tokens"]
    trainer.elapsed_seconds = state["elapsed_seconds"]
    if trainer.scaler and state.get("scaler"):
        trainer.scaler.load_state_dict(state["scaler"])
    trainer.plateau = Plateau(**state.get("plateau", {}))  # older checkpoints know of none


@contextmanager
def torch_left_alone() -> Iterator[None]:
    """Put torch's random numbers and threads back as they were if what is done inside fails."""
    before, threads = random_states(), torch.get_num_threads()
    try:
        yield
    except BaseException:
        set_random_states(before)
        torch.set_num_threads(threads)
        raise


def _save_average(average: WeightAverage, folder: Path) -> dict[str, Any]:
    """Write the averaged weights, and those that are averaged; returns the plain values.

    A snapshot that an older checkpoint has is linked and not written again, where the disk can.
    """
    save_weights(average.model, folder / AVERAGED)
    for step, weights in average.snapshots.items():
        name = _snapshot(step)
        with suppress(OSError):
            for older in folder.parent.glob(f"step-*[0-9]/{name}"):
                os.link(older, folder / name)
                break
        if not (folder / name).exists():
            numbered = {str(number): weight for number, weight in enumerate(weights)}
            save_tensors(numbered, folder / name)
    return {"step": average.step, "mass": average.mass, "snapshots": list(average.snapshots)}


def _load_average(
    model: EncoderDecoder, plain: dict[str, Any] | None, folder: Path
) -> WeightAverage | None:
    """Read what `_save_average` has written, if there was an average."""
    if plain is None:
        return None
    average = WeightAverage(model)
    load_weights(average.model, folder / AVERAGED)
    average.step, average.mass = plain["step"], plain["mass"]
    for step in plain["snapshots"]:
        weights = load_file(folder / _snapshot(step))
        average.snapshots[step] = [weights[str(number)] for number in range(len(weights))]
    return average


def _snapshot(step: int) -> str:
    return f"snapshot-{step:09d}.safetensors"


def _save_optimizer(optimizer: torch.optim.Optimizer, path: Path) -> dict[str, Any]:
    """Write the tensors of an optimizer; returns its plain values."""
    state = optimizer.state_dict()
    tensors, plain = {}, {}
    for index, values in state["state"].items():
        for name, value in values.items():
            if isinstance(value, Tensor):
                tensors[f"{index}.{name}"] = value.detach().cpu().contiguous()
            else:
                plain[f"{index}.{name}"] = value
    save_tensors(tensors, path)
    return {"groups": state["param_groups"], "plain": plain}


def _load_optimizer(optimizer: torch.optim.Optimizer, path: Path, plain: dict[str, Any]) -> None:
    state: dict[int, dict[str, Any]] = {}
    for key, value in [*load_file(path).items(), *plain["plain"].items()]:
        index, _, name = key.partition(".")
        state.setdefault(int(index), {})[name] = value
    optimizer.load_state_dict({"state": state, "param_groups": plain["groups"]})


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _write_index(folder: Path, index: dict[str, str]) -> None:
    """Replace the index in one go, then drop the checkpoints that it no longer names."""
    with replacing(folder / "index.json") as unfinished:
        _write(unfinished, json.dumps(index))
    for old in folder.glob("step-*"):
        if old.name not in index.values():
            shutil.rmtree(old, ignore_errors=True)
