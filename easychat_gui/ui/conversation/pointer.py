"""The mouse in the conversation: marking text, links, chips, the header of code cards."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QHelpEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip

from easychat_gui.rendering import highlight
from easychat_gui.ui.conversation import caret
from easychat_gui.ui.conversation.code_card import CardPart
from easychat_gui.ui.conversation.flow import Flow
from easychat_gui.ui.conversation.hits import Hit, hit
from easychat_gui.ui.conversation.message_row import FlowKind
from easychat_gui.ui.conversation.pictures import PictureState
from easychat_gui.ui.conversation.selection import BEGINNING, BoxKey, Position

if TYPE_CHECKING:
    from easychat_gui.ui.conversation.view import ConversationView

ACKNOWLEDGED_MS = 1500
AUTO_SCROLL_MS = 30


class Grain(Enum):
    """What is marked at least: a drag after a double click takes whole words, after a triple click whole blocks."""

    CHARACTER = auto()
    WORD = auto()
    BLOCK = auto()


class Pointer(QObject):
    """Follows the pointer over the viewport of a view."""

    def __init__(self, view: ConversationView) -> None:
        super().__init__(view)
        self._view = view
        self.hovered_card: tuple[BoxKey, CardPart] | None = None
        self.copied_card: BoxKey | None = None
        self.hovered_chip = -1
        self.hovered_attachment = ""
        self._pressed: Hit | None = None
        self._is_marking = False
        self._grain = Grain.CHARACTER
        self._first = (BEGINNING, BEGINNING)
        self._last_place = QPoint()
        self._third_click = QTimer(self, singleShot=True, interval=QApplication.doubleClickInterval())
        self._acknowledged = QTimer(self, singleShot=True, interval=ACKNOWLEDGED_MS)
        self._acknowledged.timeout.connect(self._on_acknowledged)
        self._auto_scroll = QTimer(self, interval=AUTO_SCROLL_MS)
        self._auto_scroll.timeout.connect(self._on_auto_scroll)

    def forget(self) -> None:
        """The messages have changed: what was under the pointer is not there any more."""
        self.hovered_card = self.copied_card = self._pressed = None
        self.hovered_chip = -1
        self._end_marking()

    def hit(self, place: QPoint) -> Hit:
        """Return what is at a place of the viewport."""
        view = self._view
        point = place - QPoint(view.column[0], -view.scroll_top)
        return hit(view.rows, view.words, view.rows.frame, point)

    def take_event(self, event: QEvent) -> bool:
        """Use an event of the viewport. Return False for one that is not ours."""
        kind = event.type()
        if isinstance(event, QMouseEvent):
            return self._take_mouse(event)
        if isinstance(event, QWheelEvent):
            return self._scroll_code(event)
        if kind is QEvent.Type.Leave:
            self._leave()
        elif isinstance(event, QHelpEvent) and kind is QEvent.Type.ToolTip:
            found = self.hit(event.pos())
            words = found.attachment.name if found.attachment is not None else found.link or found.picture[:200]
            QToolTip.showText(event.globalPos(), words, self._view.viewport())
            return True
        elif isinstance(event, QContextMenuEvent):
            if event.reason() is QContextMenuEvent.Reason.Keyboard:
                self._view.menu.show_for_keyboard()
            else:
                self._view.menu.show_at(event.pos(), event.globalPos())
            return True
        return False

    def _scroll_code(self, event: QWheelEvent) -> bool:
        """Move lines of code that are not wrapped, by a wheel that turns sideways or together with Shift."""
        sideways = event.pixelDelta().x() or event.angleDelta().x() // 2
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not sideways:
            sideways = event.angleDelta().y() // 2
        key = self.hit(event.position().toPoint()).key if sideways else None
        flow = self._view.rows.row(key.row).flow(FlowKind(key.flow)) if key is not None else None
        box = flow.boxes[key.box] if flow is not None and key is not None else None
        if flow is None or box is None or box.look is None or not box.look.scroll(-sideways, flow.room(box)):
            return False
        self._view.viewport().update()
        event.accept()
        return True

    # -- mouse

    def _take_mouse(self, event: QMouseEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.MouseMove:
            self._move(event)
        elif event.button() is not Qt.MouseButton.LeftButton:
            return False
        elif kind is QEvent.Type.MouseButtonPress:
            self._press(event)
        elif kind is QEvent.Type.MouseButtonRelease:
            self._release(event)
        elif kind is QEvent.Type.MouseButtonDblClick:
            self._third_click.start()
            self._begin_marking(event.position().toPoint(), Grain.WORD)
        event.accept()
        return True

    def _press(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        is_third = self._third_click.isActive() and (place - self._last_place).manhattanLength() < 8
        self._third_click.stop()
        if is_third:
            self._begin_marking(place, Grain.BLOCK)
            return
        found = self.hit(place)
        self._pressed = found
        selection = self._view.selection
        self._view.keyboard.hide_caret()
        if found.position is None:
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and selection.is_placed:
            self._first = (selection.anchor, selection.anchor)
            selection.head = found.position
            self._grain = Grain.CHARACTER
            self._take_grip(place)
        else:
            self._begin_marking(place, Grain.CHARACTER)

    def _begin_marking(self, place: QPoint, grain: Grain) -> None:
        found = self.hit(place)
        if found.position is None:
            return
        self._grain = grain
        self._first = self._grain_at(found)
        self._view.selection.mark(self._first, self._first)
        self._take_grip(place)

    def _take_grip(self, place: QPoint) -> None:
        self._is_marking = True
        self._last_place = place
        self._view.place.grip()
        self._view.selection_changed.emit()

    def _end_marking(self) -> None:
        self._auto_scroll.stop()
        if self._is_marking:
            self._is_marking = False
            self._view.place.let_go()

    def _grain_at(self, found: Hit) -> tuple[Position, Position]:
        """Return the beginning and the end of what a click at a place marks."""
        position = found.position or BEGINNING
        flow = self._view.rows.open(position.row).flow(FlowKind(position.flow))
        if self._grain is Grain.CHARACTER or flow is None or position.box >= len(flow.boxes):
            return position, position
        box = flow.boxes[position.box]
        start, end = caret.word_at(box, position.offset)
        if self._grain is Grain.BLOCK:
            start, end = 0, box.document.characterCount() - 1 if box.document is not None else 0
        return position._replace(offset=start), position._replace(offset=end)

    def _move(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        self._last_place = place
        found = self.hit(place)
        if self._is_marking:
            self._mark(found)
            height = self._view.viewport().height()
            if place.y() < 0 or place.y() > height:
                self._auto_scroll.start()
            else:
                self._auto_scroll.stop()
            return
        self._hover(found)

    def _mark(self, found: Hit) -> None:
        if found.position is None:
            return
        selection = self._view.selection
        before = selection.anchor, selection.head
        selection.mark(self._first, self._grain_at(found))
        if before != (selection.anchor, selection.head):
            self._view.selection_changed.emit()

    def _hover(self, found: Hit) -> None:
        card = (found.key, found.card) if found.key is not None and found.card is not None else None
        chip = found.row if found.is_on_chip else -1
        attachment = found.attachment.id if found.attachment is not None else ""
        hovered = (card, chip, attachment)
        if hovered != (self.hovered_card, self.hovered_chip, self.hovered_attachment):
            self.hovered_card, self.hovered_chip, self.hovered_attachment = hovered
            self._view.viewport().update()
        if found.link or card or found.is_on_chip or attachment or self._is_unasked(found.picture):
            shape = Qt.CursorShape.PointingHandCursor
        elif found.is_on_text:
            shape = Qt.CursorShape.IBeamCursor
        else:
            shape = Qt.CursorShape.ArrowCursor
        self._view.viewport().setCursor(shape)
        self._view.active.hover(found.row)

    def _leave(self) -> None:
        self.hovered_card = None
        self.hovered_chip = -1
        self.hovered_attachment = ""
        if not self._view.overlays.action_bar.underMouse():
            self._view.active.hover(-1)
        self._view.viewport().update()

    def _release(self, event: QMouseEvent) -> None:
        was_marking = self._is_marking
        self._end_marking()
        pressed, self._pressed = self._pressed, None
        if was_marking and not self._view.selection.is_empty:
            self._view.selection_bar.show_for_selection()
        found = self.hit(event.position().toPoint())
        if pressed is None or not self._view.selection.is_empty:
            return
        if self._is_unasked(found.picture) and found.picture == pressed.picture and found.key is not None:
            self._view.hold_box(found.key)
            self._view.pictures.ask(found.picture)
        elif found.link and found.link == pressed.link:
            self._view.link_activated.emit(found.link)
        elif found.attachment is not None and found.attachment is pressed.attachment:
            self._view.attachment_activated.emit(found.attachment)
        elif found.is_on_chip and pressed.is_on_chip and found.row == pressed.row:
            self.toggle_reasoning(found.row)
        elif found.card is not None and (found.key, found.card) == (pressed.key, pressed.card) and found.key:
            self.use_card(found.key, found.card)

    def _is_unasked(self, url: str) -> bool:
        return bool(url) and self._view.pictures.state(url) in (PictureState.UNASKED, PictureState.FAILED)

    def _on_auto_scroll(self) -> None:
        """The pointer is held above or below the view: the farther away, the faster."""
        height = self._view.viewport().height()
        y = self._last_place.y()
        step = y if y < 0 else max(0, y - height)
        if not step:
            self._auto_scroll.stop()
            return
        bar = self._view.verticalScrollBar()
        bar.setValue(bar.value() + step // 2)
        self._mark(self.hit(QPoint(self._last_place.x(), min(max(y, 0), height - 1))))

    # -- what is clicked

    def toggle_reasoning(self, number: int) -> None:
        """Fold or unfold the reasoning of a message."""
        row = self._view.rows.row(number)
        row.fold_choice = not row.is_unfolded
        self._view.rows.measure(number)
        self._view.hold_row(number)

    def use_card(self, key: BoxKey, part: CardPart) -> None:
        """Copy or save the code of a card."""
        flow = self._view.rows.open(key.row).flow(FlowKind(key.flow))
        if flow is None:
            return
        look = flow.boxes[key.box].look
        if part is CardPart.SAVE:
            name = self.tr("code") + highlight.extension_of(flow.boxes[key.box].block.language)
            self._view.code_save_requested.emit(flow.code(key.box), name)
            return
        if part is CardPart.WRAP and look is not None:
            flow.wrap(key.box, is_wrapped=not look.is_wrapped)
            self._view.hold_box(key)
            return
        if part is CardPart.FOLD and look is not None:
            self._fold(key, flow, is_folded=not look.is_folded)
            return
        QGuiApplication.clipboard().setText(flow.code(key.box))
        self.copied_card = key
        self._acknowledged.start()
        self._view.viewport().update()

    def _fold(self, key: BoxKey, flow: Flow, *, is_folded: bool) -> None:
        """Fold long code so that the line which was clicked stays under the pointer, or unfold what is below it."""
        head = BoxKey(key.row, key.flow, flow.code_head(key.box))
        if not is_folded:
            flow.fold(key.box, is_folded=False)
            self._view.hold_box(head)
            return
        bottom = flow.heights.before(key.box + 1)
        flow.fold(key.box, is_folded=True)
        self._view.hold_box(head, bottom - flow.heights.before(head.box + 1))

    def _on_acknowledged(self) -> None:
        self.copied_card = None
        self._view.viewport().update()
