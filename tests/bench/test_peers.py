"""What is compared with other toolkits is the same work, and is written down as it was found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from s2s_core.configs import RunConfig
from s2s_core.data.batch import make_batch
from s2s_core.models.encoder_decoder import EncoderDecoder, build_model
from tests.bench.peers import ours, shapes
from tests.bench.peers.__main__ import RESULTS, contests_of, keep, main
from tests.bench.peers.bare import Recurrent, Transformer
from tests.bench.peers.contests import CONTESTS, Plan
from tests.bench.peers.rows import ROWS, Value, most, ratio, table
from tests.bench.peers.weights import for_ctranslate, for_opennmt, named

BARE: dict[str, Callable[[], nn.Module]] = {
    "A": Transformer,
    "B": lambda: Recurrent(feeds=True),
    "B-joint": lambda: Recurrent(feeds=False),
}


@pytest.fixture(scope="module")
def transformer() -> EncoderDecoder:
    return built("A")


def built(model: str) -> EncoderDecoder:
    config: RunConfig = ours.config(model, Path())
    return build_model(config.model, shapes.VOCABULARY, shapes.VOCABULARY, seed=1).eval()


@pytest.mark.parametrize("model", BARE)
def test_the_bare_loop_does_the_same_arithmetic(model: str) -> None:
    own, bare = built(model), BARE[model]().eval()
    pairs = zip(own.parameters(), bare.parameters(), strict=True)
    with torch.no_grad():
        for weight, other in pairs:
            assert weight.shape == other.shape
            other.copy_(weight)
        batch = make_batch([[7, 8, 9], [10]], [[11, 12], [13, 14, 15]])
        output = bare.get_submodule("output")
        assert isinstance(output, nn.Linear)
        scores = output(bare(batch.source, batch.target_input))
        expected = own.score(batch).scores
    real = batch.target_mask
    torch.testing.assert_close(scores[real], expected[real], rtol=1e-4, atol=1e-5)


def test_other_toolkits_are_given_every_weight_once(transformer: EncoderDecoder) -> None:
    mine, count = named(transformer), transformer.parameter_count
    embedding = mine["embedding"].size
    for theirs in (for_opennmt(mine), for_ctranslate(mine)):
        learnt = [value for name, value in theirs.items() if "encodings" not in name]
        assert (
            sum(value.size for value in learnt) == count + 2 * embedding
        )  # it stands there thrice


def test_every_row_is_measured_by_some_contest() -> None:
    found = {name for entry in CONTESTS.values() for name in entry.finds}
    assert {contest for row in ROWS for contest in row.contests} == found
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_a_ratio_is_taken_round_by_round_over_the_best_of_the_others() -> None:
    row = ratio("row", "title", "race/ours over race/one or race/two", 1.2, 2.0)
    numbers = {"race/ours": [6.0, 9.0], "race/one": [3.0, 1.0], "race/two": [2.0, 6.0]}
    assert row.made.of(numbers) == [2.0, 1.5]
    assert row.plain(numbers)["value"] == 1.75
    assert [row.verdict(value) for value in (1.1, 1.2, 2.0)] == ["MISS", "must", "aim"]


def test_what_was_found_is_written_down_beside_the_other_rows(tmp_path: Path) -> None:
    rows = [
        most("fast", "fast", Value("a/ours"), 2.0, 1.0, "s"),
        most("small", "small", Value("b/ours"), 2.0, 1.0, "GB"),
    ]
    file = tmp_path / "results.json"
    keep(rows[:1], {"a/ours": [1.5]}, {"a/ours": [1.5]}, file)
    keep(rows, {"b/ours": [3.0]}, {"b/ours": [3.0]}, file)
    found = json.loads(file.read_text("utf-8"))["rows"]
    assert {name: row["verdict"] for name, row in found.items()} == {
        "fast": "must",
        "small": "MISS",
    }
    assert "| small | 3 GB | 3 – 3 | ≤ 2 | ≤ 1 | MISS |" in table(list(found.values()))


def test_what_is_written_down_are_rows_of_the_table() -> None:
    known = json.loads(RESULTS.read_text("utf-8"))["rows"] if RESULTS.exists() else {}
    assert set(known) <= {row.name for row in ROWS}


def test_without_a_corpus_it_says_what_is_wanted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv("S2S_CORPORA", raising=False)
    assert main(["--folder", str(tmp_path)]) == 1
    assert "S2S_CORPORA" in capsys.readouterr().err


def test_what_was_interrupted_or_made_with_other_shapes_is_done_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, row = Plan(tmp_path), [row for row in ROWS if row.name == "sentence"]
    (plan.runs / "learnt-float32").mkdir(parents=True)  # begun, not ended
    assert contests_of(row, plan) == ["learn", "sentence"]
    plan.note_done("learn")
    assert contests_of(row, plan) == ["sentence"]
    monkeypatch.setattr(shapes, "VOCABULARY", 1)
    assert contests_of(row, plan) == ["learn", "sentence"]
