"""Drawing what is in sight. Nothing here changes a layout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPainterPath,
    QPen,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)

from easychat_gui.rendering.blocks import BlockKind
from easychat_gui.ui.conversation import attached, code_card
from easychat_gui.ui.conversation.box import Box
from easychat_gui.ui.conversation.flow import Flow
from easychat_gui.ui.conversation.message_row import ROW_GAP, Frame, Row
from easychat_gui.ui.conversation.selection import BoxKey, Selection
from easychat_gui.ui.conversation.style import ITEM_INDENT, QUOTE_BAR, QUOTE_INDENT
from easychat_gui.ui.conversation.thumbnails import Thumbnails
from easychat_gui.ui.conversation.words import Words
from easychat_gui.ui.theme import Radius

UNREAD_OPACITY = 0.45
BOUNDARY_TEXT = 12
"""In pixels: it has to go between two messages, whatever the zoom."""


@dataclass(slots=True)
class Scene:
    """What the drawing depends on besides the rows themselves."""

    frame: Frame
    words: Words
    clip: QRect
    selection: Selection = field(default_factory=Selection)
    hovered_card: tuple[BoxKey, code_card.CardPart] | None = None
    copied_card: BoxKey | None = None
    hovered_chip: int = -1
    focus_ring: QRect = field(default_factory=QRect)
    waiting_step: int = 0
    active_row: int = -1
    thumbnails: Thumbnails | None = None
    hovered_attachment: str = ""
    actions_width: int = 0
    marks: Callable[[BoxKey, Box], Sequence[tuple[int, int, bool]]] | None = None
    """What is found in a block: first and last character, and whether it is the hit that is shown."""


def paint_row(painter: QPainter, number: int, row: Row, scene: Scene, left: int, top: int) -> None:
    """Draw one message with its top left corner there."""
    _paint_attached(painter, row, scene, QPointF(left, top))
    if row.is_user:
        _paint_bubble(painter, row, scene, left, top)
    else:
        _paint_header(painter, row, scene, left, top)
        _paint_chip(painter, number, row, scene, left, top)
        _paint_notes(painter, number, row, scene, left, top)
    for kind, flow, x, y in row.shown_flows():
        if flow.is_muted:
            bar = QRectF(left + 1, top + y, 2, flow.height)
            painter.fillRect(bar, scene.frame.style.theme.border)
        _paint_flow(painter, (number, kind), flow, scene, left + x, top + y)
    if scene.focus_ring.intersects(QRect(0, top, left + scene.frame.width + left, row.height)):
        painter.setPen(QPen(scene.frame.style.theme.accent, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(scene.focus_ring, Radius.CONTROL, Radius.CONTROL)


def paint_boundary(painter: QPainter, scene: Scene, left: int, top: int) -> None:
    """Draw the line above the first message that the model still reads, in the gap before it."""
    style = scene.frame.style
    font = QFont(style.small_font)
    font.setPixelSize(BOUNDARY_TEXT)
    painter.setFont(font)
    line = QRectF(left, top + 1, scene.frame.width, ROW_GAP - 2)
    words = QFontMetricsF(font).elidedText(scene.words.boundary(), Qt.TextElideMode.ElideRight, line.width())
    half = QFontMetricsF(font).horizontalAdvance(words) / 2 + 10
    painter.setPen(style.theme.text_muted)
    painter.drawText(line, Qt.AlignmentFlag.AlignCenter, words)
    painter.setPen(QPen(style.theme.border_strong, 1))
    middle = line.center()
    if half < line.width() / 2:
        painter.drawLine(QPointF(line.left(), middle.y()), QPointF(middle.x() - half, middle.y()))
        painter.drawLine(QPointF(middle.x() + half, middle.y()), QPointF(line.right(), middle.y()))


def chip_rect(row: Row, scene_words: Words, frame: Frame, left: int, top: int) -> QRect:
    """Return where the chip of the reasoning is, empty if there is none."""
    y = row.places().chip
    if y < 0:
        return QRect()
    text = scene_words.reasoning(row.message, is_running=row.is_thinking)
    width = round(QFontMetricsF(frame.style.small_font).horizontalAdvance("▸ " + text)) + 26
    if QGuiApplication.isRightToLeft():  # below the name
        left += frame.width - width
    return QRect(left, top + y, width, frame.style.chip_height)


def _paint_attached(painter: QPainter, row: Row, scene: Scene, corner: QPointF) -> None:
    for placed in row.attached:
        is_hovered = scene.hovered_attachment == placed.attachment.id
        if scene.thumbnails is not None:
            attached.paint(painter, placed, scene.frame.style, scene.thumbnails, corner, is_hovered=is_hovered)


def _paint_bubble(painter: QPainter, row: Row, scene: Scene, left: int, top: int) -> None:
    if not row.has_bubble:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(scene.frame.style.theme.user_bubble)
    painter.drawRoundedRect(row.bubble_rect().translated(left, top), Radius.BUBBLE, Radius.BUBBLE)


def _paint_header(painter: QPainter, row: Row, scene: Scene, left: int, top: int) -> None:
    style, words = scene.frame.style, scene.words
    y = top + row.places().header
    metrics = QFontMetricsF(style.name_font)
    name = metrics.elidedText(words.author(row.message), Qt.TextElideMode.ElideMiddle, scene.frame.width - 80)
    line = QRectF(left, y, scene.frame.width, style.header_height - 4)
    painter.setFont(style.name_font)
    painter.setPen(style.theme.text)
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, name)
    painter.setFont(style.small_font)
    painter.setPen(style.theme.text_muted)
    behind_name = metrics.horizontalAdvance(name) + 8
    if QGuiApplication.isRightToLeft():  # the painter then begins both at the right
        behind_name = -behind_name
    painter.drawText(line.translated(behind_name, 0), Qt.AlignmentFlag.AlignVCenter, words.time_of(row.message))


def _paint_chip(painter: QPainter, number: int, row: Row, scene: Scene, left: int, top: int) -> None:
    rect = chip_rect(row, scene.words, scene.frame, left, top)
    if rect.isEmpty():
        return
    style = scene.frame.style
    painter.setPen(QPen(style.theme.border, 1))
    painter.setBrush(style.theme.surface if scene.hovered_chip == number else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), Radius.CARD, Radius.CARD)
    arrow = "▾ " if row.is_unfolded else "◂ " if QGuiApplication.isRightToLeft() else "▸ "
    painter.setFont(style.small_font)
    painter.setPen(style.theme.text_muted)
    text = arrow + scene.words.reasoning(row.message, is_running=row.is_thinking)
    painter.drawText(rect.adjusted(13, 0, -13, 0), Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, text)


def _paint_notes(painter: QPainter, number: int, row: Row, scene: Scene, left: int, top: int) -> None:
    style, places = scene.frame.style, row.places()
    painter.setFont(style.small_font)
    if places.waiting >= 0:
        _paint_waiting(painter, scene, left, top + places.waiting)
    if places.adapted >= 0:
        painter.setPen(style.theme.text_muted)
        line = QRectF(left, top + places.adapted, scene.frame.width, 20)
        words = scene.words.adapted(row.message)
        words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(line.width()))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, words)
    if places.note >= 0:
        painter.setPen(style.theme.text_faint)
        line = QRectF(left, top + places.note, scene.frame.width, 20)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, scene.words.status(row.message))
    if places.actions >= 0 and number == scene.active_row:
        painter.setPen(style.theme.text_faint)
        line = QRectF(left, top + places.actions + 8, scene.frame.width, 30)
        alignment = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(line, alignment, _fitting_figures(painter, row, scene))


def _fitting_figures(painter: QPainter, row: Row, scene: Scene) -> str:
    """Return as many of the figures as there is room for beside the buttons, the last ones first."""
    parts = scene.words.figures(row.message).split(" · ")
    room = scene.frame.width - scene.actions_width - 8
    while parts and painter.fontMetrics().horizontalAdvance(" · ".join(parts)) > room:
        del parts[0]
    return " · ".join(parts)


def _paint_waiting(painter: QPainter, scene: Scene, left: int, top: int) -> None:
    """Three dots; one of them is stronger, and wanders while motion is wanted."""
    style = scene.frame.style
    painter.setPen(Qt.PenStyle.NoPen)
    for number in range(3):
        painter.setBrush(style.theme.text_muted if number == scene.waiting_step % 3 else style.theme.border_strong)
        painter.drawEllipse(QPointF(left + 4 + number * 11, top + style.message_line / 2), 3, 3)


def _paint_flow(painter: QPainter, key: tuple[int, int], flow: Flow, scene: Scene, left: int, top: int) -> None:
    if not flow.boxes:
        return
    painter.save()
    painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # each block begins where its own text does
    number = flow.heights.find(max(0, scene.clip.top() - top))
    y = top + flow.heights.before(number)
    while number < len(flow.boxes) and y < scene.clip.bottom():
        box = flow.boxes[number]
        if box.height:
            _paint_box(painter, BoxKey(*key, number), flow, box, scene, left, y)
        y += flow.heights[number]
        number += 1
    painter.restore()


def _paint_box(painter: QPainter, key: BoxKey, flow: Flow, box: Box, scene: Scene, left: int, top: int) -> None:
    previous = flow.boxes[key.box - 1] if key.box else None
    _paint_quote_bars(painter, flow, previous, box, scene, left, top)
    if box.block.kind is BlockKind.RULE:
        y = top + box.gap
        painter.fillRect(left + box.indent, y, flow.width - box.indent, 1, scene.frame.style.theme.border)
        return
    if box.is_card:
        hovered = scene.hovered_card[1] if scene.hovered_card and scene.hovered_card[0] == key else None
        marks = code_card.Marks(hovered, is_copied=scene.copied_card == key)
        code_card.paint(painter, box, flow.width, scene.frame.style, scene.words, (left, top), marks)
        painter.save()
        painter.setClipRect(code_card.interior(box, flow.width).translated(left, top), Qt.ClipOperation.IntersectClip)
        _paint_document(painter, key, box, scene, QPointF(left + document_left(box), top + box.document_top))
        painter.restore()
        return
    if box.block.fresh:
        _paint_markers(painter, flow, box, scene, left, top)
    _paint_document(painter, key, box, scene, QPointF(left + document_left(box), top + box.document_top))


def document_left(box: Box) -> int:
    """Return where the document of a box begins. Text from right to left has its markers and bars at the right."""
    if box.look is not None:
        return box.text_left - box.look.scrolled
    return 0 if is_right_to_left(box) else box.text_left


def is_right_to_left(box: Box) -> bool:
    if box.document is None or box.block.kind not in (BlockKind.PARAGRAPH, BlockKind.HEADING):
        return False
    return box.document.firstBlock().textDirection() is Qt.LayoutDirection.RightToLeft


def _paint_document(painter: QPainter, key: BoxKey, box: Box, scene: Scene, origin: QPointF) -> None:
    document = box.document
    if document is None:
        return
    context = QAbstractTextDocumentLayout.PaintContext()
    context.clip = QRectF(scene.clip).translated(-origin)
    selected = scene.selection.range_in(key, document.characterCount() - 1)
    if selected is not None:
        context.selections = [_selected(document, selected, scene.frame.style.theme.selection)]
    if scene.marks is not None and (marks := scene.marks(key, box)):
        context.selections += [_marked(document, mark, scene) for mark in marks]
    painter.save()
    painter.translate(origin)
    document.documentLayout().draw(painter, context)
    painter.restore()


def _selected(
    document: QTextDocument, selected: tuple[int, int], colour: QColor
) -> QAbstractTextDocumentLayout.Selection:
    result = QAbstractTextDocumentLayout.Selection()
    cursor = QTextCursor(document)
    cursor.setPosition(selected[0])
    cursor.setPosition(selected[1], QTextCursor.MoveMode.KeepAnchor)
    result.cursor = cursor
    style = QTextCharFormat()
    style.setBackground(colour)
    result.format = style
    return result


def _marked(
    document: QTextDocument, mark: tuple[int, int, bool], scene: Scene
) -> QAbstractTextDocumentLayout.Selection:
    start, end, is_current = mark
    colours = scene.frame.style.theme
    ground = QColor(colours.accent if is_current else colours.warning)
    if not is_current:
        ground.setAlphaF(0.35)
    result = _selected(document, (start, end), ground)
    if is_current:
        result.format.setForeground(colours.accent_text)
    return result


def _paint_quote_bars(
    painter: QPainter, flow: Flow, previous: Box | None, box: Box, scene: Scene, left: int, top: int
) -> None:
    """Draw the bars where quotes begin; between two blocks of one quote they go on without a break."""
    step, x = 1, left
    if is_right_to_left(box):
        step, x = -1, left + flow.width - QUOTE_BAR
    before = previous.block.levels if previous is not None else ()
    for depth, level in enumerate(box.block.levels):
        if level.is_quote:
            is_joined = depth < len(before) and before[depth].serial == level.serial
            y = top if is_joined else top + box.gap
            painter.fillRect(x, y, QUOTE_BAR, top + box.height - y, scene.frame.style.theme.quote_bar)
        x += step * (QUOTE_INDENT if level.is_quote else ITEM_INDENT)


def _paint_markers(painter: QPainter, flow: Flow, box: Box, scene: Scene, left: int, top: int) -> None:
    style, block = scene.frame.style, box.block
    line = style.small_line if flow.is_muted else style.message_line
    edges: list[int] = []
    edge = 0
    for level in block.levels:
        edge += QUOTE_INDENT if level.is_quote else ITEM_INDENT
        edges.append(edge)
    colour = style.theme.text_muted
    y = top + box.text_top + _lowered(box, line, style.small_metrics if flow.is_muted else style.message_metrics)
    for depth in range(len(block.levels) - block.fresh, len(block.levels)):
        level = block.levels[depth]
        if level.is_quote:
            continue
        start = edges[depth] - ITEM_INDENT
        slot = QRectF(left + start, y, ITEM_INDENT, line)
        if is_right_to_left(box):
            slot.moveLeft(left + flow.width - edges[depth])
        is_task = depth == len(block.levels) - 1 and box.rich is not None and box.rich.task is not None
        if is_task and box.rich is not None:
            _paint_task(painter, slot, is_done=bool(box.rich.task), scene=scene)
        elif level.marker == "•":
            _paint_bullet(painter, slot, sum(not each.is_quote for each in block.levels[:depth]), colour)
        else:
            painter.setFont(style.small_font if flow.is_muted else style.message_font)
            painter.setPen(colour)
            wide = slot.adjusted(-40, 0, -7, 0)
            painter.drawText(wide, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, level.marker)


def _lowered(box: Box, line: int, metrics: QFontMetricsF) -> float:
    """Return how much lower the text of the first line stands than it would without a tall formula."""
    if box.document is None:
        return 0.0
    first = box.document.firstBlock().layout().lineAt(0)
    if not first.isValid():
        return 0.0
    usual = line - metrics.height() + metrics.ascent()
    return max(0.0, max(0.0, line - first.height()) + first.ascent() - usual)


def _paint_bullet(painter: QPainter, slot: QRectF, depth: int, colour: QColor) -> None:
    centre = QPointF(slot.right() - 13, slot.center().y() + 0.5)
    is_hollow = depth % 2 == 1
    painter.setPen(QPen(colour, 1.2) if is_hollow else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if is_hollow else colour)
    painter.drawEllipse(centre, 2.5, 2.5)


def _paint_task(painter: QPainter, slot: QRectF, *, is_done: bool, scene: Scene) -> None:
    theme = scene.frame.style.theme
    square = QRectF(slot.right() - 22, slot.center().y() - 7, 14, 14)
    painter.setPen(QPen(theme.accent if is_done else theme.border_strong, 1.2))
    painter.setBrush(theme.accent if is_done else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(square, 3, 3)
    if is_done:
        tick = QPainterPath(square.topLeft() + QPointF(3.2, 7.2))
        tick.lineTo(square.topLeft() + QPointF(6, 10))
        tick.lineTo(square.topLeft() + QPointF(10.8, 4.4))
        painter.setPen(QPen(theme.accent_text, 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(tick)
