"""The height of a text that changes many times a second: what is below it must not jump about."""

from __future__ import annotations


class HeldHeight:
    """Grows with the text, and shrinks only when it may; so many lines are seen at most."""

    def __init__(self, most_lines: int) -> None:
        self.most_lines = most_lines
        self._height = 0.0
        self._width = 0

    def grown_to(self, height: float) -> float:
        """Return how high to be for a text that needs so much now."""
        self._height = max(self._height, height)
        return self._height

    def let_go(self) -> None:
        """Be no higher than the text needs from now on."""
        self._height = 0.0

    def takes_lines(self, most: int) -> bool:
        """Take so many lines at most; returns whether that is other than before."""
        is_other, self.most_lines = most != self.most_lines, most
        return is_other

    def takes_width(self, width: int) -> bool:
        """Take the width that the text is fitted to; returns whether it is other than before."""
        is_other, self._width = width != self._width, width
        return is_other
