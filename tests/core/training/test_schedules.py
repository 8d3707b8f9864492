from __future__ import annotations

import pytest

from s2s_core.configs import TrainingConfig
from s2s_core.training.schedules import SCHEDULES, Plateau

# For every row: step and factor, with four steps of warm-up, the end at step 19, a quarter left
# there, and a factor of 0.5 every eight steps.
EXPECTED: dict[str, dict[int, float]] = {
    "constant": {1: 1.0, 4: 1.0, 1000: 1.0},
    "warmup": {1: 0.25, 2: 0.5, 4: 1.0, 5: 1.0, 1000: 1.0},
    "inverse_square_root": {1: 0.25, 3: 0.75, 4: 1.0, 16: 0.5, 64: 0.25, 400: 0.1},
    "cosine": {1: 0.25, 4: 1.0, 8: 0.890165, 12: 0.625, 16: 0.359835, 20: 0.25, 1000: 0.25},
    "linear": {2: 0.5, 4: 1.0, 8: 0.8125, 12: 0.625, 19: 0.296875, 20: 0.25, 1000: 0.25},
    "step": {2: 0.5, 4: 1.0, 11: 1.0, 12: 0.5, 19: 0.5, 20: 0.25, 36: 0.0625},
    "exponential": {1: 0.25, 4: 1.0, 8: 0.70710678, 12: 0.5, 20: 0.25, 36: 0.0625},
    "one_cycle": {
        1: 0.205263,
        2: 0.310526,
        8: 0.942105,
        9: 0.952632,
        17: 0.110526,
        18: 0.053105,
        19: 0.001,
        1000: 0.001,
    },
    "plateau": {1: 0.25, 2: 0.5, 4: 1.0, 5: 1.0, 1000: 1.0},
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_factor_is_that_of_the_formula(name: str) -> None:
    config = TrainingConfig(
        schedule=name, warmup_steps=4, decay_steps=19, final_factor=0.25, decay_factor=0.5,
        decay_every=8,
    )  # fmt: skip
    for step, factor in EXPECTED[name].items():
        assert SCHEDULES[name](step, config) == pytest.approx(factor, abs=1e-6)


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("warmup_steps", [1, 7])
def test_the_factor_is_never_above_one_nor_nothing(name: str, warmup_steps: int) -> None:
    config = TrainingConfig(warmup_steps=warmup_steps, steps=200)
    factors = [SCHEDULES[name](step, config) for step in range(1, 201)]
    assert max(factors) == pytest.approx(1.0)
    assert max(factors) <= 1.0
    assert min(factors) > 0.0


@pytest.mark.parametrize("name", ["cosine", "linear", "one_cycle"])
def test_a_schedule_that_falls_ends_with_the_run_unless_told_otherwise(name: str) -> None:
    of_the_run = TrainingConfig(schedule=name, warmup_steps=10, steps=200)
    earlier = TrainingConfig(schedule=name, warmup_steps=10, steps=900, decay_steps=200)
    for step in (1, 10, 50, 190, 200, 300):
        assert SCHEDULES[name](step, of_the_run) == SCHEDULES[name](step, earlier)
    assert SCHEDULES[name](200, of_the_run) < 0.01
    with pytest.raises(ValueError, match="needs to know where it ends: give decay_steps or steps"):
        TrainingConfig(schedule=name, steps=0)


@pytest.mark.parametrize("name", ["cosine", "linear"])
def test_a_warm_up_longer_than_the_run_is_only_a_warm_up(name: str) -> None:
    config = TrainingConfig(schedule=name, warmup_steps=100, steps=50)
    assert [SCHEDULES[name](step, config) for step in (1, 50, 99)] == [0.01, 0.5, 0.99]
    assert SCHEDULES[name](100, config) == 0.0


def test_a_plateau_is_so_many_validations_without_a_lower_loss() -> None:
    state, reductions = Plateau(), []
    #            best        same      best       worse, but not below the best
    for loss in (3.0, 2.0, 2.0, 2.5, 1.9, 1.95, 1.94, 1.93, 1.92, 1.8, float("nan")):
        state = state.after(loss, patience=2)
        reductions.append(state.reductions)
    assert reductions == [0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 3]
    assert state.best == 1.8
