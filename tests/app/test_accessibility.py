"""Everything can be used without a mouse, has a name, and shows that it has the focus."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenuBar,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from app.settings import SIZES
from app.widgets.banner import DetailsDialog
from app.widgets.slider_track import SliderTrack
from app.widgets.tabbed_pages import TabbedPages
from app.widgets.theme import THEMES, apply_theme
from tests.app.conftest import Opened, build_window, close, endless, live
from tests.app.looks import changed_pixels, ink_contrast, pixels_of

CONTROLS = (
    QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox,
    QAbstractItemView, QTabBar, SliderTrack,
)  # fmt: skip
READING_ORDER = ("trainBar", "data", "model", "training", "translate")
LEAST_TARGET = 24  # pixels. Source: WCAG 2.2, success criterion 2.5.8
DIALOGS = (
    "keys", "about", "preferences", "browse", "tokenizer_lab", "find_rate", "add_pairs", "smaller",
    "compare",
)  # fmt: skip
OPENERS = ("splitButton", "moreDecoding", "curvesSmoothing")
RING = 40  # pixels that must change when the focus comes: more than a caret


@pytest.fixture(scope="module")
def opened(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """One window with a paused run, all knobs unfolded."""
    base = tmp_path_factory.mktemp("looks")
    opened = build_window(base, tmp_path_factory.getbasetemp(), endless(schedule="warmup"))
    opened.window.setWindowState(Qt.WindowState.WindowNoState)
    opened.window.resize(1440, 900)
    opened.training(steps=55).paused()
    opened.window.activateWindow()
    opened.wait(opened.window.isActiveWindow)
    model = opened.window.panels["model"]
    opened.wait(lambda: not model.findChildren(QTimer, "rowsToMake")[0].isActive())
    yield opened
    close(opened)


def pages(window: QWidget) -> Iterator[None]:
    """Show the window as it is, then each page of each row of tabs."""
    yield
    for tabbed in window.findChildren(TabbedPages):
        first = tabbed.current()
        for page in range(tabbed.bar.count()):
            if page != first:
                tabbed.turn_to(page)
                live()
                yield
        tabbed.turn_to(first)
        live()


def is_part(widget: QWidget) -> bool:
    """Whether a widget is the inner part of another one."""
    if widget.objectName().startswith("qt_") or isinstance(widget, QHeaderView | QScrollBar):
        return True
    parent = widget.parentWidget()
    if isinstance(parent, QTabBar):  # the arrows of a row of tabs; arrow keys do the same
        return True
    return isinstance(parent, QComboBox | QAbstractSpinBox) or (
        parent is not None and not parent.isWindow() and is_part(parent)
    )


def controls(window: QWidget) -> list[QWidget]:
    """Return all a person can use at the moment."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if (isinstance(widget, CONTROLS) or takes_tab(widget))
        and widget.isVisible() and widget.isEnabled() and widget.window() is window
        and not is_part(widget)
    ]  # fmt: skip


def takes_tab(widget: QWidget) -> bool:
    policy = widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
    return bool(policy) and widget.focusProxy() is None


def is_chosen_by_arrows(widget: QWidget) -> bool:
    """Whether Tab leads to the chosen one of a group, and arrow keys to this one."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and not widget.isChecked()  # type: ignore[attr-defined]


def title(widget: QWidget) -> str:
    """Return what a test says of a widget."""
    parent = widget.parentWidget()
    inside = f" in {type(parent).__name__} {parent.objectName()}" if parent else ""
    return f"{type(widget).__name__} {widget.objectName()!r}{inside}"


def spoken(widget: QWidget, what: QAccessible.Text) -> str:
    """Return what a screen reader is told."""
    return QAccessible.queryAccessibleInterface(widget).text(what)


def test_every_control_has_a_name_and_an_explanation(opened: Opened) -> None:
    faults = set()
    for _ in pages(opened.window):
        for widget in controls(opened.window):
            name = spoken(widget, QAccessible.Text.Name)
            if len(name) < 2 or name == widget.objectName():
                faults.add(f"{title(widget)} is called {name!r}")
            explained = spoken(widget, QAccessible.Text.Description) or widget.toolTip()
            if not explained and not isinstance(widget, QTabBar):
                faults.add(f"{title(widget)} is not explained")
    assert not faults, "\n".join(sorted(faults))


def walk(opened: Opened, back: bool = False) -> list[QWidget]:
    """Press Tab from the Train button until it has the focus again; return where one came."""
    opened.train.setFocus()
    opened.wait(opened.train.hasFocus)
    key = Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab
    met: list[QWidget] = []
    while len(met) < 400:
        focused = QApplication.focusWidget()
        if focused is None or focused in met:
            break
        met.append(focused)
        QTest.keyClick(opened.window.windowHandle(), key)
    assert QApplication.focusWidget() is opened.train, f"Tab stays at {title(met[-1])}"
    return met


def test_tab_reaches_every_control_and_comes_back(opened: Opened) -> None:
    faults = set()
    for _ in pages(opened.window):
        met = walk(opened)
        for widget in controls(opened.window):
            is_met = widget in met or widget.focusProxy() in met
            if not is_met and not is_chosen_by_arrows(widget) and not isinstance(widget, QMenuBar):
                faults.add(title(widget))
    assert not faults, "\n".join(sorted(faults))


def test_tab_goes_from_data_to_translation_as_one_reads(opened: Opened) -> None:
    def part_of(widget: QWidget) -> int:
        for place, name in enumerate(READING_ORDER):
            panel = opened.window.panels.get(name)
            parts = (panel, panel.head) if panel else (opened.window.bar,)
            if any(part is widget or part.isAncestorOf(widget) for part in parts):
                return place
        return -1

    met = [(part_of(widget), title(widget)) for widget in walk(opened)]
    parts = [place for place, _ in met if place >= 0]
    assert parts == sorted(parts), "\n".join(f"{place} {name}" for place, name in met)
    assert set(parts) == set(range(len(READING_ORDER)))


def test_tab_goes_through_translate_by_rows_and_from_the_left(opened: Opened) -> None:
    panel = opened.window.panels["translate"]
    places = [
        (title(widget), QRect(widget.mapTo(panel, QPoint()), widget.size()))
        for widget in walk(opened)
        if panel.isAncestorOf(widget)
    ]
    for (before, here), (after, there) in pairwise(places):
        is_same_row = here.top() < there.center().y() < here.bottom()
        is_on = there.left() > here.left() if is_same_row else there.top() > here.top()
        assert is_on, f"from {before} to {after}"


def test_shift_tab_goes_the_same_way_back(opened: Opened) -> None:
    there, back = walk(opened), walk(opened, back=True)
    assert back[1:] == there[:0:-1]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_focus_is_seen_wherever_it_is(opened: Opened, theme: str, qapp: QApplication) -> None:
    faults, field = set(), opened.find(QWidget, "sourceText")
    apply_theme(qapp, THEMES[theme])
    try:
        for _ in pages(opened.window):
            for widget in walk(opened):
                in_the_bar = opened.window.bar.isAncestorOf(widget)
                widget.setFocus(Qt.FocusReason.TabFocusReason)
                after = pixels_of(widget, around=16)  # a frame around it may show the focus
                (field if in_the_bar else opened.train).setFocus()
                before = pixels_of(widget, around=16)
                if changed_pixels(before, after, least=3) < RING:
                    faults.add(title(widget))
    finally:
        apply_theme(qapp, THEMES["light"])
    assert not faults, "\n".join(sorted(faults))


def test_everything_is_large_enough_to_be_hit(opened: Opened) -> None:
    faults = set()
    for _ in pages(opened.window):
        for widget in controls(opened.window):
            sizes = [(widget.width(), widget.height())]
            if isinstance(widget, QTabBar):
                boxes = [widget.tabRect(index) for index in range(widget.count())]
                sizes = [(box.width(), box.height()) for box in boxes]
            if min(min(size) for size in sizes) < LEAST_TARGET:
                faults.add(f"{title(widget)} {sizes}")
    assert not faults, "\n".join(sorted(faults))


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_can_be_read_on_the_ground_it_is_painted_on(
    opened: Opened, theme: str, qapp: QApplication
) -> None:
    faults = set()
    apply_theme(qapp, THEMES[theme])
    try:
        opened.window.bar.set_enabled(False)  # so that disabled ones are among them
        for _ in pages(opened.window):
            for widget in texts(opened.window):
                least = 4.5 if widget.isEnabled() else 3.0
                if (ratio := ink_contrast(pixels_of(widget))) < least:
                    faults.add(f"{title(widget)} {ratio:.2f}")
    finally:
        opened.window.bar.set_enabled(True)
        apply_theme(qapp, THEMES["light"])
    assert not faults, "\n".join(sorted(faults))


def texts(window: QWidget) -> list[QWidget]:
    """Return the widgets that show words."""
    shown = [
        widget for widget in window.findChildren(QWidget)
        if widget.isVisible() and widget.window() is window and not is_part(widget)
    ]  # fmt: skip
    return [
        widget for widget in shown
        if (isinstance(widget, QLabel | QAbstractButton | QLineEdit) and widget.text())
        or (isinstance(widget, QComboBox) and widget.currentText())
    ]  # fmt: skip


# What opens ---------------------------------------------------------------------------------


def audit(window: QWidget) -> list[str]:
    """Return what is wrong with a small window: names, keys, sizes and contrast."""
    faults = []
    for widget in controls(window):
        if len(spoken(widget, QAccessible.Text.Name)) < 2:
            faults.append(f"{title(widget)} has no name")
        if not takes_tab(widget) and not is_chosen_by_arrows(widget):
            faults.append(f"Tab does not lead to {title(widget)}")
        if min(widget.width(), widget.height()) < LEAST_TARGET:
            faults.append(f"{title(widget)} is too small: {widget.size()}")
    for widget in texts(window):
        if (ratio := ink_contrast(pixels_of(widget))) < 4.5:
            faults.append(f"{title(widget)} {ratio:.2f}")
    return faults


@pytest.mark.parametrize("kind", ["error", "warning", "note"])
@pytest.mark.parametrize("theme", THEMES)
def test_a_message_can_be_read_and_closed_without_a_mouse(
    opened: Opened, theme: str, kind: str, qapp: QApplication
) -> None:
    banner = opened.window.banner
    apply_theme(qapp, THEMES[theme])
    banner.show_message("It went wrong.", kind, "All of it.", [("Go on", lambda: None)])
    try:
        opened.wait(lambda: banner.height() > LEAST_TARGET)
        assert {w for w in controls(opened.window) if banner.isAncestorOf(w)} <= set(walk(opened))
        faults = [fault for fault in audit(opened.window) if "Banner" in fault]
        assert not faults, "\n".join(faults)
    finally:
        banner.dismiss()
        apply_theme(qapp, THEMES["light"])


def shown_windows() -> list[QWidget]:
    return [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]


@pytest.mark.qt_log_ignore("does not support")
@pytest.mark.parametrize("theme", THEMES)
def test_what_opens_can_be_read_used_and_closed_by_keys(
    opened: Opened, theme: str, qapp: QApplication
) -> None:
    window, faults = opened.window, []
    apply_theme(qapp, THEMES[theme])
    openers: dict[str, Callable[[], object]] = {
        **{name: window.actions_by_name[name].trigger for name in DIALOGS},
        **{name: opened.find(QAbstractButton, name).click for name in OPENERS},
        "details": lambda: DetailsDialog("It went wrong.", "All of it.", window).open(),
        "schedule": window.bar.schedule.open,
    }
    try:
        for name, opener in openers.items():
            before = shown_windows()
            opener()
            new = [window for window in shown_windows() if window not in before]
            assert len(new) == 1, name
            live(30)
            faults += [f"{name}: {fault}" for fault in audit(new[0])]
            QTest.keyClick(new[0], Qt.Key.Key_Escape)
            opened.wait(lambda: not isValid(new[0]) or not new[0].isVisible())  # noqa: B023
    finally:
        apply_theme(qapp, THEMES["light"])
    assert not faults, "\n".join(faults)


# Sizes --------------------------------------------------------------------------------------


def places(window: QWidget) -> dict[str, tuple[int, int, int, int]]:
    """Return where everything is that shows words or can be used."""
    found = {}
    for number, widget in enumerate([*texts(window), *controls(window)]):
        corner = widget.mapTo(window, widget.rect().topLeft())
        found[f"{number} {title(widget)}"] = (
            corner.x(), corner.y(), widget.width(), widget.height(),
        )  # fmt: skip
    return found


def resized(opened: Opened, width: int, height: int) -> None:
    def fits() -> bool:
        opened.window.resize(width, height)  # again: a smaller scale takes a moment to arrive
        return (opened.window.width(), opened.window.height()) == (width, height)

    opened.wait(fits)
    live(50)


def settled(is_so: Callable[[], bool]) -> None:
    """Let layouts come to rest: they are done when the event loop gets to them."""
    for _ in range(40):
        live(50)
        if is_so():
            return


def cut_off(window: QWidget) -> list[str]:
    """Return which widgets with text are smaller than they must be."""
    sizes = ((w, w.size(), w.minimumSizeHint()) for w in texts(window))
    return sorted(
        f"{title(widget)} {size} wants {wanted}"
        for widget, size, wanted in sizes
        if size.width() < wanted.width() or size.height() < wanted.height()
    )


@pytest.mark.parametrize("scale", [size / 100 for size in SIZES])
def test_nothing_is_cut_off_at_any_scale(opened: Opened, scale: float, qapp: QApplication) -> None:
    apply_theme(qapp, THEMES["light"], scale)
    try:
        opened.window.actions_by_name["reset_layout"].trigger()
        resized(opened, round(1280 * scale), round(720 * scale))
        opened.window.actions_by_name["reset_layout"].trigger()
        settled(lambda: not cut_off(opened.window))
        faults = cut_off(opened.window)
        assert not faults, "\n".join(faults)
        bar = opened.window.bar
        shown = [w for w in bar.findChildren(QWidget) if w.isVisible() and w.parent() is bar]
        boxes = sorted((w.geometry().left(), w.geometry().right()) for w in shown)
        assert all(a[1] < b[0] for a, b in pairwise(boxes))
        assert bar.train.height() == max(widget.height() for widget in shown)
    finally:
        apply_theme(qapp, THEMES["light"])
        resized(opened, 1440, 900)


def test_no_tab_is_cut_off_where_everything_is_half_as_large_again(
    opened: Opened, qapp: QApplication
) -> None:
    apply_theme(qapp, THEMES["light"], 1.5)
    try:
        resized(opened, 1440, 880)
        opened.window.actions_by_name["reset_layout"].trigger()
        (bar,) = (tabbed.bar for tabbed in opened.window.findChildren(TabbedPages))
        settled(lambda: bar.sizeHint().width() <= bar.width())
        assert bar.sizeHint().width() <= bar.width()
    finally:
        apply_theme(qapp, THEMES["light"])
        resized(opened, 1440, 900)


def test_going_through_all_scales_changes_nothing_for_good(
    opened: Opened, qapp: QApplication
) -> None:
    resized(opened, 1440, 900)
    opened.window.actions_by_name["reset_layout"].trigger()
    live(50)
    before = places(opened.window)
    for scale in (*(size / 100 for size in SIZES), 1.6, 1.0):
        apply_theme(qapp, THEMES["light"], scale)
        live()
    resized(opened, 1440, 900)
    opened.window.actions_by_name["reset_layout"].trigger()
    settled(lambda: places(opened.window) == before)
    assert places(opened.window) == before
