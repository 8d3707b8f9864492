"""A warm-up: what torch does only once is done before anyone waits for it."""

from __future__ import annotations

import torch

from s2s_core.configs import RunConfig
from s2s_core.data.batch import Batches
from s2s_core.data.store import EncodedPairs, Sequences
from s2s_core.models.device import choose_device
from s2s_core.models.encoder_decoder import build_model
from s2s_core.training.trainer import Trainer


def warm_up() -> None:
    """Train a throw-away model for two steps; the random state is left as it was.

    torch's first recurrent layer loads oneDNN, its first backward pass starts threads.
    """
    with torch.random.fork_rng(devices=[]):
        config = RunConfig()
        rows = Sequences.of([[5, 6, 7]] * 4)
        model = build_model(config.model, 8, 8, seed=1).to(choose_device("auto"))
        steps = Trainer(model, Batches(EncodedPairs(rows, rows), 16, 1), config).steps()
        for _ in range(2):
            next(steps)
