"""A running answer told to screen readers: by the sentence, and never more than somebody can listen to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from easychat_gui.domain.ids import MessageId
from easychat_gui.domain.messages import MessageStatus
from easychat_gui.rendering.blocks import BlockKind
from easychat_gui.ui.conversation.flow import Flow

if TYPE_CHECKING:
    from easychat_gui.ui.conversation.view import ConversationView

PAUSE_MS = 800
"""What arrives within so long is told together."""
LONGEST = 600
"""Characters of one announcement; what is beyond is left to be read in the message itself."""
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]+|\u2028")


class Announcing(QObject):
    """Costs nothing unless a screen reader listens."""

    def __init__(self, view: ConversationView) -> None:
        super().__init__(view)
        self._view = view
        self._message: MessageId | None = None
        self._box = 0
        self._said = 0
        """Blocks that were told, and characters of the next one."""
        self._has_told_thinking = False
        self._row = -1
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._on_timeout)

    def take_growth(self, row: int) -> None:
        """A running answer has grown."""
        if not QAccessible.isActive():
            return
        self._begin(row)
        if not self._timer.isActive():
            self._timer.start()

    def take_change(self, row: int) -> None:
        """A message is in another state; if it has ended, its last sentence and how it ended are told."""
        message = self._view.message(row)
        if not QAccessible.isActive() or message.id != self._message or not message.status.is_final:
            return
        self._timer.stop()
        parts = [self._new_text(is_final=True), self._view.words.adapted(message), self._view.words.status(message)]
        if message.status is MessageStatus.FAILED and message.failure is not None:
            parts.append(message.failure.message)
        self._message = None
        announce(self._view, ". ".join(part for part in parts if part))

    def _begin(self, row: int) -> None:
        message = self._view.rows.row(row).message
        if message.id != self._message:
            self._message, self._row = message.id, row
            self._box = self._said = 0
            self._has_told_thinking = False

    def _on_timeout(self) -> None:
        if self._message is None or self._row >= len(self._view.rows):
            return
        row = self._view.rows.open(self._row)
        if row.message.id != self._message:
            return
        text = self._new_text(is_final=False)
        if row.is_thinking and not self._has_told_thinking:
            self._has_told_thinking = True
            text = self._view.words.reasoning(row.message, is_running=True)
        announce(self._view, text)

    def _new_text(self, *, is_final: bool) -> str:
        """Return what can be told now and was not told before."""
        flow = self._view.rows.open(self._row).text
        parts: list[str] = []
        while flow is not None and self._box < len(flow.boxes):
            is_closed = is_final or self._box < flow.closed_count
            before = self._box
            part = self._next_part(flow, is_closed=is_closed, is_final=is_final)
            if part.strip():
                parts.append(part.strip())
            if self._box == before:
                break
        return shortened(" ".join(parts))

    def _next_part(self, flow: Flow, *, is_closed: bool, is_final: bool) -> str:
        block = flow.boxes[self._box].block
        if block.kind in (BlockKind.CODE, BlockKind.TABLE):
            return self._whole(flow, is_final=is_final)
        text = flow.rich(self._box).text
        if is_closed:
            part, self._box, self._said = text[self._said :], self._box + 1, 0
            return part.replace("\u2028", " ")
        ends = [match.end() for match in _SENTENCE_END.finditer(text, self._said)]
        end = ends[-1] if ends else self._said
        part, self._said = text[self._said : end], end
        return part.replace("\u2028", " ")

    def _whole(self, flow: Flow, *, is_final: bool) -> str:
        """Code and tables are named once they are there, not read out."""
        last = self._box
        while last + 1 < len(flow.boxes) and flow.boxes[last + 1].block.continues:
            last += 1
        if not is_final and last + 1 >= min(len(flow.boxes), flow.closed_count + 1):
            return ""  # it may go on
        blocks = [flow.boxes[each].block for each in range(self._box, last + 1)]
        rows = [flow.rich(each).table for each in range(self._box, last + 1)]
        lines = sum(block.source.count("\n") + 1 for block in blocks)
        self._box, self._said = last + 1, 0
        words = self._view.words
        if blocks[0].kind is BlockKind.CODE:
            return words.code_block(blocks[0].language, lines)
        return words.table(sum(len(table.rows) for table in rows if table is not None))


def shortened(text: str) -> str:
    """Return the text, cut at the end of a sentence if it is too long to be listened to."""
    if len(text) <= LONGEST:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, LONGEST)]
    return text[: ends[-1] if ends else LONGEST].rstrip() + " …"


def announce(view: QWidget, text: str) -> None:
    """Have screen readers say something when they have finished what they are saying."""
    from PySide6 import QtGui

    event_type = getattr(QtGui, "QAccessibleAnnouncementEvent", None)  # newer than the oldest Qt that we run on
    if text.strip() and event_type is not None:
        QAccessible.updateAccessibility(event_type(view, text.strip()))
