from __future__ import annotations

import numpy as np

from app.widgets.pieces import join_weights, spans


def test_words_are_found_where_they_stand() -> None:
    text = "the  the cat 猫"
    words = ["the", "the", "cat", "<0xE7>", "猫", "[end]"]
    found = spans(text, words)
    assert [text[start:end] for start, end in found] == ["the", "the", "cat", "", "猫", ""]
    assert found[0][0] < found[1][0]


def test_joined_rows_still_sum_to_one() -> None:
    weights = np.random.default_rng(1).dirichlet(np.ones(5), size=4)  # [target, source]
    joined = join_weights(weights, [0, 1, 4], [0, 3])
    assert joined.shape == (2, 3)
    np.testing.assert_allclose(joined.sum(axis=1), 1.0)
    np.testing.assert_allclose(joined[0, 1], weights[:3, 1:4].sum() / 3)


def test_words_of_one_piece_change_nothing() -> None:
    weights = np.eye(3)
    np.testing.assert_array_equal(join_weights(weights, [0, 1, 2], [0, 1, 2]), weights)
