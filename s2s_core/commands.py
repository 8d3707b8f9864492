"""What the commands of s2s do."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from s2s_core.configs import DataConfig, DecodingConfig, DifficultyConfig, RunConfig
from s2s_core.counts import count
from s2s_core.data.builtin.difficulty import Span
from s2s_core.data.cleaned import write_pairs
from s2s_core.data.preparing import prepare
from s2s_core.data.readers import held_out_in
from s2s_core.data.reading import examined, names_of, pairs_of
from s2s_core.data.toy_tasks import TOY_TASKS
from s2s_core.decoding.hypothesis import Hypothesis
from s2s_core.decoding.search import look_at, translate_all
from s2s_core.errors import BadConfig, BadFile
from s2s_core.experiment import merged, parse_setting, read_experiment
from s2s_core.models.device import choose_device
from s2s_core.presets import read_preset
from s2s_core.records import (
    CorpusRecord,
    EndRecord,
    FailureRecord,
    NoteRecord,
    PreparedRecord,
    ProgressRecord,
    Record,
    SampleRecord,
    SmallerRecord,
    StepRecord,
    ValidationRecord,
)
from s2s_core.run_folders import new_run_folder
from s2s_core.runs.catalog import check
from s2s_core.runs.folder import make_folder, remove_data
from s2s_core.runs.journal import read_journal
from s2s_core.runs.pictures import save_attention, save_curves
from s2s_core.runs.run import Run
from s2s_core.runs.shrink import shrink as shrink_run
from s2s_core.runs.translator import Translator, load_translator
from s2s_core.text.tokenizer import END
from s2s_core.training.metrics import score

console = Console(stderr=True, highlight=False)
LINES_OF_A_FILE = 512  # translated together


def train(options: argparse.Namespace) -> int:
    """Train until the limits are reached or Ctrl+C is pressed; both save."""
    if options.resume:
        others = ("experiment", "preset", "corpus", "builtin", "validation", "out")
        if given := [name for name in others if getattr(options, name)]:
            raise BadConfig(
                "--resume goes on with the run as it is; {given} is for a new one",
                given=" and ".join(given),
            )
        run = _resumed(options)
    else:
        config = _config(options)
        run = _new_run(config, options.out or new_run_folder(Path("runs"), config))
    status = _follow(run)
    print(run.folder)
    return status


def demo(options: argparse.Namespace) -> int:
    """Train a built-in corpus and end with translations, scores and two pictures."""
    if options.list:
        for name, task in TOY_TASKS.items():
            spans = [f"{k} {s}" for k, s in task.difficulty.items() if isinstance(s, Span)]
            print(f"{name:20} {task.title}. {TOY_TASKS.help(name)} Difficulty: {', '.join(spans)}.")
        return 0
    changes: dict[str, Any] = {"data": {"builtin": options.name}}
    changes["training"] = {"steps": options.steps or 800, "validate_every": 100}
    config = merged(RunConfig(), changes, *map(parse_setting, options.settings))
    check(config)
    run = _new_run(config, options.out or new_run_folder(Path("runs"), config))
    status = _follow(run)
    if run.trainer.step:
        _show_off(run, TOY_TASKS[options.name].example)
    return status


def translate(options: argparse.Namespace) -> int:
    """Translate each line of standard input; one line of output for each hypothesis."""
    translator = load_translator(options.run, options.device)
    config = _decoding(translator, options)
    for lines in _input_lines():
        found = _translations(translator, lines, config)
        for line, hypotheses in zip(lines, found, strict=True):
            if options.json:
                values = _as_json(translator, line, hypotheses)
                print(json.dumps(values, ensure_ascii=False), flush=True)
                continue
            texts = [translator.target.decode(hypothesis.tokens) for hypothesis in hypotheses]
            print("\n".join(texts), flush=True)  # a blank line for a blank line
    return 0


def evaluate(options: argparse.Namespace) -> int:
    """Translate a corpus and compare with its targets: exact match, BLEU, chrF."""
    translator = load_translator(options.run, options.device)
    config = _decoding(translator, options)
    data = _files_config(options.corpus)
    pairs = [pair for pair in pairs_of(data) if pair.source.strip() and pair.target.strip()]
    if not pairs:
        raise BadFile("{title} holds no pair with text on both sides", title=names_of(data).title)
    with _bar("translating", len(pairs)) as advance:
        found = _translations(translator, [p.source for p in pairs], config, advance)
    texts = [translator.target.decode(best[0].tokens) for best in found]
    scores = score(texts, [pair.target for pair in pairs])
    cut = sum(not best[0].ended for best in found)
    if options.json:
        print(json.dumps({**vars(scores), "sentences": len(pairs), "cut": cut}))
        return 0
    print(
        f"sentences    {len(pairs):,}" + (f" ({cut:,} cut, as they would not end)" if cut else "")
    )
    print(f"exact match  {scores.exact_match:.1f} %")
    print(f"BLEU         {scores.bleu:.1f}   {scores.bleu_signature}")
    print(f"chrF         {scores.chrf:.1f}   {scores.chrf_signature}")
    return 0


def shrink(options: argparse.Namespace) -> int:
    """Write a smaller copy of a run; print both side by side."""
    device = options.device
    records = shrink_run(options.run, options.out, options.prune, int8=options.int8, device=device)
    *_, found = records
    assert isinstance(found, SmallerRecord)
    if options.json:
        print(json.dumps(vars(found)))
        return 0
    rows = (
        ("weights on disk", "disk_bytes", 1e-6, " MB"),
        ("weights in memory", "memory_bytes", 1e-6, " MB"),
        ("sentences a second", "sentences_per_second", 1, ""),
        ("exact match", "exact_match", 1, " %"), ("BLEU", "bleu", 1, ""), ("chrF", "chrf", 1, ""),
    )  # fmt: skip
    print(f"{'':20}{'before':>12}{'after':>12}")
    for title, name, scale, unit in rows:
        before, after = (f"{scale * m[name]:,.2f}{unit}" for m in (found.before, found.after))
        print(f"{title:20}{before:>12}{after:>12}")
    print(found.folder)
    return 0


def inspect(options: argparse.Namespace) -> int:
    """Print counts, a preview and what is odd about a corpus; write what the cures leave."""
    data = _files_config(options.files, options.validation, options.cure)
    found, pairs = examined(data)
    if options.out:
        _refuse_to_overwrite(options.out, data)
        written = write_pairs(pairs, options.out)
    else:
        deque(pairs, 0)
    _print_corpus(found.record(names_of(data)))
    if options.out:
        print(f"{count(written.pairs):pair|pairs} written to {options.out}")
        if written.changed:
            print(f"  in {written.changed:,} of them tabs or line breaks became spaces")
    return 0


def _refuse_to_overwrite(out: Path, data: DataConfig) -> None:
    if out.exists() and any(out.samefile(file) for file in (*data.train, *data.validation)):
        raise BadConfig("{out} is a file of the corpus, which stays as it is", out=out)


def _print_corpus(record: CorpusRecord) -> None:
    sides = f"{record.source_name} → {record.target_name}"
    print(f"{record.title}: {count(record.pairs):pair|pairs}, {sides}")
    units = ["words" if is_spaced else "characters" for is_spaced in record.spaced]
    first = f"{record.source_words:.1f}" + ("" if len(set(units)) == 1 else f" {units[0]}")
    print(f"{first} and {record.target_words:.1f} {units[1]} a sentence, on average")
    for source, target in record.preview[:5]:
        print(f"  {source}\t{target}")
    for finding in record.findings:
        has_text = finding.example.strip(" →")
        example = f". For example: {finding.example}" if has_text else ""
        print(f"! {finding.sentence}{example}")
        if finding.cure:
            done = "cured by" if finding.cured else "cure"
            print(f"    {done} {finding.name}: {finding.cure}")
    if 0 < record.kept < record.pairs or record.changed:
        kept = f"{record.kept:,} of {count(record.pairs):pair is|pairs are} kept"
        print(f"{kept}, {record.changed:,} changed")


def _config(options: argparse.Namespace) -> RunConfig:
    """Lay the options over each other: file, preset, corpus, settings, limits."""
    if options.corpus and options.builtin:
        raise BadConfig("name either --corpus or --builtin, and not both")
    changes: list[Mapping[str, Any]] = []
    if options.experiment:
        changes.append(read_experiment(options.experiment))
    if options.preset:
        changes.append(read_preset(options.preset))
    if options.corpus:
        changes.append({"data": {"builtin": "", "train": options.corpus}})
        if found := held_out_in(tuple(options.corpus)):  # in a folder
            changes.append({"data": {"validation": list(found)}})
    if options.builtin:
        as_it_is = {"difficulty": DifficultyConfig().model_dump()}  # another's would not fit
        changes.append({"data": {"builtin": options.builtin, "train": [], **as_it_is}})
    if options.validation:
        changes.append({"data": {"validation": options.validation}})
    changes += [parse_setting(setting) for setting in options.settings]
    config = merged(RunConfig(), *changes, {"training": _limits(options)})
    check(config)
    return config


def _limits(options: argparse.Namespace) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    if options.minutes is not None:
        limits = {"minutes": options.minutes, "steps": 0}  # the clock alone, unless steps are named
    if options.steps is not None:
        limits["steps"] = options.steps
    if options.device:
        limits["device"] = options.device
    return limits


def _resumed(options: argparse.Namespace) -> Run:
    """Open a run to go on; live knobs may be turned on the way."""
    run = Run.open(options.resume, options.device or "")
    if not run.supply.windows.is_whole:
        run.supply.encoding = _rest_of_corpus(run)
    for setting in options.settings:
        key, _, _ = setting.partition("=")
        value: Any = parse_setting(setting)
        for part in key.strip().split("."):
            value = value[part]
        run.change(key.strip(), value)
    for name, value in _limits(options).items():
        if name != "device":
            run.change(f"training.{name}", value)
    return run


def _new_run(config: RunConfig, folder: Path) -> Run:
    """Prepare the corpus and begin a run; what can be refused at once is."""
    choose_device(config.training.device)
    make_folder(folder)
    try:
        run = _prepared_run(config, folder)
    except BaseException:
        with suppress(OSError):  # something was written already
            folder.rmdir()
        raise
    model = run.trainer.model
    learned = f"{model.learned_count:,} of " if model.learned_count < model.parameter_count else ""
    text = f"{learned}{model.parameter_count:,} parameters, on {model.device}; kept in {folder}"
    console.print(text, markup=False)
    for record in run.started:
        console.print(record.sentence, markup=False)
    return run


def _prepared_run(config: RunConfig, folder: Path) -> Run:
    """Prepare a corpus in the folder of its run, a large one as far as is needed to begin."""
    encoding = prepare(config.data, folder)
    try:
        for record in encoding:
            _tell_progress(record)
            if isinstance(record, PreparedRecord):
                break
        run = Run.create(folder, config, folder)
    except BaseException:
        encoding.close()
        remove_data(folder)
        raise
    run.supply.encoding = encoding
    return run


def _rest_of_corpus(run: Run) -> Generator[Record, None, None]:
    """Encode a corpus again of which a run has only the first windows; it takes the others."""
    with tempfile.TemporaryDirectory(prefix="s2s-") as folder:
        for record in prepare(run.began, Path(folder)):
            if isinstance(record, PreparedRecord) and not run.supply.windows.follow(Path(folder)):
                return
            yield record


def _tell_progress(record: Record) -> None:
    if isinstance(record, ProgressRecord) and record.total == 0:
        pace = f"({record.per_second:,.0f} pairs a second)" if record.per_second else ""
        console.print(f"{record.what} {record.done or ''} {pace}", style="dim")
    if isinstance(record, PreparedRecord):
        _tell_prepared(record)


def _tell_prepared(record: PreparedRecord) -> None:
    about = "" if record.is_whole else "about "
    console.print(
        f"{about}{count(record.train_pairs):pair|pairs} to train on, "
        f"{record.held_out_pairs:,} held out; "
        f"vocabularies of {record.source_vocabulary:,} and {record.target_vocabulary:,} pieces"
    )
    if record.blank or record.too_long:
        console.print(f"left out: {record.blank:,} with a blank side, {record.too_long:,} too long")
    if record.kept_back:
        console.print(f"not trained on: {record.kept_back:,} whose source is held out")
    if record.vocabulary_lowered:
        console.print("the corpus is too small for the vocabulary asked for; it was lowered")
    if record.vocabulary_pairs:
        where = f"the first {record.beginning:,}" if record.beginning else "all over the corpus"
        console.print(f"sample: {count(record.vocabulary_pairs):pair|pairs} from {where}")


def _follow(run: Run) -> int:
    """Drive a run to its end with a line of progress; Ctrl+C and a polite kill save and stop."""
    events = run.events()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    try:
        with _noted_signals() as asked, Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("training", total=run.config.training.steps or None)
            for record in events:
                if isinstance(record, StepRecord):
                    bar.update(task, description=_step_in_words(record), completed=record.step)
                else:
                    _tell(record)
                if asked:
                    return 130
    except KeyboardInterrupt:
        return 130
    finally:
        events.close()
        if run.supply.encoding:
            run.supply.encoding.close()
        if run.keeper.unsaved:
            _tell(run.keeper.unsaved)
        elif run.trainer.step:
            console.print(f"saved at step {run.trainer.step:,} in {run.folder}", markup=False)
    return 0


@contextmanager
def _noted_signals() -> Iterator[list[int]]:
    """Note Ctrl+C and a polite kill, to stop between two steps; the second time stop at once.

    A step that was cut in half could not be gone on with as if it had never stopped.
    """
    asked: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _step_in_words(record: StepRecord) -> str:
    return (
        f"step {record.step:,}  epoch {record.epoch:.1f}  loss {record.loss:.3f}  "
        f"{record.tokens_per_second:,.0f} tokens/s"
    )


def _free(record: ValidationRecord) -> str:
    free = record.free_running_loss
    return "" if free is None else f" ({free:.3f} free-running)"


def _tell(record: Record) -> None:
    match record:
        case ValidationRecord():
            console.print(
                f"step {record.step:,}: validation loss {record.loss:.3f}{_free(record)}, "
                "exact match "
                f"{record.exact_match:.1f} %, BLEU {record.bleu:.1f}, chrF {record.chrf:.1f}"
            )
        case SampleRecord():
            text = f"  {record.source} → {record.hypothesis}"
            console.print(text, style="dim", markup=False)
        case NoteRecord():
            console.print(record.sentence, markup=False)
        case FailureRecord():
            console.print(f"s2s: {record.sentence}", markup=False)
        case EndRecord():
            console.print(f"done at step {record.step:,} ({record.reason})")


def _show_off(run: Run, example: str) -> None:
    """Print translations and draw the two pictures of a demo."""
    translator = load_translator(run.folder, run.config.training.device)
    held_out = run.scoring.validation.held_out.pairs[:5]
    found = _translations(translator, [pair.source for pair in held_out], run.config.decoding)
    for pair, best in zip(held_out, found, strict=True):
        text = translator.target.decode(best[0].tokens)
        mark = "✓" if text == pair.target else f"✗ should be: {pair.target}"
        print(f"{pair.source} → {text} {mark}")
    records = list(read_journal(run.keeper.journal.path))
    scores = [record for record in records if isinstance(record, ValidationRecord)]
    if scores:
        best_score = max(scores, key=lambda record: record.exact_match)
        print(
            f"held-out sentences exactly right: {best_score.exact_match:.1f} %, BLEU "
            f"{best_score.bleu:.1f}, chrF {best_score.chrf:.1f} (step {best_score.step:,})"
        )
    curves, attention = run.folder / "curves.png", run.folder / "attention.png"
    save_curves(records, curves)
    source = translator.source.encode(example)
    hypothesis = _translations(translator, [example], run.config.decoding)[0][0]
    look = look_at(translator.model, source, hypothesis)
    if look.attention is not None:
        end = translator.source.pieces([*source, END])
        target = translator.target.pieces([*hypothesis.tokens, END][: look.attention.shape[2]])
        save_attention(look.attention.mean((0, 1)), end, target, attention)
        print(f"pictures: {curves} {attention}")


def _translations(
    translator: Translator,
    lines: Sequence[str],
    config: DecodingConfig,
    advance: Callable[[], None] | None = None,
) -> list[tuple[Hypothesis, ...]]:
    """Translate lines in batches; in their order, nothing for a blank one."""
    rows = [row for row, line in enumerate(lines) if line.strip()]
    sources = [translator.source.encode(lines[row]) for row in rows]
    found: list[tuple[Hypothesis, ...]] = [()] * len(lines)
    for row, hypotheses in translate_all(translator.model, sources, config):
        found[rows[row]] = hypotheses
        if advance:
            advance()
    return found


def _decoding(translator: Translator, options: argparse.Namespace) -> DecodingConfig:
    """Return the run's way of decoding with the options laid over it, checked."""
    changes = {
        name: value
        for name in ("search", "beam_size", "n_best")
        if (value := getattr(options, name, None)) is not None
    }
    if changes.get("n_best", 1) > 1:
        changes.setdefault("search", "beam")
    return merged(translator.config, {"decoding": changes}).decoding


def _as_json(
    translator: Translator, line: str, hypotheses: Sequence[Hypothesis]
) -> dict[str, object]:
    return {
        "source": line,
        "hypotheses": [
            {
                "text": translator.target.decode(h.tokens), "score": h.score,
                "log_probability": h.log_probability, "ended": h.ended,
                "pieces": translator.target.pieces(h.tokens),
            }
            for h in hypotheses
        ],
    }  # fmt: skip


def _input_lines() -> Iterator[list[str]]:
    """Yield lines of standard input: one by one as they are typed or piped, a file in batches."""
    is_file = sys.stdin.seekable()
    waiting: list[str] = []
    for number, raw in enumerate(sys.stdin.buffer, 1):
        try:
            waiting.append(raw.decode("utf-8").removesuffix("\n").removesuffix("\r"))
        except UnicodeDecodeError:
            yield waiting
            raise BadFile("line {line} of the input is not UTF-8", line=number) from None
        if not is_file or len(waiting) == LINES_OF_A_FILE:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _files_config(
    files: Sequence[str], validation: Sequence[str] = (), cures: str = ""
) -> DataConfig:
    names = [name.strip() for name in cures.split(",") if name.strip()]
    data = {"builtin": "", "train": list(files), "validation": list(validation), "cures": names}
    return merged(RunConfig(), {"data": data}).data


@contextmanager
def _bar(what: str, total: int) -> Iterator[Callable[[], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)
