"""One curve of a plot: its points, its look, and the lines that draw it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtGui import QPen

from app.widgets.curve_line import CurveLine
from app.widgets.pictures import blend
from app.widgets.series import Floats, Series
from app.widgets.theme import Theme
from app.widgets.thinning import Indices, columns, peaks, samples
from app.widgets.timeline import Axis

Thinning = Callable[[Floats, Indices, int], tuple[Indices, Floats]]

_SMOOTHABLE_WIDTH = 1  # pixels: only thin, long curves are smoothed
_WIDE_POINTS = 300  # of thin, rough curves; such of more points are drawn one pixel wide
_SMOOTH_POINTS = 1500  # curves of more points are drawn without antialiasing


@dataclass(frozen=True)
class Look:
    """What all curves of a plot are drawn with."""

    axis: Axis
    low: float  # places: from here …
    high: float  # … to there is drawn
    columns: int  # as many pixels
    smoothing: float
    theme: Theme
    scale: float  # of the type, and with it of lines
    pixel_ratio: float


@dataclass
class Curve:
    """One curve: its points and its look."""

    title: str
    colour: str  # the name of a colour of the theme
    width: float
    is_dashed: bool
    mark: str  # at each point: one of `shapes.SHAPES`, or "" for none
    label: str
    series: Series = field(default_factory=Series)
    line: CurveLine = field(default_factory=CurveLine)
    raw: CurveLine = field(default_factory=CurveLine)  # faint, behind a smoothed one

    @property
    def can_smooth(self) -> bool:
        """Whether the curve is thin and long enough to be smoothed."""
        return self.width <= _SMOOTHABLE_WIDTH and not self.mark

    def is_smooth(self, smoothing: float) -> bool:
        """Whether it is drawn smoothed, with its values faint behind."""
        return smoothing > 0 and self.can_smooth

    def pen(self, theme: Theme, smoothing: float, scale: float) -> QPen:
        """Return what the line is drawn with."""
        # A thin line of full strength would hide the bold one of the same colour.
        is_quiet = self.can_smooth and not smoothing
        colour = blend(getattr(theme, self.colour), theme.card, 0.72 if is_quiet else 1.0)
        pen = QPen(colour, self.width * max(1.0, scale))
        if self.is_dashed:
            pen.setDashPattern([3.0, 2.0])
        return pen

    def draw(self, look: Look) -> None:
        """Give the lines the points that can be seen, no more than there are columns for."""
        is_there = len(self.series) > 0
        is_smooth = self.is_smooth(look.smoothing)
        self.raw.is_visible = is_there and is_smooth
        self.line.is_visible = is_there
        if not is_there:
            return
        pen = self.pen(look.theme, look.smoothing, look.scale)
        if not is_smooth:
            self._draw(self.line, peaks, self.series.y, pen, look)
            return
        faint = QPen(blend(getattr(look.theme, self.colour), look.theme.card, 0.4), pen.widthF())
        self._draw(self.raw, peaks, self.series.y, faint, look)
        self._draw(self.line, samples, self.series.smoothed(look.smoothing), pen, look)

    def _draw(self, line: CurveLine, thin: Thinning, y: Floats, pen: QPen, look: Look) -> None:
        steps = self.series.x
        begins, stop = columns(steps, look.axis, look.low, look.high, look.columns)
        if not begins.size:
            line.set_points(steps[:0], y[:0], pen, is_smooth=True)
            return
        indices, values = thin(y, begins, stop)
        is_long = values.size > _SMOOTH_POINTS
        is_rough = values.size > _WIDE_POINTS and self.can_smooth and thin is peaks
        pen.setCosmetic(True)
        # Such a pen counts the pixels of the device. Wide ones take fifty times as long where a
        # curve jumps up and down, and there many points fill a band anyway.
        pen.setWidthF(1.0 if is_long or is_rough else pen.widthF() * look.pixel_ratio)
        line.set_points(look.axis.values(steps[indices]), values, pen, is_smooth=not is_long)
