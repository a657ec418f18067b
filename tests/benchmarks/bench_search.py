"""What searching costs. Prints figures and asserts nothing.

``python tests/benchmarks/bench_search.py [CONVERSATIONS MESSAGES [DIR]]``: 100,000 and 2,000,000 unless told, in a
folder that is removed afterwards or in one that may have the library already. Words are typed letter by letter.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import make_library  # type: ignore[import-not-found]  # beside this file
from PySide6.QtCore import QCoreApplication

from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.domain.search import parse
from easychat_gui.storage.reading import Reader
from easychat_gui.storage.search import AT_FIRST, WordFinder
from easychat_gui.storage.search_index import SearchIndex, index_path
from easychat_gui.storage.store import Store

ALL_AT_ONCE = 100
"""So many the palette shows to who stops typing."""

FILTERED = (
    "from:me the",
    "model:qwen the",
    "before:2025-01-31 the",
    "after:2026-06 numpy",
    "has:code numpy",
    "is:pinned",
)


def timed(call: Callable[[], object]) -> float:
    """Return how long a call takes, in milliseconds."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def show(what: str, values: list[float], unit: str = "ms") -> None:
    p50, p99 = statistics.median(values), percentile(values, 0.99)
    print(f"{what:<62} p50 {p50:8.2f} {unit}   p99 {p99:8.2f} {unit}   max {max(values):8.2f} {unit}", flush=True)


def typed_words() -> list[str]:
    """Return words as people type them: the more frequent ones more often, some two at once."""
    chance = random.Random(7)
    words = make_library.vocabulary(random.Random(5))
    single = [words[int(len(words) ** chance.random())] for _ in range(150)]
    double = [" ".join(chance.choices(words[:5000], k=2)) for _ in range(25)]
    return single + double


def keys_of(words: list[str]) -> list[str]:
    return [word[:end] for word in words for end in range(1, len(word) + 1)]


def build(database: Path) -> None:
    index = SearchIndex(database)
    steps: list[float] = []
    while True:
        start = time.perf_counter()
        is_idle = index.step().is_idle
        steps.append((time.perf_counter() - start) * 1000)
        if is_idle:
            break
    index.close()
    print(f"{'index made without a pause':<62} {sum(steps) / 1000:8.1f} s")
    show("one step of it", steps)


def sizes(database: Path) -> None:
    reader = Reader(database)
    row = reader.row("SELECT count(*), sum(length(CAST(text AS BLOB))) FROM messages")
    assert row is not None
    size = index_path(database).stat().st_size
    print(f"{'text':<62} {row[1] / 1e6:8.0f} MB in {row[0]:,} messages")
    print(f"{'index':<62} {size / 1e6:8.0f} MB = {size / row[1]:.2f} x the text")
    reader.close()


def searching(database: Path) -> None:
    reader, finder = Reader(database), WordFinder()

    def found(typed: str, limit: int = AT_FIRST) -> float:
        return timed(partial(finder.find, reader, parse(typed), limit))

    def liked(word: str) -> float:
        return timed(partial(reader.rows, "SELECT id FROM messages WHERE text LIKE ? LIMIT 50", (f"%{word}%",)))

    keys = keys_of(typed_words())
    for what, limit in (("a key, what is in sight", AT_FIRST), ("a key, all that is shown", ALL_AT_ONCE)):
        show(f"{what} ({len(keys)} keys)", [found(key, limit) for key in keys])
    for typed in FILTERED:
        show(f"  {typed}", [found(typed) for _ in range(3)])
    rare = typed_words()[:20]
    likes, mine = [liked(word) for word in rare], [found(word) for word in rare]
    show("the words LIKE '%word%', for comparison", likes)
    show("the same words", mine)
    print(f"{'':<62} LIKE : index = {sum(likes) / sum(mine):.0f}")
    reader.close()


class _TakeBack(Exception):
    pass


def inserting(database: Path) -> None:
    """Insert with the triggers that tell the index, and without; the library is left as it was."""
    store = Store.open(database)
    chat = ConversationId(f"{1:032x}")

    def inserts(*statements: str) -> list[float]:
        taken: list[float] = []
        with suppress(_TakeBack), store.transaction():
            for statement in statements:
                store.execute(statement)
            for _ in range(300):
                taken.append(timed(lambda: store.messages.add(new_message(chat, Role.USER, "word " * 100))))
            raise _TakeBack
        return taken

    triggers = store.rows("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'search%'")
    show("insert of a message inside a transaction, with its note in the journal", inserts())
    show("the same without", inserts(*(f"DROP TRIGGER {name}" for (name,) in triggers)))
    store.close()


def stalls(folder: Path) -> None:
    """Type into the palette of the whole program, and measure how long its event loop was held up."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from easychat_gui.app import create_window
    from easychat_gui.ui.palette.palette import Palette

    application = QApplication([])
    window = create_window(folder)
    window.show()
    _wait(application, 8.0)  # until it has begun all that it begins
    window.palette_part.open()
    palette = window.findChild(Palette, "palette")
    assert palette is not None
    gaps: list[float] = []
    last = [time.perf_counter()]

    def tick() -> None:
        now = time.perf_counter()
        gaps.append((now - last[0]) * 1000)
        last[0] = now

    clock = QTimer(interval=1)
    clock.timeout.connect(tick)
    clock.start()
    for key in keys_of(typed_words()[:30]):
        palette.field.setText(key)
        _wait(application, 0.08)
    clock.stop()
    show("event loop held up while a word is typed", gaps)
    window.close()


def _wait(application: QCoreApplication, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        application.processEvents()
        time.sleep(0.0002)


def measure(folder: Path, conversations: int, messages: int) -> None:
    database = folder / "easychat.db"
    if not database.exists():
        start = time.perf_counter()
        make_library.make(folder, conversations, messages)
        print(f"{'library made':<62} {time.perf_counter() - start:8.1f} s")
    build(database)
    sizes(database)
    searching(database)
    stalls(folder)
    inserting(database)


def main() -> None:
    arguments = sys.argv[1:]
    conversations, messages = (int(each) for each in arguments[:2]) if arguments else (100_000, 2_000_000)
    if len(arguments) > 2:
        measure(Path(arguments[2]), conversations, messages)
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), conversations, messages)


if __name__ == "__main__":
    main()
