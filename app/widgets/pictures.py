"""Saving what a widget shows, and the fonts and colours such pictures are made of."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QPoint, QRect
from PySide6.QtGui import QColor, QFont, QFontInfo, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QWidget

from app.widgets.theme import current_theme

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


def save_png(
    widget: QWidget, path: str | Path, draw: Callable[[QPainter], None], enlarge: float = 2.0
) -> None:  # fmt: skip
    """Write as PNG what `draw` paints in the widget's coordinates."""
    image = QImage(widget.size() * enlarge, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(enlarge)
    image.fill(QColor(current_theme().card))
    painter = QPainter(image)
    draw(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    Path(path).write_bytes(buffer.data().data())


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
    Path(path).write_bytes(buffer.data().data())


def add_save_actions(widget: QWidget, menu: QMenu) -> None:
    """Offer what `save_png`, `save_svg` and `save_csv` of the widget can do."""
    translate = QCoreApplication.translate
    for suffix, text in (
        ("png", translate("pictures", "Save as PNG…")),
        ("svg", translate("pictures", "Save as SVG…")),
        ("csv", translate("pictures", "Save as CSV…")),
    ):
        menu.addAction(text, partial(_save_as, widget, suffix, text))


def _save_as(widget: QWidget, suffix: str, title: str) -> None:
    name = widget.accessibleName().partition(",")[0].replace(" ", "-").lower()
    kinds = f"{suffix.upper()} (*.{suffix})"
    path, _ = QFileDialog.getSaveFileName(widget, title, f"{name}.{suffix}", kinds)
    if not path:
        return
    path = path if Path(path).suffix else f"{path}.{suffix}"
    try:
        getattr(widget, f"save_{suffix}")(path)
    except OSError as error:
        text = QCoreApplication.translate("pictures", "{file} cannot be written: {why}")
        QMessageBox.warning(widget, title, text.format(file=path, why=error.strerror or error))
