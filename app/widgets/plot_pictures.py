"""Plots as pictures: as they are seen, without what is only of the window, and below it of what."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import cast

from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from app.widgets import pictures

_ENLARGED = 2.0  # dots a pixel, but where lines and text are written


class PlotPictures:
    """What one plot and several above each other have in common when they are saved."""

    def drawn_for(self, pixel_ratio: float) -> AbstractContextManager[None]:
        """Draw for a picture of this many dots a pixel, for a while."""
        raise NotImplementedError

    def draw_all(self, painter: QPainter) -> None:
        """Draw what is seen, without buttons."""
        raise NotImplementedError

    def caption(self) -> str:
        """Say what is seen, for the line below a picture."""
        return ""

    def save_png(self, path: str | Path) -> None:
        """Write what is seen as a picture, twice as fine."""
        with self.drawn_for(_ENLARGED):
            pictures.save_png(self._widget, path, self.draw_all, _ENLARGED, self.caption())

    def save_svg(self, path: str | Path) -> None:
        """Write what is seen as lines and text."""
        with self.drawn_for(1.0):
            pictures.save_svg(self._widget, path, self.draw_all, self.caption())

    def picture(self) -> QImage:
        """Return what is seen, twice as fine."""
        with self.drawn_for(_ENLARGED):
            return pictures.picture(self._widget, self.draw_all, _ENLARGED, self.caption())

    @property
    def _widget(self) -> QWidget:
        return cast(QWidget, self)
