"""The engine: obeys commands between steps, and gives the work that is due one `next()`."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from app.bridge.course import Course
from app.bridge.messages import (
    ChangeKnob,
    Checkpoints,
    CloseRun,
    Command,
    FindRate,
    FollowCorpus,
    JoinPairs,
    OpenRun,
    Pause,
    Play,
    Probe,
    Ready,
    Rewind,
    RunFailed,
    RunHistory,
    RunState,
    Shrink,
    Shutdown,
    StartRun,
    StepOnce,
    StopFindingRate,
    Translate,
    Watch,
)
from app.bridge.prober import Prober
from app.bridge.rate_finder import RateFinder
from app.bridge.translating import Translating
from s2s_core.data.corpus import prepared
from s2s_core.errors import BadRun
from s2s_core.models.device import available_devices
from s2s_core.records import (
    WAITING,
    CheckpointRecord,
    CorpusRecord,
    EndRecord,
    FailureRecord,
    PreparedRecord,
    ProgressRecord,
    Record,
    RewoundRecord,
    SmallerRecord,
    StepRecord,
)
from s2s_core.runs.checkpoint import kept_checkpoints, load_state, torch_left_alone
from s2s_core.runs.journal import read_journal
from s2s_core.runs.run import Run
from s2s_core.runs.shrink import shrink
from s2s_core.training.warm_up import warm_up

AT_A_STRETCH = 0.2  # seconds of measuring a smaller copy; then training has its turn


class Inbox(Protocol):
    """Where commands come from."""

    def take(self, wait: bool) -> list[Command]:
        """Return the waiting commands; if there are none and `wait`, sleep until one comes."""


class Outbox(Protocol):
    """Where records go."""

    def put(self, record: Record) -> None:
        """Hand a record over; waits while the window is behind."""


class Engine:
    """Owns the run and its model. One thread calls `turn` again and again."""

    def __init__(self, inbox: Inbox, outbox: Outbox) -> None:
        self.inbox = inbox
        self.outbox = outbox
        self.finished = False
        self.run: Run | None = None
        self.events: Generator[Record, None, None] | None = None
        self.playing = False
        self.single_step = False
        self.ended = ""
        self.doing = ""  # "training" and so on, for `recover` to know what failed
        self.bringing = ""  # the folder of the run that is begun or opened, for the same
        self.about_corpus: tuple[CorpusRecord, PreparedRecord] | None = None
        self.commands: list[Command] = []  # taken and not yet obeyed
        self.course = Course()
        self.translating = Translating()
        self.prober = Prober()
        self.shrinking: Iterator[Record] | None = None  # a smaller copy that is being made
        self._shrank = False  # it had its turn, and now training has
        self.rate_finder = RateFinder()
        self._kept: set[Path] = set()  # the checkpoints that were told of

    def start(self) -> None:
        """Get ready: the first step of training would otherwise take seconds."""
        try:
            warm_up()
        finally:  # training may work even so
            self.outbox.put(Ready(tuple(available_devices())))

    def turn(self) -> None:
        """Obey every waiting command, then give the work that is due one `next()`."""
        self.commands += self.inbox.take(wait=not self._has_work())
        while self.commands:  # kept here, so that one that fails takes no other with it
            self.doing = self.bringing = ""
            self.obey(self.commands.pop(0))
        if self.translating.due(self.run, self._is_training):
            self.doing = "translating"
            for answer in self.translating.work(self.run):
                self.outbox.put(answer)
        elif self.rate_finder.due(training=self._is_training):
            self.doing = "trying rates"
            self._go_on_trying_rates()
        elif self.prober.due(training=self._is_training):
            self.doing = "probing"
            self._go_on_probing()
        elif self.shrinking is not None and not (self._is_training and self._shrank):
            self.doing = "shrinking"
            self._go_on_shrinking(self.shrinking)
        elif self._is_training:
            self._shrank = False
            self.doing = "training"
            self._go_on_training()

    def obey(self, command: Command) -> None:
        """Do what one command says."""
        match command:
            case StartRun():
                self._start_run(command)
            case OpenRun() | Rewind():
                self._bring_back(command)
            case Play() | StepOnce() if self.run:
                self.playing = isinstance(command, Play)
                self.single_step = not self.playing
                self.ended = ""
                self._tell_state()
            case Pause() if self.run:
                self._pause()
                self._tell_state()
            case ChangeKnob() | FollowCorpus() | JoinPairs() if self.run:
                self._change(self.run, command)
            case CloseRun():
                self._close_run()
                self._tell_state()
            case Shutdown():
                self.finished = True
                self._close_run()
            case _:
                self._look(command)

    def _look(self, command: Command) -> None:
        """Obey a command that asks to see something."""
        match command:
            case Translate():
                self.translating.ask(command)
            case Probe():
                self.prober.ask(command)
            case Shrink() if self.shrinking:
                self.outbox.put(FailureRecord("a smaller copy is being made already: wait for it"))
            case Shrink():
                folder, out = Path(command.folder), Path(command.out)
                self.shrinking = shrink(folder, out, command.share, int8=command.int8)
            case FindRate():
                self.rate_finder.begin(command, self.run)
            case StopFindingRate():
                self.rate_finder.give_up()
            case Watch():
                self.translating.watch(command)

    def _change(self, run: Run, command: ChangeKnob | FollowCorpus | JoinPairs) -> None:
        """Turn a knob of the run, let it see more of its corpus, or let pairs join it."""
        if isinstance(command, FollowCorpus):
            self._follow_corpus(run, command)
            return
        change = (
            run.change(command.key, command.value)
            if isinstance(command, ChangeKnob)
            else run.join(command.added, command.times)
        )
        if change:
            self.outbox.put(change)
        self.ended = "failed" if self.ended == "failed" else run.reason_to_end()
        self._tell_state()

    def _follow_corpus(self, run: Run, command: FollowCorpus) -> None:
        """Take what has been encoded meanwhile; where there will be no more, be content."""
        if run.supply.windows.is_whole or run.began != command.data:
            return
        if not command.prepared or not run.supply.windows.follow(Path(command.prepared)):
            self.outbox.put(run.supply.end())
        self._tell_if_whole(run)

    def _tell_if_whole(self, run: Run) -> None:
        """Tell once that all of the corpus is there; training may be the first to see it."""
        if self.about_corpus and run.supply.windows.is_whole and not self.about_corpus[1].is_whole:
            corpus, ready = prepared(run.folder)
            self.about_corpus = corpus, replace(ready, is_whole=True)
            self._tell_state()

    def recover(self, failure: FailureRecord) -> None:
        """After an exception: give up what failed, keep all the rest, and tell."""
        folder = "" if self.doing else self.bringing
        if self.doing == "translating":
            self.translating.give_up()
        elif self.doing == "probing":
            self.prober.give_up()
        elif self.doing == "shrinking":
            self.shrinking = None
        elif self.doing == "trying rates":
            self.rate_finder.give_up()
        elif self.doing == "training" and self.run:
            self.playing = self.single_step = False
            self.events, self.ended = None, "failed"
            self.run.note(failure)
            folder = str(self.run.folder)
        self.outbox.put(RunFailed(**vars(failure), folder=folder) if folder else failure)
        self._tell_state()

    @property
    def _is_training(self) -> bool:
        return self.playing or self.single_step

    def _has_work(self) -> bool:
        due = self.commands or self.shrinking or self.translating.due(self.run, training=False)
        tries = self.prober.due(training=False) or self.rate_finder.due(training=False)
        return bool(self._is_training or due or tries)

    def _start_run(self, command: StartRun) -> None:
        self.bringing = command.folder
        before, about, ended = self.run, self.about_corpus, self.ended
        self._close_run()  # first: two models may not fit into memory
        folder = Path(command.folder)
        try:
            self.run = Run.create(folder, command.config, Path(command.prepared))
        except BaseException:
            if before:  # it has just been saved: nobody loses sight of it
                self.run = Run.open(before.folder, before.config.training.device)
                self.about_corpus, self.ended = about, ended
            raise
        self.about_corpus = prepared(folder)
        self.course = Course(self.about_corpus[1])
        self.playing, self.single_step = command.playing, not command.playing
        self._tell_state()
        for record in self.run.started:
            self.outbox.put(record)

    def _bring_back(self, command: OpenRun | Rewind) -> None:
        """Open another run, or go back in this one: and on, unless it was paused."""
        if isinstance(command, OpenRun):
            self._open_run(command, goes_on=command.playing)
        elif run := self.run:
            goes_on, left = self.playing or self.ended == "failed", run.trainer.step
            run.keeper.let_be()
            opening = OpenRun(str(run.folder), run.config.training.device)
            self._open_run(opening, command.before, goes_on)
            self._tell_rewound(left)

    def _open_run(self, command: OpenRun, before: int | None = None, goes_on: bool = False) -> None:
        """Bring a run back; rewound to before a step, it learns at most half as fast as it did."""
        self.bringing = command.folder
        folder, was_playing = Path(command.folder), self.playing
        is_rewind = before is not None
        most = self.run.config.training.learning_rate / 2 if self.run and is_rewind else 0.0
        self._pause()  # saves with its own random state
        try:
            with torch_left_alone():  # may fail: the run there is stays, and goes on as it would
                run = Run.open(folder, command.device, before)
                if 0 < most < run.config.training.learning_rate:
                    run.change("training.learning_rate", most)
                if is_rewind:
                    run.stay_here()
                history = read_journal(folder / "journal.jsonl")
                known = tuple(r for r in history if getattr(r, "step", 0) <= run.trainer.step)
                about = prepared(folder)
        except BaseException:
            self.playing = was_playing
            raise
        self.translating.stop()
        self.run = run
        self.prober.forget_steps()
        self.about_corpus, self.ended = about, run.reason_to_end()
        self.course = Course(about[1])
        self._watch(known)
        self.playing = goes_on and not self.ended
        self._tell_state()
        self.outbox.put(RunHistory(known))

    def _tell_rewound(self, left: int) -> None:
        assert self.run is not None
        step, config = self.run.trainer.step, self.run.config
        record = RewoundRecord(step, left, config.training.learning_rate)
        self.run.note(record)
        self.outbox.put(record)

    def _pause(self) -> None:
        """Close the iterator and save; the next step begins a new iterator."""
        self.playing = self.single_step = False
        if self.events is not None:
            events, self.events = self.events, None
            events.close()
        if self.run:
            self.run.close()  # a knob may have been turned since
            if self.run.keeper.unsaved:
                self.outbox.put(self.run.keeper.unsaved)

    def _close_run(self) -> None:
        self._pause()
        self.translating.stop()
        self.rate_finder.give_up()
        self.run, self.ended = None, ""
        self.prober.forget_steps()

    def _go_on_training(self) -> None:
        assert self.run is not None
        if self.events is None:
            self.events, self.ended = self.run.events(), ""
        record = next(self.events, None)
        if record is not None:
            self._watch((record,))
            self.outbox.put(record)
        self._tell_if_whole(self.run)
        if isinstance(record, CheckpointRecord):
            self._tell_checkpoints(self.run)
        if isinstance(record, ProgressRecord) and record.what == WAITING:
            self.commands += self.inbox.take(wait=True)  # a moment
        if isinstance(record, StepRecord):
            self.prober.note(record)
            if self.single_step:
                self.single_step = False
                self._tell_state()
        if record is None or isinstance(record, EndRecord):
            self.ended = record.reason if isinstance(record, EndRecord) else self.ended
            self._pause()
            self._tell_state()

    def _watch(self, records: Sequence[Record]) -> None:
        """Let the run know whether it is well: it keeps a checkpoint from then."""
        self.course.take(records)
        if self.run:
            self.run.keeper.is_sound = not self.course.wrong_since

    def _go_on_probing(self) -> None:
        answer = self.prober.work(self.run.config if self.run else None)
        if answer is not None:
            self.outbox.put(answer)

    def _go_on_shrinking(self, shrinking: Iterator[Record]) -> None:
        """Measure for a stretch; then training has its turn, if only for a step."""
        self._shrank = True
        until = time.monotonic() + AT_A_STRETCH
        record = next(shrinking)
        while not isinstance(record, SmallerRecord) and time.monotonic() < until:
            record = next(shrinking)
        if isinstance(record, SmallerRecord):
            self.shrinking = None
        self.outbox.put(record)

    def _go_on_trying_rates(self) -> None:
        record = self.rate_finder.work()
        if record is not None:
            self.outbox.put(record)

    def _tell_state(self) -> None:
        if self.run is None:
            self.outbox.put(RunState())
            return
        self._tell_checkpoints(self.run)
        corpus, ready = self.about_corpus or (None, None)
        model = self.run.trainer.model
        self.outbox.put(
            RunState(
                folder=str(self.run.folder), step=self.run.trainer.step, playing=self.playing,
                ended=self.ended, config=self.run.config, parameters=model.parameter_count,
                learned=model.learned_count,
                device=model.device.type, corpus=corpus, prepared=ready,
                began=self.run.began,
            )
        )  # fmt: skip

    def _tell_checkpoints(self, run: Run) -> None:
        """Tell where the run can be rewound to, if that has changed."""
        try:
            kept = kept_checkpoints(run.folder)
            if kept == self._kept:
                return
            configs = ((state["step"], state["config"]) for state in map(load_state, kept))
            known = sorted((step, config["training"]["learning_rate"]) for step, config in configs)
        except BadRun:  # a rewind would say why
            kept, known = set(), []
        self._kept = kept
        self.outbox.put(Checkpoints(tuple(known)))
