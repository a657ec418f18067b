"""Presets: a name for how a model is told to answer. And what of it holds for a conversation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from easychat_gui.domain.conversations import OWN_EMPTY_PROMPT, Conversation
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


@dataclass(frozen=True, slots=True)
class Guidance:
    """What a model is told besides the messages."""

    system_prompt: str
    params: GenerationParams


def base_for(preset: Preset | None, defaults: Guidance) -> Guidance:
    """Return what a conversation with this preset follows where it sets nothing itself."""
    if preset is None:
        return defaults
    return Guidance(preset.system_prompt or defaults.system_prompt, defaults.params.with_own(preset.params))


def guidance_for(conversation: Conversation, base: Guidance) -> Guidance:
    """Return what holds for a conversation: its own, else what it follows."""
    return Guidance(own_or(conversation.system_prompt, base.system_prompt), base.params.with_own(conversation.params))


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
