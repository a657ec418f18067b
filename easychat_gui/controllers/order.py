"""Folders, archive and trash: how chats are put in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from easychat_gui.controllers.chat import ChatController
from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.notifier import Notifier
from easychat_gui.controllers.tags import TagController
from easychat_gui.controllers.undos import Action, Undos
from easychat_gui.domain.conversations import Conversation, ConversationSummary, Placement, placed, placement_of
from easychat_gui.domain.folder_tree import FolderTree
from easychat_gui.domain.folders import Folder, Tag
from easychat_gui.domain.ids import ConversationId, FolderId, new_folder_id
from easychat_gui.settings.store import SettingsStore
from easychat_gui.support import clock
from easychat_gui.workers.store_executor import StoreExecutor

if TYPE_CHECKING:
    from easychat_gui.controllers.presets import PresetController
    from easychat_gui.storage.store import Store
    from easychat_gui.storage.tags import Links

DAY_CHECK_MS = 3_600_000


class OrderController(QObject):
    """All that is done shows at once, and is written by the store's thread in one transaction each.

    ``changed`` when there are other folders or tags than before. ``undos`` takes back what was done.
    """

    changed = Signal()

    def __init__(
        self,
        *,
        conversations: ConversationController,
        chat: ChatController,
        presets: Callable[[], PresetController],
        settings: SettingsStore,
        store: StoreExecutor,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._chat = chat
        self._presets = presets
        self._settings = settings
        self._store = store
        self._list = conversations.list
        self._beginning: Folder | None = None
        """In which a chat is begun. It may be some time until it is: what is shown may not want to be left."""
        self.undos = Undos(notifier, self)
        self.tags = TagController(self._list, self._submit, self.undos, self)
        self.tags.changed.connect(self.changed)
        self._change_count = 0
        self.changed.connect(self._on_changed)
        conversations.opened.connect(self._on_opened)
        conversations.reading_list_again.connect(self._read)
        self._day_timer = QTimer(self, interval=DAY_CHECK_MS)
        self._day_timer.timeout.connect(self._note_day)

    @property
    def tree(self) -> FolderTree:
        return self._list.tree

    def load(self) -> None:
        """Read all of it; the list of chats is read after."""
        self.undos.forget()
        self._read()
        self._note_day()
        self._day_timer.start()

    def _read(self) -> None:
        """Read folders, tags and how much is in the trash."""
        change_count = self._change_count

        def show(read: tuple[list[Folder], list[Tag], Links, int]) -> None:
            if change_count != self._change_count:
                self._read()  # what was changed while it was read is not in it
                return
            folders, tags, links, count = read
            self._list.set_folders(FolderTree(folders))
            self._list.set_trash_count(count)
            self.tags.take(tags, links)

        self._submit(
            lambda store: (store.folders.all(), store.tags.all(), store.tags.links(), store.order.trash_count()), show
        )

    def _on_changed(self) -> None:
        self._change_count += 1

    # Chats

    def move(self, ids: Iterable[ConversationId], folder_id: FolderId | None) -> None:
        """Put chats into a folder, or with None out of all. What was in the archive or the trash comes back."""
        ids, folder = list(ids), self.tree.get(folder_id)
        folder_id = folder.id if folder else None

        def write(store: Store) -> None:
            store.order.put_into(ids, folder_id)
            store.order.archive(ids, None)
            store.order.trash(ids, None)

        action = Action.MOVED if folder else Action.TAKEN_OUT
        self._place(
            ids, write, action, folder.name if folder else "", folder_id=folder_id, archived_at=None, trashed_at=None
        )

    def set_pinned(self, ids: Iterable[ConversationId], *, is_pinned: bool) -> None:
        ids = list(ids)
        self._place(
            ids,
            lambda store: store.order.set_pinned(ids, is_pinned=is_pinned),
            Action.PINNED if is_pinned else Action.UNPINNED,
            is_pinned=int(is_pinned),
        )

    def archive(self, ids: Iterable[ConversationId], *, is_archived: bool = True) -> None:
        """Put chats out of the list, or back into it."""
        ids, moment = list(ids), time.time() if is_archived else None
        action = Action.ARCHIVED if is_archived else Action.UNARCHIVED
        self._place(ids, lambda store: store.order.archive(ids, moment), action, archived_at=moment)

    def trash(self, ids: Iterable[ConversationId]) -> None:
        """Put chats into the trash. An answer that runs is stopped, and what arrived of it kept."""
        by_id, moment = self._list.shelves.by_id, time.time()
        ids = [each for each in ids if (known := by_id.get(each)) is None or known.trashed_at is None]
        self._chat.abandon(*ids)
        self._place(ids, lambda store: store.order.trash(ids, moment), Action.TRASHED, trashed_at=moment)

    def restore(self, ids: Iterable[ConversationId]) -> None:
        """Take chats out of the trash, to where they were."""
        ids = list(ids)
        self._place(ids, lambda store: store.order.trash(ids, None), Action.RESTORED, trashed_at=None)

    def delete_for_good(self, ids: Iterable[ConversationId]) -> None:
        """Remove chats with all that is in them. Nothing brings them back."""
        ids = list(ids)
        self._conversations.delete(*ids)
        self.undos.forget()  # they are in what would be put back
        self.undos.tell(Action.DELETED, len(ids), "", can_undo=False)

    def read_trash(self) -> None:
        """Read what is in the trash: it is not among the chats of the list."""
        self._submit(lambda store: store.order.trashed(), self._list.set_trash)

    def empty_trash(self) -> None:
        """Remove for good all that is in the trash."""

        def remove(trashed: list[ConversationSummary]) -> None:
            if trashed:
                self.delete_for_good(each.id for each in trashed)

        self._submit(lambda store: store.order.trashed(), remove)

    # Folders

    def add_folder(self, folder: Folder) -> Folder:
        """Add a folder, behind those that stand where it shall; it gets its id here."""
        made = folder.with_(id=new_folder_id(), position=len(self.tree.children(folder.parent_id)))
        self._save_folders([made])
        return made

    def change_folder(self, folder: Folder) -> None:
        """Give a folder another name, icon or preset."""
        self._save_folders([folder])

    def move_folder(self, folder_id: FolderId, parent_id: FolderId | None, before: FolderId | None = None) -> bool:
        """Put a folder into another (None: to the top), before one that is there. Return whether it may stand there."""
        if not self.tree.may_stand_in(folder_id, parent_id):
            self.undos.tell(Action.FOLDER_REFUSED, 1, "", can_undo=False)
            return False
        changed = self.tree.moved(folder_id, parent_id, before)
        former = [folder for each in changed if (folder := self.tree.get(each.id)) is not None]
        if changed:
            self._save_folders(changed)
            self.undos.add(lambda: self._save_folders(former))
        return True

    def delete_folder(self, folder_id: FolderId, *, with_chats: bool) -> None:
        """Remove a folder. What stands in it moves up a level; or its chats, those of its folders too, to the trash."""
        tree = self.tree
        folder, parent_id = tree.get(folder_id), tree.parent_of(folder_id)
        if folder is None:
            return
        gone = tree.within(folder_id) if with_chats else [folder_id]
        removed = [each for each in map(tree.get, gone) if each is not None]
        children = [] if with_chats else tree.children(folder_id)
        raised = [each.with_(parent_id=parent_id) for each in children]
        inside = self.chats_in(gone, with_put_away=True)
        new_parent, moment = None if with_chats else parent_id, time.time()
        listed = [each.id for each in inside if each.trashed_at is None]
        before = [placement_of(each) for each in inside]
        shown = self._conversations.current.id
        self._take_out(inside, new_parent, moment if with_chats else None)
        kept = [each for each, _depth in tree.walk() if each.id not in gone]
        replaced = {each.id: each for each in raised}
        self._show_folders(replaced.get(each.id, each) for each in kept)

        def write(store: Store) -> None:
            store.order.put_into([each.id for each in inside], new_parent)
            store.order.trash(listed if with_chats else [], moment)
            store.folders.save(*raised)
            store.folders.remove(gone)

        self._submit(write)

        def undo() -> None:
            self._save_folders([*removed, *children])
            self._put_back(before)
            go_back()

        go_back = self._way_back(shown)
        self.undos.add(undo)
        self.undos.tell(Action.FOLDER_DELETED, len(listed), folder.name)

    def _take_out(
        self, chats: Sequence[ConversationSummary], folder_id: FolderId | None, trashed_at: float | None
    ) -> None:
        """Show chats in another folder; with a moment also in the trash, unless they are there already."""
        if trashed_at is not None:
            self._chat.abandon(*(each.id for each in chats if each.trashed_at is None))
        self._conversations.follow(
            each._replace(folder_id=folder_id, trashed_at=trashed_at if each.trashed_at is None else each.trashed_at)
            for each in chats
        )

    def chats_in(self, folders: Iterable[FolderId], *, with_put_away: bool = False) -> list[ConversationSummary]:
        """Return the chats of folders; those of the archive and the known trash too, if so wished."""
        wanted = set(folders)
        shelves = self._list.shelves
        found = [
            each for folder_id in wanted if folder_id in shelves.folders for each in shelves.folders[folder_id].items
        ]
        others = [shelves.pinned, *([shelves.archived, shelves.trash] if with_put_away else [])]
        return found + [each for shelf in others for each in shelf.items if each.folder_id in wanted]

    def begin_chat_in(self, folder_id: FolderId | None) -> None:
        """Show a new chat that will stand in a folder, and follows its preset."""
        folder = self.tree.get(folder_id)
        for each in self.tree.path(folder.id) if folder else ():
            self._list.set_open(each.id, is_open=True)  # else nobody would see it in the list
        self._beginning = folder
        self._conversations.start_new(folder.id if folder else None)

    def _on_opened(self, conversation: Conversation) -> None:
        folder, self._beginning = self._beginning, None
        if folder is None or folder.preset_id is None or conversation.folder_id != folder.id or conversation.title:
            return
        presets = self._presets()
        if presets.preset(folder.preset_id) is not None:
            presets.choose(folder.preset_id)

    def undo(self) -> None:
        """Take back what was done last."""
        self.undos.take_back()

    # Inside

    def _place(
        self,
        ids: Sequence[ConversationId],
        write: Callable[[Store], Any],
        action: Action,
        name: str = "",
        **changes: Any,
    ) -> None:
        known = [each for each in map(self._list.shelves.by_id.get, ids) if each is not None]
        changed = [(old, new) for old in known if (new := old._replace(**changes)) != old]
        if not changed:
            return
        shown = self._conversations.current.id
        before = [old for old, _new in changed]
        self._conversations.follow(new for _old, new in changed)
        self._submit(write)
        go_back = self._way_back(shown)

        def undo() -> None:
            self._put_back([placement_of(each) for each in before])
            go_back()

        self.undos.add(undo)
        self.undos.tell(action, len(changed), name or changed[0][1].title)

    def _way_back(self, shown: ConversationId) -> Callable[[], None]:
        """Return what shows a chat again that had to be left, unless the person has gone to another since."""
        has_left = shown != self._conversations.current.id

        def go_back() -> None:
            if has_left and not self._conversations.current.title:
                self._conversations.open(shown)

        return go_back

    def _put_back(self, placements: Sequence[Placement]) -> None:
        tree = self.tree
        placements = [
            each if each.folder_id is None or each.folder_id in tree else each._replace(folder_id=None)
            for each in placements
        ]
        by_id = self._list.shelves.by_id
        known = [(each, summary) for each in placements if (summary := by_id.get(each.id)) is not None]
        self._conversations.follow(placed(summary, each) for each, summary in known)
        self._submit(lambda store: store.order.put_back(placements))

    def _save_folders(self, folders: Sequence[Folder]) -> None:
        replaced = {each.id: each for each in folders}
        others = [each for each, _depth in self.tree.walk() if each.id not in replaced]
        self._show_folders([*others, *folders])
        self._submit(lambda store: store.folders.save(*folders))

    def _show_folders(self, folders: Iterable[Folder]) -> None:
        self._list.set_folders(FolderTree(folders))
        self.changed.emit()

    def _note_day(self) -> None:
        """Count this day for what is in the trash, and have removed what was there for long enough."""
        days = self._settings.current.general.trash_days or None

        def show(count: int) -> None:
            if count:
                self.read_trash()

        self._submit(lambda store: store.order.note_day(clock.today(), days), show)

    def _submit(self, job: Callable[[Store], Any], then: Callable[[Any], None] | None = None) -> None:
        self._store.submit(job, then, self._conversations.on_store_failed)
