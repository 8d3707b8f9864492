"""A form is made from knobs alone; it tells the user's changes and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)
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
    form = ConfigForm(KNOBS, NAMES, title="Encoder")
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
        assert isinstance(form.editor(key), kind), key
        assert form.editor(key) is form.findChild(QWidget, key)
        assert form.editor(key).accessibleName()


def test_folded_rows_are_made_when_they_are_needed_and_know_what_was_said(qtbot: QtBot) -> None:
    form = ConfigForm(KNOBS, NAMES, title="Encoder")
    qtbot.addWidget(form)
    form.set_values({"training.seed": 7})
    form.set_reasons({"data.name": "Not now."})
    form.set_pending({"training.seed": "Needs a new run."})
    assert form.keys() == tuple(knob.key for knob in KNOBS)
    assert form.findChild(QWidget, "training.seed") is None
    form.seek(["seed"])
    seed = form.findChild(QWidget, "training.seed")
    assert isinstance(seed, NumberField)
    assert seed.text() == "7"
    assert not form.editor("data.name").isEnabled()
    assert not form.make_rows()


def test_folded_rows_can_be_made_one_after_the_other(qtbot: QtBot) -> None:
    form = ConfigForm(KNOBS, NAMES, title="Encoder")
    qtbot.addWidget(form)
    form.show()
    whole: list[bool] = []
    form.rows_made.connect(lambda: whole.append(True))
    folded = [knob.key for knob in KNOBS if knob.advanced]
    assert len(folded) > 1
    for count, key in enumerate(folded, 1):
        assert form.findChild(QWidget, key) is None
        assert form.make_rows(0.0)
        editor = form.findChild(QWidget, key)
        assert editor is not None
        assert not editor.isVisible()
        assert len(whole) == (count == len(folded))
    assert not form.make_rows(0.0)


def test_a_section_without_knobs_has_no_title_either(qtbot: QtBot) -> None:
    form = ConfigForm([], NAMES, title="Objective")
    qtbot.addWidget(form)
    form.show()
    assert not [label for label in form.findChildren(QLabel) if label.isVisible()]


def test_a_section_of_folded_knobs_alone_shows_its_title_and_how_many(qtbot: QtBot) -> None:
    folded = [knob for knob in KNOBS if knob.advanced]
    form = ConfigForm(folded, NAMES, title="Objective")
    qtbot.addWidget(form)
    form.show()
    assert [label.text() for label in form.findChildren(QLabel) if label.isVisible()] == [
        "Objective"
    ]
    (more,) = [button for button in form.findChildren(QPushButton) if button.isVisible()]
    assert more.text() == f"{len(folded)} more"


def test_a_changed_setting_is_in_sight_though_it_would_be_folded(qtbot: QtBot) -> None:
    form = ConfigForm(KNOBS, NAMES, title="Encoder")
    qtbot.addWidget(form)
    form.show()
    form.set_ways_back({"training.seed": "Back to 1"})
    assert form.editor("training.seed").isVisible()
    assert not form.editor("data.name").isVisible()


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


def test_a_range_without_an_end_is_told_in_the_plural(qtbot: QtBot) -> None:
    form = ConfigForm([Knob("a", int, 5, "Some.", 1, unit="steps")], NAMES, title="A")
    qtbot.addWidget(form)
    assert "Range: 1 or more steps" in form.editor("a").toolTip()


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


def label_of(form: ConfigForm, key: str) -> QLabel:
    return form.row(key).label


def test_a_changed_knob_is_marked_and_leads_back(form: ConfigForm, qtbot: QtBot) -> None:
    wanted: list[str] = []
    form.reset_wanted.connect(wanted.append)
    form.set_ways_back({"model.layers": "Back to 1 (preset GRU small)"})
    assert label_of(form, "model.layers").property("changed") is True
    assert not label_of(form, "training.dropout").property("changed")
    buttons = [b for b in form.findChildren(QAbstractButton) if b.isVisible()]
    (button,) = [b for b in buttons if "preset GRU small" in b.toolTip()]
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert wanted == ["model.layers"]
    form.set_ways_back({})
    assert not button.isVisible()
    assert form.editor("model.layers").isAncestorOf(form.focusWidget())


def test_a_changed_knob_is_never_folded_away(form: ConfigForm) -> None:
    form.set_ways_back({"training.seed": "Back to 1"})
    assert form.editor("training.seed").isVisible()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["random"], {"training.seed"}),  # folded, and found by what it does
        (["LAYERS"], {"model.layers"}),
        (["clip", "norm"], {"training.clip_norm"}),
        (["encoder", "dropout"], {"training.dropout"}),  # by the title of the form, too
        (["dot"], {"model.attention"}),  # by what can be chosen
        (["nowhere"], set()),
    ],
)
def test_what_is_sought_is_shown_and_nothing_else(
    form: ConfigForm, words: list[str], found: set[str]
) -> None:
    assert form.seek(words) == len(found)
    assert {row.knob.key for row in form.rows() if row.isVisible()} == found
    form.seek([])
    assert form.editor("model.layers").isVisible()
    assert not form.editor("training.seed").isVisible()


def test_only_the_changed_can_be_shown(form: ConfigForm) -> None:
    form.set_ways_back({"training.seed": "Back to 1", "model.layers": "Back to 1"})
    assert form.seek([], only_changed=True) == 2
    assert form.seek(["layers"], only_changed=True) == 1


def test_a_choice_that_does_not_fit_is_greyed_and_says_why(form: ConfigForm) -> None:
    form.set_check(lambda key, value: "Sizes differ." if value == "dot" else "")
    form.set_reasons({})
    combo = form.editor("model.attention")
    assert isinstance(combo, QComboBox)
    item = combo.model().index(1, 0)
    assert not item.flags() & Qt.ItemFlag.ItemIsEnabled
    assert "Sizes differ." in item.data(Qt.ItemDataRole.ToolTipRole)
    assert "Sizes differ." in item.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert combo.currentData() == "additive"
    form.set_check(lambda key, value: "")
    form.set_reasons({})
    assert combo.model().index(1, 0).flags() & Qt.ItemFlag.ItemIsEnabled


def test_a_switch_that_cannot_be_turned_is_greyed_and_says_why(form: ConfigForm) -> None:
    form.set_check(lambda key, value: "Needs a joint vocabulary." if value is True else "")
    form.set_reasons({})
    box = form.editor("training.tied")
    assert not box.isEnabled()
    assert "Needs a joint vocabulary." in box.toolTip()
    assert "Needs a joint vocabulary." in box.accessibleDescription()
    form.set_values({"training.tied": True})
    form.set_reasons({})
    assert box.isEnabled()


def test_a_knob_without_effect_is_greyed_and_says_why(form: ConfigForm) -> None:
    form.set_reasons({"model.layers": "It has no effect now."})
    editor = form.editor("model.layers")
    assert not editor.isEnabled()
    assert "It has no effect now." in editor.toolTip()
    assert "How many." in editor.toolTip()
    form.set_reasons({})
    assert editor.isEnabled()
    assert "no effect" not in editor.toolTip()


def test_a_slider_passes_over_what_does_not_fit(
    form: ConfigForm, heard: list[tuple[str, Any]]
) -> None:
    form.set_check(lambda key, value: "" if value in (1, 4, 8) else "Not a divisor.")
    slider = form.editor("model.layers")
    assert isinstance(slider, KnobSlider)
    QTest.keyClick(slider.track, Qt.Key.Key_Right)
    QTest.keyClick(slider.track, Qt.Key.Key_Right)
    QTest.keyClick(slider.track, Qt.Key.Key_Left)
    QTest.keyClick(slider.track, Qt.Key.Key_End)
    slider.track.dragged.emit(0.6)  # at 8 of 12
    slider.track.dragged.emit(0.5)  # at 7, from above
    assert heard == [("model.layers", value) for value in (4, 8, 4, 8, 4)]


def test_what_is_typed_wrongly_is_marked_in_its_row(form: ConfigForm, qtbot: QtBot) -> None:
    for key in ("model.layers", "training.clip_norm"):
        editor = form.editor(key)
        field = getattr(editor, "field", editor)
        assert isinstance(field, NumberField)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, "-7")
        QTest.keyClick(field, Qt.Key.Key_Return)
        said = [x for x in form.row(key).findChildren(QLabel) if "-7" in x.text() and x.isVisible()]
        assert len(said) == 1
        assert field.property("state") == "error"
        QTest.keyClick(field, Qt.Key.Key_Escape)
        assert not said[0].isVisible()
        assert not field.property("state")


def test_files_are_chosen_in_a_dialog_and_named(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    knob = Knob("data.train", tuple, (), "The pairs.", files=True)
    form = ConfigForm([knob])
    qtbot.addWidget(form)
    heard: list[Any] = []
    form.knob_changed.connect(lambda key, value: heard.append(value))
    chosen = (["/home/a/train.en", "/home/a/train.de"], "")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: chosen)
    button = form.editor("data.train")
    assert isinstance(button, QPushButton)
    button.click()
    assert heard == [("/home/a/train.en", "/home/a/train.de")]
    assert button.text() == "train.en, train.de"


def test_all_editors_stand_in_line(form: ConfigForm) -> None:
    form.resize(272, form.sizeHint().height())
    form.show_advanced(True)
    boxes = [
        row.editor_widget.geometry().translated(row.pos()) for row in form.rows() if row.isVisible()
    ]
    assert len({(box.left(), box.right()) for box in boxes}) == 1
    tracks = [w.track.width() for w in form.findChildren(KnobSlider)]
    assert len(set(tracks)) == 1


def test_each_kind_of_name_is_spelled_as_in_the_field(form: ConfigForm) -> None:
    combo = form.editor("model.attention")
    assert isinstance(combo, QComboBox)
    assert [combo.itemText(row) for row in range(combo.count())] == ["Additive", "Dot product"]


def test_an_unknown_choice_of_a_file_is_shown_and_kept(form: ConfigForm) -> None:
    form.set_values({"model.attention": "of the future"})
    combo = form.editor("model.attention")
    assert isinstance(combo, QComboBox)
    assert combo.currentData() == "of the future"


def test_the_form_fits_into_240_pixels(form: ConfigForm) -> None:
    assert form.minimumSizeHint().width() <= 240
    form.show_advanced(True)
    form.resize(240, form.sizeHint().height())
    for key in (knob.key for knob in KNOBS):
        assert form.editor(key).geometry().right() <= 240


def test_one_file_or_folder_is_chosen_in_a_dialog_of_its_own(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    knobs = [
        Knob("start.vectors", str, "", "A file.", files=True),
        Knob("start.run", str, "", "A folder.", folder=True),
    ]
    form = ConfigForm(knobs, {}, title="Start")
    qtbot.addWidget(form)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/data/glove.txt", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "/runs/one")
    heard: list[tuple[str, Any]] = []
    form.knob_changed.connect(lambda key, value: heard.append((key, value)))
    buttons = [form.row(knob.key).editor_widget for knob in knobs]
    for button in buttons:
        assert isinstance(button, QPushButton)
        button.click()
    assert heard == [("start.vectors", "/data/glove.txt"), ("start.run", "/runs/one")]
    assert [b.text() for b in buttons if isinstance(b, QPushButton)] == ["glove.txt", "one"]


def test_rows_that_come_little_by_little_stay_folded(form: ConfigForm) -> None:
    seen = {row.knob.key for row in form._rows.values() if row.isVisible()}
    while form.make_rows(0):
        QApplication.processEvents()
    QApplication.processEvents()
    assert {row.knob.key for row in form.rows() if row.isVisible()} == seen
    form.show_advanced(True)
    assert all(row.isVisible() for row in form.rows())
