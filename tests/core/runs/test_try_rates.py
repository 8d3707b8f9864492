"""Trying rates leaves a run bit for bit as it was, and tests what the run is."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from s2s_core.records import Record, StepRecord
from s2s_core.runs.run import Run
from s2s_core.runs.try_rates import try_rates_anew, try_rates_on
from tests.helpers import ARCHITECTURES, same_weights, tiny_config, tiny_run, weights_of

STEPS = 6


def losses(run: Run, stop_at: int, try_at: int = 0) -> list[float]:
    """Train on, and try rates in between."""
    found: list[float] = []
    events = run.events()
    while run.trainer.step < stop_at:
        record: Record = next(events)
        if isinstance(record, StepRecord):
            found.append(record.loss)
            if record.step == try_at:
                threads = torch.get_num_threads()
                for _, _ in zip(range(5), try_rates_on(run, 1), strict=False):
                    assert torch.get_num_threads() == threads
                    assert run.trainer.optimizer.param_groups[0]["lr"] == record.learning_rate
    events.close()
    return found


@pytest.mark.parametrize("name", ["gru-additive", "transformer"])
def test_a_run_goes_on_bit_for_bit_as_without_it(prepared: Path, tmp_path: Path, name: str) -> None:
    config = tiny_config(*ARCHITECTURES[name], dropout=0.2, training={"steps": 0})
    one = tiny_run(tmp_path / "a", prepared, config)
    plain = losses(one, STEPS)
    other = tiny_run(tmp_path / "b", prepared, config)
    assert losses(other, STEPS, try_at=3) == plain
    assert same_weights(weights_of(one.trainer.model), weights_of(other.trainer.model))
    files = {path.name for path in (tmp_path / "b").rglob("*")}
    assert files == {path.name for path in (tmp_path / "a").rglob("*")}


@pytest.mark.parametrize("joined", [(), ("a new pair\tdes mots",)])
def test_the_copy_begins_with_the_weights_and_the_optimizer_of_the_run(
    prepared: Path, tmp_path: Path, joined: tuple[str, ...]
) -> None:
    """Its first loss is the one that the run's next step has, with pairs that have joined it."""
    run = tiny_run(tmp_path / "run", prepared, tiny_config(training={"steps": 0}))
    events = run.events()
    for _ in range(4):
        next(events)
    run.join(joined, 50)
    first = next(try_rates_on(run, 1)).losses[0]
    step = next(record for record in events if isinstance(record, StepRecord))
    assert first == step.loss
    events.close()


def test_a_new_model_is_the_one_that_the_run_would_begin_with(
    prepared: Path, tmp_path: Path
) -> None:
    config = tiny_config()
    torch.manual_seed(5)
    state = torch.get_rng_state()
    first = next(try_rates_anew(config, prepared, 3))
    assert torch.equal(torch.get_rng_state(), state)
    assert first.request == 3
    run = tiny_run(tmp_path / "run", prepared, config)
    events = run.events()
    assert next(events).loss == first.losses[0]  # type: ignore[attr-defined]
    events.close()


def test_nothing_is_left_on_the_disk(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    tries = try_rates_anew(tiny_config(), prepared, 1)
    next(tries)
    assert list(tmp_path.iterdir())
    tries.close()  # type: ignore[attr-defined]
    assert list(tmp_path.iterdir()) == []
