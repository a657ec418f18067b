"""Full disks, foreign locks, deleted files, wrong clocks: one clear sentence, nothing lost, and the program goes on."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from easychat_gui.domain.backups import Retention
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.errors import DatabaseTooNew, DiskFull
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.storage import backups, connecting
from easychat_gui.storage.migrations import CURRENT_VERSION
from easychat_gui.storage.opened_backup import put_together
from easychat_gui.storage.recovery import repair
from easychat_gui.storage.reports import Repair, Restoration
from easychat_gui.storage.store import Store, open_store
from easychat_gui.support.clock import DAY_S
from tests.integration.conftest import OpenWindow

OLD = Path(__file__).parents[1] / "data"


def fill(store: Store, name: str, count: int = 20) -> None:
    id_ = ConversationId(name)
    store.conversations.save(Conversation(id_, name))
    store.messages.add(*(new_message(id_, Role.USER, os.urandom(1500).hex()) for _ in range(count)))


def fill_for_ever(store: Store) -> None:
    for number in range(200):
        fill(store, f"more{number}")


def count_of(path: Path) -> int:
    store, _ = open_store(path)
    assert store.row("PRAGMA integrity_check") == ("ok",)
    found = store.row("SELECT count(*) FROM messages")
    store.close()
    assert found is not None
    return int(found[0])


def test_a_real_full_disk_loses_nothing_that_was_there(small_disk: Path) -> None:
    path = small_disk / "easychat.db"
    store, _ = open_store(path)
    fill(store, "first")
    with pytest.raises(DiskFull):
        fill_for_ever(store)
    saved = store.row("SELECT count(*) FROM messages")
    with pytest.raises(DiskFull):
        backups.back_up(path, small_disk / "backups", 1.0)
    assert saved is not None
    assert store.row("SELECT count(*) FROM messages") == saved
    store.close()
    assert count_of(path) == saved[0]
    assert backups.find(small_disk / "backups") == []


def test_a_disk_that_fills_up_while_a_backup_is_put_together_leaves_the_chats(small_disk: Path) -> None:
    path = small_disk / "easychat.db"
    store, _ = open_store(path)
    fill(store, "first", 100)
    store.close()
    backups.back_up(path, small_disk / "backups", 1.0)
    (small_disk / "ballast").write_bytes(bytes(shutil.disk_usage(small_disk).free - 50_000))
    before = path.read_bytes()
    (backup,) = backups.find(small_disk / "backups")
    for how in (Restoration(backup), Repair.SALVAGE, Repair.RESTORE):
        with pytest.raises(DiskFull):
            repair(how, path, small_disk / "backups", 1.0)
        assert path.read_bytes() == before
    left = {each.name for each in small_disk.iterdir()} - {"easychat.db-wal", "easychat.db-shm"}
    assert left == {"backups", "ballast", "easychat.db"}


def test_a_lock_of_another_program_holds_writing_up_and_loses_nothing(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "BUSY_TIMEOUT_S", 0.2)
    data_dir = tmp_path / "data"
    window = open_window(data_dir)
    window.show()
    path = data_dir / "easychat.db"
    QTest.keyClicks(window.composer.edit, "before ")
    qtbot.waitUntil(lambda: "before" in drafts(path), timeout=10_000)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    QTest.keyClicks(window.composer.edit, "meanwhile")
    qtbot.waitUntil(lambda: bool(window.notices.texts()), timeout=15_000)
    assert "Another program holds" in window.notices.texts()[0]
    other.execute("ROLLBACK")
    other.close()
    window.save_retry_requested.emit()
    qtbot.waitUntil(lambda: not window.notices.texts(), timeout=15_000)
    qtbot.waitUntil(lambda: "before meanwhile" in drafts(path), timeout=15_000)


def drafts(path: Path) -> str:
    if not path.exists():
        return ""
    connection = sqlite3.connect(path)
    try:
        return " ".join(row[0] for row in connection.execute("SELECT draft FROM conversations"))
    except sqlite3.OperationalError:
        return ""
    finally:
        connection.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there, what is open cannot be taken away")
def test_a_database_that_is_deleted_under_the_window_is_put_back(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    window = open_window(data_dir)
    window.show()
    path = data_dir / "easychat.db"
    QTest.keyClicks(window.composer.edit, "before ")
    qtbot.waitUntil(lambda: "before" in drafts(path), timeout=10_000)
    path.unlink()
    QTest.keyClicks(window.composer.edit, "after")
    qtbot.waitUntil(lambda: "before after" in drafts(path), timeout=10_000)
    qtbot.waitUntil(lambda: bool(window.notices.texts()), timeout=10_000)
    assert "put back" in window.notices.texts()[0]


@pytest.mark.parametrize("version", range(1, CURRENT_VERSION + 1))
def test_old_databases_can_be_backed_up_restored_and_salvaged(tmp_path: Path, version: int) -> None:
    """Each database of a version that was released, at every step that this one may be asked for."""
    old = OLD / f"easychat-v{version}.db"
    path = tmp_path / "easychat.db"
    shutil.copy(old, path)
    assert repair(Repair.SALVAGE, path, tmp_path / "backups", 1.0).messages == 5
    assert count_of(path) == 5
    shutil.copy(old, path)
    assert count_of(path) == 5  # it is migrated now
    before = [each for each in backups.find(tmp_path / "backups") if each.path.name.startswith("easychat-format")]
    assert len(before) == (1 if version < CURRENT_VERSION else 0)
    backups.back_up(path, tmp_path / "backups", time.time())
    for number, backup in enumerate(backups.find(tmp_path / "backups")):
        target = tmp_path / f"{number}.db"
        put_together(backup, target)
        assert count_of(target) == 5


def test_a_newer_database_is_refused_untouched_by_everything(tmp_path: Path) -> None:
    path = tmp_path / "easychat.db"
    Store.open(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(DatabaseTooNew):
        open_store(path)
    assert path.read_bytes() == before
    assert not (tmp_path / "backups").exists()


def test_a_clock_that_goes_back_keeps_the_order_of_what_was_said(tmp_path: Path) -> None:
    store, _ = open_store(tmp_path / "easychat.db")
    id_ = ConversationId("c")
    store.conversations.save(Conversation(id_, "Talk"))
    parent = None
    for number in range(5):
        message = new_message(id_, Role.USER, str(number), parent_id=parent).with_(created_at=1e9 - number * 1e7)
        store.messages.add(message)
        parent = message.id
    assert [message.text for message in store.messages.branch_of(id_)] == list("01234")
    assert [message.text for message in store.messages.of_conversation(id_)] == list("01234")
    store.close()


def test_a_clock_that_jumps_about_for_a_year_leaves_good_backups_of_all_of_it(tmp_path: Path) -> None:
    path, folder = tmp_path / "easychat.db", tmp_path / "backups"
    store, _ = open_store(path)
    truth = 1_780_000_000.0
    for number, wrong in enumerate([0, 0, 0, 5000, 5000, -9000, 0, 0, -20000, 0, 9000, 0, 0, 0]):
        fill(store, f"day{number}", 1)
        now = max(truth + (number + wrong) * DAY_S, 0.0)
        assert backups.is_due(path, folder, now), number
        backups.back_up(path, folder, now, retention=Retention(days=3, weeks=2, months=2))
    found = backups.find(folder)
    last = backups.newest(folder)
    assert last is not None
    assert last.messages == 14
    right = [each for each in found if abs(each.made_at - truth) < 30 * DAY_S]
    assert len(right) >= 3
    assert all(each.fault is None for each in found)
    store.close()
