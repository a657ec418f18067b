"""Folders and tags: how a person keeps conversations in order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from easychat_gui.domain.ids import FolderId, PresetId, TagId


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
