"""Work that nobody waits for at the end."""

from __future__ import annotations

import threading

from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from easychat_gui.workers.daemon_lane import DaemonLane


def test_results_come_in_order_on_the_gui_thread(qtbot: QtBot) -> None:
    lane = DaemonLane("test")
    found: list[tuple[int, bool]] = []
    for number in range(3):
        lane.run(
            lambda number=number: number,  # type: ignore[misc]
            lambda result: found.append((result, threading.current_thread() is threading.main_thread())),
        )
    qtbot.waitUntil(lambda: len(found) == 3)
    assert found == [(0, True), (1, True), (2, True)]
    lane.close()


def test_a_bug_surfaces(qtbot: QtBot) -> None:
    lane = DaemonLane("test")
    with capture_exceptions() as raised:
        lane.run(lambda: 1 / 0)
        qtbot.waitUntil(lambda: bool(raised))
    assert raised[0][0] is ZeroDivisionError
    lane.close()


def test_closing_neither_waits_nor_delivers(qtbot: QtBot) -> None:
    lane = DaemonLane("test")
    has_begun, may_end, has_ended = threading.Event(), threading.Event(), threading.Event()
    found: list[object] = []

    def work() -> None:
        has_begun.set()
        may_end.wait(60)
        has_ended.set()

    lane.run(work, found.append)
    assert has_begun.wait(60)
    lane.close()
    may_end.set()
    assert has_ended.wait(60)
    qtbot.wait(0)
    lane.run(lambda: None, found.append)
    assert found == []
