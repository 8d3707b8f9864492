"""How the weights are moved."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from s2s_core.configs.base import Config, Device, Precision
from s2s_core.knobs import knob

FALLS_TO_AN_END = ("cosine", "linear", "one_cycle")


class TrainingConfig(Config):
    """How the weights are moved."""

    optimizer: str = knob(
        "adam", choices="optimizer",
        help="How gradients become steps. Each wants learning rates of its own size.",
    )  # fmt: skip
    learning_rate: float = knob(
        3e-3, low=1e-6, high=10, live=True,
        help="How far each update moves the weights. Raised: learns faster, until the loss "
        "explodes.",
    )  # fmt: skip
    momentum: float = knob(
        0.9, zero="off", low=0, high=0.999, advanced=True,
        help="How much of its last direction a step keeps. Raised: smoother and longer steps, "
        "which want a lower learning rate. For Muon 0.95 is usual.",
    )  # fmt: skip
    beta_1: float = knob(
        0.9, low=0, high=0.9999, advanced=True,
        help="How long the mean of the gradients is remembered. Raised: smoother steps, slower "
        "to turn.",
    )  # fmt: skip
    beta_2: float = knob(
        0.98, low=0, high=0.999999, advanced=True,
        help="How long the size of the gradients is remembered, which sets each weight's pace. "
        "Raised: a steadier pace, slower to adapt.",
    )  # fmt: skip
    epsilon: float = knob(
        1e-9, low=1e-12, high=1, advanced=True,
        help="Added where a gradient is divided by its size. Raised: weights with tiny gradients "
        "take smaller steps; near 1, like plain gradient descent.",
    )  # fmt: skip
    schedule: str = knob(
        "constant", choices="schedule",
        help="How the learning rate changes with the steps. Rising first spares a Transformer a "
        "bad start; falling later settles the loss.",
    )  # fmt: skip
    warmup_steps: int = knob(
        200, low=1, high=1_000_000, unit="steps", title="Warm-up steps",
        help="Steps over which a warm-up schedule raises the learning rate from zero. Raised: a "
        "safer start, a later result.",
    )  # fmt: skip
    decay_steps: int = knob(
        0, zero="last step", low=0, high=100_000_000, unit="steps", advanced=True,
        help="The step at which a falling schedule is at its end; 0: the last step of the run. "
        "Raised: the learning rate falls more slowly.",
    )  # fmt: skip
    final_factor: float = knob(
        0.0, low=0, high=1, advanced=True,
        help="Share of the learning rate that is left when it has fallen. Raised: it still learns "
        "at the end, and settles less.",
    )  # fmt: skip
    decay_factor: float = knob(
        0.5, low=1e-4, high=1, advanced=True,
        help="What the learning rate is multiplied by when it is reduced. Raised: it falls less "
        "each time.",
    )  # fmt: skip
    decay_every: int = knob(
        1000, low=1, high=100_000_000, unit="steps", advanced=True,
        help="Steps from one reduction of the learning rate to the next. Raised: it falls more "
        "slowly.",
    )  # fmt: skip
    decay_patience: int = knob(
        2, low=1, high=1000, unit="validations", live=True, advanced=True,
        help="The learning rate is reduced when the validation loss has not fallen for so many "
        "checks. Raised: waits longer for a late improvement.",
    )  # fmt: skip
    clip_norm: float = knob(
        1.0, zero="off", low=0, high=1000, live=True,
        help="Gradients with a larger norm are scaled down to it; 0 leaves them as they are. "
        "Raised: bolder steps, and the loss explodes sooner. Other clippings take it as their "
        "threshold.",
    )  # fmt: skip
    clipping: str = knob(
        "norm", choices="clipping", live=True, advanced=True,
        help="How gradients above the clip norm are made smaller. Each takes the threshold in its "
        "own way.",
    )  # fmt: skip
    label_smoothing: float = knob(
        0.0, zero="off", low=0, high=0.9, live=True,
        help="Share of the probability spread over all pieces. Raised: a model less sure of "
        "itself, often better scores, and a training objective that cannot reach zero.",
    )  # fmt: skip
    teacher_forcing: float = knob(
        1.0, low=0, high=1, live=True,
        help="Share of positions where the decoder is given the reference's last piece, "
        "and not its own guess, while training. Raised: learns faster, but gets less used to its "
        "own mistakes.",
    )  # fmt: skip
    batch_tokens: int = knob(
        768, low=16, high=1_000_000, unit="tokens", title="Batch size",
        help="Sentences of a batch times its longest side. Raised: smoother gradients, slower "
        "steps, more memory, and room for a higher learning rate.",
    )  # fmt: skip
    batching: str = knob(
        "tokens", choices="batching", advanced=True,
        help="How much of the corpus each step learns from. More gives smoother gradients and "
        "fewer steps an epoch.",
    )  # fmt: skip
    accumulate: int = knob(
        1, low=1, high=10_000, unit="batches", advanced=True,
        help="Batches whose gradients are added before the weights move. Raised: as a larger "
        "batch, with the memory of a small one; steps are as much slower.",
    )  # fmt: skip
    steps: int = knob(
        3000, zero="no limit", low=0, high=100_000_000, unit="steps", live=True, title="Step limit",
        help="Training ends after so many updates; 0: only when it is stopped. Raised: learns "
        "longer, and may over-fit.",
    )  # fmt: skip
    minutes: float = knob(
        0.0, zero="no limit", low=0, high=100_000, unit="minutes", live=True, advanced=True,
        title="Minute limit",
        help="Training ends after so much time; 0: no limit. Raised: learns longer.",
    )  # fmt: skip
    validate_every: int = knob(
        100, low=1, high=1_000_000, unit="steps", live=True,
        help="Steps from one scoring of the held-out sentences to the next. Raised: faster "
        "training, fewer points on the curves.",
    )  # fmt: skip
    validation_sentences: int = knob(
        200, low=1, high=100_000, unit="sentences", live=True, advanced=True,
        help="How many held-out sentences are translated for exact match, BLEU and chrF. Raised: "
        "steadier scores, slower checks.",
    )  # fmt: skip
    patience: int = knob(
        0, zero="never", low=0, high=1000, unit="validations", live=True, advanced=True,
        help="Stop when the held-out sentences have not scored better for so many checks; 0: "
        "never. Raised: waits longer for a late improvement.",
    )  # fmt: skip
    checkpoint_seconds: float = knob(
        20.0, low=1, high=86_400, unit="seconds", live=True, advanced=True, title="Save every (s)",
        help="How often the state of training is saved; at most so much is lost in a crash. "
        "Raised: a little faster, and more to lose.",
    )  # fmt: skip
    seed: int = knob(
        1, low=0, high=2**31,
        help="Start of all random numbers; the same seed gives the same curve. Another number is "
        "another try, neither better nor worse.",
    )  # fmt: skip
    precision: Precision = knob(
        "float32", advanced=True,
        help="The numbers that matrices are multiplied in; weights and sums stay float32. Short "
        "ones are faster where the device has them; float16 needs a CUDA GPU, and bfloat16 is "
        "slower on a processor without instructions for it.",
    )  # fmt: skip
    compile: bool = knob(
        False, advanced=True,
        help="Let torch translate the model into machine code of its own. On: the first step takes "
        "from ten seconds to some minutes, each later one perhaps less; recurrent layers stay as "
        "they are. It needs a C++ compiler.",
    )  # fmt: skip
    device: Device = knob(
        "auto",
        help="Where to train; automatic takes a GPU where there is one. A GPU is faster for "
        "large models, not always for tiny ones.",
    )  # fmt: skip

    @property
    def last_decay_step(self) -> int:
        """Return the step at which a falling schedule is at its end."""
        return self.decay_steps or self.steps

    @model_validator(mode="after")
    def _check_end_of_schedule(self) -> Self:
        if self.schedule in FALLS_TO_AN_END and not self.last_decay_step:
            raise ValueError(
                f"the schedule {self.schedule} needs to know where it ends: give decay_steps or "
                "steps"
            )
        return self
