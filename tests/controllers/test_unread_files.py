from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from easychat_gui.controllers.unread_files import UnreadFiles
from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId, MessageId, new_attachment_id
from easychat_gui.domain.messages import Message, Role
from easychat_gui.storage.attachment_files import AttachmentFiles
from easychat_gui.storage.store import Store
from easychat_gui.workers.background import Background
from easychat_gui.workers.store_executor import StoreExecutor

C = ConversationId("c")


@pytest.fixture
def executor(qtbot: QtBot, tmp_path: Path) -> Iterator[StoreExecutor]:
    executor = StoreExecutor(tmp_path / "easychat.db")
    with qtbot.waitSignal(executor.opened):
        executor.start()
    yield executor
    executor.close()


def test_documents_are_read_one_after_the_other_and_what_cannot_be_is_left(
    qtbot: QtBot, executor: StoreExecutor, tmp_path: Path
) -> None:
    files = AttachmentFiles(tmp_path / "attachments")
    html, junk = files.receive_bytes(b"<p>Words in a page</p>"), files.receive_bytes(b"%PDF-1.7 broken")
    attachments = (
        Attachment(new_attachment_id(), "a.html", "text/html", html.size, html.sha256, is_read=False),
        Attachment(new_attachment_id(), "b.pdf", "application/pdf", junk.size, junk.sha256, is_read=False),
        Attachment(new_attachment_id(), "c.zip", "application/zip", junk.size, junk.sha256, is_read=False),
    )
    message = Message(MessageId("m"), C, Role.USER, "See", attachments=attachments)
    background = Background()
    done: list[list[Attachment]] = []

    def look() -> bool:
        executor.submit(lambda store: list(store.messages.of_conversation(C)[0].attachments), done.append)
        return bool(done) and all(each.is_read for each in done[-1])

    def add(store: Store) -> None:
        store.begin_exchange(Conversation(C), [message])

    executor.submit(add)
    unread = UnreadFiles(store=executor, files=lambda: files, background=background)
    unread.read_all()
    qtbot.waitUntil(look, timeout=20_000)
    assert [each.text.strip() for each in done[-1]] == ["Words in a page", "", ""]
    unread.close()
    background.close()
