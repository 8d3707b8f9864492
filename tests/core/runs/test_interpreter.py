from __future__ import annotations

import math
from pathlib import Path

import pytest

from s2s_core.records import TranslationRecord
from s2s_core.runs.interpreter import LONGEST, interpret
from s2s_core.runs.run import Translator
from tests.helpers import decoding, tiny_run


@pytest.fixture
def translator(tmp_path: Path, prepared: Path) -> Translator:
    return tiny_run(tmp_path / "run", prepared).translator()


def told(
    translator: Translator, text: str, look: bool = True, **values: object
) -> TranslationRecord:
    *searching, record = interpret(translator, text, decoding(**values), look, request=9)
    assert set(searching) <= {None}
    assert isinstance(record, TranslationRecord)
    return record


@pytest.mark.parametrize("search", ["greedy", "beam"])
def test_a_translation_comes_with_pieces_probabilities_and_attention(
    translator: Translator, search: str
) -> None:
    record = told(translator, "a b c", search=search, n_best=3)
    assert (record.request, record.step, record.source) == (9, 0, "a b c")
    assert record.source_pieces == ("▁a", "▁b", "▁c", "‹end›")
    assert len(record.hypotheses) == (1 if search == "greedy" else 3)
    best = record.hypotheses[0]
    assert record.attention is not None
    assert record.attention.shape == (1, 1, len(best.pieces), 4)
    assert best.separator.join(word for word, _ in best.words).split() == best.text.split()
    if not best.ended:
        chance = math.prod(probability for _, probability in best.words)
        assert math.log(chance) == pytest.approx(best.log_probability, abs=1e-3)


def test_attention_is_made_only_when_asked_for(translator: Translator) -> None:
    assert told(translator, "a b c", look=False).attention is None


def test_nothing_is_translated_to_nothing(translator: Translator) -> None:
    record = told(translator, "")
    assert (record.hypotheses, record.attention) == ((), None)


def test_a_document_is_cut(translator: Translator) -> None:
    assert len(told(translator, "a " * 1000, length_limit=0.5).source_pieces) == LONGEST + 1


def test_translating_leaves_a_model_in_training(translator: Translator) -> None:
    translator.model.train()
    told(translator, "a b c")
    assert translator.model.training
