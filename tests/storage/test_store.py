"""What must happen together happens together."""

from __future__ import annotations

from pathlib import Path

import pytest

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.errors import DatabaseDamaged
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import MessageStatus, Role, new_message
from easychat_gui.storage.connecting import Access, connect
from easychat_gui.storage.recovery import repair
from easychat_gui.storage.reports import Repair
from easychat_gui.storage.store import Store, open_store

ID = ConversationId("c1")


def test_an_exchange_begins_whole_or_not_at_all(store: Store) -> None:
    question = new_message(ID, Role.USER, "Why?")
    answer = new_message(ID, Role.ASSISTANT, status=MessageStatus.STREAMING, parent_id=question.id)
    conversation = Conversation(ID, "Why?", leaf_id=answer.id)
    with pytest.raises(Exception, match="UNIQUE"):
        store.begin_exchange(conversation, [question, answer, answer])
    assert store.conversations.get(ID) is None
    assert store.messages.of_conversation(ID) == []

    store.begin_exchange(conversation, [question, answer])
    assert store.conversations.get(ID) == conversation
    assert store.messages.branch_of(ID) == [question, answer]


def test_finishing_saves_the_answer_and_the_conversation(store: Store) -> None:
    answer = new_message(ID, Role.ASSISTANT, status=MessageStatus.STREAMING)
    conversation = Conversation(ID, leaf_id=answer.id)
    store.begin_exchange(conversation, [answer])
    finished = answer.with_(text="So.", status=MessageStatus.COMPLETE)
    assert store.finalise(finished, conversation.with_(title="Named", updated_at=5.0))
    assert store.messages.get(answer.id) == finished
    assert store.conversations.summaries()[0].title == "Named"


def test_a_conversation_deleted_while_its_answer_ran_stays_deleted(store: Store) -> None:
    answer = new_message(ID, Role.ASSISTANT, status=MessageStatus.STREAMING)
    conversation = Conversation(ID, leaf_id=answer.id)
    store.begin_exchange(conversation, [answer])
    store.conversations.delete(ID)
    assert not store.finalise(answer.with_(text="late", status=MessageStatus.COMPLETE), conversation)
    assert store.conversations.summaries() == []
    assert store.messages.get(answer.id) is None


def test_opening_marks_what_was_left_unfinished(path: Path) -> None:
    store, report = open_store(path)
    assert (report.is_new, report.interrupted) == (True, 0)
    answer = new_message(ID, Role.ASSISTANT, "so far", status=MessageStatus.STREAMING)
    store.begin_exchange(Conversation(ID), [answer])
    store.close()

    store, report = open_store(path)
    assert (report.is_new, report.interrupted) == (False, 1)
    assert store.messages.get(answer.id) == answer.with_(status=MessageStatus.INTERRUPTED)
    store.close()


def everything_of(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())


def learn(store: Store) -> None:
    """Do as the index of all words, when it has taken out what was deleted."""
    row = store.row("SELECT max(number) FROM search_journal")
    assert row is not None
    store.search_journal.settle(row[0])


def test_what_was_deleted_is_in_none_of_the_files_any_more(store: Store, path: Path) -> None:
    words = "the heron flies at nine " * 400
    store.conversations.save(Conversation(ID, "Birds"))
    store.messages.add(new_message(ID, Role.USER, words), new_message(ID, Role.ASSISTANT, words))
    assert b"heron" in everything_of(path)
    store.conversations.delete(ID)
    learn(store)
    assert b"heron" not in everything_of(path)


def test_what_was_deleted_while_somebody_reads_goes_with_the_next_change(store: Store, path: Path) -> None:
    store.conversations.save(Conversation(ID, "Birds"))
    store.messages.add(new_message(ID, Role.USER, "the heron flies at nine " * 400))
    reader = connect(path, Access.READ)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM messages").fetchone()
    store.conversations.delete(ID)
    learn(store)
    assert b"heron" in everything_of(path)
    reader.close()
    with store.transaction():
        store.conversations.save(Conversation(ConversationId("c2"), "Other"))
    assert b"heron" not in everything_of(path)


@pytest.mark.parametrize("is_empty", [False, True])
def test_an_index_tells_that_there_were_chats_before_the_first_backup(path: Path, is_empty: bool) -> None:
    Store.open(path).close()
    path.write_bytes(b"") if is_empty else path.unlink()
    path.with_name("search.db").write_bytes(b"an index")
    with pytest.raises(DatabaseDamaged, match="though there were conversations in it"):
        open_store(path)
    repair(Repair.START_NEW, path, path.parent / "backups")
    store, report = open_store(path)
    store.close()
    assert not report.interrupted


def test_a_folder_in_the_place_of_the_database_is_put_aside_for_a_new_one(path: Path) -> None:
    path.mkdir(parents=True)
    (path / "diary.txt").write_text("kept")
    with pytest.raises(DatabaseDamaged, match="is a folder"):
        open_store(path)
    kept = repair(Repair.START_NEW, path, path.parent / "backups").kept
    open_store(path)[0].close()
    assert kept is not None
    assert (kept / "diary.txt").read_text() == "kept"


def test_what_killed_repairs_have_left_is_removed(path: Path) -> None:
    open_store(path)[0].close()
    kept = {path.name, "easychat.damaged-20260101-000000.db", "easychat.saved.db"}
    left = {
        "easychat.repaired.db",
        "easychat.repaired-2.db",
        "easychat.mended.db",
        "easychat.saved.db.unfinished",
        "easychat.backup.db",
        "easychat.repaired.db.attempt-journal",
    }
    for name in (*kept, *left):
        path.with_name(name).touch()
    open_store(path)[0].close()
    assert {file.name for file in path.parent.iterdir() if file.is_file()} == kept
