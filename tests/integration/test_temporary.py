"""Of a temporary chat nothing is ever written, and nothing is left when it is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.domain.messages import MessageStatus
from easychat_gui.support.private_folder import remove_leftovers
from easychat_gui.ui.main_window import MainWindow
from tests.fakes.misbehaving_server import (
    DONE,
    STREAM_HEAD,
    Connection,
    MisbehavingServer,
    delta,
    good_stream,
)
from tests.folders import contents_of
from tests.integration.conftest import OpenWindow, part
from tests.integration.test_attachments import attach
from tests.integration.test_conversation_with_a_server import is_running, send, wait_for_end
from tests.integration.test_copies import titles
from tests.integration.test_while_something_runs import messages, program_of, settle

ASKED = "Zaunkönig-4711"
SAID = "Regenpfeifer-0815"
FILED = "Wachtelkönig-2342"


@pytest.fixture(autouse=True)
def passing_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "session"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


def found(folder: Path, *words: str) -> list[str]:
    """Return the files that hold one of these words, in either encoding, or have one in their name."""
    needles = [each.encode(encoding) for each in words for encoding in ("utf-8", "utf-16-le")]
    needles += [json.dumps(each)[1:-1].encode() for each in words]
    return [
        str(path)
        for path, content in contents_of(folder).items()
        if any(each in path.name for each in words) or any(each in content for each in needles)
    ]


def press(qtbot: QtBot, window: MainWindow, words: str) -> None:
    """Answer the question that is asked."""

    def click() -> bool:
        dialog = next((each for each in window.findChildren(QWidget, "question") if each.isVisible()), None)
        button = (
            next((each for each in dialog.findChildren(QPushButton) if each.text() == words), None) if dialog else None
        )
        if button is not None:
            button.click()
        return button is not None

    window.show()
    qtbot.waitUntil(click, timeout=10_000)


def begin(qtbot: QtBot, window: MainWindow) -> None:
    window.library.run("newTemporaryChat")
    assert program_of(window).conversations.is_temporary
    send(qtbot, window, ASKED)
    wait_for_end(qtbot, window)


def test_nothing_is_written_and_branches_and_requests_are_there_all_the_same(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, passing_files: Path
) -> None:
    (tmp_path / "note.txt").write_text(f"{FILED} " * 50, "utf-8")
    with MisbehavingServer(good_stream("Usual."), good_stream(SAID), good_stream(SAID + "!")) as server:
        window = open_window(server=server.url, model="m")
        program = program_of(window)
        send(qtbot, window, "a usual one")
        wait_for_end(qtbot, window)
        window.library.run("newTemporaryChat")
        attach(qtbot, window, tmp_path / "note.txt")
        send(qtbot, window, ASKED)
        wait_for_end(qtbot, window)
        assert FILED in str(server.requests[1].json)
        program.chat.regenerate()
        wait_for_end(qtbot, window)
        shown = program.conversations.current.leaf_id
        assert shown is not None
        program.conversations.show_sibling(shown, -1)
        qtbot.waitUntil(lambda: messages(window)[-1].text == SAID, timeout=10_000)
        seen: list[object] = []
        program.transmissions.read(messages(window)[-1], seen.append)
        qtbot.waitUntil(lambda: bool(seen), timeout=10_000)
        assert ASKED in str(seen[0].body)  # type: ignore[attr-defined]
        part(window, "composer").setPlainText(f"half {ASKED}")  # type: ignore[attr-defined]
        program.conversations.flush()
        settle(qtbot, window)
        assert titles(window) == ["a usual one"]
        assert found(tmp_path / "data", ASKED, SAID, FILED) == []
        assert found(tmp_path / "data", "a usual one") != []  # or nothing could be found at all
        assert found(passing_files, FILED) != []
        assert part(window, "temporaryBar").isVisibleTo(window)
        assert part(window, "conversationMark").isVisibleTo(window)
        window.close()
    assert found(tmp_path / "data", ASKED, SAID, FILED) == []
    assert list(passing_files.iterdir()) == []


def test_it_is_asked_for_once_when_it_is_left(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("Usual."), good_stream(SAID)) as server:
        window = open_window(server=server.url, model="m")
        conversations = program_of(window).conversations
        send(qtbot, window, "a usual one")
        wait_for_end(qtbot, window)
        usual = conversations.current.id
        window.library.run("newTemporaryChat")
        conversations.open(usual)  # nothing in it yet: nobody asks
        qtbot.waitUntil(lambda: conversations.current.id == usual, timeout=10_000)
        begin(qtbot, window)
        passing = conversations.current.id
        conversations.open(usual)
        press(qtbot, window, "Cancel")
        settle(qtbot, window)
        assert conversations.current.id == passing
        conversations.open(usual)
        press(qtbot, window, "Discard it")
        qtbot.waitUntil(lambda: conversations.current.id == usual, timeout=10_000)
        assert not part(window, "temporaryBar").isVisibleTo(window)
        assert not part(window, "conversationMark").isVisibleTo(window)
        gone: list[object] = []
        store = conversations.temporary.store_of(passing)
        store.submit(lambda store: store.messages.of_conversation(passing), gone.append)
        qtbot.waitUntil(lambda: gone == [[]], timeout=10_000)


def test_one_that_is_kept_is_like_any_other(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, passing_files: Path
) -> None:
    """Even in the middle of an answer; with its branches, files and draft."""
    gate = threading.Event()

    def half(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta(SAID))
        connection.wait_for(gate)
        connection.chunk(delta(" whole.") + delta(finish_reason="stop") + DONE)
        connection.end_chunks()

    (tmp_path / "note.txt").write_text(FILED, "utf-8")
    with MisbehavingServer(half) as server:
        window = open_window(server=server.url, model="m")
        conversations = program_of(window).conversations
        window.library.run("newTemporaryChat")
        attach(qtbot, window, tmp_path / "note.txt")
        send(qtbot, window, ASKED)
        qtbot.waitUntil(lambda: bool(messages(window)) and messages(window)[-1].text == SAID, timeout=10_000)
        window.library.run("keepTemporaryChat")
        qtbot.waitUntil(lambda: not conversations.is_temporary, timeout=10_000)
        gate.set()
        qtbot.waitUntil(lambda: not is_running(window), timeout=10_000)
        settle(qtbot, window)
        assert titles(window) == [ASKED]
        kept = conversations.current.id
        window.close()
    assert list(passing_files.iterdir()) == []
    again = open_window()
    conversations = program_of(again).conversations
    conversations.open(kept)
    qtbot.waitUntil(lambda: conversations.current.id == kept, timeout=10_000)
    question, answer = messages(again)
    assert (question.text, answer.text, answer.status) == (ASKED, f"{SAID} whole.", MessageStatus.COMPLETE)
    assert [each.text for each in question.attachments] == [FILED]
    assert found(tmp_path / "data" / "attachments", FILED) != []


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_what_is_asked_while_it_is_being_kept_is_kept_too(qtbot: QtBot, open_window: OpenWindow) -> None:
    """Nor does it matter when the button is pressed twice."""
    with MisbehavingServer(good_stream(SAID)) as server:
        window = open_window(server=server.url, model="m")
        begin(qtbot, window)
        conversations = program_of(window).conversations
        window.library.run("keepTemporaryChat")
        send(qtbot, window, "And now?")
        window.library.run("keepTemporaryChat")
        qtbot.waitUntil(lambda: not conversations.is_temporary, timeout=10_000)
        wait_for_end(qtbot, window)
        send(qtbot, window, "And then?")
        wait_for_end(qtbot, window)
        kept = conversations.current.id
        settle(qtbot, window)
        window.close()
    again = open_window()
    conversations = program_of(again).conversations
    conversations.open(kept)
    qtbot.waitUntil(lambda: conversations.current.id == kept, timeout=10_000)
    assert [each.text for each in messages(again)] == [ASKED, SAID, "And now?", SAID, "And then?", SAID]


def test_after_a_kill_nothing_is_left(tmp_path: Path, passing_files: Path) -> None:
    gate = threading.Event()

    def half(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta(SAID))
        connection.wait_for(gate)

    (tmp_path / "note.txt").write_text(FILED, "utf-8")
    data = tmp_path / "data"
    with MisbehavingServer(half, half) as server:
        arguments = [str(Path(__file__).with_name("temporary_child.py")), str(data), server.url]
        child = subprocess.Popen(
            [sys.executable, *arguments, str(tmp_path / "note.txt"), ASKED], stdout=subprocess.PIPE, text=True
        )
        with child:
            assert child.stdout is not None
            assert child.stdout.readline() == "shown\n"
            while_it_runs = found(data, ASKED, SAID, FILED)
            os.kill(child.pid, signal.SIGKILL)
        gate.set()
    assert while_it_runs == []
    assert found(data, ASKED, SAID, FILED) == []
    assert (data / "easychat.db").exists()
    assert found(passing_files, FILED) != []
    assert remove_leftovers() >= 1  # of other tests that kill, some lie elsewhere
    assert list(passing_files.iterdir()) == []
