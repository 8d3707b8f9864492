"""The heat map: what it offers, where its cells are, and tokens of any script."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from app.widgets.heatmap import Heatmap
from app.widgets.heatmap_layout import UPRIGHT_STEP, Layout, upright_parts
from app.widgets.theme import DARK, DARK_CONTRAST, LIGHT, LIGHT_CONTRAST, apply_theme
from tests.app.looks import contrast

SOURCE = ["the", "cat", "sleeps", "[end]"]
TARGET = ["le", "chat", "[end]"]
SCRIPTS = [
    "我们",
    "السلام",
    "קיסרים",
    "👍🏽",
    "a̐é",
    "Donaudampfschifffahrtsgesellschaft",
    "",
    " ",
    "a\nb",
]


@pytest.fixture
def heatmap(qtbot: QtBot) -> Heatmap:
    heatmap = Heatmap("Translate a sentence")
    heatmap.resize(390, 390)
    qtbot.addWidget(heatmap)
    heatmap.show()
    return heatmap


def weights(rows: int, columns: int) -> NDArray[np.float64]:
    random = np.random.default_rng(0).random((rows, columns))
    return np.asarray(random / random.sum(axis=1, keepdims=True))


def laid_out(heatmap: Heatmap) -> Layout:
    layout = heatmap.placed()
    assert layout is not None
    return layout


def centre(heatmap: Heatmap, row: int, column: int, across: float = 0.5) -> QPointF:
    layout = laid_out(heatmap)
    corner = QPointF(layout.cells.topLeft())
    return corner + QPointF((column + across) * layout.width, (row + 0.5) * layout.height)


def test_it_offers_what_it_shows(heatmap: Heatmap) -> None:
    given = weights(3, 4)
    heatmap.show_weights(given, SOURCE, TARGET)
    assert np.allclose(heatmap.weights, given)
    assert heatmap.weights.shape == (3, 4)
    assert (heatmap.source_tokens, heatmap.target_tokens) == (SOURCE, TARGET)
    given[:] = 0
    assert heatmap.weights.max() > 0


def test_weights_must_fit_the_tokens(heatmap: Heatmap) -> None:
    with pytest.raises(ValueError, match=r"\(4, 3\) do not fit 3 target and 4 source"):
        heatmap.show_weights(weights(4, 3), SOURCE, TARGET)


def test_the_cell_under_the_mouse_is_found(heatmap: Heatmap) -> None:
    heatmap.show_weights(weights(3, 4), SOURCE, TARGET)
    for row in range(3):
        for column in range(4):
            assert heatmap.cell_at(centre(heatmap, row, column)) == (row, column)
    assert heatmap.cell_at(QPointF(1, 1)) == (-1, -1)
    assert heatmap.cell_at(centre(heatmap, 3, 0)) == (-1, -1)


def test_hovering_reads_the_value(heatmap: Heatmap, qtbot: QtBot) -> None:
    values = np.zeros((3, 4))
    values[1, 1] = 0.93
    heatmap.show_weights(values, SOURCE, TARGET)
    with qtbot.waitSignal(heatmap.hovered) as hovered:
        QTest.mouseMove(heatmap, centre(heatmap, 1, 1).toPoint())
    assert hovered.args == [1, 1]
    plain = [c for c in heatmap.reading(1, 1) if c.isprintable()]
    assert "".join(plain) == "chat ← cat 0.93"
    assert heatmap.accessibleDescription() == heatmap.reading(1, 1)
    heatmap.grab()
    with qtbot.waitSignal(heatmap.hovered) as hovered:
        heatmap.leaveEvent(QEvent(QEvent.Type.Leave))
    assert hovered.args == [-1, -1]


def test_arrow_keys_walk_over_the_cells(heatmap: Heatmap, qtbot: QtBot) -> None:
    heatmap.show_weights(weights(3, 4), SOURCE, TARGET)
    seen: list[tuple[int, int]] = []
    heatmap.hovered.connect(lambda row, column: seen.append((row, column)))
    keys = Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Escape
    for key in keys:
        QTest.keyClick(heatmap, key)
    assert seen == [(0, 0), (1, 0), (1, 1), (0, 1), (-1, -1)]


def test_showing_less_takes_the_chosen_cell_away(heatmap: Heatmap, qtbot: QtBot) -> None:
    heatmap.show_weights(weights(3, 4), SOURCE, TARGET)
    QTest.mouseMove(heatmap, centre(heatmap, 2, 3).toPoint())
    with qtbot.waitSignal(heatmap.hovered) as hovered:
        heatmap.show_weights(weights(1, 2), SOURCE[:2], TARGET[:1])
    assert hovered.args == [-1, -1]


def test_clear_leaves_a_hint(heatmap: Heatmap) -> None:
    heatmap.show_weights(weights(3, 4), SOURCE, TARGET)
    heatmap.clear("Nothing yet")
    assert heatmap.weights.size == 0
    assert heatmap.cell_at(QPointF(200, 200)) == (-1, -1)
    heatmap.grab()


def test_colours_are_viridis(heatmap: Heatmap) -> None:
    heatmap.show_weights(np.array([[0.0, 1.0]]), ["a", "b"], ["x"])
    picture, ratio = heatmap.grab().toImage(), heatmap.devicePixelRatioF()
    names = [
        picture.pixelColor((centre(heatmap, 0, column, 0.15) * ratio).toPoint()).name()
        for column in (0, 1)
    ]
    assert names == ["#440154", "#fde725"]


def test_where_four_rows_have_no_room_the_whole_sentence_is_shown(heatmap: Heatmap) -> None:
    heatmap.resize(520, 130)
    heatmap.show_weights(weights(9, 10), [f"word{i}" for i in range(10)], [*"abcdefghi"])
    layout = laid_out(heatmap)
    assert not layout.scrolls
    assert layout.labels.target_stride > 1
    heatmap.grab()


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("columns", [4, 11, 17, 26, 41, 121])
def test_labels_are_never_small_and_never_on_each_other(
    heatmap: Heatmap, columns: int, scale: int
) -> None:  # fmt: skip
    font = heatmap.font()
    font.setPixelSize(13 * scale)
    heatmap.setFont(font)
    heatmap.resize(366 * scale, 275 * scale)
    tokens = (["the", "little", "girl", "standing", "there"] * 30)[: columns - 1]
    heatmap.show_weights(weights(columns, columns), [*tokens, "[end]"], [*tokens, "[end]"])
    layout = laid_out(heatmap)
    size = layout.labels.font.pixelSize()
    assert size >= 11 * scale
    assert layout.labels.target_stride * layout.height >= size
    apart = layout.labels.source_stride * layout.width
    if layout.labels.angle:
        assert apart * math.sin(math.radians(layout.labels.angle)) >= size
    else:
        assert apart >= max(map(QFontMetricsF(layout.labels.font).horizontalAdvance, tokens))
    heatmap.grab()


def test_chinese_words_stand_upright_and_are_never_cut_off(heatmap: Heatmap) -> None:
    assert upright_parts("小饭馆") == ["小", "饭", "馆"]
    assert upright_parts("👍🏽") == ["👍🏽"]
    assert upright_parts("cat") == upright_parts("我a") == upright_parts("") == []
    source = ["我们", "小饭馆里", "在", "[end]"]
    heatmap.resize(366, 150)
    heatmap.show_weights(weights(4, 12), source * 3, [*"abcd"])
    layout = laid_out(heatmap)
    stack = 4 * UPRIGHT_STEP * layout.labels.font.pixelSize()
    assert layout.labels.angle
    assert stack <= layout.view.top() - 0.5 * layout.gap


def test_a_label_that_is_cut_or_left_out_is_told_where_it_belongs(heatmap: Heatmap) -> None:
    tokens = [f"word{i}" for i in range(40)]
    heatmap.show_weights(weights(40, 40), tokens, tokens)
    layout = laid_out(heatmap)
    assert layout.is_thinned
    for row in (0, 7, 39):
        place = QPointF(layout.view.left() - 20, layout.cell_box(row, 0).center().y())
        assert f"word{row}" in heatmap._token_at(place)
    for column in (0, 7, 39):  # 20 pixels along the label, which rises from the top of its column
        foot = QPointF(layout.cell_box(0, column).center().x(), layout.view.top() - 10)
        angle = math.radians(layout.labels.angle)
        along = QPointF(20 * math.cos(angle), -20 * math.sin(angle))
        assert f"word{column}" in heatmap._token_at(foot + along)
    assert heatmap._token_at(QPointF(layout.view.center())) == ""


def test_a_word_more_or_less_leaves_the_cells_in_their_places(heatmap: Heatmap) -> None:
    source = [f"word{i}" for i in range(9)]
    boxes, heights = set(), set()
    for target in ("abcdefgh", "abcdefghi", "abcdefg"):
        heatmap.show_weights(weights(len(target), 9), source, [*target])
        boxes.add(laid_out(heatmap).cell_box(3, 3).getRect())
        heights.add(laid_out(heatmap).height)
    assert len(boxes) == 2  # one word more has no room, but then all of them keep it
    heatmap.show_weights(weights(2, 9), source, ["a", "b"])
    assert laid_out(heatmap).height > max(heights)


def test_the_left_edge_holds_still_while_long_words_come_and_go(heatmap: Heatmap) -> None:
    source, edges = [f"word{i}" for i in range(9)], []
    for rows, word in ((5, "ab"), (9, "unabhängig"), (8, "ab"), (3, "abc"), (9, "verhältnis")):
        heatmap.show_weights(weights(rows, 9), source, [word] * rows)
        edges.append(laid_out(heatmap).view.left())
    assert edges[0] < edges[1]
    assert len(set(edges[1:])) == 1
    heatmap.show_weights(weights(3, 4), ["another", "one", "is", "shown"], ["a", "b", "c"])
    assert laid_out(heatmap).view.left() <= edges[0]


def test_a_short_translation_takes_the_room_below_it(heatmap: Heatmap) -> None:
    heatmap.resize(366, 300)
    heatmap.show_weights(weights(5, 11), [f"word{i}" for i in range(11)], [*"abcde"])
    layout = laid_out(heatmap)
    assert layout.height > 1.3 * layout.width


@pytest.mark.parametrize("size", [(390, 390), (300, 250), (160, 120), (900, 500)])
@pytest.mark.parametrize("shape", [(1, 1), (3, 4), (60, 60), (4, 60), (60, 4)])
def test_all_cells_and_labels_have_room(
    heatmap: Heatmap, size: tuple[int, int], shape: tuple[int, int]
) -> None:  # fmt: skip
    heatmap.resize(*size)
    source = [f"source{i}" for i in range(shape[1])]
    heatmap.show_weights(weights(*shape), source, [f"target{i}" for i in range(shape[0])])
    layout = laid_out(heatmap)
    assert heatmap.viewport().rect().contains(layout.view)
    assert layout.cells.contains(layout.view)
    assert 5 <= layout.width <= 48  # large enough to be told apart, or one scrolls
    assert 5 <= layout.height <= 48
    if layout.scrolls:
        assert layout.labels.source_stride == layout.labels.target_stride == 1
        assert layout.view.width() % layout.width == layout.view.height() % layout.height == 0
    if min(layout.width, layout.height) > 16:  # nearly square, however much room there is
        assert 1 / 1.6 <= layout.width / layout.height <= 2.2
    heatmap.grab()


def test_enlarged_labels_rather_lie_flat_and_smaller_than_are_left_out(heatmap: Heatmap) -> None:
    font = heatmap.font()
    font.setPixelSize(17)  # presented on a projector
    heatmap.setFont(font)
    heatmap.resize(596, 240)
    source = ["ils", "sont", "petits", "parce", "que", "l'oiseau", "dessine", "ma", "reine"]
    source += ["heureuse", "[end]"]
    heatmap.show_weights(weights(11, 11), source, ["because"] * 11)
    layout = laid_out(heatmap)
    assert not layout.is_thinned
    assert layout.labels.font.pixelSize() >= 13  # as large as the type of the window usually is


def test_low_cells_tell_their_values_where_they_are_wide(heatmap: Heatmap, tmp_path: Path) -> None:
    heatmap.resize(560, 212)
    heatmap.show_weights(np.full((10, 10), 0.42), ["word"] * 10, ["wort"] * 10)
    layout = laid_out(heatmap)
    assert not layout.is_thinned
    assert layout.height < 20 < layout.width  # too low for values of the size that width allows
    heatmap.save_svg(tmp_path / "map.svg")
    assert (tmp_path / "map.svg").read_text(encoding="utf-8").count(">.42<") == 100


@pytest.mark.parametrize("shape", [(10, 10), (24, 20)])
def test_a_sentence_of_usual_length_needs_no_scrolling(
    heatmap: Heatmap, shape: tuple[int, int]
) -> None:
    heatmap.show_weights(weights(*shape), ["word"] * shape[1], ["wort"] * shape[0])
    assert not laid_out(heatmap).scrolls
    assert heatmap.caption() == ""


def test_what_is_scrolled_to_is_said_and_every_label_is_there(heatmap: Heatmap) -> None:
    tokens = [f"w{i}" for i in range(90)]
    heatmap.show_weights(weights(90, 90), tokens, tokens)
    layout = laid_out(heatmap)
    assert layout.scrolls
    assert layout.labels.source_stride == layout.labels.target_stride == 1
    assert heatmap.caption().startswith("source 1–")
    heatmap.horizontalScrollBar().setValue(heatmap.horizontalScrollBar().maximum())
    heatmap.verticalScrollBar().setValue(heatmap.verticalScrollBar().maximum())
    assert heatmap.caption().endswith("–90 of 90")
    corner = QPointF(laid_out(heatmap).view.bottomRight()) - QPointF(3, 3)
    assert heatmap.cell_at(corner) == (89, 89)


def test_arrow_keys_scroll_along(heatmap: Heatmap) -> None:
    tokens = [f"w{i}" for i in range(90)]
    heatmap.show_weights(weights(90, 90), tokens, tokens)
    for _ in range(90):
        QTest.keyClick(heatmap, Qt.Key.Key_Down)
    assert heatmap.verticalScrollBar().value() == heatmap.verticalScrollBar().maximum()
    assert "89" in heatmap.reading(*heatmap._cell)


def test_the_whole_matrix_can_be_seen_at_once(heatmap: Heatmap) -> None:
    tokens = [f"w{i}" for i in range(200)]
    heatmap.show_weights(weights(200, 200), tokens, tokens)
    assert laid_out(heatmap).scrolls
    heatmap.set_whole(True)
    layout = laid_out(heatmap)
    assert not layout.scrolls
    assert heatmap.viewport().rect().contains(layout.cells)
    assert layout.labels.source_stride > 1


def test_the_overview_shows_where_one_is_and_scrolls(heatmap: Heatmap) -> None:
    heatmap.resize(366, 300)  # as it is on a screen of 1280 x 720
    tokens = [f"w{i}" for i in range(70)]
    heatmap.show_weights(weights(70, 70), tokens, tokens)
    before = laid_out(heatmap)
    assert before.labels.font.pixelSize() >= 11
    assert before.view.width() // before.width >= 18
    assert before.view.height() // before.height >= 15
    assert not before.overview.intersects(QRectF(before.view))
    assert before.overview.contains(before.part_seen())
    assert before.part_seen().topLeft() == before.overview.topLeft()
    heatmap.show_weights(weights(200, 70), tokens, [f"w{i}" for i in range(200)])
    assert laid_out(heatmap).overview == before.overview  # whatever the length of a translation
    heatmap.show_weights(weights(70, 70), tokens, tokens)
    centre_of_all = before.overview.center().toPoint()
    QTest.mouseClick(heatmap.viewport(), Qt.MouseButton.LeftButton, pos=centre_of_all)
    (top, bottom), (left, right) = laid_out(heatmap).seen()
    assert abs((top + bottom) / 2 - 35) <= 1
    assert abs((left + right) / 2 - 35) <= 1
    apart = laid_out(heatmap).part_seen().center() - before.overview.center()
    assert apart.manhattanLength() < 3
    heatmap.grab()


def test_one_key_or_click_shows_all_of_a_long_sentence_and_back(heatmap: Heatmap) -> None:
    tokens = [f"w{i}" for i in range(90)]
    heatmap.show_weights(weights(5, 5), tokens[:5], tokens[:5])
    assert not heatmap.whole.isVisible()
    QTest.keyClick(heatmap, Qt.Key.Key_W)
    assert not heatmap.is_whole
    heatmap.show_weights(weights(90, 90), tokens, tokens)
    QTest.keyClick(heatmap, Qt.Key.Key_W)
    assert laid_out(heatmap).seen() == ((0, 89), (0, 89))
    assert heatmap.caption() == "all 90 of source · all 90 of target"
    heatmap.whole.click()
    assert laid_out(heatmap).scrolls
    heatmap.whole.click()
    place = laid_out(heatmap).cell_box(60, 70).center().toPoint()
    QTest.mouseDClick(heatmap.viewport(), Qt.MouseButton.LeftButton, pos=place)
    (top, bottom), (left, right) = laid_out(heatmap).seen()
    assert top < 60 < bottom
    assert left < 70 < right


def test_gaps_between_dark_cells_are_seen_in_both_themes(
    heatmap: Heatmap, qapp: QApplication
) -> None:  # fmt: skip
    heatmap.show_weights(np.zeros((3, 4)), SOURCE, TARGET)
    for theme in (LIGHT, DARK, LIGHT_CONTRAST, DARK_CONTRAST):
        apply_theme(qapp, theme)
        box = laid_out(heatmap).cell_box(1, 1)
        image = heatmap.grab().toImage()
        gap = image.pixelColor(round(box.right()), round(box.center().y()))
        assert contrast(gap, image.pixelColor(box.center().toPoint())) >= 3
    apply_theme(qapp, LIGHT)


def test_lines_of_arabic_do_not_touch(heatmap: Heatmap) -> None:
    tokens = [
        "الكلب",
        "يأكل",
        "التفاح",
        "في",
        "الحديقة",
        "بينما",
        "تقرأ",
        "البنت",
        "الصغيرة",
        "كتابا",
        "عن",
        "الحصان",
    ]
    heatmap.show_weights(weights(12, 12), tokens, tokens)
    layout = laid_out(heatmap)
    boxes = [QFontMetricsF(layout.labels.font).tightBoundingRect(token) for token in tokens]
    most = max(-box.top() for box in boxes) + max(box.bottom() for box in boxes)
    assert layout.labels.target_stride * layout.height >= 0.95 * most


def test_even_attention_over_a_long_sentence_is_no_black_square(heatmap: Heatmap) -> None:
    tokens = [f"w{i}" for i in range(200)]
    heatmap.show_weights(np.full((200, 200), 1 / 200), tokens, tokens)
    assert heatmap.scale.is_logarithmic
    assert heatmap._image.pixelColor(5, 5).name() != "#440154"
    heatmap.show_weights(np.eye(4), list("abcd"), list("wxyz"))
    assert not heatmap.scale.is_logarithmic


def test_the_automatic_scale_does_not_flicker_while_a_model_learns(heatmap: Heatmap) -> None:
    names = []
    for largest in (0.05, 0.1, 0.19, 0.1, 0.05, 0.3, 0.19, 0.1, 0.07, 0.05):
        row = np.full((1, 40), (1 - largest) / 39)
        row[0, 3] = largest
        heatmap.show_weights(row, [*map(str, range(40))], ["x"])
        names.append(heatmap.scale.name)
    assert names == [*["log"] * 5, *["linear"] * 4, "log"]
    heatmap.clear()
    heatmap.show_weights(np.full((1, 8), 0.125), [*"abcdefgh"], ["x"])
    assert heatmap.scale.name == "linear"  # another run does not inherit it


def test_the_scale_can_be_chosen(heatmap: Heatmap) -> None:
    heatmap.show_weights(np.array([[0.01, 0.99]]), ["a", "b"], ["x"])
    colours = {}
    for action in heatmap.menu().actions()[:3]:
        action.trigger()
        colours[action.text()] = heatmap._image.pixelColor(0, 0).name()
        heatmap.grab()
    automatic, linear, logarithmic = colours.values()
    assert automatic == linear != logarithmic
    assert [text for _, text in heatmap.scale.ticks] == [".001", ".01", ".1", "1"]


def test_columns_of_a_right_to_left_source_begin_at_the_right(heatmap: Heatmap) -> None:
    heatmap.show_weights(weights(1, 3), ["שלום", "עולם", "[end]"], ["x"])
    layout = laid_out(heatmap)
    assert layout.left_of(0) > layout.left_of(1) > layout.left_of(2)
    for column in range(3):
        assert heatmap.cell_at(layout.cell_box(0, column).center()) == (0, column)
    QTest.keyClick(heatmap, Qt.Key.Key_Left)
    QTest.keyClick(heatmap, Qt.Key.Key_Left)
    assert heatmap._cell == (0, 1)
    pixel = heatmap.grab().toImage().pixelColor(
        layout.cell_box(0, 0).topLeft().toPoint() + QPoint(4, 4)
    )  # fmt: skip
    assert pixel.name() == heatmap._image.pixelColor(0, 0).name()


def test_pointing_at_a_row_lets_it_stand_out_and_tells_nobody(heatmap: Heatmap) -> None:
    heatmap.show_weights(weights(3, 4), SOURCE, TARGET)
    told: list[object] = []
    heatmap.hovered.connect(lambda *cell: told.append(cell))
    before = heatmap.grab().toImage()
    heatmap.point(1, -1)
    after = heatmap.grab().toImage()
    inside = [centre(heatmap, row, 2, 0.15).toPoint() for row in range(3)]
    assert [before.pixelColor(p) == after.pixelColor(p) for p in inside] == [False, True, False]
    heatmap.point(7, -1)  # of a longer sentence that was shown before
    heatmap.grab()
    assert told == []


def test_tokens_of_any_script_are_painted(heatmap: Heatmap) -> None:
    heatmap.show_weights(weights(len(SCRIPTS), len(SCRIPTS)), SCRIPTS, SCRIPTS)
    heatmap.grab()
    assert laid_out(heatmap).labels.source[6:8] == ("␣", "␣")
    assert "…" in laid_out(heatmap).labels.target[5]
    assert SCRIPTS[5] in heatmap.reading(5, 5)


def test_odd_weights_do_no_harm(heatmap: Heatmap) -> None:
    heatmap.show_weights(np.array([[np.nan, -1.0, 7.0]]), ["a", "b", "c"], ["x"])
    QTest.keyClick(heatmap, Qt.Key.Key_Right)
    heatmap.grab()
    assert "NaN" in heatmap.reading(0, 0)


def test_the_layout_holds_still_between_shows(heatmap: Heatmap) -> None:
    heatmap.show_weights(weights(3, 4), SOURCE, TARGET)
    before = laid_out(heatmap)
    heatmap.show_weights(weights(3, 4), SOURCE, TARGET)
    assert laid_out(heatmap) is before


def test_files_are_written(heatmap: Heatmap, tmp_path: Path) -> None:
    heatmap.show_weights(weights(3, 4), SOURCE, TARGET)
    heatmap.save_png(tmp_path / "map.png")
    heatmap.save_svg(tmp_path / "map.svg")
    heatmap.save_csv(tmp_path / "map.csv")
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
    assert "chat" in (tmp_path / "map.svg").read_text(encoding="utf-8")
    with (tmp_path / "map.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["", *SOURCE]
    assert [row[0] for row in rows] == TARGET
    read = np.array([row[1:] for row in rows], np.float32)
    assert np.array_equal(read, heatmap.weights)


def test_the_picture_of_a_long_sentence_is_all_of_it(heatmap: Heatmap, tmp_path: Path) -> None:
    tokens = [f"w{i}" for i in range(90)]
    heatmap.show_weights(weights(90, 90), tokens, tokens)
    heatmap.save_svg(tmp_path / "map.svg")
    assert "w89" in (tmp_path / "map.svg").read_text(encoding="utf-8")
    copy = next(action for action in heatmap.menu().actions() if "Copy" in action.text())
    copy.trigger()
    image = QGuiApplication.clipboard().image()
    assert image.width() > 2 * heatmap.width()


def test_the_picture_has_every_label_where_the_screen_has_room_for_some(
    heatmap: Heatmap, tmp_path: Path
) -> None:  # fmt: skip
    tokens = [f"w{i}" for i in range(45)]
    heatmap.show_weights(weights(45, 45), tokens, tokens)
    assert laid_out(heatmap).is_thinned
    heatmap.save_svg(tmp_path / "map.svg")
    text = (tmp_path / "map.svg").read_text(encoding="utf-8")
    assert all(text.count(token) >= 2 for token in tokens)


def test_a_picture_says_of_what_it_is(heatmap: Heatmap, tmp_path: Path) -> None:
    heatmap.show_weights(weights(3, 4), SOURCE, TARGET)
    plain = heatmap.picture()
    heatmap.about = "the red cat · step 1,200 · GRU small"
    told = heatmap.picture()
    assert told.width() == plain.width()
    assert told.height() > plain.height()
    ground = told.pixelColor(0, 0)
    below = [(x, y) for y in range(plain.height(), told.height()) for x in range(told.width())]
    assert any(told.pixelColor(x, y) != ground for x, y in below)
    heatmap.save_svg(tmp_path / "map.svg")
    assert "the red cat · step 1,200" in (tmp_path / "map.svg").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_a_sentence(
    heatmap: Heatmap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heatmap.show_weights(weights(3, 4), SOURCE, TARGET)
    said: list[str] = []
    nowhere = str(tmp_path / "missing" / "map.png")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (nowhere, ""))
    monkeypatch.setattr(QMessageBox, "warning", lambda *words: said.append(words[2]))
    actions = {action.text(): action for action in heatmap.menu().actions()}
    for kind in ("PNG", "SVG", "CSV"):
        next(action for text, action in actions.items() if kind in text).trigger()
    assert len(said) == 3
    assert all("No such file" in sentence for sentence in said)


def test_the_caption_of_a_narrow_map_ends_before_the_button(
    heatmap: Heatmap, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [f"w{number}" for number in range(40)]
    heatmap.resize(230, 200)
    heatmap.show_weights(weights(40, 40), words, words)
    QApplication.processEvents()
    assert heatmap.whole.isVisible()
    pictures = []
    for text in ("", "source 1–4 of 40 " * 9):
        monkeypatch.setattr(heatmap, "caption", lambda text=text: text)
        pictures.append(heatmap.viewport().grab().toImage())
    without, picture = pictures
    inked = [
        x for x in range(picture.width()) for y in range(picture.height())
        if picture.pixel(x, y) != without.pixel(x, y)
    ]  # fmt: skip
    assert 50 < max(inked) < heatmap.whole.geometry().left()
