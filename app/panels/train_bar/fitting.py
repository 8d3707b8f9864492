"""What the bar shows where room is short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.widgets.theme import px

if TYPE_CHECKING:
    from app.panels.train_bar import TrainBar

ROOM_TO_DRAG = 24  # pixels of the design: so much longer than it must be is the slider, if it can


def show_what_fits(bar: TrainBar) -> None:
    """Leave out what there is no room for: the last first; the slider always has its name.

    What acts is in the menus and the preferences as well.
    """
    optional = (bar.epochs, bar.line, bar.schedule, bar.time, bar.finder, bar.speed, bar.place)
    room, is_all = bar.width() - least_width(bar), True
    drag, word = px(ROOM_TO_DRAG), bar.new_run.word_width()
    for widget in optional:
        if widget is bar.schedule and not bar.schedule.varies:
            widget.hide()
            continue
        spare = 0 if widget is bar.epochs else drag
        spare += word if widget in (bar.speed, bar.place) else 0
        is_all &= room >= _least(widget) + px(8) + spare
        if widget.isHidden() == is_all:  # only what changes: it may resize the window
            widget.setVisible(is_all)
        room -= _least(widget) + px(8) if is_all else 0
    room -= drag + word
    bar.new_run.show_word(room >= 0)  # what is left is for words
    is_all &= room >= bar.step.word_width() + bar.back.word_width()
    bar.step.show_word(is_all)
    bar.back.show_word(is_all)


def least_width(bar: TrainBar) -> int:
    """Return the width of all that is always shown."""
    always = (bar.train, bar.name, bar.rate, bar.steps)
    rest = 32 + 25 - 8  # margins, a line; and there is a gap less than there are things
    signs = sum(button.sign_width() + px(8) for button in (bar.step, bar.new_run, bar.back))
    return sum(_least(widget) + px(8) for widget in always) + signs + px(rest)


def _least(widget: QWidget) -> int:
    return max(widget.minimumSizeHint().width(), widget.minimumWidth())
