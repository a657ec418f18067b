"""An encrypted database is one like any other to all who have its key, and noise to everybody else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.errors import DatabaseDamaged
from easychat_gui.domain.ids import AttachmentId, ConversationId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.storage import backups, encrypted, encryption
from easychat_gui.storage.attachment_files import AttachmentFiles
from easychat_gui.storage.connecting import Access, connect, use_key
from easychat_gui.storage.opened_backup import OpenedBackup, put_together
from easychat_gui.storage.recovery import repair
from easychat_gui.storage.reports import Repair
from easychat_gui.storage.store import Store, open_store

ID = ConversationId("c1")
KEY = bytes(range(32))
SECRET = "the heron flies at nine"


@pytest.fixture(autouse=True)
def no_key_is_left(path: Path) -> Iterator[None]:
    yield
    use_key(path.parent, None)


def fill(path: Path, count: int = 3) -> None:
    store = Store.open(path)
    with store.transaction():
        store.conversations.save(Conversation(ID, "Birds"))
        parent = None
        for number in range(count):
            message = new_message(ID, Role.USER, f"{SECRET} {number}", parent_id=parent)
            store.messages.add(message)
            parent = message.id
    store.close()


def texts(path: Path) -> list[str]:
    store = Store.open(path)
    try:
        return [message.text for message in store.messages.of_conversation(ID)]
    finally:
        store.close()


def dump(path: Path) -> list[str]:
    """Return all that is in a plain file but SQLite's own figures about it, which change with each closing."""
    with closing(sqlite3.connect(path)) as connection:
        return sorted(line for line in connection.iterdump() if "sqlite_stat" not in line)


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_a_new_database_with_a_key_holds_no_readable_word(path: Path) -> None:
    use_key(path.parent, KEY)
    fill(path)
    assert SECRET.encode() not in everything_in(path.parent)
    assert b"SQLite" not in path.read_bytes()
    assert texts(path) == [f"{SECRET} {number}" for number in range(3)]


def test_a_plain_database_becomes_an_encrypted_one_with_all_that_is_in_it(path: Path) -> None:
    fill(path)
    before = dump(path)
    encryption.encrypt(path, KEY)
    assert SECRET.encode() not in everything_in(path.parent)
    use_key(path.parent, KEY)
    assert len(texts(path)) == 3

    encryption.decrypt(path, KEY)
    use_key(path.parent, None)
    assert dump(path) == before
    assert len(texts(path)) == 3


def test_the_wrong_key_opens_nothing_and_changes_nothing(path: Path) -> None:
    use_key(path.parent, KEY)
    fill(path)
    before = path.read_bytes()
    use_key(path.parent, bytes(32))
    with pytest.raises(DatabaseDamaged):
        Store.open(path)
    assert path.read_bytes() == before
    use_key(path.parent, KEY)
    assert len(texts(path)) == 3


def test_without_any_key_it_is_said_that_one_may_be_missing(path: Path) -> None:
    use_key(path.parent, KEY)
    fill(path)
    use_key(path.parent, None)
    with pytest.raises(DatabaseDamaged, match=r"easychat\.key.*is missing"):
        Store.open(path)


@pytest.mark.parametrize("step", ["export", "_compare"])
def test_a_failure_on_the_way_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def fail(*_: object, **__: object) -> None:
        error = sqlite3.OperationalError("disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    fill(path)
    before = path.read_bytes()
    monkeypatch.setattr(encrypted if step == "export" else encryption, step, fail)
    with pytest.raises(Exception, match="no space left"):
        encryption.encrypt(path, KEY)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir() if file.is_file()] == [path.name]


def test_errors_are_those_of_sqlite3(path: Path) -> None:
    use_key(path.parent, KEY)
    fill(path)
    connection = connect(path, Access.READ)
    with pytest.raises(sqlite3.OperationalError, match="readonly") as caught:
        connection.execute("DELETE FROM messages")
    assert caught.value.sqlite_errorcode == sqlite3.SQLITE_READONLY
    connection.execute("SELECT text FROM messages")
    connection.set_progress_handler(lambda: 1, 1)
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        connection.execute("SELECT count(*) FROM messages, messages, messages").fetchone()
    connection.close()


def test_a_copy_of_an_encrypted_database_is_encrypted(path: Path) -> None:
    use_key(path.parent, KEY)
    fill(path)
    copy = path.with_name("copy.db")
    copy.touch()
    source, target = connect(path, Access.READ), connect(copy, Access.WRITE)
    source.backup(target)
    assert target.execute("SELECT count(*) FROM messages").fetchone() == (3,)
    source.close()
    target.close()
    assert SECRET.encode() not in copy.read_bytes()


def test_a_backup_of_encrypted_chats_is_encrypted_and_can_be_read_again(path: Path) -> None:
    use_key(path.parent, KEY)
    fill(path)
    folder = path.parent / "backups"
    assert backups.back_up(path, folder, 1_780_000_000.0) is not None
    assert SECRET.encode() not in everything_in(path.parent)
    (backup,) = backups.find(folder)
    opened = OpenedBackup.open(backup)
    try:
        assert [message.text for message in opened.messages_of(ID)] == texts(path)
        assert SECRET.encode() not in everything_in(path.parent)
    finally:
        opened.close()


def test_a_damaged_encrypted_database_gives_back_what_can_be_read(path: Path) -> None:
    use_key(path.parent, KEY)
    fill(path, 500)
    content = bytearray(path.read_bytes())
    middle = len(content) // 4096 // 2 * 4096
    content[middle : middle + 100] = bytes(100)
    path.write_bytes(content)
    report = repair(Repair.SALVAGE, path, path.parent / "backups", 0.0)
    assert 100 < report.messages < 500 or report.messages == 500
    assert len(texts(path)) == report.messages
    assert SECRET.encode() not in everything_in(path.parent)


def test_backups_of_encrypted_chats_share_what_did_not_change(path: Path) -> None:
    use_key(path.parent, KEY)
    fill(path, 3000)
    folder = path.parent / "backups"

    def stored() -> int:
        return sum(each.stat().st_size for each in (folder / "chunks").rglob("*") if each.is_file())

    store = Store.open(path)
    backups.back_up(path, folder, 1_780_000_000.0)
    first = stored()
    store.conversations.rename(ID, "Herons")
    backups.back_up(path, folder, 1_780_100_000.0)
    store.close()
    assert stored() - first < first / 2
    for backup in backups.find(folder):
        OpenedBackup.open(backup).close()


def test_a_backup_of_encrypted_chats_is_of_one_moment_while_others_write(path: Path) -> None:
    use_key(path.parent, KEY)
    fill(path, 300)
    folder = path.parent / "backups"
    store = Store.open(path)
    written = 0

    def write_meanwhile() -> bool:
        nonlocal written
        written += 1
        store.conversations.rename(ID, f"Birds {written}")
        return False

    backups.back_up(path, folder, 1_780_000_000.0, write_meanwhile)
    store.close()
    (backup,) = backups.find(folder)
    target = path.with_name("back.db")
    put_together(backup, target)  # which checks it
    assert texts(target) == texts(path)


class Killed(BaseException):
    """The program ends here, and nothing more of it runs."""


def fill_with_a_file(path: Path) -> str:
    """Have chats, one attached file and a backup; return the name of the file."""
    store = Store.open(path)
    with store.transaction():
        store.conversations.save(Conversation(ID, "Birds"))
        store.messages.add(new_message(ID, Role.USER, SECRET))
        incoming = store.files.receive_bytes(f"Diary: {SECRET}".encode())
        store.attachments.add_to_draft(
            ID, Attachment(AttachmentId("a"), "diary.txt", "text/plain", incoming.size, incoming.sha256), 0
        )
    store.close()
    backups.back_up(path, path.parent / "backups", 1_780_000_000.0)
    path.with_name("easychat.damaged-20260101-000000.db").write_text(SECRET)
    return incoming.sha256


STEPS = ["encrypt", "recode_files", "remove_copies", "_end"]


@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_while_encrypting_leaves_all_plain_or_nothing_readable(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: str, is_after: bool
) -> None:
    sha256 = fill_with_a_file(path)
    with monkeypatch.context() as patch:
        kill_at(patch, step, is_after=is_after)
        with pytest.raises(Killed):
            encryption.turn_on(path, path.parent / "backups", KEY)
    use_key(path.parent, None)  # as a new process begins
    is_encrypted = step != "encrypt" or is_after
    if is_encrypted:
        use_key(path.parent, KEY)
    assert texts_after_start(path, sha256) == ([SECRET], f"Diary: {SECRET}".encode())
    assert (SECRET.encode() not in everything_in(path.parent)) == is_encrypted
    assert bool(backups.find(path.parent / "backups")) != is_encrypted
    assert not list(path.parent.glob("easychat.recod*"))


@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("step", ["recode_files", "decrypt", "remove_copies", "retire_keys", "_end"])
def test_a_kill_while_decrypting_leaves_all_encrypted_or_all_plain(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: str, is_after: bool
) -> None:
    sha256 = fill_with_a_file(path)
    encryption.turn_on(path, path.parent / "backups", KEY)
    backups.back_up(path, path.parent / "backups", 1_780_000_000.0)
    path.with_name("easychat.key").write_text("sealed")
    with monkeypatch.context() as patch:
        kill_at(patch, step, is_after=is_after)
        with pytest.raises(Killed):
            encryption.turn_off(path, path.parent / "backups")
    is_plain = step not in {"recode_files", "decrypt"} or (step == "decrypt" and is_after)
    use_key(path.parent, None if is_plain else KEY)
    for ending in ("", "-journal"):  # what a kill within `decrypt` leaves
        path.with_name(f"easychat.recoded.db{ending}").write_text(SECRET)
    assert texts_after_start(path, sha256) == ([SECRET], f"Diary: {SECRET}".encode())
    assert (SECRET.encode() in everything_in(path.parent)) == is_plain
    assert path.with_name("easychat.key").exists() != is_plain, (
        "a damaged plain file must not be asked a passphrase for"
    )
    assert bool(backups.find(path.parent / "backups")) != is_plain, "none that nobody can read"


def kill_at(patch: pytest.MonkeyPatch, step: str, *, is_after: bool) -> None:
    original = getattr(encryption, step)

    def die(*values: object, **options: object) -> None:
        if is_after:
            original(*values, **options)
        raise Killed

    patch.setattr(encryption, step, die)


def texts_after_start(path: Path, sha256: str) -> tuple[list[str], bytes]:
    store, _ = open_store(path)
    try:
        return [message.text for message in store.messages.of_conversation(ID)], store.files.read(sha256)
    finally:
        store.close()


def test_a_damaged_file_does_not_keep_all_others_encrypted(path: Path) -> None:
    sha256 = fill_with_a_file(path)
    files = AttachmentFiles(path.parent / "attachments")
    other = files.receive_bytes(b"another").sha256
    encryption.turn_on(path, path.parent / "backups", KEY)
    sealed = files.path(other)
    sealed.write_bytes(sealed.read_bytes()[:-1])
    encryption.turn_off(path, path.parent / "backups")
    assert texts_after_start(path, sha256) == ([SECRET], f"Diary: {SECRET}".encode())


def test_what_is_encrypted_already_keeps_its_key(path: Path) -> None:
    sha256 = fill_with_a_file(path)
    encryption.turn_on(path, path.parent / "backups", KEY)
    encryption.turn_on(path, path.parent / "backups", bytes(32))
    assert texts_after_start(path, sha256) == ([SECRET], f"Diary: {SECRET}".encode())
