"""How numbers are written, everywhere the same; the one place where they are formatted."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence

from s2s_core.counts import Count

NOTHING = "\N{EN DASH}"
_MINUS = "\N{MINUS SIGN}"
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")
TIMES = {"s": 1 / 60, "min": 1.0, "h": 60.0}  # in minutes
_TIME = re.compile(f"(?P<number>.+?)\\s*(?P<unit>{'|'.join(TIMES)})")
_UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def count(value: float) -> Count:
    """1412 -> "1,412"; in a template, `{count:pair|pairs}` is the number with its word."""
    return Count(f"{round(value):,}" if math.isfinite(value) else _odd(value))


def parameters(value: int) -> str:
    """The parameters of a model: 412108 -> "412,108", 61200000 -> "61.2 M"."""
    return count(value) if value < 1_000_000 else f"{significant(value / 1e6)} M"


def round_parameters(value: int) -> str:
    """The same where room is short: 412108 -> "412 k"."""
    return f"{round(value / 1e3)} k" if 10_000 <= value < 1_000_000 else parameters(value)


def significant(value: float | None, digits: int = 3) -> str:
    """Three significant digits, zeros kept so that the width stays: 0.2 -> "0.200"."""
    if value is None:
        return NOTHING
    if not math.isfinite(value):
        return _odd(value)
    if value == 0:
        return f"{0:.{digits - 1}f}"
    power = math.floor(math.log10(abs(float(f"{value:.{digits - 1}e}"))))
    if power < -digits or power >= 7:
        return _scientific(value, digits)
    return f"{round(value, digits - 1 - power):,.{max(0, digits - 1 - power)}f}"


def alike(values: Sequence[float], shown: Callable[[float], str]) -> list[str]:
    """Write small figures that stand together in one way: with powers of ten, if one has one.

    Not those from a tenth on: nobody reads 4.49 as "4.49e0".
    """
    texts = [shown(value) for value in values]
    if not any("e-" in text for text in texts):
        return texts
    return [
        _scientific(value, 3) if 0 < abs(value) < 0.1 else text
        for value, text in zip(values, texts, strict=True)
    ]


def loss(value: float | None) -> str:
    """A loss, a norm or a perplexity: 0.2138 -> "0.214"."""
    return significant(value)


def probability(value: float) -> str:
    """0.8312 -> "0.83"; very small ones keep their power of ten."""
    if not math.isfinite(value):
        return _odd(value)
    return f"{value:.2f}" if value >= 0.005 or value == 0 else _scientific(value, 2)


def log_probability(value: float) -> str:
    """A score of a hypothesis: -3.514 -> "−3.51", -0.001 -> "0.00"."""
    if not math.isfinite(value):
        return _odd(value)
    return f"{value:z.2f}".replace("-", _MINUS)


def percent(share: float | None, digits: int = 1) -> str:
    """A share of one: 0.931 -> "93.1 %"."""
    if share is None:
        return NOTHING
    return f"{share * 100:.{digits}f} %" if math.isfinite(share) else _odd(share)


def score(value: float | None) -> str:
    """A score out of 100, such as BLEU: 27.34 -> "27.3"."""
    return NOTHING if value is None else f"{value:.1f}"


def duration(seconds: float | None) -> str:
    """31 -> "0:31", 3671 -> "1:01:11"."""
    if seconds is None or not math.isfinite(seconds):
        return NOTHING
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def time_needed(seconds: float) -> str:
    """How long something takes, roughly: 8.6 -> "8.6 s", 14.2 -> "14 s", 150 -> "2.5 min"."""
    for size_of_unit, unit in ((3600, "h"), (60, "min"), (1, "s")):
        if seconds >= 1.5 * size_of_unit or unit == "s":
            break
    value = seconds / size_of_unit
    return f"{value:.2g} {unit}" if value < 10 else f"{count(value)} {unit}"


def rate(per_second: float | None, short: bool = False) -> str:
    """18430 -> "18,430", or "18k" where room is short."""
    if per_second is None or not math.isfinite(per_second):
        return NOTHING
    if short:
        for size, unit in _UNITS:
            if per_second >= size:
                return f"{significant(per_second / size, 2)}{unit}"
    return count(per_second) if per_second >= 10 else significant(per_second, 2)


def learning_rate(value: float) -> str:
    """0.003 -> "3e-3", 9.71286 -> "9.71"."""
    return plain(float(f"{value:.3g}")) if value == 0 or value >= 1 else _scientific(value, 3)


def size(number_of_bytes: float) -> str:
    """A size on disk or in memory: 1700000 -> "1.7 MB"."""
    for unit_size, unit in _UNITS:
        if number_of_bytes >= unit_size:
            return f"{significant(number_of_bytes / unit_size, 2)} {unit}B"
    return f"{round(number_of_bytes)} B"


def plain(value: float) -> str:
    """The value of a setting, as short as it can be: 0.1, 128, 60,000, 1e-5."""
    if not math.isfinite(value):
        return _odd(value)
    if float(value).is_integer() and abs(value) < 1e12:
        return f"{int(value):,}"
    return _scientific(value, 6) if abs(value) < 1e-3 else f"{value:.6g}"


def worded(shown: Callable[[float], str], zero: str) -> Callable[[float], str]:
    """Return how numbers are written where 0 has a word of its own, such as "no limit"."""
    return (lambda value: shown(value) if value else zero) if zero else shown


def power(value: float) -> str:
    """A large number on an axis: 40000 -> "4e4", 1e13 -> "1e13"."""
    return "0" if value == 0 else _scientific(value, 3)


def parsed(text: str) -> float | None:
    """Read what a person typed: "3e-3", "0,003", "60,000", "1/3000"; None if it is no number."""
    above, stroke, below = text.partition("/")
    if stroke:
        top, bottom = parsed(above), None if "/" in below else parsed(below)
        ratio = top / bottom if top is not None and bottom else math.inf
        return ratio if math.isfinite(ratio) else None
    text = unicodedata.normalize("NFKC", text).replace(_MINUS, "-").replace("\N{EN DASH}", "-")
    text = re.sub("[\\s_'\N{RIGHT SINGLE QUOTATION MARK}]", "", text)
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def minutes(text: str) -> float | None:
    """Read a time as minutes: "20 s" is a third, "1.5 h" ninety, a number alone are minutes."""
    found = _TIME.fullmatch(text.strip().casefold())
    value = parsed(found["number"]) if found else parsed(text)
    return value if found is None or value is None else value * TIMES[found["unit"]]


def of_minutes(value: float) -> str:
    """Write a time in minutes as `minutes` reads it: 0.5 -> "30 s", 1.5 -> "1.5"."""
    return f"{60 * value:.6g} s" if 0 < value < 1 else plain(value)


def _scientific(value: float, digits: int) -> str:
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    return f"{float(mantissa):g}e{int(power)}"


def _odd(value: float) -> str:
    return "not a number" if math.isnan(value) else "∞" if value > 0 else f"{_MINUS}∞"
