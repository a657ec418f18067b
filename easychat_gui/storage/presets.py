"""Presets in the database, in the person's order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import PresetId
from easychat_gui.domain.presets import Preset, detached
from easychat_gui.storage.conversations import Conversations
from easychat_gui.storage.database import Database, Row
from easychat_gui.storage.rows import json_of, own_params_from
from easychat_gui.storage.stored_text import mended

_ALL = "SELECT id, name, icon, system_prompt, endpoint_id, model_id, params FROM presets ORDER BY position, number"
_SAVE = """
    INSERT INTO presets (id, name, icon, system_prompt, endpoint_id, model_id, params, position)
    VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(position) + 1, 0) FROM presets))
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, icon = excluded.icon, system_prompt = excluded.system_prompt,
        endpoint_id = excluded.endpoint_id, model_id = excluded.model_id, params = excluded.params
"""


@dataclass(frozen=True, slots=True)
class DeletedPreset:
    """What it takes to undo: the preset, the order of all, and each of its chats as it was and as it became."""

    preset: Preset
    order: tuple[PresetId, ...]
    chats: tuple[tuple[Conversation, Conversation], ...]


class Presets:
    """All methods raise `StorageError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Preset]:
        return [_preset(row) for row in self._database.rows(_ALL)]

    def save(self, *presets: Preset) -> None:
        """Insert them behind the others, or replace those that are there where they stand."""
        with self._database.transaction():
            for preset in presets:
                self._database.execute(_SAVE, _row(preset))

    def arrange(self, ids: Iterable[PresetId]) -> None:
        """Put them into this order."""
        with self._database.transaction():
            for position, preset_id in enumerate(ids):
                self._database.execute("UPDATE presets SET position = ? WHERE id = ?", (position, preset_id))

    def delete(self, preset_id: PresetId) -> DeletedPreset | None:
        """Remove it. Its chats go on answering as they did: what they followed becomes their own."""
        with self._database.transaction():
            presets = self.all()
            preset = next((each for each in presets if each.id == preset_id), None)
            if preset is None:
                return None
            conversations = Conversations(self._database)
            chats = tuple((chat, detached(chat, preset)) for chat in conversations.of_preset(preset_id))
            for _, changed in chats:
                conversations.update(changed)
            self._database.execute("DELETE FROM presets WHERE id = ?", (preset_id,))
            return DeletedPreset(preset, tuple(each.id for each in presets), chats)

    def bring_back(self, deleted: DeletedPreset) -> None:
        """Undo `delete`. A chat in which something was set meanwhile keeps that, and follows nothing."""
        with self._database.transaction():
            self.save(deleted.preset)
            self.arrange(deleted.order)
            conversations = Conversations(self._database)
            for former, changed in deleted.chats:
                present = conversations.get(former.id)
                if present is not None and _guidance_of(present) == _guidance_of(changed):
                    conversations.update(with_guidance_of(present, former))


def with_guidance_of(conversation: Conversation, other: Conversation) -> Conversation:
    """Return a conversation that is told what another one is told."""
    return conversation.with_(
        preset_id=other.preset_id,
        system_prompt=other.system_prompt,
        params=other.params,
        endpoint_id=other.endpoint_id,
        model_id=other.model_id,
    )


def _guidance_of(conversation: Conversation) -> Sequence[object]:
    return (
        conversation.preset_id,
        conversation.system_prompt,
        dict(conversation.params),
        conversation.endpoint_id,
        conversation.model_id,
    )


def _row(preset: Preset) -> Row:
    return (
        preset.id,
        mended(preset.name),
        mended(preset.icon),
        mended(preset.system_prompt),
        preset.endpoint_id,
        mended(preset.model_id),
        json_of(dict(preset.params) or None),
    )


def _preset(row: Row) -> Preset:
    id_, name, icon, system_prompt, endpoint_id, model_id, params = row
    return Preset(id_, name, icon, system_prompt, endpoint_id, model_id, own_params_from(params))
