"""The trainer: an iterator that moves the weights, one step for each `next()`."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from s2s_core.configs import RunConfig
from s2s_core.data.batch import Batches, portion
from s2s_core.errors import BadConfig, TrainingFailed
from s2s_core.experiment import changed, live_knobs, value_of
from s2s_core.models.device import in_precision
from s2s_core.models.encoder_decoder import EncoderDecoder
from s2s_core.models.pruning import Pruner, apply_masks
from s2s_core.records import KnobRecord, NoteRecord, StepRecord
from s2s_core.training.averaging import WeightAverage
from s2s_core.training.gradients import CLIPPINGS, norm_of, scale_gradients
from s2s_core.training.joining import Joining
from s2s_core.training.noise import with_noise
from s2s_core.training.objective import losses
from s2s_core.training.optimizers import OPTIMIZERS
from s2s_core.training.penalties import decay_weights, penalised
from s2s_core.training.risk import Decode, in_numbers
from s2s_core.training.schedules import SCHEDULES, Plateau
from s2s_core.training.teacher_forcing import teacher_forcing_at


class Trainer:
    """Owns a model, its optimizer and its place in the corpus.

    The random numbers of training are torch's own on the model's device, seeded here; whatever
    only looks at the model must not draw from them.
    """

    def __init__(
        self, model: EncoderDecoder, batches: Batches, config: RunConfig,
        decode: Decode = in_numbers,
    ) -> None:  # fmt: skip
        self.model = model
        self.batches = batches
        self.config = config
        self.decode = decode  # gives the text of target pieces
        self.joining: Joining | None = None  # pairs that came while it was training
        self.step = 0
        self.tokens = 0
        self.elapsed_seconds = 0.0
        self.plateau = Plateau()
        model.freeze(config.start)
        self.optimizer = OPTIMIZERS[config.training.optimizer](model, config)
        self.pruner = Pruner(model, config.smaller)
        model.precision = config.training.precision
        # The smallest gradients would be nothing in float16 (Micikevicius et al. 2018, 3.2).
        is_short = model.precision == "float16"
        self.scaler = torch.amp.GradScaler(model.device.type) if is_short else None
        self.average: WeightAverage | None = None
        torch.manual_seed(config.training.seed)

    def steps(self) -> Iterator[StepRecord]:
        """Update the weights for ever; whoever calls `next()` decides how far.

        A loss or gradient that is not a number ends in `TrainingFailed` before the weights are
        touched.
        """
        self.model.train()
        window = SpeedWindow()
        while True:
            started = time.perf_counter()
            loss, objective, tokens = self._learn()
            norm = norm_of(self.model)
            if self.scaler and self._overflows(objective, norm):
                continue
            forcing = teacher_forcing_at(self.step, self.config)
            rate = self.learning_rate()
            numbers = self._finite(loss, objective, norm)
            self._update(norm, rate)
            self.step += 1
            self._average()
            self.tokens += tokens
            epochs = self.batches.epochs_done  # may sort the next epoch, which takes its time too
            seconds = time.perf_counter() - started
            self.elapsed_seconds += seconds
            window.add(tokens, seconds)
            yield StepRecord(
                self.step, epochs, *numbers, rate, self.tokens,
                window.tokens_per_second, self.elapsed_seconds, forcing,
            )  # fmt: skip

    def learning_rate(self) -> float:
        """Return the learning rate of the next step."""
        training = self.config.training
        scheduled = SCHEDULES[training.schedule](self.step + 1, training)
        reduced = training.decay_factor**self.plateau.reductions
        return float(training.learning_rate * scheduled * reduced)

    def heed(self, validation_loss: float) -> NoteRecord | None:
        """Reduce the learning rate if the schedule asks for it after so many validations."""
        training, before = self.config.training, self.plateau.reductions
        if training.schedule != "plateau":
            return None
        loss = math.inf if math.isnan(validation_loss) else validation_loss
        self.plateau = self.plateau.after(loss, training.decay_patience)
        if self.plateau.reductions == before:
            return None
        return NoteRecord(
            "The validation loss has stopped falling: from step {step} the learning rate is {rate}",
            {"step": self.step + 1, "rate": f"{self.learning_rate():.3g}"}, self.step,
        )  # fmt: skip

    def forget_checks(self) -> None:
        """The validations to come are of other sentences: the lowest loss is not theirs."""
        self.plateau = replace(self.plateau, best=None, waited=0)

    @property
    def model_in_use(self) -> EncoderDecoder:
        """The model to score and to translate with: the average, where there is one."""
        return self.average.model if self.average else self.model

    def note_check(self) -> None:
        """Take the weights that are about to be scored into the average of the last ones."""
        if most := self.config.regularisation.average_last:
            self.average = self.average or WeightAverage(self.model)
            self.average.take_in(self.model, self.step, most)
            apply_masks(self.average.model, self.pruner.masks)

    def _average(self) -> None:
        regularisation = self.config.regularisation
        if decay := regularisation.ema_decay:
            self.average = self.average or WeightAverage(self.model)
            self.average.follow(self.model, self.step, decay)
            apply_masks(self.average.model, self.pruner.masks)
        elif not regularisation.average_last:
            self.average = None

    def change(self, key: str, value: Any) -> KnobRecord:
        """Turn a live knob; the next step obeys it. A bad value is refused and nothing changes."""
        before = value_of(self.config, key)
        if key not in live_knobs():
            raise BadConfig("{key} cannot change during a run; it is for a new one", key=key)
        self.config = changed(self.config, key, value)
        return KnobRecord(self.step, key, before, value_of(self.config, key))

    def _learn(self) -> tuple[Tensor, Tensor, int]:
        """Leave the gradients of an update in the weights; return loss, objective and tokens.

        Several batches count by their target tokens, as if they were one large batch. That sum
        is known at the end only, so all are weighed against the first.
        """
        self.optimizer.zero_grad(set_to_none=True)
        sums = torch.zeros(2, device=self.model.device)
        first = target_tokens = tokens = 0
        for batch in self.batches.of_update(portion(self.config.training).batches):
            batch = self.joining.beside(batch) if self.joining else batch
            batch = with_noise(batch.to(self.model.device), self.config.regularisation)
            with in_precision(self.model):
                loss, objective = losses(self.model, batch, self.config, self.step, self.decode)
                objective = penalised(objective, self.model, self.config.regularisation)
            first = first or batch.target_tokens
            weight = batch.target_tokens / first
            backward = objective * weight
            torch.autograd.backward(self.scaler.scale(backward) if self.scaler else backward)
            sums += weight * torch.stack([loss, objective.detach()])
            target_tokens += batch.target_tokens
            tokens += batch.source_tokens + batch.target_tokens
        if self.scaler:
            self.scaler.unscale_(self.optimizer)
        if target_tokens != first:
            scale_gradients(self.model, first / target_tokens)
            sums *= first / target_tokens
        return sums[0], sums[1], tokens

    def _overflows(self, objective: Tensor, norm: Tensor) -> bool:
        """Learn how far float16 gradients can be scaled; tell whether it was too far this time.

        Then the weights stay, and the next batches are tried with a smaller scale.
        """
        assert self.scaler is not None
        self.scaler.update()
        overflows = bool(objective.isfinite()) and not bool(norm.isfinite())
        return overflows and self.scaler.get_scale() >= 1.0

    def _finite(self, loss: Tensor, objective: Tensor, norm: Tensor) -> tuple[float, float, float]:
        numbers: list[float] = torch.stack([loss, objective.detach(), norm]).tolist()
        for name, value in zip(("loss", "objective", "gradient norm"), numbers, strict=True):
            if not abs(value) < float("inf"):
                raise TrainingFailed(
                    "the {name} became {value} at step {step}, so the step was not taken: in a "
                    "new run a lower learning rate (now {rate:g}) or clipping the gradients keeps "
                    "it finite",
                    name=name, value=value, step=self.step + 1,
                    rate=self.config.training.learning_rate,
                )  # fmt: skip
        return numbers[0], numbers[1], numbers[2]

    def _update(self, norm: Tensor, rate: float) -> None:
        training = self.config.training
        if training.clip_norm:
            CLIPPINGS[training.clipping](self.model, training.clip_norm, norm)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        decay_weights(self.optimizer, self.config.regularisation.weight_decay)
        self.optimizer.step()
        self.pruner.follow(self.step + 1)


class SpeedWindow:
    """Tokens a second over about the last two seconds."""

    def __init__(self) -> None:
        self._tokens = 0.0
        self._seconds = 0.0

    def add(self, tokens: int, seconds: float) -> None:
        """Take in one step; older ones fade."""
        fade = 0.5 ** (seconds / 1.0)
        self._tokens = self._tokens * fade + tokens
        self._seconds = self._seconds * fade + seconds

    @property
    def tokens_per_second(self) -> float:
        """Real source and target tokens a second."""
        return self._tokens / self._seconds if self._seconds else 0.0
