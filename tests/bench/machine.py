"""What machine this is, in words to put beside a number."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def machine() -> str:
    """Return processor, cores and accelerator."""
    return f"{_processor()}, {_cores()} cores, {_accelerator()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _accelerator() -> str:
    import torch  # here, so that whoever only prints a table need not wait for it

    return torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU"
