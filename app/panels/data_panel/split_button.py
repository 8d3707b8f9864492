"""How the corpus is split, in words; a click opens the settings of the split."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from app.bridge import catalog
from app.bridge.controller import Controller
from app.bridge.messages import CorpusReady
from app.widgets import numbers
from app.widgets.form_popup import FormPopup
from app.widgets.panel_frame import muted
from app.widgets.plain_text import plain_tooltip
from app.widgets.quiet_buttons import ChoiceButton
from s2s_core.configs import RunConfig
from s2s_core.experiment import knobs_in, value_of

BETWEEN = " · "  # two parts of what is said
DOING = " … "  # after what is being done, and before how long it takes
SPLITTING = ("data.split", "data.held_out_percent", "data.held_out_most")
KNOBS = ("split", "held_out_percent", "held_out_most", "seed")


class SplitButton(ChoiceButton):
    """Says how many pairs are trained on and held out, as fully as there is room for."""

    def __init__(self, controller: Controller) -> None:
        super().__init__(ink="mute")
        self._controller = controller
        self._texts: list[str] = []
        self._in_full = ""
        self._progress = self._briefly = ""
        self._popup: FormPopup | None = None
        self._told = muted()  # all of it, in the popup
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("split of the corpus"))
        self.clicked.connect(self.open)
        controller.draft.changed.connect(self._show_values)

    def show_split(self, ready: CorpusReady) -> None:
        """Tell how a corpus was split."""
        train: str = numbers.count(ready.prepared.train_pairs)
        if not ready.prepared.is_whole:
            train = self.tr("about {count}").format(count=train)
        held_out = numbers.count(ready.prepared.held_out_pairs)
        kept_back = ready.prepared.kept_back
        texts = (
            *(
                [
                    self.tr(
                        "{train} to train on · {held_out} held out, {how} · {kept_back} with the "
                        "same source as one of these, neither"
                    )
                ]
                if kept_back
                else []
            ),
            self.tr("{train} to train on · {held_out} held out, {how}"),
            self.tr("{train} to train on · {held_out} held out"),
            self.tr("{held_out} held out {briefly}"),
            self.tr("{held_out} held out"),
            self.tr("split"),  # rather than half a number
        )
        how, briefly = self._how(ready)
        self._texts = [
            text.format(
                train=train, held_out=held_out, how=how, briefly=briefly,
                kept_back=numbers.count(kept_back),
            )
            for text in texts
        ]  # fmt: skip
        why = self.tr("Held out: pairs that are never trained on, to score the model with.")
        change = self.tr("Click to change how many, and which.")
        self._in_full = " ".join(filter(None, (f"{self._texts[0]}.", self._sample(ready))))
        self.setToolTip(plain_tooltip("\n".join((self._in_full, why, change))))
        self.setAccessibleDescription(self._texts[0])
        self._told.setText(self._in_full)
        self._fit()

    def show_progress(self, text: str, briefly: str = "") -> None:
        """Say what is being done with the corpus; with no text, how it is split again.

        briefly: in a word, where there is room for no more
        """
        self._progress, self._briefly = text, briefly
        self._told.setText(text or self._in_full)
        self.setAccessibleDescription(text or next(iter(self._texts), ""))
        self._fit()

    def open(self) -> None:
        """Open the settings of the split."""
        if self._popup is None:
            config = self._controller.draft.config
            knobs = [k for k in knobs_in(config, "data") if k.key.partition(".")[2] in KNOBS]
            foot = self.tr("Held-out pairs score the model; it never trains on them.")
            when = self.tr("The corpus is prepared again, for the next run.")
            title = self.tr("Which pairs are held out")
            self._popup = FormPopup(title, knobs, catalog.choices(), foot, when, self)
            self._popup.column.insertWidget(1, self._told)
            self._popup.form.knob_changed.connect(self._controller.steering.turn)
            self._popup.form.reset_wanted.connect(self._controller.steering.reset)
        self._show_values(self._controller.draft.config)
        self._popup.show_below(self)

    def _how(self, ready: CorpusReady) -> tuple[str, str]:
        """Return how pairs are chosen to be held out, and the same in a word or two."""
        if ready.data.validation:
            names = " + ".join(Path(name).name for name in ready.data.validation)
            those = self.tr("those of {files}")
            if ready.data.validation == ready.data.train:  # an archive that has both
                those = self.tr("those that {files} names so")
            return those.format(files=names), self.tr("in their own files")
        words = {
            "by_order": (self.tr("the last of the corpus"), self.tr("from the end")),
            "by_source": (self.tr("chosen by their sources"), self.tr("by source")),
        }
        at_random = self.tr("chosen at random"), self.tr("at random")
        if ready.prepared.beginning and ready.data.split != "by_order":
            count = numbers.count(ready.prepared.beginning)
            among = self.tr("chosen among the first {count} pairs").format(count=count)
            return among, self.tr("at the beginning")
        return words.get(ready.data.split, at_random)

    def _sample(self, ready: CorpusReady) -> str:
        """Return which pairs of a large corpus its vocabularies are learnt from."""
        record = ready.prepared
        if not record.vocabulary_pairs:
            return ""
        text = self.tr("Vocabularies: learnt from {count} pairs from all over the corpus.")
        if record.beginning:
            text = self.tr("Vocabularies: learnt from {count} of the first {beginning} pairs.")
        count, beginning = map(numbers.count, (record.vocabulary_pairs, record.beginning))
        return text.format(count=count, beginning=beginning)

    def _show_values(self, config: RunConfig) -> None:
        if self._popup is not None:
            form = self._popup.form
            form.set_values({key: value_of(config, key) for key in form.keys()})  # noqa: SIM118
            why = self.tr("The corpus comes with pairs that are held out; these are used.")
            form.set_reasons(dict.fromkeys(SPLITTING, why) if config.data.validation else {})

    def _fit(self) -> None:
        parts = self._progress.split(BETWEEN)  # the first tells most
        shorter = [BETWEEN.join(parts[:many]) for many in range(len(parts), 0, -1)]
        shorter += [text for text in (parts[0].partition(DOING)[2], self._briefly) if text]
        texts = shorter if self._progress else self._texts
        room = self.room()
        width = self.fontMetrics().horizontalAdvance
        fitting = (text for text in texts if width(text) <= room)
        self.setText(next(fitting, texts[-1] if texts else ""))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
