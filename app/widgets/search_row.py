"""How translations are searched for: the choices in sight, and a button for the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.widgets.config_form import ConfigForm
from app.widgets.form_popup import FormPopup
from app.widgets.knob_editors import Names
from app.widgets.named import named
from app.widgets.plain_text import plain_tooltip
from app.widgets.quiet_buttons import DotsButton
from app.widgets.segmented import Segmented
from app.widgets.spin_box import SpinBox
from app.widgets.theme import px
from s2s_core.knobs import Knob


class SearchRow(QWidget):
    """Greedy or beam, how wide, words or pieces; all other knobs open from three dots."""

    turned = Signal(str, object)  # the key of a knob and its value, by the user's hand only
    pieces_toggled = Signal(bool)

    def __init__(self, knobs: Sequence[Knob], names: Names, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = Segmented(
            (
                ("searchGreedy", self.tr("Greedy"), self._greedy_help(), "greedy"),
                ("searchBeam", self.tr("Beam"), self._beam_help(), "beam"),
            ),
            name=self.tr("search"),
        )
        self.beam_size = named(SpinBox(1, 100, 5), "beamSize")
        self.beam_size.setSuffix(self.tr(" beams"))
        self.pieces = named(QPushButton(self.tr("Pieces")), "showPieces")
        self.pieces.setCheckable(True)
        self.more = named(DotsButton("", ""), "moreDecoding")
        self._knobs, self._names = knobs, names
        self._defaults = {knob.key: knob.default for knob in knobs}
        self._values: Mapping[str, Any] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        row.addWidget(self.search, 1)
        for widget in (self.beam_size, self.pieces, self.more):
            row.addWidget(widget)
        self._describe()
        self.search.value_chosen.connect(lambda name: self.turned.emit("decoding.search", name))
        self.beam_size.valueChanged.connect(lambda n: self.turned.emit("decoding.beam_size", n))
        self.pieces.toggled.connect(self.pieces_toggled)
        self.more.clicked.connect(lambda: self.popup.show_clear_of(self, self.more))

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show the values of all knobs, by key; tells nobody."""
        search, beam_size = values["decoding.search"], values["decoding.beam_size"]
        self.search.set_value(search)
        self.beam_size.blockSignals(True)  # Qt's own
        self.beam_size.setValue(beam_size)
        self.beam_size.blockSignals(False)
        self.beam_size.setVisible(search == "beam")
        self._values = values
        if "popup" in vars(self):
            self._show_in(self.popup.form)

    def show_error(self, key: str, sentence: str) -> None:
        """Say at a knob why its value was not taken; nothing takes all such sentences away."""
        if sentence or "popup" in vars(self):
            self.popup.form.clear_errors()
            self.popup.form.set_error(key, sentence or None)

    @cached_property
    def popup(self) -> FormPopup:
        """All knobs of the search; made when it is opened for the first time."""
        foot = self.tr("With one hypothesis given, Alternatives shows up to five.")
        title = self.tr("How translations are searched for")
        when = self.tr("Acts on the next translation.")
        popup = FormPopup(title, self._knobs, self._names, foot, when, self)
        self._show_in(popup.form)
        popup.form.knob_changed.connect(self.turned)
        popup.form.reset_wanted.connect(lambda key: self.turned.emit(key, self._defaults[key]))
        return popup

    def _show_in(self, form: ConfigForm) -> None:
        """Show the values, and mark those that are not the default, each with its way back."""
        form.set_values(self._values)
        back = self.tr("Back to {value} (default)")
        form.set_ways_back(
            {
                key: back.format(value=form.shown(key, default))
                for key, default in self._defaults.items()
                if self._values.get(key, default) != default
            }
        )

    def _greedy_help(self) -> str:
        return self.tr("Take the most probable piece at each step. Fast, and often right.")

    def _beam_help(self) -> str:
        return self.tr("Keep the best few hypotheses at each step. Slower, often a little better.")

    def _describe(self) -> None:
        for widget, name, tip in (
            (self.beam_size, self.tr("beam size"),
             self.tr("Hypotheses kept at each step of beam search. More is slower.")),
            (self.pieces, self.tr("show pieces"),
             self.tr("Show the pieces that the model reads and writes instead of words, each with "
                     "its probability. <0x4D> is a byte of a letter that the vocabulary lacks.")),
            (self.more, self.tr("more search settings"),
             self.tr("Length penalty, length limit, number of hypotheses.")),
        ):  # fmt: skip
            widget.setAccessibleName(name)
            widget.setAccessibleDescription(tip)
            widget.setToolTip(plain_tooltip(tip))
