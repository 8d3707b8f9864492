"""One look, defined once: the colours, sizes and style sheet of the light and the dark window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from string import Template

from PySide6.QtCore import QEvent, QMargins, Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QGridLayout,
    QLayout,
    QMainWindow,
    QWidget,
)

from s2s_core.resources import resource


@dataclass(frozen=True)
class Theme:
    """Colours by meaning. Contrast to the grounds they are used on: text at least 4.5 : 1, lines
    and marks 3 : 1; with high contrast 7 : 1 and 4.5 : 1."""

    name: str
    ink: str  # text
    mute: str  # secondary text
    line: str  # hairlines that only divide
    edge: str  # borders that say "here one can type or choose", tracks of sliders
    background: str
    card: str  # panels
    field: str  # where one types
    accent: str  # the play button, the current choice, live knobs, focus; nothing else
    accent_soft: str
    on_accent: str
    source: str
    target: str
    run: str
    run_2: str
    run_3: str
    grid: str
    warning: str
    warning_soft: str
    error: str
    error_soft: str

    @property
    def runs(self) -> tuple[str, ...]:
        """The colours of runs, in the order in which they are given out."""
        return (self.run, self.run_2, self.run_3, self.ink)


LIGHT = Theme(
    "light", ink="#1c1e26", mute="#5b6070", line="#d9dce5", edge="#808594", background="#f4f5f8",
    card="#ffffff", field="#ffffff", accent="#5b5bd6", accent_soft="#ececfb", on_accent="#ffffff",
    source="#0072b2", target="#d55e00", run="#00805d", run_2="#a8457e", run_3="#7a6a00",
    grid="#eceef3", warning="#8a5a00", warning_soft="#fff4dc", error="#b3261e",
    error_soft="#fdeceb",
)  # fmt: skip
DARK = Theme(
    "dark", ink="#e8eaf0", mute="#a3a9ba", line="#343846", edge="#787e90", background="#16181f",
    card="#1e212a", field="#262a35", accent="#8f8ff5", accent_soft="#2c2d52", on_accent="#14151c",
    source="#56b4e9", target="#e69f00", run="#3ecf9b", run_2="#e59ac4", run_3="#e6d85a",
    grid="#2a2e3a", warning="#ffd479", warning_soft="#3a3118", error="#ff8a80",
    error_soft="#3d2020",
)  # fmt: skip
LIGHT_CONTRAST = Theme(
    "light-contrast", ink="#000000", mute="#33363f", line="#888d9c", edge="#4a4e5c",
    background="#ffffff", card="#ffffff", field="#ffffff", accent="#3a3ab0",
    accent_soft="#e9e9fb", on_accent="#ffffff", source="#004f7c", target="#8a3b00", run="#00543c",
    run_2="#7c2058", run_3="#524700", grid="#d9dce5", warning="#5f3c00", warning_soft="#fff4dc",
    error="#8c1710", error_soft="#fdeceb",
)  # fmt: skip
DARK_CONTRAST = Theme(
    "dark-contrast", ink="#ffffff", mute="#d6dae6", line="#787e90", edge="#b4bacb",
    background="#000000", card="#000000", field="#101218", accent="#b9b9ff",
    accent_soft="#26274a", on_accent="#000000", source="#86cdf8", target="#ffb73d", run="#62e6b6",
    run_2="#f6bad9", run_3="#f1e57e", grid="#343846", warning="#ffdf9a", warning_soft="#332b14",
    error="#ffaaa2", error_soft="#3d1a1a",
)  # fmt: skip
THEMES = {theme.name: theme for theme in (LIGHT, DARK, LIGHT_CONTRAST, DARK_CONTRAST)}

BASE_SIZE = 13
LOOK_CHANGES = frozenset({QEvent.Type.PaletteChange, QEvent.Type.StyleChange})


def current_theme() -> Theme:
    """Return the theme the application wears; light before one is put on."""
    application = QApplication.instance()
    name = application.property("theme") if application else None
    return THEMES.get(str(name), LIGHT)


def current_scale() -> float:
    """Return by how much all sizes are multiplied: 1 to 2."""
    application = QApplication.instance()
    scale = application.property("scale") if application else None
    return float(scale) if scale else 1.0


def px(size: float) -> int:
    """Return a size of the design in pixels of this screen, presentation mode included."""
    return max(1, round(size * current_scale()))


def system_theme(application: QApplication) -> Theme:
    """Return the theme that matches what was chosen for the whole desktop."""
    hints = application.styleHints()
    wanted = hints.accessibility().contrastPreference()
    strong = wanted == Qt.ContrastPreference.HighContrast
    if hints.colorScheme() == Qt.ColorScheme.Dark:
        return DARK_CONTRAST if strong else DARK
    return LIGHT_CONTRAST if strong else LIGHT


def apply_theme(application: QApplication, theme: Theme, scale: float = 1.0) -> None:
    """Dress the whole application; windows that are open change at once."""
    first, before = application.property("theme") is None, current_scale()
    application.setProperty("theme", theme.name)
    application.setProperty("scale", scale)
    if first:
        application.setStyle("Fusion")
    application.setStyleSheet("")  # Qt puts on a second sheet three times as slowly as a first
    _rescale(application, before, scale)
    application.setFont(_font(application, scale))
    application.setPalette(_palette(theme))
    application.setStyleSheet(style_sheet(theme, scale))


def _rescale(application: QApplication, before: float, after: float) -> None:
    """Bring the margins and gaps of all layouts, which were made with `px`, to another scale."""
    if before == after:
        return

    def scaled(pixels: int) -> int:
        return round(round(pixels / before) * after)  # what stood in the design, so nothing drifts

    for window in application.topLevelWidgets():
        for layout in window.findChildren(QLayout):
            _rescale_layout(layout, scaled)
        if isinstance(window, QMainWindow):
            window.setContentsMargins(*map(scaled, _sides(window.contentsMargins())))


def _rescale_layout(layout: QLayout, scaled: Callable[[int], int]) -> None:
    if isinstance(layout, QBoxLayout | QGridLayout):
        layout.setContentsMargins(*map(scaled, _sides(layout.contentsMargins())))
    if isinstance(layout, QBoxLayout):
        layout.setSpacing(scaled(layout.spacing()))
    elif isinstance(layout, QGridLayout):
        layout.setHorizontalSpacing(scaled(layout.horizontalSpacing()))
        layout.setVerticalSpacing(scaled(layout.verticalSpacing()))
        for row in range(layout.rowCount()):
            layout.setRowMinimumHeight(row, scaled(layout.rowMinimumHeight(row)))


def _sides(margins: QMargins) -> tuple[int, int, int, int]:
    return margins.left(), margins.top(), margins.right(), margins.bottom()


def style_sheet(theme: Theme, scale: float = 1.0) -> str:
    """Return `window.qss` with the theme's colours, sizes and pictures filled in."""
    folder = resource("themes")
    words = {name: str(value) for name, value in asdict(theme).items()}
    words |= {f"px{n}": f"{max(1, round(n * scale))}px" for n in range(1, 201)}
    words |= {"pictures": folder.as_posix()}
    return Template((folder / "window.qss").read_text(encoding="utf-8")).substitute(words)


def set_look(widget: QWidget, name: str, value: object) -> None:
    """Set a property the style sheet asks for, and show its effect at once."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def _font(application: QApplication, scale: float) -> QFont:
    font = QFont(application.font())
    font.setPixelSize(round(BASE_SIZE * scale))
    font.setFeature(QFont.Tag("tnum"), 1)  # figures of one width: counters do not dance
    return font


def _palette(theme: Theme) -> QPalette:
    role, palette = QPalette.ColorRole, QPalette()
    colours = {
        role.Window: theme.background, role.WindowText: theme.ink, role.Base: theme.field,
        role.AlternateBase: theme.grid, role.Text: theme.ink, role.Button: theme.card,
        role.ButtonText: theme.ink, role.BrightText: theme.error, role.Link: theme.accent,
        role.LinkVisited: theme.accent, role.Highlight: theme.accent, role.Accent: theme.accent,
        role.HighlightedText: theme.on_accent, role.PlaceholderText: theme.mute,
        role.ToolTipBase: theme.card, role.ToolTipText: theme.ink, role.Light: theme.card,
        role.Midlight: theme.grid, role.Mid: theme.line, role.Dark: theme.edge,
        role.Shadow: theme.line,
    }  # fmt: skip
    for which, colour in colours.items():
        palette.setColor(which, QColor(colour))
    disabled = QPalette.ColorGroup.Disabled
    for which in (role.WindowText, role.Text, role.ButtonText, role.ToolTipText):
        palette.setColor(disabled, which, QColor(theme.mute))
    palette.setColor(disabled, role.Highlight, QColor(theme.line))
    palette.setColor(disabled, role.HighlightedText, QColor(theme.mute))
    return palette
