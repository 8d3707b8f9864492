"""All themes can be read, and the style sheet is whole."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QPushButton

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
from app.widgets.words import shade
from s2s_core.resources import resource
from tests.app.looks import contrast

EACH = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
TEXT = [
    ("ink", "background"), ("ink", "card"), ("ink", "field"), ("ink", "accent_soft"),
    ("ink", "warning_soft"), ("ink", "error_soft"), ("mute", "background"), ("mute", "card"),
    ("mute", "field"), ("mute", "grid"), ("accent", "accent_soft"), ("accent", "card"),
    ("on_accent", "accent"), ("warning", "warning_soft"), ("error", "error_soft"),
    ("error", "card"), ("run", "card"), ("run_2", "card"), ("run_3", "card"),
    ("run", "background"), ("warning", "background"), ("error", "background"),
    ("accent", "background"), ("accent", "field"),
]  # fmt: skip
HAIRLINES = ("line", "grid", "card")  # they only divide
CONTROLS = r"Q(PushButton|ToolButton|LineEdit|\w*SpinBox|ComboBox|CheckBox|RadioButton|\w*TextEdit)"
GROUNDS = ("background", "card", "field")
MARKS = [
    ("edge", "card"), ("edge", "field"), ("edge", "background"), ("accent", "card"),
    ("edge", "warning_soft"), ("edge", "error_soft"), ("edge", "accent_soft"),
    ("source", "card"), ("target", "card"), ("source", "field"), ("target", "field"),
    ("warning", "warning_soft"), ("error", "error_soft"), ("accent", "background"),
]  # fmt: skip


def _least(theme: Theme, usual: float) -> float:
    """Return the contrast that is asked for: more of a theme of high contrast."""
    return {4.5: 7.0, 3.0: 4.5}[usual] if theme.name.endswith("contrast") else usual


def _mixed(over: str, under: str, strength: float) -> QColor:
    a, b = QColor(over), QColor(under)
    pairs = zip((a.red(), a.green(), a.blue()), (b.red(), b.green(), b.blue()), strict=True)
    return QColor(*(round(x * strength + y * (1 - strength)) for x, y in pairs))


@EACH
@pytest.mark.parametrize(("over", "under"), TEXT)
def test_text_can_be_read(theme: Theme, over: str, under: str) -> None:
    assert contrast(getattr(theme, over), getattr(theme, under)) >= _least(theme, 4.5)


@EACH
@pytest.mark.parametrize(("over", "under"), MARKS)
def test_lines_and_marks_can_be_seen(theme: Theme, over: str, under: str) -> None:
    assert contrast(getattr(theme, over), getattr(theme, under)) >= _least(theme, 3.0)


def test_what_can_be_pressed_or_typed_in_has_an_outline_that_can_be_seen() -> None:
    """A hairline is no outline of a control, unless it cannot be used or its ground is strong."""
    faults = []
    for selector, rule in _rules():
        is_control = re.search(CONTROLS, selector) and ":disabled" not in selector
        is_filled = rule.get("background") in ("$accent", "$ink")
        drawn = {line for name in rule if name.startswith("border")
                 for line in re.findall(r"\$([a-z_]+)\b", rule[name])}  # fmt: skip
        if is_control and not is_filled and drawn & set(HAIRLINES):
            faults.append(selector)
    assert not faults, "\n".join(faults)
    assert any(re.search(CONTROLS, selector) and "$edge" in rule.get("border", "")
               for selector, rule in _rules())  # fmt: skip


@EACH
def test_the_most_shaded_word_can_be_read(theme: Theme) -> None:
    assert contrast(theme.ink, _mixed(theme.target, theme.field, shade(0.0))) >= 4.5


@EACH
def test_every_rule_of_the_style_sheet_can_be_read(theme: Theme) -> None:
    """Text on the ground of its own rule, or on all grounds there are; borders of fields too."""
    faults = []
    for selector, rule in _rules():
        least = 3.0 if ":disabled" in selector else _least(theme, 4.5)
        ground = rule.get("background", "transparent").removeprefix("$")
        grounds = GROUNDS if ground == "transparent" else (ground,)
        text = rule.get("color", "").removeprefix("$")
        pairs = [(text, under, least) for under in grounds if text and text != "transparent"]
        if "selection-color" in rule:
            over, under = rule["selection-color"], rule["selection-background-color"]
            pairs.append((over.removeprefix("$"), under.removeprefix("$"), _least(theme, 4.5)))
        for name in rule:
            drawn = re.findall(r"\$([a-z_]+)\b", rule[name]) if name.startswith("border") else []
            pairs += [
                (line, under, _least(theme, 3.0))
                for line in drawn for under in ("card", "field") if line not in HAIRLINES
            ]  # fmt: skip
        for over, under, asked in pairs:
            ratio = contrast(getattr(theme, over), getattr(theme, under))
            if ratio < asked:
                faults.append(f"{selector}: {over} on {under} {ratio:.2f}")
    assert not faults, "\n".join(faults)


def _rules() -> list[tuple[str, dict[str, str]]]:
    template = resource("themes").joinpath("window.qss").read_text("utf-8")
    template = re.sub(r"/\*.*?\*/", "", template, flags=re.DOTALL)
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", template)
    assert len(rules) > 100
    return [(" ".join(selector.split()), _declarations(body)) for selector, body in rules]


def _declarations(body: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in body.split(";") if ":" in line)
    return {name.strip(): value.strip() for name, _, value in pairs}


@EACH
def test_every_placeholder_of_the_style_sheet_is_filled(theme: Theme) -> None:
    sheet = re.sub(r"/\*.*?\*/", "", style_sheet(theme), flags=re.DOTALL)
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")


@EACH
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


def test_the_system_theme_is_one_of_them(qapp: QApplication) -> None:
    assert system_theme(qapp) in THEMES.values()
