"""Presets as a JSON file, to be passed on. A server's address and key are not in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from easychat_gui.domain.errors import EasyChatError
from easychat_gui.domain.ids import new_preset_id
from easychat_gui.domain.presets import Preset
from easychat_gui.settings.schema import SETTING_OF
from easychat_gui.support.atomic_files import write_atomically
from easychat_gui.workers.background import Background

FORMAT = "easychat-presets"
LARGEST_BYTES = 4 * 1024 * 1024
MOST_PRESETS = 1000
LONGEST_TEXT = 100_000


class PresetFileRefused(EasyChatError):
    """The reason is one of "no file", "unreadable", "too large", "empty", "not written"."""


class PresetFiles:
    """Reads and writes such files in the background."""

    def __init__(self, background: Background) -> None:
        self._background = background

    def read(self, path: Path, then: Callable[[list[Preset]], None], on_error: Callable[[str], None]) -> None:
        self._background.run(lambda: read_presets(path), then, lambda error: on_error(str(error)))

    def write(
        self, path: Path, presets: Sequence[Preset], then: Callable[[], None], on_error: Callable[[str], None]
    ) -> None:
        self._background.run(lambda: write_presets(path, presets), lambda _: then(), lambda error: on_error(str(error)))


def write_presets(path: Path, presets: Sequence[Preset]) -> None:
    """Write them all. Raises `PresetFileRefused`."""
    try:
        write_atomically(path, as_json(presets).encode("utf-8", "replace"))
    except OSError as error:
        raise PresetFileRefused("not written") from error


def read_presets(path: Path) -> list[Preset]:
    """Return the presets of a file, each with a new id. Raises `PresetFileRefused`."""
    try:
        if not path.is_file():
            raise PresetFileRefused("no file")
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise PresetFileRefused("unreadable") from error
    if len(data) > LARGEST_BYTES:
        raise PresetFileRefused("too large")
    presets = from_json(data)
    if not presets:
        raise PresetFileRefused("empty")
    return presets


def as_json(presets: Sequence[Preset]) -> str:
    """Return the text of a file."""
    entries = [
        {
            "name": each.name,
            "icon": each.icon,
            "system_prompt": each.system_prompt,
            "model": each.model_id,
            "params": dict(each.params),
        }
        for each in presets
    ]
    return json.dumps({"format": FORMAT, "version": 1, "presets": entries}, ensure_ascii=False, indent=2) + "\n"


def from_json(data: bytes) -> list[Preset]:
    """Return what can be used of a file: a preset without a name is left out, and so is a value that is not allowed."""
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return []
    entries = value.get("presets") if isinstance(value, dict) else value
    if not isinstance(entries, list):
        return []
    found = (_preset(entry) for entry in entries[:MOST_PRESETS] if isinstance(entry, dict))
    return [each for each in found if each is not None]


def _preset(entry: dict[str, Any]) -> Preset | None:
    name = " ".join(_text(entry.get("name")).split())[:80]
    if not name:
        return None
    return Preset(
        new_preset_id(),
        name,
        _text(entry.get("icon"))[:40],
        _text(entry.get("system_prompt")),
        None,
        _text(entry.get("model"))[:500],
        _params(entry.get("params")),
    )


def _params(values: Any) -> dict[str, Any]:
    allowed: dict[str, Any] = {}
    for name, value in values.items() if isinstance(values, dict) else ():
        setting = SETTING_OF.get(f"generation.{name}")
        if setting is None:
            continue
        try:
            read = setting.rule.read(value)
        except ValueError:
            continue
        allowed[name] = list(read) if isinstance(read, tuple) else read
    return allowed


def _text(value: Any) -> str:
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""
