"""Saving what a widget shows, and the fonts and colours such pictures are made of."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QCoreApplication,
    QPoint,
    QRect,
    QSize,
    QStandardPaths,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QFontMetrics,
    QGuiApplication,
    QImage,
    QImageWriter,
    QPainter,
    QStatusTipEvent,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QProgressDialog, QWidget

from app.widgets.file_dialogs import fit_columns
from app.widgets.paths import in_sentence
from app.widgets.theme import current_theme
from s2s_core.files import replacing

_FOLDER = "saveFolder"  # a property of the application
_MARGIN, _CAPTION_GAP = 16, 8  # pixels of the design: around a picture; above the line below it
_HIGH = 10_000  # pixels: as high as it likes
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
    widget: QWidget, draw: Callable[[QPainter], None], enlarge: float = 2.0, caption: str = ""
) -> QImage:  # fmt: skip
    """Return as a picture what `draw` paints in the widget's coordinates, with a line below it."""
    image = QImage(_size(widget, caption) * enlarge, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(enlarge)
    painter = QPainter(image)
    _draw(painter, widget, draw, caption)
    painter.end()
    return image


def captioned(*parts: str) -> str:
    """Join what is said below a picture: what it shows, and of what run."""
    return " · ".join(filter(None, parts))


def _draw(
    painter: QPainter, widget: QWidget, draw: Callable[[QPainter], None], caption: str
) -> None:  # fmt: skip
    painter.fillRect(QRect(QPoint(), _size(widget, caption)), QColor(current_theme().card))
    painter.save()
    painter.translate(_margin(widget), _margin(widget))
    draw(painter)
    painter.restore()
    painter.setFont(_caption_font(widget))
    painter.setPen(QColor(current_theme().mute))
    box = _caption_box(widget, caption).adjusted(0, 0, 1, 0)
    painter.drawText(box, int(Qt.TextFlag.TextWordWrap), caption)


def _margin(widget: QWidget) -> int:
    return round(_MARGIN * scale_of(widget))


def _caption_box(widget: QWidget, caption: str) -> QRect:
    """Return where a line stands below a widget; it wraps where there is no room for one line."""
    top = _margin(widget) + widget.height()
    if not caption:
        return QRect(0, top, 0, 0)
    top += round(_CAPTION_GAP * scale_of(widget))
    room = QRect(_margin(widget), top, widget.width(), _HIGH)
    flags = int(Qt.TextFlag.TextWordWrap)
    return QFontMetrics(_caption_font(widget)).boundingRect(room, flags, caption)


def _caption_font(widget: QWidget) -> QFont:
    return sized(widget, 11)


def _size(widget: QWidget, caption: str) -> QSize:
    """Return the size of a picture of a widget, the line below it and the margin around both."""
    bottom = _caption_box(widget, caption).y() + _caption_box(widget, caption).height()
    return QSize(widget.width() + 2 * _margin(widget), bottom + _margin(widget))


def save_png(
    widget: QWidget, path: str | Path, draw: Callable[[QPainter], None], enlarge: float = 2.0,
    caption: str = "",
) -> None:  # fmt: skip
    """Write as PNG what `draw` paints in the widget's coordinates, with a line below it."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(picture(widget, draw, enlarge, caption))
    with replacing(Path(path)) as unfinished:
        unfinished.write_bytes(buffer.data().data())


def save_svg(
    widget: QWidget, path: str | Path, draw: Callable[[QPainter], None], caption: str = ""
) -> None:  # fmt: skip
    """Write as SVG what `draw` paints in the widget's coordinates, with a line below it."""
    buffer, generator = QBuffer(), QSvgGenerator()
    box = QRect(QPoint(), _size(widget, caption))
    generator.setOutputDevice(buffer)
    generator.setSize(box.size())
    generator.setViewBox(box)
    generator.setTitle(widget.accessibleName())
    painter = QPainter(generator)
    _draw(painter, widget, draw, caption)
    painter.end()
    with replacing(Path(path)) as unfinished:
        unfinished.write_bytes(buffer.data().data())


def add_save_actions(
    widget: QWidget, menu: QMenu, text: str = "", *, why_not: str = ""
) -> None:  # fmt: skip
    """Offer what `save_png`, `save_svg`, `save_csv` and `picture` of the widget can do.

    text: what the entries say, with {kind} for the kind of file; why_not: in a few words, if there
    is nothing to save: stands beside the entries, which are grey then
    """
    translate = QCoreApplication.translate
    text = text or translate("pictures", "Save as {kind} …")
    deeds: list[tuple[str, Callable[[], None]]] = []
    for suffix in ("png", "svg", "csv"):
        title = text.format(kind=suffix.upper())
        deeds.append((title, partial(save_as, widget, suffix, title)))
    deeds.append((translate("pictures", "Copy as picture"), partial(_copy, widget)))
    for title, deed in deeds:
        action = menu.addAction(f"{title}\t{why_not}" if why_not else title, deed)
        action.setEnabled(not why_not)


def _copy(widget: QWidget) -> None:
    QGuiApplication.clipboard().setImage(widget.picture())  # type: ignore[attr-defined]
    tell(widget, QCoreApplication.translate("pictures", "Copied: the picture"))


def tell(widget: QWidget, text: str) -> None:
    """Let the main window say what was just done, in its status line."""
    window = widget.window()
    while parent := window.parentWidget():  # a dock that floats, a dialog
        window = parent.window()
    QCoreApplication.sendEvent(window, QStatusTipEvent(text))


def save_as(widget: QWidget, suffix: str, title: str) -> None:
    """Ask for a file and write what the widget shows; what goes wrong is said in a sentence.

    The name offered is the widget's `file_name`, or else what it is called.
    """
    name = getattr(widget, "file_name", "") or widget.accessibleName().partition(",")[0]
    name = "-".join(name.lower().split())
    kinds = f"{suffix.upper()} (*.{suffix})"
    start = str(_folder_to_begin_in() / f"{name}.{suffix}")
    title = title.removesuffix("…").rstrip()  # which is for the menu
    fit_columns()
    path, _ = QFileDialog.getSaveFileName(widget, title, start, kinds)
    if not path:
        return
    path = path if Path(path).suffix else f"{path}.{suffix}"
    set_save_folder(str(Path(path).parent))
    try:
        little_by_little = getattr(widget, f"writing_{suffix}", None)
        if little_by_little:
            is_done = _write_in_sight(widget, title, little_by_little(path))
        else:
            getattr(widget, f"save_{suffix}")(path)
            is_done = True
        if is_done:
            saved = QCoreApplication.translate("pictures", "Saved: {file}, in {folder}")
            folder = in_sentence(str(Path(path).parent))
            tell(widget, saved.format(file=Path(path).name, folder=folder))
    except OSError as error:
        text = QCoreApplication.translate("pictures", "{file} cannot be written: {why}")
        QMessageBox.warning(widget, title, text.format(file=path, why=error.strerror or error))


def _write_in_sight(widget: QWidget, title: str, work: Generator[float, None, None]) -> bool:
    """Show how far work has come if it takes a while; returns whether nobody stopped it."""
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
                return False
    finally:
        progress.close()
        progress.deleteLater()
    return True


def save_folder() -> str:
    """Return where something was saved last; "" where nothing was."""
    application = QCoreApplication.instance()
    return str(application.property(_FOLDER) or "") if application else ""


def set_save_folder(folder: str) -> None:
    """Begin there when something is saved next."""
    if application := QCoreApplication.instance():
        application.setProperty(_FOLDER, folder)


def _folder_to_begin_in() -> Path:
    """Return where something was saved last, or else where a person keeps documents."""
    places = QStandardPaths.StandardLocation
    documents = QStandardPaths.writableLocation(places.DocumentsLocation)
    folders = [Path(folder) for folder in (save_folder(), documents) if folder]
    # Where a folder is not there, the dialog would begin in that of the program.
    return next((folder for folder in folders if folder.is_dir()), Path.home())
