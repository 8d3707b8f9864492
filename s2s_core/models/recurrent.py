"""Recurrent encoder and decoder: plain RNN, LSTM and GRU, with or without attention."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from s2s_core.configs import RecurrentDecoderConfig, RecurrentEncoderConfig
from s2s_core.models.attention import ATTENTIONS, mix
from s2s_core.models.contract import Decoder, DecoderOutput, DecoderState, Encoder, Memory
from s2s_core.models.dropout import Dropout
from s2s_core.models.pointer import log_mixture
from s2s_core.models.recurrent_layers import Masks, Stack, draw_mask, make_layers, read_on


class RecurrentEncoder(Encoder):
    """Read the source with a stack of recurrent layers, from one end or from both.

    Source: Sutskever, Vinyals and Le 2014; both ends: Bahdanau, Cho and Bengio 2015, section 3.2.
    """

    def __init__(self, config: RecurrentEncoderConfig, embedding: nn.Embedding) -> None:
        super().__init__()
        self.embedding = embedding
        self.dropout = Dropout(0.0 if config.variational else config.dropout)
        self.reverse_source = config.reverse_source
        self.layers = make_layers(
            config,
            embedding.embedding_dim,
            config.hidden_size // (2 if config.bidirectional else 1),
            config.bidirectional,
        )

    def forward(self, source: Tensor, mask: Tensor) -> Memory:
        """See `Encoder.forward`."""
        order = backwards(mask) if self.reverse_source else None
        read = source if order is None else source.gather(1, order)
        embedded = self.dropout(self.embedding(read))  # [batch, source length, embedding]
        # Packed, because the backward direction must begin at the last real token.
        lengths = mask.sum(1).cpu()
        packed = pack_padded_sequence(embedded, lengths, batch_first=True, enforce_sorted=False)
        output, state = self.layers(packed)
        states, _ = pad_packed_sequence(output, batch_first=True, total_length=source.shape[1])
        if order is not None:  # each state goes where its piece is written
            states = states.gather(1, order.unsqueeze(-1).expand_as(states))
        hidden = state[0] if isinstance(state, tuple) else state  # [layers * directions, batch, …]
        directions = 2 if self.layers.bidirectional else 1
        final = torch.cat(list(hidden[-directions:]), dim=-1)  # [batch, hidden]
        return Memory(states, mask, final, source)


def backwards(mask: Tensor) -> Tensor:
    """Return the order of each source from its last piece to its first; it undoes itself.

    The END that closes each source stays where it is, and so does the padding.
    Source: Sutskever, Vinyals and Le 2014, section 3.3.
    """
    places = torch.arange(mask.shape[1], device=mask.device)
    mirrored = mask.sum(1, keepdim=True) - 2 - places
    return torch.where(mirrored >= 0, mirrored, places)


@dataclass(frozen=True)
class RecurrentState(DecoderState):
    """The hidden state, and what the attention looks at."""

    hidden: tuple[Tensor, ...]  # [batch, layers, hidden]: one, or two for an LSTM
    values: Tensor  # [batch, source length, encoder hidden], or divided among heads
    keys: Tensor  # the same, prepared for scoring
    mask: Tensor  # [batch, source length]
    source: Tensor  # [batch, source length], the piece numbers
    summary: Tensor  # [batch, encoder hidden]: the whole source in one vector
    remembered: Tensor  # by the attention, of the steps before
    fed: Tensor  # [batch, embedding]: the last features, where they are fed back
    masks: Masks = ()  # of variational dropout while training: of the features, of the layers


class Written(NamedTuple):
    """What the decoder has made of some positions, before pieces are scored."""

    features: Tensor  # [batch, target length, embedding]
    weights: Tensor | None  # [batch, 1, heads, target length, source length]
    gate: Tensor | None  # [batch, target length, 1]: for writing freely, against copying


class RecurrentDecoder(Decoder):
    """Write the target with a stack of recurrent layers that starts from the source's last state.

    With attention, each output sees a mixture of the source states (Luong, Pham and Manning
    2015, eq. 5). Unless that is fed back with the next piece (the same, section 3.3), training
    scores all positions at once. The source's vector is the first state only (Sutskever, Vinyals
    and Le 2014), or goes into every step and output as well (Cho et al. 2014, appendix A.1.2).
    Copying mixes in what is looked at (See, Liu and Manning 2017, section 2.2).
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
        self.dropout = Dropout(0.0 if config.variational else config.dropout)
        self.rate = config.dropout
        self.every_step = config.context == "every_step"
        self.feeds = config.input_feeding and ATTENTIONS[config.attention].looks
        width = embedding.embedding_dim * (2 if self.feeds else 1)
        width += memory_size if self.every_step else 0
        self.layers = make_layers(config, width, config.hidden_size)
        self.hidden_parts = 2 if config.kind == "lstm" else 1
        self.bridge = nn.Linear(memory_size, self.hidden_parts * config.layers * config.hidden_size)
        scorer = ATTENTIONS[config.attention]
        options = {name: getattr(config, name) for name in scorer.options}
        self.scorer = scorer(config.hidden_size, memory_size, **options)
        seen = config.hidden_size + (memory_size if self.scorer.looks else 0)
        self.combine = nn.Linear(seen + (width if self.every_step else 0), embedding.embedding_dim)
        self.output = nn.Linear(embedding.embedding_dim, vocabulary)
        self.gate = nn.Linear(seen + width, 1) if config.copying and self.scorer.looks else None

    def start(self, memory: Memory) -> RecurrentState:
        """See `Decoder.start`.

        The bridge is Bahdanau, Cho and Bengio 2015, appendix A.2.2, but for both directions:
        there, only the backward state goes in.
        """
        first = torch.tanh(self.bridge(memory.final))
        parts = first.view(len(first), self.hidden_parts, self.layers.num_layers, -1)
        return RecurrentState(
            parts.unbind(1),
            self.scorer.values(memory.states),
            self.scorer.prepare(memory.states),
            memory.mask,
            memory.source,
            memory.final,
            self.scorer.begin(memory.mask),
            first.new_zeros(len(first), self.combine.out_features if self.feeds else 0),
            self._masks(first),
        )

    def _masks(self, like: Tensor) -> Masks:
        """Draw the masks of variational dropout, the same for all steps of a sentence."""
        layers = self.layers.draw_masks(len(like), like) if isinstance(self.layers, Stack) else ()
        if not layers:
            return ()
        features = like.new_ones(len(like), self.combine.out_features)
        return draw_mask(features, self.rate), *layers

    def forward(self, memory: Memory, target: Tensor, look: bool = False) -> DecoderOutput:
        """See `Decoder.forward`."""
        output, _ = self._run(target, self.start(memory))
        return output if look else replace(output, attention=None)

    def step(self, token: Tensor, state: DecoderState) -> tuple[DecoderOutput, DecoderState]:
        """See `Decoder.step`."""
        assert isinstance(state, RecurrentState)
        return self._run(token.unsqueeze(1), state)

    def _run(self, target: Tensor, state: RecurrentState) -> tuple[DecoderOutput, RecurrentState]:
        inputs = self.dropout(self.embedding(target))  # [batch, target length, embedding]
        if self.every_step:
            summary = state.summary.unsqueeze(1).expand(-1, target.shape[1], -1)
            inputs = torch.cat([inputs, summary], dim=-1)
        run = self._feed_back if self.feeds else self._write
        written, state = run(inputs, state)
        scores = self.output(written.features)
        if written.gate is not None and written.weights is not None:
            weights = written.weights.mean((1, 2))  # of all heads
            scores = log_mixture(scores, written.gate, weights, state.source)
        return DecoderOutput(scores, written.weights), state

    def _feed_back(self, inputs: Tensor, state: RecurrentState) -> tuple[Written, RecurrentState]:
        """Write position by position, each given what the one before it has seen."""
        found = []
        for position in torch.split(inputs, 1, dim=1):
            given = torch.cat([position, state.fed.unsqueeze(1)], dim=-1)
            written, state = self._write(given, state)
            state = replace(state, fed=written.features.squeeze(1))
            found.append(written)
        features = torch.cat([written.features for written in found], dim=1)
        weights = [written.weights for written in found if written.weights is not None]
        gates = [written.gate for written in found if written.gate is not None]
        gate = torch.cat(gates, dim=1) if gates else None
        return Written(features, torch.cat(weights, dim=-2), gate), state

    def _write(self, inputs: Tensor, state: RecurrentState) -> tuple[Written, RecurrentState]:
        """Read on, look back, and combine: all positions at once."""
        states, state = self._advance(inputs, state)
        weights = None
        if self.scorer.looks:
            weights, remembered = self.scorer.weigh(
                states, state.keys, state.mask, state.remembered
            )
            state = replace(state, remembered=remembered)
            states = torch.cat([states, mix(weights, state.values)], dim=-1)
            weights = weights.view(len(inputs), 1, -1, *weights.shape[-2:])  # one layer
        everything = states
        if self.every_step or self.gate:
            everything = torch.cat([states, inputs], dim=-1)
        # With the source's vector at every step, the output sees it and the piece before as well.
        features = self.combine(everything if self.every_step else states)
        features = self.dropout(torch.tanh(features))
        if state.masks:
            features = features * state.masks[0].unsqueeze(1)
        return Written(features, weights, self.gate(everything) if self.gate else None), state

    def _advance(self, inputs: Tensor, state: RecurrentState) -> tuple[Tensor, RecurrentState]:
        """Let the layers read on: returns the last layer's states and where they have come to."""
        parts = tuple(part.transpose(0, 1).contiguous() for part in state.hidden)
        hidden = parts if len(parts) > 1 else parts[0]
        if isinstance(self.layers, Stack):
            states, last = self.layers(inputs, hidden, state.masks[1:])
        else:
            states, last = read_on(self.layers, inputs, hidden)
        parts = last if isinstance(last, tuple) else (last,)
        return states, replace(state, hidden=tuple(part.transpose(0, 1) for part in parts))
