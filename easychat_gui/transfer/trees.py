"""The order in which a tree is read that some program has written, whatever is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple


class Visit(NamedTuple):
    """``parent`` was visited before, and is None at a beginning. ``children`` is how many will follow this one."""

    key: str
    parent: str | None
    children: int


def walk(parents: Mapping[str, str | None], order: Mapping[str, Sequence[str]] | None = None) -> Iterator[Visit]:
    """Visit every node once, each branch to its end before the next.

    Who has no parent, one that is not there, or itself, is a beginning. A ring of parents is opened at the node of it
    that is named first. ``order`` says in which order the children of a node are told; else it is that of ``parents``.
    """
    below: dict[str | None, list[str]] = {}
    for key, parent in parents.items():
        below.setdefault(parent if parent in parents and parent != key else None, []).append(key)
    for above, told in (order or {}).items():
        if len(below.get(above, ())) > 1:
            rank = {key: place for place, key in enumerate(told)}
            below[above].sort(key=lambda key, rank=rank: rank.get(key, len(rank)))  # type: ignore[misc]
    seen: set[str] = set()
    for start in [*below.get(None, ()), *parents]:  # the second: what only a ring leads to
        waiting: list[tuple[str, str | None]] = [(start, None)] if start not in seen else []
        while waiting:
            key, parent = waiting.pop()
            seen.add(key)
            following = [each for each in below.get(key, ()) if each not in seen]
            yield Visit(key, parent, len(following))
            waiting += [(each, key) for each in reversed(following)]
