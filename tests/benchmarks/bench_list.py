"""How long the event loop stalls while the sidebar works on 100,000 conversations in 300 folders.

    python tests/benchmarks/bench_list.py [CONVERSATIONS]

The real window on a real database. A timer of 1 ms in the GUI thread notes the gaps between its ticks, while the list
is read, scrolled, searched at each key, folded, sorted, and 1,000 and 10,000 chats are moved, put into the trash and
brought back. Beside each gap stands how much of it this thread worked: the rest is other threads' and other programs'.
Prints them beside the idle window and the same work on 100 conversations; asserts nothing.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

from PySide6.QtCore import QElapsedTimer, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from easychat_gui.app import create_window
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.folders import Folder
from easychat_gui.domain.ids import ConversationId, FolderId
from easychat_gui.local_model.server import LocalModelServer
from easychat_gui.providers import discovery
from easychat_gui.qtmodels.sections import View, ViewKind
from easychat_gui.qtmodels.shelves import SortOrder
from easychat_gui.storage.store import open_store
from easychat_gui.ui.main_window import MainWindow
from easychat_gui.ui.sidebar.table import ConversationTable

FOLDERS = 300
MOVED = (1_000, 10_000)

Gap = tuple[float, float]
"""How long nothing else could happen, and how much of it the GUI thread worked, in milliseconds."""


def fill(folder: Path, count: int) -> None:
    """Make a library of which half is in folders, and a tenth in the archive."""
    store, _ = open_store(folder / "easychat.db", folder / "backups")
    now = time.time()
    folders = []
    with store.transaction():
        for number in range(FOLDERS):
            parent = FolderId(f"f{number % 30}") if number >= 30 else None
            folders.append(Folder(FolderId(f"f{number}"), f"Folder {number}", parent, number))
        store.folders.save(*folders)
        for number in range(count):
            store.conversations.save(
                Conversation(
                    ConversationId(f"{number:032x}"),
                    f"Talk {number * 7919 % count} about topic {number % 977}",
                    created_at=now - number * 311,
                    updated_at=now - number * 300,
                    is_pinned=number % 5_000 == 7,
                    folder_id=FolderId(f"f{number % FOLDERS}") if number % 2 else None,
                    archived_at=now if number % 10 == 4 else None,
                )
            )
    store.close()


class Watch:
    """Notes the gaps between the ticks of a timer of 1 ms."""

    def __init__(self) -> None:
        self._timer = QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._clock = QElapsedTimer()
        self._worked = 0.0
        self.gaps: list[Gap] = []

    def during(self, work: Callable[[], object], until: Callable[[], bool], settle_ms: int = 60) -> list[Gap]:
        """Do something and watch until it is done, and a while longer."""
        self.gaps = []
        self._clock.start()
        self._worked = time.thread_time()
        self._timer.start()
        QTimer.singleShot(0, work)
        wait_until(until)
        loop = QEventLoop()
        QTimer.singleShot(settle_ms, loop.quit)
        loop.exec()
        self._timer.stop()
        return self.gaps

    def _tick(self) -> None:
        worked = time.thread_time()
        self.gaps.append((self._clock.nsecsElapsed() / 1e6, (worked - self._worked) * 1000))
        self._clock.start()
        self._worked = worked


def wait_until(condition: Callable[[], bool]) -> None:
    loop = QEventLoop()
    ticker = QTimer(interval=2)
    ticker.timeout.connect(lambda: loop.quit() if condition() else None)
    ticker.start()
    loop.exec()


ALL: list[Gap] = []
"""Every gap of what was measured with the present number of conversations."""


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def show(what: str, gaps: list[Gap], floor: float) -> None:
    whole, worked = [gap for gap, _ in gaps], [work for _, work in gaps]
    ALL.extend(gaps)
    print(
        f"{what:<40} p99 {percentile(whole, 0.99):6.1f}   max {max(whole):6.1f} ms   : idle {max(whole) / floor:5.1f} "
        f"  own work p99 {percentile(worked, 0.99):6.1f}   max {max(worked):6.1f} ms"
    )


def measure(count: int) -> None:
    print(f"{count:,} conversations")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, count)
        window = create_window(folder)
        window.show()
        conversations = window._controllers.conversations
        model = conversations.list
        watch = Watch()

        def is_read() -> bool:
            return len(model.shelves.by_id) >= count and not model.is_arranging

        reading = watch.during(lambda: None, is_read)
        idle = watch.during(lambda: None, lambda: True, 500)
        floor = max(gap for gap, _ in idle)
        show("idle", idle, floor)
        show("reading the list at the start", reading, floor)
        ALL.clear()
        work_on(window, watch, floor)
        show("all of that (goal: p99 8, max 33)", list(ALL), floor)
        window.close()
    print()


def work_on(window: MainWindow, watch: Watch, floor: float) -> None:
    conversations = window._controllers.conversations
    model, order = conversations.list, window._controllers.order()

    def is_done() -> bool:
        return not model.is_arranging

    def timed(what: str, work: Callable[[], object]) -> None:
        show(what, watch.during(work, is_done), floor)

    gaps: list[Gap] = []
    for text in ("t", "to", "top", "topi", "topic", "topic 9", "topic 97", ""):
        gaps += watch.during(partial(window.sidebar.search.setText, text), is_done)
    show("searching, a key after the other", gaps, floor)
    gaps = []
    for number in range(20):
        gaps += watch.during(partial(model.set_open, FolderId(f"f{number}"), is_open=True), is_done)
    for number in range(20):
        gaps += watch.during(partial(model.set_open, FolderId(f"f{number}"), is_open=False), is_done)
    show("opening and closing 20 folders", gaps, floor)
    scroll(window.sidebar.table, watch, floor)
    newest = model.shelves.loose.items[0]
    timed("a new chat on top", lambda: model.upsert(newest._replace(id=ConversationId("new"), updated_at=time.time())))
    timed(
        "a chat that is gone on with",
        lambda: model.upsert(model.shelves.loose.items[-1]._replace(updated_at=time.time())),
    )
    timed("a new title", lambda: model.upsert(newest._replace(title="Another")))
    timed("that chat gone", lambda: model.remove(ConversationId("new")))
    for many in MOVED:
        chosen = [each.id for each in model.shelves.loose.items[:many]]
        timed(f"moving {len(chosen)} chats into a folder", partial(order.move, chosen, FolderId("f3")))
        timed("taking that back", order.undo)
        timed(f"putting {len(chosen)} into the trash", partial(order.trash, chosen))
        timed("taking that back", order.undo)
        timed(f"archiving {len(chosen)}", partial(order.archive, chosen))
        timed("taking that back", order.undo)
    timed("choosing all", window.sidebar.table.selectAll)
    timed("choosing none", window.sidebar.table.mark_only_shown)
    timed("sorting by title", lambda: model.show(View(), SortOrder.TITLE))
    timed("moving in that order", lambda: order.move(chosen, FolderId("f3")))
    timed("sorting by creation", lambda: model.show(View(), SortOrder.CREATED))
    timed("showing the archive", lambda: model.show(View(ViewKind.ARCHIVE), SortOrder.USED))
    timed("showing one folder", lambda: model.show(View(ViewKind.FOLDER, FolderId("f3"))))
    timed("showing all", lambda: model.show(View()))


def scroll(table: ConversationTable, watch: Watch, floor: float) -> None:
    """Go through the list in each way that people do."""

    def done() -> bool:
        return True

    def repeat(what: str, count: int, step: Callable[[int], object]) -> None:
        gaps: list[Gap] = []
        for number in range(count):
            gaps += watch.during(partial(step, number), done, 5)
        show(what, gaps, floor)

    def wheel(_number: int) -> None:
        place = QPointF(table.viewport().rect().center())
        turn = QWheelEvent(
            place, table.viewport().mapToGlobal(place), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(table.viewport(), turn)

    bar = table.verticalScrollBar()
    repeat("scrolling with the wheel", 100, wheel)
    repeat("dragging the bar", 100, lambda number: bar.setSliderPosition(bar.maximum() * number // 100))
    repeat("jumping from end to end", 40, lambda number: bar.setValue(bar.maximum() * (number % 2)))
    table.setFocus()
    table.setCurrentIndex(table.list.index(3, 0))
    for name, key, count in (("Down", Qt.Key.Key_Down, 50), ("Page Down", Qt.Key.Key_PageDown, 50)):
        repeat(f"the key {name}", count, lambda _number, key=key: QTest.keyClick(table, key))  # type: ignore[misc]
    shift = Qt.KeyboardModifier.ShiftModifier
    repeat(
        "Shift+End",
        1,
        lambda _number: QTest.keyClick(table, Qt.Key.Key_End, shift | Qt.KeyboardModifier.ControlModifier),
    )
    repeat(
        "Shift+Home",
        1,
        lambda _number: QTest.keyClick(table, Qt.Key.Key_Home, shift | Qt.KeyboardModifier.ControlModifier),
    )
    table.mark_only_shown()
    bar.setValue(0)


def main() -> None:
    application = QApplication([])
    application.setStyle("Fusion")
    discovery.find_local_servers = list  # type: ignore[assignment]
    LocalModelServer.start = lambda _server: None  # type: ignore[assignment,method-assign]
    for count in (100, int(sys.argv[1]) if len(sys.argv) > 1 else 100_000):
        measure(count)


if __name__ == "__main__":
    main()
