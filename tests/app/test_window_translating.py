"""The real window: it translates while it trains, and shows where it looked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QPushButton,
    QSpinBox,
    QTableWidget,
)

from app.widgets import numbers
from app.widgets.heatmap import Heatmap
from app.widgets.hypothesis_delegate import FIGURES
from app.widgets.source_field import SourceField
from app.widgets.translation_field import TranslationField
from tests.app.conftest import OpenWindow
from tests.app.seen import banner, press, translated
from tests.helpers import tiny_config


def transformer() -> Any:
    return tiny_config("transformer", "transformer", training={"steps": 0, "validate_every": 50})


def test_typed_text_is_translated_while_it_trains(open_window: OpenWindow) -> None:
    opened = open_window().training()
    answers: list[Any] = []
    opened.controller.questions.translated.connect(answers.append)
    field = opened.find(SourceField, "sourceText")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "x y z")
    opened.wait(lambda: answers and answers[-1].source == "x y z")
    step = answers[-1].step
    opened.wait(lambda: answers[-1].step > step)  # again, by itself
    assert answers[-1].source == "x y z"


def test_greedy_and_beam_act_at_once_and_the_table_fills(open_window: OpenWindow) -> None:
    opened = open_window().training(10).paused()
    answers: list[Any] = []
    opened.controller.questions.translated.connect(answers.append)
    table = opened.find(QTableWidget, "nBestTable")
    opened.find(QPushButton, "searchBeam").click()
    opened.wait(lambda: table.rowCount() == 5)
    scores = [numbers.parsed(_figures(table, row).split()[1]) or 0.0 for row in range(5)]
    ended = [not _text(table, row).endswith("(cut)") for row in range(5)]
    ranks = list(zip(ended, scores, strict=True))
    assert ranks == sorted(ranks, reverse=True)  # what was cut comes after what ended
    assert len({_text(table, row) for row in range(5)}) > 1
    size = opened.find(QSpinBox, "beamSize")
    assert size.isVisible()
    size.setValue(2)
    opened.wait(lambda: table.rowCount() == 2)
    opened.find(QPushButton, "searchGreedy").click()
    opened.wait(lambda: table.rowCount() == 1)
    assert not size.isVisible()
    assert translated(opened) == answers[-1].hypotheses[0].text


def _text(table: QTableWidget, row: int) -> str:
    return str(table.model().index(row, 0).data())


def _figures(table: QTableWidget, row: int) -> str:
    return str(table.model().index(row, 0).data(FIGURES))


def test_the_heat_map_fits_its_tokens(open_window: OpenWindow) -> None:
    opened = open_window().training()
    heatmap = opened.find(Heatmap, "attentionHeatmap")
    opened.find(SourceField, "sourceText").setPlainText("a b c d")
    opened.wait(lambda: heatmap.source_tokens[:4] == ["a", "b", "c", "d"])
    assert len(heatmap.source_tokens) == 5  # and the end of the sentence
    assert heatmap.weights.shape == (len(heatmap.target_tokens), len(heatmap.source_tokens))
    assert heatmap.weights.sum(1) == pytest.approx(1.0, abs=1e-4)
    assert opened.find(QComboBox, "layerChooser").isVisible() is False
    assert opened.find(QComboBox, "headChooser").isVisible() is False


def test_a_transformer_offers_layers_and_heads(open_window: OpenWindow) -> None:
    opened = open_window(transformer()).training(20)
    opened.find(SourceField, "sourceText").setPlainText("a b c d e f")
    opened.paused()
    heatmap = opened.find(Heatmap, "attentionHeatmap")
    opened.wait(lambda: len(heatmap.source_tokens) == 7)
    layers, heads = opened.find(QComboBox, "layerChooser"), opened.find(QComboBox, "headChooser")
    assert layers.isVisible()
    assert heads.isVisible()
    assert layers.count() == heads.count() == 3  # the mean, and two
    assert layers.currentIndex() == heads.currentIndex() == 0
    mean = heatmap.weights.copy()
    parts = []
    for layer in (1, 2):
        for head in (1, 2):
            for chooser, row in ((layers, layer), (heads, head)):
                chooser.setCurrentIndex(row)
                chooser.activated.emit(row)
            parts.append(heatmap.weights.copy())
            assert parts[-1].sum(1) == pytest.approx(1.0, abs=1e-4)
    np.testing.assert_allclose(np.mean(parts, axis=0), mean, atol=1e-5)
    assert any(np.abs(part - mean).max() > 1e-4 for part in parts)


def test_without_attention_the_map_says_why_it_is_empty(open_window: OpenWindow) -> None:
    config = tiny_config(attention="none", training={"steps": 0})
    opened = open_window(config).training()
    heatmap = opened.find(Heatmap, "attentionHeatmap")
    opened.wait(lambda: translated(opened) and "no attention" in heatmap._hint)
    assert heatmap.weights.size == 0


def test_a_held_out_sentence_comes_by_key_and_is_remembered_for_the_next_start(
    open_window: OpenWindow,
) -> None:
    opened = open_window().ready()
    field = opened.find(SourceField, "sourceText")
    opened.wait(field.sentence)
    before = field.sentence()
    press(opened, Qt.Key.Key_R, field, control=True)
    assert field.sentence() != before
    assert opened.controller.corpus is not None
    assert field.sentence() in dict(opened.controller.corpus.prepared.examples)
    opened.window.close()
    table = open_window().ready().find(QTableWidget, "historyTable")
    assert _text(table, 0) == field.sentence()


def test_several_lines_are_translated_while_it_trains(open_window: OpenWindow) -> None:
    opened = open_window().training()
    opened.find(SourceField, "sourceText").setPlainText("a b c\n\nx y\n" + "k l m\n" * 30)
    view = opened.find(TranslationField, "translationText")
    opened.wait(lambda: sum(map(bool, view.text().split("\n"))) == 32)
    step = opened.step
    opened.wait(lambda: opened.step > step + 20)
    assert not banner(opened)
