"""Typed pairs join a run that is training; a run that is resumed has them again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from s2s_core.configs import DataConfig, TrainingConfig
from s2s_core.data.batch import Batches
from s2s_core.data.corpus import HeldOut, prepared
from s2s_core.data.store import EncodedPairs, Sequences
from s2s_core.experiment import load_experiment, merged
from s2s_core.records import JoinedRecord
from s2s_core.text.tokenizer import Tokenizer
from s2s_core.training.joining import Joining
from s2s_core.training.trainer import Trainer
from s2s_core.training.validation import Validation

Tokenizers = tuple[Tokenizer, Tokenizer]


def join(
    trainer: Trainer, began: DataConfig, folder: Path, tokenizers: Tokenizers,
    added: tuple[str, ...], times: int,
) -> JoinedRecord | None:  # fmt: skip
    """Mix these pairs into the batches to come, in place of what was; None: it is so already.

    Pairs that the run `began` with are rows of its corpus, and stay what they are.
    """
    before = trainer.joining
    wanted = tuple(line for line in dict.fromkeys(added) if line not in began.added)
    if (wanted, times) == (before.lines, before.times) if before else not wanted:
        return None
    joining, too_long = _joining(trainer, folder, tokenizers, wanted, times)
    known = before.lines if before else ()
    joining.hurry(known)
    trainer.joining = joining if joining.lines else None
    is_own = bool(joining.lines) and not began.added  # else the times of those stand there
    change = {
        "added": (*began.added, *joining.lines),
        "added_times": times if is_own else began.added_times,
    }
    trainer.config = merged(trainer.config, {"data": change})
    return JoinedRecord(
        trainer.step, list(joining.lines), times, new=len(set(joining.lines) - set(known)),
        too_long=too_long, too_much=joining.is_too_much,
    )  # fmt: skip


def rejoin(
    trainer: Trainer, folder: Path, tokenizers: Tokenizers, state: dict[str, Any]
) -> DataConfig:
    """Go on with the pairs that a checkpoint knows of; returns what the run began with."""
    trainer.joining = None
    if joined := state.get("joining"):
        lines, times = tuple(joined["lines"]), joined["times"]
        trainer.joining, _ = _joining(trainer, folder, tokenizers, lines, times)
        trainer.joining.restore(joined)
        return load_experiment(folder / "experiment.toml").data
    return trainer.config.data


def _joining(
    trainer: Trainer, folder: Path, tokenizers: Tokenizers, lines: tuple[str, ...], times: int
) -> tuple[Joining, int]:
    """Encode typed pairs as the corpus is; returns also how many are too long for it."""
    data, fitting = trainer.config.data, list[str]()
    sides: tuple[list[list[int]], list[list[int]]] = ([], [])
    for line in lines:
        texts = line.split("\t")
        texts = texts[::-1] if data.swap_sides else texts
        pieces = [t.encode(text) for t, text in zip(tokenizers, texts, strict=True)]
        if max(map(len, pieces)) <= data.longest:
            fitting.append(line)
            for side, found in zip(sides, pieces, strict=True):
                side.append(found)
    pairs = EncodedPairs(*map(Sequences.of, sides))
    _, corpus = prepared(folder)
    batches = trainer.batches
    joining = Joining(
        tuple(fitting), times, pairs, corpus.train_pairs, batches.seed, batches.sampler
    )
    return joining, len(lines) - len(fitting)


def sources_of(lines: Sequence[str], data: DataConfig) -> frozenset[str]:
    """Return the sources of typed pairs, in the direction that is trained."""
    return frozenset(line.split("\t")[1 if data.swap_sides else 0] for line in lines)


def validation_without(
    typed: frozenset[str], folder: Path, training: TrainingConfig, target: Tokenizer
) -> Validation:
    """Return the held-out sentences of a run but those that were typed."""
    pairs, encoded = HeldOut.load(folder).pairs, EncodedPairs.load(folder / "encoded", "held_out")
    rows = [row for row, pair in enumerate(pairs) if pair.source not in typed]
    if len(rows) < len(pairs):
        pairs = [pairs[row] for row in rows]
        sides = encoded.sources, encoded.targets
        encoded = EncodedPairs(
            *(Sequences.of([side[row].tolist() for row in rows]) for side in sides)
        )
    return Validation(HeldOut(pairs), Batches(encoded, 2 * training.batch_tokens, 0), target)
