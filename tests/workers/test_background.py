"""Work that runs aside comes back in its place, and never holds up the end of what asked for it."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from easychat_gui.domain.errors import EasyChatError
from easychat_gui.workers.background import Background

GOES_WHILE_WORK_RUNS = """
import faulthandler, threading, time
faulthandler.dump_traceback_later(20, exit=True)
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from easychat_gui.workers.background import Background

class Window(QWidget):
    def event(self, event):
        return super().event(event)

application = QApplication([])
has_begun, may_end = threading.Event(), threading.Event()

def work():
    has_begun.set()
    may_end.wait(60)

window = Window()
background = Background(window)
background.{how}(work, lambda _: print("delivered"))
has_begun.wait(60)
threading.Timer(0.2, may_end.set).start()
{end}
print("gone before the work" if not may_end.is_set() else "waited")
"""
ENDS = {
    "deleted by Qt": "window.deleteLater()\napplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)",
    "dropped by Python": "del background, window",
}


def test_results_and_known_errors_come_to_the_thread_of_the_object(qtbot: QtBot) -> None:
    background = Background()
    found: list[tuple[object, bool]] = []

    def note(value: object) -> None:
        found.append((value, threading.current_thread() is threading.main_thread()))

    def fail() -> None:
        raise error

    error = EasyChatError("no")
    background.run(lambda: 1, note)
    qtbot.waitUntil(lambda: len(found) == 1)
    background.run(fail, note, note)
    qtbot.waitUntil(lambda: len(found) == 2)
    assert found == [(1, True), (error, True)]


@pytest.mark.parametrize("error", [ZeroDivisionError, EasyChatError])
def test_what_nobody_asked_to_hear_surfaces(qtbot: QtBot, error: type[Exception]) -> None:
    def fail() -> None:
        raise error

    background = Background()
    with capture_exceptions() as raised:
        background.run(fail)
        qtbot.waitUntil(lambda: bool(raised))
    assert raised[0][0] is error


def test_writing_keeps_its_order_and_is_done_when_closing_returns(qtbot: QtBot) -> None:
    background = Background()
    written: list[int] = []
    for number in range(50):
        background.write(lambda number=number: written.append(number))  # type: ignore[misc]
    background.close(20)
    assert written == list(range(50))


def test_closing_drops_what_has_not_begun(qtbot: QtBot) -> None:
    background = Background()
    begun, may_end = threading.Semaphore(0), threading.Event()
    done: list[int] = []

    def block() -> None:
        begun.release()
        may_end.wait(60)

    for _ in range(4):
        background.run(block)
    for _ in range(4):
        assert begun.acquire(timeout=60)
    background.run(lambda: done.append(1))
    background.close(0)
    may_end.set()
    background.close(20)
    assert done == []


@pytest.mark.parametrize("how", ["run", "write"])
@pytest.mark.parametrize("end", ENDS)
def test_a_window_that_goes_while_work_runs_does_not_wait_for_it(how: str, end: str) -> None:
    program = GOES_WHILE_WORK_RUNS.format(how=how, end=ENDS[end])
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (found.returncode, found.stdout, found.stderr) == (0, "gone before the work\n", "")
