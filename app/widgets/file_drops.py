"""Files dropped anywhere on the window, or on a window beside it: one filter takes them all."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QWindow
from PySide6.QtWidgets import QMainWindow, QWidget


class FileDrops(QObject):
    """A filter of native windows: text fields and plots would take files themselves."""

    hovering = Signal(bool)  # files are being dragged over the window, or over one beside it
    dropped = Signal(list)  # of Path

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.over: QWidget = window  # which of them files are being dragged over
        window.setAcceptDrops(True)

    def take_also_on(self, beside: QWidget) -> None:
        """Take files on another window of the program, too, which is shown."""
        beside.setAcceptDrops(True)
        beside.windowHandle().removeEventFilter(self)  # it may have been shown before
        beside.windowHandle().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take drags and drops of files, and nothing else."""
        if isinstance(event, QDragEnterEvent | QDragMoveEvent | QDropEvent):
            return self._take(watched, event)
        if isinstance(event, QDragLeaveEvent) and isinstance(watched, QWindow):
            self.hovering.emit(False)
        return False

    def _take(self, watched: QObject, event: QDropEvent) -> bool:
        inside = isinstance(watched, QWindow) or (
            isinstance(watched, QWidget) and watched.window() is self._window
        )
        paths = files_of(event.mimeData())
        if not inside or not paths:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        is_drop = event.type() == QEvent.Type.Drop
        if isinstance(watched, QWindow):
            self.over = QWidget.find(watched.winId()) or self._window
        self.hovering.emit(not is_drop)
        if is_drop:
            self.dropped.emit(paths)
        return True


def files_of(data: QMimeData) -> list[Path]:
    """Return the local files of a drag."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
