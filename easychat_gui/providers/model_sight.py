"""Whether a model takes pictures, as lists of models tell it. Each maker has a way of his own; most say nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from easychat_gui.domain.endpoints import ModelInfo

_WORDS = frozenset({"image", "images", "vision", "multimodal", "image_input"})


def with_sight(models: Sequence[ModelInfo], answer: Any) -> list[ModelInfo]:
    """Add what an answer of ``/models`` tells about seeing to the models that were read from it.

    llama.cpp sends two lists, and tells it in the second.
    """
    told: dict[str, bool] = {}
    for entry in _entries(answer):
        sees = _sees(entry)
        for key in ("id", "model", "name"):
            if sees is not None and isinstance(entry.get(key), str):
                told.setdefault(entry[key], sees)
    return [replace(model, takes_pictures=told.get(model.id)) if model.id in told else model for model in models]


def _entries(answer: Any) -> Iterator[dict[str, Any]]:
    lists = [answer.get(key) for key in ("data", "models", "result")] if isinstance(answer, dict) else [answer]
    for each in lists:
        if isinstance(each, list):
            yield from (entry for entry in each if isinstance(entry, dict))


def _sees(entry: dict[str, Any]) -> bool | None:
    architecture = entry.get("architecture")
    holders = [entry, architecture if isinstance(architecture, dict) else {}]
    for holder in holders:  # OpenRouter and those who follow it
        modalities = holder.get("input_modalities")
        if isinstance(modalities, list) and modalities:
            return _names_sight(modalities)
    capabilities = entry.get("capabilities")
    if isinstance(capabilities, list) and capabilities:  # llama.cpp, Ollama
        return _names_sight(capabilities)
    if isinstance(capabilities, dict):  # Mistral, Anthropic
        for word in ("vision", "image_input"):
            value = capabilities.get(word)
            if isinstance(value, dict):
                value = value.get("supported")
            if isinstance(value, bool):
                return value
    if entry.get("type") == "vlm":  # LM Studio
        return True
    vision = entry.get("supports_vision")
    return vision if isinstance(vision, bool) else None


def _names_sight(words: list[Any]) -> bool:
    return any(isinstance(word, str) and word.lower() in _WORDS for word in words)
