"""Databases that were put aside: found, looked into, brought back from, deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from easychat_gui.domain.backups import Backup, BackupKind
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.errors import BackupUnusable, DatabaseUnavailable
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.storage import backups, kept_aside
from easychat_gui.storage.bringing_back import bring_back
from easychat_gui.storage.opened_backup import OpenedBackup, listing_of
from easychat_gui.storage.recovery import repair
from easychat_gui.storage.reports import Repair, Restoration
from easychat_gui.storage.store import Store, open_store

NOW = 1_780_000_000.0
NAME = ConversationId("here")


def write(path: Path, text: str) -> None:
    store, _ = open_store(path)
    question = new_message(NAME, Role.USER, text)
    store.begin_exchange(Conversation(NAME, "Title", 1.0, 1.0, leaf_id=question.id), [question])
    store.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "easychat.db"


def begin_anew(path: Path) -> Backup:
    """Put a file that cannot be used as a whole aside, in which the chat can be read."""
    write(path, "still to be read")
    repair(Repair.START_NEW, path, path.parent / "backups", NOW)
    (kept,) = kept_aside.find(path)
    return kept


def said_in(kept: Backup) -> list[str]:
    opened = OpenedBackup.open(kept)
    try:
        return [each.text for each in opened.messages_of(NAME)]
    finally:
        opened.close()


def test_what_a_restore_has_replaced_can_be_read_and_brought_back(path: Path) -> None:
    write(path, "before")
    made = backups.back_up(path, path.parent / "backups", NOW)
    assert made is not None
    store, _ = open_store(path)
    store.conversations.rename(NAME, "Since then")
    store.close()
    (backup,) = backups.find(path.parent / "backups")
    repair(Restoration(backup), path, path.parent / "backups", NOW)
    (kept,) = kept_aside.find(path)
    assert (kept.kind, kept.made_at) == (BackupKind.REPLACED, NOW)
    assert kept.size > 0
    assert [each.title for each in listing_of(kept)] == ["Since then"]
    assert said_in(kept) == ["before"]


def test_of_a_damaged_one_the_readable_chats_can_be_brought_back(path: Path) -> None:
    kept = begin_anew(path)
    with kept.path.open("rb+") as file:  # a page without which nothing is whole
        file.seek(-4096, 2)
        file.write(b"\xff" * 4096)
    assert kept.kind is BackupKind.DAMAGED
    assert [each.id for each in listing_of(kept)] == [NAME]
    opened = OpenedBackup.open(kept)
    store = Store.open(path)
    assert bring_back(opened.path, store, [NAME], lambda _files: 0).chats == (NAME,)
    assert [each.text for each in store.messages.branch_of(NAME)] == ["still to be read"]
    store.close()
    opened.close()
    assert not list((path.parent / "backups").glob("preview-*"))


def test_one_in_which_nothing_can_be_read_says_so(path: Path) -> None:
    kept = begin_anew(path)
    kept.path.write_bytes(b"encrypted with a passphrase that is lost" * 500)
    with pytest.raises(BackupUnusable):
        listing_of(kept)


def test_deleting_one_leaves_nothing_of_it_and_all_else(path: Path) -> None:
    kept = begin_anew(path)
    kept.path.with_suffix(".txt").write_text("what was saved")
    kept.path.with_name(f"{kept.path.name}-wal").write_bytes(b"its log")
    other = kept.path.with_name("easychat.replaced-20260101-000000.db")
    other.write_bytes(b"another")
    kept_aside.remove(path, kept)
    assert {each.name for each in path.parent.iterdir() if each.is_file()} == {path.name, other.name}
    assert [each.path for each in kept_aside.find(path)] == [other]


@pytest.mark.parametrize("name", ["easychat.db", "search.db", "easychat.mirror.db", "backups/easychat.damaged-1.db"])
def test_nothing_else_is_deleted_by_this_way(path: Path, name: str) -> None:
    write(path, "stays")
    with pytest.raises(DatabaseUnavailable):
        kept_aside.remove(path, Backup(path.parent / name, NOW))
    assert path.exists()


def test_what_was_saved_of_a_file_that_was_taken_away_is_put_back_by_the_next_start(path: Path) -> None:
    write(path, "saved just before the end")
    path.rename(path.with_name("easychat.saved.db"))
    store, report = open_store(path)
    assert report.recovery is not None
    assert [each.text for each in store.messages.branch_of(NAME)] == ["saved just before the end"]
    store.close()
    assert kept_aside.find(path) == []


def test_it_takes_the_place_of_nothing_that_is_there(path: Path) -> None:
    write(path, "the one that is used")
    path.with_name("easychat.saved.db").write_bytes(path.read_bytes())
    store, report = open_store(path)
    store.close()
    assert report.recovery is None
    assert [each.path.name for each in kept_aside.find(path)] == ["easychat.saved.db"]
