"""The program is killed in the middle of an answer: what was on the screen is there at the next start."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.fakes.misbehaving_server import STREAM_HEAD, Connection, MisbehavingServer, delta, good_stream
from tests.integration.conftest import OpenWindow, part

FIRST = "What was on the screen for more than a second. "


def test_kill_nine_keeps_the_answer_so_far_and_offers_to_go_on(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    has_shown = threading.Event()

    def slow(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta(FIRST))
        connection.wait_for(has_shown)
        for _ in range(1000):  # pieces for longer than the saving takes, until the program is gone
            connection.chunk(delta("more "))
            threading.Event().wait(0.01)

    data_dir = tmp_path / "data"
    with MisbehavingServer(slow, good_stream("The rest.")) as server:
        command = [sys.executable, "-m", "tests.fakes.talking_child", str(data_dir), server.url, "Tell me"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            try:
                first_sight = int(child.stdout.readline())
                has_shown.set()
                for line in child.stdout:  # on the screen, and so much later that it must be on disk
                    if int(line) > first_sight + 400:
                        break
            finally:
                child.kill()
        window = open_window(data_dir, server=server.url, model="m")
        qtbot.waitUntil(lambda: window.conversation_view.message_count() == 2, timeout=10_000)
        assert FIRST.strip() in window.conversation_view.plain_text(1)
        assert "interrupted" in part(window, "errorBanner").accessibleName().lower()
        part(window, "continueButton").click()  # type: ignore[attr-defined]
        qtbot.waitUntil(lambda: "The rest." in window.conversation_view.plain_text(1), timeout=10_000)
        assert FIRST.strip() in window.conversation_view.plain_text(1)
