"""Exceptions as records: a sentence for everyone, the traceback for those who ask."""

from __future__ import annotations

from s2s_core.errors import MEMORY_RAN_OUT, Curable, S2SError, WhichLanguages, memory_ran_out
from s2s_core.records import FailureRecord


def failure_of(error: Exception, details: str, request: int = 0) -> FailureRecord:
    """Put an exception into a record: its own sentence if it has one."""
    if isinstance(error, S2SError):
        values = {
            key: value if isinstance(value, int | float | str) else str(value)
            for key, value in error.values.items()
        }
        cause = details if error.__cause__ else ""
        choices = list(error.choices) if isinstance(error, WhichLanguages) else []
        cure = error.cure if isinstance(error, Curable) else ""
        return FailureRecord(
            error.template, values, cause, request=request, cure=cure, choices=choices
        )
    if memory_ran_out(error):
        return FailureRecord(MEMORY_RAN_OUT, {}, details, request=request)
    if isinstance(error, OSError) and error.strerror:
        values = {"file": str(error.filename or ""), "why": error.strerror}
        template = "{file} could not be read or written: {why}"
        return FailureRecord(template, values, details, request=request)
    what = f"{type(error).__name__}: {error}"
    template = "something went wrong inside the program ({what})"
    return FailureRecord(template, {"what": what}, details, request=request)
