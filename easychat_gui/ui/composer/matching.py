"""Finding a prompt by some letters of its name."""

from __future__ import annotations

from collections.abc import Sequence

from easychat_gui.domain.prompts import Prompt, folded


def matching(prompts: Sequence[Prompt], query: str) -> list[Prompt]:
    """Return the prompts whose names hold the letters of the query in order, the best first."""
    wanted = folded(" ".join(query.split()))
    ranked = [(rank, each) for each in prompts if (rank := _rank(folded(each.name), wanted)) is not None]
    return [each for _, each in sorted(ranked, key=lambda pair: (pair[0], folded(pair[1].name)))]


def _rank(name: str, wanted: str) -> int | None:
    """Return 0 for a name that begins so, more for looser likeness, None for none."""
    if name.startswith(wanted):
        return 0
    if any(word.startswith(wanted) for word in name.split()):
        return 1
    if wanted in name:
        return 2
    place, gaps = -1, 0
    for letter in wanted:
        found = name.find(letter, place + 1)
        if found < 0:
            return None
        gaps += found - place - 1
        place = found
    return 3 + gaps
