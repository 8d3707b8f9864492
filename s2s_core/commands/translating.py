"""The commands that use a run: translate, evaluate."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence

from s2s_core.commands.inspecting import files_config
from s2s_core.commands.telling import bar
from s2s_core.configs import DecodingConfig
from s2s_core.data.reading import names_of, pairs_of
from s2s_core.decoding.hypothesis import Hypothesis
from s2s_core.decoding.search import translate_all
from s2s_core.errors import BadFile
from s2s_core.experiment import merged
from s2s_core.runs.translator import Translator, load_translator
from s2s_core.training.metrics import score

LINES_OF_A_FILE = 512  # translated together


def translate(options: argparse.Namespace) -> int:
    """Translate each line of standard input; one line of output for each hypothesis."""
    translator = load_translator(options.run, options.device)
    config = _decoding(translator, options)
    for lines in _input_lines():
        found = translations(translator, lines, config)
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
    data = files_config(options.corpus)
    pairs = [pair for pair in pairs_of(data) if pair.source.strip() and pair.target.strip()]
    if not pairs:
        raise BadFile("{title} holds no pair with text on both sides", title=names_of(data).title)
    with bar("translating", len(pairs)) as advance:
        found = translations(translator, [p.source for p in pairs], config, advance)
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


def translations(
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
