"""Whatever happens to the file: what can be read is saved, the damaged file is kept, and a backup fills the gaps."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.errors import StorageError
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.storage import backups
from easychat_gui.storage.file_header import beside
from easychat_gui.storage.recovery import repair
from easychat_gui.storage.reports import Repair
from easychat_gui.storage.store import Store, open_store

NOW = 1_780_000_000.0
PAGE = 4096
CONVERSATIONS, MESSAGES = 25, 24
ALL = CONVERSATIONS * MESSAGES

Damage = Callable[[Path, random.Random], None]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a closed database, a backup of it, and a database of somebody else with its log."""
    folder = tmp_path_factory.mktemp("sound")
    store = Store.open(folder / "easychat.db")
    fill(store, "c")
    store.close()
    backups.back_up(folder / "easychat.db", folder / "backups", NOW - 86_400)
    other = Store.open(folder / "other" / "easychat.db")
    fill(other, "x")
    for file in (other.path, *beside(other.path)[:2]):
        shutil.copy(file, folder / f"other-{file.name}")
    other.close()
    shutil.rmtree(folder / "other")
    return folder


def fill(store: Store, prefix: str) -> None:
    with store.transaction():
        for number in range(CONVERSATIONS):
            id_ = ConversationId(f"{prefix}{number}")
            store.conversations.save(Conversation(id_, f"Talk {number}", 1.0, float(number)))
            parent = None
            for _ in range(MESSAGES):
                message = new_message(id_, Role.USER, f"{number}: " + "word " * 150, parent_id=parent)
                store.messages.add(message)
                parent = message.id


def overwrite(path: Path, place: int, content: bytes) -> None:
    with path.open("rb+") as file:
        file.seek(place)
        file.write(content)


def flip_bytes(path: Path, dice: random.Random) -> None:
    for _ in range(40):
        overwrite(path, dice.randrange(PAGE, path.stat().st_size), dice.randbytes(1))


def zero_pages(path: Path, dice: random.Random) -> None:
    for _ in range(6):
        overwrite(path, dice.randrange(1, path.stat().st_size // PAGE) * PAGE, bytes(PAGE))


def truncate(path: Path, dice: random.Random) -> None:
    with path.open("rb+") as file:
        file.truncate(dice.randrange(path.stat().st_size // 2, path.stat().st_size))


def lose_the_header(path: Path, dice: random.Random) -> None:
    overwrite(path, 0, dice.randbytes(100))


def zero_the_header(path: Path, dice: random.Random) -> None:
    overwrite(path, 0, bytes(100))


def lose_the_list_of_tables(path: Path, dice: random.Random) -> None:
    overwrite(path, 100, dice.randbytes(PAGE - 100))


def garbage_in_the_middle(path: Path, dice: random.Random) -> None:
    overwrite(path, path.stat().st_size // 3, dice.randbytes(20 * PAGE))


def another_log(path: Path, dice: random.Random) -> None:
    shutil.copy(path.with_name("other-easychat.db-wal"), beside(path)[0])


def rubbish_log(path: Path, dice: random.Random) -> None:
    beside(path)[0].write_bytes(dice.randbytes(50_000))


def shuffle_pages(path: Path, dice: random.Random) -> None:
    content = path.read_bytes()
    pages = path.stat().st_size // PAGE
    for _ in range(4):
        overwrite(path, dice.randrange(1, pages) * PAGE, content[(start := dice.randrange(1, pages) * PAGE) :][:PAGE])
        assert start


def harm_indexes(path: Path, dice: random.Random) -> None:
    connection = sqlite3.connect(path)
    roots = [row[0] for row in connection.execute("SELECT rootpage FROM sqlite_master WHERE type = 'index'")]
    connection.close()
    for root in roots:
        overwrite(path, (root - 1) * PAGE, dice.randbytes(PAGE))


def be_empty(path: Path, dice: random.Random) -> None:
    path.write_bytes(b"")


LIGHT: dict[Damage, float] = {
    flip_bytes: 0.7,
    zero_pages: 0.7,
    truncate: 0.2,
    lose_the_header: 1.0,
    zero_the_header: 1.0,
    lose_the_list_of_tables: 1.0,
    garbage_in_the_middle: 0.6,
    another_log: 0.9,
    rubbish_log: 1.0,
    shuffle_pages: 0.3,
    harm_indexes: 1.0,
    be_empty: 0.0,
}
"""Each damage with the share of the messages that is saved in any case, without a backup."""


def spoiled(sound: Path, tmp_path: Path, damage: Damage, seed: int, *, with_backup: bool) -> Path:
    path = tmp_path / "easychat.db"
    shutil.copy(sound / "easychat.db", path)
    for name in ("other-easychat.db-wal",):
        shutil.copy(sound / name, tmp_path / name)
    if with_backup:
        shutil.copytree(sound / "backups", tmp_path / "backups")
    damage(path, random.Random(seed))
    return path


def checked(path: Path) -> int:
    """Return how many messages the mended database has, after making sure that it is sound."""
    store, _ = open_store(path)
    assert store.row("PRAGMA integrity_check") == ("ok",)
    assert store.rows("PRAGMA foreign_key_check") == []
    count = sum(len(store.messages.of_conversation(each.id)) for each in store.conversations.summaries())
    store.close()
    return count


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("damage", LIGHT)
def test_what_can_be_read_is_saved(sound: Path, tmp_path: Path, damage: Damage, seed: int) -> None:
    path = spoiled(sound, tmp_path, damage, seed, with_backup=False)
    before = path.read_bytes()
    report = repair(Repair.SALVAGE, path, tmp_path / "backups", NOW)
    assert report.kept is not None
    assert report.kept.read_bytes() == before
    assert checked(path) == report.messages >= ALL * LIGHT[damage]
    assert {file.name for file in tmp_path.glob("easychat.*.db")} == {report.kept.name}, "no scraps"


@pytest.mark.parametrize("seed", [1])
@pytest.mark.parametrize("damage", [each for each in LIGHT if each not in (flip_bytes, shuffle_pages)])
def test_a_backup_fills_the_gaps(sound: Path, tmp_path: Path, damage: Damage, seed: int) -> None:
    path = spoiled(sound, tmp_path, damage, seed, with_backup=True)
    report = repair(Repair.SALVAGE_AND_FILL, path, tmp_path / "backups", NOW)
    assert checked(path) >= ALL * 0.94
    assert report.backup_made_at == NOW - 86_400


def test_what_was_deleted_does_not_come_back_with_the_gaps(sound: Path, tmp_path: Path) -> None:
    path = tmp_path / "easychat.db"
    shutil.copytree(sound / "backups", tmp_path / "backups")
    shutil.copy(sound / "easychat.db", path)
    store = Store.open(path)
    store.conversations.delete(ConversationId("c3"))
    store.conversations.save(Conversation(ConversationId("late"), "Later than the backup"))
    store.close()
    pages = path.stat().st_size // PAGE
    overwrite(path, (pages // 2) * PAGE, b"\x5a" * PAGE * 3)
    report = repair(Repair.SALVAGE_AND_FILL, path, tmp_path / "backups", NOW)
    assert report.filled
    store, _ = open_store(path)
    ids = {each.id for each in store.conversations.summaries()}
    store.close()
    assert "late" in ids
    assert "c3" not in ids
    assert checked(path) == ALL - MESSAGES


@pytest.mark.parametrize("damage", LIGHT)
def test_a_damaged_file_is_never_changed_by_trying_to_open_it(sound: Path, tmp_path: Path, damage: Damage) -> None:
    path = spoiled(sound, tmp_path, damage, 7, with_backup=True)
    before = path.read_bytes()
    try:
        Store.open(path).close()
    except StorageError:
        assert path.read_bytes() == before
