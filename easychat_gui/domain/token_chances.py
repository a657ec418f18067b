"""How likely the model thought each piece of its answer to be: what the APIs call "logprobs"."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

MOST_OTHERS = 20
"""Of a token. No API tells more."""

FIGURE_CHARACTERS = 8


class Candidate(NamedTuple):
    """A piece of text (a token) and the natural logarithm of its probability."""

    text: str
    logprob: float

    @property
    def probability(self) -> float:
        """From 0 to 1."""
        return math.exp(min(self.logprob, 0.0))


@dataclass(frozen=True, slots=True)
class TokenChance:
    """One token of an answer. ``others`` are what else could have stood there, likeliest first, as far as told."""

    chosen: Candidate
    others: tuple[Candidate, ...] = ()

    @property
    def size(self) -> int:
        """About how many characters it takes to keep."""
        return sum(len(each.text) + FIGURE_CHARACTERS for each in (self.chosen, *self.others))


def as_json(chances: Sequence[TokenChance]) -> list[list[Any]]:
    """Return the form in which they are stored: ``[text, logprob, [[text, logprob], …]]``, the last only if needed."""
    return [[*each.chosen, *([[list(other) for other in each.others]] if each.others else [])] for each in chances]


def from_json(values: Any) -> tuple[TokenChance, ...]:
    """Read the form that `as_json` writes; what is not of that form is left out."""
    return tuple(_chance(each) for each in values if _is_candidate(each)) if isinstance(values, list) else ()


def mean_probability(chances: Sequence[TokenChance]) -> float | None:
    """Return the geometric mean: how likely a token of this answer was. None for none."""
    if not chances:
        return None
    return math.exp(sum(min(each.chosen.logprob, 0.0) for each in chances) / len(chances))


def read_content(values: Any) -> tuple[TokenChance, ...]:
    """Read a list in the form of OpenAI's ``logprobs.content``, which Ollama and others have, too."""
    if not isinstance(values, list):
        return ()
    found = []
    for each in values:
        if isinstance(each, Mapping) and (chosen := _named(each)) is not None:
            found.append(TokenChance(chosen, _others(each.get("top_logprobs"), chosen)))
    return tuple(found)


def _others(told: Any, chosen: Candidate) -> tuple[Candidate, ...]:
    """Read what else could have stood there. The one that was chosen is among them."""
    values = told[: MOST_OTHERS + 1] if isinstance(told, list) else []
    named = [_named(each) for each in values if isinstance(each, Mapping)]
    return tuple(each for each in named if each is not None and each.text != chosen.text)


def _named(value: Mapping[str, Any]) -> Candidate | None:
    match value:
        case {"token": str(text), "logprob": float() | int() as logprob} if _is_number(logprob):
            return Candidate(text, float(logprob))
    return None


def _chance(value: list[Any]) -> TokenChance:
    others = value[2] if len(value) > 2 and isinstance(value[2], list) else []
    kept = tuple(Candidate(other[0], float(other[1])) for other in others if _is_candidate(other))
    return TokenChance(Candidate(value[0], float(value[1])), kept)


def _is_candidate(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 1 and isinstance(value[0], str) and _is_number(value[1])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value
