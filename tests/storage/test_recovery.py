"""A damaged database is kept, and what can be read of it is saved."""

from __future__ import annotations

import random
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest

from easychat_gui.domain.backups import BackupKind
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.errors import DatabaseDamaged, DatabaseUnavailable, StorageError
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.storage import backups, kept_aside, recovery, salvage
from easychat_gui.storage.file_header import beside
from easychat_gui.storage.recovery import repair, set_aside
from easychat_gui.storage.reports import Repair
from easychat_gui.storage.store import Store, open_store

NOW = 1_780_000_000.0
CONVERSATIONS, MESSAGES = 20, 30
PAGE = 4096


@pytest.fixture
def filled(path: Path) -> Path:
    """A closed database of 20 conversations with 30 messages each."""
    store = Store.open(path)
    with store.transaction():
        for number in range(CONVERSATIONS):
            id_ = ConversationId(f"c{number}")
            store.conversations.save(Conversation(id_, f"Talk {number}", 1.0, float(number)))
            parent = None
            for _ in range(MESSAGES):
                message = new_message(id_, Role.USER, f"{number}: " + "word " * 100, parent_id=parent)
                store.messages.add(message)
                parent = message.id
    store.close()
    return path


def damage(path: Path, pages: list[int]) -> bytes:
    with path.open("rb+") as file:
        for page in pages:
            file.seek(page * PAGE)
            file.write(b"\x5a" * PAGE)
    return path.read_bytes()


def everything_of(path: Path) -> tuple[int, int]:
    store, _ = open_store(path)
    assert store.row("PRAGMA integrity_check") == ("ok",)
    assert store.rows("PRAGMA foreign_key_check") == []
    found = (
        len(store.conversations.summaries()),
        sum(len(store.messages.of_conversation(each.id)) for each in store.conversations.summaries()),
    )
    store.close()
    return found


def test_what_can_be_read_is_saved_and_the_old_file_kept(filled: Path, tmp_path: Path) -> None:
    pages = filled.stat().st_size // PAGE
    before = damage(filled, [pages // 2, pages // 2 + 1, pages - 3])
    with pytest.raises(DatabaseDamaged):
        Store.open(filled)
    report = repair(Repair.SALVAGE, filled, tmp_path / "backups", NOW)
    assert report.kept is not None
    assert report.kept.read_bytes() == before
    assert report.kept.name == "easychat.damaged-20260528-202640.db"
    assert stat.S_IMODE(report.kept.stat().st_mode) == stat.S_IMODE(filled.stat().st_mode) == 0o600
    assert report.messages > CONVERSATIONS * MESSAGES * 0.8
    assert report.messages + report.lost_rows <= CONVERSATIONS * MESSAGES + CONVERSATIONS
    assert everything_of(filled) == (report.conversations, report.messages)


def test_a_damaged_index_costs_nothing(filled: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(filled)
    roots = [row[0] for row in connection.execute("SELECT rootpage FROM sqlite_master WHERE type = 'index'")]
    connection.close()
    damage(filled, [root - 1 for root in roots])
    report = repair(Repair.SALVAGE, filled, tmp_path / "backups", NOW)
    assert (report.conversations, report.messages) == (CONVERSATIONS, CONVERSATIONS * MESSAGES)


def test_messages_of_a_lost_conversation_get_one_without_a_title(filled: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(filled, isolation_level=None)
    connection.execute("DELETE FROM conversations WHERE id IN ('c3', 'c4')")
    connection.execute("DELETE FROM messages WHERE number = 5")
    connection.close()
    report = repair(Repair.SALVAGE, filled, tmp_path / "backups", NOW)
    assert (report.conversations, report.messages) == (CONVERSATIONS, CONVERSATIONS * MESSAGES - 1)
    store, _ = open_store(filled)
    lost = store.conversations.get(ConversationId("c3"))
    assert lost is not None
    assert lost.title == ""
    assert len(store.messages.branch_of(lost.id)) == MESSAGES
    assert len(store.messages.branch_of(ConversationId("c0"))) == MESSAGES - 5
    store.close()


def test_a_journal_is_put_aside_with_its_database(filled: Path, tmp_path: Path) -> None:
    journal = beside(filled)[2]
    journal.write_bytes(b"pages as they were before the program was killed")
    report = repair(Repair.START_NEW, filled, tmp_path / "backups", NOW)
    assert not journal.exists(), "SQLite would play it back into the new file"
    assert report.kept is not None
    assert beside(report.kept)[2].exists()


def test_what_stands_only_in_the_log_is_saved_too(filled: Path, tmp_path: Path) -> None:
    store = Store.open(filled)
    store.conversations.save(Conversation(ConversationId("late"), "Late"))
    copy = tmp_path / "killed"
    copy.mkdir()
    for file in (filled, beside(filled)[0]):
        shutil.copy(file, copy)
    store.close()
    path = copy / filled.name
    report = repair(Repair.SALVAGE, path, tmp_path / "backups", NOW)
    assert report.conversations == CONVERSATIONS + 1
    assert report.kept is not None
    assert beside(report.kept)[0].exists()


@pytest.mark.parametrize("content", [b"", b"x", b"rubbish" * 10_000, b"SQLite format 3\0" + b"\xff" * 9000])
def test_a_file_with_nothing_in_it_gives_an_empty_database(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    report = repair(Repair.SALVAGE, path, path.parent / "backups", NOW)
    assert (report.conversations, report.messages) == (0, 0)
    assert report.kept is not None
    assert report.kept.read_bytes() == content
    assert everything_of(path) == (0, 0)


@pytest.mark.parametrize("seed", range(6))
def test_random_damage_never_stops_the_salvage(filled: Path, seed: int) -> None:
    dice = random.Random(seed)
    content = bytearray(filled.read_bytes())
    for _ in range(60):
        place = dice.randrange(100, len(content))
        content[place : place + 8] = dice.randbytes(8)
    filled.write_bytes(content)
    report = repair(Repair.SALVAGE, filled, filled.parent / "backups", NOW)
    assert everything_of(filled) == (report.conversations, report.messages)


def test_starting_anew_keeps_the_old_file(filled: Path, tmp_path: Path) -> None:
    before = filled.read_bytes()
    report = repair(Repair.START_NEW, filled, tmp_path / "backups", NOW)
    assert report.kept is not None
    assert report.kept.read_bytes() == before
    assert everything_of(filled) == (0, 0)


def test_restoring_takes_the_newest_good_backup(filled: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    good = backups.back_up(filled, folder, NOW - 86_400)
    (folder / "easychat-20260527-000000.db").write_bytes(b"not good")
    before = damage(filled, [0])
    report = repair(Repair.RESTORE, filled, folder, NOW)
    assert report.restored_from == good
    assert report.kept is not None
    assert report.kept.read_bytes() == before
    assert everything_of(filled) == (CONVERSATIONS, CONVERSATIONS * MESSAGES)
    assert stat.S_IMODE(filled.stat().st_mode) == 0o600


@pytest.mark.parametrize("how", list(Repair))
def test_a_second_repair_in_the_same_second_overwrites_nothing(filled: Path, tmp_path: Path, how: Repair) -> None:
    backups.back_up(filled, tmp_path / "backups", NOW)
    first = repair(how, filled, tmp_path / "backups", NOW)
    second = repair(how, filled, tmp_path / "backups", NOW)
    assert first.kept != second.kept
    assert first.kept is not None
    assert first.kept.exists()


def test_without_a_backup_nothing_is_touched(filled: Path, tmp_path: Path) -> None:
    before = filled.read_bytes()
    with pytest.raises(DatabaseUnavailable, match="no usable backup"):
        repair(Repair.RESTORE, filled, tmp_path / "backups", NOW)
    assert filled.read_bytes() == before
    assert [file.name for file in filled.parent.iterdir()] == ["easychat.db"]


def test_a_repair_that_breaks_off_leaves_the_old_file_and_no_scraps(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(salvage, "copy_readable", no_space)
    before = filled.read_bytes()
    with pytest.raises(StorageError, match="No space left"):
        repair(Repair.SALVAGE, filled, tmp_path / "backups", NOW)
    assert filled.read_bytes() == before
    assert [file.name for file in filled.parent.iterdir()] == ["easychat.db"]


def test_a_program_killed_between_the_two_renames_does_not_start_empty(filled: Path) -> None:
    filled.rename(filled.with_name("easychat.damaged-20260101-000000.db"))
    with pytest.raises(DatabaseDamaged, match="missing"):
        Store.open(filled)
    assert not filled.exists()


def test_a_repair_that_is_ended_just_before_its_last_step_is_gone_on_with(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def put_aside_and_end(path: Path, word: str, now: float) -> None:
        set_aside(path, word, now)
        raise KeyboardInterrupt

    monkeypatch.setattr(recovery, "set_aside", put_aside_and_end)
    with pytest.raises(KeyboardInterrupt):
        repair(Repair.SALVAGE, filled, tmp_path / "backups", NOW)
    assert not filled.exists()
    assert everything_of(filled) == (CONVERSATIONS, CONVERSATIONS * MESSAGES)
    assert [each.kind for each in kept_aside.find(filled)] == [BackupKind.DAMAGED]
    assert not list(filled.parent.glob("*mended*"))
