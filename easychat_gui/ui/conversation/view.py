"""The conversation, painted by one widget that lays out only what is seen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QMenu, QWidget

from easychat_gui.domain.ids import MessageId
from easychat_gui.domain.messages import Message, Role
from easychat_gui.qtmodels.messages import MessageListModel
from easychat_gui.rendering import markdown
from easychat_gui.ui import theme
from easychat_gui.ui.conversation import accessibility, copying, painting, reading
from easychat_gui.ui.conversation.binding import ModelBinding
from easychat_gui.ui.conversation.colouring import Colouring
from easychat_gui.ui.conversation.flow import Flow
from easychat_gui.ui.conversation.formulas import Formulas
from easychat_gui.ui.conversation.loading import ParserLoading
from easychat_gui.ui.conversation.message_row import ROW_GAP, Frame
from easychat_gui.ui.conversation.overlays import Overlays
from easychat_gui.ui.conversation.painting import Scene
from easychat_gui.ui.conversation.pointer import Pointer
from easychat_gui.ui.conversation.row_list import Anchor, RowList
from easychat_gui.ui.conversation.selection import BEGINNING, BoxKey, Selection, end_of_rows
from easychat_gui.ui.conversation.style import Style
from easychat_gui.ui.conversation.thumbnails import Thumbnails
from easychat_gui.ui.conversation.words import Words
from easychat_gui.ui.theme import Size, Space

TOP_MARGIN = Space.XL - ROW_GAP
BOTTOM_MARGIN = Space.XL
WAITING_STEP_MS = 450
_MOST_ROUNDS = 12
"""Correcting heights brings other blocks into sight; after so many rounds the rest waits for the next frame."""


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

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._generation = 0
        self._anchor: Anchor | None = None
        self._is_following = True
        self._is_adjusting = False
        self._waiting_step = 0
        self._hovered_row = -1
        self._unread = range(0)
        self.words = Words(self)
        self.thumbnails = Thumbnails(self)
        self.fill_message_menu: Callable[[QMenu, MessageId], None] = _fill_nothing
        self._binding = ModelBinding(self)
        self.formulas = Formulas(self)
        self.rows = RowList(Frame(Style(self.formulas), Size.READING_COLUMN, 0), self._binding.message)
        self._binding.attach(self.rows)
        self.selection = Selection()
        self.overlays = Overlays(self.viewport(), self._binding.place)
        self.pointer = Pointer(self)
        self._colouring = Colouring(self.boxes_in_sight, self)
        self._loading = ParserLoading(self)
        self._waiting_timer = QTimer(self)
        self._set_up()

    def _set_up(self) -> None:
        accessibility.install()
        self.setObjectName("conversationView")
        self.setAccessibleName(self.tr("Conversation"))
        self.setToolTip(self.tr("The messages of this conversation"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        bar = self.overlays.action_bar
        bar.copy_clicked.connect(lambda: self._wish(self.copy_requested))
        bar.edit_clicked.connect(lambda: self._wish(self.edit_requested))
        bar.regenerate_clicked.connect(lambda: self._wish(self.regenerate_requested))
        bar.branch_clicked.connect(lambda: self._wish(self.branch_requested))
        bar.more_clicked.connect(self._on_more_clicked)
        bar.sibling_clicked.connect(self._on_sibling_clicked)
        self.overlays.jump_button.clicked.connect(self.scroll_to_end)
        self._waiting_timer.setSingleShot(True)
        self._waiting_timer.setInterval(WAITING_STEP_MS)
        self._waiting_timer.timeout.connect(self._on_waiting_step)
        self._colouring.changed.connect(self.viewport().update)
        self._loading.finished.connect(self.viewport().update)
        self.thumbnails.changed.connect(self.viewport().update)
        self.formulas.arrived.connect(self.viewport().update)
        self._binding.was_reset.connect(self._on_was_reset)
        self._binding.rows_removed.connect(self._on_rows_removed)
        self._binding.row_taken_out.connect(self._on_row_taken_out)
        self._binding.changed.connect(self._on_changed)
        theme.watcher().changed.connect(self.retheme)
        self.retheme()

    # -- what others ask

    @property
    def is_at_end(self) -> bool:
        """The reader is at the newest text, and the view follows it."""
        return self._is_following

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
            self.viewport().update()

    def scroll_to_end(self) -> None:
        """Go to the newest text and follow it from now on."""
        self._set_following(is_following=True)
        self.viewport().update()

    def scroll_to_message(self, row: int) -> None:
        """Bring the beginning of a message to the top of the view."""
        if 0 <= row < len(self.rows):
            self._set_following(is_following=False)
            self._anchor = Anchor(row, 0, -1, 0)
            self._settle()
            self.viewport().update()

    def hold_row(self, index: int) -> None:
        """A message has changed its height at the reader's wish: its top stays where it is."""
        top = self.rows.heights.before(index) - self.scroll_top
        self._set_following(is_following=False)
        self._anchor = Anchor(index, 0, -1, top)
        self.viewport().update()  # and is followed again if its end is still in sight

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
        if rows != self._unread:
            self._unread = rows
            self.viewport().update()

    def is_unread(self, index: int) -> bool:
        """Does the model not read this message any more?"""
        return index in self._unread

    def row_rect(self, index: int) -> QRect:
        """Return where a message is on the screen, in global coordinates."""
        if not 0 <= index < len(self.rows):
            return QRect()
        corner = QPoint(self.column[0], self.rows.heights.before(index) - self.scroll_top)
        return QRect(self.viewport().mapToGlobal(corner), QSize(self.column[1], self.rows.heights[index]))

    def boxes_in_sight(self) -> Iterator[tuple[BoxKey, Flow, int, int]]:
        """Yield the blocks between the edges of the view."""
        return self.rows.boxes_between(self.scroll_top, self.scroll_top + self.viewport().height())

    def retheme(self) -> None:
        """Take over the colours, fonts and zoom that are in force."""
        palette = theme.palette(theme.current())
        self.setPalette(palette)
        self.viewport().setPalette(palette)
        self.viewport().setBackgroundRole(palette.ColorRole.Window)
        self.overlays.retheme()
        self._new_frame(Style(self.formulas))

    # -- the model

    def set_model(self, model: MessageListModel | None) -> None:
        """Show these messages from now on, at their end."""
        self._binding.set_model(model)

    def flush(self) -> None:
        """Show at once what has arrived, instead of with the next frame."""
        self._binding.intake.flush()

    def _on_was_reset(self) -> None:
        self.selection.clear()
        self.pointer.forget()
        self._hovered_row = -1
        self._anchor = None
        self._set_following(is_following=True)

    def _on_changed(self) -> None:
        self._update_notes()
        self.viewport().update()

    def _on_rows_removed(self, count: int) -> None:
        self.selection.clamp(count)
        self.pointer.forget()
        self._hovered_row = -1

    def _on_row_taken_out(self, number: int) -> None:
        """The reader's line stays where it is; of the row itself, the one that follows takes the place."""
        self.selection.clear()
        self.pointer.forget()
        self._hovered_row = -1
        if self._anchor is not None and self._anchor.row == number:
            self._anchor = Anchor(number, 0, -1, 0)
        elif self._anchor is not None and self._anchor.row > number:
            self._anchor = self._anchor._replace(row=self._anchor.row - 1)

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
        return self.verticalScrollBar().value() - TOP_MARGIN

    def _hold(self) -> None:
        """Note what the reader sees, unless that is noted already or the view follows the end."""
        if self._anchor is None and not self._is_following:
            self._anchor = self.rows.anchor_at(self.scroll_top, self.scroll_top + self.viewport().height())

    def _new_frame(self, style: Style) -> None:
        self._hold()
        self._generation += 1
        self.rows.set_frame(Frame(style, self.column[1], self._generation))
        self.viewport().update()

    def _settle(self) -> None:
        """Lay out what is in sight, and hold still what the reader looks at while heights are corrected."""
        self._hold()
        height = self.viewport().height()
        for _round in range(_MOST_ROUNDS):
            self._place_view()
            if not self.rows.lay_out(self.scroll_top, self.scroll_top + height):
                break
        self._place_view()
        if not self._is_following and self._is_bar_at_end():
            self._anchor = None
            self._set_following(is_following=True)
        self.overlays.place(self.rows, self.active_row, self.column, self.scroll_top)
        self.overlays.jump_button.setVisible(not self._is_following)

    def _place_view(self) -> None:
        """Set the scroll bar to the present heights and to the anchor."""
        bar, height = self.verticalScrollBar(), self.viewport().height()
        content = TOP_MARGIN + self.rows.heights.total + self.overlays.trailing_height(self.column[1]) + BOTTOM_MARGIN
        self._is_adjusting = True
        bar.setRange(0, max(0, content - height))
        bar.setPageStep(height)
        bar.setSingleStep(3 * self.rows.frame.style.message_line // 2)
        if self._is_following:
            bar.setValue(bar.maximum())
        elif self._anchor is not None and len(self.rows):
            bar.setValue(self.rows.top_for(self._anchor) + TOP_MARGIN)
        self._is_adjusting = False

    @property
    def active_row(self) -> int:
        """The message whose actions are shown: the one under the pointer, else the last answer; -1 if there is none."""
        if 0 <= self._hovered_row < len(self.rows):
            return self._hovered_row
        for number in range(len(self.rows) - 1, max(-1, len(self.rows) - 3), -1):
            if self.rows.row(number).message.role is not Role.USER:
                return number
        return -1

    def set_hovered_row(self, number: int) -> None:
        if number != self._hovered_row:
            self._hovered_row = number
            self.viewport().update()

    # -- scrolling

    def _is_bar_at_end(self) -> bool:
        return self.verticalScrollBar().value() >= self.verticalScrollBar().maximum() - 2

    def _set_following(self, *, is_following: bool) -> None:
        if is_following is not self._is_following:
            self._is_following = is_following
            self.at_end_changed.emit(is_following)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        del dx, dy
        if self._is_adjusting:
            return  # by ourselves, while painting
        self._anchor = None
        self._set_following(is_following=self._is_bar_at_end())
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event)
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.column[1] != self.rows.frame.width:
            self._new_frame(self.rows.frame.style)
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.viewport().update()  # the widget after the last message wants another height
        pointer: Pointer | None = getattr(self, "pointer", None)  # Qt sends the first events while we are being made
        return (pointer is not None and pointer.take_event(event)) or super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.pointer.take_key(event):
            event.accept()
            return
        super().keyPressEvent(event)

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if not markdown.is_loaded() and len(self.rows):
            self._loading.start()  # nothing to read for a moment, but the window is there
            return
        started = time.perf_counter()
        before = self.scroll_top, self.rows.heights.total
        self._settle()
        if before != (self.scroll_top, self.rows.heights.total) and event.rect() != self.viewport().rect():
            self.viewport().update()  # what was to be painted has moved
        painter = QPainter(self.viewport())
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self._paint_rows(painter, self._scene(event.rect()))
        painter.end()
        self._binding.intake.add_cost((time.perf_counter() - started) * 1000)
        self._colouring.look()

    def _paint_rows(self, painter: QPainter, scene: Scene) -> None:
        if not len(self.rows):
            return
        left, top = self.column[0], self.scroll_top
        number = self.rows.heights.find(max(0, top))
        y = self.rows.heights.before(number) - top
        while number < len(self.rows) and y < self.viewport().height():
            row = self.rows.row(number)
            is_unread = number in self._unread
            painter.setOpacity(painting.UNREAD_OPACITY if is_unread else 1.0)
            painting.paint_row(painter, number, row, scene, left, y)
            painter.setOpacity(1.0)
            if number == self._unread.stop and self._unread:
                painting.paint_boundary(painter, scene, left, y)
            if row.is_waiting and not self._waiting_timer.isActive() and _is_motion_wanted():
                self._waiting_timer.start()
            y += self.rows.heights[number]
            number += 1

    def _scene(self, clip: QRect) -> Scene:
        return Scene(
            frame=self.rows.frame,
            words=self.words,
            clip=clip,
            selection=self.selection,
            hovered_card=self.pointer.hovered_card,
            copied_card=self.pointer.copied_card,
            hovered_chip=self.pointer.hovered_chip,
            waiting_step=self._waiting_step,
            active_row=self.active_row,
            thumbnails=self.thumbnails,
            hovered_attachment=self.pointer.hovered_attachment,
            actions_width=self.overlays.action_bar.width(),
        )

    def _on_waiting_step(self) -> None:
        if self.isVisible():
            self._waiting_step += 1
            self.viewport().update()

    # -- wishes

    def _wish(self, signal: SignalInstance) -> None:
        if self.active_row >= 0:
            signal.emit(self.rows.row(self.active_row).message.id)

    def _on_sibling_clicked(self, step: int) -> None:
        if self.active_row >= 0:
            self.sibling_requested.emit(self.rows.row(self.active_row).message.id, step)

    def _on_more_clicked(self, place: QPoint) -> None:
        if self.active_row >= 0:
            self.more_requested.emit(self.rows.row(self.active_row).message.id, place)


def _fill_nothing(menu: QMenu, message_id: MessageId) -> None:
    """Nobody has said yet what can be done with a message."""


def _is_motion_wanted() -> bool:
    """Tell whether the desktop asks for no less motion than usual."""
    hints = QGuiApplication.styleHints().accessibility()
    preference = getattr(hints, "motionPreference", None)  # newer than the oldest Qt that we run on
    return preference is None or "Reduce" not in str(preference())
