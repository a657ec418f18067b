"""What is written is soon in the index, without the writer knowing of it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.storage.reports import Repair
from easychat_gui.storage.search_index import index_path
from easychat_gui.workers import indexer as indexing
from easychat_gui.workers.indexer import Indexer
from easychat_gui.workers.store_executor import StoreExecutor
from tests.folders import files_with

ID = ConversationId("c1")


@pytest.fixture
def store(tmp_path: Path, qtbot: QtBot) -> Iterator[StoreExecutor]:
    executor = StoreExecutor(tmp_path / "easychat.db", upkeep_after_s=3600)
    yield executor
    executor.close()


def say(store: StoreExecutor, text: str) -> None:
    message = new_message(ID, Role.USER, text)
    store.submit(lambda inner: inner.begin_exchange(Conversation(ID), [message]))


def hits(store: StoreExecutor, word: str) -> int:
    with closing(sqlite3.connect(index_path(store.database))) as connection:
        try:
            found: int = connection.execute("SELECT count(*) FROM texts WHERE texts MATCH ?", (word,)).fetchone()[0]
        except sqlite3.OperationalError:  # it is just being made anew
            return 0
    return found


def journal(store: StoreExecutor) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(store.database)) as connection:
        return connection.execute("SELECT removed FROM search_journal").fetchall()


def test_it_follows_what_is_written_and_empties_the_journal(store: StoreExecutor, qtbot: QtBot) -> None:
    indexer = Indexer(store, store, gather_s=0)
    with qtbot.waitSignals([store.opened, indexer.progressed]):
        store.start()
    assert indexer.searchable == 1
    for number in range(20):
        say(store, f"apple n{number}")
    qtbot.waitUntil(lambda: hits(store, "apple") == 20)
    qtbot.waitUntil(lambda: len(journal(store)) == 1)


def test_what_was_deleted_last_is_in_no_file_when_the_program_has_ended(
    store: StoreExecutor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "FAREWELL_S", 20.0)  # this computer may be busy
    indexer = Indexer(store, store, gather_s=3600)
    with qtbot.waitSignal(store.opened):
        store.start()
    say(store, "the xyzzyplugh " * 10)
    store.submit(lambda inner: inner.conversations.delete(ID))
    store.close()
    assert indexer.searchable == 0
    assert journal(store) == [(None,)]
    assert files_with(b"xyzzyplugh", store.database.parent) == []
    assert "indexer" not in {thread.name for thread in threading.enumerate()}


def test_it_does_not_hold_up_a_repair_and_follows_the_new_file(store: StoreExecutor, qtbot: QtBot) -> None:
    indexer = Indexer(store, store, gather_s=0)
    with qtbot.waitSignals([store.opened, indexer.progressed]):
        store.start()
    say(store, "apple")
    qtbot.waitUntil(lambda: hits(store, "apple") == 1)
    with qtbot.waitSignal(store.opened):
        store.repair(Repair.START_NEW)
    say(store, "fig")
    qtbot.waitUntil(lambda: hits(store, "fig") == 1)
    assert hits(store, "apple") == 0
