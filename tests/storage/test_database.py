"""The file is opened safely, or refused with a reason and left alone."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.errors import (
    DatabaseDamaged,
    DatabaseLocked,
    DatabaseTooNew,
    DatabaseUnavailable,
    DiskFull,
    StorageError,
)
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.storage import connecting
from easychat_gui.storage.file_header import beside
from easychat_gui.storage.migrations import CURRENT_VERSION
from easychat_gui.storage.store import Store

ID = ConversationId("c1")


def fill(store: Store, count: int = 3) -> None:
    store.conversations.save(Conversation(ID, "A talk"))
    store.messages.add(*(new_message(ID, Role.USER, f"text {number} " * 50) for number in range(count)))


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_what_is_promised_about_durability_holds(store: Store) -> None:
    assert store.row("PRAGMA journal_mode") == ("wal",)
    assert store.row("PRAGMA synchronous") == (2,)  # FULL
    assert store.row("PRAGMA foreign_keys") == (1,)
    assert store.row("PRAGMA busy_timeout") == (3000,)


def test_all_files_are_for_their_owner_only(store: Store, path: Path) -> None:
    fill(store)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    for file in (path, *beside(path)[:2]):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_a_file_that_others_could_read_is_closed_to_them(path: Path) -> None:
    Store.open(path).close()
    path.chmod(0o644)
    Store.open(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_empty_file_without_backups_is_a_new_database(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    store = Store.open(path)
    assert store.conversations.summaries() == []
    store.close()


@pytest.mark.parametrize("is_missing", [True, False])
def test_an_empty_or_missing_file_is_no_fresh_start_where_backups_exist(path: Path, is_missing: bool) -> None:
    (path.parent / "backups").mkdir(parents=True)
    (path.parent / "backups" / "easychat-20260101-120000.db").write_bytes(b"x")
    if not is_missing:
        path.touch()
    before = contents(path.parent)
    with pytest.raises(DatabaseDamaged, match=r"easychat\.db"):
        Store.open(path)
    assert contents(path.parent) == before


def test_an_empty_file_with_a_log_beside_it_is_no_fresh_start(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    beside(path)[0].write_bytes(b"what SQLite would throw away")
    before = contents(path.parent)
    with pytest.raises(DatabaseDamaged):
        Store.open(path)
    assert contents(path.parent) == before


@pytest.mark.parametrize(
    "content", [b"x", b"This is a letter to my landlord. " * 500, b"SQLite format 3\0" + b"\0" * 4080]
)
def test_what_is_no_database_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(DatabaseDamaged) as caught:
        Store.open(path)
    assert caught.value.path == path
    assert path.read_bytes() == content


def test_the_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    other = sqlite3.connect(path)
    other.executescript("CREATE TABLE bookmarks (url); INSERT INTO bookmarks VALUES ('x')")
    other.close()
    before = contents(path.parent)
    with pytest.raises(DatabaseDamaged, match="not a database of this program"):
        Store.open(path)
    assert contents(path.parent) == before


def test_a_damaged_page_is_noticed(path: Path) -> None:
    store = Store.open(path)
    fill(store, 400)
    store.close()
    with path.open("rb+") as file:
        for page in range(4, 30):
            file.seek(page * 4096)
            file.write(b"\xa5" * 2000)
    before = path.read_bytes()
    with pytest.raises(DatabaseDamaged, match="damaged"):
        Store.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("is_in_log_only", [False, True])
def test_a_later_version_s_file_is_refused_and_untouched(path: Path, is_in_log_only: bool) -> None:
    store = Store.open(path)
    fill(store)
    store.close()
    later = sqlite3.connect(path, isolation_level=None)
    later.execute("PRAGMA journal_mode = WAL")
    later.execute(f"PRAGMA user_version = {CURRENT_VERSION + 7}")
    if is_in_log_only:  # as a killed program leaves it
        saved = {file.name: file.read_bytes() for file in (path, beside(path)[0])}
        later.close()
        for file in path.parent.iterdir():
            file.unlink()
        for name, content in saved.items():
            (path.parent / name).write_bytes(content)
    else:
        later.close()
    before = {file.name: file.read_bytes() for file in (path, beside(path)[0]) if file.exists()}
    with pytest.raises(DatabaseTooNew) as caught:
        Store.open(path)
    assert (caught.value.found, caught.value.known) == (CURRENT_VERSION + 7, CURRENT_VERSION)
    assert str(CURRENT_VERSION + 7) in str(caught.value)
    after = {file.name: file.read_bytes() for file in (path, beside(path)[0]) if file.exists() and file.stat().st_size}
    assert after == before


def test_a_file_that_another_program_holds_is_locked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "BUSY_TIMEOUT_S", 0.05)
    store = Store.open(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseLocked, match="Another program"):
        fill(store)
    other.execute("ROLLBACK")
    fill(store)
    assert len(store.messages.of_conversation(ID)) == 3
    other.close()
    store.close()


def test_a_full_disk_is_told_and_loses_nothing(store: Store) -> None:
    fill(store)
    pages = store.row("PRAGMA page_count")
    assert pages is not None
    store.execute(f"PRAGMA max_page_count = {pages[0]}")
    with pytest.raises(DiskFull, match="no space"):
        store.messages.add(new_message(ID, Role.USER, "x" * 100_000))
    assert len(store.messages.of_conversation(ID)) == 3
    store.execute("PRAGMA max_page_count = 1000000")
    store.messages.add(new_message(ID, Role.USER, "x" * 100_000))
    assert store.row("PRAGMA integrity_check") == ("ok",)


def test_a_path_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseUnavailable):
        Store.open(tmp_path / "file" / "easychat.db")
    with pytest.raises(DatabaseDamaged):
        Store.open(tmp_path)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Root may write anywhere: be somebody else for a moment."""
    if os.getuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name == "nt", reason="rights are different there")
@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o555, 0o444), (0o755, 0o000), (0o000, 0o600)])
def test_no_right_to_write_or_read_is_told_and_the_file_left_alone(folder_mode: int, file_mode: int) -> None:
    root = Path(tempfile.mkdtemp())
    try:
        path = root / "easychat.db"
        store = Store.open(path)
        fill(store)
        store.close()
        before = path.read_bytes()
        path.chmod(file_mode)
        root.chmod(folder_mode)
        with unprivileged(), pytest.raises(StorageError) as caught:
            Store.open(path)
        assert isinstance(caught.value, DatabaseUnavailable)
        assert str(path) in str(caught.value)
        root.chmod(0o700)
        path.chmod(0o600)
        assert path.read_bytes() == before
    finally:
        shutil.rmtree(root)


def test_a_fault_of_ours_stays_what_it_is(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such column"):
        store.rows("SELECT titel FROM conversations")
    with pytest.raises(sqlite3.IntegrityError):
        store.execute("INSERT INTO messages (id, conversation_id, role, status, created_at) VALUES (1, 2, 'x', 'y', 3)")


def test_a_transaction_is_all_or_nothing_and_may_be_nested(store: Store) -> None:
    def broken_off() -> None:
        with store.transaction():
            fill(store)
            with store.transaction():
                store.conversations.rename(ID, "inner")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_off()
    assert store.conversations.summaries() == []


def test_reading_only_means_that(store: Store) -> None:
    fill(store)
    with store.read_only():
        assert len(store.messages.of_conversation(ID)) == 3
        with pytest.raises(DatabaseUnavailable):
            store.conversations.rename(ID, "x")
    assert store.conversations.rename(ID, "y")


def test_bytes_that_are_no_text_are_shown_as_such(store: Store) -> None:
    fill(store, 1)
    store.execute("UPDATE messages SET text = CAST(x'41ff42' AS TEXT)")
    assert store.messages.of_conversation(ID)[0].text == "A�B"


def test_a_file_that_vanishes_is_not_made_anew_in_silence(path: Path) -> None:
    store = Store.open(path)
    fill(store)
    store.close()
    with pytest.raises(sqlite3.OperationalError):
        connecting.connect(path.with_name("vanished.db"), connecting.Access.WRITE)


def test_a_path_with_odd_characters_works(tmp_path: Path) -> None:
    path = tmp_path / "Zoë #1 %20?mode=ro&x" / "easychat.db"
    store = Store.open(path)
    fill(store)
    store.close()
    assert path.exists()


@pytest.mark.skipif(os.name == "nt", reason="locks are another matter there")
def test_nothing_of_this_process_takes_its_own_locks_from_an_open_database(path: Path) -> None:
    """Opening and closing the file by any other way than SQLite's does, and another program then removes the log."""
    store = Store.open(path)
    fill(store, 1)
    connecting.is_plain(path)
    connecting.connect(path, connecting.Access.READ).close()
    use_it = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT count(*) FROM messages').fetchone();"
        " c.close()"
    )
    subprocess.run([sys.executable, "-c", use_it, str(path)], check=True, timeout=60)
    assert beside(path)[0].exists()
    store.close()
