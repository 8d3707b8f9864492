"""Teacher forcing: how often the decoder is given the reference, and what it does without.

Table TEACHER_FORCING: schedules, pure functions from the steps done to a share.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from s2s_core.choices import Choices
from s2s_core.configs import RunConfig
from s2s_core.data.batch import Batch
from s2s_core.decoding.hypothesis import continuations
from s2s_core.models.contract import Memory
from s2s_core.models.encoder_decoder import EncoderDecoder
from s2s_core.text.tokenizer import BEGIN

# (steps done, steps after which the share is a half) -> share of what it is at first
TeacherForcing = Callable[[int, int], float]


def constant(step: int, half: int) -> float:
    """Always the same share."""
    return 1.0


def linear(step: int, half: int) -> float:
    """Fall evenly to nothing, in twice the steps in which it is halved.

    Source: Bengio et al. 2015, "Scheduled Sampling", section 2.4.
    """
    return max(0.0, 1.0 - step / (2 * half))


def exponential(step: int, half: int) -> float:
    """Lose the same part with every step: quickly at first, then ever more slowly.

    k ** step, with the k that halves it in so many steps.
    Source: Bengio et al. 2015, "Scheduled Sampling", section 2.4.
    """
    return float(0.5 ** (step / half))


def inverse_sigmoid(step: int, half: int) -> float:
    """Stay high for long, fall around the half, then level out: an S turned round.

    k / (k + exp(step / k)), with the k for which k ln k = `half`.
    Source: Bengio et al. 2015, "Scheduled Sampling", section 2.4.
    """
    k = _product_log(half)
    return 1.0 / (1.0 + math.exp(min(step / k - math.log(k), 700.0)))


def _product_log(product: int) -> float:
    """Return the k with k ln k = product, by Newton's method: quadratic from above."""
    k = product + 2.0
    for _ in range(50):
        k = (product + k) / (math.log(k) + 1.0)
    return k


def teacher_forcing_at(step: int, config: RunConfig) -> float:
    """Return the share of positions at which the reference is given, after so many steps."""
    given, objective = config.training.teacher_forcing, config.objective
    share = given * TEACHER_FORCING[objective.teacher_forcing](step, objective.half_forced_after)
    return max(share, min(given, objective.least_teacher_forcing))


def with_own_guesses(model: EncoderDecoder, batch: Batch, teacher_forcing: float) -> Batch:
    """Replace some of the pieces that the decoder is given by its own guesses.

    A first pass, teacher forced, guesses all positions at once; the second learns from the
    mixture. Works for every decoder. Source: Mihaylova and Martins 2019, section 3.
    """
    with torch.no_grad():
        guesses = model.score(batch).scores.argmax(-1)
    torch.clear_autocast_cache()  # or the next pass takes its weights, which know no gradient
    given = batch.target_input
    own = torch.rand(given.shape, device=given.device) >= teacher_forcing
    own[:, 0] = False  # BEGIN
    mixed = torch.where(own & batch.target_mask, guesses.roll(1, dims=1), given)
    return replace(batch, target_input=mixed)


def free_running_scores(model: EncoderDecoder, memory: Memory, length: int) -> Tensor:
    """Score every position when the decoder is fed its own greedy pieces, never the reference.

    At the first position it is given BEGIN, at each later one the piece that greedy search would
    have written at the one before: the most probable that is not a mere sign. It is not stopped
    where it writes END, so that there are as many positions as the reference has, and its cross
    entropy can be put beside the teacher-forced one. A translation that is right but shifted by
    a piece counts as wrong.

    returns: [batch, length, vocabulary]
    """
    state = model.decoder.start(memory)
    token = torch.full_like(memory.source[:, 0], BEGIN)
    scores: list[Tensor] = []
    for _ in range(length):
        output, state = model.decoder.step(token, state)
        scores.append(output.scores.float())
        token = continuations(output).argmax(-1)
    return torch.cat(scores, dim=1)


TEACHER_FORCING: Choices[TeacherForcing] = Choices(
    "teacher_forcing",
    {
        "constant": constant,
        "linear": linear,
        "exponential": exponential,
        "inverse_sigmoid": inverse_sigmoid,
    },
)
