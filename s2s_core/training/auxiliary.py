"""Auxiliary tasks: what is learned beside translating, each added to the objective by a weight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import torch
from torch import Tensor

from s2s_core.configs import ObjectiveConfig
from s2s_core.data.batch import Batch
from s2s_core.models.contract import DecoderOutput, Memory
from s2s_core.models.encoder_decoder import EncoderDecoder
from s2s_core.training.loss import token_losses

Task = Callable[[EncoderDecoder, Batch, Memory, DecoderOutput, ObjectiveConfig], Tensor]


def reconstruction(
    model: EncoderDecoder, batch: Batch, memory: Memory, output: DecoderOutput,
    config: ObjectiveConfig,
) -> Tensor:  # fmt: skip
    """Return the cross entropy of the source, from the model's head, per source token."""
    assert model.reconstruction is not None
    scores = model.reconstruction(memory).float()
    return token_losses(scores, batch.source, batch.source_mask, 0.0)[1] / batch.source_tokens


def language_model(
    model: EncoderDecoder, batch: Batch, memory: Memory, output: DecoderOutput,
    config: ObjectiveConfig,
) -> Tensor:  # fmt: skip
    """Return the cross entropy of the target with the memory blanked, per target token.

    The decoder alone must then know how sentences go on. After Sennrich, Haddow and Birch 2016,
    "Improving Neural Machine Translation Models with Monolingual Data", section 3.1 (a source
    that says nothing); as a task beside translating: Domhan and Hieber 2017.
    """
    scores = model.score_from(blanked(memory), batch.target_input).scores
    total = token_losses(scores, batch.target_output, batch.target_mask, 0.0)[1]
    return total / batch.target_tokens


def guided_attention(
    model: EncoderDecoder, batch: Batch, memory: Memory, output: DecoderOutput,
    config: ObjectiveConfig,
) -> Tensor:  # fmt: skip
    """Return how far from the diagonal the decoder looks, from 0 to 1, per target token.

    The weights, averaged over layers and heads, times 1 - exp(-(n/N - t/T)² / 2g²), summed over
    the source. The source of this penalty takes the mean over the source too; the sum makes it
    the same for long and short sentences.
    Source: Tachibana, Uenoyama and Aihara 2018, section 4.2, for speech.
    """
    assert output.attention is not None
    looks = output.attention.float().mean((1, 2))  # [batch, target length, source length]
    source = _places(batch.source_mask).unsqueeze(1)
    target = _places(batch.target_mask).unsqueeze(2)
    width = config.guided_attention_width
    penalty = 1.0 - torch.exp(-((source - target) ** 2) / (2 * width**2))
    return (looks * penalty).sum(-1)[batch.target_mask].sum() / batch.target_tokens


def coverage(
    model: EncoderDecoder, batch: Batch, memory: Memory, output: DecoderOutput,
    config: ObjectiveConfig,
) -> Tensor:  # fmt: skip
    """Return how much the decoder looks where it has looked before, per target token.

    The lesser of a weight, averaged over layers and heads, and the sum of those before it.
    Source: See, Liu and Manning 2017, section 2.3, eq. (12).
    """
    assert output.attention is not None
    looks = output.attention.float().mean((1, 2))  # [batch, target length, source length]
    before = looks.cumsum(1) - looks
    return torch.minimum(looks, before).sum(-1)[batch.target_mask].sum() / batch.target_tokens


def blanked(memory: Memory) -> Memory:
    """Return a memory of the same shape that says nothing of the source but its length."""
    values = {field.name: getattr(memory, field.name) for field in fields(memory)}
    tensors = {name: value for name, value in values.items() if isinstance(value, Tensor)}
    del tensors["mask"]
    # The source becomes PADDING, which is 0.
    return replace(memory, **{name: torch.zeros_like(value) for name, value in tensors.items()})


def _places(mask: Tensor) -> Tensor:
    """Return where each position stands in its sentence, from 0 (first) towards 1."""
    positions = torch.arange(mask.shape[1], device=mask.device)
    return positions / mask.sum(1, keepdim=True)


TASKS: dict[str, Task] = {
    "reconstruction": reconstruction,
    "language_model": language_model,
    "guided_attention": guided_attention,
    "coverage": coverage,
}
