"""What a model has turned out not to take, in a form that can be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from easychat_gui.domain.messages import Adaptation


@dataclass(frozen=True, slots=True)
class Lesson:
    """Something that a model does not take.

    ``parameter`` is a field of the body, ``outer.inner`` one inside another. It is left out, or sent as ``renamed_to``,
    or cut to ``limit``. Only one value may be meant (``values``, empty: whichever), or only together with another
    parameter (``beside``).
    """

    model: str
    parameter: str
    renamed_to: str = ""
    limit: int | None = None
    values: tuple[Any, ...] = ()
    beside: str = ""

    def holds_for(self, body: Mapping[str, Any]) -> bool:
        """Is there something in this body that the lesson is about?"""
        value = value_in(body, self.parameter)
        if value is None or (self.beside and value_in(body, self.beside) is None):
            return False
        if self.limit is not None:
            return isinstance(value, int) and value > self.limit
        return not self.values or value in self.values

    def applied(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return a body to which it has been applied."""
        changed = dict(body)
        outer, _, inner = self.parameter.partition(".")
        if inner:
            changed[outer] = {name: value for name, value in body[outer].items() if name != inner}
            if changed[outer]:
                return changed
        value = changed.pop(outer)
        if self.limit is not None:
            changed[outer] = self.limit
        elif self.renamed_to:
            changed.setdefault(self.renamed_to, value)
        return changed

    @property
    def adaptation(self) -> Adaptation:
        """What it changes about a request, to be told."""
        value = "" if self.limit is None else str(self.limit)
        return Adaptation(self.parameter, self.renamed_to, value)


def value_in(body: Mapping[str, Any], parameter: str) -> Any:
    """Return the value of a field, ``outer.inner`` of one inside another; None where there is none."""
    outer, _, inner = parameter.partition(".")
    value = body.get(outer)
    if not inner:
        return value
    return value.get(inner) if isinstance(value, Mapping) else None
