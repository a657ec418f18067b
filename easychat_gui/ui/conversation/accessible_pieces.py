"""The pieces of a message as a screen reader sees them: its paragraphs, and what in it can be pressed.

They are made of what is laid out already: of messages that were in sight, or to which the keyboard has gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, QTimer
from PySide6.QtGui import QAccessible, QAccessibleInterface

from easychat_gui.rendering.blocks import BlockKind
from easychat_gui.ui.conversation import reading
from easychat_gui.ui.conversation.box import Box
from easychat_gui.ui.conversation.code_card import CardPart
from easychat_gui.ui.conversation.flow import Flow
from easychat_gui.ui.conversation.message_row import FlowKind
from easychat_gui.ui.conversation.pictures import PictureState
from easychat_gui.ui.conversation.selection import BoxKey
from easychat_gui.ui.conversation.spots import Spot, SpotKind
from easychat_gui.ui.widgets.painted_items import PRESS, SET_FOCUS, PaintedItem

if TYPE_CHECKING:
    from easychat_gui.ui.conversation.accessibility import MessageInterface
    from easychat_gui.ui.conversation.view import ConversationView

LAID_OUT_AT_ONCE = 200
"""Paragraphs of a message that are laid out when the keyboard goes to it."""

Piece = Spot | BoxKey


def find(owner: MessageInterface) -> list[Piece]:
    """Return what a message consists of, in reading order."""
    view = owner.view()
    if view is None or not owner.isValid() or not view.rows.row(owner.number).is_open:
        return []
    row = view.rows.row(owner.number)
    spots: defaultdict[BoxKey, list[Piece]] = defaultdict(list)
    result: list[Piece] = []
    for spot, _rect in view.spots.of_row(owner.number):
        (spots[spot.key] if spot.key.box >= 0 else result).append(spot)
    for kind, flow, _x, _y in row.shown_flows():
        for index, box in enumerate(flow.boxes):
            key = BoxKey(owner.number, kind, index)
            if not box.is_hidden and box.block.kind is not BlockKind.RULE:
                result += [key, *spots[key]]
    return result


def looks(owner: MessageInterface) -> tuple[object, ...]:
    """Return what the pieces of a message depend on, for far less than it costs to find them."""
    view = owner.view()
    if view is None or not owner.isValid():
        return ()
    row = view.rows.row(owner.number)
    boxes = [(kind, box) for kind, flow, _x, _y in row.shown_flows() for box in flow.boxes] if row.is_open else []
    parts = [
        (
            kind,
            box.generation,
            box.is_hidden,
            box.has_footer,
            box.document and (id(box.document), box.document.revision()),
        )
        for kind, box in boxes
    ]
    return row.message.id, row.is_open, row.has_reasoning, *parts


def item_for(piece: Piece, owner: MessageInterface, view: ConversationView) -> PieceInterface:
    """Return a new item for a piece of a message."""
    return SpotInterface(piece, owner, view) if isinstance(piece, Spot) else ParagraphInterface(piece, owner, view)


def lay_out(owner: MessageInterface) -> None:
    """Lay out a message, so that all its pieces can be told, or of a very long one as many as can be at once."""
    view = owner.view()
    if view is None or not owner.isValid() or not view.is_ready:
        return
    rows, count = view.rows, 0
    view.place.hold(view.viewport().height())
    while count < LAID_OUT_AT_ONCE:
        top = rows.heights.before(owner.number)
        if not rows.look_ahead(top, top + rows.heights[owner.number]):
            break
        count += 1
    if count:
        view.place_rows()
        view.viewport().update()


class PieceInterface(PaintedItem):
    """A piece of a message."""

    def __init__(self, owner: MessageInterface, view: ConversationView, role: QAccessible.Role) -> None:
        super().__init__(view, role)
        self._owner = owner

    def parent(self) -> QAccessibleInterface:
        return self._owner


class ParagraphInterface(PieceInterface):
    """A paragraph, a heading, a table, a part of code: its text."""

    def __init__(self, key: BoxKey, owner: MessageInterface, view: ConversationView) -> None:
        super().__init__(owner, view, QAccessible.Role.Paragraph)
        self._key = key

    def isValid(self) -> bool:
        return self._found() is not None

    def role(self) -> QAccessible.Role:
        found = self._found()
        is_heading = found is not None and found[1].block.kind is BlockKind.HEADING
        return QAccessible.Role.Heading if is_heading else QAccessible.Role.Paragraph

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.readOnly = True
        return state

    def text(self, kind: QAccessible.Text) -> str:
        view, found = self._owner.view(), self._found()
        if view is None or found is None:
            return ""
        flow, box = found
        if kind is QAccessible.Text.Name:
            return reading.block_text(box.block, flow.rich(self._key.box))
        if kind is QAccessible.Text.Description and box.look is not None:
            return view.words.code_block(box.block.language, box.look.lines)
        return ""

    def rect(self) -> QRect:
        view, found = self._owner.view(), self._found()
        top = view.rows.top_of(self._key) if view is not None else None
        if view is None or found is None or top is None:
            return QRect()
        corner = view.viewport().mapToGlobal(QPoint(view.column[0], top - view.scroll_top))
        return QRect(corner, QSize(view.column[1], found[1].height))

    def _found(self) -> tuple[Flow, Box] | None:
        """Return the block, None once it is gone."""
        view = self._owner.view()
        if view is None or not self._owner.isValid():
            return None
        flow = view.rows.row(self._key.row).flow(FlowKind(self._key.flow))
        return (flow, flow.boxes[self._key.box]) if flow is not None and self._key.box < len(flow.boxes) else None


class SpotInterface(PieceInterface):
    """A link, a button of a code card, the chip of the reasoning, a picture, a file: it can be pressed."""

    def __init__(self, spot: Spot, owner: MessageInterface, view: ConversationView) -> None:
        role = QAccessible.Role.Link if spot.kind is SpotKind.LINK else QAccessible.Role.Button
        super().__init__(owner, view, role)
        self._spot = spot

    def isValid(self) -> bool:
        return self._spot in self._owner.pieces()

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.Graphic if self._is_picture_there() else self._own_role

    def state(self) -> QAccessible.State:
        state, view = QAccessible.State(), self._owner.view()
        if view is None or not self.isValid():
            return state
        spot, row = self._spot, view.rows.row(self._spot.key.row)
        state.focusable = True
        state.focused = view.hasFocus() and view.spots.focused == spot
        state.linked = spot.kind is SpotKind.LINK
        if spot.kind is SpotKind.CHIP:
            state.expandable, state.expanded, state.collapsed = True, row.is_unfolded, not row.is_unfolded
        box = view.spots.box(spot)
        if spot.target == CardPart.FOLD.value and box is not None and box.look is not None:
            state.expandable, state.expanded, state.collapsed = True, not box.look.is_folded, box.look.is_folded
        return state

    def text(self, kind: QAccessible.Text) -> str:
        view = self._owner.view()
        if view is None or not self.isValid():
            return ""
        if kind is QAccessible.Text.Name:
            return view.spots.name(self._spot)
        if kind is QAccessible.Text.Description:
            return view.spots.description(self._spot)
        return ""

    def rect(self) -> QRect:
        view = self._owner.view()
        if view is None or not self.isValid():
            return QRect()
        places = (rect for spot, rect in view.spots.of_row(self._owner.number) if spot == self._spot)
        rect = next(places, QRect())
        return QRect(view.viewport().mapToGlobal(rect.topLeft()), rect.size())

    def actionNames(self) -> list[str]:
        return [SET_FOCUS] if self._is_picture_there() else [PRESS, SET_FOCUS]

    def doAction(self, name: str) -> None:
        view = self._owner.view()
        if view is None or not self.isValid():
            return
        if name == PRESS:
            QTimer.singleShot(0, view, self._press)  # the screen reader would wait for the dialog that may come of it
        elif name == SET_FOCUS:
            view.setFocus()
            view.spots.focus(self._spot)

    def _press(self) -> None:
        view = self._owner.view()
        if view is not None and self.isValid():
            view.spots.press(self._spot)

    def _is_picture_there(self) -> bool:
        view = self._owner.view()
        is_picture = self._spot.kind is SpotKind.PICTURE
        return is_picture and view is not None and view.pictures.state(self._spot.target) is PictureState.THERE


def place_of(item: QAccessibleInterface, items: Mapping[Piece, PaintedItem], found: list[Piece]) -> int:
    """Return which of the pieces an item stands for, -1 if none."""
    return next((place for place, piece in enumerate(found) if items.get(piece) is item), -1)
