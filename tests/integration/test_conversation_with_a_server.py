"""The main job through the window: type, send, read; stop, fail, go on; nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QPlainTextEdit, QPushButton, QSlider, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.ui.main_window import MainWindow
from easychat_gui.ui.status_words import state_role
from tests.fakes.misbehaving_server import (
    DONE,
    STREAM_HEAD,
    Connection,
    MisbehavingServer,
    answer,
    delta,
    good_stream,
    json_answer,
    stream,
)
from tests.integration.conftest import OpenWindow, part

WHOLE_ANSWER = {
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Whole."}, "finish_reason": "stop"}]
}


def send(qtbot: QtBot, window: QWidget, text: str) -> None:
    composer = part(window, "composer")
    assert isinstance(composer, QPlainTextEdit)
    composer.setPlainText(text)
    QTest.keyClick(composer, Qt.Key.Key_Return)


def last_text(window: MainWindow) -> str:
    view = window.conversation_view
    return view.plain_text(view.message_count() - 1)


def is_running(window: MainWindow) -> bool:
    return not part(window, "stopButton").isHidden()


def wait_for_end(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not is_running(window), timeout=10_000)


def test_a_question_is_answered(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("Hel", "lo ", "там")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "Hi?")
        qtbot.waitUntil(lambda: last_text(window).endswith("Hello там"), timeout=10_000)
        wait_for_end(qtbot, window)
        assert window.conversation_view.message_count() == 2
        assert server.requests[-1].json["messages"] == [{"role": "user", "content": "Hi?"}]
        assert part(window, "composer").toPlainText() == ""  # type: ignore[attr-defined]


def test_what_is_set_is_what_goes_out(qtbot: QtBot, open_window: OpenWindow) -> None:
    """The defaults, then every slider and number moved, then everything left out."""
    with MisbehavingServer(good_stream("1"), good_stream("2"), good_stream("3")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "defaults")
        wait_for_end(qtbot, window)
        body = server.requests[-1].json
        names = ("temperature", "top_p", "presence_penalty", "frequency_penalty")
        assert [body[name] for name in names] == [0.5, 1, 0, 0]
        assert body["stream"] is True
        assert not {"max_tokens", "seed", "stop"} & body.keys()

        inspector = part(window, "inspector")
        for name, value in {"temperature": 1.25, "topP": 0.9, "presencePenalty": -1.5, "frequencyPenalty": 2.0}.items():
            slider = inspector.findChild(QSlider, f"{name}Slider")
            assert slider is not None
            slider.setValue(round(value * 100))
        part(window, "maxTokensSpin").setValue(77)  # type: ignore[attr-defined]
        part(window, "seedSpin").setValue(5)  # type: ignore[attr-defined]
        part(window, "stopEdit").setPlainText("END\nSTOP")  # type: ignore[attr-defined]
        part(window, "systemPromptEdit").setPlainText("Be brief.")  # type: ignore[attr-defined]
        send(qtbot, window, "changed")
        wait_for_end(qtbot, window)
        body = server.requests[-1].json
        assert [body[name] for name in names] == [1.25, 0.9, -1.5, 2.0]
        assert (body["max_tokens"], body["seed"], body["stop"]) == (77, 5, ["END", "STOP"])
        assert body["messages"][0] == {"role": "system", "content": "Be brief."}

        for name in ("temperature", "topP", "presencePenalty", "frequencyPenalty"):
            spin = inspector.findChild(QDoubleSpinBox, f"{name}Spin")
            assert spin is not None
            clear(qtbot, spin)
        for name in ("maxTokensSpin", "seedSpin"):
            clear(qtbot, part(window, name))
        part(window, "stopEdit").clear()  # type: ignore[attr-defined]
        send(qtbot, window, "nothing")
        wait_for_end(qtbot, window)
        assert not {*names, "max_tokens", "seed", "stop"} & server.requests[-1].json.keys()


def clear(qtbot: QtBot, spin: QWidget) -> None:
    """Empty a number field as a person does: mark all, delete, Return."""
    assert isinstance(spin, QAbstractSpinBox)
    spin.selectAll()
    QTest.keyClick(spin, Qt.Key.Key_Delete)
    QTest.keyClick(spin, Qt.Key.Key_Return)


def test_without_streaming_the_answer_comes_at_once(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(json_answer(WHOLE_ANSWER)) as server:
        window = open_window(server=server.url, model="m")
        part(window, "streamCheck").setChecked(False)  # type: ignore[attr-defined]
        send(qtbot, window, "Hi")
        qtbot.waitUntil(lambda: "Whole." in last_text(window), timeout=10_000)
        assert server.requests[-1].json["stream"] is False


def test_stop_keeps_what_arrived_and_the_server_sees_it(qtbot: QtBot, open_window: OpenWindow) -> None:
    def half(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta("Half an"))
        connection.wait_for_hang_up()

    with MisbehavingServer(half) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "Hi")
        qtbot.waitUntil(lambda: "Half an" in last_text(window), timeout=10_000)
        QTest.mouseClick(part(window, "stopButton"), Qt.MouseButton.LeftButton)
        assert not is_running(window)
        server.wait_for_hang_up()
        assert "Half an" in last_text(window)
        assert not part(window, "continueButton").isHidden()


def test_continue_sends_what_there_is_and_goes_on(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(stream(delta("One, "), delta("two")), good_stream(", three.")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "Count")
        wait_for_end(qtbot, window)  # neither a finish reason nor [DONE]: broken off
        click(qtbot, window, "continueButton")
        qtbot.waitUntil(lambda: "One, two, three." in last_text(window), timeout=10_000)
        assert window.conversation_view.message_count() == 2
        assert server.requests[-1].json["messages"][-1] == {"role": "assistant", "content": "One, two"}


def click(qtbot: QtBot, window: MainWindow, name: str) -> None:
    button = part(window, name)
    assert isinstance(button, QPushButton)
    button.click()


@pytest.mark.parametrize(
    ("status", "words"),
    [("401 Unauthorized", "key"), ("404 Not Found", "not found"), ("500 Internal Server Error", "problem")],
)
def test_a_refusal_becomes_a_card_and_retry_helps(
    qtbot: QtBot, open_window: OpenWindow, status: str, words: str
) -> None:
    refusal = answer(status, b'{"error": {"message": "no"}}', "Content-Type: application/json")
    attempts = 3 if status.startswith("5") else 1  # what may pass is tried again by itself
    with MisbehavingServer(*[refusal] * attempts, good_stream("Better.")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        banner = part(window, "errorBanner")
        assert not banner.isHidden()
        assert words in banner.accessibleName().lower()
        endpoints = window._controllers.endpoints
        endpoint, _ = endpoints.choice_for(window._controllers.conversations.current)
        assert state_role(endpoint, endpoints) == "danger"
        click(qtbot, window, "retryButton")
        qtbot.waitUntil(lambda: "Better." in last_text(window), timeout=10_000)
        wait_for_end(qtbot, window)
        assert banner.isHidden()
        assert state_role(endpoint, endpoints) == "ok"


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([delta("No"), delta(finish_reason="content_filter")], "content filter"),
        ([delta(tool_calls=[{"index": 0, "id": "c", "function": {"name": "f", "arguments": "{}"}}])], "tool"),
        ([delta(reasoning_content="Hm."), delta(finish_reason="stop")], "no answer"),
    ],
)
def test_an_answer_that_is_cut_or_has_no_words_is_explained(
    qtbot: QtBot, open_window: OpenWindow, events: list[bytes], words: str
) -> None:
    with MisbehavingServer(stream(*events, DONE), good_stream("Better.")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        banner = part(window, "errorBanner")
        assert not banner.isHidden()
        assert words in banner.accessibleName().lower()
        click(qtbot, window, "retryButton")
        qtbot.waitUntil(lambda: "Better." in last_text(window), timeout=10_000)


def test_two_conversations_answer_at_once_and_never_mix(qtbot: QtBot, open_window: OpenWindow) -> None:
    may_end = threading.Event()

    def slow(name: str) -> Callable[[Connection], None]:
        def script(connection: Connection) -> None:
            connection.head("200 OK", *STREAM_HEAD)
            connection.chunk(delta(name * 10))
            connection.wait_for(may_end)
            connection.chunk(delta(name * 10, "stop"))
            connection.end_chunks()

        return script

    with MisbehavingServer(slow("A"), slow("B")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "first")
        qtbot.waitUntil(lambda: "A" * 10 in last_text(window), timeout=10_000)
        click(qtbot, window, "newChatButton")
        assert not is_running(window)
        send(qtbot, window, "second")
        qtbot.waitUntil(lambda: "B" * 10 in last_text(window), timeout=10_000)
        may_end.set()
        wait_for_end(qtbot, window)
        assert "B" * 20 in last_text(window)
        assert "A" not in last_text(window)
        table = window.sidebar.table
        row = next(row for row in range(table.model().rowCount()) if table.model().index(row, 0).data() == "first")
        table.chosen.emit(table.model().summary(row).id)  # type: ignore[attr-defined]
        qtbot.waitUntil(lambda: "A" * 20 in last_text(window), timeout=10_000)
        wait_for_end(qtbot, window)


def test_the_next_start_shows_everything_again(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    with MisbehavingServer(good_stream("An answer.")) as server:
        window = open_window(tmp_path / "kept", server=server.url, model="m")
        send(qtbot, window, "A question that names the chat")
        wait_for_end(qtbot, window)
        window.close()
        again = open_window(tmp_path / "kept", server=server.url, model="m")
        table = again.sidebar.table
        qtbot.waitUntil(lambda: table.model().rowCount() == 2, timeout=10_000)
        table.chosen.emit(table.model().summary(1).id)  # type: ignore[attr-defined]
        qtbot.waitUntil(lambda: again.conversation_view.message_count() == 2, timeout=10_000)
        assert "A question" in again.conversation_view.plain_text(0)
        assert "An answer." in again.conversation_view.plain_text(1)


def test_a_regenerated_answer_keeps_the_first_as_a_branch(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    with MisbehavingServer(good_stream("First."), good_stream("Second."), good_stream("Edited.")) as server:
        window = open_window(tmp_path / "data", server=server.url, model="m")
        messages = window.conversation_view.model
        assert messages is not None
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        window.conversation_view.regenerate_requested.emit(messages.message(1).id)
        qtbot.waitUntil(lambda: "Second." in last_text(window), timeout=10_000)
        wait_for_end(qtbot, window)
        assert messages.place(1) == (2, 2)
        assert server.requests[-1].json["messages"] == [{"role": "user", "content": "Hi"}]
        window.conversation_view.sibling_requested.emit(messages.message(1).id, -1)
        qtbot.waitUntil(lambda: "First." in last_text(window), timeout=10_000)
        window.conversation_view.edit_requested.emit(messages.message(0).id)
        assert window.composer.edit.toPlainText() == "Hi"
        send(qtbot, window, "Hello")
        qtbot.waitUntil(lambda: "Edited." in last_text(window), timeout=10_000)
        wait_for_end(qtbot, window)
        assert messages.place(0) == (2, 2)
        assert server.requests[-1].json["messages"] == [{"role": "user", "content": "Hello"}]
        window.close()
        again = open_window(tmp_path / "data", server=server.url, model="m")
        qtbot.waitUntil(lambda: again.sidebar.table.model().rowCount() == 2, timeout=10_000)
        again.sidebar.table.chosen.emit(again.sidebar.table.model().summary(1).id)  # type: ignore[attr-defined]
        qtbot.waitUntil(lambda: again.conversation_view.message_count() == 2, timeout=10_000)
        assert "Edited." in last_text(again)
        again.conversation_view.sibling_requested.emit(again.conversation_view.message(0).id, -1)
        qtbot.waitUntil(lambda: "Second." in last_text(again), timeout=10_000)


def test_an_edit_that_is_left_changes_nothing(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("Answer.")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        window.composer.edit.setPlainText("a draft")
        window.conversation_view.edit_requested.emit(window.conversation_view.message(0).id)
        window.composer.end_edit()
        assert window.composer.edit.toPlainText() == "a draft"
        assert window.conversation_view.message_count() == 2


def test_a_broken_piece_amid_an_answer_is_told(qtbot: QtBot, open_window: OpenWindow) -> None:
    broken = stream(delta("Before "), b"data: {broken\n\n", delta("after."), delta(finish_reason="stop"), DONE)
    with MisbehavingServer(broken) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "Hi")
        qtbot.waitUntil(lambda: "Before after." in last_text(window), timeout=10_000)
        wait_for_end(qtbot, window)
        assert any("could not be read" in text for text in window.notices.texts())


def test_in_a_very_narrow_window_the_parameters_can_be_reached(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.show()
    window.resize(440, 600)
    qtbot.waitUntil(lambda: window.width() == 440)
    part(window, "inspectorButton").click()  # type: ignore[attr-defined]
    assert part(window, "inspector").isVisible()
    part(window, "inspectorButton").click()  # type: ignore[attr-defined]
    assert part(window, "composer").isVisible()
