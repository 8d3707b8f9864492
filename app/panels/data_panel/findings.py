"""What is odd about a corpus, in sentences, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from app.bridge.controller import Controller
from app.bridge.messages import CorpusReady
from app.widgets import numbers
from app.widgets.examples_popup import ExamplesPopup
from app.widgets.finding_list import FindingList, FindingRow
from app.widgets.knob_editors import core_text
from s2s_core.configs import DataConfig, RunConfig
from s2s_core.records import CorpusRecord, Finding

ALL = "all"  # in `data.cures`: every cure there is
EXAMPLES = 3  # of a finding
NO_ROWS = ("cut",)  # its lines are not read, and so no rows of the corpus


class Findings(FindingList):
    """The findings of the corpus of the next run; a tick is a setting, and can be undone."""

    browse_wanted = Signal(str)  # all pairs of a finding
    told = Signal(str)  # what the cures have done

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._ready: CorpusReady | None = None
        self._told_of: tuple[str, ...] = ()  # cures
        self.ticked.connect(self.tick)
        self.opened.connect(self.open)
        controller.draft.changed.connect(self._follow)

    def show_findings(self, ready: CorpusReady) -> None:
        """Show what was found; of the same corpus, cured otherwise, rows keep their places."""
        before, self._ready = self._ready, ready
        if before is None or uncured(before.data) != uncured(ready.data):
            self.clear()
            self._told_of = ready.data.cures
        elif self._told_of != ready.data.cures and ready.corpus.is_counted:
            self._told_of = ready.data.cures
            if ready.corpus.kept:  # what cures did was not always counted
                self.told.emit(self._outcome(ready.corpus))
        self._show(ready.data)

    def tick(self, name: str, on: bool) -> None:
        """Ask for a cure, or no longer."""
        cures = self._cures(self._controller.draft.config.data)
        self._ask([*cures, name] if on else [cure for cure in cures if cure != name])

    def tick_all(self, on: bool) -> None:
        """Ask for all cures of what was found, or for none."""
        self._ask(self._curable() if on else [])

    def all_are_ticked(self) -> bool:
        """Whether everything is cured that can be."""
        ticked = self._cures(self._controller.draft.config.data)
        return set(self._curable()) <= set(ticked)

    def can_cure(self) -> bool:
        """Whether there is anything that can be cured."""
        return bool(self._curable())

    def cured(self) -> int:
        """How many of the findings are cured."""
        return sum(bool(found.cured) for found in self._found())

    def open(self, name: str) -> None:
        """Show examples of a finding, and its cure in words."""
        found = next((f for f in (*self._found(), *self._kept_back()) if f.name == name), None)
        row = self.row_named(name)
        if found is None or row is None:
            return
        popup = ExamplesPopup(row.text, found.examples, self)
        if found.title and found.name not in NO_ROWS:
            popup.offer_all(found.count)
            popup.all_wanted.connect(lambda: self.browse_wanted.emit(name))
        if found.cure:
            popup.offer(_upper(core_text(found.cure)), row.is_ticked)
            popup.ticked.connect(lambda on: self.tick(name, on))
        popup.show_beside(self, self.visualItemRect(self.currentItem()))

    def _outcome(self, corpus: CorpusRecord) -> str:
        """Return what the cures that are ticked do to the corpus."""
        cut = sum(f.left_out for f in corpus.findings if f.name in NO_ROWS and f.cured)
        numbers_of = {
            "kept": corpus.kept, "pairs": corpus.pairs, "changed": corpus.changed,
            "left_out": corpus.pairs - corpus.kept + cut,
        }  # fmt: skip
        text = self.tr(
            "{kept} of {pairs:pair is|pairs are} kept, {changed} of them changed; "
            "{left_out} left out."
        )
        return text.format(**{name: numbers.count(n) for name, n in numbers_of.items()})

    def _ask(self, names: list[str]) -> None:
        order = list(dict.fromkeys((*self._curable(), *names)))
        self._controller.draft.set("data.cures", tuple(sorted(set(names), key=order.index)))

    def _follow(self, config: RunConfig) -> None:
        """Show the ticks at once; what they do is told when the corpus was read again."""
        if self._ready and uncured(self._ready.data) == uncured(config.data):
            self._show(config.data)

    def _show(self, data: DataConfig) -> None:
        cures = self._cures(data)
        self.set_rows([*(_row(found, cures) for found in self._found()), *self._own_rows()])

    def _found(self) -> tuple[Finding, ...]:
        return self._ready.corpus.findings if self._ready else ()

    def _curable(self) -> list[str]:
        return [found.name for found in self._found() if found.cure]

    def _cures(self, data: DataConfig) -> list[str]:
        return self._curable() if ALL in data.cures else list(data.cures)

    def _kept_back(self) -> list[Finding]:
        """Return what the split has found, with examples from the pairs that are shown."""
        if self._ready is None:
            return []
        prepared, corpus, data = self._ready.prepared, self._ready.corpus, self._ready.data
        if not prepared.kept_back or data.builtin:
            return []
        text = self.tr(
            "{count:pair is not trained on, as its source is"
            "|pairs are not trained on, as their sources are} held out"
        )
        cured = {row: pair for row, *pair in corpus.preview_cured}
        gone = {*corpus.preview_left_out, *(number - 1 for number in data.left_out)}
        held_out, sources = set(prepared.examples), {source for source, _ in prepared.examples}
        examples = []
        for row, pair in enumerate(corpus.preview):
            source, target = cured.get(row, pair)
            if (source, target) in held_out and row not in gone:
                held_out.discard((source, target))  # the next one like it is kept back
            elif source in sources and row not in gone:
                examples.append((row + 1, source, target))
        return [Finding("kept_back", text, prepared.kept_back, tuple(examples[:EXAMPLES]))]

    def _own_rows(self) -> list[FindingRow]:
        """Return what preparing the corpus has found, and what cannot be cured here."""
        assert self._ready is not None
        data, prepared, rows = self._ready.data, self._ready.prepared, []
        if prepared.too_long:
            text = self.tr("{count:pair is|pairs are} longer than {longest} pieces and left out")
            count = numbers.count(prepared.too_long)
            rows.append(FindingRow("too_long", text.format(count=count, longest=data.longest)))
        rows += [_row(found, []) for found in self._kept_back()]
        if prepared.vocabulary_lowered and not data.builtin:
            text = self.tr("The vocabulary came out smaller than asked for, as the corpus is small")
            rows.append(FindingRow("vocabulary_lowered", text))
        return rows


def _row(found: Finding, cures: list[str]) -> FindingRow:
    """Return what the list says of a finding."""
    text = _upper(core_text(found.template).format(count=numbers.count(found.count)))
    cure, is_ticked = core_text(found.cure) if found.cure else "", found.name in cures
    remedy = _tr("Cure: {cure}").format(cure=cure) if cure else ""
    offered = remedy
    if is_ticked and found.cured:
        remedy = _tr("Cured: {outcome}").format(outcome=_outcome(found))
    lines = [text]
    if cure:
        lines.append(_tr("Tick it, and {cure}.").format(cure=cure))
    if found.examples:
        lines.append(_tr("Click for examples."))
    return FindingRow(
        found.name, text, remedy, can_tick=bool(cure), is_ticked=is_ticked,
        other_remedy=offered, can_open=bool(found.examples), tooltip="\n".join(lines),
    )  # fmt: skip


def _outcome(found: Finding) -> str:
    """Return what its cure has done to the pairs of a finding."""
    changed, gone = found.cured - found.left_out, found.left_out
    parts = [_tr("{count} changed").format(count=numbers.count(changed))] if changed else []
    if gone:
        parts.append(_tr("{count} left out").format(count=numbers.count(gone)))
    return ", ".join(parts)


def uncured(data: DataConfig) -> DataConfig:
    """Return what says which corpus it is, however it is cured."""
    return data.model_copy(update={"cures": ()})


def _upper(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Findings", text)
