"""Ctrl+C that ends a wait at once, in whatever the provider is blocked, on every system."""

from __future__ import annotations

import queue
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TypeVar

from easychat_gui.providers.cancellation import Cancellation

T = TypeVar("T")

_LOOK_UP_S = 0.1
"""How often the main thread looks for a signal. Only Windows needs it: there a waiting thread hears none."""

_MOST_WAITING = 1000
_PAUSE_S = 0.005


@contextmanager
def cancel_on_interrupt(cancellation: Cancellation) -> Iterator[None]:
    """Have the first Ctrl+C cancel; a second one ends the program as usual.

    Raises KeyboardInterrupt at the first where nobody reads the output: the main thread may wait in a write for ever.
    """

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        cancellation.cancel()
        if _is_output_full():
            raise KeyboardInterrupt

    previous = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def _is_output_full() -> bool:
    try:
        return not select.select([], [sys.stdout], [], 0)[1]
    except (OSError, ValueError):  # Windows knows it of sockets only
        return False


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None = None


def from_thread(produce: Callable[[], Iterable[T]]) -> Iterator[T]:
    """Iterate ``produce()`` in a thread and yield its items here, where signals are heard. What it raises is raised.

    The thread is never far ahead: an answer without end must not wait in memory for a reader that sleeps.
    """
    items: queue.SimpleQueue[T | _End] = queue.SimpleQueue()
    is_left = threading.Event()

    def run() -> None:
        try:
            for item in produce():
                items.put(item)
                while items.qsize() > _MOST_WAITING and not is_left.is_set():
                    time.sleep(_PAUSE_S)
        except BaseException as error:
            items.put(_End(error))
        else:
            items.put(_End())

    threading.Thread(target=run, name="answer", daemon=True).start()
    try:
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
    finally:
        is_left.set()
