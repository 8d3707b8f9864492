"""The command s2s, in this process: what it prints where, and how it ends."""

from __future__ import annotations

import io
import json
import re
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from s2s_core.cli import main
from s2s_core.commands.telling import _tell_prepared
from s2s_core.configs import RunConfig
from s2s_core.data.toy_tasks import TOY_TASKS
from s2s_core.experiment import all_knobs, merged, read_experiment, to_toml
from s2s_core.models.encoder_decoder import EncoderDecoder
from s2s_core.records import EndRecord, KnobRecord, PreparedRecord, StepRecord
from s2s_core.runs.journal import read_journal
from s2s_core.runs.run import Run
from s2s_core.runs.translator import load_translator
from s2s_core.training import objective
from tests import large
from tests.helpers import tiny_config, tiny_run
from tests.large import shrink_windows

Output = pytest.CaptureFixture[str]

SMALL = [
    f"--set={setting}"
    for setting in (
        "data.builtin_pairs=200", "data.tokenizer.kind=word", "training.batch_tokens=128",
        "training.validate_every=3", "training.validation_sentences=2",
        "model.encoder.hidden_size=8", "model.encoder.embedding_size=6",
        "model.decoder.hidden_size=8", "model.decoder.embedding_size=6",
    )
]  # fmt: skip
PAIRS = "".join(f"{a} {b}\t{b} {a}\n" for a in "abcdefgh" for b in "stuvwxyz")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Path:
    """A run that has ended; not to be changed."""
    run = tiny_run(tmp_path_factory.mktemp("runs") / "finished", prepared)
    list(run.events())
    return run.folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.tsv"
    path.write_text(PAIRS)
    return path


def losses(folder: Path) -> list[float]:
    records = read_journal(folder / "journal.jsonl")
    return [record.loss for record in records if isinstance(record, StepRecord)]


def says(monkeypatch: pytest.MonkeyPatch, text: str | bytes) -> None:
    """Give the command something to read."""
    content = text.encode() if isinstance(text, str) else text
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_training_prints_the_folder_and_nothing_else(tmp_path: Path, capsys: Output) -> None:
    out = tmp_path / "run"
    arguments = ["train", "--builtin", "reverse", *SMALL, "--steps", "4", "--device", "cpu"]
    assert main([*arguments, "--out", str(out)]) == 0
    printed = capsys.readouterr()
    assert printed.out == f"{out}\n"
    assert "196 pairs to train on, 4 held out" in printed.err
    assert "step 3: validation loss" in printed.err
    assert "done at step 4 (steps)" in printed.err
    assert len(losses(out)) == 4
    config = merged(RunConfig(), read_experiment(out / "experiment.toml"))
    assert (config.data.builtin, config.training.steps) == ("reverse", 4)
    assert config.training.device == "cpu"


def test_pairs_whose_source_is_held_out_are_told(capsys: Output) -> None:
    _tell_prepared(PreparedRecord("folder", 8, 1, 9, 9, 0, 0, False, kept_back=1))
    assert "not trained on: 1 whose source is held out" in capsys.readouterr().err


def test_later_options_win_over_earlier_files(tmp_path: Path, corpus: Path) -> None:
    experiment = tmp_path / "experiment.toml"
    theirs = tiny_config("lstm", "lstm", "dot", training={"seed": 5, "learning_rate": 0.5})
    experiment.write_text(to_toml(theirs))
    arguments = [
        str(experiment), "--preset", "transformer-tiny", "--corpus", str(corpus), *SMALL[1:5],
        "--set", "training.warmup_steps=7", "--steps", "1", "--out", str(tmp_path / "run"),
        "--set=model.encoder.hidden_size=8", "--set=model.decoder.hidden_size=8",
    ]  # fmt: skip
    assert main(["train", *arguments]) == 0
    config = merged(RunConfig(), read_experiment(tmp_path / "run" / "experiment.toml"))
    assert config.training.seed == 5  # from the file
    assert config.model.encoder.kind == "transformer"  # the preset
    assert config.training.learning_rate != 0.5
    assert config.data.train == (str(corpus),)
    assert (config.data.builtin, config.training.warmup_steps) == ("", 7)


def test_two_files_and_validation_files_are_a_corpus(tmp_path: Path, corpus: Path) -> None:
    sides = [tmp_path / "train.en", tmp_path / "train.fr"]
    for number, side in enumerate(sides):
        side.write_text("".join(f"{line.split(chr(9))[number]}\n" for line in PAIRS.splitlines()))
    files = [str(side) for side in sides]
    arguments = ["train", "--corpus", *files, "--validation", str(corpus), *SMALL[1:]]
    assert main([*arguments, "--steps", "1", "--out", str(tmp_path / "run")]) == 0
    assert len(Run.open(tmp_path / "run").scoring.validation.held_out.pairs) == 64


def test_the_clock_alone_can_end_training(tmp_path: Path) -> None:
    arguments = ["train", "--builtin", "reverse", *SMALL, "--out", str(tmp_path / "run")]
    assert main([*arguments, "--minutes", "0.00001"]) == 0
    records = list(read_journal(tmp_path / "run" / "journal.jsonl"))
    assert [r.reason for r in records if isinstance(r, EndRecord)] == ["minutes"]


def test_resuming_equals_never_stopping(tmp_path: Path, capsys: Output) -> None:
    arguments = ["train", "--builtin", "reverse", *SMALL, "--steps"]
    assert main([*arguments, "6", "--out", str(tmp_path / "whole")]) == 0
    assert main([*arguments, "2", "--out", str(tmp_path / "run")]) == 0
    assert main(["train", "--resume", str(tmp_path / "run"), "--steps", "6"]) == 0
    assert losses(tmp_path / "run") == losses(tmp_path / "whole")
    assert capsys.readouterr().out.endswith(f"{tmp_path / 'run'}\n")


def test_knobs_can_be_turned_on_resuming(tmp_path: Path, finished: Path) -> None:
    shutil.copytree(finished, tmp_path / "run")
    resume = ["train", "--resume", str(tmp_path / "run"), "--steps", "7"]
    assert main([*resume, "--set", "training.learning_rate=0.25", "--device", "cpu"]) == 0
    records = list(read_journal(tmp_path / "run" / "journal.jsonl"))
    last = [record for record in records if isinstance(record, StepRecord)][-1]
    assert (last.step, last.learning_rate) == (7, 0.25)
    assert any(isinstance(r, KnobRecord) and r.value == 0.25 for r in records)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_goes_on_as_if_never_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output, number: signal.Signals
) -> None:
    arguments = ["train", "--builtin", "reverse", *SMALL, "--steps", "5"]
    assert main([*arguments, "--out", str(tmp_path / "whole")]) == 0
    normal, calls = EncoderDecoder.score, []

    def interrupted(model: EncoderDecoder, batch: Any) -> Any:
        calls.append(batch)
        if len(calls) == 2:
            signal.raise_signal(number)  # in the middle of a step
        return normal(model, batch)

    with monkeypatch.context() as patch:
        patch.setattr(EncoderDecoder, "score", interrupted)
        assert main([*arguments, "--out", str(tmp_path / "run")]) == 130
    assert "saved at step" in capsys.readouterr().err
    assert main(["train", "--resume", str(tmp_path / "run")]) == 0
    assert losses(tmp_path / "run") == losses(tmp_path / "whole")


def test_training_that_fails_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    arguments = ["train", "--builtin", "reverse", *SMALL, "--set=training.optimizer=sgd"]
    arguments += ["--set=training.learning_rate=10", "--set=training.clip_norm=0"]

    def exploding(*given: Any, **more: Any) -> Any:
        loss, wanted = objective.losses(*given, **more)
        return loss * float("nan"), wanted * float("nan")

    monkeypatch.setattr("s2s_core.training.trainer.losses", exploding)
    assert main([*arguments, "--out", str(tmp_path / "run")]) == 1
    printed = capsys.readouterr()
    assert "s2s: the loss became nan at step 1, so the step was not taken" in printed.err
    assert printed.out == ""
    assert Run.open(tmp_path / "run").trainer.step == 0


def test_each_line_gives_one_line(
    finished: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    lines = ["a b c", "", "z y\u2028x", "猫 😀"]
    says(monkeypatch, "\r\n".join(lines) + "\r\n")
    assert main(["translate", str(finished), "--device", "cpu"]) == 0
    printed = capsys.readouterr()
    assert printed.out.count("\n") == 4
    assert printed.err == ""
    says(monkeypatch, "a b c")
    assert main(["translate", str(finished), "--device", "cpu"]) == 0
    assert capsys.readouterr().out == printed.out.split("\n")[0] + "\n"


def test_hypotheses_come_as_json(
    finished: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    says(monkeypatch, "a b c\nd\n")
    options = ["--json", "--n-best", "3", "--beam-size", "4"]
    assert main(["translate", str(finished), *options]) == 0
    values = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [value["source"] for value in values] == ["a b c", "d"]
    for value in values:
        assert len(value["hypotheses"]) == 3
        scores = [found["score"] for found in value["hypotheses"] if found["ended"]]
        assert scores == sorted(scores, reverse=True)
        assert value["hypotheses"][0].keys() >= {"text", "log_probability", "ended", "pieces"}


def test_several_hypotheses_come_on_as_many_lines(
    finished: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    says(monkeypatch, "a b c\nd\n")
    assert main(["translate", str(finished), "--search", "beam", "--n-best", "2"]) == 0
    assert capsys.readouterr().out.count("\n") == 4


def test_a_corpus_is_evaluated(finished: Path, corpus: Path, capsys: Output) -> None:
    assert main(["evaluate", str(finished), "--corpus", str(corpus)]) == 0
    text = capsys.readouterr().out
    assert re.search(r"^sentences    64", text)
    assert "exact match  " in text
    assert "BLEU  " in text
    assert "tok:13a" in text
    assert main(["evaluate", str(finished), "--corpus", str(corpus), "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["sentences"] == 64
    assert {"bleu", "chrf", "exact_match", "bleu_signature", "cut"} <= values.keys()


def test_a_corpus_is_inspected(corpus: Path, capsys: Output) -> None:
    corpus.write_text(PAIRS + "\tblank\na s\ts a\n")
    assert main(["inspect", str(corpus)]) == 0
    printed = capsys.readouterr()
    assert "pairs.tsv: 66 pairs, Source → Target" in printed.out
    assert "  a s\ts a\n" in printed.out
    assert "! 1 pair has a blank side and is left out. For example:  → blank" in printed.out
    assert "! 1 pair occurs more than once. For example: a s → s a" in printed.out
    assert printed.err == ""


def test_a_corpus_is_cured(corpus: Path, tmp_path: Path, capsys: Output) -> None:
    content = PAIRS + "\tblank\na s\ts a\n<b>i s</b>\ts &amp; i\n"
    corpus.write_text(content)
    out = tmp_path / "cleaned.tsv"
    assert main(["inspect", str(corpus), "--cure", "all", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "! 1 pair occurs more than once. For example: a s → s a" in printed
    assert "    cured by duplicates: only the first of each is kept" in printed
    assert "    cured by markup: tags are taken out" in printed
    assert "65 of 67 pairs are kept, 1 changed" in printed
    assert f"65 pairs written to {out}" in printed
    assert sorted(out.read_text().splitlines()) == sorted([*PAIRS.splitlines(), "i s\ts & i"])
    assert corpus.read_text() == content
    assert main(["inspect", str(out)]) == 0
    assert "cure" not in capsys.readouterr().out
    assert main(["inspect", str(corpus), "--cure", "markup, duplicates"]) == 0
    assert "    cured by duplicates" in capsys.readouterr().out


def test_cures_leave_the_files_alone(corpus: Path, capsys: Output) -> None:
    before = corpus.read_bytes()
    assert_refused(
        ["inspect", str(corpus), "--out", str(corpus)], "is a file of the corpus", capsys
    )
    assert corpus.read_bytes() == before
    assert_refused(
        ["inspect", str(corpus), "--cure", "magic"],
        "there is no cure 'magic'; there are all, cut, mojibake, ", capsys,
    )  # fmt: skip


def test_pairs_of_the_validation_files_are_found(
    corpus: Path, tmp_path: Path, capsys: Output
) -> None:
    held = tmp_path / "held.tsv"
    held.write_text(PAIRS.partition("\n")[0] + "\n")
    assert main(["inspect", str(corpus), "--validation", str(held)]) == 0
    assert "1 pair has a source that also stands in the validation" in capsys.readouterr().out


def test_built_in_corpora_are_listed(capsys: Output) -> None:
    assert main(["demo", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(TOY_TASKS)


def test_a_demo_can_be_made_harder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setattr("s2s_core.commands.demonstrating.RunConfig", lambda: tiny_config())
    harder = ["--set", "data.difficulty.length=9", "--set", "data.builtin_pairs=200"]
    assert main(["demo", "addition", *harder, "--out", str(tmp_path / "r")]) == 1
    said = capsys.readouterr().err
    assert "data.difficulty.length must be between 2 and 8 digits" in said
    assert not (tmp_path / "r").exists()
    harder[1] = "data.difficulty.length=5"
    assert main(["demo", "addition", *harder, "--steps", "1", "--out", str(tmp_path / "r")]) == 0
    corpus = (tmp_path / "r" / "experiment.toml").read_text(encoding="utf-8")
    assert "length = 5" in corpus


def test_a_demo_ends_with_translations_scores_and_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("s2s_core.commands.demonstrating.RunConfig", lambda: tiny_config())
    assert main(["demo", "reverse", "--steps", "2"]) == 0
    text = capsys.readouterr().out
    assert text.count(" → ") == 4
    assert "held-out sentences exactly right: " in text
    (folder,) = (tmp_path / "runs").iterdir()
    for name in ("curves.png", "attention.png"):
        assert (folder / name).read_bytes().startswith(b"\x89PNG")
        assert name in text


def test_all_keys_are_listed_with_range_and_meaning(capsys: Output) -> None:
    assert main(["train", "--set", "help"]) == 0
    text = capsys.readouterr().out
    for knob in all_knobs():
        assert re.search(rf"^{re.escape(knob.key)} = ", text, re.MULTILINE)
        assert knob.range in text
        assert knob.help in text
    assert text.count("training.learning_rate = ") == 1


@pytest.mark.parametrize("command", ["", "train", "translate", "evaluate", "demo", "inspect"])
def test_help_shows_every_option(command: str, capsys: Output) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*([command] if command else []), "--help"])
    assert ended.value.code == 0
    assert "usage: s2s" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["dream"], ["train", "--dream"], ["train", "--steps", "many"], ["translate"],
        ["evaluate", "run"], ["inspect"], ["train", "--device", "tpu"],
        ["translate", "run", "--search", "deep"], ["train", "--corpus"],
    ],
)  # fmt: skip
def test_a_wrong_command_line_ends_with_two(arguments: list[str], capsys: Output) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "usage: s2s" in printed.err


def missing(folder: Path) -> list[str]:
    return [str(folder / "missing.tsv")]


def directory(folder: Path) -> list[str]:
    return [str(folder)]


def empty(folder: Path) -> list[str]:
    (folder / "empty.tsv").touch()
    return [str(folder / "empty.tsv")]


def binary(folder: Path) -> list[str]:
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\r" + bytes(range(256)) * 8)
    return [str(folder / "picture.png")]


def one_sided(folder: Path) -> list[str]:
    (folder / "train.en").write_text("one sentence\nanother\n")
    return [str(folder / "train.en")]


def uneven(folder: Path) -> list[str]:
    (folder / "uneven.fr").write_text("une phrase\n")
    return [*one_sided(folder), str(folder / "uneven.fr")]


def blank(folder: Path) -> list[str]:
    (folder / "blank.tsv").write_text("\t\n \t \n")
    return [str(folder / "blank.tsv")]


def three(folder: Path) -> list[str]:
    return ["a", "b", "c"]


BAD_CORPORA: dict[Callable[[Path], list[str]], str] = {
    missing: "there is no file",
    directory: "holds no text files",
    empty: r"empty\.tsv is empty",
    binary: r"picture\.png is not a text file",
    one_sided: r"train\.en holds one sentence a line and no tabs",
    uneven: "2 .*1|1 .*2",
    blank: "no pair with text on both sides|blank",
    three: "one file with both sides, or two plain text files",
}


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def assert_refused(arguments: list[str], sentence: str, capsys: Output) -> None:
    assert main(arguments) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    last = printed.err.splitlines()[-1]
    assert last.startswith("s2s: ")
    assert re.search(sentence, last), last


@pytest.mark.parametrize("corpus_of", BAD_CORPORA)
def test_a_corpus_that_cannot_be_used_gets_a_sentence(
    tmp_path: Path, finished: Path, capsys: Output, corpus_of: Callable[[Path], list[str]]
) -> None:
    files, out = corpus_of(tmp_path), tmp_path / "run"
    for arguments in (
        ["inspect", *files],
        ["train", "--corpus", *files, "--out", str(out)],
        ["train", "--builtin", "", "--corpus", *files, "--out", str(out)],
        ["evaluate", str(finished), "--corpus", *files],
    ):
        assert_refused(arguments, BAD_CORPORA[corpus_of], capsys)
    assert files_in(out) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--set", "training.learning_rat=1"], "unknown key .*; did you mean learning_rate"),
        (["--set", "training.learning_rate=99"], "must be between 1e-06 and 10, not 99"),
        (["--set", "training.learning_rate"], r"a setting is written key\.path=value"),
        (["--set", "training.optimizer=magic"], "must be one of adam, .*sgd, .*, not 'magic'"),
        (["--preset", "huge"], "there is no preset 'huge'; there are "),
        (["--builtin", "latin"], "must be one of phrasebook, phrasebook_german, "),
        (["--builtin", "reverse", "--corpus", "x"], "name either --corpus or --builtin"),
        (["--steps", "-1"], "training.steps must be a whole number between 0 and"),
        (["missing.toml"], "missing.toml cannot be read: No such file"),
        (["--resume", "missing"], "missing does not exist"),
        (["--set", "data.tokenizer.kind=bpe", "--set", "data.tokenizer.vocabulary_size=8"],
         "no bpe vocabulary of 8 pieces can be learned"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_get_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output,
    arguments: list[str], sentence: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    smaller = [] if "--resume" in arguments or "--corpus" in arguments else SMALL[:1]
    assert_refused(["train", *smaller, *arguments], sentence, capsys)
    assert files_in(tmp_path) == []


def test_a_folder_that_cannot_be_written_gets_a_sentence(
    tmp_path: Path, corpus: Path, capsys: Output
) -> None:
    for out in (corpus, corpus / "run"):
        arguments = ["train", "--corpus", str(corpus), *SMALL, "--out", str(out)]
        assert_refused(arguments, "cannot be made: (Not a directory|File exists)", capsys)


def test_a_used_folder_gets_a_sentence(tmp_path: Path, finished: Path, capsys: Output) -> None:
    arguments = ["train", "--builtin", "reverse", *SMALL, "--out", str(finished)]
    assert_refused(arguments, "holds a run already; name another folder", capsys)
    assert len(losses(finished)) == 6


@pytest.mark.parametrize("command", ["translate", "evaluate", "train"])
@pytest.mark.parametrize("what", ["nothing", "file", "folder", "damaged"])
def test_what_is_not_a_run_gets_a_sentence(
    tmp_path: Path, finished: Path, corpus: Path, capsys: Output, command: str, what: str
) -> None:
    folder = tmp_path / what
    if what == "file":
        folder.write_text("no run")
    elif what == "folder":
        folder.mkdir()
    elif what == "damaged":
        shutil.copytree(finished, folder)
        for weights in folder.rglob("weights.safetensors"):
            weights.write_bytes(b"no weights")
    arguments = {
        "translate": ["translate", str(folder)],
        "evaluate": ["evaluate", str(folder), "--corpus", str(corpus)],
        "train": ["train", "--resume", str(folder)],
    }
    assert_refused(arguments[command], "does not exist|is not a run|does not fit the model", capsys)


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("training.batch_tokens=64", "cannot change during a run"),
        ("model.encoder.kind=lstm", "cannot change during a run"),
        ("training.clip_norm=-1", "must be between 0 and 1000, not -1"),
        ("training.clip_norm.more=1", "nothing below a setting"),
        ("training.magic=1", "unknown key training.magic"),
    ],
)
def test_a_resumed_run_refuses_what_cannot_change(
    tmp_path: Path, finished: Path, capsys: Output, setting: str, sentence: str
) -> None:
    shutil.copytree(finished, tmp_path / "run")
    assert_refused(["train", "--resume", str(tmp_path / "run"), "--set", setting], sentence, capsys)
    assert len(losses(tmp_path / "run")) == 6


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        (
            ["--steps", "6"],
            "has trained for 6 steps already, and --steps counts from its beginning",
        ),
        (
            ["--minutes", "0.00001"],
            r"has trained for [\d.e-]+ minutes already, and --minutes count",
        ),
    ],
)
def test_a_limit_that_is_behind_a_resumed_run_is_refused(
    tmp_path: Path, finished: Path, capsys: Output, limit: list[str], sentence: str
) -> None:
    shutil.copytree(finished, tmp_path / "run")
    assert_refused(["train", "--resume", str(tmp_path / "run"), *limit], sentence, capsys)
    assert main(["train", "--resume", str(tmp_path / "run"), "--steps", "7"]) == 0


def test_a_resumed_run_that_cannot_be_written_gets_a_sentence(
    tmp_path: Path, finished: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    shutil.copytree(finished, tmp_path / "run")
    (tmp_path / "run" / ".journal.jsonl.unfinished").mkdir()
    assert_refused(["train", "--resume", str(tmp_path / "run")], "cannot be written: ", capsys)


def test_input_that_is_not_text_gets_a_sentence(
    finished: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    says(monkeypatch, b"a b\n\xff\xfe\n")
    assert main(["translate", str(finished)]) == 1
    printed = capsys.readouterr()
    assert printed.out.count("\n") == 1
    assert printed.err == "s2s: line 2 of the input is not UTF-8\n"


def test_a_translation_uses_the_best_checkpoint(
    finished: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    from s2s_core.decoding.search import translate_all

    translator = load_translator(finished, "cpu")
    ids = translator.source.encode("a b c")
    ((_, hypotheses),) = translate_all(translator.model, [ids], translator.config.decoding)
    says(monkeypatch, "a b c\n")
    assert main(["translate", str(finished), "--device", "cpu"]) == 0
    assert capsys.readouterr().out == translator.target.decode(hypotheses[0].tokens) + "\n"


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "memory ran out: a lower"),
        (MemoryError(), "memory ran out: a lower"),
        (OSError(28, "No space left on device", "/full/file"), "/full/file: No space left"),
    ],
    ids=["torch", "python", "disk"],
)
def test_what_the_machine_lacks_becomes_a_sentence(
    error: Exception, says: str, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    def fail(_: object) -> int:
        raise error

    monkeypatch.setattr("s2s_core.commands.inspect", fail)
    assert main(["inspect", "any.tsv"]) == 1
    printed = capsys.readouterr()
    assert says in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""


def test_a_fault_of_our_own_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> int:
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr("s2s_core.commands.inspect", fail)
    with pytest.raises(RuntimeError, match="shapes"):
        main(["inspect", "any.tsv"])


def test_a_large_corpus_is_trained_on_while_it_is_read_and_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    shrink_windows(monkeypatch)
    config = large.data(tmp_path, large.lines())
    few = ["--set=training.batch_tokens=512", "--set=training.validate_every=1000"]
    arguments = ["train", "--corpus", *config.train, *SMALL, *few, "--steps"]
    assert main([*arguments, "30", "--out", str(tmp_path / "whole")]) == 0
    assert re.search(r"about 9\d\d pairs to train on", capsys.readouterr().err)
    run = Run.open(tmp_path / "whole")
    assert run.trainer.batches.position.epoch == 1
    assert run.supply.windows.is_whole
    assert main([*arguments, "2", "--out", str(tmp_path / "run")]) == 0
    assert len(Run.open(tmp_path / "run").supply.windows) == 1
    assert main(["train", "--resume", str(tmp_path / "run"), "--steps", "6"]) == 0
    assert not Run.open(tmp_path / "run").supply.windows.is_whole
    assert main(["train", "--resume", str(tmp_path / "run"), "--steps", "30"]) == 0
    assert losses(tmp_path / "run") == losses(tmp_path / "whole")


def test_a_bad_line_far_behind_is_told_and_training_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    shrink_windows(monkeypatch)
    rows = large.lines()
    rows[400] = large.BAD
    config = large.data(tmp_path, rows)
    arguments = ["train", "--corpus", *config.train, *SMALL, "--steps", "40"]
    assert main([*arguments, "--out", str(tmp_path / "run")]) == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "line 401 of pairs.tsv holds a zero byte" in told
    assert "The corpus was not read to its end: training goes on with the 3" in told
    assert Run.open(tmp_path / "run").trainer.step == 40
