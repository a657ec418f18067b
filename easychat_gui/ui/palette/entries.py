"""What a row of the palette is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from easychat_gui.domain.search import Excerpt


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A heading, a note, or something that Enter does.

    ``key`` tells it from others, also when it is made anew. ``aside`` stands at the far end of the row, ``ending``
    behind the detail, however little of that there is room for. Without ``run`` it cannot be chosen; then it is a
    heading, or with ``is_note`` a sentence. ``run_beside`` leads to the same in a new window, where there is such a
    way.
    """

    key: str
    title: Excerpt
    detail: Excerpt = field(default_factory=Excerpt)
    aside: str = ""
    ending: str = ""
    run: Callable[[], object] | None = None
    is_note: bool = False
    run_beside: Callable[[], object] | None = None

    @property
    def spoken(self) -> str:
        """Return it as a screen reader says it."""
        return ", ".join(part for part in (self.title.text, self.detail.text, self.ending, self.aside) if part)


def heading(words: str, aside: str = "") -> Entry:
    return Entry(f"heading {words}", Excerpt(words), aside=aside)


def note(words: str) -> Entry:
    return Entry(f"note {words}", Excerpt(words), is_note=True)
