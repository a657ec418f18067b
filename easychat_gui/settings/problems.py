"""What was wrong with the settings file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from easychat_gui.support.quick_dataclass import dataclass

LONGEST_VALUE = 80
"""Characters of a value that are told."""


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """A value that could not be used, or, with an empty ``key``, the whole file.

    ``allowed`` says what would be right, ``used`` is what holds instead, in the spelling of the file. ``kept`` is
    where a broken file lies now.
    """

    key: str
    value: Any = None
    allowed: str = ""
    used: Any = None
    kept: Path | None = None

    def __str__(self) -> str:
        if self.key:
            return f"{self.key} = {_shortened(self.value)} in the settings is not possible; allowed is {self.allowed}."
        place = f" It is kept as {self.kept}." if self.kept else ""
        return f"The settings file cannot be read: {self.allowed}.{place}"


def _shortened(value: Any) -> str:
    """Return a value as it is spelt, cut where nobody would read on: a damaged file may hold a megabyte of it."""
    spelt = repr(value)
    return spelt if len(spelt) <= LONGEST_VALUE else f"{spelt[:LONGEST_VALUE]}…"
