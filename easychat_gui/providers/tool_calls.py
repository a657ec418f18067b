"""Tool calls arrive in fragments; here they are joined."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from easychat_gui.domain.messages import ToolCall

MAX_TOOL_CALLS = 128
"""More than any model asks for at once; a server that counts on for ever must not fill the memory."""


class ToolCallFragment(NamedTuple):
    """A piece of a tool call. ``position`` is the wire's ``index``, None when the server did not say."""

    position: int | None
    id: str
    name: str
    arguments: str


@dataclass(slots=True)
class _OpenCall:
    position: int | None
    id: str
    name: str
    arguments: list[str] = field(default_factory=list)

    def is_continued_by(self, fragment: ToolCallFragment) -> bool:
        """Does the fragment belong to this call? Its index has been compared already.

        Servers exist that give every call the index 0; a new id, or another name after arguments, begins a new call.
        """
        if fragment.id and self.id and fragment.id != self.id:
            return False
        is_renamed = bool(fragment.name) and bool(self.name) and fragment.name != self.name
        return not (is_renamed and (self.arguments or fragment.arguments))

    def take(self, fragment: ToolCallFragment) -> None:
        self.id = self.id or fragment.id
        if fragment.name and fragment.name != self.name:
            self.name += fragment.name  # a name may come in pieces, too
        if fragment.arguments:
            self.arguments.append(fragment.arguments)


class ToolCallAssembler:
    """Joins fragments by index, and by id or order where the index is missing or says nothing."""

    def __init__(self) -> None:
        self._calls: list[_OpenCall] = []

    def add(self, fragment: ToolCallFragment) -> bool:
        """Take a fragment. Returns False when there are too many calls and it was dropped."""
        call = self._find(fragment)
        if call is None:
            if len(self._calls) >= MAX_TOOL_CALLS:
                return False
            call = _OpenCall(fragment.position, "", "")
            self._calls.append(call)
        call.take(fragment)
        return True

    def finish(self) -> list[ToolCall]:
        """Return the whole calls in the order in which they began, those without a name left out."""
        named = [call for call in self._calls if call.name]
        self._calls = []
        return [
            ToolCall(call.id or f"call_{number}", call.name, "".join(call.arguments) or "{}")
            for number, call in enumerate(named)
        ]

    def _find(self, fragment: ToolCallFragment) -> _OpenCall | None:
        for call in reversed(self._calls):
            if fragment.position is None:
                if fragment.id and fragment.id == call.id:
                    return call
            elif fragment.position == call.position:
                return call if call.is_continued_by(fragment) else None
        if fragment.position is not None or not self._calls or fragment.id:
            return None
        last = self._calls[-1]
        begins_anew = bool(fragment.name) and bool(last.arguments or last.name == fragment.name)
        return None if begins_anew else last
