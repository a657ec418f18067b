"""Presets: a name for how a model is told to answer. And what of it holds for a conversation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from easychat_gui.domain.conversations import OWN_EMPTY_PROMPT, Conversation
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.generation import GenerationParams, OwnParams
from easychat_gui.domain.ids import EndpointId, PresetId


@dataclass(frozen=True, slots=True)
class Preset:
    """``icon`` is one emoji or empty. ``model_id`` empty: whichever is chosen. ``params`` as in a conversation."""

    id: PresetId
    name: str
    icon: str = ""
    system_prompt: str = ""
    endpoint_id: EndpointId | None = None
    model_id: str = ""
    params: OwnParams = field(default_factory=dict)

    def with_(self, **changes: Any) -> Preset:
        """Return a copy with these fields changed."""
        return replace(self, **changes)


class Origin(StrEnum):
    """Where the value of a parameter comes from, each before the ones above it."""

    SETTINGS = "settings"
    SERVER = "server"
    MODEL = "model"
    PRESET = "preset"
    CONVERSATION = "conversation"


@dataclass(frozen=True, slots=True)
class Guidance:
    """What a model is told besides the messages. ``origins`` say of each parameter where it was set; what is not named
    there is from the settings. They tell only where from, so two that differ in nothing else are the same."""

    system_prompt: str
    params: GenerationParams
    origins: Mapping[str, Origin] = field(default_factory=dict, compare=False)

    def with_own(self, own: OwnParams, origin: Origin) -> Guidance:
        """Return it with the parameters that somebody sets in the place of those that stood there."""
        origins = {**self.origins, **dict.fromkeys(own, origin)}
        return replace(self, params=self.params.with_own(own), origins=origins)


def with_server(defaults: Guidance, endpoint: Endpoint | None, model_id: str) -> Guidance:
    """Return what holds for a model of a server where neither a preset nor a conversation says otherwise."""
    if endpoint is None:
        return defaults
    own = endpoint.model_params.get(model_id, {})
    return defaults.with_own(endpoint.params, Origin.SERVER).with_own(own, Origin.MODEL)


def base_for(preset: Preset | None, defaults: Guidance) -> Guidance:
    """Return what a conversation with this preset follows where it sets nothing itself.

    ``defaults`` are those of the settings, or of a model of a server (`with_server`).
    """
    if preset is None:
        return defaults
    base = replace(defaults, system_prompt=preset.system_prompt or defaults.system_prompt)
    return base.with_own(preset.params, Origin.PRESET)


def guidance_for(conversation: Conversation, base: Guidance) -> Guidance:
    """Return what holds for a conversation: its own, else what it follows."""
    told = replace(base, system_prompt=own_or(conversation.system_prompt, base.system_prompt))
    return told.with_own(conversation.params, Origin.CONVERSATION)


def own_or(own_prompt: str, followed: str) -> str:
    """Return the system prompt that holds. An own one that is blank holds too, and is nothing."""
    if not own_prompt:
        return followed
    return own_prompt if own_prompt.strip() else ""


def own_prompt_of(text: str, followed: str) -> str:
    """Return what a conversation stores when this text stands in its box."""
    if text == followed:
        return ""
    return text if text.strip() else OWN_EMPTY_PROMPT


def detached(conversation: Conversation, preset: Preset) -> Conversation:
    """Return a conversation that answers as before without its preset: what it followed becomes its own."""
    has_model = bool(conversation.endpoint_id) or not preset.model_id
    return conversation.with_(
        preset_id=None,
        system_prompt=conversation.system_prompt or preset.system_prompt,
        params={**preset.params, **conversation.params},
        endpoint_id=conversation.endpoint_id if has_model else preset.endpoint_id,
        model_id=conversation.model_id if has_model else preset.model_id,
    )


def free_name(name: str, taken: Iterable[str]) -> str:
    """Return the name, with a number behind it if it is taken."""
    names = {each.casefold() for each in taken}
    if name.casefold() not in names:
        return name
    return next(each for each in (f"{name} {n}" for n in range(2, len(names) + 3)) if each.casefold() not in names)
