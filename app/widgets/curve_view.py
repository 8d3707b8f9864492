"""How curves are looked at: one record for all plots of a run."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

UNITS = ("step", "epoch", "tokens", "seconds")  # of the x axis
# "automatic": whole; while values come, recent ones as soon as they would be flat in the whole
RANGES = ("automatic", "whole", "recent")
MOST_SMOOTHING = 0.99


@dataclass(frozen=True)
class CurveView:
    """What a person has chosen; kept between starts as a line of text."""

    x: str = "step"  # one of UNITS
    log_x: bool = False
    log_y: tuple[str, ...] = ()  # the names of plots with a logarithmic y axis
    y_range: str = "automatic"  # one of RANGES
    smoothing: float = 0.0  # the weight of what came before; 0 is off

    def to_text(self) -> str:
        """Write it down."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> CurveView:
        """Read what `to_text` wrote; whatever does not fit is as at the first start."""
        try:
            found = json.loads(text)
        except ValueError:
            return cls()
        if not isinstance(found, dict):
            return cls()
        known = {f.name: found[f.name] for f in fields(cls) if _fits(f.name, found.get(f.name))}
        if "log_y" in known:
            known["log_y"] = tuple(known["log_y"])
        return cls(**known)


def _fits(name: str, value: object) -> bool:
    match name:
        case "x":
            return value in UNITS
        case "y_range":
            return value in RANGES
        case "log_x":
            return isinstance(value, bool)
        case "smoothing":
            return isinstance(value, int | float) and 0 <= value <= MOST_SMOOTHING
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
