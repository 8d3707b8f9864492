from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from s2s_core.configs import RunConfig
from s2s_core.data.batch import Batches
from s2s_core.data.store import EncodedPairs, Sequences
from s2s_core.decoding.search import translate_all
from s2s_core.errors import BadConfig, TrainingFailed
from s2s_core.experiment import all_knobs, changed, value_of
from s2s_core.knobs import Knob
from s2s_core.records import StepRecord
from s2s_core.runs.catalog import CATALOG
from s2s_core.runs.checkpoint import read_index, restore, save_checkpoint
from s2s_core.training.loss import token_losses
from s2s_core.training.trainer import SpeedWindow, Trainer
from s2s_core.training.warm_up import warm_up
from tests.helpers import (
    ARCHITECTURES,
    assert_close,
    copy_batches,
    decoding,
    embedding_of,
    output_of,
    same_weights,
    tiny_config,
    tiny_trainer,
    weights_of,
)

each_architecture = pytest.mark.parametrize("name", ARCHITECTURES)


def sgd(**training: Any) -> RunConfig:
    return tiny_config(training={"optimizer": "sgd", "learning_rate": 1.0, **training})


def first(trainer: Trainer, count: int) -> list[StepRecord]:
    steps = trainer.steps()
    return [next(steps) for _ in range(count)]


def losses(trainer: Trainer, count: int) -> list[float]:
    return [record.loss for record in first(trainer, count)]


def moved(trainer: Trainer, before: dict[str, torch.Tensor]) -> float:
    """Return how far the weights have moved, as one norm."""
    after = weights_of(trainer.model)
    return math.sqrt(sum(float((after[name] - before[name]).square().sum()) for name in before))


@each_architecture
def test_the_same_seed_gives_the_same_curve(name: str) -> None:
    config = tiny_config(*ARCHITECTURES[name], dropout=0.3)
    curve = losses(tiny_trainer(config), 5)
    assert losses(tiny_trainer(config), 5) == curve
    other = tiny_config(*ARCHITECTURES[name], dropout=0.3, training={"seed": 2})
    assert losses(tiny_trainer(other), 5) != curve


@each_architecture
def test_training_learns(name: str) -> None:
    config = tiny_config(*ARCHITECTURES[name], layers=1, training={"learning_rate": 0.02})
    curve = losses(tiny_trainer(config, copy_batches(longest=2)), 60)
    assert sum(curve[-5:]) < 0.75 * sum(curve[:5])


def test_a_record_says_what_happened() -> None:
    trainer = tiny_trainer(tiny_config(training={"schedule": "warmup", "warmup_steps": 4}))
    batches = copy_batches()
    records = first(trainer, 6)
    tokens = 0
    for number, record in enumerate(records, 1):
        batch = batches.next()
        tokens += batch.source_tokens + batch.target_tokens
        assert record.step == number
        assert record.tokens == tokens
        assert record.epoch == batches.epochs_done
        assert record.learning_rate == pytest.approx(3e-3 * min(1.0, number / 4))
        assert record.objective == record.loss
        assert record.tokens_per_second > 0
    times = [record.elapsed_seconds for record in records]
    assert times == sorted(times)
    assert times[0] > 0


def test_the_loss_is_averaged_over_real_tokens() -> None:
    trainer, batch = tiny_trainer(), copy_batches().next()
    scores = trainer.model.eval().score(batch).scores
    total, _ = token_losses(scores, batch.target_output, batch.target_mask, 0.0)
    expected = total.item() / int(batch.target_mask.sum())
    assert first(trainer, 1)[0].loss == pytest.approx(expected, rel=1e-5)


def test_label_smoothing_changes_the_objective_and_not_the_loss() -> None:
    plain = first(tiny_trainer(), 1)[0]
    smoothed = first(tiny_trainer(tiny_config(training={"label_smoothing": 0.3})), 1)[0]
    assert smoothed.loss == pytest.approx(plain.loss, rel=1e-6)
    assert smoothed.objective != pytest.approx(smoothed.loss, rel=1e-3)


def test_a_gradient_is_clipped_to_the_norm_and_reported_before() -> None:
    free, clipped = tiny_trainer(sgd(clip_norm=0)), tiny_trainer(sgd(clip_norm=0.05))
    before = weights_of(free.model)
    norm = first(free, 1)[0].gradient_norm
    assert norm > 0.1
    assert first(clipped, 1)[0].gradient_norm == pytest.approx(norm, rel=1e-5)
    assert moved(free, before) == pytest.approx(norm, rel=1e-3)
    assert moved(clipped, before) == pytest.approx(0.05, rel=1e-3)


def test_a_gradient_below_the_norm_is_left_as_it_is() -> None:
    free, clipped = tiny_trainer(sgd(clip_norm=0)), tiny_trainer(sgd(clip_norm=100))
    first(free, 1)
    first(clipped, 1)
    one, other = weights_of(free.model), weights_of(clipped.model)
    for name in one:
        torch.testing.assert_close(one[name], other[name])


def test_the_gradient_norm_is_over_all_weights() -> None:
    trainer, batch = tiny_trainer(), copy_batches().next()
    scores = trainer.model.score(batch).scores
    _, total = token_losses(scores, batch.target_output, batch.target_mask, 0.0)
    gradients = torch.autograd.grad(total / batch.target_tokens, list(trainer.model.parameters()))
    expected = math.sqrt(sum(float(gradient.square().sum()) for gradient in gradients))
    assert first(trainer, 1)[0].gradient_norm == pytest.approx(expected, rel=1e-4)


def one_large(batches: Batches, count: int) -> Batches:
    """Return a corpus of the pairs of the first so many batches, in a single batch."""
    rows = [row for part in batches.rows_of(0)[:count] for row in part]
    sides = (batches.pairs.sources, batches.pairs.targets)
    source, target = (Sequences.of([side[row].tolist() for row in rows]) for side in sides)
    return Batches(EncodedPairs(source, target), 10**6, seed=1)


@each_architecture
@pytest.mark.parametrize("changes", [{"accumulate": 3}, {"batching": "full"}])
def test_accumulating_equals_one_large_batch(name: str, changes: dict[str, Any]) -> None:
    training = {"optimizer": "sgd", "learning_rate": 1.0, "clip_norm": 0}
    parts = tiny_trainer(tiny_config(*ARCHITECTURES[name], training={**training, **changes}))
    count = changes.get("accumulate", len(parts.batches.rows_of(0)))
    assert count > 2
    whole = one_large(copy_batches(), count)
    large = tiny_trainer(tiny_config(*ARCHITECTURES[name], training=training), whole)
    got, expected = first(parts, 1)[0], first(large, 1)[0]
    assert got.tokens == expected.tokens
    assert got.loss == pytest.approx(expected.loss, rel=1e-5)
    assert got.objective == pytest.approx(expected.objective, rel=1e-5)
    assert got.gradient_norm == pytest.approx(expected.gradient_norm, rel=1e-4)
    assert parts.batches.epochs_done == pytest.approx(count / len(parts.batches.rows_of(0)))
    one, other = weights_of(parts.model), weights_of(large.model)
    for key in one:
        assert_close(one[key], other[key])


@pytest.mark.parametrize("changes", [{"accumulate": 3}, {"batching": "full"}])
def test_accumulating_goes_on_in_its_place_from_a_checkpoint(
    changes: dict[str, Any], tmp_path: Path
) -> None:
    config = tiny_config(dropout=0.3, training=changes)
    trainer, other = tiny_trainer(config), tiny_trainer(config)
    steps = trainer.steps()
    next(steps)
    save_checkpoint(tmp_path, trainer, {}, best=False)
    expected = [(record.loss, record.epoch) for record in (next(steps), next(steps))]
    restore(other, tmp_path / read_index(tmp_path)["last"])
    assert [(record.loss, record.epoch) for record in first(other, 2)] == expected


@each_architecture
def test_short_numbers_learn_much_the_same(name: str) -> None:
    changes: dict[str, Any] = {"learning_rate": 0.02}
    full = tiny_trainer(tiny_config(*ARCHITECTURES[name], layers=1, training=changes))
    changes["precision"] = "bfloat16"
    short = tiny_trainer(tiny_config(*ARCHITECTURES[name], layers=1, training=changes))
    for one, other in zip(first(full, 20), first(short, 20), strict=True):
        assert other.loss == pytest.approx(one.loss, rel=0.05)
    assert losses(full, 1) != losses(short, 1)
    assert all(weight.dtype == torch.float32 for weight in short.model.parameters())
    assert short.model.score(copy_batches().next()).scores.dtype == torch.float32
    found = dict(translate_all(short.model, [[4, 5], [6]], decoding(search="beam")))
    assert set(found) == {0, 1}


def test_gradients_too_large_for_float16_are_tried_again_smaller(tmp_path: Path) -> None:
    config = tiny_config(training={"precision": "float16", "optimizer": "sgd"})
    trainer = tiny_trainer(config)
    assert trainer.scaler is not None
    trainer.scaler = torch.amp.GradScaler("cpu", init_scale=2.0**40)
    before = weights_of(trainer.model)
    record = first(trainer, 1)[0]
    lowered = trainer.scaler.get_scale()
    assert lowered < 2.0**40
    position, epoch = trainer.batches.position, len(trainer.batches.rows_of(0))
    tried = position.epoch * epoch + position.batch
    assert tried == 41 - math.log2(lowered)  # one batch for each halving, and the last
    assert record.step == 1
    assert math.isfinite(record.gradient_norm)
    clipped = min(1.0, record.gradient_norm)
    assert moved(trainer, before) == pytest.approx(3e-3 * clipped, rel=1e-2)
    save_checkpoint(tmp_path, trainer, {}, best=False)
    expected = losses(trainer, 3)
    other = tiny_trainer(config)
    restore(other, tmp_path / read_index(tmp_path)["last"])
    assert other.scaler is not None
    assert other.scaler.get_scale() == lowered
    assert losses(other, 3) == expected


def infinite_loss(trainer: Trainer) -> None:
    with torch.no_grad():
        output_of(trainer.model).bias[5] = math.nan


def infinite_gradient(trainer: Trainer) -> None:
    torch.Tensor.register_hook(output_of(trainer.model).bias, lambda gradient: gradient * math.inf)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("damage", "what"),
    [(infinite_loss, "loss became nan"), (infinite_gradient, "gradient norm became (nan|inf)")],
)
@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_step_that_is_not_a_number_is_not_taken(damage: Any, what: str, optimizer: str) -> None:
    trainer = tiny_trainer(tiny_config(training={"optimizer": optimizer}))
    steps = trainer.steps()
    for _ in range(3):
        next(steps)
    damage(trainer)
    before, moments = weights_of(trainer.model), optimizer_state(trainer)
    with pytest.raises(TrainingFailed, match=f"the {what} at step 4, so the step was not taken"):
        next(steps)
    after = weights_of(trainer.model)
    assert before.keys() == after.keys()
    for name in before:
        torch.testing.assert_close(after[name], before[name], rtol=0, atol=0, equal_nan=True)
    assert trainer.step == 3
    assert all(torch.equal(a, b) for a, b in zip(optimizer_state(trainer), moments, strict=True))


def optimizer_state(trainer: Trainer) -> list[torch.Tensor]:
    states = trainer.optimizer.state_dict()["state"]
    return [value.clone() for state in states.values() for value in state.values()]


def test_a_failed_step_names_a_way_out() -> None:
    trainer = tiny_trainer(sgd(learning_rate=9.0))
    infinite_loss(trainer)
    with pytest.raises(TrainingFailed, match=r"in a new run a lower learning rate \(now 9\)"):
        first(trainer, 1)


def given_to_the_decoder(trainer: Trainer) -> Iterator[torch.Tensor]:
    """Yield what the decoder is given in the last pass of each step."""
    seen: list[torch.Tensor] = []
    trainer.model.decoder.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[1]))
    for _ in trainer.steps():
        yield seen[-1]
        seen.clear()


@pytest.mark.parametrize(("teacher_forcing", "low", "high"), [(0.5, 0.3, 0.7), (0.9, 0.02, 0.25)])
def test_a_share_of_the_pieces_are_the_decoders_own(
    teacher_forcing: float, low: float, high: float
) -> None:
    trainer = tiny_trainer(tiny_config(training={"teacher_forcing": teacher_forcing}))
    with torch.no_grad():
        output_of(trainer.model).bias[1] = 100.0  # it always guesses [unknown]
    batches, own, real = copy_batches(), 0, 0
    for _, given in zip(range(20), given_to_the_decoder(trainer), strict=False):
        batch = batches.next()
        assert torch.equal(given[:, 0], batch.target_input[:, 0])
        assert torch.equal(given[~batch.target_mask], batch.target_input[~batch.target_mask])
        later = batch.target_mask[:, 1:]
        own += int((given[:, 1:][later] == 1).sum())
        real += int(later.sum())
    assert low < own / real < high


def test_without_teacher_forcing_each_guess_stands_one_place_later() -> None:
    trainer = tiny_trainer(tiny_config(training={"teacher_forcing": 0.0}))
    batch = copy_batches().next()
    guesses = trainer.model.eval().score(batch).scores.argmax(-1)
    given = next(given_to_the_decoder(trainer))
    later = batch.target_mask[:, 1:]
    assert torch.equal(given[:, 1:][later], guesses[:, :-1][later])


@each_architecture
def test_learning_from_own_guesses_learns(name: str) -> None:
    training = {"teacher_forcing": 0.7, "learning_rate": 0.02}
    config = tiny_config(*ARCHITECTURES[name], layers=1, training=training)
    curve = losses(tiny_trainer(config, copy_batches(longest=2)), 60)
    assert sum(curve[-5:]) < 0.85 * sum(curve[:5])


def test_a_turned_knob_is_obeyed_by_the_next_step() -> None:
    trainer = tiny_trainer(sgd(clip_norm=0))
    steps = trainer.steps()
    next(steps)
    record = trainer.change("training.learning_rate", 0.25)
    assert (record.step, record.key) == (1, "training.learning_rate")
    assert (record.before, record.value) == (1.0, 0.25)
    before = weights_of(trainer.model)
    step = next(steps)
    assert step.learning_rate == 0.25
    assert moved(trainer, before) == pytest.approx(0.25 * step.gradient_norm, rel=1e-3)


def test_learning_rate_and_schedule_compose() -> None:
    trainer = tiny_trainer(tiny_config(training={"schedule": "warmup", "warmup_steps": 10}))
    steps = trainer.steps()
    next(steps)
    trainer.change("training.learning_rate", 0.1)
    assert next(steps).learning_rate == pytest.approx(0.1 * 2 / 10)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("training.learning_rate", 50.0, "must be between 1e-06 and 10, not 50.0"),
        ("training.learning_rate", math.nan, "must be between 1e-06 and 10, not nan"),
        ("training.learning_rate", "fast", "must be between 1e-06 and 10, not 'fast'"),
        ("training.clip_norm", -1, "must be between 0 and 1000, not -1"),
        ("training.batch_tokens", 64, "cannot change during a run"),
        ("training.seed", 7, "cannot change during a run"),
        ("model.encoder.layers", 1, "cannot change during a run"),
        ("training.learning_rat", 0.1, "unknown key .*; did you mean learning_rate?"),
        ("training.learning_rate.more", 0.1, "unknown key training.learning_rate.more"),
        ("training", {}, "cannot change during a run"),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_changes_nothing(
    key: str, value: object, sentence: str
) -> None:
    trainer = tiny_trainer()
    before = trainer.config
    with pytest.raises(BadConfig, match=sentence):
        trainer.change(key, value)
    assert trainer.config is before


def another(knob: Knob) -> object:
    """Return a value that the knob may have, another than it has where there is a choice."""
    if knob.choices:
        return list(CATALOG[knob.choices])[-1]
    if knob.names:
        return knob.names[-1]
    if knob.type is bool:
        return not knob.default
    assert knob.low is not None
    assert knob.high is not None
    return knob.type(min(max(knob.low, 1), knob.high))


@pytest.mark.parametrize("key", [knob.key for knob in all_knobs() if knob.live])
def test_every_live_knob_can_be_turned(key: str) -> None:
    knob = next(knob for knob in all_knobs() if knob.key == key)
    trainer = tiny_trainer()
    trainer.change(key, value := another(knob))
    assert value_of(trainer.config, key) == value
    first(trainer, 1)


def test_looking_at_the_model_does_not_change_the_run() -> None:
    config = tiny_config(dropout=0.3)
    undisturbed, watched = losses(tiny_trainer(config), 6), []
    trainer = tiny_trainer(config)
    for _, record in zip(range(6), trainer.steps(), strict=False):
        watched.append(record.loss)
        list(translate_all(trainer.model, [[4, 5], [6]], decoding(search="beam")))
    assert watched == undisturbed


def test_warming_up_leaves_the_random_state_alone() -> None:
    before = torch.get_rng_state()
    warm_up()
    assert torch.equal(torch.get_rng_state(), before)


def test_a_model_in_training_is_not_disturbed_by_another() -> None:
    one, other = tiny_trainer(), tiny_trainer()
    assert same_weights(weights_of(one.model), weights_of(other.model))
    first(one, 2)
    assert not same_weights(weights_of(one.model), weights_of(other.model))


def test_the_speed_is_that_of_the_last_seconds() -> None:
    window = SpeedWindow()
    assert window.tokens_per_second == 0
    for _ in range(20):
        window.add(100, 0.5)
    assert window.tokens_per_second == pytest.approx(200)
    for _ in range(40):
        window.add(100, 0.25)
    assert window.tokens_per_second == pytest.approx(400, rel=0.01)


FREEZING = ("freeze_encoder", "freeze_decoder", "freeze_embeddings")


def part_of(name: str) -> str:
    """Return which knob freezes a weight, by its name; the tiny models tie and share nothing."""
    if ".embedding." in name:
        return "freeze_embeddings"
    return f"freeze_{name.partition('.')[0]}"


@pytest.mark.parametrize("frozen", [FREEZING[:1], FREEZING[1:2], FREEZING[2:], FREEZING[::2]])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_frozen_parts_stay_and_all_others_move(name: str, frozen: tuple[str, ...]) -> None:
    config = tiny_config(*ARCHITECTURES[name], start=dict.fromkeys(frozen, True))
    config = changed(config, "model.decoder.tied_embedding", value=False)
    trainer = tiny_trainer(config)
    before = weights_of(trainer.model)
    steps = trainer.steps()
    for _ in range(3):
        next(steps)
    after = trainer.model.state_dict()
    touched = {n for n in after if not torch.equal(after[n], before[n])}
    expected = {n for n, _ in trainer.model.named_parameters() if part_of(n) not in frozen}
    assert touched <= expected
    assert len(touched) > 0.8 * len(expected)  # a softmax takes no notice of some biases
    in_optimizer = sum(len(group["params"]) for group in trainer.optimizer.param_groups)
    assert in_optimizer == len(expected)
    assert trainer.model.learned_count == sum(before[n].numel() for n in expected)
    assert trainer.model.parameter_count == sum(weight.numel() for weight in before.values())


def test_a_tied_output_layer_is_frozen_with_its_embedding() -> None:
    config = tiny_config("transformer", "transformer", start={"freeze_embeddings": True})
    trainer = tiny_trainer(changed(config, "model.decoder.tied_embedding", value=True))
    assert output_of(trainer.model).weight is embedding_of(trainer.model.decoder).weight
    assert not output_of(trainer.model).weight.requires_grad


def test_freezing_everything_is_refused() -> None:
    with pytest.raises(BadConfig, match="leave nothing to learn"):
        tiny_config(start=dict.fromkeys(FREEZING, True))
