"""The range test: what it suggests, where it stops, and that nothing else notices."""

from __future__ import annotations

import math
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from s2s_core.data.batch import Batches
from s2s_core.data.windows import Index, StoredWindows
from s2s_core.errors import TrainingFailed
from s2s_core.records import RangeRecord
from s2s_core.training.range_test import (
    EXPLODED,
    HIGHEST,
    LOWEST,
    SPREAD,
    STEPS,
    range_test,
    smoothed,
    suggestions,
)
from tests.helpers import copy_batches, tiny_config, tiny_trainer

RATES = np.geomspace(LOWEST, HIGHEST, STEPS).tolist()


@pytest.fixture(scope="module")
def adam() -> list[RangeRecord]:
    """All that one test tells, of a model that learns and then explodes."""
    return list(range_test(tiny_trainer(tiny_config(training={"clip_norm": 0.0})), 7))


def test_the_rate_rises_evenly_until_the_loss_explodes(adam: list[RangeRecord]) -> None:
    told = adam
    last = told[-1]
    assert [len(record.rates) for record in told] == list(range(1, len(told) + 1))
    assert last.rates == pytest.approx(RATES[: len(last.rates)])
    assert last.ended == "exploded"
    assert not any(record.ended for record in told[:-1])
    assert {record.request for record in told} == {7}
    assert last.smoothed[-1] > EXPLODED * min(last.smoothed)


def test_a_loss_without_a_number_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = tiny_trainer()
    real = trainer._update

    def explode(*given: object) -> None:
        real(*given)  # type: ignore[arg-type]
        if trainer.step == 4:
            next(trainer.model.parameters()).data.fill_(math.nan)

    monkeypatch.setattr(trainer, "_update", explode)
    last = list(range_test(trainer))[-1]
    assert last.ended == "no_number"
    assert len(last.losses) == len(last.rates) == len(last.smoothed) == 5
    assert all(map(math.isfinite, last.losses))


def test_a_failure_at_the_first_step_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = tiny_trainer()

    def fails(*_: object) -> None:
        raise TrainingFailed("no")

    monkeypatch.setattr(trainer, "_finite", fails)
    assert [(r.losses, r.ended) for r in range_test(trainer)] == [((), "no_number")]


def test_the_rate_of_a_step_is_the_one_told_whatever_the_schedule(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trainer = tiny_trainer(tiny_config(training={"schedule": "inverse_square_root"}))
    taken: list[float] = []
    real = trainer.optimizer.step

    def step() -> None:
        taken.append(trainer.optimizer.param_groups[0]["lr"])
        real()

    monkeypatch.setattr(trainer.optimizer, "step", step)
    *_, last = islice(range_test(trainer), 12)
    assert taken == pytest.approx(last.rates)


def test_random_numbers_and_threads_are_left_alone_between_steps() -> None:
    trainer = tiny_trainer(tiny_config(dropout=0.5))
    torch.manual_seed(5)
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    for _, _ in zip(range(5), range_test(trainer), strict=False):
        assert torch.equal(torch.get_rng_state(), state)
        assert torch.get_num_threads() == threads


def test_of_a_corpus_that_still_comes_it_takes_what_is_there(tmp_path: Path) -> None:
    copy_batches().pairs.save(tmp_path, "train")
    index = Index((len(copy_batches().pairs),), 900, False, "key")
    index.save(tmp_path)
    trainer = tiny_trainer(
        tiny_config(training={"batching": "full"}), Batches(StoredWindows(tmp_path), 64, 1)
    )
    assert len(list(islice(range_test(trainer), 3))) == 3
    assert Index.load(tmp_path) == index


def test_two_tests_of_the_same_are_equal() -> None:
    one, other = (range_test(tiny_trainer(tiny_config(dropout=0.3))) for _ in "ab")
    assert list(islice(one, 8)) == list(islice(other, 8))


def test_smoothing_is_the_mean_of_the_neighbours_weighted_by_nearness() -> None:
    losses = [float(n * n % 17) for n in range(30)]
    for place, value in enumerate(smoothed(losses)):
        near = [n for n in range(30) if abs(n - place) <= SPREAD]
        weights = [SPREAD + 1 - abs(n - place) for n in near]
        mean = sum(w * losses[n] for w, n in zip(weights, near, strict=True)) / sum(weights)
        assert value == pytest.approx(mean)
    assert smoothed([3.0]) == (3.0,)


def test_suggestions_on_a_curve_whose_answer_is_known() -> None:
    """The loss falls as a logistic curve around 1e-3 and has its lowest point at 1e-1."""
    curve = [
        8 - 4 / (1 + math.exp(-6 * (math.log10(rate) + 3)))
        + (10 * (math.log10(rate) + 1) ** 2 if rate > 0.1 else -0.01 * (math.log10(rate) + 3))
        for rate in RATES
    ]  # fmt: skip
    steepest, tenth = suggestions(RATES, curve)
    assert steepest == pytest.approx(1e-3, rel=0.15)
    assert tenth == pytest.approx(1e-2, rel=0.15)


@pytest.mark.parametrize(
    "curve", [[], [5.0] * 40, [5.0 + n for n in range(40)], [5.0 - 0.001 * n for n in range(40)]]
)
def test_nothing_is_suggested_where_the_loss_does_not_fall(curve: list[float]) -> None:
    assert suggestions(RATES[: len(curve)], curve) == (0.0, 0.0)


def test_an_explosion_after_learning_gives_suggestions_below_it(adam: list[RangeRecord]) -> None:
    last = adam[-1]
    lowest = last.rates[int(np.argmin(last.smoothed))]
    assert 0 < last.steepest < lowest
    assert last.tenth == pytest.approx(lowest / 10, rel=0.05)
