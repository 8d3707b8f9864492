"""The ladder's experiments are ones that can be trained, and its results ones that can be read."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from s2s_core.models.encoder_decoder import count_parameters
from s2s_core.runs.catalog import check
from tests.bench.ladder import (
    HERE,
    PARTS,
    RUNGS,
    SOURCE,
    TARGET,
    experiment,
    lower_cased,
    main,
    table,
)


@pytest.mark.parametrize("name", RUNGS)
def test_each_rung_is_an_experiment_of_a_few_million_parameters(name: str, tmp_path: Path) -> None:
    config = experiment(name, tmp_path)
    check(config)
    assert config.data.train[0].endswith("train.de")
    assert config.data.validation[1].endswith("val.en")
    assert 3e6 < count_parameters(config.model, 6000, 6000) < 9e6


def test_there_is_no_rung_too_many() -> None:
    assert {path.stem for path in (HERE / "rungs").glob("*.toml")} == set(RUNGS)


def test_the_table_has_the_published_scores_and_gaps_for_what_is_not_known() -> None:
    known = {"bleu": 29.04, "epochs": 12.3, "minutes": 40.0, "parameters": 4_506_416}
    lines = table({"gru-additive": known}).splitlines()
    assert lines[4] == "| GRU with additive attention | 29.0 | 28.3 | 12 | 40 | 4.5 M |"
    assert lines[2] == "| LSTM without attention | – | 13.8 | – | – | – |"
    assert len({line.count("|") for line in lines}) == 1


def test_the_corpus_is_lower_cased_line_by_line(tmp_path: Path) -> None:
    for part in PARTS:
        for language in (SOURCE, TARGET):
            with gzip.open(tmp_path / f"{part}.{language}.gz", "wt", encoding="utf-8") as file:
                file.write("Ein HAUS.\nÜber\n")
    folder = lower_cased(tmp_path, tmp_path / "corpus")
    assert (folder / "train.de").read_text("utf-8") == "ein haus.\nüber\n"


def test_without_a_corpus_it_says_what_is_wanted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv("S2S_CORPORA", raising=False)
    assert main(["--folder", str(tmp_path)]) == 1
    assert "S2S_CORPORA" in capsys.readouterr().err
