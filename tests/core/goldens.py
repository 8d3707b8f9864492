"""Golden losses: what the first twenty steps of each architecture have always given.

Seeded, on the CPU, float32. `python -m tests.core.regenerate_goldens` writes them anew.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch

from tests.helpers import ARCHITECTURES, copy_batches, tiny_config, tiny_trainer

FOLDER = Path(__file__).parent.parent / "golden"
STEPS = 20
SEED = 11
TOLERANCE = 1e-4  # relative


def golden_path(name: str) -> Path:
    return FOLDER / f"{name}.json"


def golden_losses(name: str) -> list[float]:
    """Train an architecture for some steps, without dropout, and return the losses."""
    training = {"seed": SEED, "schedule": "warmup", "warmup_steps": 5, "learning_rate": 0.01}
    config = tiny_config(*ARCHITECTURES[name], training=training)
    with torch.random.fork_rng(devices=[]):
        steps = tiny_trainer(config, copy_batches(seed=SEED)).steps()
        return [next(steps).loss for _ in range(STEPS)]


def write_golden(name: str) -> None:
    """Write the losses as a file that a person can read."""
    values = {
        "architecture": name,
        "seed": SEED,
        "relative_tolerance": TOLERANCE,
        "losses": [round(loss, 7) for loss in golden_losses(name)],
    }
    golden_path(name).write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
