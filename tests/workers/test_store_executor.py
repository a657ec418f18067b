"""Jobs run in order on one thread, answers come back on the GUI thread, and a bad disk loses nothing."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.errors import DatabaseDamaged, DatabaseLocked, DatabaseTooNew, DiskFull, StorageError
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Message, MessageStatus, Role, new_message
from easychat_gui.storage import checkups, database
from easychat_gui.storage import store as store_module
from easychat_gui.storage.reports import OpenReport, Repair
from easychat_gui.storage.store import Store, open_store
from easychat_gui.workers.store_executor import StoreExecutor
from easychat_gui.workers.store_jobs import Rebuild

ID = ConversationId("c1")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "easychat.db"


@pytest.fixture
def make(path: Path, qtbot: QtBot) -> Iterator[Callable[..., StoreExecutor]]:
    made: list[StoreExecutor] = []

    def make(*, retry_every_s: float = 3600, upkeep_after_s: float = 3600) -> StoreExecutor:
        made.append(StoreExecutor(path, retry_every_s=retry_every_s, upkeep_after_s=upkeep_after_s))
        return made[-1]

    yield make
    for executor in made:
        executor.close()


@pytest.fixture
def executor(make: Callable[..., StoreExecutor], qtbot: QtBot) -> StoreExecutor:
    executor = make()
    with qtbot.waitSignal(executor.opened):
        executor.start()
    executor.submit(lambda store: store.conversations.save(Conversation(ID, "A talk")))
    return executor


def answer(text: str = "") -> Message:
    return new_message(ID, Role.ASSISTANT, text, status=MessageStatus.STREAMING)


def settled(executor: StoreExecutor, qtbot: QtBot) -> None:
    """Wait until everything submitted so far has run and its callbacks too."""
    done: list[object] = []
    executor.submit(lambda store: None, done.append, done.append)
    qtbot.waitUntil(lambda: bool(done))


def on_disk(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT text FROM messages ORDER BY number").fetchall()
    connection.close()
    return [row[0] for row in rows]


def fill_disk(store: Store) -> None:
    row = store.row("PRAGMA page_count")
    assert row is not None
    store.execute(f"PRAGMA max_page_count = {row[0]}")


def make_space(store: Store) -> None:
    store.execute("PRAGMA max_page_count = 1000000")


def test_results_come_in_order_on_the_gui_thread(executor: StoreExecutor, qtbot: QtBot) -> None:
    seen: list[tuple[int, str, bool]] = []

    def job(number: int) -> Callable[[Store], tuple[int, str]]:
        return lambda store: (number, threading.current_thread().name)

    def then(result: tuple[int, str]) -> None:
        seen.append((*result, threading.current_thread() is threading.main_thread()))

    for number in range(50):
        executor.submit(job(number), then)
    qtbot.waitUntil(lambda: len(seen) == 50)
    assert seen == [(number, "store", True) for number in range(50)]


def test_jobs_submitted_before_the_start_wait_for_it(make: Callable[..., StoreExecutor], qtbot: QtBot) -> None:
    executor, seen = make(), list[object]()
    executor.opened.connect(lambda report: seen.append(report))
    executor.submit(lambda store: store.conversations.summaries(), seen.append)
    executor.start()
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert isinstance(seen[0], OpenReport)
    assert seen[1] == []


def test_opening_tells_what_was_interrupted(make: Callable[..., StoreExecutor], path: Path, qtbot: QtBot) -> None:
    store, _ = open_store(path)
    store.begin_exchange(Conversation(ID), [answer("so far")])
    store.close()
    executor = make()
    with qtbot.waitSignal(executor.opened) as opened:
        executor.start()
    assert opened.args is not None
    assert opened.args[0].interrupted == 1


def test_a_fault_of_ours_is_raised_where_it_is_seen(executor: StoreExecutor, qtbot: QtBot) -> None:
    called: list[object] = []
    with qtbot.captureExceptions() as raised:
        executor.submit(lambda store: store.rows("SELECT nonsense"), called.append, called.append)
        settled(executor, qtbot)
    assert [type(each[1]) for each in raised] == [sqlite3.OperationalError]
    assert called == []


def test_a_job_is_undone_whole_when_it_fails(executor: StoreExecutor, qtbot: QtBot) -> None:
    def job(store: Store) -> None:
        store.messages.add(answer("half"))
        raise ZeroDivisionError

    with qtbot.captureExceptions() as raised:
        executor.submit(job)
        settled(executor, qtbot)
    assert len(raised) == 1
    assert executor.close()
    assert on_disk(executor.database) == []


def test_a_full_disk_loses_no_character(executor: StoreExecutor, path: Path, qtbot: QtBot) -> None:
    running, failures, thens = answer(), list[StorageError](), list[object]()
    executor.submit(lambda store: store.messages.add(running))
    executor.submit(fill_disk)
    texts = ["x" * 20_000 * n for n in (1, 2, 3)]
    for text in texts:
        executor.submit(
            lambda store, text=text: store.messages.save_partial(running.id, text),  # type: ignore[misc]
            thens.append,
            failures.append,
        )
    small = answer("small, and after the large ones")
    executor.submit(lambda store: store.messages.add(small), thens.append, failures.append)
    qtbot.waitUntil(lambda: len(failures) == 4)
    assert all(isinstance(error, DiskFull) for error in failures)
    assert thens == []

    # The window stays of use: what is only read is read.
    titles: list[object] = []
    executor.submit(lambda store: store.conversations.summaries()[0].title, titles.append, titles.append)
    qtbot.waitUntil(lambda: bool(titles))
    assert titles == ["A talk"]

    with qtbot.waitSignal(executor.failed) as failed:
        executor.retry_failed()
    assert failed.args is not None
    assert isinstance(failed.args[0], DiskFull)

    with qtbot.waitSignal(executor.resumed):
        executor.submit(make_space)
        executor.retry_failed()
    assert executor.close()
    assert on_disk(path) == [texts[-1], small.text]
    assert thens == []


def test_a_waiting_job_is_replaced_by_a_later_one_of_the_same_name(
    executor: StoreExecutor, path: Path, qtbot: QtBot
) -> None:
    running, ran = answer(), list[str]()

    def save(text: str) -> Callable[[Store], bool]:
        def job(store: Store) -> bool:
            ran.append(text[0])
            return store.messages.save_partial(running.id, text)

        return job

    executor.submit(lambda store: store.messages.add(running))
    executor.submit(fill_disk)
    executor.failed.connect(lambda error: None)
    for letter in "abc":
        executor.submit(save(letter * 50_000), replaces=f"growing {running.id}")
    settled(executor, qtbot)
    ran.clear()
    with qtbot.waitSignal(executor.resumed):
        executor.submit(make_space)
        executor.retry_failed()
    assert ran == ["c"]
    assert executor.close()
    assert on_disk(path) == ["c" * 50_000]


def test_closing_tries_once_more(executor: StoreExecutor, path: Path, qtbot: QtBot) -> None:
    executor.submit(fill_disk)
    with qtbot.waitSignal(executor.failed):
        executor.submit(lambda store: store.messages.add(answer("y" * 50_000)))
    executor.submit(make_space)
    assert executor.close()
    assert on_disk(path) == ["y" * 50_000]


def test_closing_says_when_something_could_not_be_saved(executor: StoreExecutor, qtbot: QtBot) -> None:
    executor.submit(fill_disk)
    with qtbot.waitSignal(executor.failed):
        executor.submit(lambda store: store.messages.add(answer("y" * 50_000)))
    assert not executor.close()
    assert not executor.close()


def test_waiting_jobs_are_tried_again_by_themselves(
    make: Callable[..., StoreExecutor], path: Path, qtbot: QtBot
) -> None:
    executor = make(retry_every_s=0.02)
    executor.start()
    executor.submit(lambda store: store.conversations.save(Conversation(ID)))
    executor.submit(lambda store: store.execute("PRAGMA busy_timeout = 20"))
    settled(executor, qtbot)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with qtbot.waitSignal(executor.failed) as failed:
        executor.submit(lambda store: store.messages.add(answer("kept")))
    assert failed.args is not None
    assert isinstance(failed.args[0], DatabaseLocked)
    with qtbot.waitSignal(executor.resumed):
        other.execute("ROLLBACK")
    other.close()
    assert on_disk(path) == ["kept"]


def test_closing_flushes_everything_and_may_be_repeated(executor: StoreExecutor, path: Path) -> None:
    for number in range(100):
        executor.submit(lambda store, number=number: store.messages.add(answer(str(number))))  # type: ignore[misc]
    assert executor.close()
    assert executor.close()
    assert on_disk(path) == [str(number) for number in range(100)]
    with pytest.raises(RuntimeError):
        executor.submit(lambda store: None)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("store")]


def test_closing_what_was_never_started(make: Callable[..., StoreExecutor]) -> None:
    assert make().close()


@pytest.mark.parametrize(("repair", "kept"), [(Repair.START_NEW, 0), (Repair.SALVAGE, 0), (Repair.RESTORE, 1)])
def test_a_damaged_file_is_told_and_repaired_as_the_person_chooses(
    make: Callable[..., StoreExecutor], path: Path, qtbot: QtBot, repair: Repair, kept: int
) -> None:
    store, _ = open_store(path)
    store.conversations.save(Conversation(ID, "A talk"))
    store.close()
    backups = path.parent / "backups"
    backups.mkdir()
    (backups / "easychat-20260101-120000.db").write_bytes(path.read_bytes())
    path.write_bytes(b"rubbish" * 1000)

    executor, titles = make(), list[object]()
    executor.submit(lambda store: len(store.conversations.summaries()), titles.append)
    with qtbot.waitSignal(executor.open_failed) as failed:
        executor.start()
    assert failed.args is not None
    assert isinstance(failed.args[0], DatabaseDamaged)
    assert path.read_bytes() == b"rubbish" * 1000

    with qtbot.waitSignal(executor.opened) as opened:
        executor.repair(repair)
    assert opened.args is not None
    recovery = opened.args[0].recovery
    assert recovery.kept.read_bytes() == b"rubbish" * 1000
    assert recovery.conversations == kept
    qtbot.waitUntil(lambda: titles == [kept])


def test_damage_found_later_is_told_and_can_be_repaired_without_a_new_start(
    executor: StoreExecutor, path: Path, qtbot: QtBot
) -> None:
    executor.submit(lambda store: store.messages.add(*(answer("word " * 200) for _ in range(300))))
    executor.submit(lambda store: store.rows("PRAGMA wal_checkpoint(TRUNCATE)"))
    executor.submit(lambda store: store.rows("PRAGMA shrink_memory"))
    settled(executor, qtbot)
    with path.open("rb+") as file:
        file.seek(60 * 4096)
        file.write(b"\x5a" * 4096 * 10)
    with qtbot.waitSignal(executor.failed) as failed:
        executor.submit(lambda store: store.messages.of_conversation(ID))
    assert failed.args is not None
    assert isinstance(failed.args[0], DatabaseDamaged)

    with qtbot.waitSignal(executor.opened) as opened:
        executor.repair(Repair.SALVAGE)
    assert opened.args is not None
    assert opened.args[0].recovery.messages > 200
    counts: list[int] = []
    executor.submit(lambda store: len(store.messages.of_conversation(ID)), counts.append)
    qtbot.waitUntil(lambda: bool(counts))
    assert counts == [opened.args[0].recovery.messages]


def test_a_large_file_is_checked_in_the_background(
    make: Callable[..., StoreExecutor], path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = open_store(path)
    store.begin_exchange(Conversation(ID), [new_message(ID, Role.USER, "word " * 200) for _ in range(300)])
    store.close()
    with path.open("rb+") as file:
        file.seek(60 * 4096)
        file.write(b"\x5a" * 4096 * 10)
    monkeypatch.setattr(database, "CHECK_AT_OPEN_BYTES", 0)
    executor = make(upkeep_after_s=0)
    with qtbot.waitSignals([executor.opened, executor.failed]):
        executor.start()
    assert not (path.parent / "backups").exists()


def test_a_later_version_s_file_is_told(make: Callable[..., StoreExecutor], path: Path, qtbot: QtBot) -> None:
    open_store(path)[0].close()
    later = sqlite3.connect(path)
    later.execute("PRAGMA user_version = 99")
    later.close()
    executor = make()
    with qtbot.waitSignal(executor.open_failed) as failed:
        executor.start()
    assert failed.args is not None
    assert isinstance(failed.args[0], DatabaseTooNew)


def test_what_was_submitted_before_it_was_opened_is_kept_when_the_program_ends(
    make: Callable[..., StoreExecutor], path: Path
) -> None:
    executor = make()
    executor.submit(lambda store: store.conversations.save(Conversation(ID, "A talk")))
    assert executor.close()
    store, _ = open_store(path)
    assert [each.title for each in store.conversations.summaries()] == ["A talk"]
    store.close()


def test_a_store_that_nobody_needed_makes_no_file(make: Callable[..., StoreExecutor], path: Path) -> None:
    assert make().close()
    assert not path.exists()


def test_that_it_cannot_be_opened_for_a_fault_of_the_program_is_told_too(
    make: Callable[..., StoreExecutor], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    executor = make()
    with monkeypatch.context() as broken, qtbot.capture_exceptions() as seen:
        broken.setattr(store_module, "open_store", fail)
        with qtbot.waitSignal(executor.open_failed):
            executor.start()
    assert [kind for kind, _, _ in seen] == [ZeroDivisionError]
    with qtbot.waitSignal(executor.opened):
        executor.start()


def test_a_backup_is_made_in_the_background(make: Callable[..., StoreExecutor], path: Path, qtbot: QtBot) -> None:
    executor = make(upkeep_after_s=0)
    with qtbot.waitSignal(executor.backup_made) as made:
        executor.start()
    assert made.args is not None
    assert made.args[0].parent == path.parent / "backups"


def test_importing_it_does_not_import_sqlite() -> None:
    script = "import sys, easychat_gui.workers.store_executor; assert 'sqlite3' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_a_backup_can_be_asked_for_at_once(make: Callable[..., StoreExecutor], path: Path, qtbot: QtBot) -> None:
    executor = make(upkeep_after_s=3600.0)
    with qtbot.waitSignal(executor.opened):
        executor.start()
    with qtbot.waitSignal(executor.backup_made) as made:
        executor.upkeep.back_up_now()
    assert made.args is not None
    assert made.args[0].parent == path.parent / "backups"


def test_why_there_is_no_backup_is_told(make: Callable[..., StoreExecutor], path: Path, qtbot: QtBot) -> None:
    executor = make(upkeep_after_s=3600.0)
    with qtbot.waitSignal(executor.opened):
        executor.start()
    (path.parent / "backups").write_text("in the way")
    with qtbot.waitSignal(executor.backup_failed) as failed:
        executor.upkeep.back_up_now()
    assert isinstance(failed.args[0], StorageError)


def test_the_whole_file_is_checked_once_a_week(make: Callable[..., StoreExecutor], path: Path, qtbot: QtBot) -> None:
    executor = make(upkeep_after_s=0.0)
    with qtbot.waitSignal(executor.checked) as checked:
        executor.start()
    assert checked.args[0].findings == ()
    assert checkups.last_checkup(path) == checked.args[0]
    assert not checkups.is_due(path, checked.args[0].at + checkups.EVERY_S - 1)
    assert checkups.is_due(path, checked.args[0].at + checkups.EVERY_S)
    assert checkups.is_due(path, checked.args[0].at - 60), "the clock was wrong then, or is wrong now"


def test_what_the_check_finds_is_told(make: Callable[..., StoreExecutor], path: Path, qtbot: QtBot) -> None:
    Store.open(path).close()
    connection = sqlite3.connect(path)
    connection.execute(
        "INSERT INTO messages (id, conversation_id, role, status, created_at) "
        "VALUES ('m', 'gone', 'user', 'complete', 1)"
    )
    connection.commit()
    connection.close()
    executor = make(upkeep_after_s=0.0)
    with qtbot.waitSignal(executor.failed) as failed:
        executor.start()
    assert isinstance(failed.args[0], DatabaseDamaged)
    assert "not there" in str(failed.args[0])


@pytest.mark.skipif(sys.platform == "win32", reason="there, what is open cannot be taken away")
@pytest.mark.parametrize("how", ["deleted", "replaced", "folder deleted"])
def test_a_file_that_is_taken_away_while_it_is_open_loses_nothing(
    make: Callable[..., StoreExecutor], path: Path, qtbot: QtBot, how: str
) -> None:
    executor = make(upkeep_after_s=3600.0)
    with qtbot.waitSignal(executor.opened):
        executor.start()
    executor.submit(lambda store: store.conversations.save(Conversation(ConversationId("before"), "Before")))
    settled(executor, qtbot)
    if how == "folder deleted":
        shutil.rmtree(path.parent)
    else:
        path.unlink()
    if how == "replaced":
        path.write_bytes(b"something else")
    with qtbot.waitSignal(executor.opened) as opened:
        executor.submit(lambda store: store.conversations.save(Conversation(ConversationId("after"), "After")))
    kept = opened.args[0].recovery.kept
    assert (kept.read_bytes() if kept else None) == (b"something else" if how == "replaced" else None)
    assert executor.close()
    store, _ = open_store(path)
    assert {each.id for each in store.conversations.summaries()} == {"before", "after"}
    store.close()


def test_a_fault_of_ours_in_a_rebuild_is_told_and_what_is_written_next_is_kept(
    executor: StoreExecutor, path: Path, qtbot: QtBot
) -> None:
    told: list[StorageError] = []

    def stumble() -> None:
        raise ZeroDivisionError

    with (
        qtbot.captureExceptions() as exceptions,
        qtbot.waitSignals([executor.rebuilding, executor.opened], timeout=10_000),
    ):
        executor.rebuild(Rebuild(stumble, told.append))
    qtbot.waitUntil(lambda: bool(told and exceptions), timeout=10_000)
    assert exceptions[0][0] is ZeroDivisionError
    executor.submit(lambda store: store.conversations.save(Conversation(ConversationId("after"), "kept")))
    executor.close()
    store = Store.open(path)
    assert store.conversations.get(ConversationId("after")) is not None
    store.close()
