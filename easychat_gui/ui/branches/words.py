"""What the picture of the branches says."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QDateTime, QLocale, QObject

from easychat_gui.domain.branch_graph import Card, Graph
from easychat_gui.domain.branches import Outline
from easychat_gui.domain.messages import Message, MessageStatus, Role
from easychat_gui.rendering.sanitize import visible
from easychat_gui.ui.count_words import counted, messages_of

PREVIEW_CHARACTERS = 280
_MARKS = re.compile(r"[*`#>~|]+|(?<!\w)_+|_+(?!\w)")
"""What Markdown is written with, and what says nothing in a few words."""


class BranchWords(QObject):
    """All sentences of the picture. ``name_of_model`` turns the id of a model into what people call it.

    ``present`` returns a message of the shown branch with what has arrived, None for any other.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name_of_model: Callable[[str], str] = lambda model_id: model_id
        self.has_several_authors = False
        self.present: Callable[[Outline], Message | None] = lambda _outline: None

    def count(self, graph: Graph) -> str:
        ends = counted(graph.end_count, self.tr("{count} end"), self.tr("{count} ends"))
        return f"{messages_of(graph.message_count)} · {ends}"

    def caption(self, card: Card) -> str:
        """The small line: who, and when or how long."""
        message = card.first
        if card.is_folded:
            return messages_of(len(card.messages))
        if message.role is Role.USER:
            return self.tr("You · edited") if card.is_version else self.tr("You")
        if not message.status.is_final:
            return self.tr("now")
        if message.duration_s:
            return self.tr("{seconds} s").format(seconds=QLocale().toString(message.duration_s, "f", 1))
        return QDateTime.fromSecsSinceEpoch(int(message.created_at)).toString("HH:mm")

    def title(self, card: Card) -> str:
        """The first words; of an answer its author, where not all answers have the same."""
        if self.has_several_authors and card.first.role is Role.ASSISTANT and not card.is_folded:
            return self.author(card.first)
        words = self._beginning(card.first)
        return words or self._state(card.first.status)

    def preview(self, card: Card) -> str:
        """What is shown to whoever stays with the pointer on a card."""
        message = card.first
        when = QLocale().toString(QDateTime.fromSecsSinceEpoch(int(message.created_at)), QLocale.FormatType.ShortFormat)
        head = f"{self.author(message)} · {when}"
        return f"{head}\n{self._beginning(message, PREVIEW_CHARACTERS) or self._state(message.status)}"

    def spoken(self, card: Card, *, is_shown: bool) -> str:
        """What a screen reader says of a card."""
        following = self.tr("the end of a branch")
        if card.children:
            following = counted(len(card.children), self.tr("1 child"), self.tr("{count} children"))
        place = self.tr("on the shown branch") if is_shown else self.tr("on another branch")
        return self.tr("{author}: {words} – {place}, {following}").format(
            author=self.caption(card) if card.is_folded else self.author(card.first),
            words=self._beginning(card.first) or self._state(card.first.status),
            place=place,
            following=following,
        )

    def author(self, message: Outline) -> str:
        if message.role is Role.USER:
            return self.tr("You")
        if message.role is Role.SYSTEM:
            return self.tr("System")
        return self.name_of_model(message.model_id) or self.tr("Assistant")

    def _beginning(self, message: Outline, most: int = 120) -> str:
        text = message.beginning
        if not message.status.is_final and (now := self.present(message)) is not None:
            text = now.text[:300]
        words = " ".join(_MARKS.sub("", visible(text)).split())
        return words if len(words) <= most else words[:most].rstrip() + "…"

    def _state(self, status: MessageStatus) -> str:
        if not status.is_final:
            return self.tr("…")
        if status is MessageStatus.FAILED:
            return self.tr("Failed")
        return self.tr("Nothing was said")
