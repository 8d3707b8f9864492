"""How curves are looked at is remembered, and nonsense is forgotten."""

from __future__ import annotations

import pytest

from app.widgets.curve_view import CurveView


def test_a_view_is_read_as_it_was_written() -> None:
    view = CurveView("seconds", True, ("loss", "gradient_norm"), "recent", 0.9)
    assert CurveView.from_text(view.to_text()) == view
    assert CurveView.from_text(CurveView().to_text()) == CurveView()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"step"', '{"x": "miles"}', '{"x": []}'])
def test_what_is_no_view_is_the_first_one(text: str) -> None:
    assert CurveView.from_text(text) == CurveView()


def test_what_fits_is_kept_beside_what_does_not() -> None:
    text = '{"x": "epoch", "log_x": 1, "smoothing": 7, "log_y": "loss", "y_range": "recent"}'
    assert CurveView.from_text(text) == CurveView(x="epoch", y_range="recent")
