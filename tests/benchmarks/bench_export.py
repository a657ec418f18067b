"""What exports and the mirror cost. Prints figures and asserts nothing: ``python tests/benchmarks/bench_export.py``."""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from pathlib import Path

from easychat_gui.controllers.export_writers import writer_of
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.exports import Scope, Wanted
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Message, Role, new_message
from easychat_gui.storage.mirror_state import MirrorState
from easychat_gui.storage.records import RecordReader
from easychat_gui.storage.store import Store
from easychat_gui.transfer.exporting import Progress, export
from easychat_gui.transfer.formats import Format, Job
from easychat_gui.transfer.mirror import Mirror
from easychat_gui.transfer.words import Words

SIZES = (1_000, 10_000)
CHATS = 2_000
TEXT = "Some **words** and `code`, a list:\n\n- one\n- two\n\n```python\nprint('x')\n```\n\n$a^2+b^2=c^2$\n"


def add_chat(store: Store, id_: str, count: int) -> None:
    chat = ConversationId(id_)
    messages: list[Message] = []
    for number in range(count):
        parent_id = messages[-1].id if messages else None
        role = Role.ASSISTANT if number % 2 else Role.USER
        messages.append(new_message(chat, role, f"{number}: {TEXT}", parent_id=parent_id))
    store.begin_exchange(Conversation(chat, f"Chat {id_}", 1.0, 1.0, leaf_id=messages[-1].id), messages)


def one_chat(reader: RecordReader, folder: Path, format_: Format, count: int) -> tuple[float, float]:
    """Return seconds, and megabytes of memory at most beyond what was there."""
    job = Job(Wanted(Scope.CONVERSATION, (ConversationId(f"of-{count}"),)), format_, Words(), may_replace=True)
    progress = Progress(lambda _share: None, lambda: False)
    start = time.perf_counter()
    export(job, reader, folder / "chat", writer_of(format_), progress)
    took = time.perf_counter() - start
    tracemalloc.start()
    export(job, reader, folder / "chat", writer_of(format_), progress)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return took, peak


def exports(reader: RecordReader, folder: Path) -> None:
    for format_ in (Format.MARKDOWN, Format.HTML):
        each = {count: one_chat(reader, folder, format_, count) for count in SIZES}
        for count, (took, peak) in each.items():
            figures = f"{took:6.2f} s  {took / count * 1e3:5.2f} ms each  {peak:5.1f} MB"
            print(f"{format_.value:<10} {count:>6} messages  {figures}")
        small, large = (each[count][0] / count for count in SIZES)
        print(f"{'':<10} a message of the large chat : one of the small = {large / small:.2f}")


def mirror(store: Store, reader: RecordReader, folder: Path) -> None:
    folder.mkdir()
    state = MirrorState.open(store.path.with_suffix(".mirror.db"), folder)
    one = Mirror(reader, state, folder, Words())
    start = time.perf_counter()
    one.update(None)
    first = time.perf_counter() - start
    start = time.perf_counter()
    one.update(None)
    again = time.perf_counter() - start
    store.conversations.rename(ConversationId("chat-7"), "Another title")
    start = time.perf_counter()
    one.update([ConversationId("chat-7")])
    changed = time.perf_counter() - start
    state.close()
    print(f"mirror of {CHATS} chats: {first / CHATS * 1e3:.2f} ms each; nothing changed {again * 1e3:.0f} ms in all;")
    print(f"one changed {changed * 1e3:.1f} ms; first time : nothing changed = {first / again:.0f}")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store.open(folder / "data" / "easychat.db")
        with RecordReader(store.path, store.path.parent / "attachments") as reader:
            for count in SIZES:
                add_chat(store, f"of-{count}", count)
            exports(reader, folder)
            for count in SIZES:
                store.conversations.delete(ConversationId(f"of-{count}"))
            with store.transaction():
                for number in range(CHATS):
                    add_chat(store, f"chat-{number}", 4)
            mirror(store, reader, folder / "mirror")
        store.close()


if __name__ == "__main__":
    main()
