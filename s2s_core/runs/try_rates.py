"""Finding a learning rate: a range test on a copy of a run, or on a model that is yet to be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from s2s_core.configs import RunConfig
from s2s_core.models.device import torch_put_back
from s2s_core.records import RangeRecord
from s2s_core.runs.checkpoint import restore, save_checkpoint
from s2s_core.runs.run import Run
from s2s_core.training.range_test import range_test
from s2s_core.training.trainer import Trainer


def try_rates_anew(config: RunConfig, prepared: Path, request: int) -> Iterator[RangeRecord]:
    """Test learning rates on a new model, begun as a run is begun, on a prepared corpus."""
    with TemporaryDirectory(prefix="s2s-", ignore_cleanup_errors=True) as place:
        with torch_put_back():
            trainer = Run.create(Path(place, "run"), config, prepared).trainer
        yield from range_test(trainer, request)


def try_rates_on(run: Run, request: int) -> Iterator[RangeRecord]:
    """Test learning rates on a copy of a run as it is now; the run does not notice."""
    with torch_put_back():
        trainer = _copied(run)
    yield from range_test(trainer, request)


def _copied(run: Run) -> Trainer:
    """Return another trainer in the same state: what a checkpoint holds is all there is to it."""
    copy = Run(run.folder, run.config, run.tokenizers)
    with TemporaryDirectory(prefix="s2s-", ignore_cleanup_errors=True) as place:
        save_checkpoint(Path(place), run.trainer, run.scoring.state(), best=False)
        (checkpoint,) = Path(place).glob("step-*")
        copy.take_place(restore(copy.trainer, checkpoint))
    return copy.trainer
