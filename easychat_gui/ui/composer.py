"""Where the person writes. It knows nobody: it tells what was wished for, and shows what it is told."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from easychat_gui.domain.conversations import Draft
from easychat_gui.domain.ids import MessageId
from easychat_gui.ui import theme
from easychat_gui.ui.theme import Radius, Size, Space
from easychat_gui.ui.widgets.buttons import IconButton, RoundButton
from easychat_gui.ui.widgets.labels import faint

LARGEST_SHARE = 1 / 3
"""The box grows with its text up to this share of the window's height."""

ENTER_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PromptEdit(QPlainTextEdit):
    """A text box as high as its text. Plain text only, whatever is pasted."""

    send_requested = Signal()
    height_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sends_with_control = False
        self.setProperty("look", "bare")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self.fit)

    def fit(self) -> None:
        """Take the height of the text, within bounds."""
        lines = max(1, round(self.document().documentLayout().documentSize().height()))
        wanted = lines * self.fontMetrics().lineSpacing() + 4
        largest = max(60, int(self.window().height() * LARGEST_SHARE))
        height = min(wanted, largest)
        if height != self.height():
            self.setFixedHeight(height)
            self.height_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER_KEYS and self._sends(event.modifiers()):
            self.send_requested.emit()
            return
        super().keyPressEvent(event)

    def _sends(self, modifiers: Qt.KeyboardModifier) -> bool:
        modifiers &= ~Qt.KeyboardModifier.KeypadModifier
        if self.sends_with_control:
            return modifiers == Qt.KeyboardModifier.ControlModifier
        return modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier)


class Composer(QWidget):
    """The box with its buttons, and a line below it for hints and the state of the answer.

    ``submitted(Draft)``, ``stop_requested``, ``attach_requested``, ``edited(str)`` (the text, for the draft).
    """

    submitted = Signal(object)
    stop_requested = Signal()
    attach_requested = Signal()
    edited = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_running = False
        self._edits: MessageId | None = None
        self._text_before_edit = ""
        self.edit = PromptEdit()
        self.edit.setObjectName("composer")
        self.edit.setAccessibleName(self.tr("Message"))
        self.edit.setToolTip(self.tr("Write your message here"))
        self.edit.send_requested.connect(self._send)
        self.edit.textChanged.connect(self._on_text_changed)
        self._attach = IconButton("attach", self.tr("Insert text files…"))
        self._attach.setObjectName("attachButton")
        self._attach.clicked.connect(self.attach_requested)
        self._send_button = RoundButton("send", self.tr("Send"))
        self._send_button.setObjectName("sendButton")
        self._send_button.clicked.connect(self._send)
        self._stop_button = RoundButton("stop", self.tr("Stop"))
        self._stop_button.setObjectName("stopButton")
        self._stop_button.clicked.connect(self.stop_requested)
        self._figures = faint("")
        self._hint = faint("")
        self._hint.setObjectName("statusLine")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
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

    def set_text(self, text: str) -> None:
        """Show a draft, without telling it as a change."""
        was_blocked = self.blockSignals(True)
        self.edit.setPlainText(text)
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)
        self.blockSignals(was_blocked)
        self._update_buttons()

    @property
    def is_editing(self) -> bool:
        """Is a question of before being written anew?"""
        return self._edits is not None

    def begin_edit(self, message_id: MessageId, text: str) -> None:
        """Let a question of before be written anew; what stood in the box comes back afterwards."""
        if not self.is_editing:
            self._text_before_edit = self.edit.toPlainText()
        self._edits = message_id
        self.set_text(text)
        self.show_hint()
        self.edit.setFocus()

    def end_edit(self) -> None:
        """Leave the question as it was."""
        if self.is_editing:
            self._edits = None
            self.set_text(self._text_before_edit)
            self.show_hint()

    def insert_text(self, text: str) -> None:
        """Put text at the cursor; undo takes it out again."""
        self.edit.textCursor().insertText(text)
        self.edit.setFocus()

    def show_status(self, words: str) -> None:
        """Say where the answer is, in place of the hint."""
        self._hint.setText(words)

    def show_hint(self) -> None:
        if self.edit.sends_with_control:
            words = self.tr("Ctrl+Enter to send · Enter for a new line")
        else:
            words = self.tr("Enter to send · Shift+Enter for a new line")
        if self.is_editing:
            words = self.tr("Enter sends the new version; the old one stays as a branch · Esc to leave it")
        elif self._is_running:
            words = self.tr("{keys} · Esc to stop").format(keys=words)
        self._hint.setText(words)

    # Inside

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.XS)
        buttons.addWidget(self._attach)
        buttons.addStretch()
        buttons.addWidget(self._figures)
        buttons.addWidget(self._send_button)
        buttons.addWidget(self._stop_button)
        box = _Box(self.edit)
        rows = QVBoxLayout(box)
        rows.setContentsMargins(Space.L, Space.L, Space.S + 2, Space.S)
        rows.setSpacing(Space.S)
        rows.addWidget(self.edit)
        rows.addLayout(buttons)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, Space.S)
        outer.setSpacing(Space.S)
        outer.addWidget(box)
        outer.addWidget(self._hint)

    def _send(self) -> None:
        text = self.edit.toPlainText()
        if self._is_running or not text.strip():
            return
        draft = Draft(text, self._edits)
        self.end_edit()
        if draft.edits is None:
            self.edit.clear()
        self.submitted.emit(draft)

    def _on_text_changed(self) -> None:
        self._update_buttons()
        if not self.signalsBlocked() and not self.is_editing:
            self.edited.emit(self.edit.toPlainText())

    def _update_buttons(self) -> None:
        had_focus = self._send_button.hasFocus() or self._stop_button.hasFocus()
        self._send_button.setVisible(not self._is_running)
        self._stop_button.setVisible(self._is_running)
        self._send_button.setEnabled(bool(self.edit.toPlainText().strip()))
        if had_focus:
            self.edit.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.edit.fit()

    def sizeHint(self) -> QSize:
        return QSize(Size.READING_COLUMN, super().sizeHint().height())


class _Box(QWidget):
    """The rounded frame. A click anywhere in it goes to the text."""

    def __init__(self, edit: PromptEdit) -> None:
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
