"""What the banner says: what went wrong, and which run waits to be gone on with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.bridge.controller import Controller, sentence_of
from app.bridge.messages import CorpusReady, RunState
from app.bridge.rewinding import WayBack
from app.panels.train_bar.preset_rate import RATE, rate_knob
from app.run_titles import run_title
from app.settings import AppSettings, Recent
from app.widgets import numbers
from app.widgets.banner import Action, Banner
from app.widgets.knob_editors import core_text
from s2s_core.grid_folder import is_grid
from s2s_core.records import FailureRecord, Record, StartRecord, StepRecord
from s2s_core.run_folders import Lock, hold, is_in_use, is_run, lost_steps

LONG_SECONDS = 60.0  # of training another run: then a run that waits need not be offered any more


class Notices(QObject):
    """Decides what stands in the banner, and for how long."""

    told = Signal(str)  # what has become of it, for the status line

    def __init__(self, banner: Banner, controller: Controller, settings: AppSettings) -> None:
        super().__init__(banner)
        self._banner = banner
        self._controller = controller
        self._settings = settings
        self._offered: Path | None = None  # the run or comparison that it offers to go on with
        self._others = 0  # runs that wait as well
        self._began_at: float | None = None  # seconds that the open run had trained when it came
        self._shows = ""  # what the banner shows: "error", "offer" or "note"
        self._failure: FailureRecord | None = None  # the newest
        self._has_failed = False  # the run
        self._folder = ""  # of the run that is open
        self._rate = 0.0  # its learning rate
        self._went_wrong = False  # it, although it did not fail
        self._wrong_rate = settings.wrong_rate
        self._held: Lock | None = None  # tells other windows that it is
        self._started: list[StartRecord] = []  # what the run that is open began with
        self._noted = ("", False)
        self._of_files: tuple[str, ...] = ()  # of the corpus that the note speaks of
        self._cured = ""  # the cure with which the corpus is being read
        controller.failed.connect(self.show_failure)
        controller.started.connect(self._tell_start)
        controller.run_changed.connect(self._follow_run)
        controller.records.connect(self._follow_training)
        controller.corpus_changed.connect(self._take_corpus)
        controller.rewinding.asked.connect(self._ask_to_rewind)
        controller.comparing.left.connect(self._take_left)
        banner.closed.connect(self._banner_closed)

    def show_failure(self, failure: FailureRecord) -> None:
        """Show what went wrong, unless it is a question that is asked elsewhere."""
        if failure.choices:
            return
        self._shows, self._failure, self._of_files = "error", failure, ()
        text = sentence_of(failure)
        if failure.template[:1].islower():  # not a name that was given
            text = text[:1].upper() + text[1:]
        if ". " in text and text[-1:].isalnum():  # of several sentences the last one ends, too
            text = f"{text}."
        actions: list[Action] = []
        if failure.cure:
            title = self.tr("Keep {kept:pair|pairs}")
            kept = failure.values.get("kept", numbers.count(0))
            actions.append((title.format(kept=kept), lambda: self._cure(failure.cure)))
        if self._has_failed and self._controller.rewinding.way_back():
            actions.append((self.tr("Rewind"), self._controller.rewinding.rewind))
        self._banner.show_message(text, "error", failure.details, actions)

    def _cure(self, name: str) -> None:
        self._cured = name
        self._controller.reading.cure(name)

    def _take_corpus(self, ready: CorpusReady) -> None:
        """All is well; of a corpus that was cured to be read, tell what is left."""
        self._all_is_well()
        if self._of_files and self._of_files != ready.data.train:
            self._of_files = ()
            self._banner.dismiss()
        name = self._cured
        found = next((each for each in ready.corpus.findings if each.name == name), None)
        if not ready.corpus.is_counted and found is not None:
            return
        self._cured = ""
        if found is None:
            return
        text = self.tr("{kept:pair is|pairs are} kept, {count:line|lines} left out: {cure}.")
        kept, count = numbers.count(ready.corpus.kept), numbers.count(found.left_out)
        self.show_note(text.format(kept=kept, count=count, cure=core_text(found.cure)))
        self._of_files = ready.data.train

    def note_of_asked(self, text: str, deed: Action, kind: str) -> None:
        """Show what is worth knowing of the corpus that was just opened, while it is there."""
        self.show_note(text, deed, kind)
        self._of_files = self._controller.reading.wanted.train

    def show_note(
        self, text: str, deed: Action | None = None, kind: str = "note",
        other: Action | None = None,
    ) -> None:  # fmt: skip
        """Show something else worth knowing, perhaps with one deed or two."""
        self._shows, self._of_files = "note", ()
        self._banner.show_message(text, kind, "", [each for each in (deed, other) if each])

    def _ask_to_rewind(self, way: WayBack) -> None:
        """Ask before much is lost that went well: what is rewound does not come back."""
        text = self.tr(
            "The newest checkpoint from before it went wrong is of step {step}: a rewind also "
            "loses {lost:step that went well|steps that went well}."
        )
        if not self._controller.course.wrong_since:
            text = self.tr(
                "The newest checkpoint is of step {step}: a rewind loses the {lost:step|steps} "
                "since."
            )
        title = self.tr("Rewind to step {step}")
        step, lost = numbers.count(way.step), numbers.count(way.lost)
        self.show_note(
            text.format(step=step, lost=lost),
            (title.format(step=step), lambda: self._controller.rewinding.rewind(meant=way)),
            kind="warning",
        )

    def offer_last_run(self) -> None:
        """Offer to go on with a run that was closed before its end, unless a window has it."""
        waiting = [run for run in self._settings.unfinished if is_run(run) and not is_in_use(run)]
        if waiting:
            self._offered = _whole(waiting[0])
            self._others = sum(self._is_recent(run) for run in waiting[1:])
        rate = self._controller.draft.next_config.training.learning_rate
        if rate == self._wrong_rate > self._usual_rate():
            text = self.tr("Learning rate {rate} is still set, at which the last run went wrong.")
            self._warn_of_rate(text, rate)
        elif self._offered:
            self._show_offer(self._offered)

    def _take_left(self, folder: Path) -> None:
        """A comparison was left, perhaps by a key: offer it, once what came instead is there."""
        self._offered = folder

    def _still_offered(self) -> Path | None:
        """Return what is offered, unless it is gone or another program has it since."""
        folder = self._offered
        if folder and (not (is_run(folder) or is_grid(folder)) or is_in_use(folder)):
            self._offered = None
        return self._offered

    def _show_offer(self, folder: Path) -> None:
        """Offer to go on with a run; also beside another, for which Train was pressed instead."""
        step, lost = lost_steps(folder)
        text = self.tr("The run “{name}” was left before it was finished.")
        if self._folder:
            text = self.tr("This is another run; “{name}” still waits to be finished.")
        elif lost:
            text = self.tr(
                "The run “{name}” was cut off before it was finished. It goes on at step {step}; "
                "the {lost:step|steps} after it were not saved."
            )
        if is_grid(folder):
            self._offer_comparison(folder)
            return
        values = {"name": run_title(folder), "step": numbers.count(step)}
        said = text.format(lost=numbers.count(lost), **values)
        if self._others and not self._folder:
            more = self.tr(
                "{count:more unfinished run|more unfinished runs} in File ▸ Open recent."
            )
            said = f"{said} {more.format(count=numbers.count(self._others))}"
        self.show_note(said, (self.tr("Go on with it"), lambda: self._go_on_with(folder)))
        self._shows = "offer"

    def _offer_comparison(self, folder: Path) -> None:
        """Offer to go on with all runs of which one was left: its table says how far they are."""
        text = self.tr("“{name}” was left before all of its runs were trained.")
        show = self.tr("Show its runs"), lambda: self._controller.opener.open([folder])
        self.show_note(text.format(name=run_title(folder)), show)
        self._shows = "offer"

    def _follow_training(self, records: Sequence[Record]) -> None:
        """Offer no more to go on with a run, once another one has been trained for long."""
        self._note_wrong(self._controller.course.wrong_since > 0)
        newest = next((each for each in reversed(records) if isinstance(each, StepRecord)), None)
        if newest is None or self._offered is None:
            return
        if self._began_at is None:
            self._began_at = newest.elapsed_seconds
        if newest.elapsed_seconds - self._began_at < LONG_SECONDS:
            return
        folder, self._offered = self._offered, None
        text = self.tr("“{name}” is in File ▸ Open recent, as an unfinished run.")
        if is_grid(folder):
            text = self.tr("“{name}” is in File ▸ Open recent.")
            self._settings.note_opened("comparison", str(folder))
        elif not self._is_recent(folder):
            self._settings.note_opened("run", str(folder))
        if self._shows == "offer":
            self._banner.dismiss()
        self.told.emit(text.format(name=run_title(folder)))

    def _is_recent(self, folder: Path) -> bool:
        return Recent("run", (str(folder),)) in self._settings.recent

    def remember_run(self) -> None:
        """Remember whether the run that is open has come to its end.

        One that was only looked at waits for nothing that it did not wait for before.
        """
        state = self._controller.run
        noted = (state.folder, state.is_finished)
        if state.folder and (state.playing or state.is_finished) and noted != self._noted:
            self._noted = noted
            self._settings.note_run(Path(state.folder), is_finished=noted[1])

    def let_go(self) -> None:
        """Let other windows have the run that was open here."""
        if self._held:
            self._held.release()
        self._held = None

    def _follow_run(self, state: RunState) -> None:
        if state.folder != self._folder:
            is_wrong_again = self._is_wrong_again(state)
            left, self._folder, self._began_at = self._folder, state.folder, None
            self._went_wrong = False
            self._started.clear()
            self.let_go()
            if state.folder:
                if self._offered == _whole(Path(state.folder)):
                    self._offered = None
                if is_wrong_again:
                    text = self.tr(
                        "This run, too, has learning rate {rate}, at which the last one went wrong."
                    )
                    self._warn_of_rate(text, self._rate)
                elif offered := self._still_offered():
                    self._show_offer(offered)
                else:
                    self._banner.dismiss()
                self._hold(Path(state.folder))
                self._tell_left(left)
        self._follow_failure(state.ended == "failed")
        self._rate = state.config.training.learning_rate if state.config else 0.0
        if state.folder:
            self._note_wrong(self._went_wrong)
        self.remember_run()

    def _is_wrong_again(self, state: RunState) -> bool:
        """Whether a new run has the learning rate at which the last one has just gone wrong."""
        if not (self._has_failed or self._went_wrong) or self._controller.comparing.is_going:
            return False
        rate = state.config.training.learning_rate if state.config else 0.0
        return not state.step and rate == self._rate > self._usual_rate()

    def _usual_rate(self) -> float:
        draft = self._controller.draft
        return float(draft.baseline(rate_knob(draft.config)))

    def _note_wrong(self, went_wrong: bool) -> None:
        """Remember whether the run goes wrong, for the next one and for the next start."""
        self._went_wrong = went_wrong
        rate = self._rate if went_wrong or self._has_failed else 0.0
        if rate != self._wrong_rate:
            self._wrong_rate = self._settings.wrong_rate = rate

    def _warn_of_rate(self, text: str, rate: float) -> None:
        """Say that the next run may do as the last one did, and offer what helps."""
        usual = self._usual_rate()
        title = self.tr("Back to {rate}").format(rate=numbers.learning_rate(usual))

        def turn_back() -> None:
            self._controller.steering.turn(RATE, usual)
            self._banner.dismiss()

        text = text.format(rate=numbers.learning_rate(rate))
        self.show_note(text, (title, turn_back), kind="warning")

    def _tell_left(self, folder: str) -> None:
        """Say where the run is that was there before: one key begins another."""
        if folder and self._is_recent(Path(folder)):
            text = self.tr("“{name}” is kept, in File ▸ Open recent.")
            self.told.emit(text.format(name=run_title(Path(folder))))

    def _follow_failure(self, has_failed: bool) -> None:
        """What stopped training has been told just now: say what helps; and when that is over."""
        if has_failed == self._has_failed:
            return
        self._has_failed = has_failed
        if not has_failed:
            self._all_is_well()
        elif self._shows == "error" and self._failure:
            self.show_failure(self._failure)

    def _tell_start(self, record: StartRecord) -> None:
        """Tell what a run that has just begun began with; its weights by name in the details."""
        self._started.append(record)
        self._shows, self._of_files = "note", ()
        text = "\n".join(map(sentence_of, self._started))
        carried = "\n".join(name for start in self._started for name in start.carried)
        drawn = "\n".join(name for start in self._started for name in start.drawn)
        lists = ((self.tr("Carried over"), carried), (self.tr("Drawn afresh"), drawn))
        details = "\n\n".join(f"{title}\n{names}" for title, names in lists if names)
        self._banner.show_message(text, "note", details)

    def _hold(self, folder: Path) -> None:
        self._held = hold(folder)
        if self._held is None:
            text = self.tr(
                "The run “{name}” is open in another window too. Train it in one of them only."
            )
            self.show_note(text.format(name=run_title(folder)), kind="warning")

    def _banner_closed(self) -> None:
        """What was put in front of the offer to go on leaves it where it was."""
        was_offer, self._shows = self._shows == "offer", ""
        if was_offer:
            self._offered = None
        elif offered := self._still_offered():
            self._show_offer(offered)

    def _all_is_well(self) -> None:
        """What went wrong before is over when the next thing goes right."""
        if self._shows == "error":
            self._banner.dismiss()

    def _go_on_with(self, folder: Path) -> None:
        self._offered = None
        self._controller.open_run(folder, playing=True)


def _whole(folder: Path) -> Path:
    """Return the comparison that a run is of, or else the run."""
    return folder.parent if is_grid(folder.parent) else folder
