"""How a piece of code is shown: folded or whole, with its lines wrapped or not."""

from __future__ import annotations

FOLDED_ABOVE = 40
"""Lines; longer code is folded to its first `FOLDED_LINES`."""
FOLDED_LINES = 20


class CodeLook:
    """One for all the parts that a piece of code is cut into.

    ``is_closed``: its end has come. ``longest`` is its longest line in characters, ``widest`` its widest in pixels as
    far as it was laid out without wrapping, ``scrolled`` how many pixels of it are to the left of the card.
    """

    __slots__ = ("is_closed", "is_unfolded", "is_wrapped", "lines", "longest", "scrolled", "widest")

    def __init__(self, *, is_unfolded: bool) -> None:
        self.is_unfolded = is_unfolded
        self.is_wrapped = True
        self.is_closed = False
        self.lines = 0
        self.longest = 0
        self.widest = 0
        self.scrolled = 0

    @property
    def can_fold(self) -> bool:
        return self.is_closed and self.lines > FOLDED_ABOVE

    @property
    def is_folded(self) -> bool:
        return self.can_fold and not self.is_unfolded

    def scroll(self, pixels: int, room: int) -> bool:
        """Move lines that are not wrapped to the left by so many pixels. Return whether they moved."""
        before = self.scrolled
        self.scrolled = max(0, min(self.scrolled + pixels, self.widest - room)) if not self.is_wrapped else 0
        return self.scrolled != before

    @property
    def state(self) -> tuple[object, ...]:
        """Return what the card's header and footer depend on."""
        return self.lines, self.is_folded, self.is_wrapped, self.scrolled, self.can_fold, self.widest
