"""The file of a model's weights: each once, with the names that share it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from s2s_core.errors import BadRun
from s2s_core.runs.compact import unpacked


def save_weights(model: nn.Module, path: Path) -> None:
    """Write each weight once; the names that share one are told in the file's header."""
    weights: dict[str, Tensor] = {}
    first_names: dict[int, str] = {}
    ties: dict[str, str] = {}
    for name, value in model.state_dict().items():
        first = first_names.setdefault(value.data_ptr(), name)
        if first == name:
            weights[name] = value.detach().cpu().contiguous()
        else:
            ties[name] = first
    save_tensors(weights, path, {"ties": json.dumps(ties)})


def load_weights(model: nn.Module, path: Path) -> None:
    """Read what `save_weights` has written into a model of the same shape."""
    try:
        model.load_state_dict(read_weights(path))
    except RuntimeError as error:
        raise BadRun("{file} does not fit the model: {why}", file=path, why=error) from None


def read_weights(path: Path) -> dict[str, Tensor]:
    """Return all weights that `save_weights` has written, by name; ties are one tensor."""
    try:
        weights = unpacked(load_file(path))
        with safe_open(path, "pt") as file:
            ties = json.loads((file.metadata() or {}).get("ties", "{}"))
        return {**weights, **{name: weights[first] for name, first in ties.items()}}
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise BadRun("{file} does not fit the model: {why}", file=path, why=error) from None


def save_tensors(
    tensors: dict[str, Tensor], path: Path, metadata: dict[str, str] | None = None
) -> None:
    """Write tensors by name, and be sure that they are on the disk; raises OSError."""
    try:
        save_file(tensors, path, metadata)
    except SafetensorError as error:
        raise OSError(str(error)) from error
    with path.open("rb+") as file:
        os.fsync(file.fileno())
