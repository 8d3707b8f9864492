"""A large corpus for tests: a thousand pairs, seven windows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from s2s_core.configs import DataConfig, TokenizerConfig
from s2s_core.data import holding_out, preparing, reading, spread, survey
from s2s_core.data.doctor import curing
from s2s_core.data.readers import entering

COUNT, SIZE = 1000, 150  # pairs, and those of a window
CHARACTERS = TokenizerConfig(kind="char")


def shrink_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a corpus of a thousand pairs be a large one."""
    monkeypatch.setattr(preparing, "AT_FIRST", 200)
    monkeypatch.setattr(preparing, "WINDOW", SIZE)
    monkeypatch.setattr(holding_out, "FEWER", 100)
    for name, value in {"OFTEN": 0, "LOOK": 50, "SAMPLE": 100}.items():
        monkeypatch.setattr(reading, name, value)
    for name, value in {"PLACES": 20, "AT_A_PLACE": 10, "HEAD": 20}.items():
        monkeypatch.setattr(spread, name, value)
    monkeypatch.setattr(entering, "BLOCK", 512)
    monkeypatch.setattr(survey, "SAMPLE", 100)
    for module in (curing, reading, survey):
        monkeypatch.setattr(module, "PAIRS", 50)


def lines(count: int = COUNT) -> list[str]:
    """Return pairs of sources that come back and targets that do not."""
    return [
        f"{'the ' * (row % 5)}cat {row % 700}\t{'le ' * (row % 3)}chat {row}"
        for row in range(count)
    ]


BAD = "caf\udce9\0\tKaffee"  # a line that is no text


def data(folder: Path, rows: list[str], **values: Any) -> DataConfig:
    """Write a table and return the settings of its corpus."""
    folder.mkdir(exist_ok=True)
    file = folder / "pairs.tsv"
    file.write_bytes("".join(f"{row}\n" for row in rows).encode("utf-8", "surrogateescape"))
    return DataConfig(builtin="", train=(str(file),), tokenizer=CHARACTERS, **values)
