"""What the window remembers: typed, with one signal each; no string keys outside this file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSettings, QStandardPaths, Signal


class AppSettings(QObject):
    """Over QSettings, which knows where each system keeps such things."""

    theme_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = QSettings("s2s-playground", "window")

    @property
    def theme(self) -> str:
        """ "system", or the name of a theme."""
        return str(self._store.value("theme", "system"))

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("theme", name)
        self.theme_changed.emit(name)

    @property
    def geometry(self) -> QByteArray:
        """Where the window was, and how large."""
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("window/geometry", value)

    @property
    def curve_view(self) -> str:
        """How curves are looked at, as `CurveView.to_text` writes it; empty at first."""
        return str(self._store.value("curve_view", ""))

    @curve_view.setter
    def curve_view(self, text: str) -> None:
        self._store.setValue("curve_view", text)

    @property
    def layout(self) -> QByteArray:
        """Where its docks were."""
        return self._bytes("window/layout")

    @layout.setter
    def layout(self, value: QByteArray) -> None:
        self._store.setValue("window/layout", value)

    @property
    def last_run(self) -> str:
        """The folder of a run that was closed before it came to its end; empty if there is none."""
        return str(self._store.value("last_run", ""))

    @last_run.setter
    def last_run(self, folder: str) -> None:
        self._store.setValue("last_run", folder)

    @property
    def open_folder(self) -> str:
        """Where files were last chosen from."""
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
        return str(self._store.value("open_folder", home))

    @open_folder.setter
    def open_folder(self, folder: str) -> None:
        self._store.setValue("open_folder", folder)

    @property
    def runs_folder(self) -> Path:
        """Where runs are kept: the user's data folder."""
        return self._place(QStandardPaths.StandardLocation.AppLocalDataLocation) / "runs"

    @property
    def cache_folder(self) -> Path:
        """Where prepared corpora wait to be used again."""
        return self._place(QStandardPaths.StandardLocation.CacheLocation) / "corpora"

    def _bytes(self, key: str) -> QByteArray:
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def _place(self, location: QStandardPaths.StandardLocation) -> Path:
        return Path(QStandardPaths.writableLocation(location))
