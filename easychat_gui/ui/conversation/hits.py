"""What is under the pointer."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, Qt

from easychat_gui.domain.attachments import Attachment
from easychat_gui.ui.conversation import code_card, painting, picture_objects
from easychat_gui.ui.conversation.code_card import CardPart
from easychat_gui.ui.conversation.flow import Flow
from easychat_gui.ui.conversation.message_row import Frame
from easychat_gui.ui.conversation.row_list import RowList
from easychat_gui.ui.conversation.selection import BoxKey, Position
from easychat_gui.ui.conversation.words import Words


@dataclass(frozen=True, slots=True)
class Hit:
    """``row`` is -1 beside the messages. ``card`` is a place in a code card's header, ``link`` a safe target,
    ``attachment`` what was sent with the message, ``picture`` the address of a picture.
    """

    row: int = -1
    key: BoxKey | None = None
    position: Position | None = None
    is_on_text: bool = False
    is_on_chip: bool = False
    link: str = ""
    card: CardPart | None = None
    attachment: Attachment | None = None
    picture: str = ""


def hit(rows: RowList, words: Words, frame: Frame, point: QPoint) -> Hit:
    """Return what is at a point, whose origin is the top left corner of the first row."""
    if not len(rows):
        return Hit()
    number = rows.heights.find(max(0, point.y()))
    row = rows.row(number)
    top = rows.heights.before(number)
    if not row.is_open:
        return Hit(number)
    if not row.is_user and painting.chip_rect(row, words, frame, 0, top).contains(point):
        return Hit(number, is_on_chip=True)
    for placed in row.attached:
        if placed.rect.contains(point - QPoint(0, top)):
            return Hit(number, attachment=placed.attachment)
    best: tuple[int, BoxKey, Flow, int, int] | None = None
    for key, flow, x, y in rows.boxes_between(top, top + max(1, rows.heights[number])):
        if key.row != number or not flow.boxes[key.box].height:
            continue
        below = max(0, y - point.y(), point.y() - (y + flow.heights[key.box]) + 1)
        if best is None or below < best[0]:
            best = (below, key, flow, x, y)
        if below == 0:
            break
    if best is None:
        return Hit(number)
    return _hit_box(best, frame, words, point)


def _hit_box(found: tuple[int, BoxKey, Flow, int, int], frame: Frame, words: Words, point: QPoint) -> Hit:
    distance, key, flow, x, y = found
    box = flow.boxes[key.box]
    inside = point - QPoint(x, y)
    for part, place in code_card.parts(box, flow.width, frame.style, words).items():
        if place.adjusted(-6, 0, 6, 0).contains(inside):
            return Hit(key.row, key, card=part)
    if box.document is None:
        return Hit(key.row, key, Position(*key, 0))
    local = QPointF(inside) - QPointF(painting.document_left(box), box.document_top)
    layout = box.document.documentLayout()
    offset = layout.hitTest(local, Qt.HitTestAccuracy.FuzzyHit)
    exact = layout.hitTest(local, Qt.HitTestAccuracy.ExactHit)
    link = layout.anchorAt(local) if distance == 0 else ""
    picture = picture_objects.picture_at(box.document, exact) if distance == 0 and box.pictured else ""
    position = Position(*key, max(0, offset))
    return Hit(key.row, key, position, distance == 0 and exact >= 0, link=link, picture=picture)
