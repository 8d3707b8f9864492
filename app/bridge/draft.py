"""The experiment being edited: what the next run will do, and how it came to be so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from itertools import pairwise
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from app.bridge.history import KEPT, History
from app.bridge.kept_corpora import OF_CORPUS, KeptCorpora, identity_of
from app.bridge.preset_values import (
    FIRST_PRESET,
    changes_of,
    known_knobs,
    leaves,
    nearest_preset,
    preset_values,
)
from s2s_core.configs import DataConfig, RunConfig
from s2s_core.errors import BadConfig
from s2s_core.experiment import (
    changed,
    checked,
    knobs_in,
    live_knobs,
    merged,
    value_of,
)
from s2s_core.grid import PRESET
from s2s_core.knobs import Knob

OTHER_ROWS = (  # of the same built-in corpus, made otherwise
    "data.builtin_pairs", "data.seed", "data.difficulty.length", "data.difficulty.vocabulary",
)  # fmt: skip
NOT_OF_A_PRESET = (  # which pairs to train on, and where, is nobody's default
    "data.builtin", "data.train", "data.added", "data.difficulty.length",
    "data.difficulty.vocabulary", "data.difficulty.noise", "training.device",
)  # fmt: skip
WHICH_CORPUS = {"data.builtin", "data.train"}
RATE = "training.learning_rate"


class _State(NamedTuple):
    """What can be gone back to."""

    config: RunConfig
    preset: str
    next_rate: float | None = None  # of the next run, where this one was given another by a rewind


class _Loan(NamedTuple):
    """What it was before another experiment was lent to it, and would be now without that."""

    before: _State
    own: _State
    past: tuple[_State, ...]
    lent: RunConfig
    varied: Collection[str]


class Draft(QObject):
    """Holds a `RunConfig` that is always valid, and tells when it changes."""

    changed = Signal(object)  # the new RunConfig
    refused = Signal(str, object)  # a key that was not changed, and the BadConfig that says why
    history_changed = Signal()  # what can be undone or redone

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.config = RunConfig()
        self.preset = FIRST_PRESET
        self.next_rate: float | None = None  # if a rewind gave the run another one
        self.config = self._with_preset(FIRST_PRESET)
        self.corpora = KeptCorpora()
        self._note_corpus()
        self._history = History[_State]()
        self._before_rewinds: list[_State] = []  # of the past
        self._loan: _Loan | None = None

    # Changing ----------------------------------------------------------------------------

    def set(self, key: str, value: Any) -> bool:
        """Change one knob, or tell why not; returns whether it was taken."""
        try:
            config = self.tried(key, value)
        except BadConfig as error:
            self.refused.emit(key, error)
            return False
        next_rate = None if key == RATE else self.next_rate  # what is moved by hand is meant
        self._become(_State(config, self.preset, next_rate), key)
        return True

    def _with_all(self, values: Mapping[str, Any]) -> RunConfig:
        config = self.config
        for key, value in values.items():
            try:
                config = changed(config, key, value)
            except BadConfig as error:
                self.refused.emit(key, error)
        return config

    def problem(self, key: str, value: Any) -> BadConfig | None:
        """Return why a knob cannot have a value as things stand; None if it can."""
        try:
            self.tried(key, value)
        except BadConfig as error:
            return error
        return None

    def tried(self, key: str, value: Any) -> RunConfig:
        """Return the experiment with one knob changed, and what must move with it; or refuse."""
        config = self.config
        if key in OTHER_ROWS and config.data.builtin and value != value_of(config, key):
            config = changed(config, "data.left_out", ())  # they were rows of another corpus
        if key in ("data.builtin", "data.train") and value:
            name = key.partition(".")[2]
            before = config.data.model_copy(update={"builtin": "", "train": (), name: value})
            merged(config, {"data": before.model_dump()})  # refused if it is no such value
            if identity_of(before) != identity_of(config.data):
                other = self.corpus(before.builtin, before.train)
                data = other.model_dump() | {name: value}  # files in the order given
                return merged(config, {"data": data})
        try:
            return changed(config, key, value)
        except BadConfig:
            for companions in _companions(key, value):
                try:
                    return merged(config, companions)
                except BadConfig:  # the first reason says what a person has done
                    continue
            raise

    def corpus(self, builtin: str = "", train: tuple[str, ...] = ()) -> DataConfig:
        """Return a corpus as it was left; one that is new, with the tokenizer of the preset.

        Where the model cannot do with that tokenizer, it stays as it is.
        """
        preset, now = self._preset_tokenizer(), self.config.data.tokenizer
        data, own = self.corpora.recall(DataConfig(builtin=builtin, train=train))
        for pieces in (preset | own, preset):
            tokenizer = now.model_copy(update=pieces)
            found = data.model_copy(update={"tokenizer": tokenizer})
            try:
                merged(self.config, {"data": found.model_dump()})
            except BadConfig:
                continue
            return found
        return data.model_copy(update={"tokenizer": now})

    def _preset_tokenizer(self) -> dict[str, Any]:
        values = preset_values(self.preset)
        return {name: values[f"data.tokenizer.{name}"] for name in OF_CORPUS}

    def _note_corpus(self) -> None:
        self.corpora.note(self.config.data, self._preset_tokenizer())

    def set_data(self, data: DataConfig) -> None:
        """Take another corpus."""
        config = self.config.model_copy(update={"data": data})
        self._become(_State(config, self.preset, self.next_rate))

    def replace(self, config: RunConfig) -> None:
        """Take another experiment as a whole; it is compared with the preset nearest to it."""
        if config != self.config:
            self._become(_State(config, nearest_preset(config)))

    def set_kinds(self, kind: str) -> None:
        """Take one architecture for encoder and decoder."""
        change = {"encoder": {"kind": kind}, "decoder": {"kind": kind}}
        try:
            config = merged(self.config, {"model": change})
        except BadConfig as error:
            self.refused.emit("model.kind", error)
        else:
            self._become(_State(config, self.preset, self.next_rate))

    def apply_preset(self, name: str) -> None:
        """Lay a ready-made experiment over the corpus chosen."""
        self._become(_State(self._with_preset(name), name))

    def _become(self, state: _State, key: str = "", *, by_rewind: bool = False) -> None:
        """Change, and remember what was before."""
        if state == self._now:
            return
        self._history.leave(self._now, key)
        if by_rewind:
            self._before_rewinds.append(self._history.past[-1])
            del self._before_rewinds[:-KEPT]
        self._show(state)

    @property
    def _now(self) -> _State:
        return _State(self.config, self.preset, self.next_rate)

    def _show(self, state: _State) -> None:
        before = self.config.data
        self.config, self.preset, self.next_rate = state
        if self.config.data != before:
            self._note_corpus()
        self.changed.emit(self.config)
        self.history_changed.emit()

    # A rewind, and the run after it ------------------------------------------------------

    @property
    def next_config(self) -> RunConfig:
        """What a new run begins with: where a rewind has lowered the rate, the one from before."""
        return _with_next_rate(self._now).config

    @property
    def own_config(self) -> RunConfig:
        """What a person has set, whatever it was lent to be meanwhile."""
        return self._own(self._loan).config if self._loan else self.config

    def follow_rewind(self, values: Mapping[str, Any], rate: float) -> None:
        """Turn knobs back with the run; undoing that will bring no step back.

        What the learning rate is lowered to is the run's alone. A new one begins with what was set
        when the run had the `rate` to which it has gone back.
        """
        for state in (self._now, *reversed(self._history.past)):
            if _rate_of(state) == rate:
                rate = rate if state.next_rate is None else state.next_rate
                break
        after = _State(self._with_all(values), self.preset, rate)
        is_lowered = _rate_of(after) != rate
        self._become(after if is_lowered else after._replace(next_rate=None), by_rewind=True)

    def let_run_go(self) -> None:
        """There is another run, or none: what a rewind has done to the rate of the last is over."""
        if self.next_rate is None and not self._before_rewinds:
            return
        self._before_rewinds.clear()
        past = [*map(_with_next_rate, self._history.past), _with_next_rate(self._now)]
        self._history.rewrite(old for old, new in pairwise(past) if old != new)
        self._show(past[-1])

    # Lending -----------------------------------------------------------------------------

    def lend(self, config: RunConfig, varied: Mapping[str, Any]) -> None:
        """Be another experiment for a while; how translations are searched for stays.

        varied: the knobs that are of that experiment alone, whatever becomes of them; perhaps
            its preset
        """
        if self._loan is None:
            self.let_run_go()
            now = self._now
            self._loan = _Loan(now, now, tuple(self._history.past), self.config, varied)
        own = self._own(self._loan)
        lent = config.model_copy(update={"decoding": self.config.decoding})
        self._loan = self._loan._replace(own=own, lent=lent, varied=varied)
        self._history.pause()
        self._show(_State(lent, varied.get(PRESET, self._loan.own.preset)))

    def end_loan(self, *, keep: bool = False) -> None:
        """Be what it was before, with what a person has changed since; `keep`: stay what it is."""
        loan, self._loan = self._loan, None
        if loan is None:
            return
        after = _State(self.config, self.preset) if keep else self._own(loan)
        is_changed = after != loan.before
        self._history.rewrite((*loan.past, loan.before) if is_changed else loan.past)
        self._show(after)

    def _own(self, loan: _Loan) -> _State:
        """Return its own experiment with what was changed of what was lent.

        A live knob was turned for the run that has it, all others for the next one.
        """
        lent, now = (dict(leaves(c.model_dump())) for c in (loan.lent, self.config))
        own = loan.own
        if self.config.data.rows != loan.lent.data.rows:  # one by one they would not fit
            tokenizer = own.config.data.tokenizer
            data = self.config.data.model_copy(update={"tokenizer": tokenizer})
            own = own._replace(config=own.config.model_copy(update={"data": data}))
        for key, value in now.items():
            if value != lent.get(key, value) and not {key} & {*live_knobs(), *loan.varied}:
                with suppress(BadConfig):
                    own = own._replace(config=changed(own.config, key, value))
        return own

    # Going back --------------------------------------------------------------------------

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._history.past)

    @property
    def undoes_rewind(self) -> bool:
        """Whether the last change came with a rewind, which itself cannot be taken back."""
        past = self._history.past
        return bool(past) and any(past[-1] is each for each in self._before_rewinds)

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back."""
        return bool(self._history.future)

    def undo_keys(self) -> list[str]:
        """Return the knobs that undoing would turn."""
        return self._keys_to(self._history.past)

    def redo_keys(self) -> list[str]:
        """Return the knobs that redoing would turn."""
        return self._keys_to(self._history.future)

    def _keys_to(self, states: list[_State]) -> list[str]:
        if not states:
            return []
        now, then = (dict(leaves(c.model_dump())) for c in (self.config, states[-1].config))
        # What only another architecture has comes and goes with its kind.
        return [key for key in now if key in then and now[key] != then[key]]

    def undo(self) -> bool:
        """Take back the last change; returns whether there was one."""
        return self._go_to(self._history.back(self._now))

    def redo(self) -> bool:
        """Do again what was taken back last."""
        return self._go_to(self._history.forward(self._now))

    def _go_to(self, state: _State | None) -> bool:
        if state is not None:
            self._show(state)
        return state is not None

    # Comparing with the preset -----------------------------------------------------------

    def is_preset(self) -> bool:
        """Whether model, training and tokenizer are still as in the preset chosen last."""
        return self.next_config == self._with_preset(self.preset)

    def baseline(self, knob: Knob) -> Any:
        """Return a knob's value in the preset, or its default where the preset has none."""
        if knob.key in NOT_OF_A_PRESET:
            return value_of(self.config, knob.key)
        return preset_values(self.preset).get(knob.key, knob.default)

    def changed_keys(self) -> list[str]:
        """Return the knobs that will differ from the preset in the next run."""
        values = dict(leaves(self.next_config.model_dump()))
        knobs = known_knobs(type(self.config.model.encoder), type(self.config.model.decoder))
        return [k.key for k in knobs if values[k.key] != self.baseline(k)]

    def reset(self, key: str) -> bool:
        """Give a knob back the value of the preset; returns whether that was possible."""
        section = key.rpartition(".")[0]
        knob = next(knob for knob in knobs_in(self.config, section) if knob.key == key)
        return self.set(key, self.baseline(knob))

    def back_to_preset(self) -> None:
        """Take back all that makes model, training and tokenizer differ from the preset."""
        self.apply_preset(self.preset)

    def _with_preset(self, name: str) -> RunConfig:
        """Return a preset with the corpus, the device and the search there are."""
        kept = {
            "data": self.config.data.model_dump(exclude={"tokenizer"}),
            "training": {"device": self.config.training.device},
            "decoding": self.config.decoding.model_dump(),
        }
        return merged(checked(kept), changes_of(name))


def _rate_of(state: _State) -> float:
    return state.config.training.learning_rate


def _with_next_rate(state: _State) -> _State:
    """Return a state without a run whose rate was lowered."""
    if state.next_rate is None:
        return state
    return _State(changed(state.config, RATE, state.next_rate), state.preset)


def _companions(key: str, value: Any) -> list[dict[str, Any]]:
    """Return what may move together with a knob that cannot move alone.

    Sizes that encoder and decoder share; a beam that becomes narrower than the number of
    hypotheses it gives; an end of pruning that would come before its beginning, and the other
    way round.
    """
    section, _, name = key.rpartition(".")
    if section in ("model.encoder", "model.decoder"):
        return [{"model": {side: {name: value} for side in ("encoder", "decoder")}}]
    if key == "decoding.beam_size":
        return [{"decoding": {"beam_size": value, "n_best": value}}]
    if key in ("smaller.prune_first_step", "smaller.prune_last_step"):
        return [{"smaller": {"prune_first_step": value, "prune_last_step": value}}]
    return []
