"""What many tests need: tiny models, tiny corpora, and a decoder that reads from a script."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
from torch import Tensor, nn

from s2s_core.configs import DataConfig, DecodingConfig, ModelConfig, RunConfig
from s2s_core.data.batch import Batch, Batches, make_batch
from s2s_core.data.preparing import prepare
from s2s_core.data.store import EncodedPairs, Sequences
from s2s_core.experiment import merged
from s2s_core.models.contract import Decoder, DecoderOutput, DecoderState, Memory
from s2s_core.models.encoder_decoder import EncoderDecoder, build_model
from s2s_core.records import PreparedRecord, Record, StepRecord
from s2s_core.runs.run import Run
from s2s_core.text.tokenizer import BEGIN, END
from s2s_core.training.trainer import Trainer

VOCABULARY = 12  # four signs and eight pieces
PIECES = range(END + 1, VOCABULARY)

# The architectures that goldens and long tests go through: encoder, decoder, attention.
ARCHITECTURES: dict[str, tuple[str, str, str]] = {
    "gru-additive": ("gru", "gru", "additive"),
    "lstm-dot": ("lstm", "lstm", "dot"),
    "rnn-none": ("rnn", "rnn", "none"),
    "gru-general": ("gru", "gru", "general"),
    "convolutional": ("convolutional", "convolutional", ""),
    "transformer": ("transformer", "transformer", ""),
}

# Settings that are not as the recurrent ones: of these, no decoder chooses its attention.
OWN: dict[str, dict[str, Any]] = {
    "transformer": {"heads": 2, "inner_size": 16},
    "convolutional": {"kernel_size": 3},
    "set_transformer": {"heads": 2, "inner_size": 16, "inducing_points": 3},
}


def tiny_part(kind: str, layers: int = 2, dropout: float = 0.0) -> dict[str, Any]:
    """Return the settings of an encoder or decoder of hidden size 8."""
    common = {"kind": kind, "layers": layers, "hidden_size": 8, "dropout": dropout}
    return common | OWN.get(kind, {"embedding_size": 6})


def tiny_config(
    encoder: str = "gru", decoder: str = "gru", attention: str = "additive",
    layers: int = 2, dropout: float = 0.0, **changes: Any,
) -> RunConfig:  # fmt: skip
    """Return a run of a tiny model on the CPU; `changes` are laid over it, section by section."""
    writer = tiny_part(decoder, layers, dropout)
    if decoder not in OWN:
        writer["attention"] = attention
    base = {
        "data": {"builtin": "reverse", "builtin_pairs": 200, "tokenizer": {"kind": "word"}},
        "model": {"encoder": tiny_part(encoder, layers, dropout), "decoder": writer},
        "training": {
            "device": "cpu", "batch_tokens": 128, "steps": 6, "validate_every": 3,
            "validation_sentences": 2, "checkpoint_seconds": 86_400,
        },
    }  # fmt: skip
    return merged(merged(RunConfig(), base), changes)


def tiny_model_config(
    encoder: str = "gru", decoder: str = "gru", attention: str = "additive", dropout: float = 0.0
) -> ModelConfig:
    return tiny_config(encoder, decoder, attention, dropout=dropout).model


def tiny_model(
    encoder: str = "gru", decoder: str = "gru", attention: str = "additive", seed: int = 1
) -> EncoderDecoder:
    """Return a model of hidden size 8, ready to be looked at (evaluation mode)."""
    config = tiny_model_config(encoder, decoder, attention)
    return build_model(config, VOCABULARY, VOCABULARY, seed).eval()


def tiny_sentences(count: int, seed: int = 0, longest: int = 6) -> list[list[int]]:
    """Return sentences of one to `longest` pieces."""
    random = Random(seed)
    return [random.choices(PIECES, k=random.randint(1, longest)) for _ in range(count)]


def tiny_batch(count: int = 4, seed: int = 0) -> Batch:
    return make_batch(tiny_sentences(count, seed), tiny_sentences(count, seed + 1))


def copy_batches(
    count: int = 64, batch_tokens: int = 64, seed: int = 1, longest: int = 4
) -> Batches:
    """Return the batches of a corpus whose targets equal their sources."""
    rows = Sequences.of(tiny_sentences(count, seed, longest))
    return Batches(EncodedPairs(rows, rows), batch_tokens, seed)


def tiny_trainer(config: RunConfig | None = None, batches: Batches | None = None) -> Trainer:
    """Return a trainer that learns to copy."""
    config = config or tiny_config()
    model = build_model(config.model, VOCABULARY, VOCABULARY, config.training.seed)
    return Trainer(model, batches or copy_batches(), config)


def output_of(model: EncoderDecoder) -> nn.Linear:
    """Return the layer that scores the pieces."""
    layer = model.decoder.output
    assert isinstance(layer, nn.Linear)
    return layer


def embedding_of(part: nn.Module) -> nn.Embedding:
    """Return the embedding of an encoder or decoder."""
    layer = part.embedding
    assert isinstance(layer, nn.Embedding)
    return layer


def assert_close(one: Tensor, other: Tensor) -> None:
    """Assert that two tensors are equal but for the rounding of float32."""
    torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def weights_of(model: nn.Module) -> dict[str, Tensor]:
    """Return a copy of all weights."""
    return {name: value.clone() for name, value in model.state_dict().items()}


def until_step(run: Run, step: int) -> list[Record]:
    """Train up to a step and close there, as a window does."""
    events, seen = run.events(), []
    for record in events:
        seen.append(record)
        if isinstance(record, StepRecord) and record.step == step:
            break
    events.close()
    return seen


def same_weights(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> bool:
    """Tell whether two sets of weights are equal bit for bit."""
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def tiny_prepared(folder: Path, config: DataConfig | None = None) -> PreparedRecord:
    """Prepare a small corpus in a folder; the letters of *reverse* unless told otherwise."""
    record = list(prepare(config or tiny_config().data, folder))[-1]
    assert isinstance(record, PreparedRecord)
    return record


def tiny_run(folder: Path, prepared: Path, config: RunConfig | None = None) -> Run:
    """Begin a run in a folder with a corpus from `tiny_prepared` of the same data settings."""
    return Run.create(folder, config or tiny_config(), prepared)


def decoding(**values: Any) -> DecodingConfig:
    return DecodingConfig(**values)


Script = Mapping[tuple[int, ...], Mapping[int, float]]


@dataclass(frozen=True)
class ScriptState(DecoderState):
    """Which script each row reads, and what it has written."""

    script: Tensor  # [batch]
    written: Tensor  # [batch, length]


class ScriptedDecoder(Decoder):
    """Gives the probabilities that its scripts name: one script a sentence.

    A script says, for what has been written, how probable each next piece is; `()` is the
    beginning. What it does not name ends for certain, or goes as `otherwise` says.
    """

    def __init__(self, *scripts: Script, otherwise: Mapping[int, float] | None = None) -> None:
        super().__init__()
        self.scripts = scripts
        self.otherwise = otherwise or {END: 1.0}
        self.rows: list[int] = []  # the batch size of each step

    def memory(self) -> Memory:
        """Return the memory to start from: sentence n reads script n."""
        count = len(self.scripts)
        nothing = torch.zeros(count, 1, 1)
        mask = torch.ones(count, 1, dtype=torch.bool)
        return Memory(nothing, mask, nothing[:, 0], torch.arange(count).unsqueeze(1))

    def start(self, memory: Memory) -> ScriptState:
        script = memory.source[:, 0]
        return ScriptState(script, torch.empty(len(script), 0, dtype=torch.long))

    def step(self, token: Tensor, state: DecoderState) -> tuple[DecoderOutput, DecoderState]:
        assert isinstance(state, ScriptState)
        self.rows.append(len(token))
        written = torch.cat([state.written, token.unsqueeze(1)], dim=1)
        rows = zip(state.script.tolist(), written.tolist(), strict=True)
        scores = torch.tensor([[self._scores(script, row[1:])] for script, row in rows])
        return DecoderOutput(scores), ScriptState(state.script, written)

    def forward(self, memory: Memory, target: Tensor, look: bool = False) -> DecoderOutput:
        scripts = memory.source[:, 0].tolist()
        scores = [
            [self._scores(script, row[1 : length + 1]) for length in range(len(row))]
            for script, row in zip(scripts, target.tolist(), strict=True)
        ]
        return DecoderOutput(torch.tensor(scores))

    def _scores(self, script: int, written: Sequence[int]) -> list[float]:
        chances = self.scripts[script].get(tuple(written), self.otherwise)
        return [
            math.log(chances[piece]) if chances.get(piece) else -math.inf
            for piece in range(VOCABULARY)
        ]


def opened(target: Sequence[int]) -> Tensor:
    """Return one target as the decoder is given it: [1, length], opened by BEGIN."""
    return torch.tensor([[BEGIN, *target]])
