"""How a run goes: trends, over-fitting, explosions and times, by numbers made up on purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import exp

import pytest

from app.bridge.course import PLATEAU_STEPS, Course
from app.bridge.pace import Pace
from s2s_core.configs import TrainingConfig
from s2s_core.records import JoinedRecord, KnobRecord, PreparedRecord, StepRecord, ValidationRecord

KEPT = [(0, 0.1), (300, 0.1), (500, 0.1), (600, 0.1), (700, 0.1)]  # checkpoints
PREPARED = PreparedRecord("folder", 980, 20, 100, 100, 0, 0, False)


def step(number: int, loss: float, norm: float = 0.5, seconds: float = 0.1) -> StepRecord:
    return StepRecord(
        step=number, epoch=0.0, loss=loss, objective=loss, gradient_norm=norm, learning_rate=1e-3,
        tokens=0, tokens_per_second=0.0, elapsed_seconds=number * seconds,
    )  # fmt: skip


def check(number: int, loss: float, exact: float = 10.0, seconds: float = 0.0) -> ValidationRecord:
    return ValidationRecord(
        step=number, loss=loss, perplexity=exp(loss), exact_match=exact, bleu=exact, chrf=exact,
        sentences=200, seconds=seconds,
    )  # fmt: skip


def course_of(
    steps: int, loss: Callable[[int], float], norm: Callable[[int], float] = lambda _: 0.5
) -> Course:
    course = Course()
    course.take([step(n, loss(n), norm(n)) for n in range(1, steps + 1)])
    return course


def test_nothing_is_told_of_a_run_that_has_not_begun() -> None:
    course = Course()
    assert course.trend() is None
    assert course.explosion() is None
    assert course.overfitting() is None
    assert course.plateau() is None
    assert course.pace.seconds_per_step() is None
    assert course.newest is None
    assert course.seconds_to_end(TrainingConfig(steps=100)) is None


def test_the_trend_is_that_of_the_last_two_hundred_steps() -> None:
    trend = course_of(1000, lambda n: 10.0 - n / 1000).trend()
    assert trend is not None
    assert trend.steps == 200
    assert trend.fall == pytest.approx(0.2 / 9.2, abs=1e-3)


def test_what_was_well_is_told_before_the_weights_ran_away() -> None:
    """A hundred pieces: guessing costs 4.6 nats, and 9.2 is far worse."""
    course = Course(PREPARED)
    course.take([step(n, 4.0) for n in range(1, 201)])
    assert (course.wrong_since, course.healthy_before()) == (0, 200)
    course.take([step(n, 30.0) for n in range(201, 301)])
    assert course.wrong_since == 200
    assert 150 < course.healthy_before() < 180
    course.take([step(n, 4.0) for n in range(160, 200)])  # it was rewound
    assert (course.wrong_since, course.healthy_before()) == (0, 199)


def test_an_even_loss_is_a_plateau_only_after_long() -> None:
    assert course_of(PLATEAU_STEPS, lambda _: 2.0).plateau() is None
    assert course_of(PLATEAU_STEPS + 1, lambda _: 2.0).plateau() is not None
    assert course_of(2 * PLATEAU_STEPS, lambda n: 4.0 / (1 + n / 500)).plateau() is None


def test_a_norm_that_grows_with_the_loss_is_an_explosion() -> None:
    found = course_of(200, lambda n: 1.0 if n < 190 else 5.0, lambda n: 0.5 if n < 190 else 60.0)
    explosion = found.explosion()
    assert explosion is not None
    assert explosion.usual == 0.5
    assert (explosion.step, explosion.norm) == (190, 60.0)


def test_one_odd_gradient_some_steps_before_began_nothing() -> None:
    norms = {178: 6.0} | dict.fromkeys(range(190, 200), 600.0)
    explosion = course_of(
        200, lambda n: 1.0 if n < 190 else 5.0, lambda n: norms.get(n, 0.5)
    ).explosion()
    assert explosion is not None
    assert (explosion.step, explosion.norm) == (190, 600.0)


def test_what_is_next_to_nothing_does_not_explode() -> None:
    """Two pairs known by heart: the loss and its gradient are rounding errors."""
    found = course_of(200, lambda n: 1e-9 * n, lambda n: 1e-8 if n < 190 else 3e-7)
    assert found.explosion() is None
    assert found.exploded is None


def test_an_explosion_is_known_since_the_loss_was_lowest_and_again_when_opened() -> None:
    """It falls to 3 until step 60, explodes at 80, and comes down to 4.6 only."""
    records = [
        step(
            n, 7 - n / 15 if n <= 60 else min(11.0, 3 + (n - 60) / 3) if n <= 140 else 4.6,
            40.0 if 80 <= n <= 140 else 0.9,
        )
        for n in range(1, 401)
    ]  # fmt: skip
    live, opened = Course(), Course()
    for record in records:
        live.take([record])
    opened.take(records)
    assert live.exploded is not None
    assert live.exploded == opened.exploded
    assert 60 <= live.exploded.since <= 70
    assert live.exploded.usual == 0.9
    rise = opened.rise()
    assert rise is not None
    assert rise.loss == pytest.approx(4.6, abs=0.01)


def test_an_explosion_is_told_by_the_first_gradient_and_rewound_to_before_it() -> None:
    """A healthy loss was lowest at 510, by chance; the rate is raised at 660 and at 770."""
    course = course_of(
        900,
        lambda n: 0.15 if 505 < n < 515 else 0.2 if n < 660 else 3.0 if n < 770 else 30.0,
        lambda n: 6.0 if n in (555, 600) else 0.5 if n < 770 else 95.0 if n == 770 else 261.0,
    )
    assert course.exploded is not None
    assert (course.exploded.step, course.exploded.norm) == (770, 95.0)
    assert course.exploded.usual == 0.5
    assert course.way_back(KEPT, course.healthy_before()) == (600, 0.1)


def test_a_single_peak_or_a_high_norm_while_the_loss_falls_is_none() -> None:
    one = course_of(200, lambda n: 1.0, lambda n: 8.0 if n == 150 else 0.5)
    assert one.explosion() is None
    assert course_of(200, lambda n: 5 / n, lambda n: 0.5 if n < 190 else 60.0).explosion() is None


def test_overfitting_names_the_best_check_and_how_long_ago_it_was() -> None:
    course = Course()
    for number, loss in enumerate((2.0, 1.0, 1.1, 1.2, 1.3), 1):
        course.take([step(n, 3.0 / number) for n in range(100 * number - 99, 100 * number + 1)])
        course.take([check(100 * number, loss)])
    found = course.overfitting()
    assert found is not None
    assert (found.best.step, found.checks, found.training_falls) == (200, 3, True)


@pytest.mark.parametrize(
    ("exact", "scores"),
    [
        ((0, 60, 80, 90, 98.5), "rise"),  # more sure of fewer mistakes
        ((0, 60, 90, 90, 90, 90.2, 90), "hold"),  # a sentence more is chance
        ((0, 60, 98, 96, 96.5, 96), "fall"),
        ((0, 60, 98, 96, 98, 97), "hold"),  # one bad check
        ((0, 0, 0, 0, 0, 0), "hold"),
    ],
)
def test_overfitting_takes_the_scores_into_account(exact: tuple[float, ...], scores: str) -> None:
    course = Course()
    losses = (2.0, *(1.0 + number / 10 for number in range(len(exact) - 1)))
    for number, (loss, score) in enumerate(zip(losses, exact, strict=True), 1):
        course.take([step(number, 3.0 / number), check(number, loss, score)])
    found = course.overfitting()
    assert found is not None
    assert (found.best.step, found.training_falls, found.scores) == (2, True, scores)


@pytest.mark.parametrize(("sentences", "scores"), [(200, "fall"), (20, "hold")])
def test_scores_of_fewer_sentences_are_not_set_beside_those_of_more(
    sentences: int, scores: str
) -> None:
    course = Course()
    course.take([check(1, 2.0, 80.0), check(2, 1.0, 90.0)])
    course.take([replace(check(n, 1.0 + n, 70.0), sentences=sentences) for n in (3, 4, 5)])
    found = course.overfitting()
    assert found is not None
    assert found.scores == scores


def test_checks_of_other_sentences_are_no_overfitting() -> None:
    course = course_of(100, lambda n: 4.0 - n / 100)
    checks = [check(n, loss) for n, loss in ((10, 1.0), (20, 1.2), (30, 1.3), (40, 1.4))]
    course.take([*checks[:2], JoinedRecord(25, ["a\tb"], 1, new=1, spared=1), *checks[2:]])
    assert course.overfitting() is None
    course.take([check(n, 1.5 + n / 100) for n in (50, 60, 70)])
    found = course.overfitting()
    assert found is not None
    assert found.best.step == 30


def test_two_checks_without_a_fall_are_no_overfitting() -> None:
    course = Course()
    course.take([check(n, loss) for n, loss in ((1, 2.0), (2, 1.0), (3, 1.1), (4, 1.2))])
    assert course.overfitting() is None


def test_the_time_left_follows_the_measured_pace_and_counts_validations() -> None:
    course = Course()
    course.take([step(n, 1.0, seconds=0.1) for n in range(1, 201)])
    assert course.pace.seconds_per_step() == pytest.approx(0.1)
    assert course.seconds_to_end(TrainingConfig(steps=1200, validate_every=100)) == pytest.approx(
        100.0
    )
    course.take([check(200, 1.0, seconds=2.0)])
    assert course.seconds_to_end(TrainingConfig(steps=1200, validate_every=100)) == pytest.approx(
        120.0
    )


def test_the_pace_follows_the_newest_steps() -> None:
    course = Course()
    course.take([step(n, 1.0, seconds=1.0) for n in range(1, 101)])
    later = [(100 + n, 100.0 + 0.01 * n) for n in range(1, 501)]
    for number, at in later:
        course.take([step(number, 1.0, seconds=at / number)])
    assert course.pace.seconds_per_step() == pytest.approx(0.01, rel=0.01)


def test_a_pace_is_told_when_its_halves_agree_and_from_then_on() -> None:
    pace, at, told = Pace(), 0.0, []
    seconds = [1.0] * 3 + [0.2] * 60 + [0.6] * 40  # slow at first; later the machine is busy
    for number, one in enumerate(seconds, 1):
        at += one
        pace.take(step(number, 1.0, seconds=at / number))
        told.append(pace.seconds_per_step())
    first = next(number for number, each in enumerate(told) if each is not None)
    assert 20 <= first <= 25
    assert told[first] == pytest.approx(0.2)
    assert all(told[first:])
    changes = [abs(b / a - 1) for a, b in pairwise(filter(None, told))]
    assert max(changes) < 0.1


def test_an_uneven_beginning_tells_nothing() -> None:
    pace = Pace()
    for number in range(1, 41):  # each step takes half as long again as the one before
        pace.take(step(number, 1.0, seconds=1.5**number / number))
    assert pace.seconds_per_step() is None


def test_on_a_machine_that_is_never_even_the_mean_of_many_steps_is_told() -> None:
    pace, at = Pace(), 0.0
    for number in range(1, 111):
        at += 0.1 * 1.02**number
        pace.take(step(number, 1.0, seconds=at / number))
        assert number > 100 or pace.seconds_per_step() is None
    assert pace.seconds_per_step() == pytest.approx(0.1 * 1.02**60, rel=0.3)


def test_no_time_is_told_where_it_cannot_be_known() -> None:
    course = course_of(200, lambda _: 1.0)
    assert course.seconds_to_end(TrainingConfig(steps=0)) is None
    assert course.seconds_to_end(TrainingConfig(steps=100)) is None
    assert course.seconds_to_end(TrainingConfig(steps=0, minutes=1.0)) == pytest.approx(40.0)
    assert course_of(10, lambda _: 1.0).seconds_to_end(TrainingConfig(steps=1000)) is None


def test_a_rewind_goes_to_a_checkpoint_from_before_the_explosion() -> None:
    assert Course().way_back([(0, 0.1)], 0) is None  # nothing has happened yet
    calm = course_of(100, lambda _: 2.0)
    assert calm.way_back([(0, 0.1), (60, 0.2), (100, 0.3)], 99) == (60, 0.2)
    assert calm.way_back([(100, 0.3)], 99) is None  # there it stands
    spoilt = course_of(100, lambda _: 2.0)
    for number in range(101, 160):
        spoilt.take([step(number, 9.0, norm=80.0)])
    before = spoilt.healthy_before()
    assert 40 < before < 100  # with room for what was not seen at once
    assert spoilt.way_back([(30, 0.1), (120, 0.2)], before) == (30, 0.1)
    assert spoilt.way_back([(99, 0.1), (120, 0.2)], before) == (99, 0.1)  # the oldest
    assert spoilt.way_back([(180, 0.2)], before) is None


def test_what_was_spoilt_without_an_explosion_is_rewound_to_before_it() -> None:
    """The rate is too high since step 294: the loss stays at 3.2, the gradients are as ever."""
    spoilt = course_of(500, lambda n: 0.9 if n <= 294 else 3.2)
    assert spoilt.exploded is None
    assert 294 <= spoilt.wrong_since <= 300
    assert spoilt.way_back([(0, 0.1), (200, 0.1), (391, 0.3)], spoilt.healthy_before()) == (
        200,
        0.1,
    )
    soon = course_of(330, lambda n: 0.9 if n <= 300 else min(3.4, 0.9 + 0.21 * (n - 300)))
    assert 300 <= soon.wrong_since <= 310
    assert course_of(500, lambda n: 0.9 if n <= 294 else 1.5).wrong_since == 0


def test_another_task_may_cost_more_and_nothing_is_wrong() -> None:
    course = course_of(300, lambda _: 0.9)
    course.take([KnobRecord(300, "training.label_smoothing", 0.0, 0.3)])
    course.take([step(n, 2.5) for n in range(301, 500)])
    assert course.wrong_since == 0
    course.take([KnobRecord(499, "training.learning_rate", 1e-3, 0.3)])
    course.take([step(n, 7.0) for n in range(500, 600)])
    assert 499 <= course.wrong_since <= 505
