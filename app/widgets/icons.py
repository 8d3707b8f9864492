"""Icons that are painted: sharp at every size, in the theme's colours."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap, QPolygonF

from app.widgets.theme import current_theme, px


def play_icon(playing: bool, enabled: bool = True) -> QPixmap:
    """Return the triangle that starts, or the bars that pause, for the primary button."""
    size, ratio = px(16), 2.0
    pixmap = QPixmap(round((size + px(6)) * ratio), round(size * ratio))  # a gap before the word
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    theme = current_theme()
    painter.setBrush(QColor(theme.on_accent if enabled else theme.mute))
    painter.setPen(Qt.PenStyle.NoPen)
    if playing:
        for left in (0.16, 0.60):
            painter.drawRoundedRect(
                QRectF(left * size, 0.12 * size, 0.24 * size, 0.76 * size), 1, 1
            )
    else:
        corners = ((0.2, 0.08), (0.92, 0.5), (0.2, 0.92))
        painter.drawPolygon(QPolygonF([QPointF(x * size, y * size) for x, y in corners]))
    painter.end()
    return pixmap
