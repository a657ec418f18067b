"""Cherry Studio's backup: a zip with ``data.json``, or that file.

Source of the format: CherryHQ/cherry-studio, ``BackupService.ts``, ``BackupManager.ts`` and ``types`` (backup versions
1 to 5, of 0.1 to 1.8). ``indexedDB`` has the tables ``topics`` (messages by topic), since version 4 ``message_blocks``
(what messages are made of), and ``files``, whose content lies in ``Data/Files/<id><ending>``. Names of topics and
assistants are in ``localStorage``, as JSON in JSON: of ``persist:cherry-studio`` only the part ``assistants`` is
opened, since keys lie in the others. An assistant becomes a folder, its prompt the system prompt.

Answers of several models to one question (``askId``) are branches; what follows hangs on the one that was chosen.
Backup version 6 is a copy of the browser's own files ("IndexedDB", LevelDB), which nothing but a browser reads; what is
exported for a phone (``backupToLanTransfer``) still is this form. In version 7 there is a database
(`cherry_studio_database`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from easychat_gui.domain.errors import TransferError
from easychat_gui.domain.messages import Role
from easychat_gui.domain.transfer import FoundConversation, FoundMessage, NotRead, Omission, Source
from easychat_gui.transfer.arranging import conversation_of
from easychat_gui.transfer.bundles import Bundle
from easychat_gui.transfer.cherry_studio_blocks import Blocks
from easychat_gui.transfer.cherry_studio_database import databases, of_database
from easychat_gui.transfer.contents import joined, key_of, role_of
from easychat_gui.transfer.entries import Entry
from easychat_gui.transfer.json_stream import load
from easychat_gui.transfer.reader import Reader, Told, listed, mapping, seconds, text_of
from easychat_gui.transfer.recognition import has_keys

_STORE = "persist:cherry-studio"
_DIRECT = ("IndexedDB", "Local Storage")
_ONLY_A_COPY = (
    "it is a copy of Cherry Studio's own database, which only Cherry Studio reads. "
    "What it exports to a phone can be read."
)


def recognises(bundle: Bundle) -> bool:
    """Is a backup in it, of the old form or the new?"""
    return any(map(_is_backup, bundle.of_json(most=200))) or any(databases(bundle)) or _is_direct(bundle)


def read(bundle: Bundle, told: Told) -> Iterator[FoundConversation]:
    """Yield the topics, assistant by assistant. Raises `TransferError`."""
    backups = [entry for entry in bundle.of_json() if _is_backup(entry)]
    stored = list(databases(bundle))
    if not backups and not stored:
        raise TransferError(_ONLY_A_COPY, bundle.path)
    for entry in backups:
        yield from _of_backup(load(entry), entry, bundle, told)
    for entry in stored:
        yield from of_database(entry, bundle, told)


READER = Reader(Source.CHERRY_STUDIO, recognises, read)


def _is_backup(entry: Entry) -> bool:
    first = entry.first_item
    if first is None:
        return has_keys(entry.head, "localStorage") and has_keys(entry.head, _STORE, "indexedDB")
    held = mapping(first)
    return isinstance(held.get("indexedDB"), dict | list) and _STORE in mapping(held.get("localStorage"))


def _is_direct(bundle: Bundle) -> bool:
    about = [mapping(entry.first_item) for entry in bundle.called("metadata.json")]
    folders = {name for entry in bundle for name in entry.folders[:2]}
    return any(str(each.get("appName", "")).startswith("Cherry") for each in about) and folders.issuperset(_DIRECT)


def _of_backup(backup: Any, entry: Entry, bundle: Bundle, told: Told) -> Iterator[FoundConversation]:
    tables = mapping(backup).get("indexedDB")
    if isinstance(tables, list):  # version 1: by key
        topics = [
            mapping(each).get("value") for each in tables if key_of(mapping(each).get("key")).startswith("topic:")
        ]
        tables = {"topics": topics}
    tables = mapping(tables)
    blocks = Blocks(listed(tables.get("message_blocks")), bundle)
    by_id = {
        key_of(mapping(each).get("id")): listed(mapping(each).get("messages")) for each in listed(tables.get("topics"))
    }
    for assistant, topic in _topics(mapping(backup), entry, told):
        id_ = key_of(topic.get("id"))
        values = by_id.pop(id_, None) or listed(topic.get("messages"))
        if values and (found := _conversation(id_, values, topic, assistant, blocks, told)) is not None:
            yield found
    for id_, values in by_id.items():  # what no assistant knows of any more
        if values and (found := _conversation(id_, values, {}, {}, blocks, told)) is not None:
            yield found


def _topics(backup: dict[str, Any], entry: Entry, told: Told) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield assistants with their topics. Nothing else of what the program keeps is opened."""
    stored = mapping(backup.get("localStorage")).get(_STORE)
    try:
        kept = mapping(_opened(mapping(_opened(stored)).get("assistants")))
    except (ValueError, RecursionError) as error:
        told(Omission(NotRead.DAMAGED, entry.base_name, str(error)))
        return
    for assistant in map(mapping, [*listed(kept.get("assistants")), kept.get("defaultAssistant")]):
        for topic in listed(assistant.get("topics")):
            yield assistant, mapping(topic)


def _opened(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _conversation(
    id_: str, values: list[Any], topic: dict[str, Any], assistant: dict[str, Any], blocks: Blocks, told: Told
) -> FoundConversation | None:
    title = text_of(topic.get("name"))
    name = text_of(assistant.get("name")).strip()
    blocks.begin(title)
    messages, leaf = _branched([mapping(value) for value in values], blocks)
    model = mapping(assistant.get("model")) or mapping(assistant.get("defaultModel"))
    return conversation_of(
        Source.CHERRY_STUDIO,
        id_,
        title,
        messages,
        told,
        created_at=seconds(topic.get("createdAt")),
        updated_at=seconds(topic.get("updatedAt")),
        leaf_key=leaf,
        system_prompt=joined([text_of(assistant.get("prompt")), text_of(topic.get("prompt"))]).strip(),
        model_id=text_of(model.get("id")),
        is_pinned=topic.get("pinned") is True,
        folder=(name,) if name else (),
        omissions=tuple(dict.fromkeys(blocks.omitted)),
    )


def _branched(values: list[dict[str, Any]], blocks: Blocks) -> tuple[list[FoundMessage], str | None]:
    """Return the messages as a tree, and the end of the branch that was shown."""
    messages: list[FoundMessage] = []
    question: str | None = None
    tip: str | None = None
    rank = -1
    for held in values:
        role = role_of(held.get("role"))
        if role is None or held.get("type") == "clear":
            continue
        key = key_of(held.get("id")) or f"#{len(messages)}"
        is_sibling = role is Role.ASSISTANT and question is not None and held.get("askId") == question
        messages.append(blocks.message(held, key, role, question if is_sibling else tip))
        if not is_sibling:
            tip, rank = key, -1
            question = key if role is Role.USER else None
        elif _rank(held) > rank:
            tip, rank = key, _rank(held)
    return messages, tip


def _rank(held: Mapping[str, Any]) -> int:
    """Return how far an answer among several counts as the chosen one."""
    return 2 * (held.get("foldSelected") is True) + (held.get("useful") is True)
