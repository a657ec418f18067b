"""Who stands in whom among folders, and what may be put where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from easychat_gui.domain.ids import FolderId

if TYPE_CHECKING:
    from easychat_gui.domain.folders import Folder


class FolderTree:
    """Frozen. Folders whose parent is missing, and those that a damaged file has put into each other, stand at the
    top: none is ever out of sight."""

    def __init__(self, folders: Iterable[Folder] = ()) -> None:
        given = sorted(folders, key=lambda each: each.position)
        self._folders = {each.id: each for each in given}
        self._parent = {each.id: each.parent_id if each.parent_id in self._folders else None for each in given}
        for each in given:
            if self._is_in_ring(each.id):
                self._parent[each.id] = None
        self._children: dict[FolderId | None, list[Folder]] = {}
        for each in given:
            self._children.setdefault(self._parent[each.id], []).append(each)

    def __len__(self) -> int:
        return len(self._folders)

    def __contains__(self, folder_id: object) -> bool:
        return folder_id in self._folders

    def get(self, folder_id: FolderId | None) -> Folder | None:
        return None if folder_id is None else self._folders.get(folder_id)

    def parent_of(self, folder_id: FolderId) -> FolderId | None:
        return self._parent.get(folder_id)

    def children(self, parent_id: FolderId | None) -> list[Folder]:
        """Return the folders that stand directly in this one (None: at the top), in the person's order."""
        return list(self._children.get(parent_id, ()))

    def path(self, folder_id: FolderId | None) -> list[Folder]:
        """Return the folders from the top down to this one, itself last; none for one that is not there."""
        path = []
        while folder_id is not None and (folder := self._folders.get(folder_id)) is not None:
            path.append(folder)
            folder_id = self._parent[folder_id]
        return path[::-1]

    def within(self, folder_id: FolderId) -> list[FolderId]:
        """Return a folder and all that stand in it, at whatever depth, each before what stands in it."""
        if folder_id not in self._folders:
            return []
        return [folder_id, *(each.id for each, _depth in self.walk(folder_id))]

    def walk(self, parent_id: FolderId | None = None) -> Iterator[tuple[Folder, int]]:
        """Yield all below a folder (None: all there are) as they are read from top to bottom, with their depth."""
        waiting = [(each, 0) for each in reversed(self.children(parent_id))]
        while waiting:
            folder, depth = waiting.pop()
            yield folder, depth
            waiting += [(each, depth + 1) for each in reversed(self.children(folder.id))]

    def may_stand_in(self, folder_id: FolderId, parent_id: FolderId | None) -> bool:
        """May a folder be put into this one? Not into itself, nor into one of its own."""
        return parent_id is None or (parent_id in self._folders and parent_id not in self.within(folder_id))

    def moved(self, folder_id: FolderId, parent_id: FolderId | None, before: FolderId | None = None) -> list[Folder]:
        """Return the folders that change when one is put into another, before one that is there (None: at the end)."""
        folder = self._folders.get(folder_id)
        if folder is None or not self.may_stand_in(folder_id, parent_id):
            return []
        siblings = [each for each in self.children(parent_id) if each.id != folder_id]
        place = next((at for at, each in enumerate(siblings) if each.id == before), len(siblings))
        siblings.insert(place, folder)
        arranged = [each.with_(parent_id=parent_id, position=at) for at, each in enumerate(siblings)]
        return [each for each in arranged if each != self._folders[each.id]]

    def _is_in_ring(self, folder_id: FolderId) -> bool:
        seen = {folder_id}
        parent_id = self._parent[folder_id]
        while parent_id is not None:
            if parent_id in seen:
                return parent_id == folder_id
            seen.add(parent_id)
            parent_id = self._parent[parent_id]
        return False
