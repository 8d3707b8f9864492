from __future__ import annotations

import numpy as np

from app.widgets.pieces import characters, join_weights, readable


def test_the_mark_of_a_space_is_not_shown() -> None:
    assert [readable(piece) for piece in ("▁cat", "s", "▁", "‹end›")] == ["cat", "s", "␣", "‹end›"]


def test_bytes_are_joined_to_the_character_they_spell() -> None:
    cat = [f"<0x{byte:02X}>" for byte in "猫犬".encode()]
    labels, starts = characters(["▁a", *cat, "b", "<0x3C>", "‹end›"])
    assert labels == ["a", "猫", "犬", "b", "<", "‹end›"]
    assert starts == [0, 1, 4, 7, 8, 9]


def test_bytes_that_spell_nothing_are_shown_as_such() -> None:
    assert characters(["<0xE7>", "▁a", "<0x8C>"])[0] == ["�", "a", "�"]


def test_joined_rows_still_sum_to_one() -> None:
    weights = np.random.default_rng(1).dirichlet(np.ones(5), size=4)  # [target, source]
    joined = join_weights(weights, [0, 1, 4], [0, 3])
    assert joined.shape == (2, 3)
    np.testing.assert_allclose(joined.sum(axis=1), 1.0)
    np.testing.assert_allclose(joined[0, 1], weights[:3, 1:4].sum() / 3)


def test_without_bytes_nothing_changes() -> None:
    weights = np.eye(3)
    labels, starts = characters(["▁a", "b", "‹end›"])
    assert labels == ["a", "b", "‹end›"]
    np.testing.assert_array_equal(join_weights(weights, starts, starts), weights)
