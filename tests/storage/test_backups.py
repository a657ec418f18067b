"""Backups hold everything, share what they have in common, and survive whatever happens to the folder."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from easychat_gui.domain.attachments import Attachment, Details
from easychat_gui.domain.backups import BackupFault, BackupKind, Retention
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.errors import BackupUnusable, DatabaseDamaged
from easychat_gui.domain.ids import ConversationId, new_attachment_id
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.storage import backups, chunk_store, manifests, online_copy, upkeep
from easychat_gui.storage.opened_backup import OpenedBackup, listing_of, put_together
from easychat_gui.storage.store import Store
from easychat_gui.support.clock import DAY_S, file_stamp

NOW = 1_780_000_000.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def talk(store: Store, name: str, words: str = "word " * 200, count: int = 20) -> None:
    id_ = ConversationId(name)
    store.conversations.save(Conversation(id_, f"Talk {name}", 1.0, 1.0))
    parent = None
    for _ in range(count):
        message = new_message(id_, Role.USER, f"{name}: {words}", parent_id=parent)
        store.messages.add(message)
        parent = message.id


def attach(store: Store, content: bytes) -> Attachment:
    incoming = store.files.receive_bytes(content)
    attachment = Attachment(
        new_attachment_id(), "notes.txt", "text/plain", incoming.size, incoming.sha256, "", Details()
    )
    store.conversations.save(Conversation(ConversationId("with file"), "With a file"))
    with store.transaction():
        store.attachments.add_to_draft(ConversationId("with file"), attachment, 0)
    return attachment


def pieces(folder: Path) -> list[Path]:
    return [path for path in (folder / backups.CHUNKS).rglob("*") if path.is_file()]


def restored(folder: Path, tmp_path: Path, index: int = 0) -> Path:
    target = tmp_path / f"restored-{index}-{os.urandom(2).hex()}.db"
    put_together(backups.find(folder)[index], target)
    return target


def test_a_backup_holds_everything_and_is_for_its_owner_only(
    store: Store, path: Path, folder: Path, tmp_path: Path
) -> None:
    talk(store, "a")
    made = backups.back_up(path, folder, NOW)
    assert made is not None
    assert made.name == "easychat-20260528-202640.json"
    (backup,) = backups.find(folder)
    assert (backup.conversations, backup.messages, backup.fault) == (1, 20, None)
    for inside in (folder, *(each for each in folder.rglob("*") if each.is_dir())):
        assert stat.S_IMODE(inside.stat().st_mode) == 0o700
    for file in (made, *pieces(folder)):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    copy = sqlite3.connect(restored(folder, tmp_path))
    assert copy.execute("SELECT title FROM conversations").fetchall() == [("Talk a",)]
    assert copy.execute("SELECT count(*) FROM messages").fetchall() == [(20,)]
    copy.close()
    assert [(chat.id, chat.messages) for chat in listing_of(backup)] == [("a", 20)]
    assert not list(folder.glob("*.unfinished"))


def test_a_second_backup_stores_only_what_is_new(store: Store, path: Path, folder: Path, tmp_path: Path) -> None:
    for number in range(40):
        talk(store, f"c{number}", os.urandom(2000).hex())
    backups.back_up(path, folder, NOW)
    first = sum(piece.stat().st_size for piece in pieces(folder))
    talk(store, "new", count=2)
    backups.back_up(path, folder, NOW + DAY_S)
    second = sum(piece.stat().st_size for piece in pieces(folder)) - first
    assert second < first / 4
    newer, older = (sqlite3.connect(restored(folder, tmp_path, index)) for index in (0, 1))
    assert newer.execute("SELECT count(*) FROM conversations").fetchone() == (41,)
    assert older.execute("SELECT count(*) FROM conversations").fetchone() == (40,)
    newer.close()
    older.close()


def test_it_is_of_one_moment_while_others_write(store: Store, path: Path, folder: Path, tmp_path: Path) -> None:
    talk(store, "a", os.urandom(2000).hex(), 300)
    other = sqlite3.connect(path, isolation_level=None)
    asked = 0

    def write_meanwhile() -> bool:
        nonlocal asked
        asked += 1
        assert asked < 2000, "it begins again with each commit"
        other.execute("INSERT INTO conversations (id, created_at, updated_at) VALUES (?, 1, 1)", (f"x{asked}",))
        return False

    backups.back_up(path, folder, NOW, write_meanwhile)
    other.close()
    copy = sqlite3.connect(restored(folder, tmp_path))
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert copy.execute("SELECT count(*) FROM messages").fetchone() == (300,)
    copy.close()


def test_one_is_due_when_there_is_none_and_a_day_after_the_last_if_something_changed(
    store: Store, path: Path, folder: Path
) -> None:
    assert backups.is_due(path, folder, NOW)
    backups.back_up(path, folder, NOW)
    assert not backups.is_due(path, folder, NOW + 30 * DAY_S), "nothing has changed"
    talk(store, "a")
    assert not backups.is_due(path, folder, NOW + DAY_S - 1)
    assert backups.is_due(path, folder, NOW + DAY_S)


def test_a_clock_that_went_back_does_not_end_the_backups(store: Store, path: Path, folder: Path) -> None:
    backups.back_up(path, folder, NOW + 4000 * DAY_S)
    talk(store, "a")
    assert backups.is_due(path, folder, NOW)
    backups.back_up(path, folder, NOW)
    assert len(backups.find(folder)) == 2
    last = backups.newest(folder)
    assert last is not None
    assert last.made_at == NOW, "the last one is the one that was made last"
    assert not backups.is_due(path, folder, NOW + 60)


def test_what_no_backup_names_goes_and_everything_else_stays(store: Store, path: Path, folder: Path) -> None:
    folder.mkdir()
    for name in ("easychat-format-1-20200101-000000.db", "notes.txt", "easychat-mine.db"):
        (folder / name).touch()
    (folder / "easychat-20260101-000000.db.unfinished").touch()
    once = Retention(days=1, weeks=0, months=0)
    for day in range(3):
        talk(store, f"day {day}", os.urandom(3000).hex())
        backups.back_up(path, folder, NOW + day * DAY_S, retention=once)
    assert len([each for each in backups.find(folder) if each.kind is BackupKind.CHUNKS]) == 1
    last = manifests.read_manifest(folder / f"easychat-{file_stamp(NOW + 2 * DAY_S)}.json")
    assert {piece.name for piece in pieces(folder)} == {*last.chunks, *(last.listing or ())}
    names = {file.name for file in folder.iterdir()}
    assert {"easychat-format-1-20200101-000000.db", "notes.txt", "easychat-mine.db"} <= names
    assert not any(name.endswith(".unfinished") for name in names)


def test_one_that_is_stopped_leaves_none_and_harms_none(store: Store, path: Path, folder: Path, tmp_path: Path) -> None:
    talk(store, "a", os.urandom(2000).hex())
    backups.back_up(path, folder, NOW)
    talk(store, "b", os.urandom(2000).hex(), 100)
    for after in range(0, 40, 3):
        left = iter(range(after))
        if backups.back_up(path, folder, NOW + DAY_S, lambda: next(left, None) is None) is not None:  # noqa: B023
            break
        assert len(backups.find(folder)) == 1
        restored(folder, tmp_path)
        assert not list(folder.glob("*.unfinished"))
    else:
        pytest.fail("it never came to its end")


def test_damage_never_pushes_out_a_good_backup(store: Store, path: Path, folder: Path, tmp_path: Path) -> None:
    with store.transaction():
        for number in range(2000):
            store.conversations.save(Conversation(ConversationId(f"c{number}"), "title " * 20))
    store.close()
    backups.back_up(path, folder, NOW - 30 * DAY_S)
    with path.open("rb+") as file:
        file.seek(20 * 4096)
        file.write(b"\x5a" * 4096 * 10)
    with pytest.raises(DatabaseDamaged):
        upkeep.check_in_background(path)
    with pytest.raises(DatabaseDamaged):
        upkeep.back_up_if_due(path, folder, lambda: False, Retention(days=1, weeks=0, months=0))
    assert len(backups.find(folder)) == 1
    restored(folder, tmp_path)


def test_a_backups_folder_that_cannot_be_is_no_reason_to_stop(store: Store, path: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert upkeep.back_up_if_due(path, tmp_path / "file" / "backups", lambda: False) is None


@pytest.mark.parametrize(
    ("harm", "fault"),
    [
        (lambda piece: piece.unlink(), BackupFault.MISSING),
        (lambda piece: piece.write_bytes(b"rubbish"), BackupFault.DAMAGED),
        (lambda piece: piece.write_bytes(b""), BackupFault.DAMAGED),
        (lambda piece: piece.write_bytes(piece.read_bytes()[:-3]), BackupFault.DAMAGED),
    ],
)
def test_a_lost_piece_costs_the_backups_that_need_it_and_no_others(
    store: Store, path: Path, folder: Path, tmp_path: Path, harm: Callable[[Path], None], fault: BackupFault
) -> None:
    talk(store, "a", os.urandom(2000).hex())
    backups.back_up(path, folder, NOW)
    known = {piece.name for piece in pieces(folder)}
    talk(store, "b", os.urandom(2000).hex(), 60)
    backups.back_up(path, folder, NOW + DAY_S)
    newer = manifests.read_manifest(backups.find(folder)[0].path)
    own = next(name for name in newer.chunks if name not in known)
    harm(folder / backups.CHUNKS / own[:2] / own)
    found = backups.find(folder)
    assert [each.fault for each in found] == [BackupFault.MISSING if fault is BackupFault.MISSING else None, None]
    with pytest.raises(BackupUnusable) as raised:
        restored(folder, tmp_path, 0)
    assert raised.value.fault is fault
    assert not list(tmp_path.glob("restored-0*"))
    restored(folder, tmp_path, 1)


def test_a_piece_that_went_bad_is_replaced_by_a_later_backup(
    store: Store, path: Path, folder: Path, tmp_path: Path
) -> None:
    talk(store, "a", os.urandom(2000).hex(), 100)
    backups.back_up(path, folder, NOW)
    piece = max(pieces(folder), key=lambda each: each.stat().st_size)
    piece.write_bytes(b"rubbish")
    for day in range(1, 8):
        backups.back_up(path, folder, NOW + day * DAY_S)
    restored(folder, tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"format": "easychat-backup"}', b"\xff" * 100])
def test_a_damaged_list_is_said_to_be_so_and_takes_nothing_with_it(
    store: Store, path: Path, folder: Path, tmp_path: Path, content: bytes
) -> None:
    talk(store, "a")
    backups.back_up(path, folder, NOW)
    bad = folder / "easychat-20260101-000000.json"
    bad.write_bytes(content)
    assert [each.fault for each in backups.find(folder)] == [None, BackupFault.MANIFEST]
    talk(store, "b")
    backups.back_up(path, folder, NOW + DAY_S)
    restored(folder, tmp_path, 0)
    restored(folder, tmp_path, 1)


def test_a_changed_figure_in_a_list_is_noticed(store: Store, path: Path, folder: Path) -> None:
    talk(store, "a")
    made = backups.back_up(path, folder, NOW)
    assert made is not None
    made.write_text(made.read_text().replace('"messages": 20', '"messages": 21'))
    assert backups.find(folder)[0].fault is BackupFault.MANIFEST


def test_what_a_later_version_made_is_left_alone_with_all_its_pieces(store: Store, path: Path, folder: Path) -> None:
    talk(store, "a", os.urandom(3000).hex())
    made = backups.back_up(path, folder, NOW - 4000 * DAY_S)
    assert made is not None
    of_later = json.loads(made.read_text()) | {"version": 2}
    made.write_text(json.dumps(of_later))
    needed = {*of_later["chunks"]}
    store.conversations.delete(ConversationId("a"))
    for day in range(20):
        talk(store, f"day {day}", os.urandom(500).hex(), 1)
        backups.back_up(path, folder, NOW + day * DAY_S, retention=Retention(days=1, weeks=1, months=1))
    assert backups.find(folder)[-1].fault is BackupFault.TOO_NEW
    assert needed <= {piece.name for piece in pieces(folder)}


def test_an_attached_file_outlives_its_deletion_as_long_as_a_backup_has_it(
    store: Store, path: Path, folder: Path
) -> None:
    attachment = attach(store, b"what was attached")
    backups.back_up(path, folder, NOW)
    store.conversations.delete(ConversationId("with file"))
    assert not store.files.path(attachment.sha256).exists()
    kept = folder / backups.FILES / attachment.sha256[:2] / attachment.sha256
    assert kept.read_bytes() == b"what was attached"
    backups.back_up(path, folder, NOW + DAY_S, retention=Retention(days=1, weeks=0, months=0))
    assert not kept.exists()


def test_files_of_earlier_versions_stay_listed_and_can_be_used(
    store: Store, path: Path, folder: Path, tmp_path: Path
) -> None:
    folder.mkdir()
    data = Path(__file__).parents[1] / "data"
    for version in (1, 2, 3, 4):
        shutil.copy(data / f"easychat-v{version}.db", folder / f"easychat-2026010{version}-000000.db")
    shutil.copy(data / "easychat-v1.db", folder / "easychat-format-1-20250101-000000.db")
    talk(store, "a")
    backups.back_up(path, folder, NOW)
    found = backups.find(folder)
    assert [each.kind for each in found] == [
        BackupKind.CHUNKS,
        *[BackupKind.WHOLE] * 4,
        BackupKind.BEFORE_MIGRATION,
    ]
    before = {each.path: each.path.read_bytes() for each in found[1:]}
    for backup in found[1:]:
        assert {chat.id for chat in listing_of(backup)} == {"c1", "c2"}
        opened = OpenedBackup.open(backup)
        assert opened.messages_of(ConversationId("c1"))[0].text == "How is borscht made?"
        opened.close()
    assert {each: each.read_bytes() for each in before} == before, "looking at them changes nothing"
    assert not list(folder.glob("*.unfinished*"))


def test_a_database_can_be_saved_as_one_file(store: Store, path: Path, tmp_path: Path) -> None:
    talk(store, "a")
    target = tmp_path / "mine.db"
    target.write_text("an older one")
    assert backups.save_as_file(path, target)
    assert backups.is_good(target)
    assert not backups.save_as_file(path, target, lambda: True)
    assert backups.is_good(target)
    assert {file.name for file in tmp_path.iterdir()} == {"data", "mine.db"}


def test_a_copy_leaves_room_for_the_chats(
    store: Store, path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: shutil._ntuple_diskusage(1, 1, 200_000))
    assert upkeep.back_up_if_due(path, folder, lambda: False) is None
    assert backups.find(folder) == []


def test_pieces_get_their_names_only_when_they_are_on_the_disk(
    store: Store, path: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the power went in the middle: what was not brought to the disk is empty afterwards."""
    talk(store, "a", os.urandom(2000).hex(), 60)

    def fail(_path: Path) -> None:
        for piece in pieces(folder):
            assert piece.name.startswith("incoming-")
            piece.write_bytes(b"")
        raise OSError(5, "the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr(chunk_store, "_sync", fail)
        assert upkeep.back_up_if_due(path, folder, lambda: False) is None
    assert backups.find(folder) == []
    backups.back_up(path, folder, NOW)
    restored(folder, tmp_path)
    assert not [piece for piece in pieces(folder) if piece.name.startswith("incoming-")]


def test_a_check_that_takes_long_can_be_stopped(store: Store, path: Path) -> None:
    endless = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"
    connection = sqlite3.connect(path)
    with pytest.raises(online_copy.Stopped):
        online_copy.findings(connection, endless, online_copy.asking(lambda: True))
    assert online_copy.findings(connection, "PRAGMA quick_check(1)") == []
    connection.close()
