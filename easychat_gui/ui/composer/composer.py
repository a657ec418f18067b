"""Where the person writes. It knows nobody: it tells what was wished for, and shows what it is told."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from easychat_gui.domain.conversations import Draft, Edit
from easychat_gui.domain.ids import AttachmentId, MessageId, QueuedId
from easychat_gui.ui import theme
from easychat_gui.ui.composer.prompt_edit import PromptEdit
from easychat_gui.ui.composer.status_line import StatusLine
from easychat_gui.ui.theme import Radius, Size, Space
from easychat_gui.ui.widgets.buttons import IconButton, RoundButton


class Composer(QWidget):
    """The box with its buttons, and a line below it for hints and the state of the answer.

    ``submitted(Draft)``, ``stop_requested``, ``hurry_requested`` (a wait shall end),
    ``attach_requested``, ``edited(str)`` (the text, for the draft), ``edit_changed(Edit | None)`` (the new version of
    a message that is being written, None at its end), ``queued_edit_ended(QueuedId)``.

    Others put their widgets into its slots: ``above`` (over the frame), ``chips`` (in the frame above the text),
    ``tools`` (in the bottom row beside the attach button) and ``gauge`` (there, left of the send button). What is
    pasted or dropped is told by the signals of `edit`. ``may_send`` is asked before a draft goes out; who says no
    may call `send_anyway` later.
    """

    submitted = Signal(object)
    stop_requested = Signal()
    hurry_requested = Signal()
    attach_requested = Signal()
    edited = Signal(str)
    edit_changed = Signal(object)
    queued_edit_ended = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_running = False
        self._edits: MessageId | QueuedId | None = None
        self._edits_queued = False
        self._text_before_edit = ""
        self._attachments: tuple[AttachmentId, ...] = ()
        self._attachments_before_edit: tuple[AttachmentId, ...] = ()
        self._obstacle = ""
        self.may_send: Callable[[Draft], bool] = lambda _draft: True
        self.edit = PromptEdit()
        self.edit.setObjectName("composer")
        self.edit.setAccessibleName(self.tr("Message"))
        self.edit.setToolTip(self.tr("Write your message here"))
        self.edit.send_requested.connect(self._send)
        self.edit.textChanged.connect(self._on_text_changed)
        self._attach = IconButton("attach", self.tr("Attach files…"))
        self._attach.setObjectName("attachButton")
        self._attach.clicked.connect(self.attach_requested)
        self._send_button = RoundButton("send", self.tr("Send"))
        self._send_button.setObjectName("sendButton")
        self._send_button.clicked.connect(lambda: self._send())
        self._stop_button = RoundButton("stop", self.tr("Stop"))
        self._stop_button.setObjectName("stopButton")
        self._stop_button.clicked.connect(self.stop_requested)
        self._status = StatusLine()
        self._status.hurry_requested.connect(self.hurry_requested)
        self._is_outcome = False
        self.above = QVBoxLayout()
        self.chips = QVBoxLayout()
        self.tools = QHBoxLayout()
        self.gauge = QHBoxLayout()
        self._lay_out()
        self._update_buttons()
        self.show_hint()

    # What it is told

    def set_model_name(self, name: str) -> None:
        words = self.tr("Message {model}…").format(model=name) if name else self.tr("Choose a model first")
        self.edit.setPlaceholderText(words)

    def set_send_key(self, send_key: str) -> None:
        """``send_key`` is "enter" or "ctrl+enter"."""
        self.edit.sends_with_control = send_key == "ctrl+enter"
        self.show_hint()

    def set_running(self, *, is_running: bool) -> None:
        if is_running != self._is_running:
            self._is_running = is_running
            self._update_buttons()
            self.show_hint()

    def set_attachments(self, attachments: tuple[AttachmentId, ...]) -> None:
        """Say what goes with the message; with something to go, it needs no text. Sending takes them away."""
        self._attachments = attachments
        self._update_buttons()

    def set_obstacle(self, sentence: str) -> None:
        """Say why the message cannot be sent yet (a file is still being read); empty: it can."""
        was_told = bool(self._obstacle) and self._status.words == self._obstacle
        self._obstacle = sentence
        self._update_buttons()
        if was_told and sentence:
            self.show_status(sentence)
        elif was_told:
            self.show_hint()

    def set_text(self, text: str) -> None:
        """Show a draft, without telling it as a change."""
        was_blocked = self.blockSignals(True)
        self.edit.show_text(text)
        self.blockSignals(was_blocked)
        self._update_buttons()

    def show_draft(self, text: str, edit: Edit | None) -> None:
        """Show what another conversation has unsent: its draft, or the edit that was begun above it."""
        if self._edits_queued:  # what was changed of a waiting message is kept: nobody would look for it
            self.submitted.emit(self._draft())
            self.queued_edit_ended.emit(self._edits)
        self._leave_edit()
        self.set_text(text)
        if edit is not None:
            self._enter_edit(edit.message_id, edit.text)
        self.show_hint()

    @property
    def is_editing(self) -> bool:
        """Is something written anew: a question of before, or one that waits to be sent?"""
        return self._edits is not None

    @property
    def edited_message(self) -> MessageId | None:
        """The question of before that is written anew."""
        return None if self._edits is None or self._edits_queued else MessageId(self._edits)

    def begin_edit(self, message_id: MessageId, text: str) -> None:
        """Let a question of before be written anew; what stood in the box comes back afterwards."""
        self.end_edit()
        self._enter_edit(message_id, text)
        self.edit_changed.emit(Edit(message_id, text))
        self.edit.setFocus()

    def begin_queued_edit(self, queued_id: QueuedId, text: str, attachments: tuple[AttachmentId, ...] = ()) -> None:
        """As `begin_edit`, for a message that waits to be sent. What the draft has attached comes back afterwards."""
        self.end_edit()
        self._attachments_before_edit, self._attachments = self._attachments, attachments
        self._enter_edit(queued_id, text, is_queued=True)
        self.edit.setFocus()

    def end_edit(self) -> None:
        """Leave the message as it was."""
        if self.is_editing:
            queued = self._edits if self._edits_queued else None
            self._leave_edit()
            self.set_text(self._text_before_edit)
            self.show_hint()
            if queued is None:
                self.edit_changed.emit(None)
            else:
                self.queued_edit_ended.emit(queued)

    def insert_text(self, text: str) -> None:
        """Put text at the cursor; undo takes it out again."""
        self.edit.insert_text(text)
        self.edit.setFocus()

    def show_status(self, words: str, hurry: str = "") -> None:
        """Say where the answer is, in place of the hint; ``hurry`` is what can be done about a wait, if anything."""
        self._is_outcome = False
        if self._status.show_words(words, hurry):
            self.edit.setFocus()

    def show_outcome(self, words: str) -> None:
        """Say how the answer has ended, until something is written or done."""
        self.show_status(words)
        self._is_outcome = True

    def show_hint(self) -> None:
        if self.edit.sends_with_control:
            words = self.tr("Ctrl+Enter to send · Enter for a new line")
        else:
            words = self.tr("Enter to send · Shift+Enter for a new line")
        if self._edits_queued:
            words = self.tr("Enter puts it back in the queue · Esc to leave it as it was")
        elif self.is_editing and self._is_running:
            words = self.tr("The new version can be sent when the answer has ended · Esc to leave it")
        elif self.is_editing:
            words = self.tr("Enter sends the new version; the old one stays as a branch · Esc to leave it")
        elif self._is_running:
            words = self.tr("{keys} · Esc to stop").format(keys=words)
        self.show_status(words)

    # Inside

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.XS)
        buttons.addWidget(self._attach)
        buttons.addLayout(self.tools)
        buttons.addStretch()
        buttons.addLayout(self.gauge)
        buttons.addWidget(self._send_button)
        buttons.addWidget(self._stop_button)
        frame = _Frame(self.edit)
        inside = QHBoxLayout(frame)
        inside.setContentsMargins(Space.S + 2, Space.L, Space.S + 2, Space.S)
        inside.setSpacing(0)
        inside.addSpacing(Space.L - Space.S - 2)  # a margin would not change sides from right to left
        rows = QVBoxLayout()
        rows.setSpacing(Space.S)
        inside.addLayout(rows, 1)
        rows.addLayout(self.chips)
        rows.addWidget(self.edit)
        rows.addLayout(buttons)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, Space.S)
        outer.setSpacing(Space.S)
        outer.addLayout(self.above)
        outer.addWidget(frame)
        outer.addWidget(self._status)

    def send_anyway(self) -> None:
        """Send what stands in the box, without asking `may_send`."""
        self._send(is_sure=True)

    def _send(self, *, is_sure: bool = False) -> None:
        if not self._can_send():
            if self._obstacle:  # whoever pressed Enter sees why nothing happens
                self.show_status(self._obstacle)
            return
        draft = self._draft()
        if not is_sure and not self.may_send(draft):
            return
        if self._edits_queued:
            self.submitted.emit(draft)
            self.end_edit()  # only now: else its old version might go out
            return
        is_edit = self.is_editing
        self.end_edit()
        if not is_edit:
            self.edit.clear()
        self._attachments = ()
        self.submitted.emit(draft)
        self._update_buttons()

    def _draft(self) -> Draft:
        text = self.edit.toPlainText()
        if self._edits_queued:
            return Draft(text, queued=QueuedId(self._edits or ""), attachments=self._attachments)
        return Draft(text, MessageId(self._edits) if self._edits else None, self._attachments)

    def _can_send(self) -> bool:
        if self._obstacle or (self._is_running and self.is_editing and not self._edits_queued):
            return False  # a new version of a question cannot wait: what it would follow is not known yet
        return bool(self._attachments) or not self.edit.is_blank

    def _enter_edit(self, message_id: MessageId | QueuedId, text: str, *, is_queued: bool = False) -> None:
        self._text_before_edit = self.edit.toPlainText()
        self._edits = message_id
        self._edits_queued = is_queued
        self.set_text(text)
        self.show_hint()

    def _leave_edit(self) -> None:
        if self._edits_queued:
            self._attachments = self._attachments_before_edit
        self._edits = None
        self._edits_queued = False

    def _on_text_changed(self) -> None:
        self._update_buttons()
        if self._is_outcome:
            self.show_hint()
        if self.signalsBlocked() or self._edits_queued:
            return
        if self.is_editing:
            self.edit_changed.emit(Edit(MessageId(self._edits or ""), self.edit.toPlainText()))
        else:
            self.edited.emit(self.edit.toPlainText())

    def _update_buttons(self) -> None:
        had_focus = self._send_button.hasFocus() or self._stop_button.hasFocus()
        can_send = self._can_send()
        self._send_button.setVisible(not self._is_running or can_send)
        self._send_button.setEnabled(can_send)
        self._send_button.set_words(self._words_of_sending())
        self._send_button.set_quiet(is_quiet=self._is_running)
        self._stop_button.setVisible(self._is_running)
        if had_focus:
            self.edit.setFocus()

    def _words_of_sending(self) -> str:
        if self._obstacle:
            return self._obstacle
        return self.tr("Send when this answer has ended") if self._is_running else self.tr("Send")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.edit.fit()

    def sizeHint(self) -> QSize:
        return QSize(Size.READING_COLUMN, super().sizeHint().height())


class _Frame(QWidget):
    """The rounded frame. A click anywhere in it goes to the text."""

    def __init__(self, edit: QWidget) -> None:
        super().__init__()
        self._edit = edit
        self.setCursor(Qt.CursorShape.IBeamCursor)
        theme.watcher().changed.connect(self.update)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._edit.setFocus()
        super().mousePressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.border_strong, 1))
        painter.setBrush(colours.raised)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(area, Radius.COMPOSER, Radius.COMPOSER)
