"""The record of a request is, key apart, what was on the wire; and can be sent again from a shell."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.app import Program
from easychat_gui.controllers.wire_texts import WireTexts
from easychat_gui.domain.messages import Message
from easychat_gui.ui.main_window import MainWindow
from tests.fakes import documents
from tests.fakes.misbehaving_server import (
    DONE,
    STREAM_HEAD,
    Connection,
    MisbehavingServer,
    RecordedRequest,
    answer,
    delta,
    good_stream,
    json_answer,
    stream,
)
from tests.folders import files_with
from tests.integration.conftest import OpenWindow, part
from tests.integration.test_accessibility import lacking
from tests.integration.test_attachments import attach, kept_files, picture
from tests.integration.test_conversation_with_a_server import click, send, wait_for_end

KEY = "sk-marker-1234567890abcdef"


def program_of(window: MainWindow) -> Program:
    program = window.findChild(Program)
    assert program is not None
    return program


def texts_of(qtbot: QtBot, window: MainWindow, message: Message | None = None) -> WireTexts:
    """Return what would be shown for an answer, by default the last."""
    program = program_of(window)
    found: list[WireTexts] = []
    program.transmissions.read(message or program.conversations.branch()[-1], found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=10_000)
    return found[0]


def assert_exact(texts: WireTexts, request: RecordedRequest) -> None:
    assert texts.is_exact
    assert json.loads(texts.body.whole) == request.json
    assert list(json.loads(texts.body.whole)) == list(request.json)
    assert texts.gone == 0


def test_each_request_can_be_made_whole_again(qtbot: QtBot, open_window: OpenWindow) -> None:
    """A question, one with another system prompt, one without a parameter, a branch, a stop that is continued."""

    def half(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta("One, two"))
        connection.wait_for_hang_up()

    scripts = (
        *(good_stream(f"answer “{number}” 京都 😀\n\u2028") for number in range(4)),
        half,
        good_stream(", three"),
    )
    with MisbehavingServer(*scripts, good_stream("end")) as server:
        window = open_window(server=server.url, model="m", api_key=KEY)
        program = program_of(window)
        shown: list[tuple[Message, RecordedRequest]] = []

        def ask(text: str) -> None:
            send(qtbot, window, text)
            wait_for_end(qtbot, window)
            shown.append((program.conversations.branch()[-1], server.requests[-1]))

        ask('first "quoted" \\ and \t tab')
        part(window, "systemPromptEdit").setPlainText("Be brief.")  # type: ignore[attr-defined]
        ask("second")
        part(window, "seedSpin").setValue(5)  # type: ignore[attr-defined]
        ask("third")
        program.chat.regenerate()
        wait_for_end(qtbot, window)
        shown.append((program.conversations.branch()[-1], server.requests[-1]))
        send(qtbot, window, "count")
        qtbot.waitUntil(lambda: program.conversations.branch()[-1].text == "One, two", timeout=10_000)
        before = server.requests[-1]
        program.chat.stop()
        wait_for_end(qtbot, window)
        half_answer = program.conversations.branch()[-1]
        assert_exact(texts_of(qtbot, window), before)
        click(qtbot, window, "continueButton")
        wait_for_end(qtbot, window)
        continued = program.conversations.branch()[-1]
        assert continued.text == "One, two, three"
        assert server.requests[-1].json["messages"][-1]["content"] == "One, two"
        assert_exact(texts_of(qtbot, window, half_answer), server.requests[-1])
        ask("and now?")
        for message, request in shown:
            assert_exact(texts_of(qtbot, window, message), request)


def test_an_answer_that_was_continued_later_is_shown_as_it_was_sent(qtbot: QtBot, open_window: OpenWindow) -> None:
    """A question followed an answer that was cut; later that question was deleted and the answer continued."""
    with MisbehavingServer(stream(delta("Half")), good_stream("beside"), good_stream(" and whole")) as server:
        window = open_window(server=server.url, model="m")
        program = program_of(window)
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        half_id = program.conversations.branch()[-1].id
        send(qtbot, window, "next")
        wait_for_end(qtbot, window)
        later, sent = program.conversations.branch()[-1], server.requests[-1]
        program.conversations.show_branch(half_id)
        qtbot.waitUntil(lambda: program.conversations.messages.rowCount() == 2)
        program.chat.resume()
        wait_for_end(qtbot, window)
        assert program.conversations.branch()[-1].text == "Half and whole"
        assert sent.json["messages"][1]["content"] == "Half"
        assert_exact(texts_of(qtbot, window, later), sent)


def test_the_record_does_not_hold_the_messages_again(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("x" * 2000)) as server:
        window = open_window(server=server.url, model="m")
        program = program_of(window)
        for _ in range(4):
            send(qtbot, window, "y" * 2000)
            wait_for_end(qtbot, window)
        sizes: list[int] = []
        program.store.submit(
            lambda store: [row[0] for row in store.rows("SELECT length(request) FROM messages WHERE request <> ''")],
            sizes.extend,
        )
        qtbot.waitUntil(lambda: len(sizes) == 4)
        assert max(sizes) < 1500
        assert max(sizes) - min(sizes) < 10


def test_what_was_deleted_is_said_to_be_gone(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("a"), good_stream("b")) as server:
        window = open_window(server=server.url, model="m")
        program = program_of(window)
        send(qtbot, window, "one")
        wait_for_end(qtbot, window)
        send(qtbot, window, "two")
        wait_for_end(qtbot, window)
        program.branches.delete(program.conversations.branch()[1].id)
        qtbot.waitUntil(lambda: bool(window.notices.texts()))
        texts = texts_of(qtbot, window)
        assert (texts.gone, texts.is_exact) == (1, False)
        assert [each["content"] for each in json.loads(texts.body.whole)["messages"]] == ["one", "two"]


def test_no_key_is_in_the_record(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    with MisbehavingServer(answer("401 Unauthorized", b"{}", "Set-Cookie: id=secret-cookie")) as server:
        window = open_window(server=server.url, model="m", api_key=KEY)
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        texts = texts_of(qtbot, window)
        assert "Authorization: Bearer •••" in texts.headers.whole
        assert_exact(texts, server.requests[-1])
        everything = repr(texts)
        assert KEY not in everything
        assert "secret-cookie" not in everything
        assert "HTTP 401" in texts.answer.whole
        window.close()
        assert files_with(KEY.encode(), tmp_path / "data") == []


@pytest.mark.parametrize("question", ['it\'s "$HOME" `id` \\ !x\n京都 😀', "long " * 30_000])
def test_the_command_sends_the_same_bytes(qtbot: QtBot, open_window: OpenWindow, question: str) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed")
    with MisbehavingServer(good_stream("a")) as server:
        window = open_window(server=server.url, model="m", api_key=KEY)
        send(qtbot, window, question)
        wait_for_end(qtbot, window)
        command = texts_of(qtbot, window).curl
        assert KEY not in command
        sent = server.requests[-1]
        environment = {"API_KEY": KEY, "PATH": str(Path(curl).parent), "no_proxy": "*"}
        done = subprocess.run(
            ["/bin/sh"], input=command, env=environment, capture_output=True, text=True, check=False, timeout=30
        )
        assert done.returncode == 0, done.stderr
        again = server.requests[-1]
        assert again is not sent
        assert again.body == sent.body
        assert again.target == sent.target
        for name in ("authorization", "content-type", "accept", "user-agent"):
            assert again.headers[name] == sent.headers[name]


def test_a_whole_answer_and_one_that_is_no_longer_kept(qtbot: QtBot, open_window: OpenWindow) -> None:
    raw = b'{"choices": [{"index": 0, "message": {"content": "Whole."}, "finish_reason": "stop"}], "x": 1}'
    with MisbehavingServer(answer("200 OK", raw, "Content-Type: application/json")) as server:
        window = open_window(server=server.url, model="m")
        program = program_of(window)
        part(window, "streamCheck").setChecked(False)  # type: ignore[attr-defined]
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        first = program.conversations.branch()[-1]
        texts = texts_of(qtbot, window)
        assert texts.is_as_it_came
        assert texts.answer.whole.endswith(raw.decode())
        assert_exact(texts, server.requests[-1])
        for _ in range(8):
            send(qtbot, window, "Hi")
            wait_for_end(qtbot, window)
        texts = texts_of(qtbot, window, first)
        assert not texts.is_as_it_came
        assert json.loads(texts.answer.whole)["content"] == "Whole."


def test_the_last_of_several_attempts_is_kept_once(qtbot: QtBot, open_window: OpenWindow) -> None:
    refusal = json_answer({"error": {"message": "unknown field stream_options"}}, "400 Bad Request")
    with MisbehavingServer(refusal, good_stream("a")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        assert "stream_options" not in server.requests[-1].json
        assert_exact(texts_of(qtbot, window), server.requests[-1])


def test_the_dialog_shows_it_and_sends_it_again(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("a"), stream(delta("b"), delta(finish_reason="stop"), DONE)) as server:
        window = open_window(server=server.url, model="m", api_key=KEY)
        program = program_of(window)
        window.show()
        send(qtbot, window, "Hi there")
        wait_for_end(qtbot, window)
        menu_item(window, "Show what was sent…")
        qtbot.waitUntil(lambda: window.findChild(QPlainTextEdit, "sentText") is not None)
        text = part(window, "sentText")
        assert isinstance(text, QPlainTextEdit)
        assert '{"role": "user", "content": "Hi there"}' in text.toPlainText()
        assert lacking(part(window, "whatWasSent").findChildren(QWidget)) == ""
        curl = part(window, "curlButton")
        assert isinstance(curl, QPushButton)
        curl.click()
        assert QGuiApplication.clipboard().text().startswith("curl ")
        window.composer.edit.setPlainText("")
        part(window, "seedSpin").setValue(9)  # type: ignore[attr-defined]
        again = part(window, "sendAgainButton")
        assert isinstance(again, QPushButton)
        again.click()
        wait_for_end(qtbot, window)
        qtbot.waitUntil(lambda: len(server.requests) == 2, timeout=10_000)
        assert server.requests[1].body == server.requests[0].body
        qtbot.waitUntil(lambda: program.conversations.branch()[-1].text == "b", timeout=10_000)


def menu_item(window: MainWindow, words: str) -> None:
    """Choose from the menu of the last message."""
    from PySide6.QtWidgets import QMenu

    menu = QMenu(window)
    window.conversation_view.fill_message_menu(menu, program_of(window).conversations.branch()[-1].id)
    action = next(each for each in menu.actions() if each.text() == words)
    assert action.isEnabled()
    action.trigger()
    menu.deleteLater()


def test_what_was_attached_is_part_of_it_and_goes_along(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    """A document and a picture: sent, shown as sent, copied into another chat, deleted and brought back."""
    with MisbehavingServer(good_stream("Fine."), good_stream("Again.")) as server:
        window = open_window(server=server.url, model="gpt-4o")
        program = program_of(window)
        attach(qtbot, window, documents.pdf(tmp_path / "notes.pdf", "Hello"), picture(tmp_path / "plot.png"))
        send(qtbot, window, "What is this?")
        wait_for_end(qtbot, window)
        assert "image_url" in server.requests[-1].body.decode()
        assert_exact(texts_of(qtbot, window), server.requests[-1])
        first, question, reply = program.conversations.current.id, *program.conversations.branch()
        program.branches.delete(question.id, with_following=True)
        qtbot.waitUntil(lambda: bool(window.notices.texts()))
        assert len([path for path in kept_files(tmp_path / "data") if path.stat().st_size]) == 2
        program.branches.undo()
        qtbot.waitUntil(lambda: len(program.conversations.branch()) == 2, timeout=10_000)
        assert_exact(texts_of(qtbot, window), server.requests[-1])
        program.branches.copy_to_new_chat(reply.id, "copy")
        qtbot.waitUntil(lambda: program.conversations.current.title == "copy", timeout=10_000)
        assert_exact(texts_of(qtbot, window), server.requests[-1])
        program.conversations.delete(first)
        send(qtbot, window, "And now?")
        wait_for_end(qtbot, window)
        assert "image_url" in server.requests[-1].body.decode()
        assert_exact(texts_of(qtbot, window), server.requests[-1])
