"""Source reconstruction: a head that says what the source was, from one vector."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from s2s_core.models.contract import Memory
from s2s_core.models.positions import sinusoidal


class SourceReconstruction(nn.Module):
    """Predict each source piece from the encoder's final state and the piece's position alone.

    Only training needs it: it makes the one vector remember all of the source. After Tu et al.
    2017, "Neural Machine Translation with Reconstruction", section 3, but much smaller: there, a
    second decoder with attention reads the states of the first.
    """

    def __init__(self, memory_size: int, vocabulary: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(2 * memory_size, memory_size)
        self.output = nn.Linear(memory_size, vocabulary)
        for layer in (self.hidden, self.output):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, memory: Memory) -> Tensor:
        """Return scores, [batch, source length, vocabulary]."""
        length, size = memory.mask.shape[1], memory.final.shape[1]
        positions = sinusoidal(0, length, size, memory.final.device)[:, :size]
        final = memory.final.unsqueeze(1).expand(-1, length, -1)
        both = torch.cat([final, positions.expand(len(final), -1, -1)], dim=-1)
        return self.output(torch.tanh(self.hidden(both)))  # type: ignore[no-any-return]
