"""What the names of models tell about seeing."""

from __future__ import annotations

import pytest

from easychat_gui.domain.vision import sees_pictures


@pytest.mark.parametrize(
    "name",
    ["gpt-4o-mini", "openai/gpt-4.1", "gpt-5", "o3", "claude-3-haiku", "anthropic/claude-sonnet-4", "gemini-2.5-flash",
     "gemma-3-4b-it", "llava:7b", "Qwen2.5-VL-7B-Instruct", "qwen3-vl", "pixtral-12b", "llama3.2-vision:11b",
     "meta-llama/Llama-4-Scout", "minicpm-v", "SmolVLM-256M", "GLM-4.5V", "moondream"],
)  # fmt: skip
def test_these_see(name: str) -> None:
    assert sees_pictures(name) is True


@pytest.mark.parametrize(
    "name", ["gpt-3.5-turbo", "gpt-4", "o1-mini", "o3-mini", "smollm2-135m", "deepseek-chat", "deepseek-r1:7b",
             "text-embedding-3-small", "gemma-3-1b-it", "tinyllama"],
)  # fmt: skip
def test_these_are_blind(name: str) -> None:
    assert sees_pictures(name) is False


@pytest.mark.parametrize("name", ["", "m", "default", "qwen3:4b", "mistral-7b", "llama-3.1-8b", "my-finetune", "phi-4"])
def test_of_these_nobody_knows(name: str) -> None:
    assert sees_pictures(name) is None
