"""Copies are made daily, are good, and are thinned out to a week and a month."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.errors import DatabaseDamaged
from easychat_gui.domain.ids import ConversationId
from easychat_gui.storage import backups, upkeep
from easychat_gui.storage.backups import Backup
from easychat_gui.storage.store import Store
from easychat_gui.support.clock import DAY_S, file_stamp

NOW = 1_780_000_000.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def test_a_backup_holds_everything_and_is_for_its_owner_only(store: Store, folder: Path) -> None:
    store.conversations.save(Conversation(ConversationId("c"), "A talk"))
    made = backups.back_up(store.connection, folder, NOW)
    assert made is not None
    assert made.name == "easychat-20260528-202640.db"
    assert backups.is_good(made)
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    copy = sqlite3.connect(made)
    assert copy.execute("SELECT title FROM conversations").fetchall() == [("A talk",)]
    copy.close()
    assert [file.name for file in folder.iterdir()] == [made.name]


def test_it_is_made_while_others_write(store: Store, path: Path, folder: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO conversations (id, created_at, updated_at) VALUES ('x', 1, 1)")
    made = backups.back_up(store.connection, folder, NOW)
    other.execute("COMMIT")
    other.close()
    assert made is not None
    copy = sqlite3.connect(made)
    assert copy.execute("SELECT count(*) FROM conversations").fetchone() == (0,)
    copy.close()


def test_one_is_due_when_there_is_none_and_a_day_after_the_last_if_something_changed(
    store: Store, path: Path, folder: Path
) -> None:
    assert backups.is_due(path, folder, NOW)
    backups.back_up(store.connection, folder, NOW)

    def changed_at(moment: float) -> None:
        for file in (path, path.with_name(f"{path.name}-wal")):
            os.utime(file, (moment, moment))

    changed_at(NOW + 60)
    assert not backups.is_due(path, folder, NOW + DAY_S - 1)
    assert backups.is_due(path, folder, NOW + DAY_S)
    changed_at(NOW - 60)
    assert not backups.is_due(path, folder, NOW + 30 * DAY_S)


def test_seven_daily_and_four_weekly_copies_are_kept() -> None:
    every = [Backup(Path(str(number)), NOW - number * DAY_S / 2) for number in range(200)]
    dropped = backups.superfluous(every)
    kept = [backup for backup in every if backup not in dropped]
    ages = [round((NOW - backup.made_at) / DAY_S, 1) for backup in kept]
    assert ages[0] == 0
    assert len([age for age in ages if age < 7]) == 7
    assert len(kept) == 7 + 4
    assert 25 <= max(ages) < 36


def test_old_copies_go_when_a_new_one_is_made_and_other_files_stay(store: Store, folder: Path) -> None:
    folder.mkdir()
    for number in range(1, 100):
        (folder / f"easychat-{file_stamp(NOW - number * DAY_S)}.db").touch()
    for name in ("easychat-format-1-20200101-000000.db", "notes.txt", "easychat-mine.db"):
        (folder / name).touch()
    (folder / "easychat-20260101-000000.db.unfinished").touch()
    backups.back_up(store.connection, folder, NOW)
    names = {file.name for file in folder.iterdir()}
    assert {"easychat-format-1-20200101-000000.db", "notes.txt", "easychat-mine.db"} <= names
    assert len(backups.find(folder)) <= 11
    assert not any(name.endswith(".unfinished") for name in names)


def test_one_that_is_stopped_leaves_nothing(store: Store, folder: Path) -> None:
    assert backups.back_up(store.connection, folder, NOW, lambda: True) is None
    assert list(folder.iterdir()) == []


def test_damage_never_pushes_out_a_good_copy(store: Store, path: Path, folder: Path) -> None:
    with store.transaction():
        for number in range(2000):
            store.conversations.save(Conversation(ConversationId(f"c{number}"), "title " * 20))
    store.close()
    with path.open("rb+") as file:
        file.seek(20 * 4096)
        file.write(b"\x5a" * 4096 * 10)
    with pytest.raises(DatabaseDamaged):
        upkeep.check_in_background(path)
    with pytest.raises(DatabaseDamaged):
        upkeep.back_up_if_due(path, folder, lambda: False)
    assert backups.find(folder) == []


def test_a_backups_folder_that_cannot_be_is_no_reason_to_stop(store: Store, path: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert upkeep.back_up_if_due(path, tmp_path / "file" / "backups", lambda: False) is None
