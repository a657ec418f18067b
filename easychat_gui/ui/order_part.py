"""Putting chats in order: what menus, keys, drops and the bars of the sidebar ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from easychat_gui.controllers.order import OrderController
from easychat_gui.domain.conversations import Conversation, ConversationSummary
from easychat_gui.domain.folders import Folder
from easychat_gui.domain.ids import ConversationId, FolderId
from easychat_gui.qtmodels.sections import FolderRow, ShelfKind, ShelfRow, TagRow, View, ViewKind
from easychat_gui.ui.commands import Command, Place
from easychat_gui.ui.count_words import chats_of
from easychat_gui.ui.flows import Flows
from easychat_gui.ui.shortcuts import Keys
from easychat_gui.ui.sidebar.row_words import describer
from easychat_gui.ui.sidebar.views import SidebarViews

if TYPE_CHECKING:
    from easychat_gui.ui.main_window import Controllers, MainWindow

GROUP = 1
SORTING_GROUP = 2


class OrderPart(QObject):
    """A `LibraryPart`."""

    def __init__(self, window: MainWindow, controllers: Controllers, flows: Flows) -> None:
        super().__init__(window)
        self._window = window
        self._to = controllers
        self._flows = flows
        self._order: OrderController = controllers.order()
        self._list = controllers.conversations.list
        self._sidebar = window.sidebar
        self._list.describe = describer(self._list)
        self.views = SidebarViews(window.sidebar, self._order, self._list, window.state)
        window.closing.connect(self.views.keep)
        self._connect_table()
        self._connect_bars()
        controllers.conversations.opened.connect(self._show_whether_in_trash)
        controllers.conversations.updated.connect(self._show_whether_in_trash)

    def commands(self) -> Iterable[Command]:
        has_chats = self._has_chats
        view = self._list.view
        words = self.tr("Bring back from the archive") if self._are_archived(self._chosen()) else self.tr("Archive")
        yield Command("newFolder", self.tr("New folder…"), self._ask_for_folder, place=Place.LIBRARY, group=GROUP)
        yield Command(
            "showArchive",
            self.tr("Show the archive"),
            partial(self._show, ViewKind.ARCHIVE),
            place=Place.LIBRARY,
            group=GROUP,
        )
        yield Command(
            "showTrash",
            self.tr("Show the trash"),
            partial(self._show, ViewKind.TRASH),
            place=Place.LIBRARY,
            group=GROUP,
        )
        yield Command("showAll", self.tr("Show all chats"), self.views.go_back, is_enabled=lambda: view != View())
        yield Command("emptyTrash", self.tr("Empty the trash…"), self._ask_to_empty, is_enabled=self._has_trash)
        yield Command(
            "moveToFolder", self.tr("Move to folder…"), self._ask_where, Keys.MOVE_TO_FOLDER, is_enabled=has_chats
        )
        yield Command("tagChats", self.tr("Tag…"), self._ask_for_tags, Keys.TAG, is_enabled=has_chats)
        yield Command("archiveChats", words, self._toggle_archive, Keys.ARCHIVE, is_enabled=has_chats)
        yield Command("trashChats", self.tr("Put into the trash"), self._trash_chosen, is_enabled=has_chats)
        yield Command("undoOrder", self.tr("Take back what was done last"), self._order.undo, is_enabled=self._can_undo)
        for order, order_words in self.views.order_words().items():
            run = partial(self.views.sort_by, order)
            yield Command(
                f"sort-{order.value}",
                order_words,
                run,
                place=Place.LIBRARY,
                group=SORTING_GROUP,
                is_checked=partial(self.views.is_sorted_by, order),
            )
        for folder, _depth in self._order.tree.walk():
            name = " › ".join(each.name for each in self._order.tree.path(folder.id))
            show = partial(self.views.show, View(ViewKind.FOLDER, folder.id))
            yield Command(f"folder-{folder.id}", self.tr("Show folder: {name}").format(name=name), show)
        for tag in self._order.tags.all:
            show = partial(self.views.show, View(ViewKind.TAG, tag_id=tag.id))
            yield Command(f"tag-{tag.id}", self.tr("Show tag: {name}").format(name=tag.name), show)

    def fill_menu(self, menu: QMenu, chosen: list[ConversationSummary]) -> None:
        ids = [each.id for each in chosen]
        if all(each.trashed_at is not None for each in chosen):
            _add(menu, "restoreChats", self.tr("Restore"), lambda: self._order.restore(ids))
            _add(menu, "deleteForGood", self.tr("Delete for good…"), lambda: self._ask_to_delete(chosen))
            return
        is_pinned = not all(each.is_pinned for each in chosen)
        words = self.tr("Pin") if is_pinned else self.tr("Unpin")
        _add(menu, "pinChats", words, lambda: self._order.set_pinned(ids, is_pinned=is_pinned))
        _add(menu, "moveToFolder", self.tr("Move to folder…"), lambda: self._ask_where(chosen)).setShortcut(
            Keys.MOVE_TO_FOLDER
        )
        _add(menu, "tagChats", self.tr("Tag…"), lambda: self._ask_for_tags(chosen)).setShortcut(Keys.TAG)
        archived = self._are_archived(chosen)
        words = self.tr("Bring back from the archive") if archived else self.tr("Archive")
        _add(menu, "archiveChats", words, lambda: self._order.archive(ids, is_archived=not archived)).setShortcut(
            Keys.ARCHIVE
        )
        _add(menu, "trashChats", self.tr("Put into the trash"), lambda: self._order.trash(ids))
        for action in menu.actions():
            action.setShortcutVisibleInContextMenu(True)

    # What the list asks for

    def _connect_table(self) -> None:
        table, order = self._sidebar.table, self._order
        self._sidebar.trash_requested.connect(self._trash)
        table.undo_requested.connect(order.undo)
        table.chats_dropped.connect(order.move)
        table.folder_dropped.connect(order.move_folder)
        table.put_away.connect(self._put_away)
        table.tag_dropped.connect(lambda ids, tag_id: order.tags.put(ids, tag_id, is_on=True))
        table.folder_edit_requested.connect(self._ask_about_folder)
        table.folder_delete_requested.connect(self._ask_to_delete_folder)
        table.folder_shift_requested.connect(self._shift_folder)
        table.head_menu_requested.connect(self._show_head_menu)

    def _connect_bars(self) -> None:
        bar = self.views.bar
        bar.move_requested.connect(lambda: self._ask_where())
        bar.tag_requested.connect(lambda: self._ask_for_tags())
        bar.archive_requested.connect(self._toggle_archive)
        bar.trash_requested.connect(self._trash_chosen)
        bar.restore_requested.connect(self._restore_chosen)
        bar.menu_requested.connect(self._show_choice_menu)
        self.views.row.menu_requested.connect(self._show_view_menu)

    def _put_away(self, ids: Sequence[ConversationId], kind: ShelfKind) -> None:
        if kind is ShelfKind.TRASH:
            self._order.trash(ids)
        else:
            self._order.archive(ids)

    def _show_whether_in_trash(self, conversation: Conversation) -> None:
        self._window.talk.show_in_trash(conversation.trashed_at is not None, self._restore_shown)

    def _restore_shown(self) -> None:
        self._order.restore([self._to.conversations.current.id])

    # Chats

    def _chosen(self) -> list[ConversationSummary]:
        """Return what a key or a command is about: the chats that are chosen, else the one that is shown."""
        chosen = self._sidebar.table.chosen_chats()
        if len(chosen) > 1 or (chosen and self._sidebar.table.hasFocus()):
            return chosen
        shown = self._list.get(self._to.conversations.current.id)
        return [shown] if shown is not None else []

    def _has_chats(self) -> bool:
        return bool(self._chosen())

    def _has_trash(self) -> bool:
        return self._list.shelves.trash_count > 0

    def _can_undo(self) -> bool:
        return bool(self._order.undos)

    def _ask_where(self, chosen: Sequence[ConversationSummary] | None = None) -> None:
        from easychat_gui.ui.dialogs.choose_folder import ChooseFolder

        chats = list(chosen or self._chosen())
        if not chats:
            return
        places = {each.folder_id for each in chats}
        standing_in = places.pop() if len(places) == 1 else None
        words = self.tr("Move {chats} to").format(chats=chats_of(len(chats)))

        def take(dialog: QDialog) -> None:
            if isinstance(dialog, ChooseFolder):
                folder_id = dialog.choice
                if dialog.new_name:
                    folder_id = self._order.add_folder(Folder(FolderId(""), dialog.new_name)).id
                self._order.move([each.id for each in chats], folder_id)

        self._flows.open_dialog(lambda: ChooseFolder(words, self._order.tree, standing_in=standing_in), take)

    def _ask_for_tags(self, chosen: Sequence[ConversationSummary] | None = None) -> None:
        from easychat_gui.ui.dialogs.choose_tags import ChooseTags

        chats = list(chosen or self._chosen())
        if chats:
            self._flows.open_dialog(lambda: ChooseTags(self._order, chats))

    def _are_archived(self, chosen: Sequence[ConversationSummary]) -> bool:
        return bool(chosen) and all(each.archived_at is not None for each in chosen)

    def _toggle_archive(self) -> None:
        chosen = self._chosen()
        is_archived = not self._are_archived(chosen)
        self._staying(lambda: self._order.archive([each.id for each in chosen], is_archived=is_archived))

    def _trash_chosen(self) -> None:
        self._trash(self._chosen())

    def _trash(self, chosen: Sequence[ConversationSummary]) -> None:
        if chosen and all(each.trashed_at is not None for each in chosen):
            self._ask_to_delete(chosen)
        else:
            self._staying(lambda: self._order.trash([each.id for each in chosen]))

    def _staying(self, act: Callable[[], object]) -> None:
        """Do something after which another chat may be shown; who was in the list goes on there, with the next row."""
        table = self._sidebar.table
        was_there = table.hasFocus()
        act()
        if was_there:
            table.setFocus()
            table.choose_current()

    def _restore_chosen(self) -> None:
        chosen = self._chosen()
        if all(each.trashed_at is not None for each in chosen):
            self._order.restore([each.id for each in chosen])
        else:
            self._order.archive([each.id for each in chosen], is_archived=False)

    def _ask_to_delete(self, chosen: Sequence[ConversationSummary]) -> None:
        ids = [each.id for each in chosen]
        title = self.tr("Delete {chats} for good?").format(chats=chats_of(len(ids)))
        sentence = self.tr("All messages and the files that only they use are removed. Nothing brings them back.")
        self._flows.confirm(title, sentence, self.tr("Delete for good"), lambda: self._order.delete_for_good(ids))

    def _ask_to_empty(self) -> None:
        title = self.tr("Empty the trash?")
        sentence = self.tr("{chats} will be deleted for good. Nothing brings them back.").format(
            chats=chats_of(self._list.shelves.trash_count)
        )
        self._flows.confirm(title, sentence, self.tr("Empty the trash"), self._order.empty_trash)

    # Folders

    def _ask_for_folder(self, parent_id: FolderId | None = None) -> None:
        folder = Folder(FolderId(""), "", parent_id or self._list.view.folder_id)
        self._fill_in(self.tr("New folder"), self.tr("Create"), folder, self._order.add_folder)

    def _ask_about_folder(self, folder: Folder) -> None:
        self._fill_in(self.tr("Folder"), self.tr("Save"), folder, self._order.change_folder)

    def _fill_in(self, title: str, done: str, folder: Folder, save: Callable[[Folder], object]) -> None:
        from easychat_gui.ui.dialogs.folder_form import FolderForm

        def take(dialog: QDialog) -> None:
            if isinstance(dialog, FolderForm) and dialog.folder.name:
                save(dialog.folder)

        presets = self._to.presets().presets
        self._flows.open_dialog(lambda: FolderForm(title, done, folder, presets), take)

    def _ask_to_delete_folder(self, folder: Folder) -> None:
        inside = self._order.chats_in(self._order.tree.within(folder.id), with_put_away=True)
        if not inside and not self._order.tree.children(folder.id):
            self._order.delete_folder(folder.id, with_chats=False)
            return
        title = self.tr("Delete the folder “{name}”?").format(name=folder.name)
        sentence = self.tr("What shall become of what is in it?")
        ways = {
            self.tr("Move up what is in it"): lambda: self._order.delete_folder(folder.id, with_chats=False),
            self.tr("Chats to the trash"): lambda: self._order.delete_folder(folder.id, with_chats=True),
            self.tr("Cancel"): lambda: None,
        }
        self._flows.choose_way(title, sentence, ways)

    def _ask_where_folder(self, folder: Folder) -> None:
        from easychat_gui.ui.dialogs.choose_folder import ChooseFolder

        tree = self._order.tree
        words = self.tr("Move “{name}” into").format(name=folder.name)

        def take(dialog: QDialog) -> None:
            if isinstance(dialog, ChooseFolder):
                self._order.move_folder(folder.id, dialog.choice)

        without = set(tree.within(folder.id))
        standing_in = tree.parent_of(folder.id)
        self._flows.open_dialog(
            lambda: ChooseFolder(words, tree, without=without, standing_in=standing_in, can_make=False), take
        )

    def _shift_folder(self, folder: Folder, step: int) -> None:
        parent_id = self._order.tree.parent_of(folder.id)
        ids = [each.id for each in self._order.tree.children(parent_id)]
        place = ids.index(folder.id)
        if not 0 <= place + step < len(ids):
            return
        before = place - 1 if step < 0 else place + 2
        self._order.move_folder(folder.id, parent_id, ids[before] if before < len(ids) else None)

    # Menus

    def _show_head_menu(self, entry: FolderRow | ShelfRow | TagRow, point: QPoint) -> None:
        menu = self._menu()
        match entry:
            case FolderRow():
                self._fill_folder_menu(menu, entry.folder)
            case TagRow():
                _add(
                    menu,
                    "showTag",
                    self.tr("Show only these"),
                    partial(self.views.show, View(ViewKind.TAG, tag_id=entry.tag.id)),
                )
                _add(menu, "deleteTag", self.tr("Delete this tag"), lambda: self._order.tags.delete(entry.tag.id))
            case ShelfRow(kind=ShelfKind.TRASH):
                _add(menu, "emptyTrash", self.tr("Empty the trash…"), self._ask_to_empty)
            case _:
                return
        menu.exec(point)

    def _fill_folder_menu(self, menu: QMenu, folder: Folder) -> None:
        _add(menu, "newChatInFolder", self.tr("New chat here"), lambda: self._order.begin_chat_in(folder.id))
        _add(menu, "newFolderInside", self.tr("New folder inside…"), lambda: self._ask_for_folder(folder.id))
        view = View(ViewKind.FOLDER, folder.id)
        _add(menu, "showFolder", self.tr("Show only this folder"), lambda: self.views.show(view))
        menu.addSeparator()
        _add(menu, "editFolder", self.tr("Name, emoji and preset…"), lambda: self._ask_about_folder(folder))
        _add(menu, "moveFolder", self.tr("Move into another folder…"), lambda: self._ask_where_folder(folder))
        _add(menu, "folderUp", self.tr("Move up"), lambda: self._shift_folder(folder, -1))
        _add(menu, "folderDown", self.tr("Move down"), lambda: self._shift_folder(folder, 1))
        _add(menu, "exportFolder", self.tr("Export this folder…"), lambda: self._flows.export_folder(folder))
        menu.addSeparator()
        _add(menu, "deleteFolder", self.tr("Delete folder…"), lambda: self._ask_to_delete_folder(folder))

    def _show_view_menu(self, button: QWidget) -> None:
        menu = self._menu()
        view = self._list.view
        folder = self._order.tree.get(view.folder_id)
        if folder is not None:
            self._fill_folder_menu(menu, folder)
        elif view.kind is ViewKind.TRASH:
            _add(menu, "emptyTrash", self.tr("Empty the trash…"), self._ask_to_empty).setEnabled(self._has_trash())
        menu.addSeparator()
        self.views.add_orders(menu)
        menu.exec(button.mapToGlobal(button.rect().bottomLeft()))

    def _show_choice_menu(self, button: QWidget) -> None:
        menu = self._menu()
        self._sidebar.menu_opening.emit(menu, self._sidebar.table.chosen_chats())
        menu.exec(button.mapToGlobal(button.rect().topLeft()))

    def _menu(self) -> QMenu:
        menu = QMenu(self._sidebar)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _show(self, kind: ViewKind) -> None:
        if not self._sidebar.isVisible():
            self._window.panels.toggle_sidebar()
        self.views.show(View(kind))


def _add(menu: QMenu, name: str, words: str, run: Callable[[], object]) -> QAction:
    action = menu.addAction(words, run)
    action.setObjectName(name)
    return action
