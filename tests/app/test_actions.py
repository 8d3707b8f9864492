"""The table of actions: complete, without clashes, and readable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.actions import ACTIONS, MENUS, Row, keys_in_words, text_of

README_KEYS = {"train": "Space", "step": "S", "new_run": "N"}


@pytest.mark.parametrize("row", ACTIONS.values(), ids=ACTIONS)
def test_every_action_has_a_menu_and_a_text(row: Row) -> None:
    assert row.menu in MENUS
    assert re.match(r"[A-Z]", row.text)


def test_every_menu_holds_something() -> None:
    assert {row.menu for row in ACTIONS.values()} == set(MENUS)


def test_no_key_is_given_twice() -> None:
    keys = [key for row in ACTIONS.values() for key in row.keys]
    plain = [row.plain_key for row in ACTIONS.values() if row.plain_key]
    assert len(keys) == len(set(keys))
    assert len(plain) == len(set(plain))


def test_menus_have_mnemonics_of_their_own() -> None:
    letters = [title[title.index("&") + 1].lower() for title in MENUS.values()]
    assert len(letters) == len(set(letters))


@pytest.mark.parametrize(("name", "key"), README_KEYS.items())
def test_the_keys_of_the_design(name: str, key: str) -> None:
    assert ACTIONS[name].plain_key == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("open", "Ctrl+O"), ("train", "Ctrl+Space"), ("translate", "Ctrl+Return"),
        ("presentation", "F11"), ("keys", "F1"),
    ],
)  # fmt: skip
def test_the_shortcuts_of_the_design(name: str, key: str) -> None:
    assert key in ACTIONS[name].keys


def test_keys_are_written_as_a_person_reads_them(qapp: object) -> None:
    assert keys_in_words(ACTIONS["train"]) == "Space, Ctrl+Space"
    assert keys_in_words(ACTIONS["about"]) == ""
    assert text_of("Single step") == "Single step"


def test_the_window_has_a_deed_for_every_action() -> None:
    source = (Path(__file__).parents[2] / "app" / "main_window.py").read_text(encoding="utf-8")
    for name in ACTIONS:
        assert f'"{name}":' in source, name
