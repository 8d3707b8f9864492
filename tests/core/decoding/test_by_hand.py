"""Searches on scripts of which every probability is known."""

from __future__ import annotations

import math

import pytest
import torch

from s2s_core.configs import DecodingConfig
from s2s_core.decoding.hypothesis import Beam, Hypothesis, hypothesis, length_penalty
from s2s_core.decoding.search import SEARCHES
from s2s_core.text.tokenizer import BEGIN, END, PADDING, UNKNOWN
from tests.helpers import Script, ScriptedDecoder, decoding

A, B, C = 4, 5, 6
GREEDY = decoding(search="greedy")

# The most probable first piece leads nowhere good: A is followed by three weak pieces.
FOOLING: Script = {
    (): {A: 0.55, B: 0.45},
    (A,): {END: 0.4, A: 0.35, B: 0.25},
    (B,): {END: 0.95, A: 0.05},
}
# Two pieces with probability 0.5, or five with 0.45.
SHORT_OR_LONG: Script = {
    (): {A: 1.0},
    (A,): {END: 0.5, B: 0.5},
    (A, B): {A: 1.0},
    (A, B, A): {B: 0.9, C: 0.1},
}


def beam(size: int = 2, n_best: int = 1, penalty: float = 0.0) -> DecodingConfig:
    return decoding(search="beam", beam_size=size, n_best=n_best, length_penalty=penalty)


def searched(
    decoder: ScriptedDecoder, config: DecodingConfig, limits: list[int] | None = None
) -> list[Beam]:
    with torch.no_grad():
        limits = limits or [10] * len(decoder.scripts)
        return list(SEARCHES[config.search](decoder, decoder.memory(), limits, config))


def found(script: Script, config: DecodingConfig, limit: int = 10) -> tuple[Hypothesis, ...]:
    return searched(ScriptedDecoder(script), config, [limit])[-1].hypotheses[0]


def test_greedy_is_fooled_and_beam_is_not() -> None:
    (greedy,), (best,) = found(FOOLING, GREEDY), found(FOOLING, beam())
    assert greedy.tokens == (A,)
    assert math.exp(greedy.log_probability) == pytest.approx(0.55 * 0.4)
    assert best.tokens == (B,)
    assert math.exp(best.log_probability) == pytest.approx(0.45 * 0.95)
    assert greedy.ended
    assert best.ended


def test_n_best_come_in_the_order_of_their_scores() -> None:
    hypotheses = found(FOOLING, beam(size=3, n_best=3))
    assert [h.tokens for h in hypotheses] == [(B,), (A,), (A, A)]
    chances = [math.exp(h.log_probability) for h in hypotheses]
    assert chances == pytest.approx([0.45 * 0.95, 0.55 * 0.4, 0.55 * 0.35])


@pytest.mark.parametrize(
    ("penalty", "tokens", "score"),
    [
        (0.0, (A,), math.log(0.5)),
        (1.0, (A, B, A, B), math.log(0.45) / (10 / 6)),
        (2.0, (A, B, A, B), math.log(0.45) / (10 / 6) ** 2),
    ],
)
def test_the_length_penalty_decides_between_short_and_long(
    penalty: float, tokens: tuple[int, ...], score: float
) -> None:
    (best,) = found(SHORT_OR_LONG, beam(penalty=penalty))
    assert best.tokens == tokens
    assert best.score == pytest.approx(score)


def test_a_hypothesis_keeps_the_penalty_that_makes_its_score() -> None:
    found = hypothesis([7, 8, 9, END], -3.0, 1.0)
    assert (found.tokens, found.penalty, found.score) == ((7, 8, 9), 1.5, -2.0)


def test_the_length_penalty_is_that_of_the_paper() -> None:
    assert length_penalty(1, 0.6) == 1.0
    assert length_penalty(7, 0.0) == 1.0
    assert length_penalty(7, 1.0) == pytest.approx(2.0)
    assert length_penalty(19, 0.5) == pytest.approx(2.0)


@pytest.mark.parametrize("config", [GREEDY, beam(1), beam(3)])
def test_what_would_not_end_is_cut_and_marked(config: DecodingConfig) -> None:
    decoder = ScriptedDecoder({}, otherwise={A: 0.6, B: 0.4})
    (best,) = searched(decoder, config, [7])[-1].hypotheses[0]
    assert best.tokens == (A,) * 7
    assert not best.ended
    assert best.log_probability == pytest.approx(7 * math.log(0.6))
    assert len(decoder.rows) == 7


@pytest.mark.parametrize("config", [GREEDY, beam(1), beam(3)])
def test_what_ends_with_its_last_allowed_piece_has_ended(config: DecodingConfig) -> None:
    script: Script = {(): {A: 1.0}, (A,): {A: 1.0}}
    (best,) = found(script, config, limit=3)
    assert best.ended
    assert best.tokens == (A, A)


def test_an_ended_hypothesis_comes_before_a_cut_one() -> None:
    script: Script = {(): {A: 0.9, B: 0.1}, (A,): {A: 1.0}, (B,): {END: 1.0}, (A, A): {A: 1.0}}
    hypotheses = found(script, beam(2, n_best=2), limit=3)
    assert [(h.tokens, h.ended) for h in hypotheses] == [((B,), True), ((A, A, A), False)]


@pytest.mark.parametrize("config", [GREEDY, beam(1), beam(2)])
def test_finished_sentences_leave_the_batch(config: DecodingConfig) -> None:
    scripts: list[Script] = [
        {(): {END: 1.0}},
        {(): {A: 1.0}, (A,): {A: 1.0}, (A, A): {A: 1.0}},
        {(): {B: 1.0}},
    ]
    decoder = ScriptedDecoder(*scripts)
    beams = searched(decoder, config)
    assert [h[0].tokens for h in beams[-1].hypotheses] == [(), (A, A, A), (B,)]
    assert decoder.rows == [3, 2, 1, 1]
    assert [b.open for b in beams] == [2, 1, 1, 0]
    assert [b.length for b in beams] == [1, 2, 3, 4]


def test_a_finished_sentence_is_told_at_once() -> None:
    decoder = ScriptedDecoder({(): {END: 1.0}}, {(): {A: 1.0}})
    first = searched(decoder, GREEDY)[0]
    assert first.hypotheses[0][0].tokens == ()
    assert first.hypotheses[1] == ()


@pytest.mark.parametrize("sign", [PADDING, UNKNOWN, BEGIN])
@pytest.mark.parametrize("config", [GREEDY, beam(1), beam(5, n_best=5)])
def test_a_sign_never_comes_out(config: DecodingConfig, sign: int) -> None:
    script: Script = {(): {sign: 0.8, A: 0.2}, (A,): {sign: 0.9, END: 0.1}}
    hypotheses = found(script, config)
    assert [h.tokens for h in hypotheses] == [(A,)]
    assert math.exp(hypotheses[0].log_probability) == pytest.approx(0.02)


def test_what_is_impossible_takes_no_place_in_the_beam() -> None:
    # Four hypotheses are all there are; the beam has room for more and must not fill up with
    # what has no probability at all.
    script: Script = {(): {A: 0.5, END: 0.5}, (A,): {B: 0.5, C: 0.3, END: 0.2}}
    hypotheses = found(script, beam(10, n_best=10))
    assert [h.tokens for h in hypotheses] == [(), (A, B), (A, C), (A,)]
    assert all(math.isfinite(h.score) for h in hypotheses)


def test_the_search_goes_on_while_an_open_hypothesis_can_still_win() -> None:
    # After the first end (0.3) the open hypothesis (0.7) is better, and stays so.
    script: Script = {(): {END: 0.3, A: 0.7}, (A,): {B: 1.0}, (A, B): {C: 1.0}}
    (best,) = found(script, beam(4))
    assert best.tokens == (A, B, C)


def test_the_search_ends_when_no_open_hypothesis_can_win() -> None:
    decoder = ScriptedDecoder({(): {END: 0.9, A: 0.1}}, otherwise={A: 1.0})
    (best,) = searched(decoder, beam(4), [50])[-1].hypotheses[0]
    assert best.tokens == ()
    assert len(decoder.rows) == 1


def test_a_beam_stays_full_when_hypotheses_end() -> None:
    # Two of the three best candidates after A and B end; three others take their places.
    script: Script = {
        (): {A: 0.6, B: 0.4},
        (A,): {END: 0.5, A: 0.3, B: 0.2},
        (B,): {END: 0.8, A: 0.2},
    }
    decoder = ScriptedDecoder(script, otherwise={A: 1.0})
    searched(decoder, beam(3, n_best=3), [4])
    assert decoder.rows[:3] == [1, 2, 3]


def test_a_beam_stays_full_when_its_only_hypothesis_ends() -> None:
    decoder = ScriptedDecoder({(): {END: 0.5, A: 0.3, B: 0.2}})
    hypotheses = searched(decoder, beam(2, n_best=2), [4])[-1].hypotheses[0]
    assert decoder.rows == [1, 2]
    assert [h.tokens for h in hypotheses] == [(), (A,)]


def test_an_end_that_is_not_among_the_best_does_not_count() -> None:
    # After two pieces: A ends (0.30), A C (0.20), B ends (0.19), B C (0.18).
    script: Script = {
        (): {A: 0.5, B: 0.5},
        (A,): {END: 0.6, C: 0.4},
        (B,): {END: 0.38, C: 0.36, A: 0.26},
    }
    assert [h.tokens for h in found(script, beam(2, n_best=2))] == [(A,), (A, C)]


@pytest.mark.parametrize("after", [0, 2])
def test_probabilities_that_are_no_numbers_end_the_search(after: int) -> None:
    good = {(A,) * length: {A: 0.6, B: 0.4} for length in range(after)}
    decoder = ScriptedDecoder(good, otherwise=dict.fromkeys(range(7), math.nan))
    (*_, last) = searched(decoder, beam(2, 2))
    best = last.hypotheses[0][0]
    assert best.tokens[:after] == (A,) * after
    assert math.isnan(best.log_probability)
    assert math.isnan(best.score)
    assert not best.ended
    assert last.open == 0


def test_the_end_is_taken_off_a_hypothesis() -> None:
    ended, cut = hypothesis([A, END], -2.0, 1.0), hypothesis([A, B], -2.0, 1.0)
    assert (ended.tokens, ended.ended) == ((A,), True)
    assert (cut.tokens, cut.ended) == ((A, B), False)
    assert ended.score == cut.score == pytest.approx(-2.0 / (7 / 6))
    assert hypothesis([], 0.0, 1.0).ended is False
