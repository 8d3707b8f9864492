"""Imports without a search for what nobody uses."""

from __future__ import annotations

import importlib


def skip_feature_search() -> None:
    """Let PySide take all that is imported from now on as it is.

    PySide reads the source of every module that is imported after it, to see whether it could
    use `from __feature__ import ...`. Nothing here does, and torch alone is more than a
    thousand modules: 0.3 s of the start. Without that part of PySide nothing is changed.
    """
    try:
        feature = importlib.import_module("shibokensupport.feature")
    except ImportError:
        return
    if hasattr(feature, "_mod_uses_pyside"):
        setattr(feature, "_mod_uses_pyside", lambda module: False)  # noqa: B010  # untyped
