"""Each row of each table is chosen once through the window's forms, and trains ten steps.

Rows are found in the tables by themselves. A row that needs other settings takes the first of
COMPANIONS under which it can be chosen; one that needs what a test cannot have is in EXEMPT.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, get_args

import pytest
import torch
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QApplication

from app.panels.model_panel import ModelPanel
from app.panels.model_panel.knob_forms import ATTENTION
from app.widgets.chooser import Chooser
from s2s_core.configs import RunConfig, idle_reason
from s2s_core.errors import BadConfig
from s2s_core.experiment import SECTIONS, changed, merged, value_of
from s2s_core.knobs import Knob, knobs_of
from s2s_core.records import FailureRecord
from s2s_core.runs.catalog import CATALOG
from tests.app.conftest import Opened, build_window, close
from tests.helpers import tiny_config, tiny_part

STEPS = 10
# What a choice may need besides; the first that lets it be chosen is taken.
COMPANIONS: tuple[dict[str, Any], ...] = (
    {},
    {"data": {"tokenizer": {"joint": True}}},
    {"model": {"encoder": {"bidirectional": False}}},
    {"model": {"decoder": {"attention": "additive"}}},
    {"model": {"decoder": {"attention": "none"}}},
    {"training": {"clip_norm": 1.0}},
    {"training": {"steps": STEPS, "patience": 3}},
    {"training": {"teacher_forcing": 0.5}},
    {"training": {"optimizer": "sgd"}},
    {"objective": {"risk_weight": 0.5}},
)
EXEMPT = {
    ("training.device", "cuda"): "a device that a machine may not have",
    ("training.device", "mps"): "a device that a machine may not have",
    ("training.precision", "float16"): "a GPU's own",
}
TABLES_WITHOUT_KNOB = {
    "reader": "chosen by the ending of a file: tests/core/data/test_readers.py",
    "check": "ticked by name in data.cures: tests/core/data/test_doctor.py",
}


class Choice(NamedTuple):
    """A row to be chosen: in the form of an architecture, where only that has the knob."""

    key: str
    value: Any
    kind: str = ""


def choices() -> Iterator[Choice]:
    """Yield each row of each table and each fixed name, once, with a kind that has its knob."""
    seen: set[tuple[str, Any]] = set()
    for section, classes in SECTIONS.items():
        for config in classes:
            kinds = get_args(config.model_fields["kind"].annotation) if len(classes) > 1 else ("",)
            for knob in knobs_of(config, section):
                for value in rows_of(knob):
                    if (knob.key, value) not in seen:
                        seen.add((knob.key, value))
                        yield Choice(knob.key, value, kinds[0])


def rows_of(knob: Knob) -> tuple[str, ...]:
    return knob.names or tuple(CATALOG[knob.choices] if knob.choices else ())


CHOICES = [choice for choice in choices() if (choice.key, choice.value) not in EXEMPT]


def before(choice: Choice) -> RunConfig:
    """Return a tiny experiment in which the row can be chosen and has an effect."""
    base = tiny_config(
        training={"steps": STEPS, "validate_every": 1000, "warmup_steps": 4, "batch_tokens": 64}
    )
    section, _, name = choice.key.rpartition(".")
    if choice.kind and name != "kind":
        side = section.partition(".")[2]
        base = merged(base, {"model": {side: tiny_side(side, choice.kind)}})
    elif name == "kind" and section.startswith("model."):  # each works with the usual other side
        base = merged(base, {"model": {"encoder": {"layers": 1}, "decoder": {"layers": 1}}})
    why = ""
    for more in COMPANIONS:
        try:
            config = merged(base, more)
            after = changed(config, choice.key, choice.value)
        except BadConfig as error:
            why = str(error)
            continue
        if why := idle_reason(after, choice.key):
            continue
        return config
    pytest.fail(f"{choice.key} {choice.value}: {why} Add what it needs to COMPANIONS.")


def tiny_side(side: str, kind: str) -> dict[str, Any]:
    """Return small settings of a kind of encoder or decoder, as far as it has them."""
    classes = SECTIONS[f"model.{side}"]
    config = next(c for c in classes if kind in get_args(c.model_fields["kind"].annotation))
    wanted = {**tiny_part("gru"), **tiny_part("transformer"), "kind": kind}
    return {name: value for name, value in wanted.items() if name in config.model_fields}


@dataclass
class Room:
    """One window for all, and what went wrong in it."""

    opened: Opened
    panel: ModelPanel
    failures: list[FailureRecord]

    def chooser(self, key: str) -> Chooser:
        """Return the list in which the row stands."""
        form = self.panel.forms.get(key.rpartition(".")[0])
        row = self.panel.attention_row if key == ATTENTION or form is None else form.row(key)
        assert isinstance(row.editor_widget, Chooser)
        return row.editor_widget

    def choose(self, choice: Choice) -> None:
        """Choose a row as a person does: from an open list, where it is not greyed."""
        chooser = self.chooser(choice.key)
        place = chooser.findData(choice.value)
        assert place >= 0, "it is not in the list"
        assert chooser.isEnabled(), chooser.toolTip()
        model = chooser.model()
        assert isinstance(model, QStandardItemModel)
        assert model.item(place).isEnabled(), chooser.itemData(place, Qt.ItemDataRole.ToolTipRole)
        chooser.setCurrentIndex(place)
        chooser.activated.emit(place)


@pytest.fixture(scope="module")
def room(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """The program's window, for all rows: a new run each."""
    gc.collect()
    gc.freeze()
    gc.disable()  # no thread of the window may collect what earlier tests have left
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    QSettings("s2s-playground", "window").clear()
    qapp.setApplicationName("s2s-playground")
    folder = tmp_path_factory.mktemp("choices")
    opened = build_window(folder / "runs", tmp_path_factory.getbasetemp(), tiny_config())
    panel = next(p for p in opened.window.panels.values() if isinstance(p, ModelPanel))
    failures: list[FailureRecord] = []
    opened.controller.failed.connect(failures.append)
    yield Room(opened.ready(), panel, failures)
    close(opened)
    torch.set_num_threads(threads)
    gc.enable()


@pytest.mark.parametrize("choice", CHOICES, ids=lambda c: f"{c.key}={c.value}")
def test_a_row_chosen_in_the_form_trains_ten_steps(room: Room, choice: Choice) -> None:
    opened, controller = room.opened, room.opened.controller
    room.failures.clear()
    controller.draft.replace(before(choice))
    room.choose(choice)
    assert value_of(controller.draft.config, choice.key) == choice.value
    last = controller.run.folder
    controller.new_run()
    opened.wait(lambda: room.failures or (controller.run.folder != last and controller.run.ended))
    assert [failure.sentence for failure in room.failures] == []
    assert controller.run.ended == "steps"
    assert controller.run.step == STEPS
    assert controller.run.config is not None
    assert value_of(controller.run.config, choice.key) == choice.value


def test_each_table_is_met() -> None:
    """A table without a knob would be chosen nowhere; an exemption without a row helps nobody."""
    knobs = [knob for section in SECTIONS for c in SECTIONS[section] for knob in knobs_of(c)]
    met = {knob.choices for knob in knobs if knob.choices}
    assert set(CATALOG) - met == set(TABLES_WITHOUT_KNOB)
    assert set(EXEMPT) <= {(choice.key, choice.value) for choice in choices()}
