"""The probe: numbers that training itself confirms, and not a trace left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from s2s_core.configs import RunConfig
from s2s_core.data.batch import Batches
from s2s_core.data.store import EncodedPairs
from s2s_core.experiment import merged
from s2s_core.models import device
from s2s_core.records import ProbeRecord, StepRecord
from s2s_core.runs.run import Run
from s2s_core.training import probe as probe_module
from s2s_core.training.probe import PeakMemory, probe
from s2s_core.training.trainer import Trainer
from tests.helpers import ARCHITECTURES, tiny_config


def answer(config: RunConfig, prepared: Path) -> ProbeRecord:
    record = list(probe(config, prepared, 7))[-1]
    assert record is not None
    return record


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_probe_tells_what_a_run_then_has(prepared: Path, tmp_path: Path, name: str) -> None:
    config = tiny_config(*ARCHITECTURES[name])
    found = answer(config, prepared)
    run = Run.create(tmp_path / "run", config, prepared)
    assert found.request == 7
    assert found.parameters == run.trainer.model.parameter_count
    assert found.steps_per_epoch == len(run.trainer.batches.rows_of(0))
    assert 0 < found.seconds_per_step < 60
    # Weights, gradients and Adam's two moments are the least that training takes.
    assert found.memory_bytes > 16 * found.parameters


@pytest.mark.parametrize(("average", "copies"), [({"ema_decay": 0.9}, 1), ({"average_last": 4}, 5)])
def test_averages_take_memory(
    prepared: Path, average: dict[str, float], copies: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe_module, "SLOW_SECONDS", 1e9)  # always the whole batch
    plain = answer(tiny_config(), prepared)
    found = answer(tiny_config(regularisation=average), prepared)
    more = found.memory_bytes - plain.memory_bytes
    assert more >= 4 * copies * plain.parameters
    assert more < 4 * (copies + 4) * plain.parameters


def test_what_else_the_computer_does_is_not_counted(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = iter((0.01, 0.01, 0.2, 0.04, 0.03, 0.02, 0.09, 0.05))  # two, memory, then five
    monkeypatch.setattr(probe_module, "_step", lambda *_: next(taken))
    monkeypatch.setattr(probe_module, "FIRST_SHARE", 1)  # the whole batch at once
    assert answer(tiny_config(), prepared).seconds_per_step == pytest.approx(0.02)


def test_it_yields_in_between_and_answers_last(prepared: Path) -> None:
    stages = list(probe(tiny_config(), prepared, 1))
    assert len(stages) >= 6
    assert stages[:-1] == [None] * (len(stages) - 1)


@pytest.mark.parametrize("stages", [2, 4, 100])
def test_probing_leaves_random_numbers_and_threads_alone(prepared: Path, stages: int) -> None:
    torch.manual_seed(5)
    torch.set_num_threads(1)
    state = torch.get_rng_state()
    for _, _ in zip(range(stages), probe(tiny_config(dropout=0.5), prepared, 1), strict=False):
        assert torch.equal(torch.get_rng_state(), state)
        assert torch.get_num_threads() == 1


def test_a_model_that_does_not_fit_has_no_time(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "_free_memory", lambda: 1000)
    found = answer(tiny_config(), prepared)
    assert found.seconds_per_step == 0
    assert found.parameters > 0
    assert found.memory_bytes > 1000
    assert found.steps_per_epoch > 0


def test_a_model_too_large_to_be_built_for_a_look_has_no_time(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe_module, "MOST_PARAMETERS", 10)
    assert answer(tiny_config(), prepared).seconds_per_step == 0


def test_a_device_that_is_not_there_has_no_time(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "available_devices", lambda: ["cpu"])
    config = merged(tiny_config(), {"training": {"device": "cuda"}})
    assert answer(config, prepared).seconds_per_step == 0


def test_a_slow_batch_is_tried_in_part_and_scaled(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    def step(trainer: Trainer, steps: object) -> float:
        sizes.append(len(trainer.batches.pairs))
        return sizes[-1] * 0.5  # seconds

    monkeypatch.setattr(probe_module, "_step", step)
    config = merged(tiny_config(), {"training": {"batch_tokens": 512}})
    rows = len(Batches(EncodedPairs.load(prepared / "encoded", "train"), 512, 0).typical_rows())
    assert answer(config, prepared).seconds_per_step == pytest.approx(rows * 0.5)
    assert max(sizes[:2] + sizes[3:]) < rows / 4  # the third counts memory


def test_the_memory_is_one_figure_however_busy_the_machine_is(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a large batch, of which in the time there is now much, now little is tried."""
    config = merged(tiny_config(), {"training": {"batch_tokens": 512}})
    real, found = probe_module._step, []
    for seconds in (1e-6, 0.05, 0.5):

        def step(trainer: Trainer, steps: Iterator[StepRecord], each: float = seconds) -> float:
            real(trainer, steps)
            return len(trainer.batches.pairs) * each

        monkeypatch.setattr(probe_module, "_step", step)
        found.append(answer(config, prepared).memory_bytes)
    assert len(set(found)) == 1


def test_peak_memory_counts_what_is_there_at_once() -> None:
    with PeakMemory() as memory:
        first = torch.zeros(1000)
        for _ in range(5):
            first = first + 1
        kept = first.view(10, 100)[0]  # the same storage: not counted again
        del first
    assert memory.now == 4000
    assert memory.most == 8000
    assert kept.sum() == 500


def test_an_update_of_several_batches_takes_as_much_longer(prepared: Path, tmp_path: Path) -> None:
    one = answer(tiny_config(), prepared)
    for changes, updates in (
        ({"accumulate": 3}, -(-one.steps_per_epoch // 3)),
        ({"batching": "full"}, 1),
    ):
        config = tiny_config(training=changes)
        found = answer(config, prepared)
        assert found.steps_per_epoch == updates
        assert found.memory_bytes == pytest.approx(one.memory_bytes, rel=0.1)
        assert found.seconds_per_step > 0
    pairs = answer(tiny_config(training={"batching": "pair"}), prepared)
    run = Run.create(tmp_path / "run", tiny_config(training={"batching": "pair"}), prepared)
    assert pairs.steps_per_epoch == len(run.trainer.batches.pairs)
    assert pairs.memory_bytes < one.memory_bytes
