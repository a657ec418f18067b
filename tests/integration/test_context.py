"""The gauge and what no longer fits, through the window: what is shown, and what the server really gets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.controllers.context import SUMMARY_HEADING, ContextController
from easychat_gui.domain.conversations import ContextPolicy
from easychat_gui.ui.main_window import MainWindow
from tests.fakes.misbehaving_server import Connection, MisbehavingServer, Script, good_stream, json_answer
from tests.integration.conftest import OpenWindow, part

LONG = "word " * 80  # a hundred tokens, as they are estimated


def ask(qtbot: QtBot, window: MainWindow, server: MisbehavingServer, text: str) -> list[dict[str, Any]]:
    """Send a message and return the messages that the server got."""
    edit = part(window, "composer")
    assert isinstance(edit, QPlainTextEdit)
    count = len(server.requests)
    edit.setPlainText(text)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(server.requests) > count, timeout=10_000)
    qtbot.waitUntil(lambda: part(window, "stopButton").isHidden(), timeout=10_000)
    messages: list[dict[str, Any]] = server.requests[-1].json["messages"]
    return messages


def context(window: MainWindow) -> ContextController:
    return window._controllers.context()


def gauge_text(window: MainWindow) -> str:
    context(window).measure()
    return part(window, "contextGauge").text()  # type: ignore[attr-defined, no-any-return]


def starts(messages: list[dict[str, Any]]) -> list[str]:
    return [f"{each['role'][0]}{str(each['content']).split(' ')[0]}" for each in messages]


def open_small(open_window: OpenWindow, server: MisbehavingServer, tokens: int = 600) -> MainWindow:
    """Open a window whose model reads so little at once, as the person has typed."""
    window = open_window(server=server.url, model="m")
    context(window).set_window(tokens)
    return window


def fill(qtbot: QtBot, window: MainWindow, server: MisbehavingServer) -> list[dict[str, Any]]:
    for number in range(1, 4):
        ask(qtbot, window, server, f"q{number} {LONG}")
    return ask(qtbot, window, server, f"q4 {LONG}")


def test_the_gauge_tells_how_full_it_is(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("a")) as server:
        window = open_window(server=server.url, model="m")
        gauge = part(window, "contextGauge")
        context(window).measure()
        assert gauge.isHidden(), "in an empty chat there is nothing to tell"
        part(window, "composer").setPlainText("x" * 400)  # type: ignore[attr-defined]
        assert gauge_text(window) == "≈ 108 tokens"
        context(window).set_window(8000)
        assert gauge_text(window).startswith("≈ 108 of 8")
        name = QAccessible.queryAccessibleInterface(gauge).text(QAccessible.Text.Name)
        assert "108 of 8" in name
        assert not gauge.isHidden()


def test_the_oldest_go_and_are_dimmed(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("a " + LONG)) as server:
        window = open_small(open_window, server)
        sent = fill(qtbot, window, server)
        assert starts(sent) == ["uq3", "aa", "uq4"]
        gauge_text(window)
        view = window.conversation_view
        assert [view.is_unread(row) for row in range(8)] == [True] * 4 + [False] * 4
        assert part(window, "contextGauge").role == "warning"  # type: ignore[attr-defined]
        item = QAccessible.queryAccessibleInterface(view).child(0)
        assert "no longer seen" in item.text(QAccessible.Text.Name)
        assert view.message_count() == 8, "nothing is lost"
        assert view.grab().width() > 0


def test_the_first_exchange_can_be_kept_and_everything_be_sent(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("a " + LONG)) as server:
        window = open_small(open_window, server, 800)
        context(window).choose(ContextPolicy.KEEP_FIRST)
        assert starts(fill(qtbot, window, server)) == ["uq1", "aa", "uq3", "aa", "uq4"]
        context(window).choose(ContextPolicy.SEND_ALL)
        assert len(ask(qtbot, window, server, f"q5 {LONG * 9}")) == 9


def test_the_system_prompt_stays_and_the_answer_keeps_its_room(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("a " + LONG)) as server:
        window = open_small(open_window, server)
        part(window, "systemPromptEdit").setPlainText("Be brief.")  # type: ignore[attr-defined]
        part(window, "maxTokensSpin").setValue(300)  # type: ignore[attr-defined]
        assert starts(fill(qtbot, window, server)) == ["sBe", "uq4"]


def test_a_question_that_is_too_long_is_sent_only_when_that_is_wished(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("a")) as server:
        window = open_small(open_window, server, 100)
        window.show()
        edit = part(window, "composer")
        assert isinstance(edit, QPlainTextEdit)
        edit.setPlainText(LONG)
        for answer in ("Cancel", "Send anyway"):
            QTest.keyClick(edit, Qt.Key.Key_Return)
            qtbot.waitUntil(lambda: window._flows.is_asking, timeout=10_000)
            qtbot.waitUntil(lambda: _button(window, answer) is not None, timeout=10_000)  # noqa: B023
            assert server.requests == []
            assert edit.toPlainText() == LONG, "nothing is lost by asking"
            button = _button(window, answer)
            assert button is not None
            button.click()
            qtbot.waitUntil(lambda: not window._flows.is_asking, timeout=10_000)
        qtbot.waitUntil(lambda: len(server.requests) == 1, timeout=10_000)
        assert server.requests[0].json["messages"] == [{"role": "user", "content": LONG.strip()}]
        qtbot.waitUntil(lambda: part(window, "stopButton").isHidden(), timeout=10_000)


def _button(window: MainWindow, words: str) -> QPushButton | None:
    buttons = window.findChildren(QPushButton)
    return next((each for each in buttons if each.text() == words and each.isVisible()), None)


def test_a_summary_is_made_read_changed_and_sent(qtbot: QtBot, open_window: OpenWindow) -> None:
    answers = [good_stream("a " + LONG)] * 4
    pieces = [good_stream("They met."), good_stream("They spoke.")]  # half a window at a time
    with MisbehavingServer(*answers, *pieces, good_stream("a")) as server:
        window = open_small(open_window, server)
        window.show()
        fill(qtbot, window, server)
        context(window).choose(ContextPolicy.SUMMARISE)
        context(window).measure()
        window._flows.edit_summary(context(window))
        edit = part(window, "summaryEdit")
        assert isinstance(edit, QPlainTextEdit)
        qtbot.waitUntil(lambda: edit.toPlainText() == "They spoke.", timeout=10_000)
        first, second = (each.json["messages"][0]["content"] for each in server.requests[-2:])
        assert "q1 word" in first
        assert "They met." in second
        assert "q3 word" not in first + second, "what still fits needs no summary"
        edit.setPlainText("They spoke of words.")
        QTest.mouseClick(part(window, "summaryUseButton"), Qt.MouseButton.LeftButton)
        assert window._controllers.conversations.current.context.summary == "They spoke of words."
        sent = ask(qtbot, window, server, f"q5 {LONG}")
        assert sent[0] == {"role": "system", "content": f"{SUMMARY_HEADING}\nThey spoke of words."}
        assert starts(sent[1:])[-1] == "uq5"
        assert "uq1" not in starts(sent)


def test_a_summary_that_fails_leaves_a_sentence(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(*[good_stream("a " + LONG)] * 4, json_answer({"error": "no"}, "400 Bad Request")) as server:
        window = open_small(open_window, server)
        window.show()
        fill(qtbot, window, server)
        gauge_text(window)
        window._flows.edit_summary(context(window))
        dialog = part(window, "summaryDialog")
        words = [each for each in dialog.findChildren(QWidget) if hasattr(each, "text")]
        qtbot.waitUntil(lambda: any("could not sum it up" in each.text() for each in words), timeout=10_000)
        assert not part(window, "summaryUseButton").isEnabled()
        QTest.mouseClick(part(window, "summaryCancelButton"), Qt.MouseButton.LeftButton)


def counting_server() -> Script:
    """Answer as llama.cpp does: a model with its window, a tokenizer (of one token a character), and the chat."""
    models = {"data": [{"id": "m", "owned_by": "llamacpp", "meta": {"n_ctx": 5000}}]}

    def script(connection: Connection) -> None:
        request = connection.server.requests[-1]
        if request.target == "/tokenize":
            json_answer({"tokens": list(range(len(json.loads(request.body)["content"])))})(connection)
        elif request.target.endswith("/models"):
            json_answer(models)(connection)
        else:
            good_stream("abc")(connection)

    return script


def test_a_server_on_this_computer_counts_with_its_own_tokenizer(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(counting_server()) as server:
        window = open_window(server=server.url, model="m")
        endpoints = window._controllers.endpoints
        part(window, "composer").setPlainText("x" * 100)  # type: ignore[attr-defined]
        assert gauge_text(window) == "≈ 33 tokens"
        assert server.requests == [], "a server that was never heard to count is not asked"
        endpoints.refresh_unknown()
        qtbot.waitUntil(lambda: gauge_text(window) == f"108 of {_grouped(5000)} tokens", timeout=10_000)
        ask(qtbot, window, server, "x" * 100)
        qtbot.waitUntil(lambda: gauge_text(window) == f"116 of {_grouped(5000)} tokens", timeout=10_000)
        counted = [each.json["content"] for each in server.requests if each.target == "/tokenize"]
        assert sorted(counted) == ["abc", "x" * 100], "what is unchanged is counted once"


def _grouped(number: int) -> str:
    from PySide6.QtCore import QLocale

    return QLocale().toString(number)


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_popup_shows_the_parts_and_takes_the_choices(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(counting_server()) as server:
        window = open_window(server=server.url, model="m")
        window.show()
        part(window, "composer").setPlainText("x" * 100)  # type: ignore[attr-defined]
        context(window).measure()
        gauge = part(window, "contextGauge")
        gauge.setFocus()
        QTest.keyClick(gauge, Qt.Key.Key_Space)
        popup = gauge.findChild(QWidget, "gaugePopup")
        assert popup is not None
        assert popup.isVisible()
        spin, combo = popup.findChild(QSpinBox, "windowSpin"), popup.findChild(QComboBox, "contextPolicyCombo")
        assert spin is not None
        assert combo is not None
        qtbot.waitUntil(lambda: spin.value() == 5000, timeout=10_000)
        spin.setValue(3000)
        assert context(window)._situation(window._controllers.conversations.current, ()).window == 3000
        QTest.keyClick(combo, Qt.Key.Key_Down)
        QTest.keyClick(combo, Qt.Key.Key_Down)
        assert window._controllers.conversations.current.context.policy is ContextPolicy.KEEP_FIRST
        QTest.keyClick(popup, Qt.Key.Key_Escape)
        assert not popup.isVisible()


@pytest.mark.parametrize("text", ["京都に行きたい。" * 30, "مرحبا " * 60, "🍲" * 100, "\ud800 broken"])
def test_any_script_is_measured(qtbot: QtBot, open_window: OpenWindow, text: str) -> None:
    window = open_window()
    context(window).set_draft(text)
    assert gauge_text(window).endswith("tokens")
    assert context(window).gauge.draft > 2


def test_a_new_version_that_was_begun_is_measured_in_the_place_of_the_old_one(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    with MisbehavingServer(good_stream("a " + LONG)) as server:
        window = open_window(server=server.url, model="m")
        ask(qtbot, window, server, f"q {LONG}")
        conversations = window._controllers.conversations
        question, conversation = conversations.branch()[0], conversations.current.id
        window.composer.begin_edit(question.id, "short")
        measured = gauge_text(window)
        conversations.start_new()
        window.composer.edit.setPlainText("something else")
        conversations.open(conversation)
        qtbot.waitUntil(lambda: window.composer.is_editing, timeout=10_000)
        assert gauge_text(window) == measured
        window.close()
        again = open_window(server=server.url, model="m")
        again._controllers.conversations.open(conversation)
        qtbot.waitUntil(lambda: again.composer.is_editing, timeout=10_000)
        assert gauge_text(again) == measured


def test_the_window_of_a_saved_server_is_known_after_its_first_answer(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    models = json_answer({"data": [{"id": "m", "context_length": 4096}]})
    with MisbehavingServer(good_stream("a"), models) as server:
        folder = tmp_path / "data"
        folder.mkdir()
        (folder / "settings.toml").write_text(
            f'[general]\ndefault_endpoint_id = "e1"\ndefault_model = "m"\n'
            f'[[endpoints]]\nid = "e1"\nname = "mine"\nbase_url = "{server.url}"\n'
        )
        window = open_window(folder)
        window.composer.set_text("Hello")
        window.composer.send_anyway()
        qtbot.waitUntil(lambda: len(server.requests) == 2, timeout=10_000)
        qtbot.waitUntil(lambda: "4096" in gauge_text(window).replace(",", ""), timeout=10_000)
