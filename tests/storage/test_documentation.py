"""docs/storage.md names every table and every column, and its recipe brings a backup back."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId
from easychat_gui.storage import backups, salvage
from easychat_gui.storage.store import Store

PAGE = Path(__file__).parents[2] / "docs" / "storage.md"
DERIVED = {"search_journal"}
"""Tables that a recovery need not bring."""


def tables(store: Store) -> dict[str, list[str]]:
    names = [row[0] for row in store.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: [row[1] for row in store.rows(f"PRAGMA table_info({name})")] for name in names}


def test_every_table_and_column_is_described(store: Store) -> None:
    text = PAGE.read_text(encoding="utf-8")
    sections = re.split(r"^### ", text, flags=re.MULTILINE)[1:]
    for table, columns in tables(store).items():
        described = [section for section in sections if f"`{table}`" in section]
        assert described, f"{table} is not described"
        named = set(re.findall(r"`([a-z_0-9.]+)`", "".join(described)))
        assert set(columns) <= named, f"{table}: {set(columns) - named}"


def test_a_recovery_knows_every_table_and_reads_it_by_number(store: Store) -> None:
    found = tables(store)
    assert set(found) - DERIVED == set(salvage.TABLES)
    for table, columns in found.items():
        assert columns[0] == "number", table


def test_the_recipe_brings_a_backup_back(
    store: Store, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.conversations.save(Conversation(ConversationId("c"), "A talk"))
    made = backups.back_up(path, tmp_path / "backups", 1_780_000_000.0)
    assert made is not None
    (recipe,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(re.sub(r"easychat-\d{8}-\d{6}\.json", made.name, recipe), {})
    connection = sqlite3.connect("restored.db")
    assert connection.execute("SELECT title FROM conversations").fetchall() == [("A talk",)]
    connection.close()
