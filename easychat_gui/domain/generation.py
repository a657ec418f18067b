"""What is asked of a model: parameters, and the request that carries them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields
from typing import Any

from easychat_gui.domain.messages import Message
from easychat_gui.support.quick_dataclass import dataclass
from easychat_gui.support.traffic import Purpose

UNSET: None = None
"""A parameter with this value is not sent; the server's own default then holds."""


OwnParams = Mapping[str, Any]
"""The parameters that a conversation or a preset sets itself, by name; it follows another in all the rest."""


@dataclass(frozen=True, slots=True)
class ParameterRange:
    """The values that a numeric parameter may take on the wire."""

    minimum: float
    maximum: float
    default: float


PARAMETER_RANGES: Mapping[str, ParameterRange] = {
    "temperature": ParameterRange(0.0, 2.0, 0.5),
    "top_p": ParameterRange(0.0, 1.0, 1.0),
    "presence_penalty": ParameterRange(-2.0, 2.0, 0.0),
    "frequency_penalty": ParameterRange(-2.0, 2.0, 0.0),
}


@dataclass(frozen=True, slots=True)
class GenerationParams:
    """Parameters of a completion in the wire's own spelling. ``None`` means: not sent.

    ``stream`` is the exception: it is always sent, since it decides how the answer is read.
    ``stop`` is empty when it is not sent. Source of the names and ranges: the OpenAI chat completions reference.
    ``extra`` is whatever else a server takes: JSON that is merged into the body as it stands, over all the others.
    """

    temperature: float | None = 0.5
    top_p: float | None = 1.0
    presence_penalty: float | None = 0.0
    frequency_penalty: float | None = 0.0
    max_tokens: int | None = UNSET
    seed: int | None = UNSET
    stop: tuple[str, ...] = ()
    stream: bool = True
    response_format: Mapping[str, Any] | None = UNSET
    logprobs: bool | None = UNSET
    reasoning_effort: str | None = UNSET
    extra: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return every field, the unset ones as ``None``: the form in which parameters are stored."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        values["stop"] = list(self.stop)
        values["extra"] = dict(self.extra)
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> GenerationParams:
        """Read the form that `as_dict` writes. Unknown names are dropped, missing ones get the default."""
        known = {each.name for each in fields(cls)}
        kept = {name: value for name, value in values.items() if name in known}
        if "stop" in kept:
            kept["stop"] = tuple(kept["stop"] or ())
        if "extra" in kept:
            kept["extra"] = dict(kept["extra"] or {})
        return cls(**kept)

    def with_own(self, own: OwnParams) -> GenerationParams:
        """Return these parameters with those that somebody has set in their place."""
        return self.from_dict({**self.as_dict(), **own})

    def own_beside(self, base: GenerationParams) -> OwnParams:
        """Return what differs from a base, in the form that is stored: lists, no tuples."""
        values, other = self.as_dict(), base.as_dict()
        return {name: value for name, value in values.items() if value != other[name]}


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """One question to a model, frozen at the moment of sending.

    ``messages`` are in the order of the conversation, the system message (if any) first; their text and their
    attachments go out. ``pictures`` are the bytes of those attached pictures that the model shall see, by their
    SHA-256; of any other only the name goes out. ``extra`` is merged into the JSON body last.
    ``is_recorded``: tell what goes over the wire, too. ``purpose`` is what the ledger says of it; None: an
    answer.
    """

    model: str
    messages: tuple[Message, ...]
    params: GenerationParams = field(default_factory=GenerationParams)
    extra: Mapping[str, Any] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    is_recorded: bool = False
    purpose: Purpose | None = None
