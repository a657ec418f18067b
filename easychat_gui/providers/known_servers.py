"""The servers that people know: their addresses, what they speak, and where their keys come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from easychat_gui.domain.endpoints import EndpointKind


class Place(StrEnum):
    """Where such a server usually runs. SERVICE: at its makers', for a key. OWN: on a computer of one's own."""

    SERVICE = "service"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class KnownServer:
    """One that can be chosen instead of typing its address.

    ``base_url`` is empty where everybody has an address of their own; ``example`` shows then what it looks like.
    ``keys_url`` is the page of its makers where a key is to be had; empty where none is needed or they have none.
    """

    name: str
    base_url: str
    kind: EndpointKind = EndpointKind.OPENAI
    place: Place = Place.SERVICE
    example: str = ""
    keys_url: str = ""
    api_version: str = ""

    @property
    def needs_key(self) -> bool:
        return bool(self.keys_url)


KNOWN_SERVERS: Sequence[KnownServer] = (
    KnownServer("OpenAI", "https://api.openai.com/v1", keys_url="https://platform.openai.com/api-keys"),
    KnownServer("OpenRouter", "https://openrouter.ai/api/v1", keys_url="https://openrouter.ai/settings/keys"),
    KnownServer("Groq", "https://api.groq.com/openai/v1", keys_url="https://console.groq.com/keys"),
    KnownServer("Mistral", "https://api.mistral.ai/v1", keys_url="https://console.mistral.ai/api-keys"),
    KnownServer("DeepSeek", "https://api.deepseek.com/v1", keys_url="https://platform.deepseek.com/api_keys"),
    KnownServer("Together", "https://api.together.xyz/v1", keys_url="https://api.together.ai/settings/api-keys"),
    KnownServer(
        "Gemini",
        "https://generativelanguage.googleapis.com/v1beta/openai",
        keys_url="https://aistudio.google.com/apikey",
    ),
    KnownServer(
        "Anthropic",
        "https://api.anthropic.com/v1",
        EndpointKind.ANTHROPIC,
        keys_url="https://console.anthropic.com/settings/keys",
    ),
    KnownServer(
        "Anthropic (OpenAI-compatible)",
        "https://api.anthropic.com/v1",
        keys_url="https://console.anthropic.com/settings/keys",
    ),
    KnownServer(
        "Azure OpenAI",
        "",
        EndpointKind.AZURE,
        example="https://my-resource.openai.azure.com",
        keys_url="https://portal.azure.com",
        api_version="2024-10-21",
    ),
    KnownServer("Ollama", "http://127.0.0.1:11434/v1", place=Place.OWN),
    KnownServer("LM Studio", "http://127.0.0.1:1234/v1", place=Place.OWN),
    KnownServer("llama.cpp", "http://127.0.0.1:8080/v1", place=Place.OWN),
    KnownServer("vLLM", "http://127.0.0.1:8000/v1", place=Place.OWN),
    KnownServer("LiteLLM", "http://127.0.0.1:4000/v1", place=Place.OWN),
    KnownServer("Jan", "http://127.0.0.1:1337/v1", place=Place.OWN),
    KnownServer("EasyChat-style host", "", EndpointKind.EASYCHAT, Place.OWN, example="http://host:port"),
)


def known_by_address(base_url: str) -> KnownServer | None:
    """Return the service that an address belongs to, None if it is none of these."""
    host = _host(base_url)
    if not host:
        return None
    for known in KNOWN_SERVERS:
        if known.place is Place.SERVICE and (_host(known.base_url) == host or _is_below(host, known.example)):
            return known
    return None


def _is_below(host: str, example: str) -> bool:
    """Is a host in the domain of an example, whose first label stands for each one's own?"""
    domain = _host(example).partition(".")[2]
    return bool(domain) and host.endswith(f".{domain}")


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
