"""How often Python's threads take turns, while one of them works that must not hold up the window.

The window's thread enters Python in thousands of short calls (a size asked for by Qt, a slot). Beside a thread that
computes, each such call waits for its turn, five milliseconds at the default: a frame of 0.2 s became one of 0.6 s.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_USUAL_S = sys.getswitchinterval()
_lock = threading.Lock()
_wanted: list[float] = []


@contextmanager
def taken_every(seconds: float) -> Iterator[None]:
    """Have threads take turns at least this often inside the block. For any thread, also inside one another."""
    begin(seconds)
    try:
        yield
    finally:
        end(seconds)


def begin(seconds: float) -> None:
    """As `taken_every`, until `end` with the same number."""
    with _lock:
        _wanted.append(seconds)
        sys.setswitchinterval(min(_wanted))


def end(seconds: float) -> None:
    with _lock:
        _wanted.remove(seconds)
        sys.setswitchinterval(min(_wanted, default=_USUAL_S))
