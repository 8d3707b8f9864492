"""Translating one text for a reader: hypotheses with pieces, probabilities and attention."""

from __future__ import annotations

import time
from collections.abc import Iterator

from s2s_core.configs import DecodingConfig
from s2s_core.decoding.hypothesis import Hypothesis
from s2s_core.decoding.search import look_at, translate
from s2s_core.records import HypothesisRecord, TranslationRecord
from s2s_core.runs.run import Translator
from s2s_core.text.tokenizer import END

SPACE = "▁"  # SentencePiece's mark at the beginning of a word
LONGEST = 400  # pieces; what a person types to look at, not a document


def interpret(
    translator: Translator, text: str, config: DecodingConfig, look: bool, request: int = 0
) -> Iterator[TranslationRecord | None]:
    """Translate a text: yields None while it searches, last the record.

    `look` asks for the attention of the best hypothesis.
    """
    spent = time.perf_counter()
    pieces = translator.source.encode(text)
    source = pieces[:LONGEST]
    found: tuple[Hypothesis, ...] = ()
    if source:
        for beam in translate(translator.model, [source], config):
            found = beam.hypotheses[0]
            yield None
    best = look_at(translator.model, source, found[0], look) if found else None
    yield TranslationRecord(
        request=request,
        step=translator.step,
        source=text,
        source_pieces=translator.source.pieces([*source, END]),
        hypotheses=tuple(
            _shown(translator, hypothesis, best.probabilities if best and not rank else ())
            for rank, hypothesis in enumerate(found)
        ),
        seconds=time.perf_counter() - spent,
        cut=len(pieces) > LONGEST,
        attention=best.attention if best else None,
    )


def _shown(
    translator: Translator, hypothesis: Hypothesis, probabilities: tuple[float, ...]
) -> HypothesisRecord:
    tokens = [*hypothesis.tokens, END] if hypothesis.ended else list(hypothesis.tokens)
    pieces = translator.target.pieces(tokens)
    has_spaces = any(piece.startswith(SPACE) for piece in pieces[1:])
    return HypothesisRecord(
        text=translator.target.decode(hypothesis.tokens),
        pieces=pieces,
        log_probability=hypothesis.log_probability,
        score=hypothesis.score,
        ended=hypothesis.ended,
        words=_words(translator, hypothesis.tokens, probabilities, has_spaces),
        separator=" " if has_spaces else "",
    )


def _words(
    translator: Translator, tokens: tuple[int, ...], probabilities: tuple[float, ...],
    has_spaces: bool,
) -> tuple[tuple[str, float], ...]:  # fmt: skip
    """Join pieces to words, whose probability is the product of their pieces'.

    In a script without spaces each piece stands alone, but for bytes that spell one character.
    """
    words: list[tuple[list[int], float]] = []
    for token, probability in zip(tokens, probabilities, strict=False):
        piece = translator.target.pieces([token])[0]
        goes_on = not piece.startswith(SPACE) if has_spaces else piece.startswith("<0x")
        if words and goes_on:
            last, so_far = words[-1]
            words[-1] = ([*last, token], so_far * probability)
        else:
            words.append(([token], probability))
    return tuple((translator.target.decode(ids), probability) for ids, probability in words)
