"""What a person may wish to have written to files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from easychat_gui.domain.ids import ConversationId, FolderId
from easychat_gui.domain.messages import Message


class Scope(StrEnum):
    """How much is exported.

    BRANCH is the branch that a conversation shows, CONVERSATION that with all others. FOLDER holds the folders inside
    it, too; ALL is everything but the trash.
    """

    MESSAGE = "message"
    SELECTION = "selection"
    BRANCH = "branch"
    CONVERSATION = "conversation"
    FOLDER = "folder"
    CHOSEN = "chosen"
    ALL = "all"

    @property
    def is_piece(self) -> bool:
        """Is it a part of one conversation, which is written without what surrounds it?"""
        return self in (Scope.MESSAGE, Scope.SELECTION)

    @property
    def is_many(self) -> bool:
        """May it be more than one conversation?"""
        return self in (Scope.FOLDER, Scope.CHOSEN, Scope.ALL)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conversations, and how much of each.

    ``messages`` are what a MESSAGE or a SELECTION holds, as the person sees it: what is marked may begin in the middle
    of a message. ``with_trash``: ALL means the trash as well.
    """

    scope: Scope
    conversation_ids: tuple[ConversationId, ...] = ()
    folder_id: FolderId | None = None
    messages: tuple[Message, ...] = ()
    with_trash: bool = False
