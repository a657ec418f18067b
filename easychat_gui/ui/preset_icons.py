"""The icon of a preset: an emoji, or one of the program's own, written "icon:name"."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPainter, QPixmap

from easychat_gui.ui import icons, theme
from easychat_gui.ui.theme import Size

OWN = "icon:"
DEFAULT = "icon:person"

CHOICES = (
    *("person", "code", "edit", "globe", "book", "star", "search", "chart"),
    *("tools", "quote", "speaker", "image", "shield", "tag", "folder", "cpu"),
)
"""Those of the program's icons that stand for a kind of work."""


def preset_icon(icon: str, size: int = Size.ICON) -> QIcon:
    """Return what is shown for it; where there is none, or one that this version has not, the default."""
    if not icon or icon.startswith(OWN):
        name = icon.removeprefix(OWN)
        return icons.icon(name if name in icons.ICON_NAMES else DEFAULT.removeprefix(OWN), _ink(), size)
    return QIcon(_drawn(icon, size))


def _ink() -> QColor:
    return theme.current().text_muted


def _drawn(text: str, size: int) -> QPixmap:
    ratio = max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
    result = QPixmap(QSize(size, size) * ratio)
    result.setDevicePixelRatio(ratio)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    font = QFont(QGuiApplication.font())
    font.setPixelSize(round(size * 0.82))
    painter.setFont(font)
    painter.setPen(_ink())
    painter.drawText(QRectF(0, 0, size, size), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return result
