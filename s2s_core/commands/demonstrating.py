"""The command that shows all of it with a built-in corpus."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from s2s_core.commands.following import follow, new_run
from s2s_core.commands.translating import translations
from s2s_core.configs import RunConfig
from s2s_core.data.builtin.difficulty import Span
from s2s_core.data.toy_tasks import TOY_TASKS
from s2s_core.decoding.search import look_at
from s2s_core.experiment import merged, parse_setting
from s2s_core.records import ValidationRecord
from s2s_core.run_folders import new_run_folder
from s2s_core.runs.catalog import check
from s2s_core.runs.journal import read_journal
from s2s_core.runs.pictures import save_attention, save_curves
from s2s_core.runs.run import Run
from s2s_core.runs.translator import load_translator
from s2s_core.text.tokenizer import END


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
    run = new_run(config, options.out or new_run_folder(Path("runs"), config))
    status = follow(run)
    if run.trainer.step:
        _show_off(run, TOY_TASKS[options.name].example)
    return status


def _show_off(run: Run, example: str) -> None:
    """Print translations and draw the two pictures of a demo."""
    translator = load_translator(run.folder, run.config.training.device)
    held_out = run.scoring.validation.held_out.pairs[:5]
    found = translations(translator, [pair.source for pair in held_out], run.config.decoding)
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
    hypothesis = translations(translator, [example], run.config.decoding)[0][0]
    look = look_at(translator.model, source, hypothesis)
    if look.attention is not None:
        end = translator.source.pieces([*source, END])
        target = translator.target.pieces([*hypothesis.tokens, END][: look.attention.shape[2]])
        save_attention(look.attention.mean((0, 1)), end, target, attention)
        print(f"pictures: {curves} {attention}")
