from __future__ import annotations

from random import Random
from threading import Thread

import numpy as np
import pytest

from s2s_core.configs import RunConfig
from s2s_core.data.batch import Batch, Batches
from s2s_core.data.sampling import PieceSampler, sampler_of
from s2s_core.data.store import EncodedPairs, Sequences
from s2s_core.errors import BadConfig
from s2s_core.experiment import merged
from s2s_core.text.tokenizer import Tokenizer, seed_sampling, train_tokenizer


def sentences(count: int = 60) -> list[str]:
    random = Random(1)
    words = ["".join(random.choices("abcdefg", k=random.randint(2, 7))) for _ in range(40)]
    return [" ".join(random.choices(words, k=random.randint(1, 6))) for _ in range(count)]


@pytest.fixture(scope="module", params=["bpe", "unigram"])
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    return train_tokenizer(sentences(), request.param, 60)


def sampled(tokenizer: Tokenizer, alpha: float = 0.2, seed: int = 1) -> Batches:
    rows = Sequences.of([tokenizer.encode(text) for text in sentences()])
    batches = Batches(EncodedPairs(rows, rows), 200, seed)
    batches.sampler = PieceSampler(tokenizer, tokenizer, alpha)
    return batches


def an_epoch(batches: Batches) -> list[Batch]:
    return [batches.next() for _ in batches.rows_of(batches.position.epoch)]


def ids(batches: list[Batch]) -> list[list[list[int]]]:
    return [batch.source.tolist() for batch in batches]


def test_a_sentence_is_cut_otherwise_and_stays_the_same_sentence(tokenizer: Tokenizer) -> None:
    seed_sampling(1)
    varied = 0
    for text in sentences():
        cuts = {tuple(tokenizer.sample(text, 0.2)) for _ in range(30)}
        assert {tokenizer.decode(cut) for cut in cuts} == {text}
        varied += len(cuts) > 1
    assert varied > 0.8 * len(sentences())


def test_more_bpe_dropout_gives_more_pieces() -> None:
    tokenizer, texts = train_tokenizer(sentences(), "bpe", 60), sentences()
    seed_sampling(1)
    counts = [
        sum(len(tokenizer.sample(text, alpha)) for text in texts) for alpha in (0, 0.1, 0.5, 1)
    ]
    assert counts[0] == sum(map(len, [tokenizer.encode(text) for text in texts]))
    assert counts == sorted(counts)
    characters = sum(len(text) + 1 for text in texts)  # with the space before the first word
    assert counts[-1] == characters


def test_a_higher_power_comes_nearer_to_the_most_probable_cut() -> None:
    tokenizer, texts = train_tokenizer(sentences(), "unigram", 60), sentences()
    best = [tokenizer.encode(text) for text in texts]
    seed_sampling(1)
    equal = [
        np.mean([tokenizer.sample(t, alpha) == cut for t, cut in zip(texts, best, strict=True)])
        for alpha in (0.05, 0.5, 5)
    ]
    assert equal[0] < equal[1] < equal[2]


def test_each_epoch_cuts_otherwise_and_the_seed_says_how(tokenizer: Tokenizer) -> None:
    batches = sampled(tokenizer)
    first, second = an_epoch(batches), an_epoch(batches)
    texts = {tokenizer.decode(row) for batch in (*first, *second) for row in batch.source.tolist()}
    assert texts == set(sentences())
    cuts = [{tuple(row) for batch in epoch for row in batch.source.tolist()}
            for epoch in (first, second)]  # fmt: skip
    assert cuts[0] != cuts[1]
    assert ids(an_epoch(sampled(tokenizer))) == ids(first)
    assert ids(an_epoch(sampled(tokenizer, seed=2))) != ids(first)


def test_going_on_cuts_as_if_it_had_never_stopped(tokenizer: Tokenizer) -> None:
    whole, halves = sampled(tokenizer), sampled(tokenizer)
    first = [whole.next() for _ in range(5)]
    for _ in range(3):
        halves.next()
    resumed = sampled(tokenizer)
    resumed.restore(halves.state())
    found: list[Batch] = []

    def go_on() -> None:
        found.extend(resumed.next() for _ in range(2))

    thread = Thread(target=go_on)  # where nothing has been sampled yet
    tokenizer.sample("abc", 0.5)  # others draw meanwhile
    thread.start()
    thread.join()
    assert ids(found) == ids(first[3:])


def test_no_sentence_becomes_longer_than_the_longest(tokenizer: Tokenizer) -> None:
    batches = sampled(tokenizer, alpha=0.05)
    assert max(batch.source.shape[1] for batch in an_epoch(batches)) <= (
        batches.pairs.sources.longest + 1
    )


@pytest.mark.parametrize(
    ("knob", "kind"),
    [
        ("bpe_dropout", "unigram"), ("unigram_sampling", "bpe"), ("bpe_dropout", "word"),
        ("unigram_sampling", "char"),
    ],
)  # fmt: skip
def test_pieces_that_cannot_be_sampled_are_refused(knob: str, kind: str) -> None:
    changes = {"regularisation": {knob: 0.1}, "data": {"tokenizer": {"kind": kind}}}
    wanted = {"bpe_dropout": "bpe", "unigram_sampling": "unigram"}[knob]
    sentence = f"regularisation.{knob} needs data.tokenizer.kind {wanted}, not {kind}"
    with pytest.raises(BadConfig, match=sentence):
        merged(RunConfig(), changes)


def test_nothing_is_sampled_unless_asked_for(tokenizer: Tokenizer) -> None:
    assert sampler_of(RunConfig(), (tokenizer, tokenizer)) is None
    config = merged(RunConfig(), {"regularisation": {"bpe_dropout": 0.1}})
    assert sampler_of(config, (tokenizer, tokenizer)) == PieceSampler(tokenizer, tokenizer, 0.1)
