"""Knobs that have no effect as things stand, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from s2s_core.configs.run import RunConfig
from s2s_core.configs.training import FALLS_TO_AN_END

Idle = tuple[Callable[[RunConfig], bool], str]  # when a knob has no effect, and why

_ADAMS = ("adam", "adamw", "adamax", "nadam", "radam", "muon")


def _on_both_sides(name: str, test: Callable[[Any], bool], why: str) -> dict[str, Idle]:
    """Return the rows of a knob that encoder and decoder have; each is tested by itself."""
    return {
        "model.encoder." + name: (lambda config: test(config.model.encoder), why),
        "model.decoder." + name: (lambda config: test(config.model.decoder), why),
    }


IDLE: dict[str, Idle] = {
    **_on_both_sides(
        "nonlinearity",
        lambda part: part.kind != "rnn",
        "It has no effect: only a plain RNN has the choice.",
    ),
    **_on_both_sides(
        "residual", lambda part: part.layers == 1, "It has no effect: there is only one layer."
    ),
    **_on_both_sides(
        "variational", lambda part: not part.dropout, "It has no effect without dropout."
    ),
    "model.decoder.attention_heads": (
        lambda config: getattr(config.model.decoder, "attention", "") != "scaled_dot",
        "It has no effect: only the scaled dot product has heads.",
    ),
    "model.decoder.window": (
        lambda config: getattr(config.model.decoder, "attention", "") != "local",
        "It has no effect: only local attention has a window.",
    ),
    **dict.fromkeys(
        ("model.decoder.input_feeding", "model.decoder.copying"),
        (
            lambda config: getattr(config.model.decoder, "attention", "") == "none",
            "It has no effect without attention.",
        ),
    ),
    "training.warmup_steps": (
        lambda config: config.training.schedule in ("constant", "one_cycle"),
        "It has no effect while the schedule is constant, or one cycle.",
    ),
    "training.decay_steps": (
        lambda config: config.training.schedule not in FALLS_TO_AN_END,
        "It has no effect: only cosine, linear and one cycle fall to an end.",
    ),
    "training.final_factor": (
        lambda config: config.training.schedule not in ("cosine", "linear"),
        "It has no effect: only cosine and linear schedules take it.",
    ),
    "training.decay_factor": (
        lambda config: config.training.schedule not in ("step", "exponential", "plateau"),
        "It has no effect: only step, exponential and plateau schedules take it.",
    ),
    "training.decay_every": (
        lambda config: config.training.schedule not in ("step", "exponential"),
        "It has no effect: only step and exponential schedules take it.",
    ),
    "training.decay_patience": (
        lambda config: config.training.schedule != "plateau",
        "It has no effect: only the plateau schedule waits for the validation loss.",
    ),
    "training.batch_tokens": (
        lambda config: config.training.batching == "pair",
        "It has no effect: a batch is one pair.",
    ),
    "training.accumulate": (
        lambda config: config.training.batching == "full",
        "It has no effect: each step learns from the whole corpus.",
    ),
    "training.clipping": (
        lambda config: not config.training.clip_norm,
        "It has no effect: the clip norm is 0.",
    ),
    "training.momentum": (
        lambda config: config.training.optimizer not in ("momentum", "nesterov", "muon"),
        "It has no effect: only momentum, Nesterov and Muon keep a direction this way.",
    ),
    "training.beta_1": (
        lambda config: config.training.optimizer not in _ADAMS,
        "It has no effect: only Adam and its kin remember the mean of the gradients this way.",
    ),
    "training.beta_2": (
        lambda config: config.training.optimizer not in (*_ADAMS, "adadelta", "rmsprop"),
        "It has no effect: this optimizer does not remember the size of gradients this way.",
    ),
    "training.epsilon": (
        lambda config: config.training.optimizer not in (*_ADAMS, "adagrad", "rmsprop"),
        "It has no effect: this optimizer divides by no size, or has an epsilon of its own.",
    ),
    **dict.fromkeys(
        ("objective.half_forced_after", "objective.least_teacher_forcing"),
        (
            lambda config: config.objective.teacher_forcing == "constant",
            "It has no effect while the share of teacher forcing is constant.",
        ),
    ),
    **dict.fromkeys(
        ("objective.risk_score", "objective.risk_samples", "objective.risk_sharpness"),
        (
            lambda config: not config.objective.risk_weight,
            "It has no effect while the weight of the risk is 0.",
        ),
    ),
    "objective.reconstruction_weight": (
        lambda config: not config.objective.source_reconstruction,
        "It has no effect without source reconstruction.",
    ),
    "objective.guided_attention_width": (
        lambda config: not config.objective.guided_attention_weight,
        "It has no effect while the weight of guided attention is 0.",
    ),
    **dict.fromkeys(
        ("decoding.beam_size", "decoding.n_best", "decoding.length_penalty"),
        (
            lambda config: config.decoding.search != "beam",
            "It has no effect: only beam search weighs several hypotheses.",
        ),
    ),
    "regularisation.bpe_dropout": (
        lambda config: config.data.tokenizer.kind != "bpe",
        "It is for pieces of kind BPE, whose merges it leaves out.",
    ),
    "regularisation.unigram_sampling": (
        lambda config: config.data.tokenizer.kind != "unigram",
        "It is for pieces of kind unigram, which know how probable each cut is.",
    ),
    **_on_both_sides(
        "known_positions",
        lambda part: getattr(part, "positions", "learned") != "learned",
        "It has no effect: the positions are not learned.",
    ),
    **dict.fromkeys(
        ("smaller.prune_first_step", "smaller.prune_last_step", "smaller.prune_every"),
        (
            lambda config: not config.smaller.prune_share,
            "It has no effect: nothing is pruned.",
        ),
    ),
    "start.source_embeddings": (
        lambda config: config.model.encoder.shared_embedding,
        "It has no effect: the source shares the embeddings of the target.",
    ),
    "data.added_times": (
        lambda config: not config.data.added,
        "It has no effect: no pairs were added.",
    ),
    **dict.fromkeys(
        (
            "data.builtin_pairs",
            "data.difficulty.length",
            "data.difficulty.vocabulary",
            "data.difficulty.noise",
        ),
        (
            lambda config: not config.data.builtin,
            "It has no effect: the corpus comes from files.",
        ),
    ),
    **dict.fromkeys(
        ("data.held_out_percent", "data.held_out_most", "data.seed"),
        (
            lambda config: bool(config.data.validation),
            "It has no effect: there are validation files.",
        ),
    ),
}


def idle_reason(config: RunConfig, key: str) -> str:
    """Return why a knob has no effect as things stand; empty where it has."""
    test, why = IDLE.get(key, (lambda _: False, ""))
    return why if test(config) else ""
