"""What a batch is worth: the plain loss that is shown, and the objective that is minimised."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from s2s_core.configs import RunConfig
from s2s_core.data.batch import Batch
from s2s_core.models.encoder_decoder import EncoderDecoder
from s2s_core.training.loss import token_losses


def losses(model: EncoderDecoder, batch: Batch, config: RunConfig) -> tuple[Tensor, Tensor]:
    """Return plain cross entropy and objective, both per real target token."""
    training = config.training
    if training.teacher_forcing < 1.0:
        batch = with_own_guesses(model, batch, training.teacher_forcing)
    scores = model.score(batch).scores
    sums = token_losses(
        scores, batch.target_output, batch.target_mask, training.label_smoothing,
        config.objective.loss,
    )  # fmt: skip
    return sums[0] / batch.target_tokens, sums[1] / batch.target_tokens


def with_own_guesses(model: EncoderDecoder, batch: Batch, teacher_forcing: float) -> Batch:
    """Replace some of the pieces that the decoder is given by its own guesses.

    A first pass, teacher forced, guesses all positions at once; the second learns from the
    mixture. Works for every decoder. Source: Mihaylova and Martins 2019, section 3.
    """
    with torch.no_grad():
        guesses = model.score(batch).scores.argmax(-1)
    given = batch.target_input
    own = torch.rand(given.shape, device=given.device) >= teacher_forcing
    own[:, 0] = False  # BEGIN
    mixed = torch.where(own & batch.target_mask, guesses.roll(1, dims=1), given)
    return replace(batch, target_input=mixed)
