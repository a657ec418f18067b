"""Lists of models tell in their own ways which of them see."""

from __future__ import annotations

from typing import Any

import pytest

from easychat_gui.providers.model_lists import read_models


@pytest.mark.parametrize(
    ("answer", "sees"),
    [
        ({"data": [{"id": "m", "architecture": {"input_modalities": ["text", "image"]}}]}, True),
        ({"data": [{"id": "m", "architecture": {"input_modalities": ["text"]}}]}, False),
        ({"data": [{"id": "m"}], "models": [{"model": "m", "capabilities": ["completion", "multimodal"]}]}, True),
        ({"data": [{"id": "m"}], "models": [{"model": "m", "capabilities": ["completion"]}]}, False),
        ({"data": [{"id": "m", "capabilities": {"vision": True}}]}, True),
        ({"data": [{"id": "m", "capabilities": {"image_input": {"supported": False}}}]}, False),
        ({"data": [{"id": "m", "type": "vlm"}]}, True),
        ({"data": [{"id": "m", "supports_vision": True}]}, True),
        ({"data": [{"id": "m"}]}, None),
        ({"data": [{"id": "m", "architecture": "llama", "capabilities": [3], "type": 1}]}, False),
        ({"data": [{"id": "m", "architecture": 7, "capabilities": "all"}]}, None),
        (["m"], None),
    ],
)
def test_what_a_list_tells(answer: Any, sees: bool | None) -> None:
    models = read_models(answer)
    assert models is not None
    assert [(model.id, model.takes_pictures) for model in models] == [("m", sees)]
