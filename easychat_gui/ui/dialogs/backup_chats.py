"""The chats of a backup, to be searched and chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from easychat_gui.domain.backups import Difference, ListedChat
from easychat_gui.domain.ids import ConversationId, EndpointId
from easychat_gui.ui.backup_words import date_of
from easychat_gui.ui.count_words import chats_of, messages_of
from easychat_gui.ui.settings.servers.entries import Entry
from easychat_gui.ui.settings.servers.entry_delegate import ENTRY_ROLE, ROW_HEIGHT, EntryDelegate
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import faint, plain
from easychat_gui.ui.widgets.list_search import ListSearch

MOST_CHATS = 1_000
"""So many rows are listed; whoever has more searches."""

_ID_ROLE = Qt.ItemDataRole.UserRole + 1


class BackupChats(QWidget):
    """``chosen_changed``: others are chosen; ``current_changed``: another is to be read, or none."""

    chosen_changed = Signal()
    current_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._chats: Sequence[ListedChat] = ()
        self._difference: Difference | None = None
        self._list = QListWidget()
        self._list.setObjectName("backupChats")
        self._list.setProperty("look", "servers")
        self._list.setItemDelegate(EntryDelegate(self._list))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._list.setAccessibleName(self.tr("Chats of this backup"))
        self._list.setToolTip(
            self.tr("Choose chats to read them here or to bring them back; several with Ctrl or Shift")
        )
        self._list.itemSelectionChanged.connect(self.chosen_changed)
        self._list.currentItemChanged.connect(lambda _new, _old: self.current_changed.emit())
        self._search = ListSearch(self._list)
        self._search.setObjectName("backupSearch")
        self._search.setPlaceholderText(self.tr("Search the titles"))
        self._search.setAccessibleName(self.tr("Search the chats of this backup"))
        self._search.setToolTip(self._search.accessibleName())
        self._search.textChanged.connect(lambda _text: self._fill())
        self._count = faint("")
        above = QHBoxLayout()
        above.addWidget(plain(self.tr("Chats in it")))
        above.addWidget(self._count, 1, Qt.AlignmentFlag.AlignRight)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(Space.S)
        rows.addLayout(above)
        rows.addWidget(self._search)
        rows.addWidget(self._list, 1)

    @property
    def chosen(self) -> list[ConversationId]:
        return [ConversationId(item.data(_ID_ROLE)) for item in self._list.selectedItems()]

    @property
    def current(self) -> ConversationId | None:
        """The one to be read."""
        return ConversationId(self._list.currentItem().data(_ID_ROLE)) if self._list.currentRow() >= 0 else None

    def show_chats(self, chats: Sequence[ListedChat], difference: Difference | None) -> None:
        """List these, with what they have that is no longer here."""
        self._chats, self._difference = chats, difference
        self._fill()

    def _fill(self) -> None:
        """List the chats that fit the search; those that are gone now come first."""
        chosen = set(self.chosen)
        gone = self._difference.gone if self._difference else frozenset()
        wanted = self._search.text().casefold().split()
        found = [each for each in self._chats if all(word in each.title.casefold() for word in wanted)]
        found.sort(key=lambda chat: chat.id not in gone)
        self._list.blockSignals(True)
        self._list.clear()
        for chat in found[:MOST_CHATS]:
            item = self._row_of(chat)
            self._list.addItem(item)
            item.setSelected(chat.id in chosen)
        self._list.blockSignals(False)
        words = chats_of(len(found)) if self._chats else ""
        if len(found) > MOST_CHATS:
            words = self.tr("The first {count} of {all} chats").format(count=MOST_CHATS, all=len(found))
        self._count.setText(words)
        self.chosen_changed.emit()

    def _row_of(self, chat: ListedChat) -> QListWidgetItem:
        difference = self._difference
        title = chat.title or self.tr("Without a title")
        parts = [date_of(chat.updated_at), messages_of(chat.messages)]
        role = "text_faint"
        if difference and chat.id in difference.gone:
            role = "warning"
            parts.append(self.tr("gone now"))
        elif difference and chat.id in difference.fuller:
            role = "warning"
            parts.append(self.tr("more messages than now"))
        item = QListWidgetItem()
        item.setData(ENTRY_ROLE, Entry(EndpointId(""), title, " · ".join(parts), "", role, ""))
        item.setData(_ID_ROLE, chat.id)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join((title, *parts)))
        item.setToolTip(title)
        item.setSizeHint(QSize(0, ROW_HEIGHT))
        return item
