"""Both themes can be read, and the style sheet is whole."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QPushButton

from app.widgets.shaded_text import shade
from app.widgets.theme import (
    DARK,
    LIGHT,
    THEMES,
    Theme,
    apply_theme,
    current_scale,
    current_theme,
    px,
    style_sheet,
    system_theme,
)
from s2s_core.resources import resource

BOTH = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
TEXT = [
    ("ink", "background"), ("ink", "card"), ("ink", "field"), ("ink", "accent_soft"),
    ("ink", "warning_soft"), ("ink", "error_soft"), ("mute", "background"), ("mute", "card"),
    ("mute", "field"), ("mute", "line"), ("accent", "accent_soft"), ("accent", "card"),
    ("on_accent", "accent"), ("warning", "warning_soft"), ("error", "error_soft"),
    ("error", "card"), ("run", "card"), ("run_2", "card"), ("run_3", "card"),
]  # fmt: skip
MARKS = [
    ("edge", "card"), ("edge", "field"), ("edge", "background"), ("accent", "card"),
    ("source", "card"), ("target", "card"), ("source", "field"), ("target", "field"),
    ("warning", "warning_soft"), ("error", "error_soft"), ("accent", "background"),
]  # fmt: skip


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor | str, other: QColor | str) -> float:
    """Return the contrast ratio of two colours. Source: WCAG 2.2, relative luminance."""
    dark, light = sorted((_luminance(QColor(one)), _luminance(QColor(other))))
    return (light + 0.05) / (dark + 0.05)


def _mixed(over: str, under: str, strength: float) -> QColor:
    a, b = QColor(over), QColor(under)
    pairs = zip((a.red(), a.green(), a.blue()), (b.red(), b.green(), b.blue()), strict=True)
    return QColor(*(round(x * strength + y * (1 - strength)) for x, y in pairs))


@BOTH
@pytest.mark.parametrize(("over", "under"), TEXT)
def test_text_can_be_read(theme: Theme, over: str, under: str) -> None:
    assert contrast(getattr(theme, over), getattr(theme, under)) >= 4.5


@BOTH
@pytest.mark.parametrize(("over", "under"), MARKS)
def test_lines_and_marks_can_be_seen(theme: Theme, over: str, under: str) -> None:
    assert contrast(getattr(theme, over), getattr(theme, under)) >= 3


@BOTH
def test_the_most_shaded_word_can_be_read(theme: Theme) -> None:
    assert contrast(theme.ink, _mixed(theme.target, theme.field, shade(0.0))) >= 4.5


@BOTH
def test_every_placeholder_of_the_style_sheet_is_filled(theme: Theme) -> None:
    sheet = re.sub(r"/\*.*?\*/", "", style_sheet(theme), flags=re.DOTALL)
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")


@BOTH
def test_the_pictures_of_the_style_sheet_exist_and_wear_the_theme(theme: Theme) -> None:
    pictures = set(re.findall(r'url\("([^"]+)"\)', style_sheet(theme)))
    assert pictures
    colours = {theme.mute, theme.on_accent, theme.accent}
    for picture in pictures:
        drawn = resource("themes").joinpath(picture.rpartition("/")[2]).read_text("utf-8")
        assert set(re.findall(r"#[0-9a-f]{6}", drawn)) <= colours


def test_colours_stand_in_the_theme_and_nowhere_in_the_style_sheet() -> None:
    template = resource("themes").joinpath("window.qss").read_text("utf-8")
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", template)


def test_applying_a_theme_changes_palette_property_and_widgets(qapp: QApplication) -> None:
    button = QPushButton("Step")
    apply_theme(qapp, DARK, scale=1.6)
    try:
        assert current_theme() is DARK
        assert current_scale() == 1.6
        assert px(10) == 16
        assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.background)
        button.ensurePolished()
        assert button.palette().color(QPalette.ColorRole.ButtonText) == QColor(DARK.ink)
        assert qapp.font().pixelSize() == 21
    finally:
        apply_theme(qapp, LIGHT)


def test_the_system_theme_is_one_of_the_two(qapp: QApplication) -> None:
    assert system_theme(qapp) in THEMES.values()
