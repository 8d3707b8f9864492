"""`make ladder`: the classic architectures on Multi30k German→English, each better than the last.

S2S_CORPORA names a folder with `multi30k` in it: train, val and test_2016_flickr, one gzipped text
file a language. Everything is lower-cased, as it was for the published scores. Each rung is an
experiment in `tests/bench/rungs`, trained for at most 40 minutes in a run of its own, which goes
on where it was stopped. Its best weights are scored with beam 5 and sacrebleu's 13a.

On a machine that has other things to do, `--processor-time` lets a rung work on one core and counts
what that core works: less than as many minutes of two cores would be.

`--minutes 1` tries all of it out; only rungs that had a quarter of an hour, or came to an end
of their own, are written down in `tests/bench/ladder.json`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from sacrebleu.metrics.bleu import BLEU

from s2s_core.configs import RunConfig
from s2s_core.data.corpus import prepared
from s2s_core.data.preparing import prepare
from s2s_core.decoding.search import translate_all
from s2s_core.errors import BadFile, S2SError
from s2s_core.experiment import fixed_differences, load_experiment, merged
from s2s_core.records import CheckpointRecord, EndRecord, Record, ValidationRecord
from s2s_core.run_folders import is_run
from s2s_core.runs.run import Run
from s2s_core.runs.translator import load_translator
from tests.bench.machine import machine

MINUTES, ENOUGH = 40.0, 15.0  # for each rung, at most; and to be written down
HERE = Path(__file__).parent
RESULTS = HERE / "ladder.json"
SPENT = "ladder_seconds.json"  # in the folder of a rung: how long it was worked on
PARTS = ("train", "val", "test_2016_flickr")
SOURCE, TARGET = "de", "en"


@dataclass(frozen=True)
class Rung:
    """An architecture, and what bentrevett/pytorch-seq2seq reports of it: ten epochs."""

    title: str
    published: float  # BLEU on test_2016_flickr, lower-cased


RUNGS = {
    "lstm": Rung("LSTM without attention", 13.8),
    "gru-context": Rung("GRU, context at every step", 20.6),
    "gru-additive": Rung("GRU with additive attention", 28.3),
    "convolutional": Rung("convolutional", 34.1),
    "transformer": Rung("Transformer", 36.5),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, score and print; returns the exit status."""
    options = _options(arguments)
    try:
        corpus = lower_cased(_multi30k(), options.folder / "corpus")
        for name in options.only or RUNGS:
            climb(name, corpus, options)
    except S2SError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the same command goes on from here.", file=sys.stderr)
        return 130
    print(table(_results()))
    return 0


def climb(name: str, corpus: Path, options: argparse.Namespace) -> None:
    """Train a rung for as long as it has left, score it, and write it down if it is done."""
    folder = options.folder / name
    run = opened(name, folder, corpus)  # and chooses how many cores to use
    if options.processor_time:
        torch.set_num_threads(1)
    clock = time.process_time if options.processor_time else time.monotonic
    is_done = trained(run, 60 * options.minutes, clock) or options.minutes >= ENOUGH
    parameters, trainer = run.trainer.model.parameter_count, run.trainer
    counted = ", time of one core" if options.processor_time else ""
    found = {
        **scored(folder, corpus), "steps": trainer.step,
        "epochs": round(trainer.batches.epochs_done, 1), "parameters": parameters,
        "minutes": round(_seconds(folder) / 60, 1), "machine": machine() + counted,
    }  # fmt: skip
    if is_done:
        RESULTS.write_text(json.dumps({**_results(), name: found}, indent=2) + "\n", "utf-8")
    else:
        print(f"{name}: BLEU {found['bleu']}, not written down: it had less than its time")


def opened(name: str, folder: Path, corpus: Path) -> Run:
    """Return the run of a rung, begun or gone on with."""
    config = experiment(name, corpus)
    if not is_run(folder):
        ready = folder.parent / "prepared"
        if not _is_prepared(ready):
            for _ in prepare(config.data, ready):
                pass
        return Run.create(folder, config, ready)
    run = Run.open(folder, config.training.device)
    if different := fixed_differences(run.config, config):
        raise BadFile(
            "{folder} was begun with other settings ({names}); remove it to begin anew",
            folder=folder, names=", ".join(different),
        )  # fmt: skip
    return run


def experiment(name: str, corpus: Path) -> RunConfig:
    """Return the experiment of a rung on the corpus in a folder."""
    config = load_experiment(HERE / "rungs" / f"{name}.toml")
    files = {
        key: [str(corpus / f"{part}.{language}") for language in (SOURCE, TARGET)]
        for key, part in (("train", "train"), ("validation", "val"))
    }
    return merged(config, {"data": {"builtin": "", **files}})


def trained(run: Run, seconds: float, clock: Callable[[], float]) -> bool:
    """Train until all its time is spent, validations included; tells whether it ended before."""
    before, began = _seconds(run.folder), clock()
    events = run.events()
    ended = False
    try:
        while not ended and before + clock() - began < seconds:
            record = next(events)
            ended = isinstance(record, EndRecord)
            _tell(run.folder.name, record, before + clock() - began)
            if isinstance(record, CheckpointRecord):  # what comes after it may be lost
                _note(run.folder, before + clock() - began)
    finally:
        events.close()
        _note(run.folder, before + clock() - began)
    return ended


def scored(folder: Path, corpus: Path) -> dict[str, Any]:
    """Translate the test set with beam 5 and score it, lower-cased."""
    translator = load_translator(folder)
    test = [
        (corpus / f"{PARTS[-1]}.{language}").read_text("utf-8").splitlines()
        for language in (SOURCE, TARGET)
    ]
    decoding = translator.config.decoding.model_copy(update={"search": "beam", "beam_size": 5})
    sources = [translator.source.encode(line) for line in test[0]]
    texts = [""] * len(sources)
    for row, hypotheses in translate_all(translator.model, sources, decoding):
        texts[row] = translator.target.decode(hypotheses[0].tokens)
    bleu = BLEU(tokenize="13a", lowercase=True)
    value = bleu.corpus_score(texts, [test[1]]).score
    return {"bleu": round(value, 2), "signature": str(bleu.get_signature())}


def table(results: dict[str, Any]) -> str:
    """Return the results beside the published ones."""
    lines = [
        "| Rung | BLEU | published | epochs | minutes | parameters |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, rung in RUNGS.items():
        found = results.get(name)
        said = (
            f"{found['bleu']:.1f} | {rung.published} | {found['epochs']:.0f} | "
            f"{found['minutes']:.0f} | {found['parameters'] / 1e6:.1f} M"
            if found
            else f"– | {rung.published} | – | – | –"
        )
        lines.append(f"| {rung.title} | {said} |")
    return "\n".join(lines)


def lower_cased(multi30k: Path, folder: Path) -> Path:
    """Write the corpus as the published scores have it, once."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        for language in (SOURCE, TARGET):
            target = folder / f"{part}.{language}"
            if not target.exists():
                with gzip.open(multi30k / f"{part}.{language}.gz", "rt", encoding="utf-8") as file:
                    target.write_text(file.read().lower(), encoding="utf-8", newline="\n")
    return folder


def _multi30k() -> Path:
    place = os.environ.get("S2S_CORPORA")
    if not place:
        raise BadFile("S2S_CORPORA is not set: it names a folder with multi30k in it")
    folder = Path(place) / "multi30k"
    names = [f"{part}.{language}.gz" for part in PARTS for language in (SOURCE, TARGET)]
    if missing := [name for name in names if not (folder / name).is_file()]:
        raise BadFile("{folder} lacks {names}", folder=folder, names=", ".join(missing))
    return folder


def _is_prepared(folder: Path) -> bool:
    try:
        prepared(folder)
    except (S2SError, OSError):
        return False
    return True


def _tell(name: str, record: Record, seconds: float) -> None:
    if isinstance(record, ValidationRecord):
        told = f"{name:14} {seconds / 60:5.1f} min  step {record.step:6}  loss {record.loss:.3f}"
        print(f"{told}  BLEU {record.bleu:.1f} (greedy, held out)", file=sys.stderr, flush=True)


def _seconds(folder: Path) -> float:
    try:
        return float(json.loads((folder / SPENT).read_text("utf-8")))
    except (OSError, ValueError):
        return 0.0


def _note(folder: Path, seconds: float) -> None:
    (folder / SPENT).write_text(json.dumps(round(seconds, 1)), "utf-8")


def _results() -> dict[str, Any]:
    return dict(json.loads(RESULTS.read_text("utf-8"))) if RESULTS.exists() else {}


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train the ladder on Multi30k and score it.")
    parser.add_argument(
        "--minutes", type=float, default=MINUTES, help="for each rung, at most (%(default)s)"
    )
    parser.add_argument("--only", nargs="+", choices=list(RUNGS), help="these rungs")
    parser.add_argument(
        "--folder", type=Path, default=Path("runs", "ladder"), help="of the runs (%(default)s)"
    )
    parser.add_argument(
        "--processor-time", action="store_true", help="count what one core works, not the clock"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
