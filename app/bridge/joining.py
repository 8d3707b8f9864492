"""Joining: what the run that trains can take of the draft, and what waits for a new one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from app.bridge.corpus_reading import ADDED, CorpusReading
from app.bridge.draft import Draft
from app.bridge.messages import Command, JoinPairs
from app.bridge.throttle import Throttle
from s2s_core.configs import RunConfig
from s2s_core.experiment import fixed_differences

JOIN_MS = 300  # between two changes of the typed pairs


class Joining(QObject):
    """Lets typed pairs join the run of their corpus, and knows what cannot."""

    def __init__(
        self, draft: Draft, reading: CorpusReading, run: Callable[[], RunConfig | None],
        send: Callable[[Command], None], parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._draft = draft
        self._reading = reading
        self._run = run  # what is trained with now
        self._send = send
        self._join_soon = Throttle(self.join, JOIN_MS, self)
        reading.added_changed.connect(self._join_soon)

    @property
    def is_possible(self) -> bool:
        """Whether typed pairs would be of the corpus that the run trains on."""
        joined = self._with_typed_pairs()
        return joined is not None and joined.data.pairs == self._draft.config.data.pairs

    @property
    def is_under_way(self) -> bool:
        """Whether what is being read is the run's corpus with other typed pairs, which it takes."""
        return self.is_possible and self._reading.is_of_typed_pairs

    def for_a_new_run(self) -> dict[str, Any]:
        """Return what the run cannot take of the draft, by key, with the values that it has.

        Typed pairs it takes, be it in a moment.
        """
        run = self._with_typed_pairs() if self.is_possible else self._run()
        return fixed_differences(run, self._draft.config) if run else {}

    def join(self) -> None:
        """Let the typed pairs of the draft be those of the run, as far as it can."""
        run, data = self._run(), self._draft.config.data
        if run and run.data != data and self.is_possible:
            self._send(JoinPairs(data.added, data.added_times))

    def _with_typed_pairs(self) -> RunConfig | None:
        """Return the run's experiment with the typed pairs of the draft."""
        run, data = self._run(), self._draft.config.data
        if run is None:
            return None
        added = {name: getattr(data, name) for name in ADDED}
        return run.model_copy(update={"data": run.data.model_copy(update=added)})
