"""Chosen chats come out of a backup with all that belongs to them, and nothing that is there is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from easychat_gui.domain.attachments import Attachment, Details
from easychat_gui.domain.backups import RestoredChats
from easychat_gui.domain.conversations import Conversation, Edit
from easychat_gui.domain.errors import BackupUnusable
from easychat_gui.domain.ids import ConversationId, FolderId, MessageId, PresetId, new_attachment_id
from easychat_gui.domain.messages import Message, Role, new_message
from easychat_gui.domain.presets import Preset
from easychat_gui.storage import backups
from easychat_gui.storage.bringing_back import bring_back
from easychat_gui.storage.kept_files import KeptFiles
from easychat_gui.storage.opened_backup import OpenedBackup
from easychat_gui.storage.store import Store

NOW = 1_780_000_000.0
ID = ConversationId("c")


@pytest.fixture
def filled(store: Store) -> Store:
    """A chat with branches, a file, a preset, a folder, tags, a message that is edited and one that waits."""
    store.presets.save(Preset(PresetId("p"), "Pirate", system_prompt="Arr."))
    store.execute("INSERT INTO folders (id, name) VALUES ('f', 'Work')")
    store.execute("INSERT INTO tags (id, name) VALUES ('t1', 'blue'), ('t2', 'green')")
    question = new_message(ID, Role.USER, "Question")
    incoming = store.files.receive_bytes(b"what was attached")
    file = Attachment(new_attachment_id(), "n.txt", "text/plain", incoming.size, incoming.sha256, "", Details())
    first = new_message(ID, Role.ASSISTANT, "First answer", parent_id=question.id)
    second = new_message(ID, Role.ASSISTANT, "Second answer", parent_id=question.id)
    conversation = Conversation(
        ID,
        "A talk",
        leaf_id=second.id,
        preset_id=PresetId("p"),
        folder_id=FolderId("f"),
        edit=Edit(question.id, "begun"),
    )
    store.begin_exchange(conversation, [question.with_(attachments=(file,)), first, second])
    store.execute("INSERT INTO conversation_tags (conversation_id, tag_id) VALUES ('c', 't1'), ('c', 't2')")
    store.execute("INSERT INTO queued_messages (id, conversation_id, created_at, text) VALUES ('q', 'c', 1, 'waits')")
    store.execute("UPDATE messages SET request = json_array(json_object('first', id)) WHERE id = ?", (first.id,))
    return store


def restored(store: Store, tmp_path: Path, change: str = "") -> RestoredChats:
    """Back up, change what is there, and bring the chat back."""
    folder = tmp_path / "backups"
    backups.back_up(store.path, folder, NOW)
    for statement in filter(None, change.split(";")):
        store.execute(statement)
    opened = OpenedBackup.open(backups.find(folder)[0])
    kept = KeptFiles(folder / backups.FILES)
    try:
        with store.transaction():
            return bring_back(opened.path, store, [ID], lambda hashes: kept.give_back(hashes, store.path.parent))
    finally:
        opened.close()


def tree(store: Store, id_: ConversationId) -> list[tuple[str, str]]:
    """Return each text with that of its parent."""
    messages = store.messages.of_conversation(id_)
    texts: dict[MessageId | None, str] = {message.id: message.text for message in messages} | {None: ""}
    return [(message.text, texts[message.parent_id]) for message in messages]


TREE = [("Question", ""), ("First answer", "Question"), ("Second answer", "Question")]


def attached(store: Store, id_: ConversationId) -> Message:
    return store.messages.of_conversation(id_)[0]


def test_a_deleted_chat_comes_back_as_it_was(filled: Store, tmp_path: Path) -> None:
    before = filled.conversations.get(ID)
    messages = filled.messages.of_conversation(ID)
    assert before is not None
    sha256 = attached(filled, ID).attachments[0].sha256
    report = restored(filled, tmp_path, "UPDATE messages SET parent_id = NULL; DELETE FROM conversations")
    assert report == RestoredChats((ID,), 0, 3, 0)
    assert filled.conversations.get(ID) == before
    assert filled.messages.of_conversation(ID) == messages
    assert filled.files.path(sha256).read_bytes() == b"what was attached"
    assert filled.rows("SELECT count(*) FROM conversation_tags") == [(2,)]
    assert filled.rows("SELECT id, text FROM queued_messages") == [("q", "waits")]
    assert filled.rows("PRAGMA foreign_key_check") == []


def test_one_that_is_there_gets_a_copy_beside_it(filled: Store, tmp_path: Path) -> None:
    report = restored(filled, tmp_path, "UPDATE conversations SET title = 'Today'; UPDATE messages SET text = 'now'")
    (copy,) = report.chats
    assert copy != ID
    assert report.copies == 1
    today = filled.conversations.get(ID)
    assert today is not None
    assert today.title == "Today"
    assert {message.text for message in filled.messages.of_conversation(ID)} == {"now"}
    assert tree(filled, copy) == TREE
    brought = filled.conversations.get(copy)
    assert brought is not None
    messages = filled.messages.of_conversation(copy)
    assert brought.leaf_id == messages[2].id
    assert brought.edit == Edit(messages[0].id, "begun")
    assert filled.rows("SELECT request FROM messages WHERE id = ?", (messages[1].id,)) == [
        (f'[{{"first":"{messages[1].id}"}}]',)
    ]
    assert attached(filled, copy).attachments[0].id != attached(filled, ID).attachments[0].id
    assert filled.rows("PRAGMA foreign_key_check") == []


def test_what_it_refers_to_comes_with_it_or_is_let_go(filled: Store, tmp_path: Path) -> None:
    report = restored(
        filled,
        tmp_path,
        "UPDATE messages SET parent_id = NULL; DELETE FROM conversations; DELETE FROM presets; DELETE FROM folders;"
        "DELETE FROM tags; INSERT INTO tags (id, name) VALUES ('other', 'GREEN')",
    )
    assert report.chats == (ID,)
    brought = filled.conversations.get(ID)
    assert brought is not None
    assert brought.preset_id == "p"
    assert brought.folder_id is None
    assert filled.rows("SELECT id FROM presets") == [("p",)]
    assert set(filled.rows("SELECT id FROM tags")) == {("t1",), ("other",)}
    assert set(filled.rows("SELECT tag_id FROM conversation_tags")) == {("t1",), ("other",)}


def test_one_out_of_the_trash_stands_in_the_list(filled: Store, tmp_path: Path) -> None:
    filled.execute("UPDATE conversations SET trashed_at = 5")
    restored(filled, tmp_path, "UPDATE messages SET parent_id = NULL; DELETE FROM conversations")
    assert filled.rows("SELECT trashed_at FROM conversations") == [(None,)]


def test_a_file_that_is_nowhere_is_counted(filled: Store, tmp_path: Path) -> None:
    filled.files.path(attached(filled, ID).attachments[0].sha256).unlink()
    report = restored(filled, tmp_path, "UPDATE messages SET parent_id = NULL; DELETE FROM conversations")
    assert report.missing_files == 1
    assert tree(filled, ID) == TREE


def test_a_backup_that_is_being_looked_into_outlives_the_next_one(filled: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    backups.back_up(filled.path, folder, NOW)
    opened = OpenedBackup.open(backups.find(folder)[0])
    (folder / "preview-of-a-killed-run.unfinished").touch()
    backups.back_up(filled.path, folder, NOW + 1)
    assert opened.messages_of(ID)
    assert list(folder.glob("*.unfinished")) == [opened.path]
    opened.close()
    assert not list(folder.glob("*.unfinished"))


def test_a_source_that_is_gone_is_no_reason_to_try_again(filled: Store, tmp_path: Path) -> None:
    with pytest.raises(BackupUnusable):
        bring_back(tmp_path / "gone.db", filled, [ID], lambda _hashes: 0)
