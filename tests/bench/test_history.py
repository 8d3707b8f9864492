"""What is recorded is found again, by machine, and what has become much worse is marked."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bench.history import compared, last, record
from tests.bench.promise import Promise, spread

START = Promise("start", "start", 4.0, "s")
RATIO = Promise("ratio", "ratio", 0.95, "", at_least=True)


def test_the_last_numbers_of_the_same_machine_are_found(tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    assert last("mine", file) is None
    for machine, seconds in (("mine", 1.0), ("mine", 2.0), ("yours", 3.0)):
        record(machine, 0.5, {"start": seconds}, file)
    found = last("mine", file)
    assert found is not None
    assert found["numbers"] == {"start": 2.0}
    assert json.loads(file.read_text(encoding="utf-8").splitlines()[2])["machine"] == "yours"


def test_only_what_is_over_a_tenth_worse_is_marked() -> None:
    before = {"commit": "c", "date": "d", "load": 0.1, "numbers": {"start": 2.0, "ratio": 1.0}}
    cases = ((2.1, 0.95, 0), (2.3, 0.95, 1), (2.1, 0.85, 1), (0.5, 1.5, 0), (9.0, 0.1, 2))
    for start, ratio, marks in cases:
        text = "\n".join(compared(before, [(START, [start]), (RATIO, [ratio])]))
        assert text.count("⚠") == marks, (start, ratio)


def test_a_number_is_told_by_its_median_its_spread_and_its_promise() -> None:
    assert RATIO.row([0.9, 1.1, 0.97]) == "| ratio | 0.97  | 0.9 – 1.1 | ≥ 0.95  | pass |"
    plain = START.plain([5.0, 3.0, 4.5])
    assert (plain["value"], plain["low"], plain["high"], plain["kept"]) == (4.5, 3.0, 5.0, False)


def test_of_many_values_the_spread_is_the_middle_half() -> None:
    assert spread([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 99.0]) == (3.0, 9.0)
