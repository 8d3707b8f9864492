"""Minimum risk training: candidates, their scores, and the gradient of the expected cost."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
import torch
from sacrebleu import sentence_bleu, sentence_chrf

from s2s_core.data.batch import make_batch
from s2s_core.errors import TrainingFailed
from s2s_core.models.contract import Memory
from s2s_core.models.encoder_decoder import EncoderDecoder
from s2s_core.text.tokenizer import BEGIN, END
from s2s_core.training import risk as risk_module
from s2s_core.training.risk import RISK_SCORES, Pieces, draw, expected_cost, in_numbers, risk
from tests.helpers import (
    ARCHITECTURES,
    ScriptedDecoder,
    copy_batches,
    output_of,
    tiny_config,
    tiny_model,
    tiny_trainer,
)

CANDIDATES: list[list[Pieces]] = [
    [(4, 5, END), (4, END), (6, 6, 6, 7)],  # the last was cut
    [(5, END), (8, 9, 4, END)],
]
COSTS = [0.0, 0.5, 0.9, 0.0, 0.7]
each_architecture = pytest.mark.parametrize("name", ARCHITECTURES)


def double_model(name: str) -> tuple[EncoderDecoder, torch.Tensor, torch.Tensor]:
    model = tiny_model(*ARCHITECTURES[name]).double()
    return model, torch.tensor([[4, 5, END], [7, END, 0]]), torch.tensor([[1, 1, 1], [1, 1, 0]])


def log_probability(model: EncoderDecoder, memory: Memory, row: int, pieces: Pieces) -> float:
    """Step through a candidate, alone."""
    state = model.decoder.start(memory.select(torch.tensor([row])))
    token, total = BEGIN, 0.0
    for piece in pieces:
        output, state = model.decoder.step(torch.tensor([token]), state)
        total += float(output.scores[0, 0].log_softmax(-1)[piece])
        token = piece
    return total


@each_architecture
@pytest.mark.parametrize("sharpness", [0.005, 0.7])
def test_the_expected_cost_is_that_of_the_formula(name: str, sharpness: float) -> None:
    model, source, mask = double_model(name)
    with torch.no_grad():
        memory = model.encode(source, mask.bool())
        found = expected_cost(model, memory, CANDIDATES, COSTS, sharpness)
        total, costs = 0.0, iter(COSTS)
        for row, candidates in enumerate(CANDIDATES):
            logs = [sharpness * log_probability(model, memory, row, c) for c in candidates]
            powers = [math.exp(log) for log in logs]
            total += sum(p / sum(powers) * next(costs) for p in powers)
    assert found.item() == pytest.approx(total / 2, rel=1e-5)


@each_architecture
def test_its_gradient_is_that_of_finite_differences(name: str) -> None:
    model, source, mask = double_model(name)

    def cost() -> torch.Tensor:
        memory = model.encode(source, mask.bool())
        return expected_cost(model, memory, CANDIDATES, COSTS, 0.5)

    torch.autograd.backward(cost())
    checked = 0
    for parameter in model.parameters():
        assert parameter.grad is not None
        flat, gradient = parameter.data.view(-1), parameter.grad.reshape(-1)
        place = int(gradient.abs().argmax())
        value, step = float(flat[place]), 1e-5
        sides = []
        with torch.no_grad():
            for moved in (value + step, value - step):
                flat[place] = moved
                sides.append(cost().item())
        flat[place] = value
        expected = (sides[0] - sides[1]) / (2 * step)
        assert gradient[place].item() == pytest.approx(expected, rel=1e-3, abs=1e-8)
        checked += abs(expected) > 1e-6
    assert checked > 5


def test_candidates_are_drawn_as_often_as_they_are_probable() -> None:
    decoder = ScriptedDecoder({
        (): {4: 0.7, 5: 0.3}, (4,): {END: 0.5, 6: 0.5}, (5,): {END: 1.0}, (4, 6): {END: 1.0},
    })  # fmt: skip
    model = tiny_model().train()
    model.decoder, model.encode = decoder, lambda *_: decoder.memory()  # type: ignore[method-assign]
    torch.manual_seed(1)
    (drawn,) = draw(model, make_batch([[4]], [[4, 6]]), 2000)
    shares = {pieces: count / 2000 for pieces, count in Counter(drawn).items()}
    assert shares.keys() == {(4, END), (4, 6, END), (5, END)}
    assert shares[(4, END)] == pytest.approx(0.35, abs=0.04)
    assert shares[(5, END)] == pytest.approx(0.3, abs=0.04)
    assert model.training


def test_what_does_not_end_is_cut() -> None:
    decoder = ScriptedDecoder({}, otherwise={4: 1.0})
    model = tiny_model()
    model.decoder, model.encode = decoder, lambda *_: decoder.memory()  # type: ignore[method-assign]
    assert draw(model, make_batch([[4]], [[4, 6]]), 2) == [[(4,) * 6, (4,) * 6]]


def test_weights_that_have_run_away_end_in_a_sentence() -> None:
    trainer = tiny_trainer(tiny_config(objective={"risk_weight": 0.5}))
    with torch.no_grad():
        output_of(trainer.model).bias.fill_(math.nan)
    with pytest.raises(TrainingFailed, match="the loss became nan"):
        next(trainer.steps())


def test_the_risk_is_of_the_reference_and_each_candidate_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model, batch = tiny_model(), make_batch([[4], [5]], [[6, 7], [8]])
    drawn = [[(6, END), (6, 7, END), (6, END)], [(8,), (8,), (9, END)]]
    monkeypatch.setattr(risk_module, "draw", lambda *_: drawn)
    seen: list[Any] = []

    def note(*given: Any) -> torch.Tensor:
        seen.extend(given[2:4])
        return torch.zeros(())

    monkeypatch.setattr(risk_module, "expected_cost", note)
    config = tiny_config(objective={"risk_score": "chrf"}).objective
    risk(model, batch, model.encode(batch.source, batch.source_mask), config, chr_of)
    assert seen[0] == [[(6, 7, END), (6, END)], [(8, END), (8,), (9, END)]]
    pairs = [("gh", "gh"), ("g", "gh"), ("i", "i"), ("i", "i"), ("j", "i")]
    costs = [1 - sentence_chrf(found, [wanted]).score / 100 for found, wanted in pairs]
    assert seen[1] == pytest.approx(costs)
    assert seen[1][0] == seen[1][3] == pytest.approx(0.0)


def chr_of(pieces: Sequence[int]) -> str:
    return "".join(chr(ord("a") + piece) for piece in pieces)


def test_scores_are_sacrebleus_of_each_sentence_from_0_to_1() -> None:
    found, wanted = ["the cat sat", "a dog", ""], ["the cat sat", "the dog runs", "no"]
    bleus = RISK_SCORES["bleu"](found, wanted)
    assert bleus[1:] == [
        sentence_bleu(f, [w]).score / 100 for f, w in zip(found[1:], wanted[1:], strict=True)
    ]
    assert bleus[0] == pytest.approx(1.0)
    assert RISK_SCORES["chrf"](found, wanted) == pytest.approx([
        sentence_chrf(f, [w]).score / 100 for f, w in zip(found, wanted, strict=True)
    ])  # fmt: skip


def drawn_score(model: EncoderDecoder, score: str) -> float:
    """Return what translations drawn from a model are worth, on average."""
    torch.manual_seed(5)
    batch = copy_batches(longest=2).take(range(64))
    found = [row for rows in draw(model, batch, 10) for row in rows]
    wanted = [row[row > END].tolist() for row in batch.target_output for _ in range(10)]
    scores = RISK_SCORES[score](
        [in_numbers([piece for piece in row if piece != END]) for row in found],
        [in_numbers(row) for row in wanted],
    )
    return sum(scores) / len(scores)


@pytest.mark.parametrize("score", RISK_SCORES)
def test_what_is_drawn_gets_better_by_the_risk_alone(score: str) -> None:
    """A model that has begun to copy goes on with no other objective."""
    config = tiny_config(layers=1, training={"learning_rate": 0.02})
    trainer = tiny_trainer(config, copy_batches(longest=2))
    steps = trainer.steps()
    for _ in range(40):
        next(steps)
    before = drawn_score(trainer.model, score)
    trainer.change("objective.risk_weight", 1.0)
    trainer.change("objective.risk_score", score)
    risks = [next(steps).objective for _ in range(40)]
    assert drawn_score(trainer.model, score) > before + 0.1
    assert 0 <= min(risks) <= max(risks) <= 1


def test_loss_and_risk_are_mixed_by_the_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s2s_core.training.objective.risk", lambda *_: torch.tensor(0.25))
    first = next(tiny_trainer(tiny_config(objective={"risk_weight": 0.4})).steps())
    assert first.objective == pytest.approx(0.6 * first.loss + 0.4 * 0.25)


@each_architecture
def test_every_decoder_can_be_trained_on_its_own_candidates(name: str) -> None:
    config = tiny_config(*ARCHITECTURES[name], objective={"risk_weight": 0.5}, dropout=0.2)
    steps = tiny_trainer(config).steps()
    assert all(math.isfinite(next(steps).gradient_norm) for _ in range(3))
