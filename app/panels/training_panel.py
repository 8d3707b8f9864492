"""The training panel: loss, gradient norm and held-out scores, drawn as they come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.bridge.controller import Controller
from app.bridge.messages import RunState
from app.run_titles import run_title
from app.settings import AppSettings
from app.widgets import numbers
from app.widgets.curve_view import CurveView
from app.widgets.knob_editors import core_text
from app.widgets.named import named
from app.widgets.panel_frame import PanelBody, PanelHead
from app.widgets.plot_place import PlotPlace
from app.widgets.tab_order import order_tabs
from app.widgets.theme import px
from app.widgets.view_controls import ViewControls
from s2s_core.records import (
    JoinedRecord,
    KnobRecord,
    Record,
    RewoundRecord,
    StepRecord,
    ValidationRecord,
)

if TYPE_CHECKING:
    from app.widgets.curve_plot import CurvePlot
    from app.widgets.curve_stack import CurveStack

FREE_RUNNING = "free_running"
GESTURE_SECONDS = 1.0  # of training: a knob turned again within it is still the same gesture
LEARNING_RATE, MINUTES = "training.learning_rate", "training.minutes"
LIMITS = "training.steps", MINUTES
CLIP_NORM, CLIPPING = "training.clip_norm", "training.clipping"
FLAGGED = KnobRecord, JoinedRecord, RewoundRecord
SHARES = 5, 4, 4  # of the height, for loss, norm and scores


class TrainingPanel(PanelBody):
    """Three plots over the steps of the run; `make_rest` makes them."""

    loss: CurvePlot
    norm: CurvePlot
    scores: CurvePlot
    stack: CurveStack
    view_changed = Signal(object)  # CurveView, by the user's hand only

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._folder = ""
        self._clip: dict[str, Any] = {CLIP_NORM: 0.0, CLIPPING: "norm"}
        self._turned: tuple[str, Any, float] | None = None  # the newest knob: key, before, when
        self.head = PanelHead(3, self.tr("Training"))
        self._texts = {  # title and hint of each plot
            "loss": (self.tr("Loss, nats per token"), self.tr("Getting ready …")),
            "gradient_norm": (
                self.tr("Gradient norm, before clipping"),
                self.tr("How strongly each batch pulls at the weights."),
            ),
            "scores": (
                self.tr("Held-out scores, %"),
                self.tr("What it makes of sentences it has never seen."),
            ),
        }
        titles = {name: title.partition(",")[0] for name, (title, _) in self._texts.items()}
        self.controls = ViewControls(titles, lambda: self.stack.menu())
        self.head.note_label.hide()
        self._forced = 1.0
        self.head.row.setContentsMargins(px(16), px(8), px(16), px(6))  # the row is taller
        self.head.row.addStretch(0)  # gives way to the note
        self.head.add_widget(self.controls)
        self._places = self._make_places()
        self.body.addWidget(self._places, 1)

    def _make_places(self) -> QWidget:
        """Return what is seen until there are plots."""
        places = QWidget()
        column = QVBoxLayout(places)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        for (title, hint), share in zip(self._texts.values(), SHARES, strict=True):
            column.addWidget(PlotPlace(title, hint), share)
        return places

    def make_rest(self) -> Iterator[None]:
        """Make the plots: pyqtgraph is loaded for them, after the window is seen."""
        from app.widgets.curve_plot import CurvePlot
        from app.widgets.curve_stack import CurveStack

        yield
        (loss, norm, scores) = self._texts.values()
        self.loss = named(CurvePlot(loss[0], hint=loss[1]), "lossPlot")
        self.norm = named(CurvePlot(norm[0], hint=norm[1]), "gradientNormPlot")
        yield
        self.scores = named(
            CurvePlot(scores[0], limits=(0, 100), figure=numbers.score, hint=scores[1]),
            "scorePlot",
        )
        plots = {"loss": self.loss, "gradient_norm": self.norm, "scores": self.scores}
        self._add_curves()
        yield
        self.stack = CurveStack(plots, SHARES)
        self.stack.setAccessibleName(self.tr("Curves"))
        self.body.replaceWidget(self._places, self.stack)
        self._places.deleteLater()
        order_tabs([self.head, self.stack])  # and not last
        self._connect()
        if self._controller.is_ready:
            self._say_what_to_do()

    @property
    def plots(self) -> tuple[CurvePlot, ...]:
        """The plots from top to bottom."""
        return (self.loss, self.norm, self.scores)

    def remember_view(self, settings: AppSettings) -> None:
        """Look at the curves as at the last time, and keep what a person changes."""
        self.set_view(CurveView.from_text(settings.curve_view))
        self.view_changed.connect(lambda view: setattr(settings, "curve_view", view.to_text()))

    def set_view(self, view: CurveView) -> None:
        """Look at the curves this way; emits nothing."""
        self.stack.set_view(view)
        self.controls.set_view(view)

    def _add_curves(self) -> None:
        self.loss.add_curve("training", self.tr("training"))
        self.loss.add_curve("validation", self.tr("validation"), width=2.4, mark="disc")
        self.norm.add_curve("gradient_norm", self.tr("gradient norm"))
        self.scores.add_curve(
            "exact_match", self.tr("exact match"), width=2.2, mark="disc", label=self.tr("exact")
        )
        self.scores.add_curve("bleu", "BLEU", width=1.6, dashed=True, mark="diamond", label="BLEU")
        self.scores.add_curve(
            "chrf", "chrF", colour="run_3", width=1.2, dashed=True, mark="square", label="chrF"
        )

    def _show_forcing(self, share: float) -> None:
        """Say how often the decoder is given the reference, where that is not always."""
        if share != self._forced:
            self._forced = share
            text = self.tr("{share} % teacher forcing").format(share=f"{100 * share:.0f}")
            self.head.set_note(text if share < 1.0 else "")
            self.head.note_label.setVisible(share < 1.0)

    def _append_free_running(self, checks: Sequence[ValidationRecord]) -> None:
        """Draw the loss of a decoder fed its own pieces; a curve of its own from the first on."""
        found = [(check.step, check.free_running_loss) for check in checks]
        known = [(step, loss) for step, loss in found if loss is not None]
        if known and FREE_RUNNING not in self.loss.curves:
            self.loss.add_curve(
                FREE_RUNNING, self.tr("free-running"), colour="run_3", width=1.6, dashed=True,
                mark="square", label=self.tr("free"),
            )  # fmt: skip
        if known:
            self.loss.append(FREE_RUNNING, [step for step, _ in known], [loss for _, loss in known])

    def _connect(self) -> None:
        self._controller.ready.connect(lambda _: self._say_what_to_do())
        self._controller.corpus_progress.connect(lambda _: self._refresh_hint())
        self._controller.records.connect(self.show_records)
        self._controller.history.connect(self.show_history)
        self._controller.run_changed.connect(self.show_run)
        self.controls.view_chosen.connect(self.stack.set_view)
        self.controls.view_chosen.connect(self.view_changed)
        self.stack.view_changed.connect(self.controls.set_view)
        self.stack.view_changed.connect(self.view_changed)

    def _say_what_to_do(self) -> None:
        text = self.tr("Press Space: the loss is drawn here.")
        if self._controller.reading.is_of_another:
            text = self.tr("The corpus is being read; then Space trains, and draws the loss here.")
        if self._controller.run.playing:
            text = self.tr(
                "The loss is drawn once the first batch is read and the first step is done."
            )
        if text != self.loss.hint:
            self.loss.set_hint(text)

    def _refresh_hint(self) -> None:
        if self._controller.is_ready:  # until then it says that
            self._say_what_to_do()

    def show_run(self, state: RunState) -> None:
        """Begin with empty plots for another run."""
        if self._controller.is_ready or state.playing:
            self._say_what_to_do()
        is_other = state.folder != self._folder
        if is_other:
            self._folder = state.folder
            self._clear()
        if state.playing or state.ended or is_other:  # while paused, the axes stay as they are
            self.stack.set_live(state.playing)
        if state.config:
            training = state.config.training
            self._clip = {CLIP_NORM: training.clip_norm, CLIPPING: training.clipping}
            self._show_clip()

    def _clear(self) -> None:
        self._turned = None
        self.loss.drop_curve(FREE_RUNNING)
        self._show_forcing(1.0)
        self.stack.clear(Path(self._folder).name, run_title(self._folder))

    def show_history(self, records: Sequence[Record]) -> None:
        """Show a run that was opened, from its beginning."""
        self._clear()
        self.show_records([r for r in records if not isinstance(r, FLAGGED)])
        for record in records:
            if isinstance(record, FLAGGED):
                self._flag(record)

    def show_records(self, records: Sequence[Record]) -> None:
        """Append what has happened."""
        steps = [record for record in records if isinstance(record, StepRecord)]
        checks = [record for record in records if isinstance(record, ValidationRecord)]
        if steps:
            xs = [record.step for record in steps]
            self.stack.note_steps(
                xs, [record.epoch for record in steps], [record.tokens for record in steps],
                [record.elapsed_seconds for record in steps],
            )  # fmt: skip
            self.loss.append("training", xs, [record.loss for record in steps])
            self._show_forcing(steps[-1].teacher_forcing)
            self.norm.append("gradient_norm", xs, [record.gradient_norm for record in steps])
        if checks:
            xs = [record.step for record in checks]
            self.loss.append("validation", xs, [record.loss for record in checks])
            self._append_free_running(checks)
            self.scores.append("exact_match", xs, [record.exact_match for record in checks])
            self.scores.append("bleu", xs, [record.bleu for record in checks])
            self.scores.append("chrf", xs, [record.chrf for record in checks])
        for record in records:
            if isinstance(record, FLAGGED):
                self._flag(record)

    def _flag(self, record: KnobRecord | JoinedRecord | RewoundRecord) -> None:
        """Mark a turned knob on every curve; turning it on and on is one mark.

        The clock is that of training: it tells the same when the run is opened again.
        """
        if isinstance(record, JoinedRecord):
            self._turned = None
            self.stack.add_flag(record.step, self._joined(record))
            return
        if isinstance(record, RewoundRecord):
            self._flag_rewound(record)
            return
        now, before_all = self.stack.seconds_at(record.step), record.before
        if self._turned and self._turned[0] == record.key:
            _, before, when = self._turned
            if now - when < GESTURE_SECONDS:
                before_all = before
                self.stack.take_last_flag()
        self._turned = (record.key, before_all, now)
        name = core_text(record.key.rpartition(".")[2].replace("_", " "))
        if record.key in LIMITS:
            name = self.tr("limit of {what}").format(what=name)
        first, value = _written(record.key, before_all), _written(record.key, record.value)
        change = f"{first} → {value}"
        is_rate = record.key == LEARNING_RATE  # whose numbers look like nothing else
        shorter = (change, f"→ {value}", value) if is_rate else ()
        self.stack.add_flag(record.step, f"{name} {change}", shorter)
        if record.key in self._clip:
            self._clip[record.key] = record.value
            self._show_clip()

    def _flag_rewound(self, record: RewoundRecord) -> None:
        """A rate that was lowered with it is told by the same flag."""
        now = self.stack.seconds_at(record.step)
        rewound = self.tr("rewound")
        if self._turned and (self._turned[0], self._turned[2]) == (LEARNING_RATE, now):
            _, before, _ = self._turned
            self.stack.take_last_flag()
            rates = [_written(LEARNING_RATE, rate) for rate in (before, record.learning_rate)]
            text = self.tr("rewound, learning rate {change}").format(change=" → ".join(rates))
            self.stack.add_flag(record.step, text, (rewound,))
        else:
            self.stack.add_flag(record.step, rewound)
        self._turned = None

    def _joined(self, record: JoinedRecord) -> str:
        """Return in words which typed pairs are trained on from here on."""
        if not record.pairs:
            text = self.tr("no added pairs any more")
        elif record.new:
            text = self.tr("{new:pair|pairs} added, {times:time|times}")
        else:
            text = self.tr("added pairs: {all}, {times:time|times}")
        parts = [text]
        if record.too_much:
            parts.append(self.tr("as many as fit: a third of each batch"))
        if record.too_long:
            parts.append(self.tr("{long} too long, left out"))
        if record.spared:
            parts.append(self.tr("{spared} of them held out before, scored no longer"))
        return "; ".join(parts).format(
            new=numbers.count(record.new), times=numbers.count(record.times),
            all=numbers.count(len(record.pairs)), long=numbers.count(record.too_long),
            spared=numbers.count(record.spared),
        )  # fmt: skip

    def _show_clip(self) -> None:
        """Draw the norm that gradients are cut to; other clippings have no such line."""
        norm = float(self._clip[CLIP_NORM]) if self._clip[CLIPPING] == "norm" else 0.0
        text = self.tr("clip {norm}").format(norm=numbers.plain(norm))
        self.norm.set_level(norm or None, text)


def _written(key: str, value: object) -> str:
    if not isinstance(value, int | float):
        return str(value)
    if key == MINUTES:
        return numbers.duration(60 * value)
    return numbers.learning_rate(value) if key.endswith("learning_rate") else numbers.plain(value)
