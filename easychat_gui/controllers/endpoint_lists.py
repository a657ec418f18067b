"""Lists of servers and of pools: one put in or changed, all put in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from easychat_gui.domain.endpoints import Endpoint, Pool
from easychat_gui.domain.ids import EndpointId

T = TypeVar("T")
Entry = TypeVar("Entry", Endpoint, Pool)


def with_one(entries: Sequence[Entry], entry: Entry) -> tuple[Entry, ...]:
    """Return the list with this one in the place of the one with its id, or at the end."""
    changed = list(entries)
    place = next((place for place, each in enumerate(entries) if each.id == entry.id), len(changed))
    changed[place : place + 1] = [entry]
    return tuple(changed)


def arranged(entries: Sequence[Entry], ids: Sequence[EndpointId]) -> tuple[Entry, ...]:
    """Return the list in the order of these ids; what is not among them stays behind, in its own order."""
    places = {each: place for place, each in enumerate(ids)}
    return tuple(sorted(entries, key=lambda each: places.get(each.id, len(places))))


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what a piece of work gave, and how long it took in seconds."""
    start = time.monotonic()
    return work(), time.monotonic() - start
