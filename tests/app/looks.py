"""What an eye sees of a widget: its pixels, their contrast, the colour of its ground."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QScrollArea, QWidget

Pixels = NDArray[np.uint8]  # [height, width, red green blue]


def luminance(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the relative luminance of colours from 0 to 1. Source: WCAG 2.2."""
    linear = np.where(pixels <= 0.03928, pixels / 12.92, ((pixels + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


def contrast_of(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the contrast ratio of colours, each from 0 to 1. Source: WCAG 2.2."""
    first, second = luminance(one), luminance(other)
    return (np.maximum(first, second) + 0.05) / (np.minimum(first, second) + 0.05)


def contrast(one: QColor | str, other: QColor | str) -> float:
    """Return the contrast ratio of two colours."""
    first, second = QColor(one), QColor(other)
    return float(contrast_of(_parts(first), _parts(second)))


def _parts(colour: QColor) -> NDArray[np.float64]:
    return np.array((colour.redF(), colour.greenF(), colour.blueF()))


def pixels_of(widget: QWidget, around: int = 0) -> Pixels:
    """Return a widget as it is seen in its window, with a margin around it if there is room."""
    for area in _scroll_areas(widget):
        area.ensureWidgetVisible(widget)
    corner = widget.mapTo(widget.window(), QPoint(0, 0))
    box = QRect(corner, widget.size()).adjusted(-around, -around, around, around)
    box &= widget.window().rect()
    image = widget.window().grab(box).toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(memoryview(image.constBits()), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def ink_contrast(pixels: Pixels) -> float:
    """Return the contrast of what stands out most to the colour there is most of."""
    colours = Counter(map(tuple, pixels.reshape(-1, 3).tolist()))
    ground = np.array(colours.most_common(1)[0][0]) / 255
    return float(contrast_of(np.array(list(colours)) / 255, ground).max())


def changed_pixels(before: Pixels, after: Pixels, least: float) -> int:
    """Return how many pixels differ by at least that contrast ratio."""
    return int((contrast_of(before / 255, after / 255) >= least).sum())


def _scroll_areas(widget: QWidget) -> Iterator[QScrollArea]:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            yield parent
        parent = parent.parentWidget()
