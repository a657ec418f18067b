"""The files of a message: pictures as small pictures, all else as chips. What was sent stands above the bubble at the
right, what came with an answer (pictures that a model has made, of chats that were imported) below the author."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen

from easychat_gui.domain.attachments import Attachment
from easychat_gui.ui import icons
from easychat_gui.ui.attachments import words
from easychat_gui.ui.conversation.style import BUBBLE_WIDEST, Style
from easychat_gui.ui.theme import Radius, Space

if TYPE_CHECKING:
    from easychat_gui.ui.conversation.thumbnails import Thumbnails

CHIP_HEIGHT = 30
PICTURE_HEIGHT = 96
PICTURE_WIDTHS = (56, 220)
GAP = 6
ICON = 16
NAME_AT_MOST = 220


@dataclass(frozen=True, slots=True)
class Placed:
    """An attachment and its place within the row."""

    attachment: Attachment
    rect: QRect


def place(
    attachments: Sequence[Attachment], style: Style, width: int, top: int, *, is_at_left: bool = False
) -> list[Placed]:
    """Lay them out in lines at one edge: the pictures first."""
    widest = min(width, BUBBLE_WIDEST)
    lines: list[list[tuple[Attachment, int, int]]] = []
    room = 0
    for attachment in sorted(attachments, key=lambda each: not each.is_picture):
        wanted, height = _size(attachment, style)
        wanted = min(wanted, widest)
        if not lines or wanted > room or attachment.is_picture is not lines[-1][-1][0].is_picture:
            lines.append([])
            room = widest
        lines[-1].append((attachment, wanted, height))
        room -= wanted + GAP
    result: list[Placed] = []
    y = top
    for line in lines:
        height = max(each for _, _, each in line)
        x = 0 if is_at_left else width - sum(wanted for _, wanted, _ in line) - GAP * (len(line) - 1)
        for attachment, wanted, own in line:
            result.append(Placed(attachment, QRect(x, y + height - own, wanted, own)))
            x += wanted + GAP
        y += height + GAP
    return result


def estimated_height(attachments: Sequence[Attachment]) -> int:
    """Guess the height without fonts, for rows that were not seen yet."""
    pictures = sum(each.is_picture for each in attachments)
    others = len(attachments) - pictures
    return math.ceil(pictures / 3) * (PICTURE_HEIGHT + GAP) + math.ceil(others / 2) * (CHIP_HEIGHT + GAP)


def paint(
    painter: QPainter, placed: Placed, style: Style, thumbnails: Thumbnails, corner: QPointF, *, is_hovered: bool
) -> None:
    """Draw one, with the top left corner of its row there."""
    area = QRectF(placed.rect).translated(corner)
    if placed.attachment.is_picture and not thumbnails.is_missing(placed.attachment):
        _paint_picture(painter, placed.attachment, style, thumbnails, area, is_hovered=is_hovered)
    else:
        _paint_chip(painter, placed.attachment, style, thumbnails, area, is_hovered=is_hovered)


def _size(attachment: Attachment, style: Style) -> tuple[int, int]:
    if attachment.is_picture:
        details = attachment.details
        wanted = PICTURE_HEIGHT * (details.width or 4) / max(1, details.height or 3)
        return round(min(max(wanted, PICTURE_WIDTHS[0]), PICTURE_WIDTHS[1])), PICTURE_HEIGHT
    metrics = QFontMetricsF(style.small_font)
    text = metrics.horizontalAdvance(_name(attachment, metrics)) + metrics.horizontalAdvance(_extent(attachment))
    return math.ceil(Space.S + ICON + 6 + text + Space.M), max(CHIP_HEIGHT, math.ceil(metrics.height()) + 12)


def _name(attachment: Attachment, metrics: QFontMetricsF) -> str:
    return metrics.elidedText(" ".join(attachment.name.split()), Qt.TextElideMode.ElideMiddle, NAME_AT_MOST)


def _extent(attachment: Attachment) -> str:
    return f" · {words.extent_words(attachment)}"


def _paint_picture(
    painter: QPainter, attachment: Attachment, style: Style, thumbnails: Thumbnails, area: QRectF, *, is_hovered: bool
) -> None:
    colours = style.theme
    outline = QPainterPath()
    outline.addRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), Radius.CARD, Radius.CARD)
    painter.fillPath(outline, colours.surface)
    picture = thumbnails.picture(attachment)
    if picture is not None:
        painter.save()
        painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = picture.size().scaled(area.size().toSize(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        target = QRectF(0, 0, size.width(), size.height())
        target.moveCenter(area.center())
        painter.drawPixmap(target, picture, QRectF(picture.rect()))
        painter.restore()
    painter.setPen(QPen(colours.accent if is_hovered else colours.border, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(outline)


def _paint_chip(
    painter: QPainter, attachment: Attachment, style: Style, thumbnails: Thumbnails, area: QRectF, *, is_hovered: bool
) -> None:
    colours = style.theme
    is_missing = thumbnails.is_missing(attachment)
    painter.setPen(QPen(colours.accent if is_hovered else colours.warning if is_missing else colours.border, 1))
    painter.setBrush(colours.warning_soft if is_missing else colours.surface)
    painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), Radius.CONTROL, Radius.CONTROL)
    metrics = QFontMetricsF(style.small_font)
    icon = icons.pixmap("warning" if is_missing else "file", colours.text_muted, ICON)
    is_mirrored = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
    icon_x = area.right() - Space.S - ICON if is_mirrored else area.left() + Space.S
    painter.drawPixmap(QPointF(icon_x, area.center().y() - ICON / 2), icon)
    name, extent = _name(attachment, metrics), _extent(attachment)
    inner = Space.S + ICON + 6
    line = area.adjusted(0, 0, -inner, 0) if is_mirrored else area.adjusted(inner, 0, 0, 0)
    alignment = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
    painter.setFont(style.small_font)
    painter.setPen(colours.text)
    painter.drawText(line, alignment, name)
    painter.setPen(colours.text_muted)
    behind = metrics.horizontalAdvance(name)
    line = line.adjusted(0, 0, -behind, 0) if is_mirrored else line.adjusted(behind, 0, 0, 0)
    painter.drawText(line, alignment, metrics.elidedText(extent, Qt.TextElideMode.ElideRight, line.width()))
