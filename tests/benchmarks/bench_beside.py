"""How long the event loop stalls while something works beside it: the indexer, a backup, an import.

    python tests/benchmarks/bench_beside.py [CONVERSATIONS MESSAGES]

In the real window a chat is scrolled, the list is searched, the palette is typed in, and an answer streams in at 1,000
chunks a second: alone at first, and then beside each kind of work, which is begun anew as often as it ends. Prints the
gaps between the ticks of a timer of 1 ms, how much of the longest ones the GUI thread worked itself, how old a word is
when it is painted, and all of it as a multiple of the same thing alone. Asserts nothing.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import cycle
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

import bench_list  # type: ignore[import-not-found]  # beside this file, as are the others
import bench_stalls  # type: ignore[import-not-found]
import make_library  # type: ignore[import-not-found]
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from easychat_gui.app import create_window
from easychat_gui.domain.conversations import Draft
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.local_model.server import LocalModelServer
from easychat_gui.providers import discovery
from easychat_gui.storage.search_index import index_path
from easychat_gui.storage.store import Store
from easychat_gui.ui.main_window import MainWindow
from easychat_gui.ui.palette.palette import Palette

STREAM_S = 3.0
RATE = 1_000
EXPORTS = 12
LONG = ConversationId("long")
SECTION = (
    "## A heading\n\nSome **bold** words about foxes and `code`.\n\n```python\nvalue = {number} * 2\n```\n\n- a\n- b\n"
)


def fill(folder: Path, conversations: int, messages: int) -> None:
    make_library.make(folder, conversations, messages)
    store = Store.open(folder / "easychat.db")
    with store.transaction():
        store.execute(
            "INSERT INTO conversations (id, title, created_at, updated_at) VALUES (?, 'Long', 1, 2e9)", (LONG,)
        )
        parent = None
        for number in range(400):
            role = Role.ASSISTANT if number % 2 else Role.USER
            message = new_message(LONG, role, SECTION.format(number=number) * 3).with_(parent_id=parent)
            store.messages.add(message)
            parent = message.id
        store.execute("UPDATE conversations SET leaf_id = ? WHERE id = ?", (parent, LONG))
    store.close()


def write_export(path: Path, mark: int) -> Path:
    """Write chats as this program exports them to other programs: one JSON object a line."""
    words = " ".join(["some words to be brought"] * 60)
    lines = (
        json.dumps(
            {
                "messages": [
                    {"role": "user", "content": f"{mark} {number} {words}"},
                    {"role": "assistant", "content": words},
                ]
            }
        )
        for number in range(3_000)
    )
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


class Beside:
    """Kinds of work, each of which goes on until it is told not to."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self._window = window
        self._folder = folder
        # Of other content each: nothing of one that was brought is added again.
        self._exports = cycle([write_export(folder / f"{number}.jsonl", number) for number in range(EXPORTS)])
        self._imports = window._controllers.imports()

    @contextmanager
    def indexing(self) -> Iterator[None]:
        index = window_index(self._folder)
        index.rename(index.with_suffix(".old"))  # who finds none makes one anew
        self._window._controllers.conversations.rename(LONG, f"Long {time.time()}")  # which it follows
        yield

    @contextmanager
    def backing_up(self) -> Iterator[None]:
        backups = self._window._controllers.backups()
        again = QTimer(interval=50)
        again.timeout.connect(lambda: None if backups.is_busy else backups.back_up_now())
        again.start()
        yield
        again.stop()

    @contextmanager
    def importing(self) -> Iterator[None]:
        again = QTimer(interval=50)
        again.timeout.connect(self._import)
        again.start()
        yield
        again.stop()
        self._imports.cancel()

    def _import(self) -> None:
        if not self._imports.is_importing:
            self._imports.begin([(next(self._exports), ())])

    @contextmanager
    def nothing(self) -> Iterator[None]:
        yield


def window_index(folder: Path) -> Path:
    return index_path(folder / "easychat.db")


class Ages(QObject):
    """How old words are when they are painted: each carries the time at which it was sent."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.ages: list[float] = []
        self._waiting: list[float] = []
        window.conversation_view.viewport().installEventFilter(self)
        window.conversation_view.model.text_appended.connect(self._on_text)  # type: ignore[union-attr]

    def _on_text(self, _row: int, text: str) -> None:
        self._waiting.extend(float(each) for each in bench_stalls.STAMP.findall(text))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and self._waiting:
            QTimer.singleShot(0, self._note)
        return False

    def _note(self) -> None:
        now = time.monotonic()
        self.ages.extend((now - sent) * 1000 for sent in self._waiting)
        self._waiting.clear()


def pause(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Works:
    """What somebody does in the window, as the gaps that there were meanwhile."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._watch = bench_list.Watch()
        self.ages = Ages(window)

    def scroll(self) -> list[bench_list.Gap]:
        conversations = self._window._controllers.conversations
        conversations.open(LONG)
        bench_list.wait_until(lambda: conversations.current.id == LONG)
        pause(300)
        bar = self._window.conversation_view.verticalScrollBar()
        gaps: list[bench_list.Gap] = []
        for _ in range(150):
            gaps += self._watch.during(lambda: bar.setValue(bar.value() - 60), lambda: True, 4)
        return gaps

    def sift(self) -> list[bench_list.Gap]:
        model = self._window._controllers.conversations.list
        gaps: list[bench_list.Gap] = []
        for text in ("b", "ba", "ba ", "ba 1", ""):
            gaps += self._watch.during(
                partial(self._window.sidebar.search.setText, text), lambda: not model.is_arranging, 20
            )
        return gaps

    def find(self) -> list[bench_list.Gap]:
        gaps: list[bench_list.Gap] = self._watch.during(self._window.palette_part.open, lambda: True, 400)
        palette = self._window.findChild(Palette, "palette")
        assert palette is not None
        for end in range(1, 8):
            gaps += self._watch.during(partial(palette.field.setText, "softmax"[:end]), lambda: True, 200)
        palette.reject()
        pause(100)
        return gaps

    def stream(self) -> list[bench_list.Gap]:
        window = self._window
        window.sidebar.new_requested.emit()
        window.header.picker.chosen.emit("command-line", f"rate-{RATE}")
        pause(300)
        self.ages.ages.clear()
        stop = window.findChild(QWidget, "stopButton")
        assert stop is not None
        begun = time.monotonic()

        def has_ended() -> bool:
            return stop.isHidden() and time.monotonic() - begun > STREAM_S / 2

        gaps: list[bench_list.Gap] = self._watch.during(lambda: window.composer.submitted.emit(Draft("go")), has_ended)
        return gaps


ALONE: dict[str, float] = {}
"""The p99 of each thing while nothing is beside it."""


def show(what: str, beside: str, gaps: list[bench_list.Gap], ages: list[float]) -> None:
    whole, own = [gap for gap, _ in gaps], [work for _, work in gaps]
    p99 = bench_list.percentile(whole, 0.99)
    times = p99 / ALONE.setdefault(what, p99)
    line = f"{what:<22} beside {beside:<10} gap p99 {p99:6.1f}  max {max(whole):6.1f} ms  x alone {times:4.1f}"
    line += f"   own work p99 {bench_list.percentile(own, 0.99):6.1f}  max {max(own):6.1f} ms"
    if ages:
        p50, p99 = (bench_list.percentile(ages, share) for share in (0.5, 0.99))
        line += f"   word painted p50 {p50:5.1f}  p99 {p99:5.1f} ms"
    print(line, flush=True)


def measure(window: MainWindow, folder: Path) -> None:
    works, beside = Works(window), Beside(window, folder)
    kinds: dict[str, Callable[[], list[bench_list.Gap]]] = {
        "scrolling a chat": works.scroll,
        "searching the list": works.sift,
        "typing in the palette": works.find,
        "an answer": works.stream,
    }
    for work, name in (
        (beside.nothing, "nothing"), (beside.indexing, "indexing"), (beside.backing_up, "a backup"),
        (beside.importing, "an import"),
    ):  # fmt: skip
        with work():
            pause(1_000)
            for what, kind in kinds.items():
                works.ages.ages.clear()
                show(what, name, kind(), works.ages.ages)


def main() -> None:
    conversations, messages = (int(each) for each in sys.argv[1:3]) if len(sys.argv) > 2 else (10_000, 100_000)
    ours, theirs = multiprocessing.Pipe()
    serving = multiprocessing.get_context("spawn")
    server = serving.Process(target=bench_stalls.serve, args=(theirs, STREAM_S), daemon=True)
    server.start()
    application = QApplication([])
    application.setStyle("Fusion")
    discovery.find_local_servers = list  # type: ignore[assignment]
    LocalModelServer.start = lambda _server: None  # type: ignore[assignment,method-assign]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, conversations, messages)
        window = create_window(folder, server=f"http://127.0.0.1:{ours.recv()}", model="rate-0")
        window.show()
        pause(3_000)
        indexer = window._controllers.search().indexer
        bench_list.wait_until(lambda: indexer.searchable == 1)
        measure(window, folder)
        window.close()
    server.terminate()


if __name__ == "__main__":
    main()
