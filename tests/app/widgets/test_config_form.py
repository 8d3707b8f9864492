"""A form is made from knobs alone; it tells the user's changes and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.config_form import ConfigForm
from app.widgets.knob_slider import KnobSlider
from app.widgets.number_field import NumberField
from s2s_core.knobs import Knob

NAMES = {"attention": (("additive", "A small network scores."), ("dot", "A <b>product</b>."))}
KNOBS = [
    Knob("model.attention", str, "additive", "What is looked at.", choices="attention"),
    Knob("model.direction", str, "both", "Which way.", names=("forward", "both")),
    Knob("model.layers", int, 1, "How many.", 1, 12),
    Knob("training.dropout", float, 0.1, "Share switched off.", 0, 0.9, live=True),
    Knob("training.learning_rate", float, 3e-3, "How far.", 1e-6, 1.0, live=True),
    Knob("training.tied", bool, False, "Share the embeddings."),
    Knob("training.clip_norm", float, None, "Longest gradient.", 0, 100, live=True),
    Knob("training.seed", int, 1, "Random numbers.", 0, 2**31, advanced=True),
    Knob("data.name", str, "", "A name.", advanced=True),
    Knob("data.betas", tuple, (0.9, 0.98), "Averages.", advanced=True),
]


@pytest.fixture
def form(qtbot: QtBot) -> ConfigForm:
    """Return a form of every kind of knob."""
    form = ConfigForm(KNOBS, NAMES)
    qtbot.addWidget(form)
    form.resize(272, 600)
    form.show()
    return form


@pytest.fixture
def heard(form: ConfigForm) -> list[tuple[str, Any]]:
    """Return the list of changes the form tells."""
    changes: list[tuple[str, Any]] = []
    form.knob_changed.connect(lambda key, value: changes.append((key, value)))
    return changes


def test_each_kind_of_knob_gets_its_editor(form: ConfigForm) -> None:
    kinds: dict[str, type[QWidget]] = {
        "model.attention": QComboBox, "model.direction": QComboBox, "model.layers": KnobSlider,
        "training.dropout": KnobSlider, "training.learning_rate": KnobSlider,
        "training.tied": QCheckBox, "training.clip_norm": NumberField,
        "training.seed": NumberField, "data.name": QLineEdit, "data.betas": QLineEdit,
    }  # fmt: skip
    for key, kind in kinds.items():
        assert isinstance(form.findChild(QWidget, key), kind), key
        assert form.editor(key).accessibleName()


def test_defaults_are_shown_first(form: ConfigForm) -> None:
    slider = form.editor("training.dropout")
    assert isinstance(slider, KnobSlider)
    assert slider.value() == 0.1
    combo = form.editor("model.direction")
    assert isinstance(combo, QComboBox)
    assert combo.currentData() == "both"


def test_setting_values_makes_no_echo(form: ConfigForm, heard: list[tuple[str, Any]]) -> None:
    form.set_values(
        {"model.attention": "dot", "model.layers": 3, "training.tied": True, "training.seed": 7,
         "training.clip_norm": 0.5, "data.name": "x", "data.betas": (0.8,), "of.another.form": 1}
    )  # fmt: skip
    assert heard == []
    combo, field = form.editor("model.attention"), form.editor("data.betas")
    assert isinstance(combo, QComboBox)
    assert isinstance(field, QLineEdit)
    assert combo.currentData() == "dot"
    assert field.text() == "0.8"


def test_the_users_changes_are_told_by_key(
    form: ConfigForm, heard: list[tuple[str, Any]], qtbot: QtBot
) -> None:
    QTest.keyClick(form.editor("model.attention"), Qt.Key.Key_Down)
    QTest.keyClick(form.editor("model.layers"), Qt.Key.Key_Right)
    form.editor("training.tied").setFocus()
    QTest.keyClick(form.editor("training.tied"), Qt.Key.Key_Space)
    assert heard == [("model.attention", "dot"), ("model.layers", 2), ("training.tied", True)]
    assert isinstance(heard[1][1], int)


def test_an_optional_number_can_be_emptied(
    form: ConfigForm, heard: list[tuple[str, Any]], qtbot: QtBot
) -> None:
    field = form.editor("training.clip_norm")
    assert isinstance(field, NumberField)
    QTest.keyClicks(field, "0.5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert heard == [("training.clip_norm", 0.5), ("training.clip_norm", None)]


def test_lists_and_texts_are_read(
    form: ConfigForm, heard: list[tuple[str, Any]], qtbot: QtBot
) -> None:
    form.show_advanced(True)
    for key, text in (("data.betas", "0.9, 0.999"), ("data.name", "a <b>"), ("training.seed", "9")):
        field = form.editor(key)
        assert isinstance(field, QLineEdit)
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert heard == [
        ("data.betas", (0.9, 0.999)), ("data.name", "a <b>"), ("training.seed", 9),
    ]  # fmt: skip


def test_the_tooltip_tells_help_range_default_and_when_it_acts(form: ConfigForm) -> None:
    tip = form.editor("training.dropout").accessibleDescription() or (
        form.editor("training.dropout").toolTip()
    )
    for part in ("Share switched off.", "0 to 0.9", "Default: 0.1", "Acts at once."):
        assert part in tip
    assert "Needs a new run." in form.editor("model.attention").toolTip()


def test_every_choice_explains_itself_as_plain_text(form: ConfigForm) -> None:
    combo = form.editor("model.attention")
    assert isinstance(combo, QComboBox)
    tip = combo.itemData(1, Qt.ItemDataRole.ToolTipRole)
    assert "A &lt;b&gt;product&lt;/b&gt;." in tip


def test_an_error_marks_the_field_and_says_why(form: ConfigForm) -> None:
    form.set_error("training.seed", "seed must be at least 0, not <b>-1</b>.")
    form.show_advanced(True)
    assert form.editor("training.seed").property("state") == "error"
    labels = [x for x in form.findChildren(QLabel) if "at least 0" in x.text()]
    assert len(labels) == 1
    assert labels[0].isVisible()
    assert labels[0].textFormat() == Qt.TextFormat.PlainText
    form.set_error("training.seed", None)
    assert not form.editor("training.seed").property("state")
    assert not labels[0].isVisible()


def test_advanced_knobs_are_folded_away_but_never_removed(form: ConfigForm) -> None:
    assert not form.editor("training.seed").isVisible()
    form.show_advanced(True)
    assert form.editor("training.seed").isVisible()


def test_only_live_knobs_can_be_turned_while_locked(form: ConfigForm) -> None:
    form.set_locked(True)
    assert form.editor("training.dropout").isEnabled()
    assert not form.editor("model.layers").isEnabled()
    form.set_locked(False)
    assert form.editor("model.layers").isEnabled()


def test_a_row_can_be_hidden(form: ConfigForm) -> None:
    form.set_shown("model.layers", False)
    assert not form.editor("model.layers").isVisible()
    form.show_advanced(True)
    assert not form.editor("model.layers").isVisible()


def test_an_unknown_choice_of_a_file_is_shown_and_kept(form: ConfigForm) -> None:
    form.set_values({"model.attention": "of the future"})
    combo = form.editor("model.attention")
    assert isinstance(combo, QComboBox)
    assert combo.currentData() == "of the future"


def test_the_form_fits_into_272_pixels(form: ConfigForm) -> None:
    assert form.minimumSizeHint().width() <= 272
    for key in (knob.key for knob in KNOBS):
        assert form.editor(key).geometry().right() <= 272
