"""The conversation, painted by one widget that lays out only what is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QMenu, QWidget

from easychat_gui.domain.ids import MessageId
from easychat_gui.domain.messages import Message
from easychat_gui.qtmodels.messages import MessageListModel
from easychat_gui.rendering import markdown
from easychat_gui.ui import theme
from easychat_gui.ui.clipboard import put_on_clipboard
from easychat_gui.ui.conversation import accessibility, copying, reading
from easychat_gui.ui.conversation.active_message import ActiveMessage
from easychat_gui.ui.conversation.announcing import Announcing
from easychat_gui.ui.conversation.binding import ModelBinding
from easychat_gui.ui.conversation.context_menu import ContextMenu
from easychat_gui.ui.conversation.finding import Finding
from easychat_gui.ui.conversation.flow import Flow
from easychat_gui.ui.conversation.formulas import Formulas
from easychat_gui.ui.conversation.keyboard import Keyboard
from easychat_gui.ui.conversation.loading import ParserLoading
from easychat_gui.ui.conversation.message_row import ROW_GAP, FlowKind, Frame
from easychat_gui.ui.conversation.overlays import Overlays
from easychat_gui.ui.conversation.picture_objects import PictureObjects
from easychat_gui.ui.conversation.pictures import Pictures
from easychat_gui.ui.conversation.pointer import Pointer
from easychat_gui.ui.conversation.reading_place import ReadingPlace
from easychat_gui.ui.conversation.row_list import Anchor, RowList
from easychat_gui.ui.conversation.screen import Screen
from easychat_gui.ui.conversation.selection import BEGINNING, BoxKey, Selection, end_of_rows
from easychat_gui.ui.conversation.selection_bar import SelectionBar
from easychat_gui.ui.conversation.spots import Spots
from easychat_gui.ui.conversation.style import Style
from easychat_gui.ui.conversation.thumbnails import Thumbnails
from easychat_gui.ui.conversation.words import Words
from easychat_gui.ui.theme import Size, Space

TOP_MARGIN = Space.XL - ROW_GAP
BOTTOM_MARGIN = Space.XL


class ConversationView(QAbstractScrollArea):
    """Shows a `MessageListModel`.

    A message is cut into blocks when it is first seen, a block gets its document when it is first seen, and the
    heights of all others are estimated. Whatever is corrected, what the reader sees stays where it is: the view is
    held at an anchor, or at the end while the reader is there. ``fill_message_menu`` puts what can be done with a
    message into a menu.
    """

    link_activated = Signal(str)
    copy_requested = Signal(object)
    attachment_activated = Signal(object)
    regenerate_requested = Signal(object)
    edit_requested = Signal(object)
    branch_requested = Signal(object)
    more_requested = Signal(object, QPoint)
    sibling_requested = Signal(object, int)
    at_end_changed = Signal(bool)
    selection_changed = Signal()
    message_focused = Signal(int)
    quote_requested = Signal(str)
    ask_requested = Signal(str)
    code_save_requested = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._generation = 0
        self.unread = range(0)
        self.words = Words(self)
        self.thumbnails = Thumbnails(self)
        self.fill_message_menu: Callable[[QMenu, MessageId], None] = _fill_nothing
        self._binding = ModelBinding(self)
        self.formulas = Formulas(self)
        self.pictures = Pictures(self)
        self._picture_objects = PictureObjects(self.pictures, self.words)
        self.rows = RowList(Frame(self._new_style(), Size.READING_COLUMN, 0), self._binding.message)
        self._binding.attach(self.rows)
        self.selection = Selection()
        self.overlays = Overlays(self.viewport(), self._binding.place)
        self.active = ActiveMessage(self)
        self.pointer = Pointer(self)
        self.place = ReadingPlace(self.verticalScrollBar(), self.rows, TOP_MARGIN, self)
        self.keyboard = Keyboard(self)
        self.menu = ContextMenu(self)
        self.selection_bar = SelectionBar(self)
        self.finding = Finding(self)
        self._announcing = Announcing(self)
        self._picture = Screen(self)
        self.spots = Spots(self)
        self._loading = ParserLoading(self)
        self._set_up()

    def _set_up(self) -> None:
        accessibility.install()
        self.setObjectName("conversationView")
        self.setAccessibleName(self.tr("Conversation"))
        self.setToolTip(self.tr("The messages of this chat"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.overlays.jump_button.clicked.connect(self.scroll_to_end)
        self.selection_changed.connect(self.viewport().update)
        self.place.following_changed.connect(self.at_end_changed)
        self._loading.finished.connect(self.viewport().update)
        self.thumbnails.changed.connect(self.viewport().update)
        self.formulas.arrived.connect(self.viewport().update)
        self.pictures.changed.connect(self.viewport().update)
        self._binding.was_reset.connect(self._on_was_reset)
        self._binding.rows_removed.connect(self._on_rows_removed)
        self._binding.row_taken_out.connect(self._on_row_taken_out)
        self._binding.text_coming.connect(self._on_text_coming)
        self._binding.text_added.connect(self._picture.bring_up_to_date)
        self._binding.text_added.connect(self.finding.searching.take_growth)
        self._binding.text_added.connect(self._announcing.take_growth)
        self._binding.row_changed.connect(self._announcing.take_change)
        self.message_focused.connect(lambda: accessibility.tell_focus(self))
        self.spots.moved.connect(lambda: accessibility.tell_focus(self))
        self._binding.row_changed.connect(self.finding.searching.take_change)
        self._binding.changed.connect(self._on_changed)
        theme.watcher().changed.connect(self.retheme)
        self.retheme()

    # -- what others ask

    @property
    def is_at_end(self) -> bool:
        """The reader is at the newest text, and the view follows it."""
        return self.place.is_following

    @property
    def model(self) -> MessageListModel | None:
        return self._binding.model

    def message_count(self) -> int:
        return len(self.rows)

    def message(self, index: int) -> Message:
        """Return a message as it is at present. Raises IndexError."""
        return self._binding.message(index)

    def plain_text(self, index: int) -> str:
        """Return what a person reads of a message, laid out or not. Raises IndexError."""
        return reading.message_text(self.message(index))

    def selected_text(self) -> str:
        return copying.selected_text(self.rows, self.selection)

    def select_all(self) -> None:
        if len(self.rows):
            self.selection.anchor, self.selection.head = BEGINNING, end_of_rows(len(self.rows))
            self.selection.is_placed = True
            self.selection_changed.emit()

    def copy(self) -> None:
        """Put what is selected on the clipboard; without a selection the clipboard stays as it is."""
        if not self.selection.is_empty:
            put_on_clipboard(copying.mime_data(self.rows, self.selection))

    def quote_selection(self) -> None:
        """Wish that what is selected be quoted in the reply."""
        if text := copying.selected_markdown(self.rows, self.selection):
            self.quote_requested.emit(text)

    def ask_about_selection(self) -> None:
        """Wish to ask a question about what is selected."""
        if text := copying.selected_markdown(self.rows, self.selection):
            self.ask_requested.emit(text)

    def scroll_to_end(self) -> None:
        """Go to the newest text and follow it from now on."""
        self.place.follow()
        self.viewport().update()

    def scroll_to_message(self, row: int) -> None:
        """Bring the beginning of a message to the top of the view."""
        if 0 <= row < len(self.rows):
            self.place.go_to(Anchor(row, 0, -1, 0))
            self._picture.bring_up_to_date()

    def hold_row(self, index: int) -> None:
        """A message has changed its height at the reader's wish: its top stays where it is."""
        top = self.rows.heights.before(index) - self.scroll_top
        self.place.go_to(Anchor(index, 0, -1, top))
        self.viewport().update()  # and is followed again if its end is still in sight

    def unfold(self, key: BoxKey) -> None:
        """Unfold whatever a block is folded away in."""
        row = self.rows.open(key.row)
        if key.flow == FlowKind.REASONING and not row.is_unfolded:
            row.fold_choice = True
        flow = row.flow(FlowKind(key.flow))
        look = flow.boxes[key.box].look if flow is not None and key.box < len(flow.boxes) else None
        if flow is not None and look is not None and look.is_folded:
            flow.fold(key.box, is_folded=False)
        self.rows.measure(key.row)

    def make_room(self, height: int) -> None:
        """Leave so much free above the messages, for a bar; what is read stays where it is on the screen."""
        before = self.viewportMargins().top()
        self.place.hold(self.viewport().height())
        self.place.move_anchor(before - height)
        self.setViewportMargins(0, height, 0, 0)
        self._fit_bar()

    def _fit_bar(self) -> None:
        if self.finding.is_open:
            self.finding.bar.setGeometry(0, 0, self.width(), self.viewportMargins().top())

    def hold_box(self, key: BoxKey, shift: int = 0) -> None:
        """A block has changed its looks at the reader's wish: its top stays, or moves down by so many pixels."""
        top = self.rows.top_of(key)
        self.rows.measure(key.row)
        if top is not None:
            self.place.go_to(Anchor(*key, top - self.scroll_top + shift))
        self.viewport().update()

    def set_trailing_widget(self, widget: QWidget | None) -> None:
        """Show a widget after the last message, in the reading column; None takes it away.

        The view becomes its parent while it is shown; a widget that is taken away is without a parent again.
        """
        if self.overlays.trailing is not widget:
            self.overlays.set_trailing(widget)
            self._update_notes()
            self.viewport().update()

    def set_unread(self, rows: range) -> None:
        """Dim these messages: they no longer fit, and the model does not read them."""
        if rows != self.unread:
            self.unread = rows
            self.viewport().update()

    def is_unread(self, index: int) -> bool:
        """Does the model not read this message any more?"""
        return index in self.unread

    def row_rect(self, index: int) -> QRect:
        """Return where a message is on the screen, in global coordinates."""
        if not 0 <= index < len(self.rows):
            return QRect()
        corner = QPoint(self.column[0], self.rows.heights.before(index) - self.scroll_top)
        return QRect(self.viewport().mapToGlobal(corner), QSize(self.column[1], self.rows.heights[index]))

    def boxes_in_sight(self) -> Iterator[tuple[BoxKey, Flow, int, int]]:
        """Yield the blocks between the edges of the view."""
        return self.rows.boxes_between(self.scroll_top, self.scroll_top + self.viewport().height())

    def boxes_near(self) -> Iterator[tuple[BoxKey, Flow, int, int]]:
        """Yield the blocks in sight, then those just above and below."""
        top, height = self.scroll_top, self.viewport().height()
        yield from self.rows.boxes_between(top, top + height)
        yield from self.rows.boxes_between(top + height, top + height + height // 2)
        yield from self.rows.boxes_between(top - height // 2, top)

    def retheme(self) -> None:
        """Take over the colours, fonts and zoom that are in force."""
        palette = theme.palette(theme.current())
        self.setPalette(palette)
        self.viewport().setPalette(palette)
        self.viewport().setBackgroundRole(palette.ColorRole.Window)
        self.overlays.retheme()
        self.selection_bar.retheme()
        self._new_frame(self._new_style())

    def _new_style(self) -> Style:
        return Style(self.formulas, self._picture_objects)

    # -- the model

    def set_model(self, model: MessageListModel | None) -> None:
        """Show these messages from now on, at their end."""
        self._binding.set_model(model)

    def flush(self) -> None:
        """Show at once what has arrived, instead of with the next frame."""
        self._binding.intake.flush()

    def _on_was_reset(self) -> None:
        self.spots.forget()
        self.selection.clear()
        self.pointer.forget()
        self.keyboard.forget()
        self.active.forget()
        self.place.follow()
        self.finding.take_reset()

    def _on_changed(self) -> None:
        self.finding.take_rows()
        self._update_notes()
        self.viewport().update()

    def _on_text_coming(self) -> None:
        if self.is_ready and not self.place.is_following:
            self.place.hold(self.viewport().height())
            self.place.keep_unfolded()

    def _on_rows_removed(self, count: int) -> None:
        self.spots.forget()
        self.selection.clamp(count)
        self.pointer.forget()
        self.keyboard.forget(count)
        self.active.forget()

    def _on_row_taken_out(self, number: int) -> None:
        """The reader's line stays where it is; of the row itself, the one that follows takes the place."""
        self.spots.forget()
        self.selection.take_out(number)
        self.pointer.forget()
        self.keyboard.forget(number)
        self.active.forget()
        self.place.take_out(number)
        self.finding.take_reset()

    def _update_notes(self) -> None:
        """The card of an error says what the note under the message would, and takes the place of the actions."""
        last = len(self.rows) - 1
        for number in range(max(0, last - 1), last + 1):
            row = self.rows.row(number)
            is_replaced = number == last and self.overlays.trailing is not None
            if row.has_note is is_replaced:
                row.has_note = row.has_actions = not is_replaced
                self.rows.measure(number)

    # -- layout

    @property
    def column(self) -> tuple[int, int]:
        """The left edge and the width of the reading column."""
        width = max(120, min(Size.READING_COLUMN, self.viewport().width() - 2 * Space.XL))
        # In the middle of the whole view: the text must not move when the scroll bar comes.
        return max(0, (self.width() - width) // 2 - self.viewport().x()), width

    @property
    def scroll_top(self) -> int:
        """The height, from the first row, that is at the top edge of the view."""
        return self.place.scroll_top

    @property
    def is_ready(self) -> bool:
        """There are messages, and what it takes to read them."""
        return markdown.is_loaded() and len(self.rows) > 0

    def _new_frame(self, style: Style) -> None:
        self.place.hold(self.viewport().height())
        self._generation += 1
        self.rows.set_frame(Frame(style, self.column[1], self._generation))
        self.viewport().update()

    def place_rows(self) -> None:
        """Set the scroll bar to the present heights and to what the reader sees."""
        trailing = self.overlays.trailing_height(self.column[1])
        content = TOP_MARGIN + self.rows.heights.total + trailing + BOTTOM_MARGIN
        self.place.place(content, self.viewport().height(), self.rows.frame.style.message_line)

    def place_overlays(self) -> None:
        """Put the floating buttons where the rows are now."""
        self.overlays.place(self.rows, self.active.row, self.column, self.scroll_top)
        self.overlays.jump_button.setVisible(not self.place.is_following)
        self.selection_bar.place()

    # -- scrolling

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        del dx
        if self.place.is_adjusting:
            return  # by ourselves
        self.place.take_scrolling()
        if abs(dy) < self.viewport().height():
            self._picture.bring_up_to_date()
        else:
            self.viewport().update()  # once a frame, however far the bar is dragged meanwhile

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event)
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.column[1] != self.rows.frame.width:
            self._new_frame(self.rows.frame.style)
        self._fit_bar()
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.viewport().update()  # the widget after the last message wants another height
        pointer: Pointer | None = getattr(self, "pointer", None)  # Qt sends the first events while we are being made
        return (pointer is not None and pointer.take_event(event)) or super().viewportEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001
        """Tab goes through what can be acted on in sight, and then on to the next widget."""
        # Qt asks us for the buttons that float here, too.
        return (self.hasFocus() and self.spots.move(1 if next else -1)) or super().focusNextPrevChild(next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.selection_bar.hide()
        is_act = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if (is_act and self.spots.act()) or self.keyboard.take(event):
            event.accept()
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        is_key = event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and isinstance(event, QKeyEvent) and self.keyboard.overrides(event):
            event.accept()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if not markdown.is_loaded() and len(self.rows):
            self._loading.start()  # nothing to read for a moment, but the window is there
            return
        if len(self.rows):
            self._picture.paint(event)
        else:
            self.place_overlays()

    def count_cost(self, milliseconds: float) -> None:
        """A frame took so long: text that arrives is shown the less often the longer it takes."""
        self._binding.intake.add_cost(milliseconds)


def _fill_nothing(menu: QMenu, message_id: MessageId) -> None:
    """Nobody has said yet what can be done with a message."""
