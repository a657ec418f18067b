"""Ctrl+C that ends a wait at once, in whatever the provider is blocked, on every system."""

from __future__ import annotations

import queue
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TypeVar

from easychat_gui.providers.cancellation import Cancellation

T = TypeVar("T")

_LOOK_UP_S = 0.1
"""How often the main thread looks for a signal. Only Windows needs it: there a waiting thread hears none."""


@contextmanager
def cancel_on_interrupt(cancellation: Cancellation) -> Iterator[None]:
    """Have the first Ctrl+C cancel; a second one ends the program as usual."""

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        cancellation.cancel()

    previous = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None = None


def from_thread(produce: Callable[[], Iterable[T]]) -> Iterator[T]:
    """Iterate ``produce()`` in a thread and yield its items here, where signals are heard. What it raises is raised."""
    items: queue.SimpleQueue[T | _End] = queue.SimpleQueue()

    def run() -> None:
        try:
            for item in produce():
                items.put(item)
        except BaseException as error:
            items.put(_End(error))
        else:
            items.put(_End())

    threading.Thread(target=run, name="answer", daemon=True).start()
    while True:
        try:
            item = items.get(timeout=_LOOK_UP_S)
        except queue.Empty:
            continue
        if not isinstance(item, _End):
            yield item
        elif item.error:
            raise item.error
        else:
            return
