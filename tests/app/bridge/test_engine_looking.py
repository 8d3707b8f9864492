"""The engine without a thread: looking changes nothing, and does not hold up training."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.bridge import translating as translating_module
from app.bridge.messages import (
    ChangeKnob,
    Translate,
    Watch,
)
from app.bridge.translating import QUIET_SECONDS, QUIET_SHARE
from s2s_core.configs import DecodingConfig
from s2s_core.records import (
    FailureRecord,
    StepRecord,
    TranslationRecord,
)
from tests.app.bridge.desk import GREEDY, Clock, Desk, translate
from tests.helpers import tiny_config

pytestmark = pytest.mark.usefixtures("one_thread")


BEAM = DecodingConfig(search="beam", beam_size=3, n_best=3)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(translating_module, "time", clock)
    return clock


def test_a_text_is_translated_at_once(desk: Desk) -> None:
    desk.start()
    desk.turn()
    desk.send(translate(7))
    desk.turn_until(lambda: desk.all(TranslationRecord))
    (answer,) = desk.all(TranslationRecord)
    assert (answer.request, answer.source, answer.step) == (7, "a b c", 1)
    assert len(desk.losses) == 1  # the whole of a short translation comes before the next step


def test_a_newer_request_replaces_an_older_one(desk: Desk) -> None:
    desk.start(playing=False)
    desk.turn()
    desk.send(translate(1, "a b"), translate(2, "c d"))
    desk.turn_until(lambda: desk.all(TranslationRecord))
    desk.send(translate(3, "e f g h i j"))
    desk.turn()  # it has begun, and is given up
    desk.send(translate(4, "k l"))
    desk.turn(40)
    assert [(r.request, r.source) for r in desk.all(TranslationRecord)] == [(2, "c d"), (4, "k l")]


def test_it_is_translated_again_while_the_weights_change_but_not_too_often(
    desk: Desk, clock: Clock
) -> None:
    desk.start()
    desk.send(translate(1))
    desk.turn_until(lambda: len(desk.losses) == 10)
    assert len(desk.all(TranslationRecord)) == 1
    clock.now += QUIET_SECONDS - 0.01
    desk.turn_until(lambda: len(desk.losses) == 15)
    assert len(desk.all(TranslationRecord)) == 1
    clock.now += 60
    desk.turn_until(lambda: len(desk.losses) == 20)
    first, second = desk.all(TranslationRecord)
    assert first.request == second.request == 1
    assert second.step == 15 > first.step


def test_the_average_translates_from_when_it_is_turned_on(desk: Desk, clock: Clock) -> None:
    desk.start()
    desk.send(translate(1))
    desk.turn_for_steps(3)
    desk.send(ChangeKnob("regularisation.ema_decay", 0.9))
    for _ in range(2):
        desk.turn_for_steps(len(desk.losses) + 2)
        clock.now += 60
    desk.turn_until(lambda: len(desk.all(TranslationRecord)) == 3)
    answers = desk.all(TranslationRecord)
    assert [answer.averaged for answer in answers] == [False, True, True]
    assert answers[1].step < answers[2].step


def test_the_same_weights_are_not_asked_twice(desk: Desk, clock: Clock) -> None:
    desk.start(playing=False)
    desk.turn()
    desk.send(translate(1))
    desk.turn_until(lambda: desk.all(TranslationRecord))
    clock.now += 60
    desk.turn(40)
    assert len(desk.all(TranslationRecord)) == 1


def answer(translator: Any, request: int, line: int, text: str) -> TranslationRecord:
    return TranslationRecord(request, translator.step, text, (), (), 0.0, line=line)


def test_lines_come_one_by_one_and_the_current_one_first(desk: Desk) -> None:
    desk.start(playing=False)
    desk.turn()
    text = "\n".join(["a b", "c", "", "d e f"] * 10)
    desk.send(Translate(1, text, GREEDY, current=5), Watch("attention", True))
    desk.turn_until(lambda: len(desk.all(TranslationRecord)) == 40)
    answers = desk.all(TranslationRecord)
    assert [r.line for r in answers] == [5, *(n for n in range(40) if n != 5)]
    assert [r.source for r in answers[1:4]] == ["a b", "c", ""]
    assert answers[0].attention is not None
    assert all(r.attention is None for r in answers[1:])
    desk.turn(40)
    assert len(desk.all(TranslationRecord)) == 40  # the same weights are not asked again


def test_many_lines_do_not_hold_up_training(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(
        translator: Any, lines: dict[int, str], *_: Any, **options: Any
    ) -> Iterator[tuple[TranslationRecord, ...]]:
        for _piece in range(5):
            clock.now += 0.1
            yield ()
        yield tuple(answer(translator, options["request"], *pair) for pair in lines.items())

    monkeypatch.setattr(translating_module, "interpret", slow)
    desk.start()
    desk.turn()

    steps = answers = 0

    def turn() -> bool:
        """Turn once, and count; a step of training takes 150 ms."""
        nonlocal steps, answers
        seen = len(desk.records)
        desk.turn()
        new = desk.records[seen:]
        has_trained = any(isinstance(record, StepRecord) for record in new)
        steps += has_trained
        answers += sum(isinstance(record, TranslationRecord) for record in new)
        clock.now += 0.15 * has_trained
        return has_trained

    desk.send(translate(1, "\n".join("abcdefgh" * 10)))
    began = before = clock.now
    longest = 0.0
    while answers < 80:
        if turn():
            longest, before = max(longest, clock.now - before), clock.now
    assert longest < 0.5  # training stands still for a few pieces, never for a whole batch
    translating = 6 * 0.5
    assert clock.now - began < 2.5 * translating  # yet the first answers are not far
    began, steps = clock.now, 0
    while answers == 80:
        turn()
    assert clock.now - began > QUIET_SHARE * translating
    assert steps > 0.9 * QUIET_SHARE * translating / 0.15


def test_a_newer_text_ends_the_lines_of_an_older_one(desk: Desk) -> None:
    desk.start(playing=False)
    desk.turn()
    desk.send(translate(1, "\n".join("abcdefgh" * 10)))
    desk.turn_until(lambda: len(desk.all(TranslationRecord)) >= 17)
    desk.send(translate(2, "x"))
    desk.turn_until(lambda: desk.all(TranslationRecord)[-1].request == 2)
    desk.turn(60)
    assert len(desk.all(TranslationRecord)) == 18


def test_a_slow_translation_is_repeated_seldom(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(
        translator: Any, lines: dict[int, str], *_: Any, **options: Any
    ) -> Iterator[tuple[TranslationRecord, ...]]:
        clock.now += 2.0
        yield (answer(translator, options["request"], 0, lines[0]),)

    monkeypatch.setattr(translating_module, "interpret", slow)
    desk.start()
    desk.send(translate(1))
    desk.turn(5)
    clock.now += QUIET_SHARE * 2.0 - 0.1
    desk.turn(5)
    assert len(desk.all(TranslationRecord)) == 1
    clock.now += 0.2
    desk.turn(2)
    assert len(desk.all(TranslationRecord)) == 2


@pytest.mark.parametrize("architecture", ["gru", "transformer"])
def test_looking_does_not_change_the_run(
    desk: Desk, clock: Clock, tmp_path: Path, architecture: str
) -> None:
    config = tiny_config(architecture, architecture, dropout=0.3, training={"steps": 0})
    desk.start(config)
    desk.send(Watch("attention", True))
    for request in range(12):
        clock.now += 60
        text = "\n".join(["a b c d", "", *"efghij" * 4])
        desk.send(Translate(request, text, (GREEDY, BEAM)[request % 2], current=request))
        desk.turn_for_steps(request + 1)
    unseen = Desk(tmp_path / "other", desk.prepared)
    unseen.start(config)
    unseen.turn_until(lambda: len(unseen.losses) >= 12)
    assert not desk.all(FailureRecord)
    assert len(desk.all(TranslationRecord)) == 12 * 26
    assert desk.losses[:12] == unseen.losses[:12]


def test_nothing_is_translated_while_nobody_looks(desk: Desk, clock: Clock) -> None:
    desk.start()
    desk.send(translate(1), Watch("translation", False))
    desk.turn(10)
    assert desk.all(TranslationRecord) == []
    desk.send(Watch("translation", True))
    desk.turn_until(lambda: desk.all(TranslationRecord))


def test_attention_is_made_only_while_it_is_watched(desk: Desk, clock: Clock) -> None:
    desk.start(playing=False)
    desk.turn()
    desk.send(translate(1))
    desk.turn_until(lambda: len(desk.all(TranslationRecord)) == 1)
    clock.now += 60
    desk.send(Watch("attention", True))
    desk.turn_until(lambda: len(desk.all(TranslationRecord)) == 2)
    clock.now += 60
    desk.send(Watch("attention", False))
    desk.turn_until(lambda: len(desk.all(TranslationRecord)) == 3)
    before, watched, after = desk.all(TranslationRecord)
    assert before.attention is None
    assert after.attention is None
    assert watched.attention is not None
    assert watched.attention.shape[2:] == (
        len(watched.hypotheses[0].pieces),
        len(watched.source_pieces),
    )
    np.testing.assert_allclose(watched.attention.sum(-1), 1.0, atol=1e-5)


def test_beam_search_gives_as_many_as_asked(desk: Desk) -> None:
    desk.start(playing=False)
    desk.turn()
    desk.send(translate(1, decoding=BEAM))
    desk.turn_until(lambda: desk.all(TranslationRecord))
    scores = [found.score for found in desk.all(TranslationRecord)[0].hypotheses]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
