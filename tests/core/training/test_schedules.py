from __future__ import annotations

import pytest

from s2s_core.configs import TrainingConfig
from s2s_core.training.schedules import SCHEDULES

# For every row: step and factor, with four steps of warm-up.
EXPECTED: dict[str, dict[int, float]] = {
    "constant": {1: 1.0, 4: 1.0, 1000: 1.0},
    "warmup": {1: 0.25, 2: 0.5, 4: 1.0, 5: 1.0, 1000: 1.0},
    "inverse_square_root": {1: 0.25, 3: 0.75, 4: 1.0, 16: 0.5, 64: 0.25, 400: 0.1},
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_factor_is_that_of_the_formula(name: str) -> None:
    config = TrainingConfig(warmup_steps=4)
    for step, factor in EXPECTED[name].items():
        assert SCHEDULES[name](step, config) == pytest.approx(factor)


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("warmup_steps", [1, 7])
def test_the_factor_is_never_above_one_nor_nothing(name: str, warmup_steps: int) -> None:
    config = TrainingConfig(warmup_steps=warmup_steps)
    factors = [SCHEDULES[name](step, config) for step in range(1, 200)]
    assert max(factors) == 1.0
    assert min(factors) > 0.0
