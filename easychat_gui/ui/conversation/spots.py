"""What in the conversation can be acted on: links, pictures, the places of code cards, the chips of reasoning.

The mouse finds them by itself (`hits`). The keyboard goes from one to the next with Tab, as far as they are in sight.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QTextBlock, QTextDocument

from easychat_gui.ui.conversation import code_card, painting, picture_objects
from easychat_gui.ui.conversation.box import Box
from easychat_gui.ui.conversation.code_card import CardPart
from easychat_gui.ui.conversation.flow import Flow
from easychat_gui.ui.conversation.message_row import FlowKind
from easychat_gui.ui.conversation.selection import BoxKey

if TYPE_CHECKING:
    from easychat_gui.ui.conversation.view import ConversationView


class SpotKind(Enum):
    CHIP = auto()
    CARD = auto()
    LINK = auto()
    PICTURE = auto()


class Spot(NamedTuple):
    """``target`` is an address or the value of a `CardPart`; ``start`` and ``length`` say where in a text it is."""

    kind: SpotKind
    key: BoxKey
    target: str = ""
    start: int = 0
    length: int = 0


class Spots(QObject):
    """Goes from spot to spot. ``focused`` is the one that Enter acts on, None while there is none."""

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
        number = 0 if step > 0 else len(found) - 1
        if self.focused in found:
            number = found.index(self.focused) + step
        if not 0 <= number < len(found):
            self.forget()
            return False
        self.focused = found[number]
        self._view.viewport().update()
        return True

    def act(self) -> bool:
        """Do what a click on the focused spot would do. Return False when there is none."""
        spot, view = self.focused, self._view
        if spot is None:
            return False
        if spot.kind is SpotKind.CHIP:
            view.pointer.toggle_reasoning(spot.key.row)
        elif spot.kind is SpotKind.CARD:
            self._use_card(spot)
        elif spot.kind is SpotKind.PICTURE:
            view.hold_box(spot.key)
            view.pictures.ask(spot.target)
        else:
            view.link_activated.emit(spot.target)
        view.viewport().update()
        return True

    def _use_card(self, spot: Spot) -> None:
        self._view.pointer.use_card(spot.key, CardPart(spot.target))
        if spot.target == CardPart.FOLD.value:  # the line moves to another part of the card
            row = [each for each in self.of_row(spot.key.row) if each[0].kind is SpotKind.CARD]
            near = [each for each, _ in row if each.target == spot.target and each.key.flow == spot.key.flow]
            self.focused = min(near, key=lambda each: abs(each.key.box - spot.key.box), default=None)

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

    def name(self, spot: Spot) -> str:
        """Return what a screen reader says."""
        view = self._view
        flow = view.rows.open(spot.key.row).flow(FlowKind(spot.key.flow))
        if spot.kind is SpotKind.CHIP:
            row = view.rows.row(spot.key.row)
            return view.words.reasoning(row.message, is_running=row.is_thinking)
        box = flow.boxes[spot.key.box] if flow is not None and spot.key.box < len(flow.boxes) else None
        if box is None:
            return spot.target
        if spot.kind is SpotKind.CARD and box.look is not None:
            return code_card.text_of(CardPart(spot.target), box.look, view.words)
        if spot.kind is SpotKind.PICTURE:
            return f"{view.words.load()}: {spot.target}"
        text = box.document.toPlainText() if box.document is not None else ""
        return text[spot.start : spot.start + spot.length] or spot.target


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
