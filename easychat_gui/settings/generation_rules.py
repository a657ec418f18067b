"""What the parameters of a completion may be. They are the wire's and so declared in the domain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from easychat_gui.domain.generation import PARAMETER_RANGES
from easychat_gui.settings.rules import Flag, JsonObject, Number, Optional, Rule, Text, Texts, written

MAX_TOKENS_LIMIT = 10_000_000
SEED_LIMIT = 2**53
"""Larger numbers do not survive servers that read JSON numbers as floating point."""

GENERATION_RULES: Mapping[str, Rule] = {
    **{name: Optional(Number(each.minimum, each.maximum)) for name, each in PARAMETER_RANGES.items()},
    "max_tokens": Optional(Number(1, MAX_TOKENS_LIMIT, is_whole=True)),
    "seed": Optional(Number(-SEED_LIMIT, SEED_LIMIT, is_whole=True)),
    "stop": Texts(16),
    "stream": Flag(),
    "response_format": Optional(JsonObject()),
    "logprobs": Optional(Flag()),
    "reasoning_effort": Optional(Text(50, is_needed=True)),
    "extra": JsonObject(),
}
"""By the name of the field in `GenerationParams`."""


class OwnParameters:
    """Those that somebody has set, by name."""

    allowed = "a table of parameters"

    def read(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping) or not value.keys() <= GENERATION_RULES.keys():
            raise ValueError(value)
        read = {name: GENERATION_RULES[name].read(each) for name, each in value.items()}
        return {name: list(each) if isinstance(each, tuple) else each for name, each in read.items()}


class OwnParametersByModel:
    """The same for single models, by their ids."""

    allowed = "tables of parameters, by model"

    def read(self, value: Any) -> dict[str, dict[str, Any]]:
        if not isinstance(value, Mapping) or not all(isinstance(model, str) for model in value):
            raise ValueError(value)
        return {model: OwnParameters().read(each) for model, each in value.items()}


def written_parameters(own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table of `OwnParameters` in the form that the file has for it."""
    return {name: written(value) for name, value in own.items()}
