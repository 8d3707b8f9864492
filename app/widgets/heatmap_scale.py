"""From a weight to a colour: linear, or logarithmic where the range spans decades."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from numpy.typing import NDArray

AUTOMATIC, LINEAR, LOGARITHMIC = "automatic", "linear", "logarithmic"
LOWEST = 1e-3  # of the logarithmic scale; what is less has the same colour
# The largest weight of a row: less is all but black on a linear scale, more is well to be seen.
# Between the two the scale stays as it is, so that it does not flicker while a model learns.
DARK, BRIGHT = 0.06, 0.2


@dataclass(frozen=True)
class ColourScale:
    """Where a weight between 0 and 1 stands among the colours."""

    is_logarithmic: bool = False

    def levels(self, weights: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return numbers from 0 to 1; what is no number counts as 0."""
        weights = np.clip(np.nan_to_num(weights), 0, 1)
        if not self.is_logarithmic:
            return weights
        decades = -np.log10(LOWEST)
        levels: NDArray[np.floating] = 1 + np.log10(np.maximum(weights, LOWEST)) / decades
        return levels

    @property
    def name(self) -> str:
        """What it is called, in short."""
        translate = QCoreApplication.translate
        if self.is_logarithmic:
            return translate("ColourScale", "log")
        return translate("ColourScale", "linear")

    @property
    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Places along the colours, from 0 to 1, and the weights that stand there."""
        if not self.is_logarithmic:
            return (0.0, "0"), (0.5, ".5"), (1.0, "1")
        return (0.0, ".001"), (1 / 3, ".01"), (2 / 3, ".1"), (1.0, "1")


def scale_for(
    choice: str, weights: NDArray[np.floating], before: ColourScale | None = None
) -> ColourScale:
    """Return the scale of a choice; automatic: logarithmic where half of the rows would be dark.

    before: the scale of earlier weights, which is kept where either would do
    """
    if choice != AUTOMATIC or not weights.size:
        return ColourScale(choice == LOGARITHMIC)
    largest = float(np.median(np.nan_to_num(weights).max(axis=1)))
    is_logarithmic = before is not None and before.is_logarithmic
    return ColourScale(largest < (BRIGHT if is_logarithmic else DARK))


@cache
def colours() -> NDArray[np.uint8]:
    """Return the 256 colours of the heat map, [256, 3]: viridis, for every kind of eye."""
    from pyqtgraph import colormap  # after the window is seen

    table = colormap.get("viridis").getLookupTable(0.0, 1.0, 256)
    return np.ascontiguousarray(table[:, :3], np.uint8)
