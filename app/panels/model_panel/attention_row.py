"""The row of the attention: a choice of recurrent decoders, and what the others have instead."""

from __future__ import annotations

from app.panels.model_panel.knob_forms import ATTENTION
from app.panels.model_panel.knob_words import choice_names
from app.widgets.chooser import Chooser
from app.widgets.knob_row import Check, KnobRow
from app.widgets.named import named
from s2s_core.configs import (
    ConvolutionalDecoderConfig,
    DecoderConfig,
    RecurrentDecoderConfig,
    RunConfig,
)
from s2s_core.knobs import knobs_of


class AttentionRow(KnobRow):
    """Which only a recurrent decoder chooses."""

    def __init__(self, check: Check) -> None:
        known = knobs_of(RecurrentDecoderConfig, "model.decoder")
        knob = next(knob for knob in known if knob.key == ATTENTION)
        super().__init__(knob, choice_names(), when=self.tr("Needs a new run."))
        named(self.editor_widget, "attentionChooser")
        self.set_check(check)

    def show_config(self, config: RunConfig) -> None:
        """Show the attention of a decoder, whether it is chosen or not."""
        decoder, chooser = config.model.decoder, self.editor_widget
        assert isinstance(chooser, Chooser)
        self.set_error("")
        if isinstance(decoder, RecurrentDecoderConfig):
            self.show_value(decoder.attention)
            chooser.setCurrentIndex(chooser.findData(decoder.attention))  # after another decoder's
        else:
            chooser.setCurrentIndex(-1)
            chooser.setPlaceholderText(self._fixed(decoder)[0])

    def show_reason(self, config: RunConfig) -> None:
        """Grey what cannot be chosen now, and say why."""
        if isinstance(config.model.decoder, RecurrentDecoderConfig):
            self.check_choices()
        else:
            self.set_reason(self._fixed(config.model.decoder)[1])

    def _fixed(self, decoder: DecoderConfig) -> tuple[str, str]:
        """Return the attention of a decoder that has no choice, and a sentence about it."""
        if isinstance(decoder, ConvolutionalDecoderConfig):
            return self.tr("Dot product"), self.tr(
                "A convolutional decoder attends in every layer, by the dot product."
            )
        return self.tr("Scaled dot product"), self.tr(
            "A Transformer attends in every layer, with all its heads."
        )
