"""A file whose schema is not that of this program is refused, and can be mended like any damage."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.errors import DatabaseDamaged
from easychat_gui.domain.ids import ConversationId
from easychat_gui.storage import shape
from easychat_gui.storage.recovery import repair
from easychat_gui.storage.reports import Repair
from easychat_gui.storage.store import open_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    store, _ = open_store(tmp_path / "data" / "easychat.db")
    store.conversations.save(Conversation(ConversationId("c"), "Still here"))
    store.close()
    return store.path


def change(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TRIGGER evil AFTER INSERT ON messages BEGIN DELETE FROM conversations; END",
        "DROP TABLE lessons",
        "ALTER TABLE prompts RENAME COLUMN text TO tdxt",
        "DROP TRIGGER search_messages_added",
        "PRAGMA user_version = 0",
        "PRAGMA user_version = -3",
    ],
)
def test_what_the_program_would_stumble_over_is_damage_and_can_be_mended(path: Path, sql: str) -> None:
    change(path, sql)
    with pytest.raises(DatabaseDamaged, match=r"easychat\.db"):
        open_store(path)
    repair(Repair.SALVAGE, path, path.parent / "backups")
    store, _ = open_store(path)
    assert [each.title for each in store.conversations.summaries()] == ["Still here"]
    assert shape.fault_in(store.connection) is None
    store.close()


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE notes (text TEXT)",
        "CREATE VIEW long AS SELECT * FROM messages WHERE length(text) > 100",
        "ALTER TABLE messages ADD COLUMN mine TEXT",
        "CREATE INDEX mine ON messages (created_at)",
    ],
)
def test_what_somebody_has_added_for_himself_stays(path: Path, sql: str) -> None:
    change(path, sql)
    store, _ = open_store(path)
    assert [each.title for each in store.conversations.summaries()] == ["Still here"]
    store.close()


@pytest.mark.parametrize("place", [18, 19, 47])
def test_a_number_of_the_format_that_is_none_is_damage(path: Path, place: int) -> None:
    with path.open("rb+") as file:
        file.seek(place)
        file.write(b"\x42")
    with pytest.raises(DatabaseDamaged, match=r"damaged|not a database"):
        open_store(path)


def test_the_usual_shape_is_known_without_comparing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> sqlite3.Connection:
        raise AssertionError("each start makes an empty database to compare with: renew `shape.DIGEST`")

    monkeypatch.setattr(shape, "connect_in_memory", fail)
    store, _ = open_store(path)
    store.close()
