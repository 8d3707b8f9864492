"""What is minimised: every row learns, and the loss that is shown stays what it is."""

from __future__ import annotations

import math
from typing import Any

import pytest

from s2s_core.records import StepRecord
from s2s_core.training.loss import LOSSES
from tests.helpers import copy_batches, tiny_config, tiny_trainer


def trained(
    count: int, training: dict[str, Any] | None = None, **objective: Any
) -> list[StepRecord]:
    """Return the records of a tiny model that learns to copy."""
    values = {"learning_rate": 0.02, **(training or {})}
    config = tiny_config(layers=1, training=values, objective=objective)
    steps = tiny_trainer(config, copy_batches(longest=2)).steps()
    return [next(steps) for _ in range(count)]


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_learns_to_copy_as_the_cross_entropy_shows(loss: str) -> None:
    records = trained(60, loss=loss)
    assert sum(record.loss for record in records[-5:]) < 0.7 * 5 * records[0].loss
    assert sum(record.objective for record in records[-5:]) < 0.7 * 5 * records[0].objective


def test_the_loss_shown_is_the_cross_entropy_whatever_is_minimised() -> None:
    one, other = trained(1)[0], trained(1, loss="binary_cross_entropy")[0]
    assert other.loss == one.loss
    assert other.objective > 2 * one.objective


def test_everything_at_once_computes_in_bfloat16() -> None:
    """Scores are put back to full precision wherever a loss is made of them."""
    records = trained(
        3, {"precision": "bfloat16", "teacher_forcing": 0.7}, loss="binary_cross_entropy",
        language_model_weight=0.5, guided_attention_weight=0.5, risk_weight=0.5,
    )  # fmt: skip
    full = trained(
        1, {"teacher_forcing": 0.7}, loss="binary_cross_entropy",
        language_model_weight=0.5, guided_attention_weight=0.5,
    )[0]  # fmt: skip
    assert all(math.isfinite(record.gradient_norm) for record in records)
    assert records[0].loss == pytest.approx(full.loss, rel=0.05)
