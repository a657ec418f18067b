"""An old database becomes a new one, or stays exactly what it was."""

from __future__ import annotations

import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from easychat_gui.domain.messages import MessageStatus, Role
from easychat_gui.storage import backups, database, migrations
from easychat_gui.storage.migrations import CURRENT_VERSION, MIGRATIONS, migrate, user_version
from easychat_gui.storage.store import Store, open_store

DATA = Path(__file__).parent.parent / "data"


def m9002(connection: sqlite3.Connection) -> None:
    """A migration of the kind that comes one day: a new table, a new column, a rebuilt one, changed rows."""
    connection.execute("CREATE TABLE shelves (id TEXT PRIMARY KEY, name TEXT NOT NULL)")
    connection.execute("ALTER TABLE conversations ADD COLUMN shelf_id TEXT REFERENCES shelves (id)")
    connection.execute("INSERT INTO shelves VALUES ('f', 'All')")
    connection.execute("UPDATE conversations SET shelf_id = 'f', title = upper(title)")
    connection.execute("DROP INDEX messages_unfinished")


LATER = {**MIGRATIONS, CURRENT_VERSION + 1: m9002}


class Failing(sqlite3.Connection):
    """Fails at the n-th statement."""

    left = 10**9

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if self.left == 0 and sql != "ROLLBACK":
            raise sqlite3.OperationalError("injected")
        self.left -= 1
        return super().execute(sql, *values)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return Path(shutil.copy(DATA / "easychat-v1.db", tmp_path / "easychat.db"))


def statements_needed(path: Path) -> int:
    connection = sqlite3.connect(path, isolation_level=None, factory=Failing)
    before = connection.left
    migrate(connection, LATER)
    used = before - connection.left
    connection.close()
    return used


def test_failure_at_any_statement_leaves_the_old_file_identical(old: Path, tmp_path: Path) -> None:
    before = old.read_bytes()
    needed = statements_needed(Path(shutil.copy(old, tmp_path / "probe.db")))
    assert needed > 8
    for number in range(needed):
        connection = sqlite3.connect(old, isolation_level=None, factory=Failing)
        connection.left = number
        with pytest.raises(sqlite3.OperationalError, match="injected"):
            migrate(connection, LATER)
        connection.close()
        assert old.read_bytes() == before, f"statement {number}"
    whole = sqlite3.connect(old, isolation_level=None)
    migrate(whole, LATER)
    assert user_version(whole) == CURRENT_VERSION + 1
    whole.close()


def test_a_migration_that_breaks_a_reference_is_undone(old: Path) -> None:
    def careless(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM conversations")

    before = old.read_bytes()
    connection = sqlite3.connect(old, isolation_level=None)
    with pytest.raises(sqlite3.IntegrityError, match="dangling"):
        migrate(connection, {**MIGRATIONS, CURRENT_VERSION + 1: careless})
    connection.close()
    assert old.read_bytes() == before


def test_an_old_file_is_copied_before_it_is_migrated(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (migrations, database):
        monkeypatch.setattr(module, "CURRENT_VERSION", CURRENT_VERSION + 1)
    monkeypatch.setattr(database, "migrate", lambda connection: migrate(connection, LATER))
    store, report = open_store(old)
    assert [summary.title for summary in store.conversations.summaries()] == ["RECIPE FOR BORSCHT — рецепт", "SECOND"]
    store.close()
    assert report.migrated_from == 1
    assert report.safety_copy is not None
    assert backups.is_good(report.safety_copy)
    copy = sqlite3.connect(report.safety_copy)
    assert user_version(copy) == 1
    assert copy.execute("SELECT title FROM conversations WHERE is_pinned").fetchall() == [
        ("Recipe for borscht — рецепт",)
    ]
    copy.close()


@pytest.mark.parametrize("version", sorted(MIGRATIONS))
def test_the_file_of_every_released_version_opens_with_all_that_is_in_it(tmp_path: Path, version: int) -> None:
    path = Path(shutil.copy(DATA / f"easychat-v{version}.db", tmp_path / "easychat.db"))
    store, report = open_store(path)
    assert report.interrupted == 1
    first, second = store.conversations.summaries()
    assert (first.title, second.title) == ("Recipe for borscht — рецепт", "Second")
    branch = store.messages.branch_of(first.id)
    assert [message.role for message in branch] == [Role.USER, Role.ASSISTANT, Role.USER, Role.ASSISTANT]
    assert branch[1].text == "Beetroot, cabbage, 京都 🍲."
    assert branch[1].usage is not None
    assert branch[1].usage.completion_tokens == 7
    assert (branch[3].status, branch[3].text) == (MessageStatus.INTERRUPTED, "Simmer for")
    assert len(store.messages.of_conversation(first.id)) == 5
    conversation = store.conversations.get(second.id)
    assert conversation is not None
    assert conversation.draft == "not sent yet"
    store.close()


def test_migrated_and_fresh_files_have_the_same_schema(tmp_path: Path) -> None:
    path = Path(shutil.copy(DATA / "easychat-v1.db", tmp_path / "old.db"))
    schemas = []
    for file in (path, tmp_path / "new.db"):
        store = Store.open(file)
        rows = store.rows("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY name")
        schemas.append([(name, re.sub(r"\s+", " ", sql)) for name, sql in rows])
        store.close()
    assert schemas[0] == schemas[1]


def test_the_numbers_have_no_gap() -> None:
    assert sorted(MIGRATIONS) == list(range(1, CURRENT_VERSION + 1))
