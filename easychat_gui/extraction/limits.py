"""How far the reading of one document may go."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, seconds and counts; beyond ``pages``, ``characters`` and ``seconds`` what was read so far is kept.

    ``entry_bytes`` bounds one unpacked part of an office document, ``unpacked_bytes`` all that are read. ``ratio`` is
    how much smaller than itself a large part may have been packed: real tables reach 50, a bomb a thousand.
    ``memory_bytes`` is what the child may have of address space, where the system can limit that.
    """

    file_bytes: int = 20 * MB
    pages: int = 2_000
    characters: int = 2_000_000
    seconds: float = 30.0
    memory_bytes: int = 1024 * MB
    entries: int = 10_000
    entry_bytes: int = 100 * MB
    unpacked_bytes: int = 200 * MB
    ratio: int = 250
