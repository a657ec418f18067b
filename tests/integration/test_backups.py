"""Backups in the window: looked into, and brought back as a whole or chat by chat."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QListWidget, QPlainTextEdit, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from easychat_gui.domain.attachments import Attachment, Details
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId, new_attachment_id
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.qtmodels.conversations import ConversationRole
from easychat_gui.storage import backups, opened_backup, recovery
from easychat_gui.storage.reports import Repair
from easychat_gui.storage.store import Store, open_store
from easychat_gui.ui.main_window import MainWindow
from tests.folders import files_with
from tests.integration.conftest import OpenWindow
from tests.integration.test_settings_dialog import click, open_dialog, wait_until_gone
from tests.integration.test_while_something_runs import program_of

NOW = 1_780_000_000.0


def add_chat(store: Store, name: str, text: str) -> None:
    conversation = Conversation(ConversationId(name), f"Talk {name}", 1.0, 1.0)
    question = new_message(conversation.id, Role.USER, text)
    store.begin_exchange(conversation.with_(leaf_id=question.id), [question])


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Two chats and a file, backed up; then one chat was deleted, one changed, and one came."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    store, _ = open_store(folder / "easychat.db")
    add_chat(store, "kept", "The first version")
    add_chat(store, "deleted", "A word that must come back")
    incoming = store.files.receive_bytes(b"what was attached")
    file = Attachment(new_attachment_id(), "notes.txt", "text/plain", incoming.size, incoming.sha256, "", Details())
    with store.transaction():
        store.attachments.add_to_draft(ConversationId("deleted"), file, 0)
    backups.back_up(store.path, folder / "backups", NOW)
    store.conversations.delete(ConversationId("deleted"))
    assert not store.files.path(incoming.sha256).exists()
    store.conversations.rename(ConversationId("kept"), "Renamed since")
    add_chat(store, "new", "Later than the backup")
    store.close()
    return folder


def open_backups(qtbot: QtBot, window: MainWindow) -> QDialog:
    qtbot.waitUntil(lambda: window.sidebar.isVisible() and bool(titles(window)), timeout=10_000)
    window.library.run("restoreBackup")
    (dialog,) = [each for each in window.findChildren(QDialog, "backupsDialog") if not each.isHidden()]
    chats = dialog.findChild(QListWidget, "backupChats")
    assert chats is not None
    qtbot.waitUntil(lambda: chats.count() == 2 and "gone now" in spoken(chats, 0), timeout=10_000)
    return dialog


def titles(window: MainWindow) -> set[str]:
    found = window.sidebar.table.model()
    rows = [found.index(row, 0).data(ConversationRole.SUMMARY) for row in range(found.rowCount())]
    return {each.title for each in rows if each is not None}


def spoken(rows: QListWidget, row: int) -> str:
    return str(rows.item(row).data(Qt.ItemDataRole.AccessibleTextRole))


def test_a_backup_says_what_is_gone_and_shows_what_was_said(
    qtbot: QtBot, open_window: OpenWindow, data_dir: Path
) -> None:
    window = open_window(data_dir)
    window.show()
    dialog = open_backups(qtbot, window)
    found = dialog.findChild(QListWidget, "backupList")
    assert found is not None
    assert "2 chats" in spoken(found, 0)
    assert "1 chat that is gone now" in spoken(found, 0)
    chats = dialog.findChild(QListWidget, "backupChats")
    messages = dialog.findChild(QPlainTextEdit, "backupMessages")
    assert chats is not None
    assert messages is not None
    chats.setCurrentRow(0)
    qtbot.waitUntil(lambda: "A word that must come back" in messages.toPlainText(), timeout=10_000)
    click(dialog, "backupsCloseButton")
    wait_until_gone(qtbot, dialog)
    qtbot.waitUntil(lambda: not list((data_dir / "backups").glob("*.unfinished")), timeout=10_000)


def test_chosen_chats_come_back_among_those_of_today(qtbot: QtBot, open_window: OpenWindow, data_dir: Path) -> None:
    window = open_window(data_dir)
    window.show()
    dialog = open_backups(qtbot, window)
    chats = dialog.findChild(QListWidget, "backupChats")
    words = dialog.findChild(QLabel, "backupWords")
    assert chats is not None
    assert words is not None
    chats.selectAll()
    click(dialog, "bringBackButton")
    qtbot.waitUntil(lambda: "Brought back: 2 chats" in words.text(), timeout=10_000)
    assert "beside the one that is here: 1" in words.text()
    qtbot.waitUntil(lambda: titles(window) == {"Renamed since", "Talk kept", "Talk deleted", "Talk new"})
    click(dialog, "backupsCloseButton")
    window.close()
    store, _ = open_store(data_dir / "easychat.db")
    assert store.messages.branch_of(ConversationId("deleted"))[0].text == "A word that must come back"
    (file,) = store.attachments.of_draft(ConversationId("deleted"))
    assert store.files.path(file.sha256).read_bytes() == b"what was attached"
    assert store.rows("PRAGMA foreign_key_check") == []
    (copy,) = [each.id for each in store.conversations.summaries() if each.title == "Talk kept"]
    assert store.messages.branch_of(copy)[0].text == "The first version"
    store.close()


def test_everything_is_restored_with_three_clicks_and_today_is_kept(
    qtbot: QtBot, open_window: OpenWindow, data_dir: Path
) -> None:
    window = open_window(data_dir)
    window.show()
    dialog = open_backups(qtbot, window)  # two clicks: the menu, and the command in it
    click(dialog, "restoreEverythingButton")
    qtbot.waitUntil(lambda: titles(window) == {"Talk kept", "Talk deleted"}, timeout=10_000)
    qtbot.waitUntil(lambda: bool(window.notices.texts()), timeout=10_000)
    assert "2 chats with 2 messages" in window.notices.texts()[0]
    (kept,) = data_dir.glob("easychat.replaced-*.db")
    assert kept.name in window.notices.texts()[0]
    store = Store.open(kept)
    assert {each.title for each in store.conversations.summaries()} == {"Renamed since", "Talk new"}
    store.close()
    QTest.keyClicks(window.composer.edit, "goes on")
    window.close()
    store, _ = open_store(data_dir / "easychat.db")
    assert {each.draft for each in map(store.conversations.get, ids(store)) if each} >= {"goes on"}
    store.close()


def test_while_a_backup_takes_its_place_nothing_can_be_typed_and_what_was_typed_stays(
    qtbot: QtBot, open_window: OpenWindow, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = threading.Event()

    def wait_and_put_together(*args: Any) -> None:
        may_go_on.wait()
        opened_backup.put_together(*args)

    monkeypatch.setattr(recovery, "put_together", wait_and_put_together)
    window = open_window(data_dir)
    window.show()
    QTest.keyClicks(window.composer.edit, "not sent yet")
    dialog = open_backups(qtbot, window)
    try:
        click(dialog, "restoreEverythingButton")
        qtbot.waitUntil(lambda: bool(covers(window)), timeout=10_000)
        assert QApplication.focusWidget() is not window.composer.edit
        QTest.keyClick(covers(window)[0], Qt.Key.Key_Escape)
        assert covers(window)
    finally:
        may_go_on.set()
    qtbot.waitUntil(lambda: titles(window) >= {"Talk kept", "Talk deleted"}, timeout=10_000)
    assert not covers(window)
    assert window.composer.edit.toPlainText() == "not sent yet"
    window.close()
    store, _ = open_store(data_dir / "easychat.db")
    assert [each.draft for each in map(store.conversations.get, ids(store)) if each and each.draft] == ["not sent yet"]
    store.close()


@pytest.mark.qt_log_ignore("This plugin does not support raise")
def test_what_was_typed_in_windows_of_chats_stays_in_sight(
    qtbot: QtBot, open_window: OpenWindow, data_dir: Path
) -> None:
    window = open_window(data_dir)
    window.show()
    qtbot.waitUntil(lambda: titles(window) == {"Renamed since", "Talk new"}, timeout=10_000)
    for name in ("kept", "new"):
        window.chat_windows.open(ConversationId(name))
    qtbot.waitUntil(lambda: all(each.isVisible() for each in window.chat_windows.windows), timeout=10_000)
    for each in window.chat_windows.windows:
        QTest.keyClicks(each.composer.edit, f"typed in {each.conversation_id}")
    click(open_backups(qtbot, window), "restoreEverythingButton")

    def kept() -> list[str]:
        return [each.composer.edit.toPlainText() for each in window.chat_windows.windows if each.isVisible()]

    qtbot.waitUntil(lambda: kept() == ["typed in kept"], timeout=10_000)
    qtbot.waitUntil(
        lambda: window.composer.edit.toPlainText() == "typed in new", timeout=10_000
    )  # it is not in the backup
    window.close()
    store, _ = open_store(data_dir / "easychat.db")
    drafts = {each.draft for each in map(store.conversations.get, ids(store)) if each}
    assert drafts >= {"typed in kept", "typed in new"}
    store.close()


def test_the_words_of_a_temporary_chat_are_not_written_by_a_restore(
    qtbot: QtBot, open_window: OpenWindow, data_dir: Path
) -> None:
    window = open_window(data_dir)
    window.show()
    qtbot.waitUntil(lambda: bool(titles(window)), timeout=10_000)
    window.library.run("newTemporaryChat")
    qtbot.waitUntil(lambda: program_of(window).conversations.is_temporary, timeout=10_000)
    QTest.keyClicks(window.composer.edit, "never on any disk")
    dialog = open_backups(qtbot, window)
    click(dialog, "restoreEverythingButton")
    qtbot.waitUntil(lambda: titles(window) == {"Talk kept", "Talk deleted"}, timeout=10_000)
    window.close()
    assert files_with(b"never on any disk", data_dir) == []


def test_what_was_put_aside_is_listed_looked_into_and_deleted(
    qtbot: QtBot, open_window: OpenWindow, data_dir: Path
) -> None:
    recovery.repair(Repair.START_NEW, data_dir / "easychat.db", data_dir / "backups", NOW)
    (kept,) = data_dir.glob("easychat.damaged-*.db")
    window = open_window(data_dir)
    window.show()
    settings = open_dialog(window, "Data & privacy")
    qtbot.waitUntil(lambda: settings.findChild(QPushButton, "lookIntoPutAsideButton") is not None, timeout=10_000)
    click(settings, "lookIntoPutAsideButton")
    (dialog,) = [each for each in window.findChildren(QDialog, "backupsDialog") if not each.isHidden()]
    chats = dialog.findChild(QListWidget, "backupChats")
    assert chats is not None
    qtbot.waitUntil(lambda: chats.count() == 2 and "Renamed since" in spoken(chats, 0) + spoken(chats, 1))
    chats.selectAll()
    click(dialog, "bringBackButton")
    qtbot.waitUntil(lambda: titles(window) == {"Renamed since", "Talk new"}, timeout=10_000)
    click(dialog, "backupsCloseButton")
    wait_until_gone(qtbot, dialog)

    click(settings, "deletePutAsideButton")
    (question,) = [each for each in window.findChildren(QDialog, "question") if not each.isHidden()]
    assert kept.exists()
    next(each for each in question.findChildren(QPushButton) if each.text() == "Delete").click()
    qtbot.waitUntil(lambda: not kept.exists(), timeout=10_000)
    qtbot.waitUntil(lambda: settings.findChild(QPushButton, "deletePutAsideButton") is None, timeout=10_000)


def covers(window: MainWindow) -> list[QDialog]:
    return [each for each in window.findChildren(QDialog, "busyDialog") if not each.isHidden()]


def ids(store: Store) -> list[ConversationId]:
    return [each.id for each in store.conversations.summaries()]


def test_a_backup_with_a_damaged_part_changes_nothing(qtbot: QtBot, open_window: OpenWindow, data_dir: Path) -> None:
    for piece in (data_dir / "backups" / "chunks").rglob("*"):
        if piece.is_file() and piece.stat().st_size > 1000:
            piece.write_bytes(b"rubbish")
    window = open_window(data_dir)
    window.show()
    dialog = open_backups(qtbot, window)
    click(dialog, "restoreEverythingButton")
    qtbot.waitUntil(lambda: bool(window.notices.texts()), timeout=10_000)
    assert "your chats are as they were" in window.notices.texts()[0]
    qtbot.waitUntil(lambda: titles(window) == {"Renamed since", "Talk new"}, timeout=10_000)
    assert not list(data_dir.glob("easychat.re*"))


def test_the_settings_tell_of_backups_and_make_one(qtbot: QtBot, open_window: OpenWindow, data_dir: Path) -> None:
    window = open_window(data_dir)
    window.show()
    qtbot.waitUntil(lambda: bool(titles(window)), timeout=10_000)
    dialog = open_dialog(window, "Data & privacy")
    state = dialog.findChild(QLabel, "backupState")
    check = dialog.findChild(QLabel, "checkState")
    days = dialog.findChild(QSpinBox, "daysSpin")
    assert state is not None
    assert check is not None
    assert days is not None
    qtbot.waitUntil(lambda: "There is one of" in state.text(), timeout=10_000)
    click(dialog, "backUpNowButton")
    qtbot.waitUntil(lambda: len(backups.find(data_dir / "backups")) == 2 and "2 are kept" in state.text())
    click(dialog, "checkNowButton")
    qtbot.waitUntil(lambda: "is sound" in check.text(), timeout=10_000)
    days.setValue(3)
    click(dialog, "settingsSaveButton")
    settings = data_dir / "settings.toml"
    qtbot.waitUntil(lambda: settings.exists() and "days = 3" in settings.read_text(), timeout=10_000)
