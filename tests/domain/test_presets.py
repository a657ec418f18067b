"""What holds: a conversation's own, else its preset's, else that of the settings."""

from __future__ import annotations

import pytest

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.ids import ConversationId, EndpointId, PresetId
from easychat_gui.domain.presets import Guidance, Preset, base_for, detached, free_name, guidance_for, own_prompt_of

DEFAULTS = Guidance("From the settings.", GenerationParams(temperature=0.5, top_p=0.9))
PRESET = Preset(PresetId("p"), "Coder", "", "From the preset.", params={"temperature": 0.2, "stop": ["END"]})
CHAT = Conversation(ConversationId("c"))


def test_each_value_comes_from_the_nearest_that_sets_it() -> None:
    chat = CHAT.with_(preset_id=PRESET.id, params={"seed": 7})
    params = guidance_for(chat, base_for(PRESET, DEFAULTS)).params
    assert (params.temperature, params.stop, params.top_p, params.seed) == (0.2, ("END",), 0.9, 7)
    assert params.max_tokens is None


def test_what_is_set_to_not_sent_holds_over_a_preset() -> None:
    chat = CHAT.with_(params={"temperature": None, "stop": []})
    params = guidance_for(chat, base_for(PRESET, DEFAULTS)).params
    assert params.temperature is None
    assert params.stop == ()


@pytest.mark.parametrize(
    ("own", "preset", "sent"),
    [
        ("", PRESET, "From the preset."),
        ("", PRESET.with_(system_prompt=""), "From the settings."),
        ("", None, "From the settings."),
        ("Mine.", PRESET, "Mine."),
        (own_prompt_of("", "From the preset."), PRESET, ""),
        (own_prompt_of("From the preset.", "From the preset."), PRESET, "From the preset."),
    ],
)
def test_the_system_prompt(own: str, preset: Preset | None, sent: str) -> None:
    chat = CHAT.with_(system_prompt=own)
    assert guidance_for(chat, base_for(preset, DEFAULTS)).system_prompt == sent


def test_only_what_differs_is_its_own() -> None:
    base = base_for(PRESET, DEFAULTS).params
    assert base.own_beside(base) == {}
    changed = base.with_own({"stop": ["A"], "stream": False})
    assert changed.own_beside(base) == {"stop": ["A"], "stream": False}
    assert base.with_own(changed.own_beside(base)) == changed


def test_without_its_preset_a_chat_answers_as_before() -> None:
    preset = PRESET.with_(endpoint_id=EndpointId("e"), model_id="m")
    chat = CHAT.with_(preset_id=preset.id, params={"temperature": 1.5})
    alone = detached(chat, preset)
    assert guidance_for(alone, base_for(None, DEFAULTS)) == guidance_for(chat, base_for(preset, DEFAULTS))
    assert (alone.preset_id, alone.endpoint_id, alone.model_id) == (None, "e", "m")
    own_model = detached(chat.with_(endpoint_id=EndpointId("other"), model_id="x"), preset)
    assert (own_model.endpoint_id, own_model.model_id) == ("other", "x")


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert free_name("Coder", []) == "Coder"
    assert free_name("coder", ["Coder", "coder 2"]) == "coder 3"
