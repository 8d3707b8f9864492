"""Saving what a widget shows, and the fonts and colours such pictures are made of."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QPoint, QRect, QStandardPaths, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QGuiApplication,
    QImage,
    QImageWriter,
    QPainter,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QProgressDialog, QWidget

from app.widgets.theme import current_theme
from s2s_core.files import replacing

_FOLDER = "saveFolder"  # a property of the application
_BASE = 13.0  # pixels of the base type; presentation mode enlarges it


def scale_of(widget: QWidget) -> float:
    """Return by how much the widget's type is larger than the base type."""
    return QFontInfo(widget.font()).pixelSize() / _BASE


def sized(widget: QWidget, pixels: float, *, is_bold: bool = False) -> QFont:
    """Return the widget's font at a size of the base design, figures all of one width."""
    font = QFont(widget.font())
    font.setPixelSize(max(7, round(pixels * scale_of(widget))))
    font.setWeight(QFont.Weight.DemiBold if is_bold else QFont.Weight.Normal)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def blend(colour: str, ground: str, share: float) -> QColor:
    """Return an opaque colour that looks like `colour` laid over `ground` with opacity `share`."""
    top, bottom = QColor(colour), QColor(ground)
    pairs = (
        (top.redF(), bottom.redF()),
        (top.greenF(), bottom.greenF()),
        (top.blueF(), bottom.blueF()),
    )
    return QColor.fromRgbF(*(share * a + (1 - share) * b for a, b in pairs))


def picture(
    widget: QWidget, draw: Callable[[QPainter], None], enlarge: float = 2.0
) -> QImage:  # fmt: skip
    """Return as a picture what `draw` paints in the widget's coordinates."""
    image = QImage(widget.size() * enlarge, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(enlarge)
    image.fill(QColor(current_theme().card))
    painter = QPainter(image)
    draw(painter)
    painter.end()
    return image


def save_png(
    widget: QWidget, path: str | Path, draw: Callable[[QPainter], None], enlarge: float = 2.0
) -> None:  # fmt: skip
    """Write as PNG what `draw` paints in the widget's coordinates."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(picture(widget, draw, enlarge))
    with replacing(Path(path)) as unfinished:
        unfinished.write_bytes(buffer.data().data())


def save_svg(widget: QWidget, path: str | Path, draw: Callable[[QPainter], None]) -> None:
    """Write as SVG what `draw` paints in the widget's coordinates."""
    buffer, generator = QBuffer(), QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(widget.size())
    generator.setViewBox(QRect(QPoint(), widget.size()))
    generator.setTitle(widget.accessibleName())
    painter = QPainter(generator)
    painter.fillRect(widget.rect(), QColor(current_theme().card))
    draw(painter)
    painter.end()
    with replacing(Path(path)) as unfinished:
        unfinished.write_bytes(buffer.data().data())


def add_save_actions(widget: QWidget, menu: QMenu, text: str = "") -> None:
    """Offer what `save_png`, `save_svg`, `save_csv` and `picture` of the widget can do.

    text: what the entries say, with {kind} for the kind of file
    """
    translate = QCoreApplication.translate
    text = text or translate("pictures", "Save as {kind} …")
    for suffix in ("png", "svg", "csv"):
        title = text.format(kind=suffix.upper())
        menu.addAction(title, partial(save_as, widget, suffix, title))
    if hasattr(widget, "picture"):
        copy = translate("pictures", "Copy as picture")
        menu.addAction(copy, lambda: QGuiApplication.clipboard().setImage(widget.picture()))


def save_as(widget: QWidget, suffix: str, title: str) -> None:
    """Ask for a file and write what the widget shows; what goes wrong is said in a sentence.

    The name offered is the widget's `file_name`, or else what it is called.
    """
    name = getattr(widget, "file_name", "") or widget.accessibleName().partition(",")[0]
    name = "-".join(name.lower().split())
    kinds = f"{suffix.upper()} (*.{suffix})"
    start = str(_save_folder() / f"{name}.{suffix}")
    path, _ = QFileDialog.getSaveFileName(widget, title, start, kinds)
    if not path:
        return
    path = path if Path(path).suffix else f"{path}.{suffix}"
    _remember_folder(Path(path).parent)
    try:
        little_by_little = getattr(widget, f"writing_{suffix}", None)
        if little_by_little:
            _write_in_sight(widget, title, little_by_little(path))
        else:
            getattr(widget, f"save_{suffix}")(path)
    except OSError as error:
        text = QCoreApplication.translate("pictures", "{file} cannot be written: {why}")
        QMessageBox.warning(widget, title, text.format(file=path, why=error.strerror or error))


def _write_in_sight(widget: QWidget, title: str, work: Generator[float, None, None]) -> None:
    """Show how far work has come if it takes a while, with a way to stop it."""
    stop = QCoreApplication.translate("pictures", "Stop")
    progress = QProgressDialog(title, stop, 0, 100, widget, minimumDuration=500)
    progress.setWindowModality(Qt.WindowModality.WindowModal)
    progress.setWindowTitle(title)
    progress.setValue(0)
    try:
        for share in work:
            progress.setValue(round(100 * share))
            if progress.wasCanceled():
                work.close()
                break
    finally:
        progress.close()
        progress.deleteLater()


def _save_folder() -> Path:
    """Return where something was saved last, or where pictures are kept."""
    place = QStandardPaths.StandardLocation.PicturesLocation
    application = QCoreApplication.instance()
    last = application.property(_FOLDER) if application else None
    return Path(str(last or QStandardPaths.writableLocation(place)))


def _remember_folder(folder: Path) -> None:
    application = QCoreApplication.instance()
    if application:
        application.setProperty(_FOLDER, str(folder))
