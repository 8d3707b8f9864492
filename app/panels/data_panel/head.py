"""The head line of the data panel: how many pairs there are, and what else is known of them."""

from __future__ import annotations

from app.bridge.controller import Controller
from app.bridge.corpus_reading import ADDED
from app.bridge.messages import CorpusReady
from app.widgets import numbers
from app.widgets.panel_frame import PanelHead


class DataHead(PanelHead):
    """Counts the pairs at the right, as fully as there is room; the rest is told on hovering."""

    def __init__(self, title: str, controller: Controller) -> None:
        super().__init__(1, title)
        self._controller = controller
        self._coming: int | None = None  # pairs of another corpus that is being read

    def show_counts(self) -> None:
        """Say how many pairs there are, and if they are not those of the run."""
        ready, run = self._controller.corpus, self._controller.run
        if ready is None or self._coming is not None:
            return
        added = len(ready.data.added)  # told apart: only they are trained on several times
        plain = "{count}" if added else self.tr("{count:pair|pairs}")
        text = self.tr("{kept} of {count}") if _loses(ready) else plain
        if not ready.corpus.is_counted:
            text = self.tr("about {count}") if added else self.tr("about {count:pair|pairs}")
        if added:
            text = self.tr("{pairs} + {added} added").replace("{pairs}", text)
        counts = {"count": ready.corpus.pairs, "kept": ready.corpus.kept}
        counts["added"] = added
        parts = [text.format(**{name: numbers.count(n) for name, n in counts.items()})]
        added_apart = {name: getattr(ready.data, name) for name in ADDED}  # they join the run
        is_next = bool(
            run.folder
            and run.config
            and run.config.data.model_copy(update=added_apart) != ready.data
        )
        codes = {code: None for _, code in ready.corpus.encodings if code != "UTF-8"}
        label = self.note_label
        whole = " · ".join([*parts, *([self.tr("for the next run")] if is_next else []), *codes])
        self.set_note(whole)
        if is_next and label.is_cut_short():
            count = ready.corpus.kept if _loses(ready) else ready.corpus.pairs
            for of_next in (
                self.tr("{count:pair|pairs} · next run"),
                self.tr("{count} · next run"),
            ):
                self.set_note(of_next.format(count=numbers.count(count)))
                if not label.is_cut_short():
                    break
        elif not ready.corpus.is_counted and label.is_cut_short():
            self.set_note(self.tr("about {count}").format(count=numbers.count(ready.corpus.pairs)))
        label.set_tooltip("\n".join((whole, *self._details(ready))))

    def show_coming(self, pairs: int | None) -> None:
        """Say how large another corpus is, as far as it is known; None: it is not read any more."""
        self._coming = pairs
        if pairs is None:
            self.show_counts()
            return
        text = self.tr("{count:pair|pairs} …").format(count=numbers.count(pairs))
        self.set_note(text if pairs else self.tr("reading …"))
        self.note_label.set_tooltip(self.tr("Another corpus is being read."))

    def _details(self, ready: CorpusReady) -> list[str]:
        """Return how large the vocabularies are, and how the files are saved."""
        prepared = ready.prepared
        sizes = [prepared.source_vocabulary, prepared.target_vocabulary]
        del sizes[1 if ready.data.tokenizer.joint else 2 :]
        pieces = " + ".join(map(numbers.count, sizes))
        lines = [self.tr("Vocabulary: {sizes} pieces").format(sizes=pieces)]
        if _loses(ready):
            text = self.tr("{kept} of {count:pair is|pairs are} kept, the others are left out")
            total, kept = numbers.count(ready.corpus.pairs), numbers.count(ready.corpus.kept)
            lines.insert(0, text.format(count=total, kept=kept))
        if added := len(ready.data.added):
            times = ready.data.added_times
            text = self.tr(
                "Added pairs: {added}, each {times:time|times}: {all} of {train} to train on"
            )
            counts = {"added": added, "times": times, "all": added * times}
            counts["train"] = prepared.train_pairs
            lines.append(text.format(**{k: numbers.count(n) for k, n in counts.items()}))
        for name, code in ready.corpus.encodings:
            lines.append(self.tr("{file} is read as {encoding}").format(file=name, encoding=code))
        return lines


def _loses(ready: CorpusReady) -> bool:
    """Whether cures, blank sides or a person leave pairs out."""
    return 0 < ready.corpus.kept < ready.corpus.pairs
