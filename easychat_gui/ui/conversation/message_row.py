"""One message of the view: what it consists of, and where each of its parts stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication

from easychat_gui.domain.messages import Message, MessageStatus, Role
from easychat_gui.ui.conversation import attached
from easychat_gui.ui.conversation.flow import Flow
from easychat_gui.ui.conversation.style import BUBBLE_PADDING, BUBBLE_WIDEST, Style

ROW_GAP = 20
ACTIONS_HEIGHT = 38
NOTE_HEIGHT = 26
REASONING_INDENT = 16
REASONING_GAP = 10


class FlowKind(IntEnum):
    """The texts of a message, in reading order."""

    REASONING = 0
    TEXT = 1


@dataclass(frozen=True, slots=True)
class Frame:
    """What every row is laid out for. ``generation`` tells one frame from the next."""

    style: Style
    width: int
    generation: int


@dataclass(frozen=True, slots=True)
class Places:
    """Where the parts of a row begin, in pixels below its top; -1 for a part that it has not."""

    header: int = -1
    chip: int = -1
    reasoning: int = -1
    text: int = -1
    waiting: int = -1
    adapted: int = -1
    note: int = -1
    actions: int = -1
    height: int = 0


class Row:
    """A message and its texts. The texts are cut into blocks when the row is first seen."""

    __slots__ = (
        "_frame",
        "_reasoning_taken",
        "_text_taken",
        "attached",
        "bubble_width",
        "fold_choice",
        "has_actions",
        "has_note",
        "message",
        "reasoning",
        "text",
    )

    def __init__(self, message: Message) -> None:
        self.message = message
        self.text: Flow | None = None
        self.reasoning: Flow | None = None
        self.fold_choice: bool | None = None
        self.has_actions = True
        self.has_note = True
        self.bubble_width = 0
        self.attached: list[attached.Placed] = []
        self._text_taken = 0
        self._reasoning_taken = 0
        self._frame: Frame | None = None

    @property
    def is_user(self) -> bool:
        return self.message.role is Role.USER

    @property
    def is_running(self) -> bool:
        return not self.message.status.is_final

    @property
    def is_open(self) -> bool:
        return self.text is not None

    def is_fitted(self, frame: Frame) -> bool:
        """Tell whether the texts are cut into blocks for this frame."""
        return self.text is not None and self._frame is frame

    @property
    def has_reasoning(self) -> bool:
        return bool(self.message.reasoning) or (self.reasoning is not None and bool(self.reasoning.boxes))

    @property
    def has_text(self) -> bool:
        return bool(self.text.boxes) if self.text is not None else bool(self.message.text)

    @property
    def is_thinking(self) -> bool:
        """The reasoning runs and the answer has not begun."""
        return self.is_running and self.has_reasoning and not self.has_text

    @property
    def is_waiting(self) -> bool:
        return self.is_running and not self.is_user and not self.has_text and not self.has_reasoning

    @property
    def is_unfolded(self) -> bool:
        return self.is_thinking if self.fold_choice is None else self.fold_choice

    # -- content

    def open(self, frame: Frame) -> None:
        """Cut the texts into blocks, or fit those that are there to a new frame."""
        if self._frame is frame and self.text is not None:
            return
        if self.message.attachments:
            top = ROW_GAP if self.is_user else ROW_GAP + frame.style.header_height
            is_at_left = not self.is_user and not QGuiApplication.isRightToLeft()
            self.attached = attached.place(
                self.message.attachments, frame.style, frame.width, top, is_at_left=is_at_left
            )
        if self.text is None:
            self._frame = frame
            self.text = Flow(frame.style, self._text_width(frame), frame.generation, is_plain=self.is_user)
            self._set_text(self.message.text)
            if self.message.reasoning:
                self._set_reasoning(self.message.reasoning)
            return
        self._frame = frame
        self.text.restyle(frame.style, self._text_width(frame), frame.generation)
        if self.reasoning is not None:
            self.reasoning.restyle(frame.style, frame.width - REASONING_INDENT, frame.generation)

    def close(self) -> None:
        """Forget the blocks; they are made again when the row is next seen."""
        self.text = self.reasoning = None

    def append_text(self, text: str) -> None:
        """Add to a running answer. A row that was never seen reads it from the message when it is."""
        if text and self.text is not None:
            self.text.append(text)
            self._text_taken += len(text)

    def append_reasoning(self, text: str) -> None:
        if text and self.text is not None and self._frame is not None:
            self._reasoning_flow(self._frame).append(text)
            self._reasoning_taken += len(text)

    def replace(self, message: Message) -> None:
        """Take another state of the same message. Text that has been taken in already is not taken in again."""
        old, self.message = self.message, message
        if self.text is None:
            return
        is_same_stream = not old.status.is_final and not self.is_user
        has_ended = is_same_stream and message.status.is_final
        if len(message.text) != self._text_taken or not (is_same_stream or message.text == old.text):
            self._set_text(message.text)
        elif has_ended:
            self.text.finish()
        if len(message.reasoning) != self._reasoning_taken:
            self._set_reasoning(message.reasoning)
        elif has_ended and self.reasoning is not None:
            self.reasoning.finish()

    def _set_text(self, text: str) -> None:
        if self.text is not None:
            self.text.set_text(text, is_final=not self.is_running)
            self._text_taken = len(text)

    def _set_reasoning(self, text: str) -> None:
        if self._frame is not None:
            self._reasoning_flow(self._frame).set_text(text, is_final=not self.is_running)
            self._reasoning_taken = len(text)

    def _reasoning_flow(self, frame: Frame) -> Flow:
        if self.reasoning is None:
            width = frame.width - REASONING_INDENT
            self.reasoning = Flow(frame.style, width, frame.generation, is_muted=True)
        return self.reasoning

    def flow(self, kind: FlowKind) -> Flow | None:
        return self.text if kind is FlowKind.TEXT else self.reasoning

    def shown_flows(self) -> list[tuple[FlowKind, Flow, int, int]]:
        """Return the texts that are in sight, each with its left and top within the row."""
        places = self.places()
        result: list[tuple[FlowKind, Flow, int, int]] = []
        if places.reasoning >= 0 and self.reasoning is not None:
            result.append((FlowKind.REASONING, self.reasoning, REASONING_INDENT, places.reasoning))
        if places.text >= 0 and self.text is not None:
            result.append((FlowKind.TEXT, self.text, self.text_left, places.text))
        return result

    # -- geometry

    def _text_width(self, frame: Frame) -> int:
        if not self.is_user:
            return frame.width
        return min(BUBBLE_WIDEST, max(frame.width - 72, frame.width * 3 // 4)) - 2 * BUBBLE_PADDING[0]

    @property
    def text_left(self) -> int:
        if not self.is_user or self._frame is None:
            return 0
        return self._frame.width - self.bubble_rect().width() + BUBBLE_PADDING[0]

    def fit_bubble(self) -> None:
        """Make the bubble as wide as a short text needs. Call when its blocks are laid out."""
        if not self.is_user or self.text is None or self._frame is None:
            return
        widest = self._text_width(self._frame)
        self.bubble_width = widest + 2 * BUBBLE_PADDING[0]
        boxes = self.text.boxes
        if len(boxes) > 3 or any(box.is_card or box.document is None for box in boxes):
            return
        ideal = max((math.ceil(box.document.idealWidth()) + 1 for box in boxes if box.document), default=0)
        inner = min(widest, max(ideal, 8))
        for box in boxes:
            if box.document is not None:
                box.document.setTextWidth(inner)
        self.bubble_width = inner + 2 * BUBBLE_PADDING[0]

    @property
    def attached_height(self) -> int:
        """What the attachments above the text take, with the gap below them."""
        if not self.attached:
            return 0
        return self.attached[-1].rect.bottom() + 1 - self.attached[0].rect.top() + attached.GAP

    @property
    def has_bubble(self) -> bool:
        """Attachments may come without a word."""
        return self.has_text or not self.attached

    def bubble_rect(self) -> QRect:
        """Return the bubble of a user's message within the row; where there is none, what is attached."""
        if self._frame is None:
            return QRect()
        if not self.has_bubble:
            left = min(each.rect.left() for each in self.attached)
            return QRect(left, ROW_GAP, self._frame.width - left, self.attached_height - attached.GAP)
        width = self.bubble_width or self._text_width(self._frame) + 2 * BUBBLE_PADDING[0]
        text_height = self.text.height if self.text is not None else 0
        top = ROW_GAP + self.attached_height
        return QRect(self._frame.width - width, top, width, text_height + 2 * BUBBLE_PADDING[1])

    def places(self) -> Places:
        """Return where everything stands. Needs `open`."""
        if self._frame is None or self.text is None:
            return Places()
        if self.is_user:
            return self._user_places()
        style = self._frame.style
        y = ROW_GAP
        header, y = y, y + style.header_height + self.attached_height
        chip = reasoning = text = waiting = adapted = note = actions = -1
        if self.has_reasoning:
            chip, y = y, y + style.chip_height + REASONING_GAP
            if self.is_unfolded and self.reasoning is not None:
                reasoning, y = y, y + self.reasoning.height + REASONING_GAP
        if self.text.boxes:
            text, y = y, y + self.text.height
        elif self.is_waiting:
            waiting, y = y, y + style.message_line
        if self.message.adapted:
            adapted, y = y + 4, y + 4 + NOTE_HEIGHT
        if self.has_note and self.message.status in _NOTED:
            note, y = y + 4, y + 4 + NOTE_HEIGHT
        if self.has_actions and self.message.status.is_final:
            actions, y = y, y + ACTIONS_HEIGHT
        return Places(header, chip, reasoning, text, waiting, adapted, note, actions, y)

    def _user_places(self) -> Places:
        bubble = self.bubble_rect()
        return Places(text=bubble.top() + BUBBLE_PADDING[1], actions=bubble.top(), height=bubble.bottom() + 1)

    @property
    def height(self) -> int:
        return self.places().height


def estimates(messages: Sequence[Message], frame: Frame) -> list[int]:
    """Guess the heights of rows that were not seen yet, from the lengths of their texts."""
    style, user = frame.style, Role.USER
    line, per_pixel = style.message_line, style.character_width
    user_base = ROW_GAP + line + 2 * BUBBLE_PADDING[1]
    answer_base = ROW_GAP + style.header_height + line + ACTIONS_HEIGHT
    per_line = per_pixel * line / max(80, frame.width)
    break_height = line * 6 // 10
    return [
        int(len(text) * per_line)
        + text.count("\n") * break_height
        + (user_base if message.role is user else answer_base)
        + (attached.estimated_height(message.attachments) if message.attachments else 0)
        for message in messages
        for text in (message.text,)
    ]


_NOTED = (MessageStatus.CANCELLED, MessageStatus.INTERRUPTED, MessageStatus.FAILED)
