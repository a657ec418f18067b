"""All folders, to be searched: where something shall be put. Or a new one, by the name that was typed."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QListWidgetItem

from easychat_gui.domain.folder_tree import FolderTree
from easychat_gui.domain.ids import FolderId
from easychat_gui.ui import icons, theme
from easychat_gui.ui.dialogs.chooser import Chooser
from easychat_gui.ui.theme import Size
from easychat_gui.ui.widgets.buttons import text_button

WANTED_SIZE = QSize(480, 480)
ROW_HEIGHT = 34
_FOLDER_ROLE = Qt.ItemDataRole.UserRole + 1
_NEW_ROLE = Qt.ItemDataRole.UserRole + 2


class ChooseFolder(Chooser):
    """``choice`` is a folder, or None for none of them; ``new_name`` that of one to be made."""

    def __init__(
        self,
        title: str,
        tree: FolderTree,
        *,
        without: Collection[FolderId] = (),
        standing_in: FolderId | None = None,
        can_make: bool = True,
    ) -> None:
        super().__init__("chooseFolder", title, WANTED_SIZE)
        self.choice: FolderId | None = None
        self.new_name = ""
        self._can_make = can_make
        self._list.setProperty("look", "servers")
        self._list.setAccessibleName(self.tr("Folders"))
        self._list.setToolTip(self.tr("Choose the folder"))
        self._list.itemClicked.connect(self._take)
        self._list.itemActivated.connect(self._take)
        hint = self.tr("Search, or type the name of a new folder") if can_make else self.tr("Search the folders")
        self._search.setPlaceholderText(hint)
        self._search.setAccessibleName(self.tr("Search the folders"))
        self._search.setToolTip(hint)
        self._search.textChanged.connect(lambda _text: self._filter())
        self._search.returnPressed.connect(lambda: self._take(self._list.currentItem()))
        self._fill(tree, without, standing_in)
        cancel = text_button(self.tr("Cancel"), self.tr("Leave everything where it is"))
        cancel.clicked.connect(self.reject)
        self._lay_out(cancel)
        self._filter()

    def _fill(self, tree: FolderTree, without: Collection[FolderId], standing_in: FolderId | None) -> None:
        self._add(self.tr("No folder"), "close", None)
        for folder, _depth in tree.walk():
            if folder.id not in without:
                path = " › ".join(each.name for each in tree.path(folder.id))
                item = self._add(f"{folder.icon} {path}".strip(), "" if folder.icon else "folder", folder.id)
                if folder.id == standing_in:
                    item.setToolTip(self.tr("Where it stands now"))
        if self._can_make:
            self._new = self._add("", "plus", None)
            self._new.setData(_NEW_ROLE, True)

    def _add(self, words: str, icon: str, folder_id: FolderId | None) -> QListWidgetItem:
        item = QListWidgetItem(words)
        item.setToolTip(words)
        if icon:
            item.setIcon(icons.icon(icon, theme.current().text_muted, Size.ICON))
        item.setData(_FOLDER_ROLE, folder_id)
        item.setSizeHint(QSize(0, ROW_HEIGHT))
        self._list.addItem(item)
        return item

    def _filter(self) -> None:
        typed = self._typed()
        count = 0
        names = set()
        for row in range(self._list.count()):
            item = self._list.item(row)
            if item.data(_NEW_ROLE):
                item.setText(self.tr("New folder “{name}”").format(name=typed))
                item.setHidden(not typed or typed.casefold() in names)
                continue
            names.add(item.text().rpartition(" › ")[2].casefold())
            fits = self._fits(item.text())
            item.setHidden(not fits)
            count += fits
        self._words.setText("" if count else self.tr("No folder has such a name"))
        self._mark_first()

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is None or item.isHidden():
            return
        if item.data(_NEW_ROLE):
            self.new_name = self._typed()
        else:
            folder_id = item.data(_FOLDER_ROLE)
            self.choice = None if folder_id is None else FolderId(folder_id)
        self.accept()
