"""Files through the whole window: from the drop to the wire, over restarts, and out again."""

from __future__ import annotations

import base64
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from easychat_gui.controllers.draft_items import ItemState
from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import new_attachment_id, new_conversation_id
from easychat_gui.extraction.kinds import Kind
from easychat_gui.storage.store import Store
from easychat_gui.ui.attachments.chip import Chip
from easychat_gui.ui.attachments.preview import AttachmentPreview, LazyText
from easychat_gui.ui.main_window import MainWindow
from tests.fakes import documents
from tests.fakes.misbehaving_server import DONE, STREAM_HEAD, Connection, MisbehavingServer, Script, delta, good_stream
from tests.folders import files_in
from tests.integration.conftest import OpenWindow, part

WAIT_MS = 20_000


def chips(window: MainWindow) -> list[Chip]:
    return window.attachment_desk.strip.chips


def wait_until_read(qtbot: QtBot, window: MainWindow, count: int) -> None:
    def is_read() -> bool:
        states = [chip.item.state for chip in chips(window)]
        return len(states) == count and ItemState.READING not in states

    qtbot.waitUntil(is_read, timeout=WAIT_MS)


def attach(qtbot: QtBot, window: MainWindow, *paths: Path) -> None:
    before = len(chips(window))
    window.attachment_desk.add(list(paths))
    wait_until_read(qtbot, window, before + len(paths))


def send(qtbot: QtBot, window: MainWindow, text: str) -> None:
    composer = part(window, "composer")
    assert isinstance(composer, QPlainTextEdit)
    composer.setPlainText(text)
    QTest.keyClick(composer, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.conversation_view.message_count() > 0, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: part(window, "stopButton").isHidden(), timeout=WAIT_MS)


def picture(path: Path, width: int = 40, height: int = 30) -> Path:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    assert image.save(str(path))
    return path


def kept_files(data: Path) -> list[Path]:
    return files_in(data / "attachments")


def test_a_document_and_a_picture_go_to_the_server(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    with MisbehavingServer(good_stream("Fine."), good_stream("Again.")) as server:
        window = open_window(server=server.url, model="gpt-4o")
        attach(qtbot, window, documents.pdf(tmp_path / "notes.pdf", "Hello"), picture(tmp_path / "plot.png"))
        assert [chip.accessibleName() for chip in chips(window)] == [
            "Attachment notes.pdf, 1 page, ≈ 4 tokens",
            "Attachment plot.png, 40 × 30, ≈ 255 tokens",
        ]
        send(qtbot, window, "What is this?")
        content = server.requests[-1].json["messages"][0]["content"]
        assert content[0] == {
            "type": "text",
            "text": '<document name="notes.pdf" pages="1">\n[Page 1]\nHello\n</document>\n\nWhat is this?',
        }
        kind, _, data = content[1]["image_url"]["url"].partition(",")
        assert kind == "data:image/png;base64"
        image = QImage()
        assert image.loadFromData(base64.b64decode(data))
        assert (image.width(), image.height()) == (40, 30)
        qtbot.waitUntil(lambda: not chips(window), timeout=WAIT_MS)
        assert len(kept_files(tmp_path / "data")) == 2
        window._controllers.chat.regenerate()
        qtbot.waitUntil(lambda: len(server.requests) == 2, timeout=WAIT_MS)
        assert server.requests[1].json["messages"] == server.requests[0].json["messages"]


def test_attachments_alone_are_a_message(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("remember")
    with MisbehavingServer(good_stream("Yes.")) as server:
        window = open_window(server=server.url, model="m")
        assert not part(window, "sendButton").isEnabled()
        attach(qtbot, window, note)
        send(qtbot, window, "")
        assert "remember" in server.requests[-1].json["messages"][0]["content"]
        assert "note.txt" in window.windowTitle()


def test_the_draft_keeps_its_files_over_other_chats_and_a_restart(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window()
    window.composer.insert_text("unsent words")
    attach(qtbot, window, documents.pdf(tmp_path / "notes.pdf", "Hello"))
    conversations = window._controllers.conversations
    first = conversations.current.id
    conversations.start_new()
    qtbot.waitUntil(lambda: not chips(window), timeout=WAIT_MS)
    conversations.open(first)
    wait_until_read(qtbot, window, 1)
    window.close()
    other = open_window()
    qtbot.waitUntil(lambda: other._controllers.conversations.list.rowCount() > 0, timeout=WAIT_MS)
    other._controllers.conversations.open(first)
    wait_until_read(qtbot, other, 1)
    assert chips(other)[0].item.name == "notes.pdf"
    assert chips(other)[0].item.state is ItemState.READY


def test_what_cannot_be_read_says_why_and_is_not_sent(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    link = tmp_path / "link.txt"
    link.symlink_to(documents.encrypted_pdf(tmp_path / "locked.pdf", "x"))
    with MisbehavingServer(good_stream("Yes.")) as server:
        window = open_window(server=server.url, model="m")
        attach(qtbot, window, tmp_path / "locked.pdf", tmp_path, link, tmp_path / "gone.txt")
        descriptions = [chip.accessibleDescription() for chip in chips(window)]
        for words, description in zip(("password", "folder", "link", "not there"), descriptions, strict=True):
            assert words in description
        send(qtbot, window, "Hi")
        assert server.requests[-1].json["messages"] == [{"role": "user", "content": "Hi"}]
        qtbot.waitUntil(lambda: not chips(window), timeout=WAIT_MS)
    assert kept_files(tmp_path / "data") == []


def test_a_model_without_eyes_is_told_of_before(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    with MisbehavingServer(good_stream("Sorry.")) as server:
        window = open_window(server=server.url, model="gpt-3.5-turbo")
        attach(qtbot, window, picture(tmp_path / "plot.png"))
        assert "does not see pictures" in window.attachment_desk.strip.note()
        assert "does not see pictures" in chips(window)[0].accessibleDescription()
        send(qtbot, window, "Look")
        content = server.requests[-1].json["messages"][0]["content"]
        assert content == '[The picture "plot.png" is not shown to this model.]\n\nLook'
        qtbot.waitUntil(lambda: "the pictures of this chat" in window.attachment_desk.strip.note(), timeout=WAIT_MS)


def test_delete_takes_a_file_out_and_its_copy_off_the_disk(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("remember")
    window = open_window()
    attach(qtbot, window, note)
    qtbot.waitUntil(lambda: len(kept_files(tmp_path / "data")) == 1, timeout=WAIT_MS)
    QTest.keyClick(chips(window)[0], Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not kept_files(tmp_path / "data"), timeout=WAIT_MS)
    assert not chips(window)
    assert note.exists()


def test_deleting_the_chat_deletes_its_files(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("remember")
    with MisbehavingServer(good_stream("Yes.")) as server:
        window = open_window(server=server.url, model="m")
        attach(qtbot, window, note)
        send(qtbot, window, "Hi")
        assert len(kept_files(tmp_path / "data")) == 1
        window._controllers.conversations.delete(window._controllers.conversations.current.id)
        qtbot.waitUntil(lambda: not kept_files(tmp_path / "data"), timeout=WAIT_MS)


def test_an_edited_question_offers_its_files_again(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    note, extra = tmp_path / "note.txt", tmp_path / "extra.txt"
    note.write_text("remember")
    extra.write_text("more")
    with MisbehavingServer(good_stream("One."), good_stream("Two.")) as server:
        window = open_window(server=server.url, model="m")
        attach(qtbot, window, note)
        send(qtbot, window, "First")
        question = window.conversation_view.message(0)
        window.composer.begin_edit(question.id, question.text)
        wait_until_read(qtbot, window, 1)
        attach(qtbot, window, extra)
        send(qtbot, window, "Second")
        qtbot.waitUntil(lambda: len(server.requests) == 2, timeout=WAIT_MS)
        content = server.requests[1].json["messages"][0]["content"]
        assert "remember" in content
        assert "more" in content
        assert content.endswith("Second")
        qtbot.waitUntil(lambda: not chips(window), timeout=WAIT_MS)
        assert len(kept_files(tmp_path / "data")) == 2


def test_an_edit_that_is_left_leaves_nothing(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    note, extra = tmp_path / "note.txt", tmp_path / "extra.txt"
    note.write_text("remember")
    extra.write_text("more")
    with MisbehavingServer(good_stream("One.")) as server:
        window = open_window(server=server.url, model="m")
        attach(qtbot, window, note)
        send(qtbot, window, "First")
        question = window.conversation_view.message(0)
        window.composer.begin_edit(question.id, question.text)
        wait_until_read(qtbot, window, 1)
        attach(qtbot, window, extra)
        window.composer.end_edit()
        qtbot.waitUntil(lambda: not chips(window), timeout=WAIT_MS)
        qtbot.waitUntil(lambda: len(kept_files(tmp_path / "data")) == 1, timeout=WAIT_MS)


def test_files_dropped_on_the_window_are_attached(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("remember")
    window = open_window()
    window.show()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(note))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(window, entered)
    zone = window.attachment_desk.zone
    assert entered.isAccepted()
    assert zone.isVisible()
    assert zone.size() == window.size()
    at = QPointF(window.composer.mapTo(window, QPoint(60, -60)))
    QApplication.sendEvent(zone, QDropEvent(at, Qt.DropAction.CopyAction, data, buttons, keys))
    assert not zone.isVisible()
    wait_until_read(qtbot, window, 1)


@pytest.mark.parametrize("address", ["https://example.org/a.png", "http://127.0.0.1/a"])
def test_what_lies_on_the_net_is_not_taken(open_window: OpenWindow, address: str) -> None:
    window = open_window()
    data = QMimeData()
    data.setUrls([QUrl(address)])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(window, entered)
    assert window.attachment_desk.zone.isHidden()


def test_a_screenshot_and_a_long_text_are_pasted_as_files(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    image = QImage(3000, 1000, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    clipboard = QGuiApplication.clipboard()
    clipboard.setImage(image)
    window.composer.edit.paste()
    clipboard.setText("word " * 3000)
    window.composer.edit.paste()
    wait_until_read(qtbot, window, 2)
    shot, text = (chip.item.attachment for chip in chips(window))
    assert shot is not None
    assert text is not None
    assert (shot.details.width, shot.details.height) == (2048, 682)
    assert text.text == "word " * 3000
    assert window.composer.edit.toPlainText() == ""


def test_enter_on_a_chip_shows_what_the_model_gets(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("remember\n" * 100_000)
    window = open_window()
    attach(qtbot, window, note)
    QTest.keyClick(chips(window)[0], Qt.Key.Key_Return)
    preview = window.findChild(AttachmentPreview)
    assert preview is not None
    shown = preview.findChild(LazyText)
    assert shown is not None
    assert shown.toPlainText().startswith('<document name="note.txt">\nremember\n')
    assert not shown.is_complete
    shown.verticalScrollBar().setValue(shown.verticalScrollBar().maximum())
    assert len(shown.toPlainText()) > LazyText.PIECE * 1.5
    preview.reject()


def test_tab_leads_from_the_text_to_the_chips_and_arrows_along_them(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window()
    window.show()
    paths = [tmp_path / f"{number}.txt" for number in range(3)]
    for path in paths:
        path.write_text("x")
    attach(qtbot, window, *paths)
    window.composer.edit.setFocus()
    QTest.keyClick(window.composer.edit, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is chips(window)[0]
    QTest.keyClick(chips(window)[0], Qt.Key.Key_Right)
    assert QApplication.focusWidget() is chips(window)[1]
    QTest.keyClick(chips(window)[1], Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: len(chips(window)) == 2, timeout=WAIT_MS)
    assert QApplication.focusWidget() is chips(window)[1]
    for left in (1, 0):
        QTest.keyClick(chips(window)[0], Qt.Key.Key_Delete)
        qtbot.waitUntil(lambda count=left: len(chips(window)) == count, timeout=WAIT_MS)  # type: ignore[misc]
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.composer.edit, timeout=WAIT_MS)


def test_a_thousand_files_are_asked_about(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window()
    window.attachment_desk.add([tmp_path / str(number) for number in range(1000)])
    qtbot.waitUntil(lambda: window._flows.is_asking, timeout=WAIT_MS)
    assert not chips(window)


def test_a_picture_whose_copy_is_gone_says_so(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    with MisbehavingServer(good_stream("One.")) as server:
        window = open_window(server=server.url, model="gpt-4o")
        attach(qtbot, window, picture(tmp_path / "plot.png"))
        send(qtbot, window, "Look")
        (kept,) = kept_files(tmp_path / "data")
        kept.unlink()
        question = window.conversation_view.message(0)
        window.composer.begin_edit(question.id, question.text)
        qtbot.waitUntil(lambda: [chip.item.state for chip in chips(window)] == [ItemState.FAILED], timeout=WAIT_MS)
        assert "not there" in chips(window)[0].accessibleDescription()
        window.composer.end_edit()
        window.show()
        window.conversation_view.thumbnails.picture(window.conversation_view.message(0).attachments[0])
        qtbot.waitUntil(lambda: "plot.png is gone" in window.attachment_desk.strip.note(), timeout=WAIT_MS)


def test_a_document_that_a_crash_left_unread_is_read(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    path = documents.docx(tmp_path / "a.docx", documents.paragraph("Hello again"))
    conversation = Conversation(new_conversation_id(), "Unsent", draft="what is it?")
    store = Store.open(tmp_path / "data" / "easychat.db")
    incoming = store.files.receive(path, 10**6)
    kept = Attachment(new_attachment_id(), "a.docx", Kind.DOCX, incoming.size, incoming.sha256, is_read=False)
    with store.transaction():
        store.conversations.save(conversation)
        store.attachments.add_to_draft(conversation.id, kept, 0)
    store.close()
    window = open_window()
    qtbot.waitUntil(lambda: window._controllers.conversations.list.rowCount() > 0, timeout=WAIT_MS)
    window._controllers.conversations.open(conversation.id)
    wait_until_read(qtbot, window, 1)
    attachment = chips(window)[0].item.attachment
    assert attachment is not None
    assert attachment.text == "Hello again"


def held(gate: threading.Event) -> Script:
    """Begin an answer, and end it when the gate opens."""

    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta("One."))
        connection.wait_for(gate)
        connection.chunk(delta(finish_reason="stop") + DONE)
        connection.end_chunks()

    return script


def submit(window: MainWindow, text: str) -> None:
    composer = part(window, "composer")
    assert isinstance(composer, QPlainTextEdit)
    composer.setPlainText(text)
    QTest.keyClick(composer, Qt.Key.Key_Return)


def names(window: MainWindow) -> list[str]:
    return [chip.item.name for chip in chips(window)]


def test_what_waits_in_the_queue_takes_its_files_along(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("remember")
    may_end = threading.Event()
    with MisbehavingServer(held(may_end), good_stream("Two.")) as server:
        window = open_window(server=server.url, model="m")
        submit(window, "first")
        qtbot.waitUntil(lambda: len(server.requests) == 1, timeout=WAIT_MS)
        attach(qtbot, window, note)
        submit(window, "second")
        qtbot.waitUntil(lambda: not chips(window), timeout=WAIT_MS)
        may_end.set()
        qtbot.waitUntil(lambda: len(server.requests) == 2, timeout=WAIT_MS)
        assert "remember" in server.requests[1].json["messages"][-1]["content"]
        qtbot.waitUntil(lambda: part(window, "stopButton").isHidden(), timeout=WAIT_MS)
    assert len(kept_files(tmp_path / "data")) == 1


@pytest.mark.parametrize("is_left_for_another_chat", [False, True])
def test_a_waiting_message_written_anew_has_its_own_files_and_the_draft_keeps_its(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, *, is_left_for_another_chat: bool
) -> None:
    files = [tmp_path / f"{name}.txt" for name in ("first", "second", "third", "draft")]
    for file in files:
        file.write_text(f"content of {file.stem}")
    may_end = threading.Event()
    with MisbehavingServer(held(may_end), good_stream("Two.")) as server:
        window = open_window(server=server.url, model="m")
        submit(window, "begin")
        qtbot.waitUntil(lambda: len(server.requests) == 1, timeout=WAIT_MS)
        attach(qtbot, window, *files[:2])
        submit(window, "queued")
        qtbot.waitUntil(lambda: not chips(window), timeout=WAIT_MS)
        attach(qtbot, window, files[3])
        window.writing._edit_queued(
            window.writing._to.queue().waiting(window._controllers.conversations.current.id)[0].id
        )
        qtbot.waitUntil(lambda: names(window) == ["first.txt", "second.txt"], timeout=WAIT_MS)
        QTest.keyClick(chips(window)[1], Qt.Key.Key_Delete)
        qtbot.waitUntil(lambda: names(window) == ["first.txt"], timeout=WAIT_MS)
        attach(qtbot, window, files[2])
        conversation = window._controllers.conversations.current.id
        if is_left_for_another_chat:
            window._controllers.conversations.start_new()
            window._controllers.conversations.open(conversation)
        else:
            submit(window, "queued, anew")
        qtbot.waitUntil(lambda: names(window) == ["draft.txt"], timeout=WAIT_MS)
        may_end.set()
        qtbot.waitUntil(lambda: len(server.requests) == 2, timeout=WAIT_MS)
        content = server.requests[1].json["messages"][-1]["content"]
        assert [file.stem for file in files if f"content of {file.stem}" in content] == ["first", "third"]
        qtbot.waitUntil(lambda: part(window, "stopButton").isHidden(), timeout=WAIT_MS)
        qtbot.waitUntil(lambda: len(kept_files(tmp_path / "data")) == 3, timeout=WAIT_MS)


def test_a_waiting_message_without_words_is_known_by_its_files(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("remember")
    may_end = threading.Event()
    with MisbehavingServer(held(may_end)) as server:
        window = open_window(server=server.url, model="m")
        submit(window, "begin")
        qtbot.waitUntil(lambda: len(server.requests) == 1, timeout=WAIT_MS)
        attach(qtbot, window, note)
        submit(window, "")
        qtbot.waitUntil(lambda: window.writing.cards.texts() == ["note.txt"], timeout=WAIT_MS)


def test_a_name_cannot_pretend_to_be_another(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    note = tmp_path / "holiday\u202egnp.exe\n.txt"
    note.write_text("remember")
    window = open_window()
    attach(qtbot, window, note)
    assert names(window) == ["holiday⟨RLO⟩gnp.exe .txt"]


def test_why_a_file_is_not_attached_is_to_be_read_without_pointing_at_it(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window()
    note = window.attachment_desk.strip.note
    attach(qtbot, window, tmp_path / "gone.txt", tmp_path)
    assert note() == "gone.txt: The file is not there any more. 1 more is not attached."
    QTest.keyClick(chips(window)[1], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "A folder cannot be attached" in note(), timeout=WAIT_MS)


def test_chips_and_the_sentence_below_them_have_room_in_the_smallest_window(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("remember")
    window = open_window()
    window.resize(window.minimumSize())
    window.show()
    attach(qtbot, window, note, tmp_path / "gone.txt", tmp_path)
    strip, last = window.attachment_desk.strip, chips(window)[-1]

    def is_apart() -> bool:
        above = last.mapTo(strip, QPoint(0, last.height())).y() <= strip._note.y()
        return above and strip._note.height() >= strip._note.heightForWidth(strip._note.width())

    qtbot.waitUntil(is_apart, timeout=5_000)


def test_a_file_still_coming_in_when_an_edit_begins_stays_with_the_draft(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("to be kept")
    with MisbehavingServer(good_stream("Yes.")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "A question")
        window.attachment_desk.add([note])
        window.composer.begin_edit(window.talk._messages.message(0).id, "A question")
        qtbot.waitUntil(lambda: window._controllers.attachments.all.running == 0, timeout=WAIT_MS)
        window.composer.end_edit()
        wait_until_read(qtbot, window, 1)
        assert chips(window)[0].item.state is ItemState.READY
