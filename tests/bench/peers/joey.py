"""Joey NMT 2.3.0: training, and translating with B as it was trained."""

from __future__ import annotations

import argparse
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from joeynmt import training
from joeynmt.config import parse_global_args
from joeynmt.prediction import predict
from joeynmt.prediction import prepare as prepare_model

from tests.bench.peers import shapes
from tests.bench.peers.turns import Over, Steps, Turns, threads

NEVER = 1_000_000


def settings(model: str, work: Path, run: Path, beam: int = 1) -> dict[str, Any]:
    """Return the experiment; its defaults where nothing is said."""
    run.mkdir(parents=True, exist_ok=True)
    vocabulary, data = run / "vocabulary", work / "data"
    special = ("<unk>", "<pad>", "<s>", "</s>")
    vocabulary.write_text("\n".join((*special, *shapes.pieces())) + "\n", encoding="utf-8")
    side = {"max_length": 200, "level": "word", "voc_file": str(vocabulary)}
    names = {f"{name}_token": word
             for name, word in zip(("unk", "pad", "bos", "eos"), special, strict=True)}  # fmt: skip
    ids = {f"{name}_id": place for place, name in enumerate(("unk", "pad", "bos", "eos"))}
    return {
        "name": "peer", "joeynmt_version": "2.3.0", "model_dir": str(run / "model"),
        "use_cuda": False, "fp16": False, "random_seed": 42, "num_workers": 0,
        "data": {
            "train": str(data / "train"), "dev": str(data / "test"), "test": str(data / "test"),
            "dataset_type": "plain", "src": {**side, "lang": "source"},
            "trg": {**side, "lang": "target"}, "special_symbols": {**names, **ids},
        },
        "testing": {
            "n_best": 1, "beam_size": beam, "beam_alpha": 1.0, "batch_size": shapes.TRANSLATED,
            "batch_type": "sentence", "max_output_length": shapes.LONGEST, "eval_metrics": [],
            "load_model": str(run / "model" / "given.ckpt"),
        },
        "training": {
            "random_seed": 42, "optimizer": "adam", "normalization": "tokens",
            "adam_betas": list(shapes.BETAS), "scheduling": "warmupinversesquareroot",
            "learning_rate": shapes.RATE, "learning_rate_warmup": shapes.WARMUP,
            "learning_rate_min": 1e-9, "label_smoothing": shapes.SMOOTHING,
            "loss": "crossentropy", "clip_grad_norm": shapes.CLIP,
            "batch_size": shapes.BATCH_TOKENS, "batch_type": "token", "batch_multiplier": 1,
            "early_stopping_metric": "loss", "epochs": 1000, "validation_freq": NEVER,
            "logging_freq": NEVER, "keep_best_ckpts": 1, "shuffle": True, "print_valid_sents": [],
        },
        "model": transformer() if model == "A" else recurrent(),
    }  # fmt: skip


def transformer() -> dict[str, Any]:
    """A."""
    stack = {
        "type": "transformer", "num_layers": shapes.LAYERS, "num_heads": shapes.HEADS,
        "hidden_size": shapes.SIZE, "ff_size": shapes.INNER, "dropout": shapes.DROPOUT,
        "layer_norm": "pre",
        "embeddings": {"embedding_dim": shapes.SIZE, "scale": True, "dropout": 0.0},
    }  # fmt: skip
    return {
        "initializer": "xavier_uniform", "embed_initializer": "xavier_uniform",
        "bias_initializer": "zeros", "tied_embeddings": True, "tied_softmax": True,
        "encoder": stack, "decoder": dict(stack),
    }  # fmt: skip


def recurrent() -> dict[str, Any]:
    """B."""
    stack = {
        "type": "recurrent", "rnn_type": "lstm", "num_layers": 1, "dropout": shapes.DROPOUT,
        "embeddings": {"embedding_dim": shapes.EMBEDDING, "scale": False},
    }  # fmt: skip
    return {
        "tied_embeddings": False, "tied_softmax": False,
        "encoder": {**stack, "hidden_size": shapes.ENCODER // 2, "bidirectional": True},
        "decoder": {
            **stack, "hidden_size": shapes.DECODER, "hidden_dropout": shapes.DROPOUT,
            "input_feeding": True, "init_hidden": "bridge", "attention": "bahdanau",
        },
    }  # fmt: skip


def train(options: argparse.Namespace) -> None:
    """Train by turns; a step is over when the gradients of its batch are there.

    Moving the weights comes right after it, and so falls into the next step.
    """
    wanted = settings(options.model, options.work, options.run)
    shutil.rmtree(wanted["model_dir"], ignore_errors=True)
    Path(wanted["model_dir"]).mkdir()
    step, steps = training.TrainManager._train_step, Steps()

    def timed(self: Any, batch: Any) -> Any:
        found = step(self, batch)
        try:
            steps.done(int(batch.src_length.sum()) + int(batch.ntokens))
        except Over:
            saved = {"model_state": self.model.state_dict()}
            torch.save(saved, wanted["testing"]["load_model"])
            raise
        return found

    training.TrainManager._train_step = timed
    with suppress(Over):
        training.train(rank=0, world_size=None, cfg=wanted, skip_test=True)


def translate(options: argparse.Namespace) -> None:
    """Translate by turns."""
    turns = Turns()
    wanted = settings(options.model, options.work, options.run)
    arguments = parse_global_args(wanted, rank=0, mode="test")
    model, _, _, test = prepare_model(arguments, rank=0, mode="test")

    def translated(beam: int) -> list[list[str]]:
        testing = arguments.test._replace(beam_size=beam)
        _, _, _, found, _, _ = predict(
            model=model, data=test, device=arguments.device, n_gpu=0, rank=0, compute_loss=False,
            normalization="none", num_workers=0, args=testing, autocast=arguments.autocast,
        )  # fmt: skip
        return [[piece for piece in sentence if piece != "</s>"] for sentence in found]

    turns.translate(translated)


def main() -> None:
    """Do one of the two."""
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=["train", "translate"])
    parser.add_argument("work", type=Path)
    parser.add_argument("--model", choices=["A", "B"], required=True)
    parser.add_argument("--run", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(threads())
    {"train": train, "translate": translate}[options.task](options)


if __name__ == "__main__":
    main()
