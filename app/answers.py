"""What an answer to a translation says: its line, its two sides, and a note below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import exp, isfinite

from PySide6.QtCore import QCoreApplication

from app.run_titles import run_title
from app.widgets import numbers
from app.widgets.attention_view import Side
from app.widgets.pictures import captioned
from app.widgets.scripts import isolated, without_controls
from app.widgets.words import Line
from s2s_core.records import HypothesisRecord, TranslationRecord

MOST_UNKNOWN = 4  # words that are named
END = "[end]"
_BYTE = re.compile("<0x[0-9A-F]{2}>")


def text_of(record: TranslationRecord | None) -> str:
    """Return the best hypothesis."""
    return record.hypotheses[0].text if record and record.hypotheses else ""


def line_of(record: TranslationRecord | None, are_pieces: bool) -> Line:
    """Return the best hypothesis as words or as pieces, with the probability of each."""
    if record is None or not record.hypotheses:
        return Line()
    best = record.hypotheses[0]
    if not best.words:
        text = _tr("(empty: it ended at once)") if best.ended else _tr("(empty)")
        return Line(((text, 1.0),))
    if are_pieces:
        pieces = best.pieces[:-1] if best.ended else best.pieces
        return Line(tuple(zip(pieces, best.probabilities, strict=False)))
    return Line(best.words, best.separator)


def sides_of(record: TranslationRecord, best: HypothesisRecord) -> tuple[Side, Side]:
    """Return source and target as pieces and words, the ends included."""
    source = _side(record.source_pieces, record.source_words, record.source_starts)
    words, starts = tuple(word for word, _ in best.words), best.starts
    if best.ended:
        words, starts = (*words, END), (*starts, len(best.pieces) - 1)
    return source, _side(best.pieces, words, starts)


def _side(pieces: Sequence[str], words: Sequence[str], starts: Sequence[int]) -> Side:
    """Name bytes that spell no character as the vocabulary does: "<0xE4>"."""
    named = []
    for word, start, end in zip(words, starts, (*starts[1:], len(pieces)), strict=False):
        parts = pieces[start:end]
        is_broken = "\N{REPLACEMENT CHARACTER}" in word and any(map(_BYTE.fullmatch, parts))
        named.append("".join(parts).removeprefix("▁") if is_broken else word)
    return Side(tuple(pieces), tuple(named), tuple(starts))


def note_of(
    record: TranslationRecord, best: HypothesisRecord, unknown: Sequence[str] = (),
    other_side: str = "",
) -> list[str]:  # fmt: skip
    """Say how probable the translation is, and what of it is not as one would expect.

    unknown: words of the source that training never sees
    other_side: what the target side is called, if it is there that the source's letters occur
    """
    probability = numbers.probability(exp(best.log_probability))
    parts = [_tr("probability {value}").format(value=probability)]
    if record.left_out:
        shown = len(record.source_pieces) - 1
        template = _tr("only the first {shown} of {all} pieces are translated")
        everything = numbers.count(shown + record.left_out)
        parts.append(template.format(shown=numbers.count(shown), all=everything))
    elif 0 < record.longest < len(record.source_pieces) - 1:
        template = _tr("longer than any trained on ({longest:piece|pieces} at most)")
        parts.append(template.format(longest=numbers.count(record.longest)))
    if is_spelled(record) and other_side:
        parts.append(
            _tr("its letters occur on the target side only ({name})").format(name=other_side)
        )
    elif is_spelled(record):
        parts.append(_tr("none of its letters occurs in the corpus"))
    elif unknown:
        words = ", ".join(unknown[:MOST_UNKNOWN])
        more = ", …" if len(unknown) > MOST_UNKNOWN else ""
        parts.append(_tr("not in this corpus: {words}").format(words=words + more))
    if not best.ended and isfinite(best.log_probability):  # or there was no number to go on with
        text = _tr("stopped at the limit of {limit:piece|pieces}")
        parts.append(text.format(limit=numbers.count(len(best.pieces))))
    return parts


def is_spelled(record: TranslationRecord) -> bool:
    """Whether the model has no piece for anything in a sentence, but for bytes and spaces."""
    pieces = [piece for piece in record.source_pieces[:-1] if piece != "▁"]
    return bool(pieces) and all(_BYTE.fullmatch(piece) for piece in pieces)


def why_alone(hypotheses: int, search: str) -> str:
    """Say what shows more hypotheses, where the search follows one only."""
    if hypotheses > 1 or search == "beam":
        return ""
    return _tr("This search follows one hypothesis only. Choose Beam above to see others.")


def caption_of(record: TranslationRecord, folder: str) -> str:
    """Return of what a picture is: the sentence, and the weights by their step and run."""
    step = _tr("step {step}").format(step=numbers.count(record.step))
    sentence = isolated(without_controls(record.source))  # no font has them, no SVG may
    return captioned(sentence, step, run_title(folder))


def _tr(text: str) -> str:
    return QCoreApplication.translate("answers", text)
