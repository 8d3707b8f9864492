"""What the window, the engine and the corpus process say to each other: plain, picklable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from s2s_core.configs import DataConfig, DecodingConfig, RunConfig
from s2s_core.records import CorpusRecord, FailureRecord, PreparedRecord, Record

MOST_LINES = 100  # of a text that is translated again and again
Choice = tuple[str, int]  # in the tokenizer lab: kind and vocabulary size


@dataclass(frozen=True)
class Command:
    """The common ground of all commands."""


@dataclass(frozen=True)
class StartRun(Command):
    """Begin a run in a new folder, with a corpus that is ready in another."""

    folder: str
    config: RunConfig
    prepared: str
    playing: bool = True


@dataclass(frozen=True)
class OpenRun(Command):
    """Bring back a run from its folder; it waits until it is played, or trains on at once.

    Only if it is there: what fails to open lets the run that is open be.
    """

    folder: str
    device: str = "auto"
    playing: bool = False


@dataclass(frozen=True)
class Rewind(Command):
    """Go back to the newest checkpoint not after a step, and on from there at a lower rate."""

    before: int


@dataclass(frozen=True)
class FollowCorpus(Command):
    """More of the corpus of the run is, or will be, in this folder; "": there will be no more."""

    data: DataConfig  # the run must be one of this corpus
    prepared: str


@dataclass(frozen=True)
class CloseRun(Command):
    """Save the run and let go of it."""


@dataclass(frozen=True)
class Play(Command):
    """Train on."""


@dataclass(frozen=True)
class Pause(Command):
    """Stop training after this step, and save."""


@dataclass(frozen=True)
class StepOnce(Command):
    """Take a single step, then wait."""


@dataclass(frozen=True)
class ChangeKnob(Command):
    """Turn a live knob of the run."""

    key: str
    value: Any


@dataclass(frozen=True)
class JoinPairs(Command):
    """Let the run train on these typed pairs too, each so many times an epoch."""

    added: tuple[str, ...]
    times: int


@dataclass(frozen=True)
class Translate(Command):
    """Translate this text now, and again as the weights change; replaces the one before.

    Each line is a sentence of its own; the current one comes first, with its attention.
    """

    request: int
    text: str
    decoding: DecodingConfig
    current: int = 0


@dataclass(frozen=True)
class Watch(Command):
    """Say whether something costly is being looked at: "translation" (at first), "attention"."""

    what: str
    on: bool


@dataclass(frozen=True)
class Probe(Command):
    """Find out what training would take, on a prepared corpus; replaces the one before."""

    request: int
    config: RunConfig
    prepared: str


@dataclass(frozen=True)
class Shrink(Command):
    """Write a smaller copy of a run into a new folder, and measure both."""

    folder: str
    out: str
    share: float
    int8: bool


@dataclass(frozen=True)
class FindRate(Command):
    """Try rising learning rates on a copy: of the run, or of what a new one would begin with."""

    request: int
    config: RunConfig
    prepared: str
    of_run: bool = False


@dataclass(frozen=True)
class StopFindingRate(Command):
    """Try no more learning rates."""


@dataclass(frozen=True)
class Shutdown(Command):
    """Save and end."""


@dataclass(frozen=True)
class CorpusCommand(Command):
    """What a corpus process can do; its last record has the number of the request."""

    request: int
    data: DataConfig


@dataclass(frozen=True)
class OpenCorpus(CorpusCommand):
    """Read a corpus and make it ready for training, in a folder under `cache`.

    `dropped` files may come in either order: their names are asked which side is the source.
    """

    cache: str
    dropped: bool = False


@dataclass(frozen=True)
class TasteCorpus(CorpusCommand):
    """Make the first pairs of a built-in corpus, and nothing of them."""


@dataclass(frozen=True)
class LabCommand(CorpusCommand):
    """What is done in the tokenizer lab, whose sample and vocabularies lie in a folder."""

    folder: str


@dataclass(frozen=True)
class OpenLab(LabCommand):
    """Draw the sample."""


@dataclass(frozen=True)
class LearnVocabulary(LabCommand):
    """Learn a vocabulary for each side, and count."""

    choice: Choice


@dataclass(frozen=True)
class CutSentences(LabCommand):
    """Cut sentences of one side, 0 or 1, by vocabularies that were learnt.

    draws: instead, cut the first one so many times by chance, as training with `chances` would:
    BPE-dropout, unigram sampling
    """

    choices: tuple[Choice, ...]
    side: int
    texts: tuple[str, ...]
    draws: int = 0
    seed: int = 0
    chances: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Ready(Record):
    """The engine can train; `devices` are there, the best first."""

    record: ClassVar[str] = "ready"
    devices: tuple[str, ...]


@dataclass(frozen=True)
class RunState(Record):
    """Which run there is, and whether it is training."""

    record: ClassVar[str] = "run_state"
    folder: str = ""  # empty: no run
    step: int = 0
    playing: bool = False
    ended: str = ""  # why it is over: "steps", "minutes", "patience", "failed"
    config: RunConfig | None = None
    parameters: int = 0
    learned: int = 0  # of the parameters: those that are not frozen
    device: str = ""
    corpus: CorpusRecord | None = None
    prepared: PreparedRecord | None = None
    began: DataConfig | None = None  # the corpus in its folder: without pairs that joined it

    @property
    def is_finished(self) -> bool:
        """Whether it came to an end of its own, and did not fail."""
        return bool(self.ended) and self.ended != "failed"

    @property
    def began_with(self) -> DataConfig | None:
        """The corpus that it began with, without pairs that have joined it."""
        return self.began or (self.config.data if self.config else None)


@dataclass(frozen=True)
class RunFailed(FailureRecord):
    """A run could not be begun or opened, or its training has failed."""

    folder: str = ""


@dataclass(frozen=True)
class RunHistory(Record):
    """What happened in a run before it was opened."""

    record: ClassVar[str] = "run_history"
    records: tuple[Record, ...]


@dataclass(frozen=True)
class Checkpoints(Record):
    """Where the run can be rewound to: steps and the learning rates there, the oldest first."""

    record: ClassVar[str] = "checkpoints"
    kept: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True)
class CorpusReady(Record):
    """A corpus can be trained on."""

    record: ClassVar[str] = "corpus_ready"
    request: int
    data: DataConfig
    corpus: CorpusRecord
    prepared: PreparedRecord


@dataclass(frozen=True)
class TasteReady(Record):
    """The first pairs of a built-in corpus, before it is read."""

    record: ClassVar[str] = "taste_ready"
    request: int
    data: DataConfig
    pairs: tuple[tuple[str, str], ...]
