"""`s2s train` with several values of a setting: a run for each, and a table."""

from __future__ import annotations

import json
import re
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from s2s_core.cli import main
from s2s_core.experiment import load_experiment, value_of
from s2s_core.grid_folder import GridFolder
from s2s_core.models.encoder_decoder import EncoderDecoder
from s2s_core.records import FailureRecord, StepRecord
from s2s_core.run_folders import is_run
from s2s_core.runs.comparing import compared
from s2s_core.runs.folder import held
from s2s_core.runs.journal import read_journal
from s2s_core.training import objective

Output = pytest.CaptureFixture[str]

BASE = [
    "train", "--builtin", "reverse", "--device", "cpu",
    *(
        f"--set={setting}"
        for setting in (
            "data.builtin_pairs=200", "data.tokenizer.kind=word", "training.batch_tokens=128",
            "training.validate_every=2", "training.validation_sentences=2",
            "model.encoder.hidden_size=8", "model.encoder.embedding_size=6",
            "model.decoder.hidden_size=8", "model.decoder.embedding_size=6",
        )
    ),
]  # fmt: skip
RATES = "--set=training.learning_rate=1e-3,1e-2"
SLOW, FAST = "learning-rate-1e-3", "learning-rate-1e-2"
STEPS = ["--steps", "3"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A grid of two runs that have ended; not to be changed."""
    folder = tmp_path_factory.mktemp("grids") / "grid"
    assert main([*BASE, RATES, *STEPS, "--out", str(folder)]) == 0
    return folder


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return Path(shutil.copytree(finished, tmp_path / "grid"))


def losses(folder: Path) -> list[float]:
    records = read_journal(folder / "journal.jsonl")
    return [record.loss for record in records if isinstance(record, StepRecord)]


def table_of(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "grid.json").read_text())["runs"]
    return found


def test_each_combination_is_an_ordinary_run(finished: Path, tmp_path: Path) -> None:
    names = {path.name for path in finished.iterdir()}
    assert names - {"training.lock"} == {"grid.json", FAST, SLOW}
    assert is_run(finished / SLOW)
    single = [*BASE, "--set=training.learning_rate=1e-2", *STEPS, "--out", str(tmp_path / "one")]
    assert main(single) == 0
    assert losses(finished / FAST) == losses(tmp_path / "one")
    assert losses(finished / SLOW)[-1] != losses(finished / FAST)[-1]


def test_the_table_is_printed_and_kept(finished: Path, capsys: Output) -> None:
    assert main(["train", "--resume", str(finished)]) == 0
    printed = capsys.readouterr()
    heads, slow, fast, *rest = printed.out.splitlines()
    names = "Learning rate, Steps, Time, Loss, Validation loss, Exact match %, BLEU, chrF"
    assert heads.split() == names.replace(",", "").split()
    assert slow.split()[:3] == ["1e-3", "3", "0:00"]
    assert fast.split()[:2] == ["1e-2", "3"]
    assert rest == ["* best of its column", str(finished)]
    rows = table_of(finished)
    assert [row["folder"] for row in rows] == [SLOW, FAST]
    assert rows[1]["values"] == {"training.learning_rate": 0.01}
    journals = compared([finished / SLOW, finished / FAST])
    for kept, line, row in zip(rows, (slow, fast), journals, strict=True):
        for name in ("steps", "loss", "validation_loss", "exact_match", "bleu", "chrf", "failure"):
            assert kept[name] == getattr(row, name)
        assert (f"{row.validation_loss:.3f}*" in line) == ("validation_loss" in kept["best"])
    assert "validation_loss" in rows[0]["best"] + rows[1]["best"]


@pytest.mark.parametrize("columns", [56, 20])
def test_a_narrow_screen_breaks_headings_and_no_numbers(
    finished: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output, columns: int
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))
    assert main(["train", "--resume", str(finished)]) == 0
    lines = re.sub("\x1b\\[\\d*m", "", capsys.readouterr().out).splitlines()  # bold or not
    assert lines[0].split() == ["Exact"]
    assert len(lines[3].rstrip()) < 56
    for line, row in zip(lines[3:5], table_of(finished), strict=True):
        numbers = [row[name] for name in ("loss", "validation_loss")]
        assert [float(text.rstrip("*")) for text in line.split()[3:5]] == pytest.approx(
            numbers, abs=6e-4
        )


def test_what_is_done_is_not_trained_again(copy: Path, capsys: Output) -> None:
    before = [(copy / name / "journal.jsonl").read_bytes() for name in (SLOW, FAST)]
    assert main([*BASE, RATES, *STEPS, "--out", str(copy)]) == 0
    assert capsys.readouterr().err.splitlines() == [
        f"2 runs, kept in {copy}",
        "run 1 of 2: Learning rate 1e-3: trained already",
        "run 2 of 2: Learning rate 1e-2: trained already",
    ]
    assert before == [(copy / name / "journal.jsonl").read_bytes() for name in (SLOW, FAST)]


def test_a_grid_can_have_further_values_and_a_later_end(copy: Path, capsys: Output) -> None:
    arguments = [*BASE, "--set=training.learning_rate=1e-2,1e-3,1e-1", "--out", str(copy)]
    assert main([*arguments, *STEPS]) == 0
    assert capsys.readouterr().err.count("trained already") == 2
    assert [row["steps"] for row in table_of(copy)] == [3, 3, 3]
    assert main(["train", "--resume", str(copy), "--steps", "4"]) == 0
    assert [row["steps"] for row in table_of(copy)] == [4, 4, 4]


def test_an_interrupted_grid_goes_on_where_it_was(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    normal, calls = EncoderDecoder.score, []

    def interrupted(model: EncoderDecoder, batch: Any) -> Any:
        calls.append(batch)
        if len(calls) == 2:
            signal.raise_signal(signal.SIGINT)
        return normal(model, batch)

    folder = tmp_path / "grid"
    with monkeypatch.context() as patch:
        patch.setattr(EncoderDecoder, "score", interrupted)
        assert main([*BASE, RATES, *STEPS, "--out", str(folder)]) == 130
    printed = capsys.readouterr()
    assert "run 1 of 2: Learning rate 1e-3" in printed.err
    assert "run 2" not in printed.err
    assert [line.split()[-1] for line in printed.out.splitlines()[1:3]] == ["stopped", "begun"]
    assert main(["train", "--resume", str(folder)]) == 0
    for name in (SLOW, FAST):
        assert losses(folder / name) == losses(finished / name)


def test_a_run_that_fails_is_told_and_the_next_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    calls: list[Any] = []

    def exploding(*given: Any, **more: Any) -> Any:
        calls.append(given)
        loss, wanted = objective.losses(*given, **more)
        return (loss * float("nan"), wanted * float("nan")) if len(calls) == 2 else (loss, wanted)

    arguments = [*BASE, RATES, *STEPS, "--out", str(tmp_path / "grid")]
    with monkeypatch.context() as patch:
        patch.setattr("s2s_core.training.trainer.losses", exploding)
        assert main(arguments) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[1].endswith("failed")
    sentence = "the loss became nan at step 2, so the step was not taken"
    assert out[-2].startswith(f"Learning rate 1e-3: {sentence}")
    slow, fast = table_of(tmp_path / "grid")
    assert (slow["steps"], slow["is_finished"], fast["is_finished"]) == (1, False, True)
    assert slow["failure"].startswith(sentence)
    assert main(arguments) == 0  # it is gone on with, and what was wrong is forgotten
    assert [row["steps"] for row in table_of(tmp_path / "grid")] == [3, 3]
    assert [row["failure"] for row in table_of(tmp_path / "grid")] == ["", ""]


def test_a_run_that_cannot_be_begun_is_told(tmp_path: Path, capsys: Output) -> None:
    varied = ["--set=data.tokenizer.kind=bpe", "--set=data.tokenizer.vocabulary_size=8,400"]
    assert main([*BASE, *varied, *STEPS, "--out", str(tmp_path / "grid")]) == 1
    assert "Vocabulary size 8: no bpe vocabulary of 8 pieces" in capsys.readouterr().out
    first, second = table_of(tmp_path / "grid")
    assert first["failure"].startswith("no bpe vocabulary of 8 pieces")
    assert (first["steps"], first["loss"], second["steps"]) == (0, None, 3)
    assert not (tmp_path / "grid" / "vocabulary-size-8").exists()


def test_presets_are_compared_and_the_rest_is_laid_over_each(
    tmp_path: Path, capsys: Output
) -> None:
    experiment, out = tmp_path / "mine.toml", tmp_path / "grid"
    experiment.write_text('[data]\nbuiltin = "copy"\n[model.encoder]\nlayers = 3\n')
    arguments = [
        "train", str(experiment), "--preset", "lstm-tiny,transformer-tiny", "--device", "cpu",
        "--set=data.builtin_pairs=200", "--set=model.encoder.residual=true",
        "--set=training.batch_tokens=128", *STEPS, "--out", str(out),
    ]  # fmt: skip
    assert main(arguments) == 0
    heads, lstm, transformer, *_ = capsys.readouterr().out.splitlines()
    assert heads.split()[0] == "Preset"
    assert (lstm.split()[:3], transformer.split()[:3]) == (
        ["LSTM", "tiny", "3"], ["Transformer", "tiny", "3"],
    )  # fmt: skip
    of_lstm, of_transformer = (
        load_experiment(out / f"preset-{name}-tiny" / "experiment.toml")
        for name in ("lstm", "transformer")
    )
    assert (of_lstm.model.encoder.kind, of_lstm.model.encoder.layers) == ("lstm", 1)
    assert value_of(of_lstm, "model.encoder.residual") is True
    assert of_transformer.model.decoder.kind == "transformer"
    assert {of_lstm.data.builtin, of_transformer.data.builtin} == {"copy"}
    assert of_transformer.training.batch_tokens == 128
    assert main(arguments) == 0
    assert main(["train", "--resume", str(out), "--steps", "4"]) == 0
    assert [row["steps"] for row in table_of(out)] == [4, 4]
    assert main([*arguments, "--set=training.seed=2"]) == 1
    assert "holds a grid of other settings" in capsys.readouterr().err


def test_a_later_end_makes_runs_unfinished(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("s2s_core.commands.grids.follow", interrupted)
    assert main(["train", "--resume", str(copy), "--steps", "4"]) == 130
    assert [row["is_finished"] for row in table_of(copy)] == [False, False]


def test_what_another_program_trains_is_left_to_it(copy: Path, capsys: Output) -> None:
    longer = ["train", "--resume", str(copy), "--steps", "4"]
    with held(copy):
        assert main(longer) == 1
    with held(copy / SLOW):
        assert main(longer) == 1
    assert capsys.readouterr().err.count("is being trained by another program") == 2
    assert len(losses(copy / FAST)) == 4
    assert not any(
        isinstance(r, FailureRecord) for r in read_journal(copy / SLOW / "journal.jsonl")
    )
    assert main(longer) == 0
    assert [row["failure"] for row in table_of(copy)] == ["", ""]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--set=training.learning_rate=1e-3,99"], "must be between 1e-06 and 10, not 99"),
        (["--set=training.optimizer=adam,magic"],
         "Optimizer Magic cannot be trained: training.optimizer must be one of adam, "),
        (["--set=model.decoder.attention=dot,none", "--set=objective.coverage_weight=1"],
         "Attention None cannot be trained: objective.coverage_weight needs a decoder"),
        ([RATES, "--steps", "0"], "runs are compared at the end of training: name --steps or"),
        ([RATES, "--set=training.learning_rate=1"], "training.learning_rate is varied, and 1"),
        (["--set=training.device=cpu,mps"], "training.device mps is not on this machine"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_before_anything_is_trained(
    arguments: list[str], sentence: str, tmp_path: Path, capsys: Output
) -> None:
    assert main([*BASE, *arguments, "--out", str(tmp_path / "grid")]) == 1
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    assert sentence in printed.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--set=training.seed=7", RATES], "holds a grid of other settings; name another folder"),
        (["--set=training.seed=1,2"], "holds a grid of other settings; name another folder"),
        ([], "holds a run already"),
    ],
)
def test_a_folder_of_another_grid_is_left_alone(
    finished: Path, arguments: list[str], sentence: str, capsys: Output
) -> None:
    out = finished / SLOW if not arguments else finished
    before = (finished / "grid.json").read_bytes()
    assert main([*BASE, *(arguments or [RATES]), *STEPS, "--out", str(out)]) == 1
    assert sentence in capsys.readouterr().err
    assert (finished / "grid.json").read_bytes() == before


def test_a_grid_goes_on_as_it_is(finished: Path, capsys: Output) -> None:
    assert main(["train", "--resume", str(finished), "--set", "training.seed=3"]) == 1
    assert "goes on with the settings that it has" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not the table of a comparison"), ("[]", "is not the table of a comparison"),
        ('{"format": 2}', "has format 2; this version reads format 1"),
        ('{"format": 1, "axes": {}}', "is not the table of a comparison"),
        ('{"format": 1, "axes": {"training.seed": 3}, "runs": [], "common": {}}',
         "is not the table of a comparison"),
        ('{"format": 1, "axes": {"training.seed": [null, 2]}, "runs": [], "common": {}}',
         "is not the table of a comparison"),
        ('{"format": 1, "axes": {"training.seed": [[1], 2]}, "runs": [], "common": {}}',
         "is not the table of a comparison"),
        ('{"format": 1, "axes": {"training.learning_rate": [1, 1e999]}, "runs": [], "common": {}}',
         "is not the table of a comparison"),
        ('{"format": 1, "axes": {"preset": [1, 2]}, "runs": [], "common": {}}',
         "is not the table of a comparison"),
        ('{"format": 1, "axes": {"preset": ["gru-tiny", "rnn-tiny"]}, "runs": [], '
         '"common": {"model": [1]}}', "is not the table of a comparison"),
        ('{"format": 1, "axes": {"training.seed": [1, 2]}, "runs": [], "common": {"training": 3}}',
         "is not the table of a comparison"),
    ],
)  # fmt: skip
def test_a_file_that_is_damaged_gets_a_sentence(
    text: str, sentence: str, tmp_path: Path, capsys: Output
) -> None:
    (tmp_path / "grid.json").write_text(text)
    assert main(["train", "--resume", str(tmp_path)]) == 1
    assert sentence in capsys.readouterr().err


def test_help_tells_of_several_values(capsys: Output) -> None:
    assert main(["train", "--set", "help"]) == 0
    assert "train one run for each combination" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    assert "several values" in capsys.readouterr().out


def test_a_comparison_of_files_goes_on_from_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, first in (("pairs.tsv", 0), ("held.tsv", 60)):
        lines = [f"a{n % 7} b{n % 5} c{n}\td{n % 5} e{n}\n" for n in range(first, first + 60)]
        (tmp_path / name).write_text("".join(lines))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    without_builtin = ["train", *(part for part in BASE[3:] if "builtin" not in part)]
    files = ["--corpus", "pairs.tsv", "--validation", "held.tsv"]
    assert main([*without_builtin, *files, RATES, *STEPS, "--out", "grid"]) == 0
    data = GridFolder.load(tmp_path / "grid").runs[0].config.data
    assert data.train == (str(tmp_path / "pairs.tsv"),)
    assert data.validation == (str(tmp_path / "held.tsv"),)
    shutil.rmtree(tmp_path / "grid" / FAST)
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert main(["train", "--resume", str(tmp_path / "grid")]) == 0
    assert [row["failure"] for row in table_of(tmp_path / "grid")] == ["", ""]
