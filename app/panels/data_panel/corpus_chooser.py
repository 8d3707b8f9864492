"""The list of corpora: the built-in ones, and those from files that were opened here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile
from pathlib import Path

from PySide6.QtCore import Qt

from app.bridge import catalog
from app.bridge.controller import Controller
from app.bridge.kept_corpora import Identity, identity_of
from app.bridge.messages import CorpusReady
from app.widgets import numbers
from app.widgets.chooser import Chooser
from app.widgets.knob_editors import core_text
from app.widgets.plain_text import plain_tooltip
from s2s_core.configs import DataConfig
from s2s_core.presets import quickest_presets

_DIRECTION = re.compile(r" [^\W\d]+ → [^\W\d]+$")  # two languages at the end of a title
BETWEEN = " + "  # two files, as the title of their corpus has it
MOST_OPENED = 6  # corpora from files in the list


class CorpusChooser(Chooser):
    """Lists the corpora there are, and opens the one that is chosen."""

    def __init__(self, controller: Controller) -> None:
        super().__init__(ends_tell=True)
        self._controller = controller
        self._opened: dict[Identity, tuple[str, DataConfig]] = {}  # from files, the newest last
        self._listed: list[DataConfig | None] = []  # None: a line between
        self.setMaxVisibleItems(20)  # all there are
        self.activated.connect(self._choose)
        self._list_built_in()

    def bring(self, corpora: Iterable[tuple[str, ...]]) -> None:
        """Take files that were opened before this start, the newest first; listed with the next."""
        for files in reversed(list(corpora)):
            data = DataConfig(builtin="", train=files)
            self._opened.setdefault(identity_of(data), (_names(data), data))

    def show_corpus(self, ready: CorpusReady) -> None:
        """List the corpora anew, this one chosen."""
        self._list_built_in()
        if ready.data.train:
            self._opened.pop(identity_of(ready.data), None)
            self._opened[identity_of(ready.data)] = ready.corpus.title, ready.data
        if self._opened:
            self.insertSeparator(self.count())
            self._listed.append(None)
        for title, data in list(self._opened.values())[: -MOST_OPENED - 1 : -1]:
            self._add(title, data, "\n".join(data.train))
        known = [data and identity_of(data) for data in self._listed]
        row = known.index(identity_of(ready.data))
        if ready.data.builtin:
            title = catalog.corpus_title(ready.data.builtin, ready.data.swap_sides)
            self.setItemText(row, core_text(title))
        self.setCurrentIndex(row)
        whole = (self.currentText(), self.tr("The corpus of the next run."))
        self.setToolTip(plain_tooltip("\n".join(whole)))

    def show_coming(self, data: DataConfig) -> None:
        """Name the corpus that is being read; `show_corpus` takes it back."""
        known = [listed and identity_of(listed) for listed in self._listed]
        if identity_of(data) not in known:
            self._add(_names(data), data, "")
            known.append(identity_of(data))
        self.setCurrentIndex(known.index(identity_of(data)))

    def shortened(self, text: str, room: int) -> str:
        """Let it be seen of two files that they are two: "train.en/.de", or a part of each.

        Of a title that ends with a direction, "Phr… Chinese → English", both languages.
        """
        names, metrics = text.split(BETWEEN), self.fontMetrics()
        if metrics.horizontalAdvance(text) <= room:
            return text
        if found := _DIRECTION.search(text):
            left = room - metrics.horizontalAdvance(found[0])
            stem = metrics.elidedText(text[: found.start()], Qt.TextElideMode.ElideRight, left)
            return super().shortened((stem or "…") + found[0], room)
        if len(names) != 2:
            return super().shortened(text, room)
        if both := _both(*names):
            return super().shortened(both, room)
        half = (room - metrics.horizontalAdvance(BETWEEN)) // 2
        return BETWEEN.join(super(CorpusChooser, self).shortened(name, half) for name in names)

    def _list_built_in(self) -> None:
        self.clear()
        self._listed.clear()
        helps, quickest = catalog.helps("toy_task"), quickest_presets()
        for name, title in catalog.titles("toy_task").items():
            tips = [core_text(helps[name])]
            if name in quickest:
                preset, seconds = quickest[name]
                text = self.tr("Learnt soonest by the preset {preset}: 95 % right after {time}.")
                time = numbers.time_needed(seconds)
                tips.append(text.format(preset=catalog.preset_title(preset), time=time))
            self._add(core_text(title), DataConfig(builtin=name), "\n".join(tips))

    def _add(self, title: str, data: DataConfig, tip: str) -> None:
        self.addItem(title, data.builtin)
        self._listed.append(data)
        place = self.count() - 1
        self.setItemData(place, plain_tooltip(tip), Qt.ItemDataRole.ToolTipRole)

    def _choose(self, row: int) -> None:
        """Open a corpus of the list, unless it is the one that is there."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)  # not where it was before the list
        data, shown = self._listed[row], self._controller.corpus
        if data is None:
            return
        if data.builtin:
            self._controller.reading.open_builtin(data.builtin)
        elif shown is None or identity_of(data) != identity_of(shown.data):
            self._controller.opener.open([Path(name) for name in data.train])


def _names(data: DataConfig) -> str:
    return BETWEEN.join(Path(name).name for name in data.train)


def _both(one: str, other: str) -> str:
    """Return two names that begin alike as one with two endings; nothing if they do not."""
    first, second = one.split("."), other.split(".")
    stem = _alike(first, second)
    first, second = first[stem:], second[stem:]
    tail = _alike(first[::-1], second[::-1])
    ends = [".".join(parts[: len(parts) - tail]) for parts in (first, second)]
    return f"{'.'.join(one.split('.')[:stem])}.{ends[0]}/.{ends[1]}" if stem and all(ends) else ""


def _alike(first: Sequence[str], second: Sequence[str]) -> int:
    """Return how many parts two names begin with alike."""
    pairs = zip(first, second, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
