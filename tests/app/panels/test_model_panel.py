"""The model panel: every knob can be found, changed, understood and taken back."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QMainWindow,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.bridge.messages import ChangeKnob, Ready, RunState, StartRun
from app.panels.model_panel import ModelPanel, model_cost, preset_chooser
from app.panels.model_panel.knob_forms import ELSEWHERE, OWN_PLACE
from app.panels.model_panel.knob_words import in_words
from app.panels.model_panel.model_cost import Steady
from app.panels.model_panel.preset_chooser import PresetChooser
from app.widgets.chooser import Chooser
from app.widgets.form_row import FormRow, PendingDot
from app.widgets.knob_slider import KnobSlider
from app.widgets.theme import px
from s2s_core.configs import DataConfig
from s2s_core.errors import BadConfig
from s2s_core.experiment import all_knobs, changed, value_of
from s2s_core.records import ProbeRecord
from tests.app.bridge.room import Room
from tests.app.conftest import finish

ATTENTION = "model.decoder.attention"
PROBE = ProbeRecord(1, 559_681, 34_000_000, 0.1, 90)


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def panel(room: Room, window: QMainWindow, qtbot: QtBot) -> ModelPanel:
    """Return the panel in a dock, as wide and as high as in a window of 1280 × 720."""
    room.get_ready()
    panel = ModelPanel(room.controller)
    finish(panel)
    dock = QDockWidget(window)
    dock.setTitleBarWidget(panel.head)
    dock.setWidget(panel)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    window.resize(304, 315)
    window.show()
    return panel


def turn(panel: ModelPanel, key: str, press: Qt.Key = Qt.Key.Key_Right) -> None:
    """Turn a slider as a person does."""
    slider = panel.findChild(KnobSlider, key)
    assert slider is not None
    QTest.keyClick(slider.track, press)


def back_to_preset(panel: ModelPanel) -> None:
    """Press the way back beside the preset."""
    buttons = panel.preset_row.findChildren(QPushButton)
    (button,) = [b for b in buttons if b.isVisible() and b is not panel.only_changed]
    assert "Back to the preset GRU small" in button.toolTip()
    button.click()


def shown_keys(panel: ModelPanel) -> set[str]:
    rows = [row for form in panel.forms.values() for row in form.rows()]
    return {row.knob.key for row in rows if row.isVisibleTo(panel)}


def running(room: Room, **changes: Any) -> RunState:
    """Let a run with the settings of the form be there."""
    state = RunState("runs/one", 5, True, config=room.draft.config, parameters=1234, **changes)
    room.come(state)
    return state


# Finding -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["gru", "convolutional", "transformer"])
def test_every_knob_can_be_set(room: Room, panel: ModelPanel, kind: str) -> None:
    room.draft.set_kinds(kind)
    model = room.draft.config.model
    panel.search.setText("a")  # makes the rows that are folded away
    there = {key for form in panel.forms.values() for key in form.keys()}  # noqa: SIM118
    for knob in all_knobs():
        side = knob.key.split(".")[1]
        owner = getattr(model, side) if side in ("encoder", "decoder") else None
        if owner is None or knob.key.rpartition(".")[2] in type(owner).model_fields:
            assert knob.key in there or knob.key in OWN_PLACE
            if knob.key not in OWN_PLACE:
                assert panel.findChild(QWidget, knob.key) is not None


def test_six_settings_are_in_sight_in_a_small_window(panel: ModelPanel) -> None:
    rows = [panel.preset_row, panel.architecture_row, panel.attention_row]
    rows += [row for form in panel.forms.values() for row in form.rows()]
    whole = [
        row for row in rows
        if row.isVisible() and row.visibleRegion().boundingRect().height() == row.height()
    ]  # fmt: skip
    assert len(whole) >= 6


def test_a_folded_knob_is_found_by_typing(panel: ModelPanel) -> None:
    assert "training.patience" not in shown_keys(panel)
    QTest.keyClicks(panel.search, "training.patience")
    assert shown_keys(panel) == {"training.patience"}
    assert not panel.preset_row.isVisible()
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    assert (
        panel.forms["training"]
        .editor("training.patience")
        .isAncestorOf(panel.window().focusWidget())
    )
    panel.search.setFocus()
    QTest.keyClick(panel.search, Qt.Key.Key_Escape)
    assert panel.search.text() == ""
    assert "training.patience" not in shown_keys(panel)
    assert panel.preset_row.isVisible()


def test_folded_rows_come_by_themselves_once_the_window_is_ready(
    room: Room, panel: ModelPanel, qtbot: QtBot
) -> None:
    room.come(Ready(("cpu",)))
    qtbot.waitUntil(lambda: panel.findChild(QWidget, "training.patience") is not None)
    qtbot.waitUntil(lambda: not panel.knobs._make_more.isActive())
    for form in panel.forms.values():
        assert not form.make_rows()
    assert "training.patience" not in shown_keys(panel)


def test_a_section_without_knobs_takes_no_room(panel: ModelPanel) -> None:
    for form in panel.forms.values():
        assert form.isVisible() == bool(form.keys())


def test_a_search_without_result_says_so(panel: ModelPanel) -> None:
    QTest.keyClicks(panel.search, "quux")
    assert panel.nothing.isVisible()
    assert "quux" in panel.nothing.text()
    panel.search.clear()
    assert not panel.nothing.isVisible()


@pytest.mark.parametrize(
    ("words", "found"),
    [("decoder dropout", "model.decoder.dropout"), ("learning rate", "training.learning_rate"),
     ("gpu", "training.device"), ("held-out", "data.held_out_percent")],
)  # fmt: skip
def test_a_knob_is_found_by_key_help_section_and_place_elsewhere(
    panel: ModelPanel, words: str, found: str
) -> None:
    QTest.keyClicks(panel.search, words.replace("held-out", "held out"))
    assert found in shown_keys(panel)


def test_what_is_called_so_comes_before_what_only_speaks_of_it(panel: ModelPanel) -> None:
    panel.search.setText("at most")
    rows = [row.label.text() for row in panel.knobs.rows() if row.isVisibleTo(panel)]
    assert rows[0] == "Held out, at most"
    panel.search.setText("steps")
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    first = next(row for row in panel.knobs.rows() if row.isVisibleTo(panel))
    assert "steps" in first.label.text().casefold()
    assert first.isAncestorOf(panel.window().focusWidget())
    panel.search.clear()
    keys = [row.knob.key for row in panel.knobs.rows()]
    assert keys == [key for form in panel.forms.values() for key in form.keys()]  # noqa: SIM118


def test_an_architecture_is_found_by_its_name(panel: ModelPanel) -> None:
    QTest.keyClicks(panel.search, "lstm")
    assert panel.presets.isVisible()
    assert panel.architecture.isVisible()
    assert "model.encoder.kind" in shown_keys(panel)


@pytest.mark.parametrize("words", ["attention", "looks back"])
def test_the_attention_is_found(panel: ModelPanel, words: str) -> None:
    QTest.keyClicks(panel.search, words)
    assert panel.attention_row.isVisible()


def test_knobs_of_the_bar_on_top_are_not_shown_twice(panel: ModelPanel) -> None:
    assert not shown_keys(panel) & set(ELSEWHERE)


def test_find_setting_goes_to_the_field_wherever_the_panel_is(panel: ModelPanel) -> None:
    dock = panel.parentWidget()
    assert dock is not None
    dock.hide()
    panel.find_setting()
    assert dock.isVisible()
    assert panel.window().focusWidget() is panel.search


def test_the_settings_can_be_shown_large(panel: ModelPanel, window: QMainWindow) -> None:
    dock = panel.parentWidget()
    assert isinstance(dock, QDockWidget)
    middle = QWidget()
    window.setCentralWidget(middle)
    window.setContentsMargins(0, 40, 0, 0)  # of a bar above it
    QApplication.processEvents()
    signs = [panel.larger.grab().toImage()]
    for is_large in (True, False):
        panel.larger.setFocus()
        QTest.keyClick(panel.larger, Qt.Key.Key_Space)
        assert dock.isFloating() == is_large
        signs.append(panel.larger.grab().toImage())
        if is_large:
            assert dock.geometry().top() >= middle.mapToGlobal(QPoint(0, 0)).y() >= 40
        assert panel.window().focusWidget() is panel.larger  # and Space brings it back
        assert ("training.patience" in shown_keys(panel)) == is_large
    assert signs[1] != signs[0]
    assert not panel.go_back()
    panel.larger.click()
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert not dock.isFloating()
    panel.larger.click()
    assert "training.patience" in shown_keys(panel)
    dock.setFloating(False)
    panel.head.set_floating(False)  # by the cross at its head
    assert "training.patience" not in shown_keys(panel)


# Changing and going back -------------------------------------------------------------------


def test_a_changed_knob_is_marked_and_can_be_taken_back(room: Room, panel: ModelPanel) -> None:
    assert not panel.only_changed.isVisible()
    turn(panel, "model.encoder.layers")
    row = panel.forms["model.encoder"].row("model.encoder.layers")
    assert row.is_changed
    room.draft.set("data.cures", ("duplicates",))  # in the data panel, and in no preset
    assert panel.only_changed.text() == "1 changed"
    (button,) = [b for b in row.findChildren(QPushButton) if b.isVisible()]
    assert button.toolTip().count("Back to 1 (preset GRU small)") == 1
    button.click()
    assert room.draft.config.model.encoder.layers == 1
    assert not row.is_changed
    assert not panel.only_changed.isVisible()


def test_all_changes_can_be_taken_back_at_once(room: Room, panel: ModelPanel, qtbot: QtBot) -> None:
    before = room.draft.config
    running(room)
    turn(panel, "model.encoder.layers")
    turn(panel, "training.clip_norm")
    turn(panel, "data.tokenizer.vocabulary_size")
    assert panel.only_changed.accessibleName() == "3 settings differ from the preset"
    back_to_preset(panel)
    assert room.draft.config == before
    told = ChangeKnob("training.clip_norm", 1.0)
    qtbot.waitUntil(lambda: room.sent(ChangeKnob)[-1] == told)


def test_only_the_changed_can_be_shown(panel: ModelPanel) -> None:
    turn(panel, "model.encoder.layers")
    panel.only_changed.click()
    assert shown_keys(panel) == {"model.encoder.layers"}
    back_to_preset(panel)
    assert len(shown_keys(panel)) > 5


def test_how_translations_are_searched_for_is_no_change_of_the_preset(
    room: Room, panel: ModelPanel
) -> None:
    for key, value in (("decoding.search", "beam"), ("decoding.beam_size", 7), ("data.seed", 4)):
        room.draft.set(key, value)
    assert not panel.only_changed.isVisible()
    turn(panel, "model.encoder.layers")
    assert panel.only_changed.text() == "1 changed"
    panel.only_changed.click()
    assert shown_keys(panel) == {"model.encoder.layers"}
    back_to_preset(panel)
    assert not panel.only_changed.isVisible()
    assert room.draft.config.decoding.beam_size == 7


def test_a_refused_value_is_marked_where_it_stands_in_plain_words(panel: ModelPanel) -> None:
    slider = panel.findChild(KnobSlider, "model.encoder.hidden_size")
    assert slider is not None
    slider.field.setFocus()
    slider.field.selectAll()
    QTest.keyClicks(slider.field, "129")
    QTest.keyClick(slider.field, Qt.Key.Key_Return)
    row = panel.forms["model.encoder"].row("model.encoder.hidden_size")
    said = [x.text() for x in row.findChildren(QLabel) if x.isVisible() and "even" in x.text()]
    assert len(said) == 1
    assert said[0] == "⚠ Hidden size must be even for a bidirectional encoder."
    assert slider.field.property("state") == "error"


def type_size(panel: ModelPanel, text: str) -> KnobSlider:
    """Type a hidden size of the encoder and press Enter; the field keeps the focus."""
    slider = panel.findChild(KnobSlider, "model.encoder.hidden_size")
    assert slider is not None
    slider.field.setFocus()
    slider.field.selectAll()
    QTest.keyClicks(slider.field, text)
    QTest.keyClick(slider.field, Qt.Key.Key_Return)
    return slider


def test_esc_brings_back_what_there_was_before_a_refused_value(panel: ModelPanel) -> None:
    slider = type_size(panel, "129")
    QTest.keyClick(slider.field, Qt.Key.Key_Escape)
    assert (slider.field.text(), slider.value()) == ("128", 128)
    assert slider.field.property("state") != "error"
    type_size(panel, "256")
    QTest.keyClick(slider.field, Qt.Key.Key_Escape)  # that one was taken
    assert slider.field.text() == "256"


def test_undo_takes_back_a_setting_also_while_its_field_has_the_focus(
    panel: ModelPanel, room: Room, window: QMainWindow
) -> None:
    undo = QAction("Undo", window)
    undo.setShortcut("Ctrl+Z")
    undo.triggered.connect(room.controller.steering.undo)
    window.addAction(undo)
    slider = type_size(panel, "256")
    QTest.keyClick(slider.field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert room.draft.config.model.encoder.hidden_size == 128
    assert slider.field.text() == "128"
    slider.field.selectAll()
    QTest.keyClicks(slider.field, "64")
    QTest.keyClick(slider.field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert slider.field.text() == "128"  # what is being typed is taken back first
    assert not room.draft.can_undo


def test_a_search_among_the_changed_says_that_it_is_one(panel: ModelPanel) -> None:
    turn(panel, "model.encoder.layers")
    panel.only_changed.click()
    panel.search.setText("clip")
    assert panel.nothing.text() == "No changed setting matches “clip”."


def test_the_architecture_takes_the_preset_of_its_size_unless_something_was_changed(
    room: Room, panel: ModelPanel
) -> None:
    chooser = panel.architecture
    chooser.setCurrentIndex(chooser.findData("lstm"))
    chooser.activated.emit(chooser.currentIndex())
    assert room.draft.preset == "lstm-small"
    assert room.draft.is_preset()
    turn(panel, "model.encoder.layers")
    chooser.setCurrentIndex(chooser.findData("gru"))
    chooser.activated.emit(chooser.currentIndex())
    assert room.draft.config.model.encoder.kind == "gru"
    assert room.draft.config.model.encoder.layers == 2


def test_tab_goes_through_the_settings_as_they_stand(room: Room, panel: ModelPanel) -> None:
    room.draft.set_kinds("transformer")  # the forms of encoder and decoder are made anew
    order: list[str] = []
    widget: QWidget | None = panel.presets.nextInFocusChain()
    for _ in range(400):
        assert widget is not None
        if widget.isVisibleTo(panel) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            owner: QWidget | None = widget
            while owner is not None and "." not in owner.objectName():
                owner = owner.parentWidget()
            if owner is not None and owner.objectName() not in order:
                order.append(owner.objectName())
        widget = widget.nextInFocusChain()
    sections = [name.rpartition(".")[0] for name in order]
    assert list(dict.fromkeys(sections))[:3] == ["model.encoder", "model.decoder", "training"]


def test_another_architecture_is_one_change_and_can_be_taken_back(
    room: Room, panel: ModelPanel
) -> None:
    room.draft.set_kinds("lstm")
    assert panel.only_changed.text() == "1 changed"
    panel.only_changed.click()
    assert panel.architecture_row.isVisible()
    assert not panel.nothing.isVisible()
    assert shown_keys(panel) == set()
    (button,) = [b for b in panel.architecture_row.findChildren(QPushButton) if b.isVisible()]
    assert "Back to GRU (preset GRU small)" in button.toolTip()
    button.click()
    assert room.draft.is_preset()
    assert not panel.only_changed.isVisible()
    room.draft.set("model.decoder.kind", "lstm")  # a mixed one is not an architecture
    assert "model.decoder.kind" in shown_keys(panel)
    assert not button.isVisible()


@pytest.mark.parametrize("is_undone", [False, True])
def test_another_architecture_leaves_the_form_where_it_is(
    room: Room, panel: ModelPanel, is_undone: bool
) -> None:
    chooser = panel.architecture
    room.draft.set_kinds("convolutional" if is_undone else "gru")
    slider = panel.findChild(KnobSlider, "model.encoder.hidden_size")
    assert slider is not None
    slider.track.setFocus()
    QTest.keyClick(slider.track, Qt.Key.Key_Right)
    if is_undone:
        while room.draft.undo():
            pass
    else:
        chooser.setCurrentIndex(chooser.findData("convolutional"))
        chooser.activated.emit(chooser.currentIndex())
    QApplication.processEvents()
    assert panel.window().focusWidget() is chooser
    assert panel._scroll.verticalScrollBar().value() == 0


# What fits ---------------------------------------------------------------------------------


def test_dot_attention_is_greyed_with_the_reason_where_sizes_differ(
    room: Room, panel: ModelPanel
) -> None:
    chooser = panel.attention_row.editor_widget
    assert isinstance(chooser, QComboBox)
    index = chooser.model().index(chooser.findData("dot"), 0)
    assert index.flags() & Qt.ItemFlag.ItemIsEnabled
    room.draft.set("model.decoder.hidden_size", 64)
    assert not index.flags() & Qt.ItemFlag.ItemIsEnabled
    assert "128 and 64" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_a_shared_embedding_waits_for_a_joint_vocabulary(room: Room, panel: ModelPanel) -> None:
    box = panel.forms["model.encoder"].editor("model.encoder.shared_embedding")
    assert not box.isEnabled()
    assert "“Joint vocabulary”" in box.accessibleDescription()
    assert "data.tokenizer" not in box.accessibleDescription()
    room.draft.set("data.tokenizer.joint", True)
    assert box.isEnabled()


@pytest.mark.parametrize(
    ("kind", "attention", "word"),
    [("transformer", "Scaled dot product", "Transformer"),
     ("convolutional", "Dot product", "convolutional")],
)  # fmt: skip
def test_a_decoder_without_a_choice_of_attention_says_why(
    room: Room, panel: ModelPanel, kind: str, attention: str, word: str
) -> None:
    room.draft.set_kinds(kind)
    chooser = panel.attention_row.editor_widget
    assert isinstance(chooser, Chooser)
    assert not chooser.isEnabled()
    assert chooser.placeholderText() == attention
    assert word in chooser.toolTip()
    assert word in chooser.accessibleDescription()
    room.draft.set_kinds("lstm")
    assert chooser.isEnabled()
    assert chooser.currentText() == "Additive"


def test_a_set_is_read_and_never_written(room: Room, panel: ModelPanel) -> None:
    assert panel.architecture.findData("set_transformer") < 0  # which is for both sides
    panel.search.setText("cell")
    reader = panel.findChild(Chooser, "model.encoder.kind")
    writer = panel.findChild(Chooser, "model.decoder.kind")
    assert reader is not None
    assert writer is not None
    assert writer.findData("set_transformer") < 0
    row = reader.findData("set_transformer")
    assert reader.itemText(row) == "Set Transformer"
    reader.setCurrentIndex(row)
    reader.activated.emit(row)
    assert room.draft.config.model.encoder.kind == "set_transformer"
    assert room.draft.config.model.decoder.kind == "gru"
    assert panel.findChild(QWidget, "model.encoder.inducing_points") is not None


def test_heads_that_do_not_divide_the_hidden_size_are_passed_over(
    room: Room, panel: ModelPanel
) -> None:
    room.draft.set_kinds("transformer")
    turn(panel, "model.encoder.heads")
    assert (
        value_of(room.draft.config, "model.encoder.heads") == 8
    )  # from 4: 5, 6 and 7 do not divide 128


@pytest.mark.parametrize(
    ("key", "cure", "value"),
    [("training.warmup_steps", "training.schedule", "warmup"),
     ("decoding.beam_size", "decoding.search", "beam")],
)  # fmt: skip
def test_a_knob_without_meaning_is_shown_but_greyed_with_the_reason(
    room: Room, panel: ModelPanel, key: str, cure: str, value: str
) -> None:
    room.draft.set("training.schedule", "constant")
    editor = panel.findChild(QWidget, key)
    assert editor is not None
    assert key in shown_keys(panel)
    assert not editor.isEnabled()
    assert "no effect" in editor.accessibleDescription()
    room.draft.set(cure, value)
    assert editor.isEnabled()


def test_a_live_knob_can_wake_another(room: Room, panel: ModelPanel) -> None:
    editor = panel.forms["training"].editor("training.clipping")
    assert editor.isEnabled()
    room.draft.set("training.clip_norm", 0.0)
    assert not editor.isEnabled()
    room.draft.set("training.clip_norm", 1.0)
    assert editor.isEnabled()


def test_a_device_that_is_not_there_is_greyed(room: Room, panel: ModelPanel) -> None:
    chooser = panel.forms["training"].editor("training.device")
    assert isinstance(chooser, QComboBox)
    room.come(Ready(("cpu",)))
    items = [chooser.model().index(row, 0) for row in range(chooser.count())]
    usable = [i.data() for i in items if i.flags() & Qt.ItemFlag.ItemIsEnabled]
    assert usable == ["Automatic", "CPU"]


def test_a_reason_does_not_name_the_section_it_stands_in() -> None:
    assert in_words(BadConfig("regularisation: no. Not so")) == "No. Not so."


def test_reasons_speak_of_knobs_as_the_form_does(room: Room) -> None:
    problem = room.draft.problem("training.patience", 5000)
    assert problem is not None
    assert in_words(problem) == "“Patience” must be a whole number between 0 and 1000, not 5000."


# The next run ------------------------------------------------------------------------------


def test_what_needs_a_new_run_is_named_and_offered(room: Room, panel: ModelPanel) -> None:
    running(room)
    assert not panel.later.isVisible()
    turn(panel, "training.clip_norm")  # acts at once
    assert not panel.later.isVisible()
    turn(panel, "model.encoder.layers")
    assert panel.later.isVisible()
    assert panel.later.sentence.text() == "For a new run: Layers."
    assert "Layers (encoder)" in panel.later.sentence.toolTip()
    turn(panel, "model.decoder.dropout")
    turn(panel, "training.batch_tokens")
    assert panel.later.sentence.text() == "3 settings need a new run."
    for name in ("Layers (encoder)", "Dropout (decoder)", "Batch size"):
        assert name in panel.later.sentence.toolTip()
    (ring,) = [
        dot for dot in panel.forms["model.encoder"].findChildren(PendingDot) if dot.isVisible()
    ]
    assert "this one has 1" in ring.toolTip()
    panel.later.button.click()
    assert room.sent(StartRun)[-1].config == room.draft.config
    running(room)
    assert not panel.later.isVisible()


def rings(panel: ModelPanel) -> int:
    """How many settings are marked, also those that are folded away."""
    return len([dot for dot in panel.findChildren(PendingDot) if not dot.isHidden()])


def test_another_architecture_is_named_as_one(room: Room, panel: ModelPanel) -> None:
    running(room)
    room.draft.set_kinds("lstm")
    assert panel.later.sentence.text() == "For a new run: Architecture."
    (ring,) = (dot for dot in panel.findChildren(PendingDot) if not dot.isHidden())
    assert panel.architecture_row.isAncestorOf(ring)
    assert "this one has GRU" in ring.toolTip()


def test_as_many_settings_are_counted_as_are_marked(room: Room, panel: ModelPanel) -> None:
    panel.knobs.show_advanced(True)  # all rows are there
    running(room)
    draft, counts = room.draft, []
    for key, value in (
        ("data.builtin", "copy"), ("data.longest", 50), ("data.tokenizer.kind", "char"),
        ("data.train", ("a.tsv",)), ("model.encoder.layers", 3),
    ):  # fmt: skip
        assert draft.set(key, value)
        counts.append(rings(panel))
        text = panel.later.sentence.text()
        found = re.match(r"(\d+) settings", text)
        assert counts[-1] == (int(found[1]) if found else 1), text
    assert counts == [1, 1, 1, 1, 2]  # of another corpus, what comes with it is not told apart
    draft.set("data.tokenizer.joint", True)  # which the model asks for
    counts.append(rings(panel))
    assert counts[-1] == 3
    draft.set_kinds("lstm")
    assert rings(panel) == counts[-1] + 1
    draft.set("model.encoder.kind", "gru")  # encoder and decoder apart: the decoder's counts
    assert rings(panel) == counts[-1] + 1


def test_all_editors_stand_in_line(panel: ModelPanel) -> None:
    """Also the value of a slider, whether there is a scroll bar in the margin or not."""

    def places(row: FormRow) -> tuple[int, int]:
        editor = row.editor_widget
        left = editor.mapTo(panel, QPoint(0, 0)).x()
        return left, left + editor.width()

    def shown() -> list[FormRow]:
        rows = (row for form in panel.forms.values() for row in form.rows())
        return [row for row in (panel.architecture_row, *rows) if row.isVisibleTo(panel)]

    for words in ("", "dropout"):
        panel.search.setText(words)
        QApplication.processEvents()
        assert len({places(row) for row in shown()}) == 1
    panel.search.clear()
    QApplication.processEvents()
    left, right = places(panel.preset_row)
    assert right == places(panel.architecture_row)[1] == panel.width() - px(16) - 1
    assert left == panel.architecture_row.label.mapTo(panel, QPoint(0, 0)).x()


# Cost and presets --------------------------------------------------------------------------


def test_the_cost_follows_the_form_and_is_never_of_other_settings(
    room: Room, panel: ModelPanel
) -> None:
    assert not panel.cost.isVisible()
    room.controller.questions.probed.emit(PROBE)
    assert panel.cost.text() == "559,681 parameters · 34 MB · 9 s/epoch"
    turn(panel, "training.clip_norm")  # costs nothing
    assert "559,681" in panel.cost.text()
    turn(panel, "model.encoder.layers")
    assert panel.cost.text() == "…"
    room.controller.questions.probed.emit(replace(PROBE, parameters=650_000, seconds_per_step=0.0))
    assert panel.cost.text() == "650,000 parameters · 34 MB"
    turn(panel, "model.encoder.layers", Qt.Key.Key_Left)
    assert panel.cost.text() == "…"
    slower = replace(PROBE, seconds_per_step=1.8 * PROBE.seconds_per_step)  # on a busy machine
    room.controller.questions.probed.emit(slower)
    assert panel.cost.text() == "559,681 parameters · 34 MB · 9 s/epoch"  # as before


def test_nothing_of_another_corpus_is_told_while_one_is_read(room: Room, panel: ModelPanel) -> None:
    room.get_ready()
    room.controller.questions.probed.emit(PROBE)
    whole = panel.cost.text(), panel.presets.itemText(panel.presets.currentIndex())
    assert "95 % right" in whole[1]
    room.controller.reading.open(DataConfig(builtin="", train=("a.tsv",)))
    room.draft.set("training.clip_norm", 2.5)
    assert panel.cost.text() == "…"
    assert panel.presets.itemText(panel.presets.currentIndex()) == "GRU small"
    room.controller.reading.stop()
    assert (panel.cost.text(), panel.presets.itemText(panel.presets.currentIndex())) == whole
    panel.coming.take(DataConfig(builtin="", train=("a.tsv",)))  # the window will read it soon
    assert panel.cost.text() == "…"


def test_the_time_of_an_epoch_is_that_of_the_run_once_it_is_measured(
    room: Room, panel: ModelPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_cost, "LOOK_SECONDS", 0.0)
    running(room)
    room.controller.questions.probed.emit(PROBE)
    assert panel.cost.text().endswith("34 MB · 9 s/epoch")
    for pace in (None, 0.02, 0.0202, 0.0199):
        panel.cost.note_pace(pace, room.draft.config)
    assert panel.cost.text().endswith("34 MB · 1.8 s/epoch")  # 90 steps
    room.controller.questions.probed.emit(PROBE)  # one batch, beside training
    assert panel.cost.text().endswith("1.8 s/epoch")
    trained = room.draft.config
    turn(panel, "model.encoder.layers")
    panel.cost.note_pace(0.04, trained)
    assert panel.cost.text() == "…"
    room.controller.questions.probed.emit(replace(PROBE, parameters=650_000))
    assert panel.cost.text().endswith("9 s/epoch")  # nobody has trained that


def test_the_cost_is_said_in_as_many_words_as_there_is_room_for(
    room: Room, panel: ModelPanel
) -> None:
    cost = panel.cost
    room.controller.questions.probed.emit(replace(PROBE, learned=363_147))
    width = cost.fontMetrics().horizontalAdvance
    assert cost.text().startswith("363,147 of 559,681 parameters learned · ")
    for room_for in (cost.text(), *cost._shorter):
        cost.setFixedWidth(width(room_for) + 1)
        assert cost.shown_text() == room_for
    assert cost.shown_text() == "363 k of 560 k learned · 34 MB · 9 s/epoch"
    assert width(cost.shown_text()) < 300


def test_the_size_of_a_preset_is_read_where_its_kind_is_cut(qtbot: QtBot) -> None:
    chooser = PresetChooser()
    qtbot.addWidget(chooser)
    chooser.show_preset("convolutional-small", is_whole=False)
    chooser.resize(150, 28)
    assert chooser.shown_text().startswith("Conv")
    assert chooser.shown_text().endswith("… small")
    chooser.resize(300, 28)
    assert chooser.shown_text() == "Preset: Convolutional small"


def test_presets_stand_by_architecture_and_size_with_their_times(
    room: Room, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = {"gru-small": {"phrasebook": 14.2}, "rnn-small": {"phrasebook": None}, "gru-base": {}}
    helps = dict.fromkeys(["transformer-tiny", "gru-small", "gru-base", "rnn-small"], "A model.")
    monkeypatch.setattr(preset_chooser, "preset_times", lambda: times)
    monkeypatch.setattr(preset_chooser, "preset_helps", lambda: helps)
    chooser = PresetChooser()
    qtbot.addWidget(chooser)

    def texts() -> list[str]:
        return [chooser.itemText(n) for n in range(chooser.count()) if chooser.itemData(n)]

    chooser.show_times("phrasebook")
    assert texts() == [
        "RNN small — 95 % not reached in 10 min", "GRU small — 95 % right in 14 s",
        "GRU base — not measured", "Transformer tiny — not measured",
    ]  # fmt: skip
    tip = chooser.itemData(chooser.findData("gru-small"), Qt.ItemDataRole.ToolTipRole)
    assert "about 14 s of work of one core" in tip
    tip = chooser.itemData(chooser.findData("rnn-small"), Qt.ItemDataRole.ToolTipRole)
    assert "was not reached in 10 minutes of work of one core" in tip
    chooser.show_times("")  # a corpus from files
    assert texts() == ["RNN small", "GRU small", "GRU base", "Transformer tiny"]


def test_the_preset_is_shown_by_its_title(room: Room, panel: ModelPanel) -> None:
    assert panel.presets.currentText().startswith("GRU small")
    room.draft.replace(changed(room.draft.config, "model.encoder.layers", 3))
    assert panel.presets.currentText().startswith("GRU small")
    assert panel.architecture.currentText() == "GRU"


def test_a_figure_moves_only_when_it_is_another_one() -> None:
    time = Steady()
    assert [time.take(value) for value in (10.0, 11.0, 9.0, 19.0, 10.4)] == [10.0] * 5
    assert [time.take(value) for value in (20.0, 21.0, 20.0)][-1] == 19.0  # another pace


def test_what_zero_means_is_said_in_a_word_that_can_be_typed(panel: ModelPanel) -> None:
    row = panel.knobs.row("training.minutes")
    assert row
    field: Any = getattr(row.editor_widget, "field", row.editor_widget)
    assert field.text() == row.shown(0) == "no limit"
    assert "Range: 0 (no limit) to 100,000 minutes" in row.editor_widget.accessibleDescription()
    for typed, shown, value in (("5", "5", 5), ("No limit", "no limit", 0), ("0", "no limit", 0)):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, typed)
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert field.text() == shown
        assert panel._draft.config.training.minutes == value


def test_unfolded_groups_are_kept_for_the_next_start(room: Room, panel: ModelPanel) -> None:
    told: list[list[str]] = []
    panel.knobs.unfolded.connect(told.append)
    panel.forms["training"]._fold.click()
    assert told == [["training"]]
    panel.knobs.show_advanced(True)  # larger settings, and back
    panel.knobs.show_advanced(False)
    row = panel.forms["training"].row("training.minutes")
    assert not row.isHidden()
    assert panel.forms["decoding"].row("decoding.length_limit").isHidden()
    panel.forms["training"]._fold.click()
    assert told[-1] == []
    panel.knobs.set_unfolded(["training", "long.gone"])  # as at a start
    assert not row.isHidden()
