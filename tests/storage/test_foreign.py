"""A database of another program is read without being touched, and nothing in it is run."""

from __future__ import annotations

import collections
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from easychat_gui.domain.errors import TransferError
from easychat_gui.storage.foreign import ForeignDatabase, tables_of


def make(path: Path, *statements: str) -> Path:
    database = sqlite3.connect(path)
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()
    return path


def test_rows_come_in_the_order_asked_for_and_columns_that_are_not_there_are_left_out(tmp_path: Path) -> None:
    path = make(tmp_path / "a.db", "CREATE TABLE t (id, n)", "INSERT INTO t VALUES (2, 'b'), (1, 'a')")
    with ForeignDatabase(path) as database:
        assert list(database.rows("t", "id", "n", "gone", order="id")) == [{"id": 1, "n": "a"}, {"id": 2, "n": "b"}]
        assert [row["id"] for row in database.rows("t", "id", order="gone")] == [2, 1]
        assert list(database.rows("t", "gone")) == []
        assert list(database.rows("t", "n", where=("id", 2))) == [{"n": "b"}]
        assert list(database.rows("t", "n", where=("gone", 2))) == []
        assert list(database.rows('no "such" table', "id")) == []


def test_views_virtual_tables_and_computed_columns_are_passed_over(tmp_path: Path) -> None:
    path = make(
        tmp_path / "a.db",
        "CREATE TABLE t (id, x TEXT GENERATED ALWAYS AS (hex(zeroblob(400000000))) VIRTUAL)",
        "CREATE VIEW chat AS SELECT load_extension('x') AS id",
        "CREATE VIRTUAL TABLE f USING fts5(id)",
    )
    tables = tables_of(path)
    assert tables["t"] == {"id"}
    assert {"chat", "f"}.isdisjoint(tables)


def test_nothing_is_made_beside_it_even_where_nothing_may_be(tmp_path: Path) -> None:
    path = make(tmp_path / "a b#?%.db", "PRAGMA journal_mode = WAL", "CREATE TABLE t (id)", "INSERT INTO t VALUES (1)")
    before = sorted(tmp_path.iterdir())
    path.chmod(0o400)
    with ForeignDatabase(path) as database:
        assert list(database.rows("t", "id")) == [{"id": 1}]
    assert sorted(tmp_path.iterdir()) == before


def test_text_that_is_no_utf_8_is_read(tmp_path: Path) -> None:
    path = make(tmp_path / "a.db", "CREATE TABLE t (id)", "INSERT INTO t VALUES (CAST(x'61ff62' AS TEXT))")
    with ForeignDatabase(path) as database:
        assert list(database.rows("t", "id")) == [{"id": "a\ufffdb"}]


def test_rows_before_the_damage_are_read(tmp_path: Path) -> None:
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
    path = make(
        tmp_path / "a.db",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, x)",
        f"{numbers} INSERT INTO t SELECT i, '{'x' * 3000}' FROM n",
    )
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 40_000] = b"\xff" * 40_000
    path.write_bytes(content)
    found: list[Mapping[str, Any]] = []
    with ForeignDatabase(path) as database, pytest.raises(TransferError):
        collections.deque(map(found.append, database.rows("t", "id", "x")), maxlen=0)
    assert [row["id"] for row in found[:20]] == list(range(1, 21))


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"SQLite format 3\0" + b"\xff" * 4096, b"text"])
def test_what_is_no_database_has_no_tables(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.db").write_bytes(content)
    assert tables_of(tmp_path / "a.db") == {}
    assert tables_of(tmp_path / "gone.db") == {}
