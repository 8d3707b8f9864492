"""A bare loop by hand: the same arithmetic as ours, and nothing around it.

What a person would write who wants one model trained and no more. Nothing can be chosen, nothing is
recorded; what the playground costs is measured against it.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from tests.bench.peers import shapes
from tests.bench.peers.turns import Over, Steps, threads

PADDING, BEGIN, END = 0, 2, 3


class Dropout(nn.Module):
    """Masks cut out of one strip of random numbers."""

    strip = torch.empty(0)

    def forward(self, states: Tensor) -> Tensor:
        count = states.numel()
        if not self.training:
            return states
        if len(Dropout.strip) < 2 * count:
            kept = torch.rand(4 * count) >= shapes.DROPOUT
            Dropout.strip = kept.float() / (1 - shapes.DROPOUT)
        start = random.randrange((len(Dropout.strip) - count) // 64) * 64
        mask = Dropout.strip[start : start + count].view(states.shape)
        return states * mask.to(states.dtype)


class Attention(nn.Module):
    """Four heads."""

    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Linear(shapes.SIZE, shapes.SIZE)
        self.keys_values = nn.Linear(shapes.SIZE, 2 * shapes.SIZE)
        self.output = nn.Linear(shapes.SIZE, shapes.SIZE)

    def forward(self, query: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        keys, values = map(heads, self.keys_values(memory).chunk(2, -1))
        mixed = F.scaled_dot_product_attention(heads(self.query(query)), keys, values, mask)
        return self.output(mixed.transpose(1, 2).flatten(2))  # type: ignore[no-any-return]


def heads(states: Tensor) -> Tensor:
    batch, length, size = states.shape
    return states.view(batch, length, shapes.HEADS, size // shapes.HEADS).transpose(1, 2)


class Layer(nn.Module):
    """Attention to itself, to the source if it is a decoder's, and feed-forward."""

    def __init__(self, parts: int) -> None:
        super().__init__()
        self.attentions = nn.ModuleList(Attention() for _ in range(parts - 1))
        self.forwards = nn.Sequential(
            nn.Linear(shapes.SIZE, shapes.INNER), nn.ReLU(), Dropout(),
            nn.Linear(shapes.INNER, shapes.SIZE),
        )  # fmt: skip
        self.norms = nn.ModuleList(nn.LayerNorm(shapes.SIZE) for _ in range(parts))
        self.dropout = Dropout()

    def forward(self, states: Tensor, *looks: tuple[Tensor | None, Tensor]) -> Tensor:
        for norm, attention, (memory, mask) in zip(
            self.norms, self.attentions, looks, strict=False
        ):
            given = norm(states)
            mixed = attention(given, given if memory is None else memory, mask)
            states = states + self.dropout(mixed)
        return states + self.dropout(self.forwards(self.norms[-1](states)))  # type: ignore[no-any-return]


class Transformer(nn.Module):
    """A."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(shapes.VOCABULARY, shapes.SIZE)
        nn.init.normal_(self.embedding.weight, std=shapes.SIZE**-0.5)
        self.encoder = nn.ModuleList(Layer(2) for _ in range(shapes.LAYERS))
        self.encoder_norm = nn.LayerNorm(shapes.SIZE)
        self.decoder = nn.ModuleList(Layer(3) for _ in range(shapes.LAYERS))
        self.decoder_norm = nn.LayerNorm(shapes.SIZE)
        self.output = nn.Linear(shapes.SIZE, shapes.VOCABULARY)
        self.output.weight = self.embedding.weight
        self.dropout = Dropout()
        rates = torch.exp(torch.arange(0, shapes.SIZE, 2) * (-math.log(1e4) / shapes.SIZE))
        waves = torch.arange(256)[:, None] * rates
        self.register_buffer("waves", torch.stack([waves.sin(), waves.cos()], 2).flatten(1))

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        mask = (source != PADDING)[:, None, None]
        causal = torch.ones(2 * target.shape[1:], dtype=torch.bool).tril()
        memory, states = self._embedded(source), self._embedded(target)
        for layer in self.encoder:
            memory = layer(memory, (None, mask))
        memory = self.encoder_norm(memory)
        for layer in self.decoder:
            states = layer(states, (None, causal), (memory, mask))
        return self.decoder_norm(states)  # type: ignore[no-any-return]

    def _embedded(self, pieces: Tensor) -> Tensor:
        scaled = self.embedding(pieces) * math.sqrt(shapes.SIZE)
        return self.dropout(scaled + self.get_buffer("waves")[: pieces.shape[1]])  # type: ignore[no-any-return]


class Recurrent(nn.Module):
    """B, with input feeding or without; or, with one size for all and GRUs, a small model."""

    def __init__(
        self, feeds: bool, kind: Callable[..., nn.RNNBase] = nn.LSTM,
        sizes: tuple[int, int, int] = (shapes.EMBEDDING, shapes.ENCODER, shapes.DECODER),
        vocabularies: tuple[int, int] = (shapes.VOCABULARY, shapes.VOCABULARY),
    ) -> None:  # fmt: skip
        super().__init__()
        embedding, memory, size = sizes
        self.feeds, self.is_lstm = feeds, kind is nn.LSTM
        self.source = nn.Embedding(vocabularies[0], embedding)
        self.reader = kind(embedding, memory // 2, bidirectional=True, batch_first=True)
        self.target = nn.Embedding(vocabularies[1], embedding)
        self.writer = kind(embedding * (2 if feeds else 1), size, batch_first=True)
        self.bridge = nn.Linear(memory, size * (2 if self.is_lstm else 1))
        self.query = nn.Linear(size, size, bias=False)
        self.key = nn.Linear(memory, size)
        self.energy = nn.Linear(size, 1, bias=False)
        self.combine = nn.Linear(size + memory, embedding)
        self.output = nn.Linear(embedding, vocabularies[1])
        self.dropout = Dropout()

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        mask = source != PADDING
        packed = nn.utils.rnn.pack_padded_sequence(
            self.dropout(self.source(source)), mask.sum(1), batch_first=True, enforce_sorted=False
        )
        read, last = self.reader(packed)
        memory, _ = nn.utils.rnn.pad_packed_sequence(read, batch_first=True)
        first = torch.tanh(self.bridge(torch.cat(list(last[0] if self.is_lstm else last), -1)))
        parts = [part[None].contiguous() for part in first.chunk(2 if self.is_lstm else 1, -1)]
        state = tuple(parts) if self.is_lstm else parts[0]
        inputs, keys = self.dropout(self.target(target)), self.key(memory)
        if not self.feeds:
            return self._seen(self.writer(inputs, state)[0], keys, memory, mask)
        fed, found = torch.zeros_like(inputs[:, :1]), []
        for given in inputs.split(1, 1):
            states, state = self.writer(torch.cat([given, fed], -1), state)
            fed = self._seen(states, keys, memory, mask)
            found.append(fed)
        return torch.cat(found, 1)

    def _seen(self, states: Tensor, keys: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        pairs = torch.tanh(self.query(states).unsqueeze(2) + keys.unsqueeze(1))
        energies = self.energy(pairs).squeeze(-1).masked_fill(~mask[:, None], -math.inf)
        looked = energies.softmax(-1).to(memory.dtype) @ memory
        features = torch.tanh(self.combine(torch.cat([states, looked], -1)))
        return self.dropout(features)  # type: ignore[no-any-return]


Pair = tuple[list[int], list[int]]


def batches(pairs: list[Pair], most: int) -> Iterator[list[Pair]]:
    """Yield epochs for ever: sorted by length, ties at random, batches shuffled."""
    while True:
        random.shuffle(pairs)
        pairs.sort(key=lambda pair: (len(pair[1]), len(pair[0])))
        cut, longest = [list[Pair]()], 0
        for pair in pairs:
            longest = max(longest, len(pair[0]) + 1, len(pair[1]) + 1)
            if cut[-1] and longest * (len(cut[-1]) + 1) > most:
                cut.append([])
                longest = max(len(pair[0]), len(pair[1])) + 1
            cut[-1].append(pair)
        random.shuffle(cut)
        yield from cut


def padded(rows: list[list[int]]) -> Tensor:
    """Return sentences side by side."""
    longest = max(map(len, rows))
    return torch.tensor([row + [PADDING] * (longest - len(row)) for row in rows])


def train(model: nn.Module, pairs: list[Pair], most: int, smoothing: float, short: bool) -> None:
    """Update the weights until it is over."""
    options = {"betas": shapes.BETAS, "eps": shapes.EPSILON, "fused": True}
    optimizer = torch.optim.Adam(model.parameters(), lr=shapes.RATE, **options)  # type: ignore[arg-type]
    steps, output = Steps(), model.get_submodule("output")
    for step, batch in enumerate(batches(pairs, most), 1):
        source = padded([[*source, END] for source, _ in batch])
        wanted = padded([[*target, END] for _, target in batch])
        given = padded([[BEGIN, *target] for _, target in batch])
        is_real = wanted != PADDING
        with torch.autocast("cpu", torch.bfloat16, enabled=short):
            scores = output(model(source, given)[is_real])
            loss = F.cross_entropy(scores.float(), wanted[is_real], label_smoothing=smoothing)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(model.parameters(), shapes.CLIP)
        for group in optimizer.param_groups:
            group["lr"] = shapes.RATE * min(step / shapes.WARMUP, (shapes.WARMUP / step) ** 0.5)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        steps.done(sum(len(source) + len(target) + 2 for source, target in batch))


def main() -> None:
    """Train one of the models."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model", choices=["A", "B", "B-joint", "small"])
    parser.add_argument("data", type=Path)
    parser.add_argument("--precision", default="float32")
    options = parser.parse_args()
    torch.set_num_threads(threads())
    sides = [shapes.numbers(options.data, "train", side) for side in shapes.SIDES]
    pairs = [
        ([int(n) for n in source], [int(n) for n in target])
        for source, target in zip(*sides, strict=True)
    ]
    most, smoothing = shapes.BATCH_TOKENS, shapes.SMOOTHING
    model: nn.Module
    if options.model == "small":
        sizes = [1 + max(max(pair[side]) for pair in pairs) for side in (0, 1)]
        model = Recurrent(False, nn.GRU, (128, 128, 128), (sizes[0], sizes[1]))
        most, smoothing = 768, 0.0
        torch.set_num_threads(1)
    else:
        model = Transformer() if options.model == "A" else Recurrent(options.model == "B")
    with suppress(Over):
        train(model, pairs, most, smoothing, options.precision == "bfloat16")


if __name__ == "__main__":
    main()
