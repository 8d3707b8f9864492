"""Teacher forcing: its schedules, and what the decoder does without."""

from __future__ import annotations

import math

import pytest
import torch

from s2s_core.data.batch import make_batch
from s2s_core.models.device import evaluating
from s2s_core.text.tokenizer import BEGIN, END, PADDING, UNKNOWN
from s2s_core.training.loss import token_losses
from s2s_core.training.teacher_forcing import (
    TEACHER_FORCING,
    free_running_scores,
    teacher_forcing_at,
)
from tests.helpers import (
    ARCHITECTURES,
    ScriptedDecoder,
    tiny_batch,
    tiny_config,
    tiny_model,
    tiny_trainer,
)

FALLING = [name for name in TEACHER_FORCING if name != "constant"]


@pytest.mark.parametrize("half", [1, 3, 250, 10_000_000])
@pytest.mark.parametrize("name", FALLING)
def test_a_falling_share_is_halved_where_it_is_told(name: str, half: int) -> None:
    schedule = TEACHER_FORCING[name]
    assert schedule(half, half) == pytest.approx(0.5, abs=1e-9)
    shares = [schedule(step, half) for step in range(0, 40 * half, half)]
    assert shares == sorted(shares, reverse=True)
    assert 0.6 < shares[0] <= 1.0
    assert 0.0 <= shares[-1] < 1e-9


def test_the_schedules_are_those_of_the_paper() -> None:
    k = 50.0
    half = round(k * math.log(k))  # 196, for 195.6
    for step in (0, 30, 100, 196, 400):
        expected = k / (k + math.exp(step / k))
        assert TEACHER_FORCING["inverse_sigmoid"](step, half) == pytest.approx(expected, abs=3e-3)
        assert TEACHER_FORCING["exponential"](step, 100) == pytest.approx(
            math.exp(math.log(0.5) / 100) ** step
        )
        assert TEACHER_FORCING["linear"](step, 100) == pytest.approx(max(0, 1 - 0.005 * step))
        assert TEACHER_FORCING["constant"](step, 100) == 1.0


def test_the_share_starts_at_the_ratio_and_stops_at_the_least() -> None:
    config = tiny_config(
        training={"teacher_forcing": 0.8},
        objective={"teacher_forcing": "linear", "half_forced_after": 10,
                   "least_teacher_forcing": 0.3},
    )  # fmt: skip
    shares = [teacher_forcing_at(step, config) for step in (0, 5, 10, 15, 100)]
    assert shares == pytest.approx([0.8, 0.6, 0.4, 0.3, 0.3])
    low = tiny_config(training={"teacher_forcing": 0.2}, objective=config.objective.model_dump())
    assert teacher_forcing_at(0, low) == 0.2  # the least is no way to raise it


def test_training_follows_the_schedule_and_says_so() -> None:
    objective = {"teacher_forcing": "linear", "half_forced_after": 2}
    steps = tiny_trainer(tiny_config(objective=objective)).steps()
    assert [next(steps).teacher_forcing for _ in range(5)] == [1.0, 0.75, 0.5, 0.25, 0.0]


def test_nothing_of_the_reference_is_given_in_the_end() -> None:
    """Once the share is nothing, another reference of the same lengths gives the same scores."""
    steps = tiny_trainer(tiny_config(training={"teacher_forcing": 0.0})).steps()
    scheduled = {"teacher_forcing": "exponential", "half_forced_after": 1}
    trainer = tiny_trainer(tiny_config(objective=scheduled))
    trainer.step = 5000
    assert next(trainer.steps()).loss == next(steps).loss


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_free_running_is_forward_on_what_was_written_so_far(name: str) -> None:
    """An independent way: read again from the beginning for every piece, with `forward`."""
    model, batch = tiny_model(*ARCHITECTURES[name]), tiny_batch()
    length = batch.target_output.shape[1]
    with torch.no_grad():
        memory = model.encode(batch.source, batch.source_mask)
        found = free_running_scores(model, memory, length)
        given = torch.full((len(batch), 1), BEGIN)
        for place in range(length):
            scores = model.decoder(memory, given).scores[:, -1]
            torch.testing.assert_close(found[:, place], scores, rtol=1e-4, atol=1e-5)
            scores[:, [PADDING, UNKNOWN, BEGIN]] = -math.inf
            given = torch.cat([given, scores.argmax(-1, keepdim=True)], dim=1)


def test_a_mistake_costs_what_follows_it() -> None:
    """By hand: 4 is wrong, so that what should follow the right 5 is never reached."""
    decoder = ScriptedDecoder({
        (): {4: 0.6, 5: 0.4},
        (4,): {6: 0.9, 7: 0.1},
        (5,): {7: 0.9, 6: 0.1},
        (4, 6): {END: 1.0},
        (5, 7): {END: 1.0},
    })  # fmt: skip
    model = tiny_model()
    model.decoder = decoder
    batch = make_batch([[0]], [[5, 7]])
    with evaluating(model):
        free = free_running_scores(model, decoder.memory(), 3)
    loss, _ = token_losses(free, batch.target_output, batch.target_mask, 0.0)
    assert loss.item() == pytest.approx(-math.log(0.4) - math.log(0.1) - 0.0, rel=1e-5)
    taught = decoder(decoder.memory(), batch.target_input).scores
    loss, _ = token_losses(taught, batch.target_output, batch.target_mask, 0.0)
    assert loss.item() == pytest.approx(-math.log(0.4) - math.log(0.9) - 0.0, rel=1e-5)
