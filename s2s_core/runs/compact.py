"""A file of weights in fewer bytes: int8 matrices, and zeros that are not written at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from s2s_core.files import replacing
from s2s_core.models.quantisation import dequantised, quantised

# A matrix may be written in parts, each under its name and one of these.
SCALES, KEPT, VALUES, SHAPE = ":scales", ":kept", ":values", ":shape"


def compact_file(path: Path, *, int8: bool) -> None:
    """Write a file of weights again, as small as it can be read back from."""
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    tensors = packed(load_file(path), int8=int8)
    with replacing(path) as unfinished:
        save_file(tensors, unfinished, metadata)


def packed(weights: dict[str, Tensor], *, int8: bool) -> dict[str, Tensor]:
    """Return the parts of which `unpacked` makes the weights again.

    Matrices are rounded to int8 if so asked, and lose their zeros where this pays: one bit for
    each weight says whether it is there. Without either a weight is left as it is.
    """
    parts: dict[str, Tensor] = {}
    for name, weight in weights.items():
        if weight.dim() < 2 or not weight.is_floating_point():
            parts[name] = weight
            continue
        values = weight
        if int8:
            values, parts[name + SCALES] = quantised(weight)
        kept = values != 0
        saved = int((~kept).sum()) * values.element_size()
        if saved > values.numel() // 8:
            bits = np.packbits(kept.flatten().numpy())
            parts[name + KEPT] = torch.from_numpy(bits)
            parts[name + VALUES] = values[kept]
            parts[name + SHAPE] = torch.tensor(values.shape)
        else:
            parts[name] = values
    return parts


def unpacked(parts: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights that were packed, as floating-point numbers."""
    weights = {name: part for name, part in parts.items() if ":" not in name}
    for name in [key.removesuffix(VALUES) for key in parts if key.endswith(VALUES)]:
        shape = parts[name + SHAPE].tolist()
        values = parts[name + VALUES]
        whole = values.new_zeros(shape).flatten()
        bits = np.unpackbits(parts[name + KEPT].numpy(), count=len(whole))
        whole[torch.from_numpy(bits).bool()] = values
        weights[name] = whole.view(shape)
    for key in parts:
        if key.endswith(SCALES):
            name = key.removesuffix(SCALES)
            weights[name] = dequantised(weights[name], parts[key])
    return weights
