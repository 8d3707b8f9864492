"""CTranslate2: translating with the weights of A, built by hand from its specification."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np

from tests.bench.peers import shapes
from tests.bench.peers.turns import Turns


def build(weights: Path, out: Path) -> None:
    """Write a model that CTranslate2 can read."""
    spec = ctranslate2.specs.TransformerSpec.from_config(shapes.LAYERS, shapes.HEADS, pre_norm=True)
    for path, value in np.load(weights).items():
        *parents, name = path.split(".")
        place: Any = spec
        for parent in parents:
            place = place[int(parent)] if parent.isdigit() else getattr(place, parent)
        setattr(place, name, value)
    spec.encoder.scale_embeddings = spec.decoder.scale_embeddings = True
    names = ["<unk>", "<pad>", "<s>", "</s>", *shapes.pieces()]
    spec.register_source_vocabulary(names)
    spec.register_target_vocabulary(names)
    spec.config.add_source_eos = True
    spec.config.bos_token = spec.config.decoder_start_token = "<s>"
    spec.config.eos_token, spec.config.unk_token = "</s>", "<unk>"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    spec.validate()
    spec.optimize()
    spec.save(str(out))


def main() -> None:
    """Translate by turns."""
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True, help="of each worker")
    options = parser.parse_args()
    turns, out = Turns(), options.work / f"ctranslate-{options.workers}"
    build(options.work / "ctranslate.npz", out)
    translator = ctranslate2.Translator(
        str(out), device="cpu", compute_type="float32", inter_threads=options.workers,
        intra_threads=options.threads,
    )  # fmt: skip
    test = shapes.numbers(options.work / "data", "test", "source")

    def translated(beam: int) -> list[list[str]]:
        found = translator.translate_batch(
            test, beam_size=beam, max_batch_size=shapes.TRANSLATED, batch_type="examples",
            min_decoding_length=0, max_decoding_length=shapes.LONGEST,
        )  # fmt: skip
        return [result.hypotheses[0] for result in found]

    turns.translate(translated)


if __name__ == "__main__":
    main()
