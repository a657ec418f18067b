"""What exporters read: each conversation whole, from a connection that is in nobody's way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.exports import Scope, Wanted
from easychat_gui.domain.ids import ConversationId, FolderId, MessageId, new_attachment_id
from easychat_gui.domain.messages import Message, Role
from easychat_gui.storage.connecting import use_key
from easychat_gui.storage.records import AttachedFileLost, RecordReader, attached_content
from easychat_gui.storage.store import Store


@pytest.fixture
def reader(store: Store, path: Path) -> Iterator[RecordReader]:
    with RecordReader(path, path.parent / "attachments") as reader:
        yield reader


def add(store: Store, id_: str, *messages: str, folder: str | None = None, **fields: object) -> ConversationId:
    """Add a conversation. A message "b<a" follows a."""
    folder_id = FolderId(folder) if folder else None
    conversation = Conversation(ConversationId(id_), id_.title(), 1.0, 1.0, folder_id=folder_id)
    added = []
    for each in messages:
        name, _, parent = each.partition("<")
        parent_id = MessageId(parent) if parent else None
        added.append(Message(MessageId(name), conversation.id, Role.USER, name, parent_id=parent_id))
    store.begin_exchange(conversation.with_(**fields), added)
    return conversation.id


def add_folder(store: Store, id_: str, parent: str | None = None) -> None:
    store.execute("INSERT INTO folders (id, name, parent_id) VALUES (?, ?, ?)", (id_, f"Folder {id_}", parent))


def ids_of(reader: RecordReader, wanted: Wanted) -> list[str]:
    return [str(each) for each in reader.ids(wanted)]


def test_all_are_all_but_the_trash(store: Store, reader: RecordReader) -> None:
    add(store, "one")
    add(store, "two", archived_at=5.0)
    add(store, "three", trashed_at=5.0)

    assert ids_of(reader, Wanted(Scope.ALL)) == ["one", "two"]
    assert ids_of(reader, Wanted(Scope.ALL, with_trash=True)) == ["one", "two", "three"]


def test_a_folder_holds_what_is_in_the_folders_inside_it(store: Store, reader: RecordReader) -> None:
    add_folder(store, "a")
    add_folder(store, "b", "a")
    add_folder(store, "c")
    add(store, "one", folder="b")
    add(store, "two", folder="c")
    add(store, "three", folder="a")
    add(store, "four", folder="a", trashed_at=1.0)

    assert ids_of(reader, Wanted(Scope.FOLDER, folder_id=FolderId("a"))) == ["one", "three"]
    record = reader.read(ConversationId("one"))
    assert record is not None
    assert record.folder == ("Folder a", "Folder b")


def test_a_record_has_every_branch_and_knows_the_shown_one(store: Store, reader: RecordReader) -> None:
    chat = add(store, "one", "q", "a<q", "b<q", leaf_id=MessageId("a"))

    record = reader.read(chat)
    assert record is not None
    assert [message.text for message in record.messages] == ["q", "a", "b"]
    assert [message.text for message in record.branch] == ["q", "a"]
    (only,) = reader.records([chat], Wanted(Scope.BRANCH, (chat,)))
    assert [message.text for message in only.messages] == ["q", "a"]


def test_tags_and_files_come_along(store: Store, reader: RecordReader) -> None:
    chat = add(store, "one")
    kept = store.files.receive_bytes(b"hello")
    attachment = Attachment(new_attachment_id(), "notes.txt", "text/plain", kept.size, kept.sha256)
    store.messages.add(Message(MessageId("m"), chat, Role.USER, "see", attachments=(attachment,)))
    store.execute("INSERT INTO tags (id, name) VALUES ('t', 'work')")
    store.execute("INSERT INTO conversation_tags (conversation_id, tag_id) VALUES (?, 't')", (chat,))

    record = reader.read(chat)
    assert record is not None
    assert record.tags == ("work",)
    assert record.files[kept.sha256].read_bytes() == b"hello"


def test_one_that_was_deleted_meanwhile_is_left_out(store: Store, reader: RecordReader) -> None:
    chats = [add(store, name) for name in ("one", "two", "three")]
    records = reader.records(chats, Wanted(Scope.ALL))

    assert next(records).conversation.id == "one"
    store.conversations.delete(ConversationId("two"))
    assert [record.conversation.id for record in records] == ["three"]


def test_writing_goes_on_while_records_are_read(store: Store, reader: RecordReader) -> None:
    chats = [add(store, name) for name in ("one", "two")]
    records = reader.records(chats, Wanted(Scope.ALL))
    next(records)

    store.conversations.rename(ConversationId("two"), "New name")

    assert next(records).conversation.title == "New name"


def test_an_encrypted_file_is_read_as_it_was(store: Store, path: Path) -> None:
    key = b"k" * 32
    use_key(path.parent, key)
    try:
        kept = store.files.receive_bytes(b"secret plan")
        store.files.recode_all(key, is_to_be_sealed=True)
        place = store.files.path(kept.sha256)
        assert b"secret" not in place.read_bytes()
        assert b"".join(attached_content(place)) == b"secret plan"
    finally:
        use_key(path.parent, None)
    with pytest.raises(AttachedFileLost):
        list(attached_content(place))
