"""Every knob explains itself: what it does, and what happens when it is raised."""

from __future__ import annotations

import pytest

from s2s_core.configs import IDLE, RunConfig, idle_reason
from s2s_core.experiment import all_knobs, changed
from s2s_core.knobs import Knob, title_of

LONGEST = 230  # letters of a help text
each_knob = pytest.mark.parametrize("knob", list(all_knobs()), ids=lambda knob: knob.key)


@each_knob
def test_a_help_is_a_few_short_sentences(knob: Knob) -> None:
    assert knob.help.endswith(".")
    assert knob.help.count(". ") >= 1 or "; " in knob.help or knob.type is bool
    assert len(knob.help) <= LONGEST


@each_knob
def test_a_number_says_what_happens_when_it_is_raised(knob: Knob) -> None:
    if knob.type in (int, float) and "seed" not in knob.key:
        assert "Raised: " in knob.help
    if knob.type is bool:
        assert "On: " in knob.help


@each_knob
def test_a_label_is_a_few_words_in_sentence_case(knob: Knob) -> None:
    assert knob.label[0].isupper()
    assert "_" not in knob.label
    assert len(knob.label) <= 20
    assert "warmup" not in knob.label.lower()  # a warm-up, as in the schedule of that name


@pytest.mark.parametrize(
    ("name", "title"),
    [("gru", "GRU"), ("lstm", "LSTM"), ("bpe", "BPE"), ("inverse_square_root",
     "Inverse square root"), ("additive", "Additive"), ("adam", "Adam")],
)  # fmt: skip
def test_names_are_spelled_as_in_the_field(name: str, title: str) -> None:
    assert title_of(name) == title


def test_every_reason_belongs_to_a_knob() -> None:
    assert set(IDLE) <= {knob.key for knob in all_knobs()}
    assert all(why.endswith(".") for _, why in IDLE.values())


def test_a_knob_without_effect_says_why_until_it_has_one() -> None:
    config = RunConfig()
    assert "schedule" in idle_reason(config, "training.warmup_steps")
    config = changed(config, "training.schedule", "warmup")
    assert idle_reason(config, "training.warmup_steps") == ""
    assert idle_reason(config, "training.batch_tokens") == ""
