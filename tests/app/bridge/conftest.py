"""What both sides of the bridge are tested with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bridge.messages import Shutdown
from tests.app.bridge.desk import Desk
from tests.app.bridge.room import Room


@pytest.fixture
def room(qapp: object, tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.fixture
def desk(tmp_path: Path, prepared: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, prepared)
    yield desk
    desk.send(Shutdown())
    desk.turn()
    assert desk.engine.finished
