"""Numbers are written one way, and read in many."""

from __future__ import annotations

import math

import pytest

from app.widgets import numbers


def test_counts_have_thousands_separators() -> None:
    assert numbers.count(1412) == "1,412"
    assert numbers.parameters(412_108) == "412,108"
    assert numbers.parameters(1_234_567) == "1.23 M"
    assert numbers.parameters(61_200_000) == "61.2 M"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.2138, "0.214"), (4.2, "4.20"), (12.34, "12.3"), (123.4, "123"), (1234.5, "1,230"),
     (9.999, "10.0"), (0.0, "0.00"), (0.2, "0.200"), (2.5e-6, "2.5e-6"), (1.5e9, "1.5e9"),
     (math.nan, "not a number"), (math.inf, "∞"), (None, numbers.NOTHING)],
)  # fmt: skip
def test_a_loss_has_three_significant_digits(value: float | None, text: str) -> None:
    assert numbers.loss(value) == text


def test_figures_that_stand_together_are_written_in_one_way() -> None:
    assert numbers.alike([0.00185, 9.84e-4], numbers.significant) == ["1.85e-3", "9.84e-4"]
    assert numbers.alike([0.214, 0.3], numbers.significant) == ["0.214", "0.300"]
    assert numbers.alike([4.49, 1.99e-5], numbers.significant) == ["4.49", "1.99e-5"]
    odd = [9.84e-4, 0.0, math.inf]
    assert numbers.alike(odd, numbers.significant) == ["9.84e-4", "0.00", "∞"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3e-3, "3e-3"),
        (2.5e-3, "2.5e-3"),
        (0.1, "1e-1"),
        (1e-5, "1e-5"),
        (1.0, "1"),
        (0.0, "0"),
        (10.0, "10"),
        (9.71286, "9.71"),
    ],
)
def test_a_learning_rate_is_a_power_of_ten(value: float, text: str) -> None:
    assert numbers.learning_rate(value) == text


def test_large_numbers_on_an_axis_are_short() -> None:
    assert [numbers.power(value) for value in (0.0, 5000.0, 40_000.0, 1e13)] == [
        "0", "5e3", "4e4", "1e13"
    ]  # fmt: skip


def test_durations_rates_shares_and_sizes() -> None:
    assert numbers.duration(31) == "0:31"
    assert numbers.duration(3671) == "1:01:11"
    assert numbers.duration(None) == numbers.NOTHING
    assert numbers.rate(18430) == "18,430"
    assert numbers.rate(18430, short=True) == "18k"
    assert numbers.rate(1840, short=True) == "1.8k"
    assert numbers.rate(3.21) == "3.2"
    assert numbers.percent(0.931) == "93.1 %"
    assert numbers.probability(0.8312) == "0.83"
    assert numbers.probability(0.00012) == "1.2e-4"
    assert numbers.probability(math.nan) == "not a number"
    assert numbers.log_probability(-3.514) == "−3.51"
    assert numbers.log_probability(-0.001) == "0.00"  # no minus before a zero
    assert numbers.log_probability(-math.inf) == "−∞"
    assert numbers.score(27.34) == "27.3"
    assert numbers.size(1_700_000) == "1.7 MB"
    assert numbers.size(512) == "512 B"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1, "0.1"), (128, "128"), (60000, "60,000"), (1e-5, "1e-5"), (0.0, "0"), (2.5, "2.5")],
)
def test_settings_are_as_short_as_they_can_be(value: float, text: str) -> None:
    assert numbers.plain(value) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [("3e-3", 0.003), ("0.003", 0.003), ("0,003", 0.003), ("60,000", 60000), ("1 000", 1000),
     ("１２８", 128), ("−2", -2), ("1,234,567.5", 1234567.5), ("", None), ("much", None),
     ("nan", None), ("inf", None), ("1e999", None), ("<b>1</b>", None),
     ("1/3000", 1 / 3000), ("1 / 8", 0.125), ("1/0", None), ("1/2/4", None), ("/", None)],
)  # fmt: skip
def test_what_a_person_types_is_understood_or_refused(text: str, value: float | None) -> None:
    assert numbers.parsed(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("20 s", 1 / 3), ("90s", 1.5), ("1.5 h", 90), ("1,5 H", 90), ("2 min", 2), ("10", 10),
     ("0,5", 0.5), ("s", None), ("5 m s", None), ("5 days", None), ("", None)],
)  # fmt: skip
def test_a_time_is_read_in_minutes(text: str, value: float | None) -> None:
    assert numbers.minutes(text) == (value if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("value", "text"), [(1 / 3, "20 s"), (0.05, "3 s"), (0, "0"), (1, "1"), (2.5, "2.5")]
)
def test_a_time_below_a_minute_is_written_in_seconds(value: float, text: str) -> None:
    assert numbers.of_minutes(value) == text
    assert numbers.minutes(text) == pytest.approx(value)


@pytest.mark.parametrize("value", [0.1, 128, 60000, 1e-5, 0.85, 2.5e-4])
def test_a_setting_survives_being_written_and_read(value: float) -> None:
    assert numbers.parsed(numbers.plain(value)) == value
