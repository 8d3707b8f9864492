"""The playground, as whoever uses it has it: a run that is trained, a translator that is loaded."""

from __future__ import annotations

import argparse
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from s2s_core.configs import RunConfig
from s2s_core.data.preparing import prepare
from s2s_core.decoding.search import translate_all
from s2s_core.experiment import merged
from s2s_core.models.encoder_decoder import EncoderDecoder
from s2s_core.presets import read_preset
from s2s_core.records import StepRecord
from s2s_core.runs.run import Run
from s2s_core.runs.translator import Translator, load_translator
from s2s_core.text.tokenizer import EXTRA_PIECES
from tests.bench.peers import shapes
from tests.bench.peers.turns import Over, Steps, Turns, clock, peak_gigabytes, threads

NEVER = 1_000_000  # steps, between validations that would only be in the way


def config(model: str, corpus: Path, **training: Any) -> RunConfig:
    """Return the experiment of a model on the files in a folder."""
    if model == "small":
        preset = merged(RunConfig(), read_preset("gru-small"), {"data": {"builtin": "phrasebook"}})
        return merged(preset, {"training": {**_calm(), **training}})
    parts = {"train": "train", "validation": "val"}
    files = {key: [str(corpus / f"{part}.{side}") for side in shapes.SIDES]
             for key, part in parts.items()}  # fmt: skip
    learnt = shapes.VOCABULARY - EXTRA_PIECES
    tokenizer = {"kind": "unigram", "vocabulary_size": learnt, "joint": True}
    changes = {
        "model": transformer() if model == "A" else recurrent(feeds=model == "B"),
        "data": {"builtin": "", **files, "tokenizer": tokenizer},
        "training": {
            "batch_tokens": shapes.BATCH_TOKENS, "label_smoothing": shapes.SMOOTHING,
            "clip_norm": shapes.CLIP, "optimizer": "adam", "learning_rate": shapes.RATE,
            "schedule": "inverse_square_root", "warmup_steps": shapes.WARMUP,
            "beta_2": shapes.BETAS[1], "epsilon": shapes.EPSILON, **_calm(), **training,
        },
    }  # fmt: skip
    return merged(RunConfig(), changes)


def _calm() -> dict[str, Any]:
    return {"device": "cpu", "steps": 0, "validate_every": NEVER}


def transformer() -> dict[str, Any]:
    """A: pre-norm, one embedding for all."""
    both = {
        "kind": "transformer", "layers": shapes.LAYERS, "heads": shapes.HEADS,
        "hidden_size": shapes.SIZE, "inner_size": shapes.INNER, "dropout": shapes.DROPOUT,
    }  # fmt: skip
    return {"encoder": {**both, "shared_embedding": True},
            "decoder": {**both, "tied_embedding": True}}  # fmt: skip


def recurrent(feeds: bool) -> dict[str, Any]:
    """B: LSTMs with additive attention."""
    both = {"kind": "lstm", "layers": 1, "embedding_size": shapes.EMBEDDING,
            "dropout": shapes.DROPOUT}  # fmt: skip
    return {
        "encoder": {**both, "hidden_size": shapes.ENCODER, "bidirectional": True},
        "decoder": {**both, "hidden_size": shapes.DECODER, "attention": "additive",
                    "input_feeding": feeds},
    }  # fmt: skip


def prepared(wanted: RunConfig, folder: Path) -> Path:
    """Prepare a corpus, once."""
    mark, made = folder / "done", wanted.data.model_dump_json()
    if not mark.exists() or mark.read_text("utf-8") != made:
        shutil.rmtree(folder, ignore_errors=True)
        for _ in prepare(wanted.data, folder):
            pass
        mark.write_text(made, encoding="utf-8")
    return folder


def begun(wanted: RunConfig, corpus: Path, folder: Path) -> Run:
    """Begin a run anew on a prepared corpus."""
    shutil.rmtree(folder, ignore_errors=True)
    run = Run.create(folder, wanted, corpus)
    if threads() == 1:
        torch.set_num_threads(1)
    return run


def train(options: argparse.Namespace) -> None:
    """Train by turns; what is journalled and saved meanwhile counts."""
    wanted = config(options.model, options.work / "text", precision=options.precision)
    steps, before = Steps(), 0
    run = begun(wanted, options.work / options.prepared, options.run)
    events = run.events()
    try:
        for record in events:
            if isinstance(record, StepRecord):
                steps.done(record.tokens - before)
                before = record.tokens
    except Over:
        events.close()


def learn(options: argparse.Namespace) -> None:
    """Train from scratch for so long, or for so many steps, and score the validation set."""
    turns = Turns()
    wanted = config(
        "A", options.work / "text", precision=options.precision, batch_tokens=options.batch_tokens
    )
    began, run = clock(), begun(wanted, options.work / options.prepared, options.run)
    events, step = run.events(), 0
    for record in events:
        step = record.step if isinstance(record, StepRecord) else step
        if step >= options.steps if options.steps else clock() - began >= options.seconds:
            break
    seconds, memory = clock() - began, peak_gigabytes()
    events.close()
    turns.answer(steps=step, seconds=seconds, memory=memory, bleu=bleu(options))


def bleu(options: argparse.Namespace) -> float:
    """Translate the validation set greedily and score it as text."""
    from sacrebleu.metrics.bleu import BLEU

    translator = load_translator(options.run, "cpu")
    sources, targets = (
        (options.work / "text" / f"val.{side}").read_text("utf-8").splitlines()
        for side in shapes.SIDES
    )
    found = translated(translator, sources, 1)
    texts = [translator.target.decode(sentence) for sentence in found]
    return float(BLEU().corpus_score(texts, [targets]).score)


def translated(translator: Translator, texts: list[str], beam: int) -> list[tuple[int, ...]]:
    """Translate as the command does: text is encoded, and goes in batches of like length."""
    update = {"search": "greedy" if beam == 1 else "beam", "beam_size": beam}
    decoding = translator.config.decoding.model_copy(update=update)
    sources = [translator.source.encode(text) for text in texts]
    found: list[tuple[int, ...]] = [()] * len(sources)
    for row, hypotheses in translate_all(translator.model, sources, decoding):
        found[row] = tuple(hypotheses[0].tokens)
    return found


def translate(options: argparse.Namespace) -> None:
    """Translate the test set by turns; the time for text to pieces and back counts."""
    turns, translator = Turns(), loaded(options.run)
    texts = (options.work / "text" / "test.source").read_text("utf-8").splitlines()

    def pieces(beam: int) -> list[list[str]]:
        found = translated(translator, texts, beam)
        for sentence in found:
            translator.target.decode(sentence)
        return [[str(number) for number in sentence if number >= shapes.SPECIAL]
                for sentence in found]  # fmt: skip

    turns.translate(pieces)


def sentence(options: argparse.Namespace) -> None:
    """Translate one sentence of 15 words again and again; answers with milliseconds."""
    turns, translator = Turns(), loaded(options.run)
    texts = (options.work / "text" / "test.source").read_text("utf-8").splitlines()
    text = next(text for text in texts if len(text.split()) == 15)
    turns.answer()
    for request in turns.requests():
        times = []
        for _ in range(12):
            began = clock()
            translated(translator, [text], request["beam"])
            times.append(1000 * (clock() - began))
        turns.answer(milliseconds=sorted(times[2:])[5])


def loaded(run: Path) -> Translator:
    """Load what was trained, to compute in full precision."""
    translator = load_translator(run, "cpu")
    translator.model.precision = "float32"
    torch.set_num_threads(threads())
    return translator


def start(options: argparse.Namespace) -> None:
    """Read 29,000 pairs, learn the vocabulary, encode, and take one step, as `s2s train` does."""
    turns = Turns()
    wanted = config("A", options.work / "text")
    wanted = merged(wanted, {"data": {"tokenizer": {"kind": "bpe"}}})
    shutil.rmtree(options.run, ignore_errors=True)
    for _ in prepare(wanted.data, options.run):
        pass
    events = Run.create(options.run, wanted, options.run).events()
    next(record for record in events if isinstance(record, StepRecord))
    turns.answer(seconds=time.time() - options.began)
    events.close()


def write(options: argparse.Namespace) -> None:
    """Write what trains the same in every toolkit: the pieces of each sentence, as numbers."""
    turns = Turns()
    write_numbers(config("A", options.work / "text"), options.work / "joint", options.work / "data")
    small = config("small", options.work)
    write_numbers(small, options.work / "phrasebook", options.work / "small")
    turns.answer()


def write_numbers(wanted: RunConfig, folder: Path, out: Path) -> None:
    """Write the training pairs of a corpus, and the test set where there is one."""
    from s2s_core.data.corpus import load_tokenizers
    from s2s_core.data.windows import StoredWindows

    out.mkdir(parents=True, exist_ok=True)
    pairs = StoredWindows(prepared(wanted, folder) / "encoded")[0]
    rows = list(range(len(pairs)))
    for side, sentences in zip(shapes.SIDES, (pairs.sources, pairs.targets), strict=True):
        _write(out / f"train.{side}", [sentences[row] for row in rows])
    text = folder.parent / "text" / "test.source"
    if out.name == "data":
        encode = load_tokenizers(folder)[0].encode
        _write(out / "test.source", [encode(line) for line in text.read_text("utf-8").splitlines()])


def _write(path: Path, rows: list[Any]) -> None:
    lines = [" ".join(map(str, (int(number) for number in row))) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def weights(options: argparse.Namespace) -> None:
    """Write the weights of A under the names that other toolkits have for them."""
    from tests.bench.peers.weights import write_weights

    turns, model = Turns(), loaded(options.run).model
    assert isinstance(model, EncoderDecoder)
    write_weights(model, options.work)
    turns.answer()


TASKS: dict[str, Callable[[argparse.Namespace], None]] = {
    "train": train, "learn": learn, "translate": translate, "sentence": sentence, "start": start,
    "write": write, "weights": weights,
}  # fmt: skip


def main() -> None:
    """Do one of the tasks."""
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=list(TASKS))
    parser.add_argument("work", type=Path)
    parser.add_argument("--model", default="A")
    parser.add_argument("--run", type=Path)
    parser.add_argument("--prepared", default="joint")
    parser.add_argument("--precision", default="float32")
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--batch-tokens", type=int, default=shapes.BATCH_TOKENS)
    parser.add_argument("--began", type=json.loads, default=0.0, help="when the process was begun")
    options = parser.parse_args()
    TASKS[options.task](options)


if __name__ == "__main__":
    main()
