from __future__ import annotations

import pytest
import sacrebleu

from s2s_core.training.metrics import bleu_tokenizer, score

ENGLISH = ["the cat sleeps on the mat .", "my dog is very small ."]
CHINESE = ["今天天气很好，我们去公园。", "我喜欢学习新的语言。"]


def test_exact_match_counts_whole_sentences() -> None:
    assert score(ENGLISH, ENGLISH).exact_match == 100
    assert score([ENGLISH[0], "my dog is very small"], ENGLISH).exact_match == 50
    assert score(["", ""], ENGLISH).exact_match == 0


def test_bleu_and_chrf_are_sacrebleus() -> None:
    hypotheses = ["the cat sleeps on a mat .", "my dog is small ."]
    found = score(hypotheses, ENGLISH)
    assert found.bleu == pytest.approx(sacrebleu.corpus_bleu(hypotheses, [ENGLISH]).score)
    assert found.chrf == pytest.approx(sacrebleu.corpus_chrf(hypotheses, [ENGLISH]).score)
    assert 10 < found.bleu < 90
    assert "tok:13a" in found.bleu_signature
    assert "version:" in found.chrf_signature


def test_chinese_is_scored_by_characters() -> None:
    hypotheses = ["今天天气不好，我们去公园。", CHINESE[1]]
    found = score(hypotheses, CHINESE)
    expected = sacrebleu.corpus_bleu(hypotheses, [CHINESE], tokenize="zh").score
    assert found.bleu == pytest.approx(expected)
    assert found.bleu > 50
    assert "tok:zh" in found.bleu_signature


@pytest.mark.parametrize(
    ("references", "tokenizer"),
    [
        (ENGLISH, "13a"),
        (["Ein schöner Tag.", "Привет, мир!"], "13a"),
        (["오늘은 날씨가 좋습니다."], "13a"),  # Korean puts spaces between words
        (CHINESE, "zh"),
        (["我用 Python 写程序。"], "zh"),
        (["The word 猫 means cat in Chinese."], "13a"),
        (["今日はいい天気ですね。", "私は猫が好きです。"], "char"),
        (["ฉันชอบเรียนภาษาใหม่"], "char"),
        ([""], "13a"),
    ],
)
def test_the_tokenizer_fits_the_script(references: list[str], tokenizer: str) -> None:
    assert bleu_tokenizer(references) == tokenizer


def test_nothing_at_all_scores_zero_without_a_warning() -> None:
    found = score(["", ""], ENGLISH)
    assert (found.bleu, found.chrf) == (0, 0)
