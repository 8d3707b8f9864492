"""Every search with every decoder: what a search finds is what the model thinks."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import pytest
import torch

from s2s_core.data.batch import make_batch, pad_sources
from s2s_core.decoding.beam import beam_search
from s2s_core.decoding.hypothesis import Hypothesis, length_penalty
from s2s_core.decoding.search import SEARCHES, length_limit, look_at, translate, translate_all
from s2s_core.models.encoder_decoder import EncoderDecoder
from s2s_core.text.tokenizer import BEGIN, END, PADDING, UNKNOWN
from tests.helpers import (
    ARCHITECTURES,
    decoding,
    opened,
    output_of,
    tiny_batch,
    tiny_model,
    tiny_sentences,
)

each_architecture = pytest.mark.parametrize("name", ARCHITECTURES)
each_search = pytest.mark.parametrize("search", SEARCHES)


# Seed, gain of the weights and bias of the end, so that translations differ and some end.
LIVELY = {
    "gru-additive": (1, 2.0, 0.5),
    "lstm-dot": (1, 3.0, 0.5),
    "rnn-none": (4, 2.0, 1.5),
    "gru-general": (1, 2.0, 0.5),
    "convolutional": (1, 1.5, 0.5),
    "transformer": (1, 2.0, 0.5),
}


def lively(name: str) -> EncoderDecoder:
    """Return a model whose translations differ, and end now and then."""
    seed, gain, end = LIVELY[name]
    model = tiny_model(*ARCHITECTURES[name], seed=seed)
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(gain)
        output_of(model).bias[END] = end
    return model


def recomputed(model: EncoderDecoder, source: list[int], found: Hypothesis) -> float:
    """Return the log-probability of a hypothesis, read all at once."""
    written = [*found.tokens, END] if found.ended else list(found.tokens)
    ids, mask = pad_sources([source])
    with torch.no_grad():
        output = model.decoder(model.encode(ids, mask), opened(written[:-1]))
    chances = output.log_probabilities()[0]
    return sum(float(chances[place, piece]) for place, piece in enumerate(written))


def all_found(
    model: EncoderDecoder, sources: list[list[int]], batch_size: int = 64, **values: Any
) -> list[tuple[Hypothesis, ...]]:
    found = dict(translate_all(model, sources, decoding(**values), batch_size))
    return [found[row] for row in range(len(sources))]


@each_architecture
def test_a_huge_beam_equals_trying_every_sequence(name: str) -> None:
    model, limit, pieces = lively(name), 3, (4, 5, 6, 7)
    with torch.no_grad():  # of the eight pieces only four are ever written
        output_of(model).bias[8:] = -math.inf
    source = [4, 9, 7]
    ids, mask = pad_sources([source])
    every = [list(made) for length in range(limit) for made in product(pieces, repeat=length)]
    targets = make_batch([source] * len(every), every)
    with torch.no_grad():
        memory = model.encode(ids, mask)
        chances = model.score(targets).log_probabilities()
    picked = chances.gather(2, targets.target_output.unsqueeze(2)).squeeze(2)
    totals = picked.masked_fill(~targets.target_mask, 0.0).sum(1).tolist()
    for alpha in (0.0, 1.0, 3.0):
        config = decoding(search="beam", beam_size=100, n_best=100, length_penalty=alpha)
        with torch.no_grad():
            *_, last = beam_search(model.decoder, memory, [limit], config)
        ended = [found for found in last.hypotheses[0] if found.ended]
        scored = sorted(
            (total / length_penalty(len(written) + 1, alpha), tuple(written))
            for total, written in zip(totals, every, strict=True)
        )[::-1]
        assert len(ended) == 1 + 4 + 16
        assert [found.tokens for found in ended] == [written for _, written in scored]
        assert [found.score for found in ended] == pytest.approx([s for s, _ in scored], abs=1e-4)


@each_architecture
def test_a_width_of_one_equals_greedy(name: str) -> None:
    model, sources = lively(name), tiny_sentences(12)
    greedy = all_found(model, sources, search="greedy")
    narrow = all_found(model, sources, search="beam", beam_size=1)
    for one, other in zip(greedy, narrow, strict=True):
        assert (one[0].tokens, one[0].ended) == (other[0].tokens, other[0].ended)
        assert one[0].score == pytest.approx(other[0].score, abs=1e-4)
    assert len({found[0].tokens for found in greedy}) > 3  # they do differ
    assert {found[0].ended for found in greedy} == {True, False}


@each_search
@each_architecture
def test_scores_recomputed_by_forward_agree(name: str, search: str) -> None:
    model, sources = lively(name), tiny_sentences(6)
    values: dict[str, Any] = {"search": search, "beam_size": 3, "n_best": 3, "length_penalty": 0.7}
    for source, hypotheses in zip(sources, all_found(model, sources, **values), strict=True):
        assert hypotheses
        for found in hypotheses:
            assert found.log_probability == pytest.approx(
                recomputed(model, source, found), abs=1e-4
            )
            length = len(found.tokens) + found.ended
            expected = found.log_probability / ((5 + length) / 6) ** 0.7
            assert found.score == pytest.approx(expected, abs=1e-6)


@each_search
@each_architecture
def test_batching_does_not_change_translations(name: str, search: str) -> None:
    model, sources = lively(name), tiny_sentences(7)
    values: dict[str, Any] = {"search": search, "beam_size": 3, "n_best": 2}
    together, alone = all_found(model, sources, **values), all_found(model, sources, 1, **values)
    for one, other in zip(together, alone, strict=True):
        assert [found.tokens for found in one] == [found.tokens for found in other]
        for a, b in zip(one, other, strict=True):
            assert a.score == pytest.approx(b.score, abs=1e-4)


@each_search
@each_architecture
def test_padding_begin_and_unknown_never_come_out(name: str, search: str) -> None:
    model, sources = lively(name), tiny_sentences(6)
    with torch.no_grad():
        output_of(model).bias[[PADDING, UNKNOWN, BEGIN]] = 5.0
    for hypotheses in all_found(model, sources, search=search, beam_size=10, n_best=10):
        for found in hypotheses:
            assert not {PADDING, UNKNOWN, BEGIN, END} & set(found.tokens)
            assert math.isfinite(found.score)


@each_search
@each_architecture
def test_a_closer_look_agrees_with_the_search(name: str, search: str) -> None:
    model, sources = lively(name), tiny_sentences(6)
    for source, hypotheses in zip(sources, all_found(model, sources, search=search), strict=True):
        look = look_at(model, source, hypotheses[0])
        assert math.log(math.prod(look.probabilities)) == pytest.approx(
            hypotheses[0].log_probability, abs=1e-4
        )
        length = len(hypotheses[0].tokens) + hypotheses[0].ended
        assert len(look.probabilities) == length
        if look.attention is not None:
            assert look.attention.shape[2:] == (length, len(source) + 1)
        assert (look.attention is None) == (name == "rnn-none")


def test_attention_is_looked_at_only_when_asked_for() -> None:
    model = lively("transformer")
    (found,) = all_found(model, [[4, 5]])
    assert look_at(model, [4, 5], found[0], attention=False).attention is None


def test_what_is_looked_at_shares_no_memory_with_the_model() -> None:
    model = lively("gru-additive")
    (found,) = all_found(model, [[4, 5]])
    attention = look_at(model, [4, 5], found[0]).attention
    assert attention is not None
    assert attention.base is None


@pytest.mark.parametrize(
    ("length", "factor", "expected"), [(5, 2.0, 20), (0, 2.0, 10), (3, 0.5, 11), (1, 20, 30)]
)
def test_a_translation_is_bounded_by_the_length_of_its_source(
    length: int, factor: float, expected: int
) -> None:
    config = decoding(length_limit=factor)
    assert length_limit(length, config) == expected
    model = lively("gru-additive")
    with torch.no_grad():
        output_of(model).bias[END] = -100.0
    (found,) = all_found(model, [[4] * length], length_limit=factor)
    assert len(found[0].tokens) == expected
    assert not found[0].ended


def test_translations_come_with_the_rows_of_their_sources() -> None:
    model, sources = lively("gru-additive"), tiny_sentences(9)
    rows = [row for row, _ in translate_all(model, sources, decoding(), batch_size=4)]
    assert sorted(rows) == list(range(9))
    lengths = [len(sources[row]) for row in rows]
    assert lengths == sorted(lengths, reverse=True)
    assert list(translate_all(model, [], decoding())) == []


@each_search
def test_training_may_go_on_between_two_pieces_of_a_translation(search: str) -> None:
    model = lively("gru-additive").train()
    for _ in translate(model, [[4, 5, 6]], decoding(search=search)):
        assert model.training
        assert torch.is_grad_enabled()


@each_search
def test_translating_draws_no_random_numbers(search: str) -> None:
    model, before = lively("transformer").train(), torch.get_rng_state()
    all_found(model, tiny_sentences(3), search=search)
    assert torch.equal(torch.get_rng_state(), before)


def test_an_unknown_search_is_refused() -> None:
    with pytest.raises(Exception, match="search must be one of greedy, beam"):
        next(translate(lively("gru-additive"), [[4]], decoding(search="deep")))


def test_beams_split_and_die_in_batches_of_any_sizes() -> None:
    # Sentences end at different times and beams have different sizes: rows must not mix.
    model, batch = lively("transformer"), tiny_batch(5)
    config = decoding(search="beam", beam_size=4, n_best=4)
    with torch.no_grad():
        memory = model.encode(batch.source, batch.source_mask)
        *_, last = beam_search(model.decoder, memory, [2, 9, 5, 1, 7], config)
        for row, limit in enumerate([2, 9, 5, 1, 7]):
            alone = memory.select(torch.tensor([row]))
            *_, single = beam_search(model.decoder, alone, [limit], config)
            expected = [found.tokens for found in single.hypotheses[0]]
            assert [found.tokens for found in last.hypotheses[row]] == expected
