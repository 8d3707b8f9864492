"""Where to compute, with how many cores, and looking without touching."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from s2s_core.errors import BadConfig
from s2s_core.models.compiling import as_written

# In bfloat16, oneDNN compiles a kernel for each shape of a matrix and keeps 1,024 of them; batches
# have ever new shapes. A Transformer with 6.5 million parameters took 1.92 GB after 150 steps with
# 1,024, 1.37 with 8, and as long. It reads this when it is used first.
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16")


def available_devices() -> list[str]:
    """Return the devices this machine has, the best first."""
    found = []
    if torch.cuda.is_available():
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    return [*found, "cpu"]


def choose_device(wanted: str) -> torch.device:
    """Return the device asked for; "auto" takes the best there is."""
    there = available_devices()
    if wanted == "auto":
        return torch.device(there[0])
    if wanted not in there:
        raise BadConfig(
            "training.device {wanted} is not on this machine; it has {there}",
            wanted=wanted, there=", ".join(there),
        )  # fmt: skip
    return torch.device(wanted)


SMALL_STEP = 6e8  # parameters times tokens of a batch


def use_cores(parameters: int, batch_tokens: int) -> None:
    """Let torch compute on one core for the smallest models, on all of them for larger ones.

    Measured on two cores, in tokens a second on one and on both: GRU with 560,000 parameters
    34,000 and 46,000 on a quiet machine, but 34,000 and 27,000 beside another busy program, and a
    window is one; Transformer with 860,000 parameters 19,000 and 26,000.
    """
    torch.set_num_threads(1 if parameters * batch_tokens < SMALL_STEP else _usable_cores())


def _usable_cores() -> int:
    """Return how many cores there are, or fewer if OMP_NUM_THREADS asks for fewer."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return min(cores or 1, int(asked) if asked.isdecimal() and int(asked) else sys.maxsize)


PRECISIONS = {"bfloat16": torch.bfloat16, "float16": torch.float16}


def check_precision(precision: str, device: torch.device) -> None:
    """Refuse numbers that a device cannot train with."""
    if precision == "float16" and device.type != "cuda":
        raise BadConfig(
            "training.precision float16 needs a CUDA GPU; on {device} take bfloat16 or float32",
            device=device.type,
        )
    if precision == "bfloat16" and device.type == "cuda" and not torch.cuda.is_bf16_supported():
        raise BadConfig(
            "training.precision bfloat16 is not known to this GPU; take float16 or float32"
        )


def precision_there(precision: str, device: torch.device) -> str:
    """Return the precision if the device has it, or else the full one: for translating."""
    try:
        check_precision(precision, device)
    except BadConfig:
        return "float32"
    return precision


@contextmanager
def in_precision(model: nn.Module) -> Iterator[None]:
    """Let a model compute in its own precision; its weights stay float32.

    Matrix products are taken in the short numbers; what else is, torch decides by device.
    Source: Micikevicius et al. 2018, section 3.
    """
    short = PRECISIONS.get(getattr(model, "precision", "float32"))
    if short is None:
        yield
        return
    with torch.autocast(next(model.parameters()).device.type, dtype=short):
        yield


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Switch dropout and gradients off, and the model back to what it was doing afterwards.

    The model computes in its own precision, and as it is written. A search asks for this before
    each piece: one that was evaluating already has none of its many parts touched.
    """
    was_training = model.training
    if was_training:
        model.eval()
    try:
        with torch.no_grad(), in_precision(model), as_written(model):
            yield
    finally:
        if was_training:
            model.train()


@contextmanager
def torch_put_back() -> Iterator[None]:
    """Put torch's random numbers and threads back as they were, whatever is done inside."""
    before, threads = random_states(), torch.get_num_threads()
    try:
        yield
    finally:
        set_random_states(before)
        torch.set_num_threads(threads)


def random_states() -> dict[str, Tensor]:
    """Return where torch's random numbers are, for each kind of device."""
    states = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        states["cuda"] = torch.cuda.get_rng_state()
    if torch.backends.mps.is_available():
        states["mps"] = torch.mps.get_rng_state()
    return states


def set_random_states(states: dict[str, Tensor]) -> None:
    """Go on with torch's random numbers from there."""
    torch.set_rng_state(states["cpu"])
    if "cuda" in states and torch.cuda.is_available():
        torch.cuda.set_rng_state(states["cuda"])
    if "mps" in states and torch.backends.mps.is_available():
        torch.mps.set_rng_state(states["mps"])


def least_memory(parameters: int, batch_tokens: int, vocabulary: int) -> int:
    """Return the bytes that training needs at the very least.

    Counts weights, gradients and Adam's two moments, and the scores of one batch with their
    gradients, in 4-byte numbers; what lies between comes on top.
    """
    return 4 * (4 * parameters + 3 * batch_tokens * vocabulary)


def check_memory(parameters: int, batch_tokens: int, vocabulary: int, device: str) -> None:
    """Refuse a model that cannot fit: a full memory on Linux is a kill, not an exception."""
    free = torch.cuda.mem_get_info()[0] if device == "cuda" else _free_memory()
    needed = least_memory(parameters, batch_tokens, vocabulary)
    if free and needed > free:
        raise BadConfig(
            "this model and batch need at least {needed:.1f} GB of memory, and {free:.1f} GB are "
            "free: lower hidden_size, layers, vocabulary_size or training.batch_tokens",
            needed=needed / 1e9, free=free / 1e9,
        )  # fmt: skip


def _free_memory() -> int:
    """Return the bytes of memory that can be had; 0 where the system does not tell."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            lines = dict(line.split(":", 1) for line in file)
        return int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return 0
