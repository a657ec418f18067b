"""Every kind of server gets the provider that speaks to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from easychat_gui.domain.endpoints import Endpoint, EndpointKind
from easychat_gui.domain.ids import EndpointId
from easychat_gui.domain.lessons import Lesson
from easychat_gui.providers.base import AbstractProvider
from easychat_gui.providers.kinds import provider_for
from easychat_gui.providers.lessons import Lessons
from easychat_gui.settings.schema import Settings
from easychat_gui.settings.store import SettingsStore

NAMES = {
    EndpointKind.OPENAI: "OpenAIChat",
    EndpointKind.EASYCHAT: "OpenAIChat",
    EndpointKind.RESPONSES: "OpenAIResponses",
    EndpointKind.ANTHROPIC: "AnthropicMessages",
    EndpointKind.OLLAMA: "OllamaChat",
    EndpointKind.AZURE: "AzureOpenAI",
}


@pytest.mark.parametrize("kind", EndpointKind)
def test_each_kind_has_a_provider(kind: EndpointKind) -> None:
    lessons = Lessons([Lesson("m", "seed")])
    provider = provider_for(Endpoint(EndpointId("e"), "e", "http://host", kind), "key", lessons=lessons)
    assert type(provider).__name__ == NAMES[kind]
    assert isinstance(provider, AbstractProvider)
    assert provider.lessons is lessons


def test_every_kind_is_kept_by_the_settings_file(tmp_path: Path) -> None:
    endpoints = tuple(Endpoint(EndpointId(kind), kind, "http://host", kind) for kind in EndpointKind)
    SettingsStore(tmp_path / "settings.toml").change(Settings(endpoints=endpoints))
    again = SettingsStore(tmp_path / "settings.toml")
    assert again.load() == []
    assert again.current.endpoints == endpoints
