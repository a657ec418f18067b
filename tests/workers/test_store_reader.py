"""Questions are answered beside the writer; what is overtaken is broken off and never heard of again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.errors import DatabaseUnavailable, StorageError
from easychat_gui.domain.ids import ConversationId
from easychat_gui.storage.reading import Reader
from easychat_gui.storage.reports import Repair
from easychat_gui.workers.store_executor import StoreExecutor
from easychat_gui.workers.store_reader import StoreReader

ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def store(tmp_path: Path, qtbot: QtBot) -> Iterator[StoreExecutor]:
    executor = StoreExecutor(tmp_path / "easychat.db", upkeep_after_s=3600)
    yield executor
    executor.close()


@pytest.fixture
def reader(store: StoreExecutor) -> StoreReader:
    return StoreReader(store, "reader")


def opened(store: StoreExecutor, qtbot: QtBot) -> None:
    with qtbot.waitSignal(store.opened):
        store.start()


def titles(reader: Reader) -> list[str]:
    return [row[0] for row in reader.rows("SELECT title FROM conversations")]


def add(store: StoreExecutor, qtbot: QtBot, title: str) -> None:
    done: list[object] = []
    store.submit(
        lambda open_store: open_store.conversations.save(Conversation(ConversationId(title), title)), done.append
    )
    qtbot.waitUntil(lambda: bool(done))


def endless(begun: threading.Event) -> Callable[[Reader], object]:
    def job(reader: Reader) -> object:
        begun.set()
        return reader.rows(ENDLESS)

    return job


def test_it_reads_what_the_writer_has_committed(store: StoreExecutor, reader: StoreReader, qtbot: QtBot) -> None:
    answers: list[list[str]] = []
    reader.ask("titles", titles, answers.append)  # before there is a database: it waits
    opened(store, qtbot)
    qtbot.waitUntil(lambda: answers == [[]])
    add(store, qtbot, "A talk")
    reader.ask("titles", titles, answers.append)
    qtbot.waitUntil(lambda: answers == [[], ["A talk"]])


def test_a_newer_question_interrupts_the_one_that_runs(store: StoreExecutor, reader: StoreReader, qtbot: QtBot) -> None:
    opened(store, qtbot)
    begun, heard = threading.Event(), list[object]()
    reader.ask("search", endless(begun), heard.append, heard.append)
    assert begun.wait(60)
    reader.ask("search", lambda _: "newer", heard.append, heard.append)
    qtbot.waitUntil(lambda: heard == ["newer"])
    reader.ask("other", lambda _: "last", heard.append)
    qtbot.waitUntil(lambda: heard == ["newer", "last"])


def test_a_question_between_two_queries_is_dropped_too(store: StoreExecutor, reader: StoreReader, qtbot: QtBot) -> None:
    opened(store, qtbot)
    begun, go_on, heard = threading.Event(), threading.Event(), list[object]()
    asked_again: list[object] = []

    def slow(source: Reader) -> object:
        begun.set()
        assert go_on.wait(60)
        asked_again.append(source.rows("SELECT 1"))
        return "stale"

    reader.ask("search", slow, heard.append, heard.append)
    assert begun.wait(60)
    reader.ask("search", lambda _: "newer", heard.append)
    go_on.set()
    qtbot.waitUntil(lambda: heard == ["newer"])
    assert asked_again == []


def test_an_answer_that_is_forgotten_on_its_way_is_not_delivered(
    store: StoreExecutor, reader: StoreReader, qtbot: QtBot
) -> None:
    opened(store, qtbot)
    has_run, heard = threading.Event(), list[object]()
    reader.ask("search", lambda _: has_run.set(), heard.append)
    assert has_run.wait(60)
    reader.forget("search")
    reader.ask("other", lambda _: "last", heard.append)
    qtbot.waitUntil(lambda: heard == ["last"])


def test_it_reads_the_new_file_after_a_repair(store: StoreExecutor, reader: StoreReader, qtbot: QtBot) -> None:
    opened(store, qtbot)
    add(store, qtbot, "Before")
    begun, heard = threading.Event(), list[object]()
    reader.ask("titles", titles, heard.append)
    qtbot.waitUntil(lambda: heard == [["Before"]])
    reader.ask("endless", endless(begun), heard.append)
    assert begun.wait(60)
    with qtbot.waitSignal(store.opened):
        store.repair(Repair.START_NEW)
    reader.forget("endless")
    reader.ask("titles", titles, heard.append)
    qtbot.waitUntil(lambda: heard == [["Before"], []])


def test_it_reads_the_file_that_was_put_back_when_it_had_vanished(
    store: StoreExecutor, reader: StoreReader, qtbot: QtBot
) -> None:
    opened(store, qtbot)
    add(store, qtbot, "Before")
    heard: list[object] = []
    reader.ask("titles", titles, heard.append)
    qtbot.waitUntil(lambda: heard == [["Before"]])
    for file in store.database.parent.glob("easychat.db*"):
        file.unlink(missing_ok=True)
    with qtbot.waitSignal(store.opened):
        add(store, qtbot, "After")
    reader.ask("titles", titles, heard.append)
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert sorted(heard[1]) == ["After", "Before"]  # type: ignore[call-overload]


def test_an_error_of_the_file_is_told_and_the_next_question_finds_it_mended(
    store: StoreExecutor, reader: StoreReader, qtbot: QtBot
) -> None:
    opened(store, qtbot)
    heard: list[object] = []
    away = store.database.with_name("away.db")
    store.database.rename(away)
    reader.ask("titles", titles, heard.append, heard.append)
    qtbot.waitUntil(lambda: len(heard) == 1)
    assert isinstance(heard[0], DatabaseUnavailable)
    away.rename(store.database)
    reader.ask("titles", titles, heard.append, heard.append)
    qtbot.waitUntil(lambda: heard[1:] == [[]])


def test_nothing_can_be_written(store: StoreExecutor, reader: StoreReader, qtbot: QtBot) -> None:
    opened(store, qtbot)
    heard: list[StorageError] = []
    reader.ask("write", lambda source: source.rows("DELETE FROM conversations"), lambda _: None, heard.append)
    qtbot.waitUntil(lambda: [type(error) for error in heard] == [DatabaseUnavailable])


def test_closing_the_store_ends_the_thread_amid_a_query(
    store: StoreExecutor, reader: StoreReader, qtbot: QtBot
) -> None:
    opened(store, qtbot)
    begun = threading.Event()
    reader.ask("endless", endless(begun), lambda _: None)
    assert begun.wait(60)
    store.close()
    assert "reader" not in {thread.name for thread in threading.enumerate()}
