"""The list of presets: by architecture, then by size, each with its measured time."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStyleOptionComboBox

from app.bridge.catalog import preset_title
from app.widgets import numbers
from app.widgets.chooser import Chooser
from app.widgets.knob_editors import core_text
from app.widgets.plain_text import plain_tooltip
from app.widgets.theme import px
from s2s_core.experiment import kinds_of
from s2s_core.presets import preset_helps, preset_times

ARCHITECTURES = kinds_of("model.decoder")  # there are both halves of these
SIZES = ("tiny", "small", "base")


class PresetChooser(Chooser):
    """One of the ready-made experiments."""

    def __init__(self) -> None:
        super().__init__()
        self._corpus: str | None = None  # whose times are shown
        self._is_whole = True
        self.setMaxVisibleItems(16)
        self._helps, self._times = preset_helps(), preset_times()
        before = ""
        for name in preset_order(self._helps):
            kind = name.partition("-")[0]
            if before and kind != before:
                self.insertSeparator(self.count())
            before = kind
            self.addItem(preset_title(name), name)
        self.show_times("")

    def show_preset(self, name: str, *, is_whole: bool = True) -> None:
        """Show which preset was chosen; emits nothing.

        is_whole: nothing of it was changed, so that its time holds
        """
        self._is_whole = is_whole
        self.setCurrentIndex(self.findData(name))
        self.update()

    def show_times(self, corpus: str) -> None:
        """Say how soon each preset learns a built-in corpus; nothing of a corpus from files."""
        if corpus == self._corpus:
            return
        self._corpus = corpus
        for row in range(self.count()):
            name = self.itemData(row)
            if name is None:  # a line between two architectures
                continue
            time = self._time(name, corpus) or (self.tr("not measured") if corpus else "")
            self.setItemText(row, f"{preset_title(name)} — {time}" if time else preset_title(name))
            words = "\n".join(
                filter(None, (core_text(self._helps[name]), self._work(name, corpus)))
            )
            self.setItemData(row, plain_tooltip(words), Qt.ItemDataRole.ToolTipRole)

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:  # noqa: N802
        """Say what it is, and the time as far as there is room."""
        super().initStyleOption(option)
        name = self.currentData()
        if not name:
            return
        bare, room = preset_title(name), self.width() - px(48)
        title = self.tr("Preset: {name}").format(name=bare)
        texts = [title]
        learnt = self._time(name, self._corpus or "")
        if learnt and self._is_whole:
            seconds = self._times[name][self._corpus or ""]
            time = "" if seconds is None else f" · {numbers.time_needed(seconds)}"
            texts = [f"{title} — {learnt}", f"{bare} — {learnt}", f"{title}{time}", title]
        fitting = (text for text in texts if option.fontMetrics.horizontalAdvance(text) <= room)
        option.currentText = next(fitting, bare)

    def shown_text(self) -> str:
        """Return as much as there is room for; the size tells more than the end of the kind."""
        text, name = super().shown_text(), self.currentData()
        kind, _, size = preset_title(name).rpartition(" ") if name else ("", "", "")
        if not (kind and text.endswith("…")):
            return text
        metrics = self.fontMetrics()
        room = metrics.horizontalAdvance(text) - metrics.horizontalAdvance(f" {size}")
        return f"{metrics.elidedText(kind, Qt.TextElideMode.ElideRight, room)} {size}"

    def _time(self, name: str, corpus: str) -> str:
        times = self._times.get(name, {})
        if corpus not in times:  # not measured
            return ""
        seconds = times[corpus]
        if seconds is None:
            return self.tr("95 % not reached in 10 min")
        return self.tr("95 % right in {time}").format(time=numbers.time_needed(seconds))

    def _work(self, name: str, corpus: str) -> str:
        """Say what the time is: the work of one core, and not what a clock shows."""
        times = self._times.get(name, {})
        if corpus not in times:
            return ""
        seconds = times[corpus]
        if seconds is None:
            return self.tr(
                "95 % of the held-out sentences of this corpus exactly right was not reached in "
                "10 minutes of work of one core, validation included."
            )
        work = self.tr("about {time} of work of one core")
        work = work.format(time=numbers.time_needed(seconds))
        return self.tr(
            "Until 95 % of the held-out sentences of this corpus were exactly right: {work}, "
            "validation included. Large models take less time on two cores."
        ).format(work=work)


def preset_order(names: Iterable[str]) -> list[str]:
    """Return presets by architecture, then by size."""
    return sorted(names, key=_place)


def _place(name: str) -> tuple[int, int, str]:
    kind, _, size = name.partition("-")
    return (
        ARCHITECTURES.index(kind) if kind in ARCHITECTURES else len(ARCHITECTURES),
        SIZES.index(size) if size in SIZES else len(SIZES),
        name,
    )
