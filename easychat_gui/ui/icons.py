"""The icons of resources/icons, in the colour that the theme asks for."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap

from easychat_gui.ui.compiled_resources import ICONS

ICON_NAMES = frozenset(ICONS)


def pixmap(name: str, colour: QColor, size: int) -> QPixmap:
    """Return the icon ``name`` drawn ``size`` device-independent pixels wide, sharp on the densest screen.

    Raises KeyError when there is no such icon.
    """
    screen_ratio = max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
    return _pixmap(name, colour.name(), size, screen_ratio)


@lru_cache(maxsize=256)
def _pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer  # not needed before the first icon is drawn

    svg = ICONS[name].replace('stroke="#000"', f'stroke="{colour}"').replace('fill="#000"', f'fill="{colour}"')
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    result = QPixmap(QSize(size, size) * ratio)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    renderer.render(painter, QRectF(0, 0, size * ratio, size * ratio))
    painter.end()
    result.setDevicePixelRatio(ratio)
    return result


def icon(name: str, colour: QColor, size: int = 18) -> QIcon:
    """Return the icon ``name`` as a QIcon. Raises KeyError when there is no such icon."""
    return QIcon(pixmap(name, colour, size))
