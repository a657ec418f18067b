"""Earlier prompts, one after the other, in the box."""

from __future__ import annotations

from collections.abc import Iterable


class Recall:
    """Where the person is among the earlier prompts, newest first. Place −1 is the empty box."""

    def __init__(self) -> None:
        self._prompts: list[str] = []
        self._place = -1

    @property
    def is_on(self) -> bool:
        return self._place >= 0

    def begin(self, prompts: Iterable[str]) -> None:
        """Take these, and stand before the first."""
        self._prompts = list(dict.fromkeys(prompts))
        self._place = -1

    def extend(self, prompts: Iterable[str]) -> None:
        """Have more behind those there are."""
        self._prompts = list(dict.fromkeys([*self._prompts, *prompts]))

    def older(self) -> str | None:
        """Go one back; None at the end."""
        if self._place + 1 >= len(self._prompts):
            return None
        self._place += 1
        return self._prompts[self._place]

    def newer(self) -> str | None:
        """Come one forward, at last to the empty box; None when that is where one is."""
        if self._place < 0:
            return None
        self._place -= 1
        return self._prompts[self._place] if self._place >= 0 else ""

    def leave(self) -> None:
        self._place = -1
