"""Imports without the work that nobody here needs."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from types import ModuleType

QT_MODULES = ("QtCore", "QtGui", "QtWidgets")


def import_quickly() -> None:
    """Let all that is imported from now on do without searches that take 0.4 s.

    numpy is loaded when it is first used; the window is seen before that.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it would look for some
    _skip_feature_search()
    _import_when_used("numpy")


def import_rest() -> Iterator[None]:
    """Import in steps what no first picture needs, before a thread may ask for it, too."""
    getattr(importlib.import_module("numpy"), "ndarray")  # noqa: B009  # which loads it
    yield
    _import_pyqtgraph()
    yield


def _skip_feature_search() -> None:
    """Let PySide take every module as it is.

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


def _import_when_used(name: str) -> None:
    """Let a package stand empty until anything of it is asked for, a module inside it included."""
    spec = None if name in sys.modules else importlib.util.find_spec(name)
    loader = spec.loader if spec else None
    if spec is None or loader is None:
        return
    module = importlib.util.module_from_spec(spec)
    names = vars(module)
    path = names.pop("__path__")

    def load(wanted: str) -> object:
        del names["__getattr__"]
        names["__path__"] = path
        loader.exec_module(module)
        return getattr(module, wanted)

    names["__getattr__"] = load
    sys.modules[name] = module


def _import_pyqtgraph() -> None:
    """Import pyqtgraph, and let its Qt modules hand names on as they are used.

    It copies every name of three Qt modules, by which PySide makes every class of Qt: 0.1 s.
    """
    if "pyqtgraph" in sys.modules:
        return
    with ExitStack() as afterwards:
        for name in QT_MODULES:
            source = importlib.import_module(f"PySide6.{name}")
            mirror = ModuleType(f"pyqtgraph.Qt.{name}")
            vars(mirror)["__getattr__"] = partial(getattr, source)
            sys.modules[mirror.__name__] = mirror
            afterwards.enter_context(_without_names(source))
        importlib.import_module("pyqtgraph")


@contextmanager
def _without_names(module: ModuleType) -> Iterator[None]:
    """Let `dir(module)` be empty for a while; the names are there all the same."""
    names = vars(module)
    before = names.get("__dir__")
    names["__dir__"] = list
    try:
        yield
    finally:
        if before is None:
            del names["__dir__"]
        else:
            names["__dir__"] = before
