"""How far the reading of a corpus has come, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.widgets import numbers
from app.widgets.knob_editors import core_text
from s2s_core.records import ProgressRecord


def in_words(record: ProgressRecord) -> str:
    """Return what is being done, the time left first: the end is cut where room is short."""
    what, parts = core_text(record.what), []
    if round(record.seconds_left) > 0:
        time = numbers.duration(record.seconds_left)
        parts.append(_tr("{time} left").format(time=time))
    if record.done and not record.total:
        parts.append(_tr("{count:pair|pairs}").format(count=numbers.count(record.done)))
    if record.per_second:
        rate = numbers.rate(record.per_second, short=True)
        parts.append(_tr("{rate}/s").format(rate=rate))
    return " ".join((f"{what[:1].upper()}{what[1:]} …", " · ".join(parts))).strip()


def _tr(text: str) -> str:
    return QCoreApplication.translate("DataPanel", text)
