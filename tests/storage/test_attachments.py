"""A file lies once on the disk, as long as something uses it, and no longer."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from easychat_gui.domain.attachments import Attachment, AttachmentFault, Details, Unit
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.errors import AttachmentRefused
from easychat_gui.domain.ids import ConversationId, new_attachment_id, new_conversation_id
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.storage.attachment_files import AttachmentFiles
from easychat_gui.storage.store import Store, open_store


def received(store: Store, content: bytes, **more: object) -> Attachment:
    incoming = store.files.receive_bytes(content)
    plain = Attachment(new_attachment_id(), "a.txt", "text/plain", incoming.size, incoming.sha256)
    return plain.with_(**more)


def new_conversation(store: Store) -> ConversationId:
    conversation = Conversation(new_conversation_id())
    store.conversations.save(conversation)
    return conversation.id


def add_to_draft(store: Store, conversation_id: ConversationId, *attachments: Attachment) -> None:
    with store.transaction():
        for position, attachment in enumerate(attachments):
            store.attachments.add_to_draft(conversation_id, attachment, position)


def delete(store: Store, conversation_id: ConversationId) -> None:
    with store.transaction():
        store.conversations.delete(conversation_id)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_sent_moves_from_the_draft_to_the_message(store: Store) -> None:
    conversation_id = new_conversation(store)
    details = Details(Unit.PAGE, 12, 12)
    first = received(store, b"one", details=details, text="words")
    second = received(store, b"two", is_read=False)
    add_to_draft(store, conversation_id, first, second)
    assert store.attachments.of_draft(conversation_id) == [first, second]
    message = new_message(conversation_id, Role.USER, "q", attachments=(second, first))
    store.messages.add(message)
    assert store.attachments.of_draft(conversation_id) == []
    assert store.messages.branch(message.id) == [message]
    assert store.messages.get(message.id) == message


def test_a_copy_of_a_message_leaves_the_first_one_what_it_has(store: Store) -> None:
    conversation_id, other_id = new_conversation(store), new_conversation(store)
    attachment = received(store, b"one")
    first = new_message(conversation_id, Role.USER, "q", attachments=(attachment,))
    store.messages.add(first)
    copy = new_message(other_id, Role.USER, "q", attachments=first.attachments)
    store.messages.add(copy)
    for message in (first, copy):
        (found,) = store.messages.branch(message.id)[0].attachments
        assert (found.name, found.sha256) == ("a.txt", attachment.sha256)
    delete(store, conversation_id)
    assert store.files.path(attachment.sha256).read_bytes() == b"one"


def test_what_waits_keeps_its_files_until_it_is_sent(store: Store) -> None:
    conversation_id = new_conversation(store)
    attachment = received(store, b"one")
    add_to_draft(store, conversation_id, attachment)
    store.execute(
        "INSERT INTO queued_messages (id, conversation_id, created_at) VALUES ('q', ?, 0)", (conversation_id,)
    )
    store.execute("UPDATE attachments SET queued_id = 'q'")
    assert store.attachments.of_draft(conversation_id) == []
    assert store.attachments.of_all_queued() == [attachment]
    message = new_message(conversation_id, Role.USER, "q", attachments=(attachment,))
    store.messages.add(message)
    with store.transaction():
        store.execute("DELETE FROM queued_messages")
    assert store.messages.branch(message.id) == [message]
    assert store.files.path(attachment.sha256).exists()


def test_one_file_is_kept_for_two_uses_and_goes_with_the_last(store: Store, path: Path) -> None:
    first_id, second_id = new_conversation(store), new_conversation(store)
    first, second = received(store, b"same"), received(store, b"same")
    add_to_draft(store, first_id, first)
    add_to_draft(store, second_id, second)
    folder = path.parent / "attachments"
    (file,) = files_in(folder)
    assert file.relative_to(folder).parts == (first.sha256[:2], first.sha256)
    assert file.stat().st_mode & 0o777 == 0o600
    delete(store, first_id)
    assert files_in(folder) == [file]
    delete(store, second_id)
    assert files_in(folder) == []


def test_a_file_goes_when_it_is_taken_out_of_the_draft_but_not_out_of_a_message(store: Store, path: Path) -> None:
    conversation_id = new_conversation(store)
    attachment = received(store, b"one")
    add_to_draft(store, conversation_id, attachment)
    with store.transaction():
        assert store.attachments.remove(attachment.id)
    assert files_in(path.parent / "attachments") == []
    attachment = received(store, b"one")
    store.messages.add(new_message(conversation_id, Role.USER, "q", attachments=(attachment,)))
    assert not store.attachments.remove(attachment.id)


def test_what_was_read_follows_the_file_into_the_message(store: Store) -> None:
    conversation_id = new_conversation(store)
    attachment = received(store, b"one", is_read=False)
    message = new_message(conversation_id, Role.USER, "q", attachments=(attachment,))
    store.messages.add(message)
    assert store.attachments.set_read(attachment.with_(text="late", is_read=True))
    assert store.messages.branch(message.id)[0].attachments[0].text == "late"


def test_a_failed_deletion_keeps_the_file(store: Store) -> None:
    conversation_id = new_conversation(store)
    attachment = received(store, b"one")
    add_to_draft(store, conversation_id, attachment)

    def delete_and_fail() -> None:
        with store.transaction():
            store.conversations.delete(conversation_id)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        delete_and_fail()
    assert store.files.path(attachment.sha256).exists()
    with store.transaction():
        store.conversations.rename(conversation_id, "still here")
    assert store.files.path(attachment.sha256).exists()


def test_a_start_finishes_what_a_crash_left(path: Path) -> None:
    store = Store.open(path)
    conversation_id = new_conversation(store)
    used, leaving = received(store, b"used"), received(store, b"leaving")
    add_to_draft(store, conversation_id, used, leaving)
    # A crash between the commit and the removal of the file, between the commit and the placing, and before a row.
    store.files.mark_leaving([leaving.sha256, used.sha256])
    store.execute("DELETE FROM attachments WHERE id = ?", (leaving.id,))
    folder = path.parent / "attachments"
    store.files.path(used.sha256).rename(folder / "incoming" / used.sha256)
    store.files.receive_bytes(b"never got a row")
    (folder / "incoming" / ".half.new").write_bytes(b"hal")
    for leftover in (folder / "incoming").iterdir():
        os.utime(leftover, (0, 0))
    just_coming = store.files.receive_bytes(b"dropped before the start was over")
    store.connection.close()
    store, _ = open_store(path)
    try:
        assert set(files_in(folder)) == {store.files.path(used.sha256), store.files.path(just_coming.sha256)}
        assert store.files.path(used.sha256).parent.name == used.sha256[:2]
    finally:
        store.close()


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = AttachmentFiles(tmp_path / "attachments")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(AttachmentRefused) as caught:
        files.receive_bytes(b"x" * 5000)
    assert caught.value.fault is AttachmentFault.DISK_FULL
    assert files_in(tmp_path) == []


def test_too_large_a_file_and_links_are_refused(tmp_path: Path) -> None:
    files = AttachmentFiles(tmp_path / "attachments")
    large = tmp_path / "large"
    large.write_bytes(bytes(1001))
    link = tmp_path / "link"
    link.symlink_to(large)
    for source, fault in ((large, AttachmentFault.TOO_LARGE), (link, AttachmentFault.UNREADABLE)):
        with pytest.raises(AttachmentRefused) as caught:
            files.receive(source, 1000)
        assert caught.value.fault is fault
    assert files_in(tmp_path / "attachments") == []
