"""What happened: frozen records of numbers, strings and small arrays; never a tensor or widget.

Each class's `record` name is what the journal calls it; units stand in the field's name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

import numpy as np

from s2s_core.counts import count

WAITING = "waiting for the corpus"  # the progress of training that has to wait for a window
SAMPLED = "sample"  # the finding that not all pairs were looked through
UNNAMED = ("Source", "Target")  # how sides are called of which nothing is known


@dataclass(frozen=True)
class Record:
    """The common ground of all records."""

    record: ClassVar[str] = ""


@dataclass(frozen=True)
class StepRecord(Record):
    """One update of the weights."""

    record: ClassVar[str] = "step"
    step: int
    epoch: float  # passes over the training pairs so far
    loss: float  # plain cross entropy, nats per target token
    objective: float  # what was minimised: smoothing, penalties and tasks included
    gradient_norm: float  # global 2-norm before clipping
    learning_rate: float  # after the schedule
    tokens: int  # real source and target tokens seen so far
    tokens_per_second: float
    elapsed_seconds: float  # of training, pauses and validation left out
    teacher_forcing: float = 1.0  # share of positions given the reference, after its schedule


@dataclass(frozen=True)
class ValidationRecord(Record):
    """The held-out sentences, scored."""

    record: ClassVar[str] = "validation"
    step: int
    loss: float
    perplexity: float
    exact_match: float  # per cent of the sentences translated
    bleu: float
    chrf: float
    sentences: int  # how many were translated
    bleu_signature: str = ""
    seconds: float = 0.0
    free_running_loss: float | None = None  # fed its own pieces; None: not asked for


@dataclass(frozen=True)
class SampleRecord(Record):
    """A held-out sentence, its translation now and its reference."""

    record: ClassVar[str] = "sample"
    step: int
    source: str
    hypothesis: str
    reference: str


@dataclass(frozen=True)
class KnobRecord(Record):
    """A knob was turned while training."""

    record: ClassVar[str] = "knob"
    step: int
    key: str
    before: Any
    value: Any


@dataclass(frozen=True)
class JoinedRecord(Record):
    """Pairs that were typed are trained on from now on, or no longer."""

    record: ClassVar[str] = "joined"
    step: int
    pairs: list[str]  # all of them, each a source, a tab and a target
    times: int  # in each pass over the corpus
    new: int  # how many of the pairs were not there before
    too_long: int = 0  # pairs that have too many pieces, and are left out
    too_much: bool = False  # so many repetitions do not fit: they are a third of each batch
    spared: int = 0  # held-out sentences that are no longer scored, as they are trained on now


@dataclass(frozen=True)
class RewoundRecord(Record):
    """A person went back to a checkpoint, and on at this learning rate."""

    record: ClassVar[str] = "rewound"
    step: int  # of the checkpoint
    left: int  # the step from which it was gone back
    learning_rate: float


@dataclass(frozen=True)
class NoteRecord(Record):
    """Training did something by itself that is worth a sentence."""

    record: ClassVar[str] = "note"
    template: str
    values: dict[str, Any] = field(default_factory=dict)
    step: int = 0

    @property
    def sentence(self) -> str:
        """The sentence in English."""
        return self.template.format(**self.values)


@dataclass(frozen=True)
class StartRecord(Record):
    """What a run began with that was not drawn: weights of another run, vectors of a file."""

    record: ClassVar[str] = "start"
    template: str
    values: dict[str, Any] = field(default_factory=dict)
    carried: list[str] = field(default_factory=list)  # the weights that came from there
    drawn: list[str] = field(default_factory=list)  # those that did not
    step: int = 0

    @property
    def sentence(self) -> str:
        """The sentence in English."""
        return self.template.format(**self.values)


@dataclass(frozen=True)
class SmallerRecord(Record):
    """A smaller copy of a run was written and measured beside the original.

    Both have: disk_bytes, memory_bytes (of the weights), sentences_per_second, sentences (how
    many were translated), exact_match, bleu, chrf.
    """

    record: ClassVar[str] = "smaller"
    step: int  # of the weights
    folder: str
    share: float  # pruned
    int8: bool
    before: dict[str, float]
    after: dict[str, float]


@dataclass(frozen=True)
class CheckpointRecord(Record):
    """The state of training was saved."""

    record: ClassVar[str] = "checkpoint"
    step: int
    best: bool


@dataclass(frozen=True)
class FailureRecord(Record):
    """Something went wrong: a sentence for everyone, the details for those who ask."""

    record: ClassVar[str] = "failure"
    template: str
    values: dict[str, Any] = field(default_factory=dict)
    details: str = ""
    step: int = 0
    request: int = 0  # the command that failed, if it was numbered
    cure: str = ""  # the name in `data.cures` with which it can be read all the same
    choices: list[tuple[str, str]] = field(default_factory=list)  # code and language: take two

    @property
    def sentence(self) -> str:
        """The sentence in English."""
        return self.template.format(**self.values)


@dataclass(frozen=True)
class EndRecord(Record):
    """A run came to its end, and why: "steps", "minutes" or "patience"."""

    record: ClassVar[str] = "end"
    step: int
    reason: str


@dataclass(frozen=True)
class ProgressRecord(Record):
    """How far slow work has come; `total` is 0 where it cannot be known."""

    record: ClassVar[str] = "progress"
    what: str
    done: int = 0
    total: int = 0
    per_second: float = 0.0  # 0 where it is not known, as is the time left
    seconds_left: float = 0.0


@dataclass(frozen=True)
class Finding:
    """Something odd about a corpus: how often, where, and what can be done about it."""

    name: str  # of the check that found it; the name that its cure has in `data.cures`
    template: str
    count: int
    examples: tuple[tuple[int, str, str], ...] = ()  # number of the pair from 1, source, target
    cure: str = ""  # what ticking it does, as a template; blank: there is no cure
    cured: int = 0  # how many of them were cured, as the cure is ticked
    left_out: int = 0  # how many of them are left out because of it, the others being changed
    title: str = ""  # in a word or two

    @property
    def sentence(self) -> str:
        """The sentence in English."""
        return self.template.format(count=count(self.count))

    @property
    def example(self) -> str:
        """The first example, on one line."""
        return " → ".join(self.examples[0][1:]) if self.examples else ""


@dataclass(frozen=True)
class CorpusRecord(Record):
    """What a corpus holds, as far as a person wants to see it at first."""

    record: ClassVar[str] = "corpus"
    title: str
    source_name: str
    target_name: str
    pairs: int
    preview: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    source_words: float = 0.0  # words a sentence, on average
    target_words: float = 0.0
    spaced: tuple[bool, bool] = (True, True)  # whether they are words; characters, where not
    example: str = ""  # a sentence worth translating, for a built-in corpus
    columns: tuple[tuple[str, str], ...] = ()  # or languages: name, and a text that stands there
    source_column: str = ""  # of these, or the language that the name of a file tells
    target_column: str = ""
    header: str = ""  # whether the first row of a table names its columns: "yes" or "no"
    encodings: tuple[tuple[str, str], ...] = ()  # of the files: name, and such as "UTF-8"
    kept: int = 0  # of the pairs, to train on or hold out; 0: nobody counted
    changed: int = 0  # of these, by cures
    preview_cured: tuple[tuple[int, str, str], ...] = ()  # row from 0: as it is trained on
    preview_left_out: tuple[int, ...] = ()  # by cures, or because a side is blank
    is_counted: bool = True  # False: it is still being read, and `pairs` is about right


@dataclass(frozen=True)
class PreparedRecord(Record):
    """A corpus was cut into pieces and written where training finds it."""

    record: ClassVar[str] = "prepared"
    folder: str
    train_pairs: int
    held_out_pairs: int
    source_vocabulary: int
    target_vocabulary: int
    blank: int  # pairs left out because a side is empty
    too_long: int  # pairs left out because a side has too many pieces
    vocabulary_lowered: bool  # the corpus is too small for as many pieces as were asked for
    examples: tuple[tuple[str, str], ...] = ()  # held-out pairs, to translate
    vocabulary_pairs: int = 0  # that the vocabularies were learnt from, drawn by chance; 0: all
    beginning: int = 0  # of so many first pairs, as is what is held out; 0: of all the corpus
    kept_back: int = 0  # pairs that are not trained on as their source is held out
    is_whole: bool = True  # False: more is being encoded, and the numbers of pairs are estimates
    known_words: tuple[str, ...] = ()  # of the sources trained on; none: there are too many to tell


@dataclass(frozen=True)
class ProbeRecord(Record):
    """What training with some settings would take, found by trying a little of it."""

    record: ClassVar[str] = "probe"
    request: int
    parameters: int
    memory_bytes: int  # while training; 0 where it is not known
    seconds_per_step: float  # 0 where it is not known
    steps_per_epoch: int
    learned: int = 0  # of the parameters; 0: all of them, none is frozen


@dataclass(frozen=True)
class LabSampleRecord(Record):
    """The tokenizer lab has drawn the pairs that vocabularies are learnt from."""

    record: ClassVar[str] = "lab_sample"
    request: int
    source_name: str
    target_name: str
    pairs: int  # drawn, those held out included
    held_out: int  # of them: nothing is learnt from these
    read: int  # they were drawn from so many
    read_all: bool  # which are the whole corpus
    examples: tuple[tuple[str, str], ...] = ()  # held-out pairs, to cut
    spaced: tuple[bool, bool] = (True, True)  # whether a side puts spaces between its words


@dataclass(frozen=True)
class SideCut:
    """How one side of the sample is cut by a vocabulary."""

    vocabulary: int  # pieces really reached, bytes and special ones left out
    lengths: tuple[int, ...]  # how many sentences have 0, 1, 2 … pieces
    pieces_per_sentence: float
    pieces_per_word: float  # words are what stands between spaces; without those, characters
    unknown: float  # share of the held-out characters that no piece holds: spelled in bytes


@dataclass(frozen=True)
class VocabularyRecord(Record):
    """The tokenizer lab has learnt a vocabulary for each side, and counted."""

    record: ClassVar[str] = "vocabulary"
    request: int
    kind: str
    vocabulary_size: int  # asked for
    sides: tuple[SideCut, SideCut]  # source and target
    pieces: int  # of all sentences of the sample, both sides, ends included
    seconds: float


class CutPiece(NamedTuple):
    """A piece as it is shown; a character that no piece holds counts as many as it has bytes."""

    text: str
    pieces: int = 1
    is_known: bool = True


Cut = tuple[CutPiece, ...]


@dataclass(frozen=True)
class CutsRecord(Record):
    """Sentences, cut by several vocabularies; None where one is not learnt or has no such cut."""

    record: ClassVar[str] = "cuts"
    request: int
    cuts: tuple[tuple[Cut, ...] | None, ...]  # of each choice: of each sentence, or each draw


@dataclass(frozen=True)
class HypothesisRecord(Record):
    """One translation, ready to be shown."""

    record: ClassVar[str] = "hypothesis"
    text: str
    pieces: tuple[str, ...]
    log_probability: float
    score: float  # log-probability over the penalty; the best is first
    ended: bool  # False: cut because it would not end
    probabilities: tuple[float, ...] = ()  # of each piece, given all before it
    words: tuple[tuple[str, float], ...] = ()  # what to show, with the model's probability of each
    starts: tuple[int, ...] = ()  # the place of each word's first piece
    separator: str = " "  # between two words; nothing in a script that puts no spaces
    penalty: float = 1.0  # for its length


@dataclass(frozen=True)
class TranslationRecord(Record):
    """The answer to a request to translate, for one of its lines."""

    record: ClassVar[str] = "translation"
    request: int
    step: int  # of the weights used
    source: str
    source_pieces: tuple[str, ...]
    hypotheses: tuple[HypothesisRecord, ...]
    seconds: float
    line: int = 0  # of the text that was to be translated
    source_words: tuple[str, ...] = ()  # the pieces joined to words, the end included
    source_starts: tuple[int, ...] = ()  # the place of each word's first piece
    averaged: bool = False  # whether the weights are an average over the steps before
    left_out: int = 0  # pieces of a source that is too long: only its beginning was translated
    longest: int = 0  # pieces of the longest source that is trained on; 0: not known
    attention: np.ndarray[Any, Any] | None = None  # [layer, head, target length, source length]


@dataclass(frozen=True)
class RangeRecord(Record):
    """A learning-rate range test, as far as it has come: the losses under rising rates."""

    record: ClassVar[str] = "range"
    request: int
    steps: int  # there will be at most so many
    rates: tuple[float, ...]  # rising
    losses: tuple[float, ...]  # plain cross entropy of each step, before its update
    smoothed: tuple[float, ...]  # the same, each averaged with its neighbours
    steepest: float = 0.0  # the rate where the loss falls fastest; 0 where it does not fall
    tenth: float = 0.0  # a tenth of the rate with the lowest loss; 0 where there is none
    ended: str = ""  # why it is over: "range", "exploded" or "no_number"
