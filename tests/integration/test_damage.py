"""Damaged files: a clear word, a choice, and nothing thrown away."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QDialog, QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.storage import backups
from easychat_gui.storage.store import open_store
from easychat_gui.ui.main_window import MainWindow
from tests.folders import files_with
from tests.integration.conftest import OpenWindow, part


def make_chat(data_dir: Path) -> None:
    data_dir.mkdir(mode=0o700)
    store, _ = open_store(data_dir / "easychat.db", data_dir / "backups")
    conversation = Conversation(ConversationId("c"), "Kept chat", 1.0, 1.0)
    store.begin_exchange(conversation, [new_message(conversation.id, Role.USER, "A word that was not lost")])
    store.close()


def choose(qtbot: QtBot, window: MainWindow, words: str) -> None:
    def button() -> QPushButton | None:
        return next((each for each in window.findChildren(QPushButton) if each.text() == words), None)

    qtbot.waitUntil(lambda: button() is not None, timeout=10_000)
    found = button()
    assert found is not None
    found.click()
    qtbot.waitUntil(lambda: not shiboken6.isValid(found), timeout=10_000)  # the dialog is gone


def test_a_damaged_database_is_saved_as_far_as_it_can_be_read(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    make_chat(data_dir)
    database = data_dir / "easychat.db"
    damaged = bytearray(database.read_bytes())
    damaged[4096:4200] = b"\xff" * 104  # the root page of a table
    database.write_bytes(damaged)
    window = open_window(data_dir)
    choose(qtbot, window, "Save what can be read")
    qtbot.waitUntil(lambda: bool(window.notices.texts()), timeout=10_000)
    assert "damaged" in window.notices.texts()[0]
    kept = list(data_dir.glob("easychat.damaged-*.db"))
    assert [path.read_bytes() for path in kept] == [bytes(damaged)]


def begins_as_database(path: Path) -> bool:
    try:
        return path.read_bytes().startswith(b"SQLite format 3")
    except FileNotFoundError:  # between the two renames
        return False


def test_what_is_no_database_can_be_replaced_and_is_kept(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / "easychat.db").write_text("not a database " * 400)
    window = open_window(data_dir)
    choose(qtbot, window, "Begin anew")
    database = data_dir / "easychat.db"
    qtbot.waitUntil(lambda: begins_as_database(database), timeout=10_000)
    kept = [path.name for path in files_with(b"not a database " * 400, data_dir)]
    assert [name.startswith("easychat.damaged-") for name in kept] == [True]


def test_where_one_way_of_mending_fails_the_others_are_offered_again(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / "easychat.db").write_text("not a database " * 400)
    (data_dir / "backups").mkdir()
    (data_dir / "backups" / "easychat-20260101-120000.db").write_text("nor is this")
    window = open_window(data_dir)
    choose(qtbot, window, "Use the last backup")
    choose(qtbot, window, "Begin anew")
    qtbot.waitUntil(lambda: bool(window.notices.texts()), timeout=10_000)


def test_every_way_can_be_read_in_a_small_window_and_none_is_offered_that_is_none(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    def words_of(data_dir: Path) -> list[str]:
        data_dir.mkdir()
        (data_dir / "easychat.db").write_text("not a database " * 400)
        if data_dir.name == "backed-up":
            (data_dir / "backups").mkdir()
            (data_dir / "backups" / "easychat-20260101-120000.db").write_text("a backup, for what can be seen of it")
        window = open_window(data_dir)
        window.resize(460, 700)
        window.show()
        qtbot.waitUntil(lambda: bool(window.findChildren(QDialog, "question")), timeout=10_000)
        (dialog,) = window.findChildren(QDialog, "question")
        buttons = [each for each in dialog.findChildren(QPushButton) if each.isVisible()]
        assert all(each.width() >= each.sizeHint().width() for each in buttons)
        assert all(dialog.rect().contains(each.geometry()) for each in buttons)
        return sorted(each.text() for each in buttons)

    assert words_of(tmp_path / "bare") == ["Begin anew", "Quit", "Save what can be read"]
    assert len(words_of(tmp_path / "backed-up")) == 5


def test_chats_of_a_later_version_are_said_to_be_untouched(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    make_chat(data_dir)
    with closing(sqlite3.connect(data_dir / "easychat.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    window = open_window(data_dir)
    qtbot.waitUntil(lambda: bool(window.findChildren(QDialog, "question")), timeout=10_000)
    (dialog,) = window.findChildren(QDialog, "question")
    assert "later version" in dialog.accessibleDescription()
    assert "Nothing was changed" in dialog.accessibleDescription()


@pytest.mark.parametrize("text", ["[generation]\ntemperature = 9\n", 'this is = not "toml'])
def test_bad_settings_are_told_and_the_window_opens(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, text: str
) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / "settings.toml").write_text(text)
    window = open_window(data_dir)
    window.show()
    qtbot.waitUntil(lambda: bool(window.notices.texts()), timeout=10_000)
    assert "temperature" in window.notices.texts()[0] or "settings" in window.notices.texts()[0].lower()
    assert part(window, "temperatureSpin").optional() == 0.5  # type: ignore[attr-defined]


def test_a_folder_that_cannot_be_written_is_named(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(OSError, match="file"):
        open_window(blocked / "data")


def test_what_was_saved_is_told_and_can_be_read_later(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    make_chat(data_dir)
    database = data_dir / "easychat.db"
    backups.back_up(database, data_dir / "backups", 1_780_000_000.0)
    damaged = bytearray(database.read_bytes())
    damaged[4096:] = b"\xff" * (len(damaged) - 4096)
    database.write_bytes(damaged)
    window = open_window(data_dir)
    window.show()
    choose(qtbot, window, "Save it and fill gaps from the backup")

    def report() -> QPlainTextEdit | None:
        found = [each for each in window.findChildren(QPlainTextEdit) if each.accessibleName() == "What was saved"]
        return found[0] if found else None

    qtbot.waitUntil(lambda: report() is not None, timeout=10_000)
    shown = report()
    assert shown is not None
    text = shown.toPlainText()
    (kept,) = data_dir.glob("easychat.damaged-*.db")
    assert "1 chat\n" in text
    assert "1 message\n" in text
    assert "filled from the backup of" in text
    assert str(kept) in text
    beside = kept.with_name(f"{kept.stem}.txt")
    qtbot.waitUntil(beside.exists, timeout=10_000)
    assert beside.read_text(encoding="utf-8") == text
    choose(qtbot, window, "Close")
    store, _ = open_store(database)
    assert store.messages.branch_of(ConversationId("c"))[0].text == "A word that was not lost"
    store.close()


def test_damage_that_the_check_finds_is_told_while_the_program_goes_on(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    make_chat(data_dir)
    connection = sqlite3.connect(data_dir / "easychat.db")
    connection.execute("UPDATE messages SET conversation_id = 'nowhere'")
    connection.commit()
    connection.close()
    window = open_window(data_dir)
    window.show()
    qtbot.waitUntil(lambda: window.sidebar.table.model().rowCount() > 0, timeout=10_000)
    window.library.run("checkDatabase")
    qtbot.waitUntil(lambda: any("refers to a row" in each.text() for each in window.findChildren(QLabel)))
    choose(qtbot, window, "Later")
    assert window.isVisible()
    window.library.run("checkDatabase")
    choose(qtbot, window, "Save what can be read")
    choose(qtbot, window, "Close")  # of the report
    window.close()
    store, _ = open_store(data_dir / "easychat.db")
    assert store.rows("PRAGMA foreign_key_check") == []
    assert store.messages.branch_of(ConversationId("nowhere"))[0].text == "A word that was not lost"
    store.close()


def test_without_a_place_for_its_log_the_program_works_all_the_same(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    make_chat(data_dir)
    (data_dir / "logs").write_text("a file in the place of the folder")
    window = open_window(data_dir)
    with qtbot.waitSignal(window.first_painted, timeout=10_000):
        window.show()
    qtbot.waitUntil(lambda: window.sidebar.isVisible(), timeout=10_000)
    assert window.notices.texts() == []
