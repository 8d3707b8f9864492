"""OpenNMT-py 3.5.1: training, and translating with the weights of A in a model of its own."""

from __future__ import annotations

import argparse
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from onmt import trainer
from onmt.bin.train import _get_parser as training_parser
from onmt.bin.train import train as train_model
from onmt.bin.translate import _get_parser as translating_parser
from onmt.inference_engine import InferenceEnginePY
from onmt.utils.parse import ArgumentParser

from tests.bench.peers import shapes
from tests.bench.peers.turns import Over, Steps, Turns, threads

NEVER = 1_000_000


def settings(model: str, work: Path, run: Path) -> dict[str, Any]:
    """Return the experiment; its defaults where nothing is said."""
    run.mkdir(parents=True, exist_ok=True)
    vocabulary, data = run / "vocabulary", work / "data"
    vocabulary.write_text("".join(f"{piece}\t1\n" for piece in shapes.pieces()), encoding="utf-8")
    files = {f"path_{name}": str(data / f"train.{side}")
             for name, side in zip(("src", "tgt"), shapes.SIDES, strict=True)}  # fmt: skip
    common: dict[str, Any] = {
        "data": {"corpus": {**files, "transforms": []}}, "share_vocab": True,
        "src_vocab": str(vocabulary), "tgt_vocab": str(vocabulary),
        "save_model": str(run / "model"),
        "batch_type": "tokens", "batch_size": shapes.BATCH_TOKENS, "batch_size_multiple": 1,
        "normalization": "tokens", "num_workers": 0, "optim": "adam",
        "adam_beta2": shapes.BETAS[1], "max_grad_norm": shapes.CLIP,
        "label_smoothing": shapes.SMOOTHING, "train_steps": NEVER, "valid_steps": NEVER,
        "save_checkpoint_steps": NEVER, "src_vocab_size": shapes.VOCABULARY,
        "tgt_vocab_size": shapes.VOCABULARY, "world_size": 1, "model_dtype": "fp32",
        "dropout": [shapes.DROPOUT], "decay_method": "none", "learning_rate": shapes.RATE,
    }  # fmt: skip
    if model == "A":
        return common | {
            "encoder_type": "transformer", "decoder_type": "transformer", "layers": shapes.LAYERS,
            "heads": shapes.HEADS, "hidden_size": shapes.SIZE, "word_vec_size": shapes.SIZE,
            "transformer_ff": shapes.INNER, "attention_dropout": [shapes.DROPOUT],
            "position_encoding": True, "param_init_method": "xavier_uniform",
            "share_embeddings": True, "share_decoder_embeddings": True, "add_qkvbias": True,
            "add_ffnbias": True,
        }  # fmt: skip
    return common | {
        "encoder_type": "brnn", "decoder_type": "rnn", "rnn_type": "LSTM", "layers": 1,
        "hidden_size": shapes.DECODER, "word_vec_size": shapes.EMBEDDING,
        "global_attention": "mlp", "input_feed": 1, "bridge": True,
    }  # fmt: skip


def train(options: argparse.Namespace) -> None:
    """Train by turns; a step is over when its gradients were accumulated and the weights moved."""
    experiment = options.run / "experiment.yaml"
    wanted = settings(options.model, options.work, options.run)
    experiment.write_text(yaml.safe_dump(wanted), encoding="utf-8")
    accumulate, steps = trainer.Trainer._gradient_accumulation, Steps()

    def timed(self: Any, batches: Any, *rest: Any) -> None:
        accumulate(self, batches, *rest)
        padding = self.train_loss.padding_idx
        read = sum(int(batch["srclen"].sum()) for batch in batches)
        written = sum(int((batch["tgt"][:, 1:, 0] != padding).sum()) for batch in batches)
        try:
            # It is given sources without END; the others read one, so it has as much less to do.
            steps.done(read + written)
        except Over:
            self.model_saver.save(0)
            raise

    trainer.Trainer._gradient_accumulation = timed
    given, _ = training_parser().parse_known_args(["-config", str(experiment)])
    with suppress(Over):
        train_model(given)


def with_weights(run: Path, weights: Path) -> Path:
    """Put the weights of A into what OpenNMT-py has saved of a model of the same shape."""
    saved = torch.load(run / "model_step_0.pt", map_location="cpu")
    if saved["vocab"]["src"][shapes.SPECIAL :] != shapes.pieces():
        raise SystemExit("OpenNMT-py has ordered the vocabulary in another way")
    given = {name: torch.from_numpy(value) for name, value in np.load(weights).items()}
    states = {"": saved["model"], "generator.": saved["generator"]}
    for prefix, state in states.items():
        for name in state:
            if not name.endswith(".pe"):
                assert state[name].shape == given[prefix + name].shape, name
                state[name] = given.pop(prefix + name)
    assert not given, sorted(given)
    torch.save(saved, run / "given.pt")
    return run / "given.pt"


def translate(options: argparse.Namespace) -> None:
    """Translate by turns."""
    turns = Turns()
    model = with_weights(options.run, options.work / "opennmt.npz")

    def engine(beam: int) -> Any:
        out = options.run / f"beam-{beam}"
        arguments = [
            "-model", str(model), "-src", str(options.work / "data" / "test.source"), "-output",
            str(out), "-beam_size", str(beam), "-batch_size", str(shapes.TRANSLATED),
            "-max_length", str(shapes.LONGEST), "-gpu", "-1",
        ]  # fmt: skip
        if beam > 1:
            arguments += ["-length_penalty", "wu", "-alpha", "1.0"]
        given = translating_parser().parse_args(arguments)
        ArgumentParser.validate_translate_opts(given)
        ArgumentParser._get_all_transform_translate(given)
        ArgumentParser._validate_transforms_opts(given)
        ArgumentParser.validate_translate_opts_dynamic(given)
        return InferenceEnginePY(given)

    engines = {beam: engine(beam) for beam in (1, 5)}

    def translated(beam: int) -> list[list[str]]:
        _, found = engines[beam].infer_file()
        return [best.split() for best, *_ in found]

    turns.translate(translated)


def main() -> None:
    """Do one of the two."""
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=["train", "translate"])
    parser.add_argument("work", type=Path)
    parser.add_argument("--model", choices=["A", "B"], default="A")
    parser.add_argument("--run", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(threads())
    load = torch.load  # it was written when weights_only was False by default
    torch.load = lambda *given, **named: load(*given, **{**named, "weights_only": False})
    {"train": train, "translate": translate}[options.task](options)


if __name__ == "__main__":
    main()
