"""What a batch is worth: the plain loss that is shown, and the objective that is minimised."""

from __future__ import annotations

from torch import Tensor

from s2s_core.configs import RunConfig
from s2s_core.data.batch import Batch
from s2s_core.models.encoder_decoder import EncoderDecoder
from s2s_core.training.auxiliary import TASKS
from s2s_core.training.loss import token_losses
from s2s_core.training.risk import Decode, in_numbers, risk
from s2s_core.training.teacher_forcing import teacher_forcing_at, with_own_guesses


def losses(
    model: EncoderDecoder, batch: Batch, config: RunConfig, step: int = 0,
    decode: Decode = in_numbers,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Return plain cross entropy and objective, both per real target token, after so many steps.

    decode: gives the text of target pieces, for what scores texts
    """
    wanted, given = config.objective, batch
    teacher_forcing = teacher_forcing_at(step, config)
    if teacher_forcing < 1.0:
        given = with_own_guesses(model, batch, teacher_forcing)
    memory = model.encode(batch.source, batch.source_mask)
    look = wanted.guided_attention_weight > 0 or wanted.coverage_weight > 0
    output = model.score_from(memory, given.target_input, look)
    sums = token_losses(
        output.scores, batch.target_output, batch.target_mask, config.training.label_smoothing,
        wanted.loss,
    )  # fmt: skip
    plain, objective = sums[0] / batch.target_tokens, sums[1] / batch.target_tokens
    if share := wanted.risk_weight:
        expected = risk(model, batch, memory, wanted, decode)
        objective = (1 - share) * objective + share * expected
    for name, weight in wanted.task_weights.items():
        if weight:
            objective = objective + weight * TASKS[name](model, batch, memory, output, wanted)
    return plain, objective
