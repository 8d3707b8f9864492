from __future__ import annotations

import json

import pytest

from tests.core.goldens import FOLDER, SEED, STEPS, golden_losses, golden_path
from tests.helpers import ARCHITECTURES


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_losses_are_what_they_have_always_been(name: str) -> None:
    golden = json.loads(golden_path(name).read_text(encoding="utf-8"))
    assert golden["seed"] == SEED
    assert len(golden["losses"]) == STEPS
    expected = pytest.approx(golden["losses"], rel=golden["relative_tolerance"])
    assert golden_losses(name) == expected, (
        "if this is meant, run python -m tests.core.regenerate_goldens and say why in the commit"
    )


def test_every_golden_is_of_an_architecture() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(ARCHITECTURES)
