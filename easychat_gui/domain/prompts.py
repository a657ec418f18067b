"""Saved prompts and their variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from easychat_gui.domain.ids import PromptId

LONGEST_NAME = 80

_VARIABLE = re.compile(r"\{\{[ \t]*([^{}=\n]*[^{}=\s])[ \t]*(?:=([^{}\n]*))?\}\}")


@dataclass(frozen=True, slots=True)
class Variable:
    """``{{name}}`` or ``{{name=default}}`` in a prompt."""

    name: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text that is used again. ``name`` is what is typed after the slash; ``updated_at`` is in seconds since 1970."""

    id: PromptId
    name: str
    text: str
    updated_at: float = 0.0

    def with_(self, **changes: Any) -> Prompt:
        """Return a copy with these fields changed."""
        return replace(self, **changes)

    @property
    def first_line(self) -> str:
        return next((line.strip() for line in self.text.splitlines() if line.strip()), "")

    def variables(self) -> list[Variable]:
        """Return each variable once, in the order of their first use; the first default that is given counts."""
        found: dict[str, str] = {}
        for name, default in _VARIABLE.findall(self.text):
            found[name] = found.get(name) or default.strip()
        return [Variable(name, default) for name, default in found.items()]

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the text with values in the places of the variables. One without a value stays as it is."""
        return _VARIABLE.sub(lambda place: values.get(place.group(1), place.group(0)), self.text)


def tidy_name(name: str) -> str:
    """Return a name on one line, of at most `LONGEST_NAME` characters."""
    return " ".join(name.split())[:LONGEST_NAME].rstrip()


def free_name(name: str, taken: set[str]) -> str:
    """Return the name, numbered if it is taken. ``taken``: names in the form of `folded`."""
    if folded(name) not in taken:
        return name
    number = 2
    while folded(numbered := f"{name[: LONGEST_NAME - 6]} {number}") in taken:
        number += 1
    return numbered


def folded(name: str) -> str:
    """Return the form in which two names count as the same."""
    return name.casefold()
