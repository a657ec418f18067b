"""The chats of a backup: what is missing today comes first, and what was chosen stays so."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit, QListWidget
from pytestqt.qtbot import QtBot

from easychat_gui.domain.backups import Difference, ListedChat
from easychat_gui.domain.ids import ConversationId
from easychat_gui.ui.dialogs.backup_chats import BackupChats

CHATS = [ListedChat(ConversationId(name[0]), name, 1.0, 1) for name in ("Auk", "Bittern", "Curlew")]


@pytest.fixture
def shown(qtbot: QtBot) -> BackupChats:
    widget = BackupChats()
    qtbot.addWidget(widget)
    widget.show_chats(CHATS, None)
    return widget


def list_of(widget: BackupChats) -> QListWidget:
    found = widget.findChild(QListWidget, "backupChats")
    assert found is not None
    return found


def titles(widget: BackupChats) -> list[str]:
    return [list_of(widget).item(row).toolTip() for row in range(list_of(widget).count())]


def test_what_is_gone_comes_first(shown: BackupChats) -> None:
    shown.show_chats(CHATS, Difference(gone=frozenset({ConversationId("C")})))
    assert titles(shown) == ["Curlew", "Auk", "Bittern"]


def test_a_search_keeps_what_was_chosen_and_is_still_there(qtbot: QtBot, shown: BackupChats) -> None:
    list_of(shown).item(1).setSelected(True)
    field = shown.findChild(QLineEdit, "backupSearch")
    assert field is not None
    with qtbot.waitSignal(shown.chosen_changed):
        field.setText("BIT")
    assert (titles(shown), shown.chosen) == (["Bittern"], [ConversationId("B")])
    field.setText("cur")
    assert (titles(shown), shown.chosen) == (["Curlew"], [])
