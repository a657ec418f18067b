"""The tags, and which chat has which."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from easychat_gui.controllers.undos import Action, Undos
from easychat_gui.domain.folders import Tag
from easychat_gui.domain.ids import ConversationId, TagId, new_tag_id
from easychat_gui.qtmodels.conversations import ConversationListModel

if TYPE_CHECKING:
    from easychat_gui.storage.store import Store
    from easychat_gui.storage.tags import Links


class TagController(QObject):
    """``changed`` when there are other tags than before, or they are on other chats."""

    changed = Signal()

    def __init__(
        self,
        listed: ConversationListModel,
        submit: Callable[[Callable[[Store], Any]], None],
        undos: Undos,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._list = listed
        self._submit = submit
        self._undos = undos
        self._links: Links = {}
        self.all: list[Tag] = []

    def take(self, tags: list[Tag], links: Links) -> None:
        """Show what was read of the store."""
        self.all, self._links = tags, links
        self._show()

    def of(self, conversation_id: ConversationId) -> tuple[TagId, ...]:
        return self._links.get(conversation_id, ())

    def save(self, tag: Tag) -> Tag | None:
        """Add a tag, or change one that is there. None: another has this name already."""
        name = " ".join(tag.name.split())
        taken = {each.name.casefold() for each in self.all if each.id != tag.id}
        if not name or name.casefold() in taken:
            return None
        made = tag.with_(id=tag.id or new_tag_id(), name=name)
        known = [each.id for each in self.all]
        if made.id in known:
            self.all[known.index(made.id)] = made
        else:
            self.all.append(made)
        self._show()
        self._submit(lambda store: store.tags.save(made))
        return made

    def delete(self, tag_id: TagId) -> None:
        """Take a tag away from all chats."""
        tag = next((each for each in self.all if each.id == tag_id), None)
        if tag is None:
            return
        ids = [each for each, tags in self._links.items() if tag_id in tags]
        self.all.remove(tag)
        self._set_links(ids, tag_id, is_on=False)
        self._submit(lambda store: store.tags.remove(tag_id))

        def undo() -> None:
            self.save(tag)
            self.put(ids, tag_id, is_on=True)

        self._undos.add(undo)
        self._undos.tell(Action.TAG_DELETED, len(ids), tag.name)

    def put(self, ids: Iterable[ConversationId], tag_id: TagId, *, is_on: bool) -> None:
        """Give chats a tag, or take it from them."""
        changed = [each for each in ids if (tag_id in self.of(each)) is not is_on]
        if not changed:
            return
        self._set_links(changed, tag_id, is_on=is_on)

        def write(store: Store) -> int:
            return store.tags.put_on(changed, tag_id) if is_on else store.tags.take_off(changed, tag_id)

        self._submit(write)
        self._undos.add(lambda: self.put(changed, tag_id, is_on=not is_on))

    def _set_links(self, ids: Iterable[ConversationId], tag_id: TagId, *, is_on: bool) -> None:
        for each in ids:
            others = tuple(tag for tag in self.of(each) if tag != tag_id)
            self._links[each] = (*others, tag_id) if is_on else others
        self._show()

    def _show(self) -> None:
        self._list.set_tags(self.all, self._links)
        self.changed.emit()
