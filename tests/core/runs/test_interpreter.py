from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from s2s_core.records import TranslationRecord
from s2s_core.runs.interpreter import LONGEST, interpret, joined
from s2s_core.runs.translator import Translator
from s2s_core.text.tokenizer import END, Tokenizer
from tests.helpers import decoding, tiny_config, tiny_run


@pytest.fixture
def translator(tmp_path: Path, prepared: Path) -> Translator:
    return tiny_run(tmp_path / "run", prepared).translator()


def told(
    translator: Translator, text: str, look: bool = True, **values: object
) -> TranslationRecord:
    (record,) = all_told(translator, {0: text}, look, **values)
    return record


def all_told(
    translator: Translator, lines: dict[int, str], look: bool = True, **values: object
) -> tuple[TranslationRecord, ...]:
    *searching, records = interpret(translator, lines, decoding(**values), look, request=9)
    assert set(searching) <= {()}
    return records


@pytest.mark.parametrize("search", ["greedy", "beam"])
def test_a_translation_comes_with_pieces_probabilities_and_attention(
    translator: Translator, search: str
) -> None:
    record = told(translator, "a b c", search=search, n_best=3)
    assert (record.request, record.step, record.source) == (9, 0, "a b c")
    assert record.source_pieces == ("▁a", "▁b", "▁c", "[end]")
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
    record = told(translator, " ".join("a" * 1000), length_limit=0.5)
    assert len(record.source_pieces) == LONGEST + 1
    assert record.left_out == 600
    assert told(replace(translator, longest=7), "a").longest == 7


def test_lines_side_by_side_are_translated_as_each_alone(translator: Translator) -> None:
    lines = {0: "a b c", 1: "", 3: "k l m n o", 7: "z"}
    for search in ("greedy", "beam"):
        together = all_told(translator, lines, search=search)
        assert [record.line for record in together] == [0, 1, 3, 7]
        for record in together:
            alone = told(translator, lines[record.line], search=search)
            assert record.source == lines[record.line]
            assert [h.text for h in record.hypotheses] == [h.text for h in alone.hypotheses]
            if record.hypotheses:
                expected = pytest.approx(alone.hypotheses[0].log_probability, abs=1e-4)
                assert record.hypotheses[0].log_probability == expected
                assert record.attention is not None


def test_words_know_their_first_pieces(translator: Translator) -> None:
    record = told(translator, "a b 猫")
    assert record.source_words == ("a", "b", "猫", "[end]")
    assert [record.source_pieces[start] for start in record.source_starts][:2] == ["▁a", "▁b"]
    assert record.source_starts[-1] == len(record.source_pieces) - 1
    best = record.hypotheses[0]
    assert len(best.probabilities) == len(best.pieces)
    assert len(best.starts) == len(best.words)
    ends = [*best.starts[1:], len(best.pieces) - best.ended]
    for (_, probability), start, end in zip(best.words, best.starts, ends, strict=True):
        assert probability == pytest.approx(math.prod(best.probabilities[start:end]))


class Spelled:
    """A tokenizer whose pieces are given; the token n is the n-th of them."""

    def __init__(self, *names: str) -> None:
        self.names = (*"????", *names)

    def pieces(self, ids: Sequence[int]) -> tuple[str, ...]:
        return tuple("[end]" if i == END else self.names[i] for i in ids)

    def decode(self, ids: Sequence[int]) -> str:
        names = [self.names[i] for i in ids if i != END]
        raw = [
            bytes([int(n[3:5], 16)]) if n.startswith("<0x") and n[-1] == ">" else n.encode()
            for n in names
        ]  # fmt: skip
        text = b"".join(raw).decode(errors="replace")
        return text.replace("▁", " ").removeprefix(" ")


def words_of(*names: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    tokenizer = cast(Tokenizer, Spelled(*names))
    words = joined(tokenizer, [*range(4, 4 + len(names)), END])
    return words.texts, words.starts


def test_pieces_are_joined_to_words_where_there_are_spaces() -> None:
    assert words_of("▁the", "▁ca", "ts") == (("the", "cats", "[end]"), (0, 1, 3))


def test_bytes_are_joined_to_the_character_they_spell() -> None:
    cat = [f"<0x{byte:02X}>" for byte in "猫犬".encode()]
    assert words_of("▁a", *cat, "b") == (("a", "猫", "犬", "b", "[end]"), (0, 1, 4, 7, 8))
    assert words_of("▁我", "们", "来") == (("我", "们", "来", "[end]"), (0, 1, 2, 3))


def test_text_that_looks_like_the_beginning_of_a_byte_is_text() -> None:
    assert words_of("▁我", "<0x", "<0xgh") == (("我", "<0x", "<0xgh", "[end]"), (0, 1, 2, 3))


def test_the_space_before_a_text_is_no_word_of_its_own() -> None:
    assert words_of("▁", "我", "们") == (("我", "们", "[end]"), (0, 2, 3))
    assert words_of("▁", "我", "▁", "cats") == (("我", "cats", "[end]"), (0, 2, 4))
    assert words_of("▁") == (("", "[end]"), (0, 1))


def test_translating_leaves_a_model_in_training(translator: Translator) -> None:
    translator.model.train()
    told(translator, "a b c")
    assert translator.model.training


def test_an_answer_says_whether_the_weights_are_an_average(tmp_path: Path, prepared: Path) -> None:
    config = tiny_config(regularisation={"ema_decay": 0.9})
    run = tiny_run(tmp_path / "run", prepared, config)
    for averaged in (False, True):  # before the first step there is nothing to average
        *_, answers = interpret(run.translator(), {0: "a b"}, decoding(), look=True)
        assert [answer.averaged for answer in answers] == [averaged]
        list(run.events())
