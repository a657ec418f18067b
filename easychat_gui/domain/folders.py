"""Folders and tags: how a person keeps conversations in order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.ids import ConversationId, FolderId, PresetId, TagId


@dataclass(frozen=True, slots=True)
class Folder:
    """``parent_id`` None: it stands at the top. ``icon`` is one emoji or empty. New conversations in it follow
    ``preset_id``, if there is one."""

    id: FolderId
    name: str
    parent_id: FolderId | None = None
    position: int = 0
    preset_id: PresetId | None = None
    icon: str = ""

    def with_(self, **changes: Any) -> Folder:
        """Return a copy with these fields changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Tag:
    """``colour`` is a name for which the theme has a colour; empty: none."""

    id: TagId
    name: str
    colour: str = ""

    def with_(self, **changes: Any) -> Tag:
        """Return a copy with these fields changed."""
        return replace(self, **changes)


class Placement(NamedTuple):
    """Where a conversation stands: all that putting in order changes of it, and so all that undoing brings back."""

    id: ConversationId
    is_pinned: int = 0
    folder_id: FolderId | None = None
    archived_at: float | None = None
    trashed_at: float | None = None


def placement_of(summary: ConversationSummary) -> Placement:
    return Placement(summary.id, int(summary.is_pinned), summary.folder_id, summary.archived_at, summary.trashed_at)


def placed(summary: ConversationSummary, placement: Placement) -> ConversationSummary:
    """Return a conversation as it is now, where it stood then."""
    return summary._replace(**placement._asdict())
