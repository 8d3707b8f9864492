"""Scores of translations against references. All in per cent, higher is better."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF


@dataclass(frozen=True)
class Scores:
    """What a set of translations is worth."""

    exact_match: float  # per cent of sentences that equal their reference
    bleu: float
    chrf: float
    bleu_signature: str
    chrf_signature: str


def score(hypotheses: Sequence[str], references: Sequence[str]) -> Scores:
    """Score translations by exact match, BLEU and chrF (sacrebleu's, with their signatures)."""
    bleu = BLEU(tokenize=bleu_tokenizer(references), force=True)
    chrf = CHRF()
    right = sum(h == r for h, r in zip(hypotheses, references, strict=True))
    return Scores(
        exact_match=100.0 * right / len(references),
        bleu=bleu.corpus_score(hypotheses, [references]).score,
        chrf=chrf.corpus_score(hypotheses, [references]).score,
        bleu_signature=str(bleu.get_signature()),
        chrf_signature=str(chrf.get_signature()),
    )


_SCRIPTS = (  # sacrebleu's tokenizer for each script that does not put spaces between words
    ("zh", re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")),
    ("char", re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff]")),
)


def bleu_tokenizer(references: Sequence[str]) -> str:
    """Choose sacrebleu's tokenizer by the script of the references.

    The usual one, 13a, sees a Chinese sentence as a single word and gives 0.
    """
    sample = "".join(references[:200])
    counts = {name: len(pattern.findall(sample)) for name, pattern in _SCRIPTS}
    if counts["char"] > 0.1 * len(sample):
        return "char"  # Japanese kana, Thai, Lao, Khmer, Burmese
    return "zh" if counts["zh"] > 0.2 * len(sample) else "13a"
