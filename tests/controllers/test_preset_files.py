"""Presets as a file: what goes out comes in again, and a strange file is refused with its reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from easychat_gui.controllers.preset_files import PresetFileRefused, from_json, read_presets, write_presets
from easychat_gui.domain.ids import EndpointId, PresetId
from easychat_gui.domain.presets import Preset

PRESET = Preset(
    PresetId("1"), "Übersetzer 翻訳", "🌍", "Translate.\nOnly.", EndpointId("secret-endpoint"), "m", {"stop": ["END"]}
)


def test_what_goes_out_comes_in_again(tmp_path: Path) -> None:
    path = tmp_path / "presets.json"
    write_presets(path, [PRESET])
    (read,) = read_presets(path)
    assert read == PRESET.with_(id=read.id, endpoint_id=None)
    assert "secret-endpoint" not in path.read_text("utf-8")


def test_values_that_are_not_allowed_are_left_out() -> None:
    entries = [
        {"name": "A", "params": {"temperature": 99, "top_p": 0.5, "seed": "x", "rm": 1, "stop": "no list"}},
        {"name": "  "},
        {"no": "name"},
        "text",
        {"name": 7},
        {"name": "B", "system_prompt": {"$ref": 1}, "params": [1]},
    ]
    presets = from_json(json.dumps({"presets": entries}).encode())
    assert [(each.name, each.params) for each in presets] == [("A", {"top_p": 0.5}), ("B", {})]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"[" * 100_000, b"{}", b'{"presets": 3}', b"null", b"[[]]"])
def test_a_strange_file_is_refused_as_empty(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "strange.json"
    path.write_bytes(data)
    with pytest.raises(PresetFileRefused, match=r"^empty$"):
        read_presets(path)


def test_what_is_no_file_or_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PresetFileRefused):
        read_presets(tmp_path)
    with pytest.raises(PresetFileRefused):
        read_presets(tmp_path / "missing.json")
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (5 * 1024 * 1024))
    with pytest.raises(PresetFileRefused, match="too large"):
        read_presets(large)
