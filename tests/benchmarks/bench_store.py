"""What the store costs. Prints figures and asserts nothing: ``python tests/benchmarks/bench_store.py``."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import MessageStatus, Role, new_message
from easychat_gui.storage import backups
from easychat_gui.storage.store import Store, open_store

CONVERSATIONS = 100_000
ID = ConversationId("bench")


def timed(call: Callable[[], object]) -> float:
    """Return how long a call takes, in milliseconds."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def show(what: str, values: list[float]) -> None:
    ordered = sorted(values)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"{what:<58} p50 {statistics.median(values):8.2f} ms   p99 {p99:8.2f} ms   max {ordered[-1]:8.2f} ms")


def inserts(store: Store) -> None:
    messages = [new_message(ID, Role.USER, "word " * 100) for _ in range(1000)]
    show(
        "insert of a message of 500 characters, committed",
        [timed(partial(store.messages.add, message)) for message in messages],
    )


def growing(store: Store) -> None:
    answer = new_message(ID, Role.ASSISTANT, status=MessageStatus.STREAMING)
    store.messages.add(answer)
    text, times = "", []
    for _ in range(1000):
        text += "word " * 100
        times.append(timed(partial(store.messages.save_partial, answer.id, text)))
    show("growing answer, first 100 saves (up to 50 kB)", times[:100])
    show("growing answer, last 100 saves (up to 500 kB)", times[-100:])
    print(f"{'':<58} last 100 : first 100 = {statistics.median(times[-100:]) / statistics.median(times[:100]):.1f}")


def fill(store: Store) -> None:
    now = time.time()
    with store.transaction():
        for number in range(CONVERSATIONS):
            id_ = ConversationId(f"{number:032x}")
            store.conversations.save(Conversation(id_, f"Conversation about topic {number}", now, now - number * 60))
            store.messages.add(new_message(id_, Role.USER, "word " * 40))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "easychat.db"
        print(f"{'creating the database':<58} {timed(lambda: Store.open(path).close()):12.1f} ms")
        store, _ = open_store(path)
        store.conversations.save(Conversation(ID, "Bench"))
        inserts(store)
        growing(store)
        print(f"{'filling with 100,000 conversations':<58} {timed(lambda: fill(store)):12.1f} ms")
        store.close()
        size = path.stat().st_size / 1e6
        opened = [timed(lambda: open_store(path)[0].close()) for _ in range(5)]
        show(f"open and close, {size:.0f} MB", opened)
        store, _ = open_store(path)
        show("list of 100,000 summaries", [timed(store.conversations.summaries) for _ in range(10)])
        show(
            "delete of a conversation",
            [timed(partial(store.conversations.delete, ConversationId(f"{number:032x}"))) for number in range(200)],
        )
        spent = timed(lambda: backups.back_up(store.path, Path(folder) / "backups", time.time()))
        print(f"{'backup, checked':<58} {spent:12.1f} ms")
        store.close()


if __name__ == "__main__":
    main()
