"""All backups, what each holds, and bringing it back: everything, or chosen chats."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
)

from easychat_gui.controllers.backups import BackupController
from easychat_gui.domain.backups import PUT_ASIDE, Backup, BackupsReport, Difference, ListedChat, RestoredChats
from easychat_gui.domain.errors import EasyChatError
from easychat_gui.domain.ids import ConversationId, EndpointId
from easychat_gui.domain.messages import Message, Role
from easychat_gui.ui.backup_words import date_of, details_of, difference_of, problem_of
from easychat_gui.ui.count_words import chats_of
from easychat_gui.ui.dialogs.backup_chats import BackupChats
from easychat_gui.ui.settings.servers.entries import Entry
from easychat_gui.ui.settings.servers.entry_delegate import ENTRY_ROLE, ROW_HEIGHT, EntryDelegate
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.labels import heading, muted, rule
from easychat_gui.ui.widgets.region import Region

if TYPE_CHECKING:
    from easychat_gui.storage.opened_backup import OpenedBackup

WANTED_SIZE = QSize(1060, 700)
LIST_WIDTH = 330
WIDE = 720
"""From this width on, in px, the backups stand beside what is in them, else above it."""
LOW_LIST = 170
QWIDGETSIZE_MAX = (1 << 24) - 1
MOST_CHARACTERS = 200_000
"""Of the messages of a chat, for looking at."""


class BackupsDialog(Region, QDialog):
    """Backups at the left, the chats of the chosen one at the right with the messages of the chosen chat below."""

    def __init__(self, backups: BackupController, shown_first: Path | None = None) -> None:
        """``shown_first`` is the path of the one that is chosen to begin with, else the newest that can be used."""
        super().__init__()
        self.setObjectName("backupsDialog")
        self.setWindowTitle(self.tr("Restore a backup"))
        self.setAccessibleName(self.windowTitle())
        self.setToolTip(self.windowTitle())
        self._backups = backups
        self._shown_first = shown_first
        self._listed: list[Backup] = []
        self._differences: Mapping[Path, Difference] = {}
        self._chats: list[ListedChat] = []
        self._shown: Backup | None = None
        self._opened: OpenedBackup | None = None
        self._opening: Backup | None = None
        self._wish: list[ConversationId] = []
        """Chats to be brought back as soon as the backup is put together."""
        self._is_done = False
        self._make_lists()
        self._make_buttons()
        self._lay_out()
        self._say(self.tr("The backups are being read…"))
        backups.read_list(self._fill, self._tell)

    def sizeHint(self) -> QSize:
        return WANTED_SIZE

    def done(self, result: int) -> None:
        self._is_done = True
        self._let_go()
        super().done(result)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= WIDE
        direction = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        self._sides.setDirection(direction)
        self._below.setDirection(direction)  # side by side their words would be cut off
        self._side.setFixedWidth(LIST_WIDTH if is_wide else self.width())
        self._list.setMaximumHeight(QWIDGETSIZE_MAX if is_wide else LOW_LIST)

    # The backups

    def _fill(self, report: BackupsReport) -> None:
        if self._is_done:
            return
        self._listed = sorted(
            report.backups + report.put_aside, key=lambda each: (each.made_at, each.number), reverse=True
        )
        self._say("" if self._listed else self.tr("There is no backup yet. “Back up now” in the settings makes one."))
        for each in (self._contents, self._messages):
            each.setVisible(bool(self._listed))  # empty boxes would say that something went wrong
        for _backup in self._listed:
            item = QListWidgetItem()
            item.setSizeHint(QSize(0, ROW_HEIGHT + 16))
            self._list.addItem(item)
        self._show_rows()
        of_choice = self._usable_rows()
        self._list.setCurrentRow(of_choice[0] if of_choice else min(0, len(self._listed) - 1))
        self._list.setFocus()
        self._backups.read_differences(self._listed, self._take_differences)

    def _usable_rows(self) -> list[int]:
        """Return the rows of what can be used, that which is to be shown first in front, what was put aside last."""
        usable = [row for row, each in enumerate(self._listed) if each.fault is None]
        return sorted(
            usable, key=lambda row: (self._listed[row].path != self._shown_first, self._listed[row].kind in PUT_ASIDE)
        )

    def _take_differences(self, differences: Mapping[Path, Difference]) -> None:
        if not self._is_done:
            self._differences = differences
            self._show_rows()
            self._show_chats()

    def _show_rows(self) -> None:
        for row, backup in enumerate(self._listed):
            item = self._list.item(row)
            difference = difference_of(self._differences.get(backup.path))
            details = "\n".join(each for each in (details_of(backup), difference) if each)
            name = date_of(backup.made_at)
            role = "ok" if backup.fault is None else "danger"
            item.setData(ENTRY_ROLE, Entry(EndpointId(""), name, details, "", role, ""))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}. {details}")
            item.setToolTip(str(backup.path))

    def _choose(self) -> None:
        row = self._list.currentRow()
        backup = self._listed[row] if 0 <= row < len(self._listed) else None
        if backup is self._shown:
            return
        self._let_go()
        self._shown = backup
        self._chats = []
        self._show_chats()
        self._messages.clear()
        can_be_used = backup is not None and backup.fault is None
        self._everything.setEnabled(can_be_used)
        if backup is not None and can_be_used:
            self._say("")
            self._backups.read_chats(backup, lambda chats: self._take_chats(backup, chats), self._tell)
        elif backup is not None:
            self._say(details_of(backup) + ".")

    # Its chats

    def _take_chats(self, backup: Backup, chats: list[ListedChat]) -> None:
        if backup is self._shown and not self._is_done:
            self._chats = chats
            self._show_chats()

    def _show_chats(self) -> None:
        self._contents.show_chats(self._chats, self._differences.get(self._shown.path) if self._shown else None)

    def _on_chosen(self) -> None:
        count = len(self._contents.chosen)
        words = self.tr("Bring back {count} chats").format(count=count)
        if count < 2:
            words = self.tr("Bring back this chat") if count else self.tr("Bring back chosen chats")
        self._some.setText(words)
        self._some.setAccessibleName(words)
        self._some.setEnabled(count > 0)

    # The messages of one of them

    def _show_messages(self) -> None:
        chat = self._contents.current
        if chat is None or self._shown is None:
            return
        if self._opened is None:
            self._open()
            return
        self._backups.read_messages(self._opened, chat, lambda found: self._take_messages(chat, found), self._tell)

    def _take_messages(self, chat: ConversationId, messages: list[Message]) -> None:
        if not self._is_done and self._contents.current == chat:
            self._messages.setPlainText("\n\n".join(map(self._said, messages))[:MOST_CHARACTERS])

    def _said(self, message: Message) -> str:
        who = self.tr("You") if message.role is Role.USER else message.model_id or self.tr("Answer")
        files = "".join(f"\n[{each.name}]" for each in message.attachments)
        return f"{who}:\n{message.text}{files}"

    def _open(self) -> None:
        """Put the chosen backup together, once."""
        backup = self._shown
        if backup is None or self._opening is backup:
            return
        self._opening = backup
        self._say(self.tr("The backup is being put together…"))
        self._backups.open(backup, lambda opened: self._take_opened(backup, opened), self._tell)

    def _take_opened(self, backup: Backup, opened: OpenedBackup) -> None:
        self._opening = None
        if self._is_done or backup is not self._shown:
            self._backups.let_go(opened)
            return
        self._opened = opened
        self._say("")
        self._show_messages()
        if self._wish:
            self._bring_back(self._wish)

    def _let_go(self) -> None:
        if self._opened is not None:
            self._backups.let_go(self._opened)
        self._opened = None
        self._wish = []

    # Bringing back

    def _restore_some(self) -> None:
        chosen = self._contents.chosen
        if not chosen:
            return
        if self._opened is None:
            self._wish = chosen
            self._open()
        else:
            self._bring_back(chosen)

    def _bring_back(self, chosen: list[ConversationId]) -> None:
        self._wish = []
        if self._opened is not None:
            self._some.setEnabled(False)
            self._say(self.tr("The chats are being brought back…"))
            self._backups.restore_chats(self._opened, chosen, self._take_restored, self._tell)

    def _take_restored(self, restored: RestoredChats) -> None:
        if self._is_done:
            return
        words = self.tr("Brought back: {chats}.").format(chats=chats_of(len(restored.chats)))
        if restored.copies:
            copies = self.tr("As a copy, beside the one that is here: {count}.")
            words += " " + copies.format(count=restored.copies)
        if restored.missing_files:
            words += " " + self.tr("Attached files that are nowhere: {count}.").format(count=restored.missing_files)
        self._say(words)
        self._backups.read_differences(self._listed, self._take_differences)

    def _restore_everything(self) -> None:
        if self._shown is not None and self._shown.fault is None:
            backup = self._shown
            self._let_go()
            self.accept()
            self._backups.restore_all(backup)

    def _tell(self, error: EasyChatError) -> None:
        if not self._is_done:
            self._opening = None
            self._on_chosen()
            self._say(problem_of(error))

    def _say(self, words: str) -> None:
        self._words.setText(words)
        self._words.setAccessibleName(words)

    # Laying out

    def _make_lists(self) -> None:
        self._list = QListWidget()
        self._list.setObjectName("backupList")
        self._list.setProperty("look", "servers")
        self._list.setItemDelegate(EntryDelegate(self._list))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAccessibleName(self.tr("Backups"))
        self._list.setToolTip(self.tr("Choose a backup to see what is in it"))
        self._list.currentRowChanged.connect(lambda _row: self._choose())
        self._contents = BackupChats()
        self._contents.chosen_changed.connect(self._on_chosen)
        self._contents.current_changed.connect(self._show_messages)
        self._messages = QPlainTextEdit()
        self._messages.setObjectName("backupMessages")
        self._messages.setReadOnly(True)
        self._messages.setTabChangesFocus(True)
        self._messages.setPlaceholderText(self.tr("Choose a chat to read it here."))
        self._messages.setAccessibleName(self.tr("Messages of the chosen chat"))
        self._messages.setToolTip(self.tr("Can be marked and copied"))
        self._words = muted("", -0.5)
        self._words.setObjectName("backupWords")
        self._words.setWordWrap(True)

    def _make_buttons(self) -> None:
        self._everything = text_button(
            self.tr("Restore everything"),
            self.tr("Put this backup in the place of today's chats; those are kept in a file beside it"),
            name="restoreEverythingButton",
        )
        self._everything.setEnabled(False)
        self._everything.clicked.connect(self._restore_everything)
        self._some = text_button(self.tr("Bring back chosen chats"), name="bringBackButton", look="primary")
        self._some.setToolTip(self.tr("Bring the chosen chats back among today's; nothing of today is changed"))
        self._some.setEnabled(False)
        self._some.clicked.connect(self._restore_some)
        self._close = text_button(self.tr("Close"), name="backupsCloseButton")
        self._close.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.setSpacing(0)
        left = QVBoxLayout()
        left.setContentsMargins(Space.M, Space.L, Space.M, Space.L)
        left.setSpacing(Space.S)
        title = heading(self.windowTitle(), 3.0)
        title.setContentsMargins(Space.M, 0, Space.M, 0)  # above the texts of the list, not above its edge
        left.addWidget(title)
        left.addWidget(self._list, 1)
        self._side = QFrame(self)
        self._side.setLayout(left)
        self._sides.addWidget(self._side)
        right = QVBoxLayout()
        right.setContentsMargins(Space.L, Space.L + Space.XS, Space.XL, Space.L)
        right.setSpacing(Space.S)
        right.addWidget(self._contents, 3)
        right.addWidget(self._messages, 2)
        right.addWidget(self._words)
        right.addWidget(rule())
        self._below = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._below.setSpacing(Space.S + 2)
        self._below.addWidget(self._everything)
        self._below.addStretch()
        self._below.addWidget(self._close)
        self._below.addWidget(self._some)
        right.addLayout(self._below)
        self._sides.addLayout(right, 1)
