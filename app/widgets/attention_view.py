"""The attention of one translation: which layer and head, words or pieces, and the heat map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from app.widgets.chooser import Chooser
from app.widgets.heatmap import Heatmap
from app.widgets.named import named
from app.widgets.pieces import join_weights
from app.widgets.theme import px

QWIDGETSIZE_MAX = (1 << 24) - 1  # Qt's own "any width"

if TYPE_CHECKING:
    import numpy as np

    Weights = np.ndarray[Any, Any]  # [layer, head, target length, source length]

MEAN = -1  # of all layers or heads
BESIDE = 120  # the width of what chooses them, where it stands beside the map


@dataclass(frozen=True)
class Side:
    """One side of a translation as pieces and as words, the end included where it has one."""

    pieces: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    starts: tuple[int, ...] = ()  # the place of each word's first piece


class AttentionView(QWidget):
    """Shows the layer and head that are chosen, or the mean of all."""

    changed = Signal()  # other weights are shown

    def __init__(self, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heatmap = named(Heatmap(hint), "attentionHeatmap")
        self.layers = named(Chooser(letters=12), "layerChooser")
        self.heads = named(Chooser(letters=12), "headChooser")
        self._weights: Weights | None = None
        self._source, self._target = Side(), Side()
        self._has_pieces = False
        self._choosers = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._choosers.setSpacing(px(8))
        for chooser, name, tip in (
            (self.layers, self.tr("layer"), self.tr("Which layer's attention is shown.")),
            (self.heads, self.tr("head"), self.tr("Which head's attention is shown.")),
        ):
            chooser.setAccessibleName(name)
            chooser.setToolTip(tip)
            chooser.hide()
            chooser.activated.connect(self._show)
            self._choosers.addWidget(chooser)
        self._choosers.addStretch(1)
        self._column = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._column.setContentsMargins(0, px(8), 0, 0)
        self._column.setSpacing(px(4))
        self._column.addLayout(self._choosers)
        self._column.addWidget(self.heatmap, 1)

    @property
    def is_empty(self) -> bool:
        """Whether there are no weights to show."""
        return self._weights is None

    def show_attention(self, weights: Weights, source: Side, target: Side) -> None:
        """Show other weights, [layer, head, target length, source length], of pieces."""
        self._weights, self._source, self._target = weights, source, target
        self._fill_choosers()
        self._show()

    def show_pieces(self, are_pieces: bool) -> None:
        """Show pieces, or words."""
        self._has_pieces = are_pieces
        self._show()

    def clear(self, hint: str) -> None:
        """Show nothing but a sentence that says why."""
        self._weights = None
        self.heatmap.clear(hint)
        self.changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the choosers beside the map where there is more width than height."""
        super().resizeEvent(event)
        is_wide = self.width() > 1.8 * self.height()
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._column.setDirection(QBoxLayout.Direction.RightToLeft if is_wide else down)
        self._choosers.setDirection(down if is_wide else across)
        for chooser in (self.layers, self.heads):
            chooser.setMaximumWidth(px(BESIDE) if is_wide else QWIDGETSIZE_MAX)

    def _show(self) -> None:
        if self._weights is None:
            return
        weights = self._weights
        for axis, chooser in ((0, self.layers), (1, self.heads)):
            chosen = chooser.currentData()
            part = slice(None) if chosen in (None, MEAN) else slice(chosen, chosen + 1)
            weights = weights[(slice(None),) * axis + (part,)]
        mean = weights.mean(axis=(0, 1))
        if self._has_pieces:
            self.heatmap.show_weights(mean, self._source.pieces, self._target.pieces)
        else:
            joined = join_weights(mean, self._source.starts, self._target.starts)
            self.heatmap.show_weights(joined, self._source.words, self._target.words)
        self.changed.emit()

    def _fill_choosers(self) -> None:
        """Offer the layers and heads there are; nothing to choose where there is one."""
        assert self._weights is not None
        layers, heads = self._weights.shape[:2]
        for chooser, template, mean, count in (
            (self.layers, self.tr("Layer {n}"), self.tr("Mean of layers"), layers),
            (self.heads, self.tr("Head {n}"), self.tr("Mean of heads"), heads),
        ):
            chooser.setVisible(count > 1)
            if chooser.count() != count + 1:
                chooser.clear()
                chooser.addItem(mean, MEAN)
                for number in range(count):
                    chooser.addItem(template.format(n=number + 1), number)
