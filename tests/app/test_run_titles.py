"""A run is called by what it is, read from the name of its folder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.run_titles import run_title
from s2s_core.configs import DataConfig, RunConfig
from s2s_core.run_folders import new_run_folder


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("phrasebook-gru-small-20011121-050918",
         "GRU small · Phrasebook → French · 21 Nov 2001 05:09"),
        ("phrasebook-chinese-swapped-gru-small-20011121-050918",
         "GRU small · Phrasebook Chinese → English · 21 Nov 2001 05:09"),
        ("my-own-corpus-lstm-20011121-050918-2", "LSTM · my-own-corpus · 21 Nov 2001 05:09 (2)"),
        ("copy-gru-copying-20011121-050918", "GRU copying · Copy letters · 21 Nov 2001 05:09"),
        ("copy-gru-copying-20011121-050918-small",
         "GRU copying · Copy letters · 21 Nov 2001 05:09, smaller copy"),
        ("copy-gru-copying-20011121-050918-2-small-3",
         "GRU copying · Copy letters · 21 Nov 2001 05:09 (2), smaller copy (3)"),
        ("copy-gru-copying-20011121-050918-small-2-small",
         "GRU copying · Copy letters · 21 Nov 2001 05:09, smaller copy (2), smaller copy"),
        ("copy-gru-20011121-050918-mine-small", "copy-gru-20011121-050918-mine-small"),
        ("copy-grid-20011121-050918", "Comparison · Copy letters · 21 Nov 2001 05:09"),
        ("holiday-2001-small", "holiday-2001-small"),
        ("holiday", "holiday"),
        ("a-gru-99999999-999999", "a-gru-99999999-999999"),
        ("unheard-of-20011121-050918", "unheard-of-20011121-050918"),
    ],
)  # fmt: skip
def test_a_run_is_called_by_model_corpus_and_time(
    qapp: QApplication, name: str, title: str
) -> None:
    assert run_title(Path("/runs", name)) == title


@pytest.mark.parametrize(
    ("folder", "of_all"),
    [
        ("copy-grid-20011121-050918", "Copy letters · 21 Nov 2001 05:09"),
        ("my-grid", "my-grid"),
    ],
)
def test_a_run_of_a_comparison_is_called_by_what_it_has(
    qapp: QApplication, tmp_path: Path, folder: str, of_all: str
) -> None:
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "grid.json").touch()
    run = tmp_path / folder / "learning-rate-1e-3-attention-dot"
    assert run_title(run) == f"{of_all} · learning rate 1e-3 attention dot"
    run = tmp_path / folder / "preset-gru-small-learning-rate-1e-3"
    assert run_title(run) == f"{of_all} · GRU small learning rate 1e-3"


def test_a_new_run_has_a_title(qapp: QApplication, tmp_path: Path) -> None:
    folder = new_run_folder(tmp_path, RunConfig(), "gru-small")
    title = run_title(folder)
    assert title.startswith("GRU small · ")
    assert str(datetime.now().year) not in title


def test_a_swapped_corpus_is_called_so_in_the_title_of_its_run(
    qapp: QApplication, tmp_path: Path
) -> None:
    config = RunConfig(data=DataConfig(builtin="phrasebook_german", swap_sides=True))
    title = run_title(new_run_folder(tmp_path, config, "gru-small"))
    assert "· Subordinate clauses German → English ·" in title


def test_runs_of_one_minute_are_told_apart_by_seconds(qapp: QApplication) -> None:
    titles = [
        run_title(f"copy-gru-tiny-2001112{day}-050918-small", to_the_second=True) for day in (1, 2)
    ]
    assert titles == [
        f"GRU tiny · Copy letters · 2{day} Nov 2001 05:09:18, smaller copy" for day in (1, 2)
    ]
