"""Translating a few sentences for a reader: with pieces, words, probabilities and attention."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from s2s_core.configs import DecodingConfig
from s2s_core.decoding.hypothesis import Hypothesis
from s2s_core.decoding.search import Look, look_at, translate
from s2s_core.records import HypothesisRecord, TranslationRecord
from s2s_core.runs.translator import Translator
from s2s_core.text.tokenizer import END, Tokenizer

SPACE = "▁"  # SentencePiece's mark at the beginning of a word
BYTE = re.compile(r"<0x([0-9A-F]{2})>")  # a piece; a corpus may have "<0x" in its text
SPELLED_SPACE = ("<0xE2>", "<0x96>", "<0x81>")
LONGEST = 400  # pieces; what a person types to look at, not a document
NOT_SEEN = Look((), None)


@dataclass(frozen=True)
class Words:
    """Pieces joined to words."""

    texts: tuple[str, ...]
    starts: tuple[int, ...]  # the place of each word's first piece
    has_spaces: bool  # between the words


def interpret(
    translator: Translator, lines: Mapping[int, str], config: DecodingConfig, look: bool,
    request: int = 0,
) -> Iterator[tuple[TranslationRecord, ...]]:  # fmt: skip
    """Translate lines side by side: yields nothing while it searches, last a record for each.

    `look` asks for the attention of each line's best hypothesis.
    """
    began = time.perf_counter()
    pieces = {line: translator.source.encode(text) for line, text in lines.items()}
    rows = [line for line in lines if pieces[line]]
    found: dict[int, tuple[Hypothesis, ...]] = {}
    if rows:
        for beam in translate(translator.model, [pieces[row][:LONGEST] for row in rows], config):
            found = dict(zip(rows, beam.hypotheses, strict=True))
            yield ()
    looks: dict[int, Look] = {}
    for row in rows:
        looks[row] = look_at(translator.model, pieces[row][:LONGEST], found[row][0], look)
        yield ()
    seconds = (time.perf_counter() - began) / len(lines)
    yield tuple(
        _record(translator, request, (line, text), pieces[line], found.get(line, ()),
                looks.get(line, NOT_SEEN), seconds)
        for line, text in lines.items()
    )  # fmt: skip


def _record(  # the parts of one answer
    translator: Translator, request: int, line: tuple[int, str], pieces: Sequence[int],
    found: Sequence[Hypothesis], look: Look, seconds: float,
) -> TranslationRecord:  # fmt: skip
    source = [*pieces[:LONGEST], END]
    words = joined(translator.source, source)
    return TranslationRecord(
        request=request,
        step=translator.step,
        averaged=translator.averaged,
        line=line[0],
        source=line[1],
        source_pieces=translator.source.pieces(source),
        source_words=words.texts,
        source_starts=words.starts,
        hypotheses=tuple(
            _shown(translator.target, hypothesis, () if rank else look.probabilities)
            for rank, hypothesis in enumerate(found)
        ),
        seconds=seconds,
        left_out=max(0, len(pieces) - LONGEST),
        longest=translator.longest,
        attention=look.attention,
    )


def _shown(
    tokenizer: Tokenizer, hypothesis: Hypothesis, probabilities: tuple[float, ...]
) -> HypothesisRecord:
    ended = [END] if hypothesis.ended else []
    words = joined(tokenizer, hypothesis.tokens)
    chances = _products(probabilities[: len(hypothesis.tokens)], words.starts)
    return HypothesisRecord(
        text=tokenizer.decode(hypothesis.tokens),
        pieces=tokenizer.pieces([*hypothesis.tokens, *ended]),
        log_probability=hypothesis.log_probability,
        penalty=hypothesis.penalty,
        score=hypothesis.score,
        ended=hypothesis.ended,
        probabilities=probabilities,
        words=tuple(zip(words.texts, chances, strict=False)),
        starts=words.starts,
        separator=" " if words.has_spaces else "",
    )


def joined(tokenizer: Tokenizer, tokens: Sequence[int]) -> Words:
    """Join pieces to words; the sign of the end is a word of its own.

    In a script without spaces each piece stands alone, but for bytes that spell one character.
    """
    names = tokenizer.pieces(tokens)
    has_spaces = any(_begins_word(names, place) for place in range(1, len(names)))
    begins = _begins_word if has_spaces else _begins_character
    starts = [
        place for place in range(len(names))
        if not place or tokens[place] == END or begins(names, place)
    ]  # fmt: skip
    ends = [*starts, len(tokens)][1:]
    texts = (
        names[start] if tokens[start] == END else tokenizer.decode(tokens[start:end])
        for start, end in zip(starts, ends, strict=True)
    )
    return Words(tuple(texts), tuple(starts), has_spaces)


def _begins_word(names: Sequence[str], place: int) -> bool:
    """Tell whether a piece begins with a space, perhaps one that is spelled in bytes."""
    return names[place].startswith(SPACE) or tuple(names[place : place + 3]) == SPELLED_SPACE


def _begins_character(names: Sequence[str], place: int) -> bool:
    """Tell whether a piece neither goes on with the bytes before it nor follows a mere space."""
    if names[place - 1] == SPACE:
        return False
    byte = BYTE.fullmatch(names[place])
    is_further = byte is not None and 0x80 <= int(byte[1], 16) < 0xC0
    return not (is_further and BYTE.fullmatch(names[place - 1]))


def _products(probabilities: Sequence[float], starts: Sequence[int]) -> list[float]:
    """Return the probability of each word: the product of its pieces'."""
    products: list[float] = []
    for place, probability in enumerate(probabilities):
        if place in starts:
            products.append(probability)
        else:
            products[-1] *= probability
    return products
