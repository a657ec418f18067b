"""What in the conversation can be acted on: links, pictures, the places of code cards, the chips of reasoning.

The mouse finds them by itself (`hits`). The keyboard goes from one to the next with Tab, as far as they are in sight.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QPoint, QRect, Signal
from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument

from easychat_gui.domain.attachments import Attachment
from easychat_gui.ui.conversation import code_card, painting, picture_objects
from easychat_gui.ui.conversation.box import Box
from easychat_gui.ui.conversation.code_card import CardPart
from easychat_gui.ui.conversation.flow import Flow
from easychat_gui.ui.conversation.message_row import FlowKind
from easychat_gui.ui.conversation.row_list import Anchor
from easychat_gui.ui.conversation.selection import BoxKey
from easychat_gui.ui.conversation.text_objects import OBJECT
from easychat_gui.ui.theme import Space

if TYPE_CHECKING:
    from easychat_gui.ui.conversation.view import ConversationView


LONGEST_ADDRESS = 200
"""Characters of an address that are spoken; those of pictures may hold the picture itself."""


class SpotKind(Enum):
    ATTACHMENT = auto()
    CHIP = auto()
    CARD = auto()
    LINK = auto()
    PICTURE = auto()


class Spot(NamedTuple):
    """``target`` is an address, the value of a `CardPart` or the id of an attachment.

    ``start`` and ``length`` say where in a text it is.
    """

    kind: SpotKind
    key: BoxKey
    target: str = ""
    start: int = 0
    length: int = 0


class Spots(QObject):
    """Goes from spot to spot. ``focused`` is the one that Enter acts on, None while there is none.

    ``moved``: the keyboard has gone to another spot.
    """

    moved = Signal()

    def __init__(self, view: ConversationView) -> None:
        super().__init__(view)
        self._view = view
        self.focused: Spot | None = None

    def forget(self) -> None:
        if self.focused is not None:
            self.focused = None
            self._view.viewport().update()

    def move(self, step: int) -> bool:
        """Go to the next spot in sight, or to the previous one. Return False when there is none."""
        found = [spot for spot, _rect in self.in_sight()]
        number = self._first(found, step)
        if self.focused in found:
            number = found.index(self.focused) + step
        if not 0 <= number < len(found):
            self.forget()
            return False
        self._set(found[number])
        return True

    def _first(self, found: list[Spot], step: int) -> int:
        """Return where to begin: at the message that the keyboard is at, if it is at one."""
        row = self._view.keyboard.focused_row
        if row < 0:
            return 0 if step > 0 else len(found) - 1
        before = sum(spot.key.row < row for spot in found)
        return before if step > 0 else before - 1

    def _set(self, spot: Spot | None) -> None:
        self.focused = spot
        self._view.viewport().update()
        self.moved.emit()

    def focus(self, spot: Spot) -> None:
        """Go to a spot wherever it is, and bring it into sight."""
        area = self._view.viewport().rect()
        if not any(each == spot and area.contains(rect) for each, rect in self.of_row(spot.key.row)):
            self._view.place.go_to(Anchor(*spot.key, Space.XL))
        self._set(spot)

    def act(self) -> bool:
        """Do what a click on the focused spot would do. Return False when there is none."""
        if self.focused is None:
            return False
        self.press(self.focused)
        return True

    def press(self, spot: Spot) -> None:
        """Do what a click on a spot would do."""
        view = self._view
        if spot.kind is SpotKind.CHIP:
            view.pointer.toggle_reasoning(spot.key.row)
        elif spot.kind is SpotKind.CARD:
            self._use_card(spot)
        elif spot.kind is SpotKind.PICTURE:
            view.hold_box(spot.key)
            view.pictures.ask(spot.target)
        elif spot.kind is SpotKind.ATTACHMENT:
            view.attachment_activated.emit(self._attachment(spot))
        else:
            view.link_activated.emit(spot.target)
        view.viewport().update()

    def _use_card(self, spot: Spot) -> None:
        self._view.pointer.use_card(spot.key, CardPart(spot.target))
        if spot.target == CardPart.FOLD.value and spot == self.focused:  # the line moves to another part of the card
            row = [each for each in self.of_row(spot.key.row) if each[0].kind is SpotKind.CARD]
            near = [each for each, _ in row if each.target == spot.target and each.key.flow == spot.key.flow]
            self._set(min(near, key=lambda each: abs(each.key.box - spot.key.box), default=None))

    def _attachment(self, spot: Spot) -> Attachment:
        """Return the file of a spot. Raises StopIteration once it is gone."""
        return next(each for each in self._view.message(spot.key.row).attachments if each.id == spot.target)

    # -- where they are

    def in_sight(self) -> Iterator[tuple[Spot, QRect]]:
        """Yield what can be reached, in reading order, each with its place in the view."""
        view = self._view
        area = view.viewport().rect()
        top = view.scroll_top
        first = view.rows.heights.find(max(0, top)) if len(view.rows) else 0
        for number in range(first, len(view.rows)):
            if view.rows.heights.before(number) - top >= area.height():
                return
            yield from ((spot, rect) for spot, rect in self.of_row(number) if rect.intersects(area))

    def of_row(self, number: int) -> Iterator[tuple[Spot, QRect]]:
        """Yield what a message has, as far as it is laid out, with its places in the view."""
        view = self._view
        row = view.rows.row(number)
        if not row.is_open:
            return
        left, top = view.column[0], view.rows.heights.before(number) - view.scroll_top
        for placed in row.attached:
            key = BoxKey(number, FlowKind.TEXT, -1)
            yield Spot(SpotKind.ATTACHMENT, key, placed.attachment.id), placed.rect.translated(left, top)
        if not row.is_user:
            chip = painting.chip_rect(row, view.words, view.rows.frame, left, top)
            if not chip.isEmpty():
                yield Spot(SpotKind.CHIP, BoxKey(number, FlowKind.REASONING, -1)), chip
        for kind, flow, x, y in row.shown_flows():
            for index, box in enumerate(flow.boxes):
                if box.height and box.document is not None:
                    corner = QPoint(left + x, top + y + flow.heights.before(index))
                    yield from self._of_box(BoxKey(number, kind, index), flow, box, corner)

    def _of_box(self, key: BoxKey, flow: Flow, box: Box, corner: QPoint) -> Iterator[tuple[Spot, QRect]]:
        view = self._view
        for part, rect in code_card.parts(box, flow.width, view.rows.frame.style, view.words).items():
            yield Spot(SpotKind.CARD, key, part.value), rect.translated(corner)
        if box.look is None and box.document is not None:
            for spot in _in_text(key, box.document):
                rect = _rect_in(box.document, spot.start, spot.length)
                yield spot, rect.translated(corner + QPoint(painting.document_left(box), box.document_top))

    def ring(self) -> QRect:
        """Return where the mark around the focused spot is to be drawn in the view, empty if nowhere."""
        if self.focused is None or not self._view.hasFocus() or self.focused.key.row >= len(self._view.rows):
            return QRect()
        for spot, rect in self.of_row(self.focused.key.row):
            if spot == self.focused:
                return rect.adjusted(-4, -2, 4, 2) if spot.kind is not SpotKind.CHIP else rect
        return QRect()

    def box(self, spot: Spot) -> Box | None:
        """Return the block that a spot is in, None where it is in none (any more)."""
        flow = self._view.rows.open(spot.key.row).flow(FlowKind(spot.key.flow))
        return flow.boxes[spot.key.box] if flow is not None and 0 <= spot.key.box < len(flow.boxes) else None

    def name(self, spot: Spot) -> str:
        """Return what a screen reader says."""
        words, row = self._view.words, self._view.rows.row(spot.key.row)
        if spot.kind is SpotKind.CHIP:
            return words.reasoning(row.message, is_running=row.is_thinking)
        if spot.kind is SpotKind.ATTACHMENT:
            return words.attachment(self._attachment(spot))
        if spot.kind is SpotKind.PICTURE:
            return f"{words.picture_state(self._view.pictures.state(spot.target))}: {spot.target[:LONGEST_ADDRESS]}"
        box = self.box(spot)
        if spot.kind is SpotKind.CARD and box is not None and box.look is not None:
            return code_card.text_of(CardPart(spot.target), box.look, words)
        return (_words_of(box.document, spot) if box is not None else "") or spot.target

    def description(self, spot: Spot) -> str:
        """Return what a screen reader says on demand: where a link leads, which code a button is for."""
        box = self.box(spot)
        if spot.kind is SpotKind.CARD and box is not None and box.look is not None:
            return self._view.words.code_block(box.block.language, box.look.lines)
        return spot.target[:LONGEST_ADDRESS] if spot.kind is SpotKind.LINK else ""


def _words_of(document: QTextDocument | None, spot: Spot) -> str:
    """Return the text of a link. Qt counts in UTF-16, so it is Qt that cuts it out."""
    if document is None or spot.start + spot.length >= document.characterCount():
        return ""
    cursor = QTextCursor(document)
    cursor.setPosition(spot.start)
    cursor.setPosition(spot.start + spot.length, QTextCursor.MoveMode.KeepAnchor)
    return cursor.selectedText().replace("\u2028", " ").replace(OBJECT, "").strip()


def _in_text(key: BoxKey, document: QTextDocument) -> Iterator[Spot]:
    """Yield the links and the pictures of a text. A link is one spot however many styles are in it."""
    open_link: Spot | None = None
    block: QTextBlock = document.begin()
    while block.isValid():
        place = block.begin()
        while not place.atEnd():
            fragment = place.fragment()
            form = fragment.charFormat()
            url, href = picture_objects.url_of(form), form.anchorHref()
            if open_link is not None and (href != open_link.target or url):
                yield open_link
                open_link = None
            if url:
                yield Spot(SpotKind.PICTURE, key, url, fragment.position(), fragment.length())
            elif href:
                start = open_link.start if open_link is not None else fragment.position()
                open_link = Spot(SpotKind.LINK, key, href, start, fragment.position() + fragment.length() - start)
            place += 1
        if open_link is not None:
            yield open_link
            open_link = None
        block = block.next()


def _rect_in(document: QTextDocument, start: int, length: int) -> QRect:
    """Return the place of some text, as far as it stands on the line on which it begins."""
    block = document.findBlock(start)
    layout = block.layout()
    line = layout.lineForTextPosition(start - block.position())
    if not line.isValid():
        return QRect()
    end = min(start - block.position() + length, line.textStart() + line.textLength())
    edges = sorted(float(_x(line.cursorToX(place))) for place in (start - block.position(), end))
    origin = document.documentLayout().blockBoundingRect(block).topLeft()
    rect = QRect(round(origin.x() + edges[0]), round(origin.y() + line.y()), 0, round(line.height()))
    rect.setRight(round(origin.x() + edges[1]))
    return rect


def _x(answer: object) -> float:
    """Qt answers with the place and the cursor that it settled on, or, in some versions, with the place alone."""
    return float(answer[0] if isinstance(answer, (tuple, list)) else answer)  # type: ignore[arg-type]
