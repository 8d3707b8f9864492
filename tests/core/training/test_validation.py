from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from s2s_core.data.batch import Batches, make_batch
from s2s_core.data.corpus import HeldOut, load_tokenizers
from s2s_core.data.store import EncodedPairs
from s2s_core.decoding.search import translate_all
from s2s_core.models.encoder_decoder import EncoderDecoder, build_model
from s2s_core.records import ProgressRecord, SampleRecord, ValidationRecord
from s2s_core.text.tokenizer import END
from s2s_core.training.metrics import score
from s2s_core.training.validation import Validation
from tests.helpers import decoding, output_of, tiny_config, tiny_prepared


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("held-out")
    tiny_prepared(folder, tiny_config(data={"held_out_percent": 10}).data)
    return folder


@pytest.fixture
def validation(corpus: Path) -> Validation:
    batches = Batches(EncodedPairs.load(corpus / "encoded", "held_out"), 64, 0)
    return Validation(HeldOut.load(corpus), batches, load_tokenizers(corpus)[1])


@pytest.fixture
def model(corpus: Path) -> EncoderDecoder:
    source, target = load_tokenizers(corpus)
    return build_model(tiny_config(dropout=0.5).model, source.size, target.size, 1).train()


def last(validation: Validation, model: EncoderDecoder, sentences: int = 5) -> ValidationRecord:
    *_, record = validation.run(model, 7, decoding(), sentences)
    assert isinstance(record, ValidationRecord)
    return record


def test_the_loss_is_that_of_each_sentence_alone(
    corpus: Path, validation: Validation, model: EncoderDecoder
) -> None:
    record = last(validation, model)
    source, target = load_tokenizers(corpus)
    total, tokens = 0.0, 0
    model.eval()
    for pair in validation.held_out.pairs:
        written = target.encode(pair.target)
        batch = make_batch([source.encode(pair.source)], [written])
        with torch.no_grad():
            chances = model.score(batch).log_probabilities()[0]
        total -= sum(float(chances[at, piece]) for at, piece in enumerate([*written, END]))
        tokens += len(written) + 1
    assert len(validation.held_out.pairs) == 20
    assert record.loss == pytest.approx(total / tokens, rel=1e-5)
    assert record.perplexity == pytest.approx(math.exp(total / tokens), rel=1e-4)
    assert record.step == 7


def test_scores_are_those_of_the_first_sentences_translated(
    corpus: Path, validation: Validation, model: EncoderDecoder
) -> None:
    record = last(validation, model, sentences=5)
    source, target = load_tokenizers(corpus)
    pairs = validation.held_out.pairs[:5]
    found = dict(translate_all(model, [source.encode(p.source) for p in pairs], decoding()))
    texts = [target.decode(found[row][0].tokens) for row in range(5)]
    expected = score(texts, [pair.target for pair in pairs])
    assert (record.bleu, record.chrf) == (expected.bleu, expected.chrf)
    assert record.exact_match == expected.exact_match
    assert record.bleu_signature == expected.bleu_signature
    assert record.sentences == 5


def test_more_sentences_than_there_are_means_all(
    validation: Validation, model: EncoderDecoder
) -> None:
    assert last(validation, model, sentences=1000).sentences == 20


def test_samples_are_held_out_pairs_with_their_translations(
    validation: Validation, model: EncoderDecoder
) -> None:
    records = list(validation.run(model, 7, decoding(), 5))
    samples = [record for record in records if isinstance(record, SampleRecord)]
    assert [(s.source, s.reference) for s in samples] == validation.held_out.pairs[:3]
    assert {type(record) for record in records[:2]} == {ProgressRecord}


def test_a_model_in_training_goes_on_training(
    validation: Validation, model: EncoderDecoder
) -> None:
    before = torch.get_rng_state()
    for _ in validation.run(model, 7, decoding(), 5):
        assert model.training
    assert torch.equal(torch.get_rng_state(), before)


def test_an_enormous_loss_has_a_perplexity_all_the_same(
    validation: Validation, model: EncoderDecoder
) -> None:
    with torch.no_grad():
        output_of(model).weight.mul_(1e6)
        output_of(model).bias[END + 1] = 1e6
    record = last(validation, model, sentences=1)
    assert record.loss > 1000
    assert math.isfinite(record.perplexity)


def test_the_free_running_loss_is_only_taken_when_it_is_asked_for(
    validation: Validation, model: EncoderDecoder
) -> None:
    plain = last(validation, model)
    assert plain.free_running_loss is None
    before = torch.get_rng_state()
    *_, record = validation.run(model, 7, decoding(), 5, free_running=True)
    assert isinstance(record, ValidationRecord)
    assert (record.loss, record.bleu) == (plain.loss, plain.bleu)
    assert record.free_running_loss is not None
    assert record.free_running_loss != record.loss
    assert torch.equal(torch.get_rng_state(), before)
