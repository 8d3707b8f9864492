"""Recurrent encoder and decoder: plain RNN, LSTM and GRU, with or without attention."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from s2s_core.configs import RecurrentDecoderConfig, RecurrentEncoderConfig
from s2s_core.models.attention import ATTENTIONS, attend
from s2s_core.models.contract import Decoder, DecoderOutput, DecoderState, Encoder, Memory

CELLS: dict[str, Callable[..., nn.RNNBase]] = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


class RecurrentEncoder(Encoder):
    """Read the source with a stack of recurrent layers, from one end or from both.

    Source: Sutskever, Vinyals and Le 2014; both ends: Bahdanau, Cho and Bengio 2015, section 3.2.
    """

    def __init__(self, config: RecurrentEncoderConfig, embedding: nn.Embedding) -> None:
        super().__init__()
        self.embedding = embedding
        self.dropout = nn.Dropout(config.dropout)
        self.layers = CELLS[config.kind](
            embedding.embedding_dim,
            config.hidden_size // (2 if config.bidirectional else 1),
            config.layers,
            batch_first=True,
            bidirectional=config.bidirectional,
            dropout=config.dropout if config.layers > 1 else 0.0,
        )

    def forward(self, source: Tensor, mask: Tensor) -> Memory:
        """See `Encoder.forward`."""
        embedded = self.dropout(self.embedding(source))  # [batch, source length, embedding]
        # Packed, because the backward direction must begin at the last real token.
        lengths = mask.sum(1).cpu()
        packed = pack_padded_sequence(embedded, lengths, batch_first=True, enforce_sorted=False)
        output, state = self.layers(packed)
        states, _ = pad_packed_sequence(output, batch_first=True, total_length=source.shape[1])
        hidden = state[0] if isinstance(state, tuple) else state  # [layers * directions, batch, …]
        directions = 2 if self.layers.bidirectional else 1
        final = torch.cat(list(hidden[-directions:]), dim=-1)  # [batch, hidden]
        return Memory(states, mask, final, source)


@dataclass(frozen=True)
class RecurrentState(DecoderState):
    """The hidden state, and what the attention looks at."""

    hidden: tuple[Tensor, ...]  # [batch, layers, hidden]: one, or two for an LSTM
    states: Tensor  # [batch, source length, encoder hidden]
    keys: Tensor  # the same, prepared for scoring
    mask: Tensor  # [batch, source length]


class RecurrentDecoder(Decoder):
    """Write the target with a stack of recurrent layers that starts from the source's last state.

    With attention, each output sees a mixture of the source states (Luong, Pham and Manning
    2015, eq. 5); the attention is not fed back, so that training scores all positions at once.
    """

    def __init__(
        self,
        config: RecurrentDecoderConfig,
        embedding: nn.Embedding,
        memory_size: int,
        vocabulary: int,
    ) -> None:
        super().__init__()
        self.embedding = embedding
        self.dropout = nn.Dropout(config.dropout)
        self.layers = CELLS[config.kind](
            embedding.embedding_dim,
            config.hidden_size,
            config.layers,
            batch_first=True,
            dropout=config.dropout if config.layers > 1 else 0.0,
        )
        self.hidden_parts = 2 if config.kind == "lstm" else 1
        self.bridge = nn.Linear(memory_size, self.hidden_parts * config.layers * config.hidden_size)
        self.scorer = ATTENTIONS[config.attention](config.hidden_size, memory_size)
        width = config.hidden_size + (memory_size if self.scorer.looks else 0)
        self.combine = nn.Linear(width, embedding.embedding_dim)
        self.output = nn.Linear(embedding.embedding_dim, vocabulary)

    def start(self, memory: Memory) -> RecurrentState:
        """See `Decoder.start`.

        The bridge is Bahdanau, Cho and Bengio 2015, appendix A.2.2, but for both directions:
        there, only the backward state goes in.
        """
        first = torch.tanh(self.bridge(memory.final))
        parts = first.view(len(first), self.hidden_parts, self.layers.num_layers, -1)
        keys = self.scorer.prepare(memory.states)
        return RecurrentState(parts.unbind(1), memory.states, keys, memory.mask)

    def forward(self, memory: Memory, target: Tensor, look: bool = False) -> DecoderOutput:
        """See `Decoder.forward`."""
        output, _ = self._run(target, self.start(memory))
        return output if look else replace(output, attention=None)

    def step(self, token: Tensor, state: DecoderState) -> tuple[DecoderOutput, DecoderState]:
        """See `Decoder.step`."""
        assert isinstance(state, RecurrentState)
        return self._run(token.unsqueeze(1), state)

    def _run(self, target: Tensor, state: RecurrentState) -> tuple[DecoderOutput, RecurrentState]:
        embedded = self.dropout(self.embedding(target))  # [batch, target length, embedding]
        hidden = tuple(part.transpose(0, 1).contiguous() for part in state.hidden)
        states, last = self.layers(embedded, hidden if len(hidden) > 1 else hidden[0])
        parts = last if isinstance(last, tuple) else (last,)
        following = replace(state, hidden=tuple(part.transpose(0, 1) for part in parts))
        weights = None
        if self.scorer.looks:
            energies = self.scorer(states, state.keys)  # [batch, target length, source length]
            context, weights = attend(energies, state.mask.unsqueeze(1), state.states)
            states = torch.cat([states, context], dim=-1)
            weights = weights[:, None, None]  # one layer, one head
        features = self.dropout(torch.tanh(self.combine(states)))
        return DecoderOutput(self.output(features), weights), following
