"""Open WebUI: the JSON of "Export chats" and of one chat, and its database, ``webui.db``.

Source of the format: open-webui/open-webui, ``models/chats.py``, ``models/chat_messages.py``, ``models/folders.py``
(0.1 to 0.9). The JSON is a list of chats; one has ``chat`` with ``history``: ``messages`` by id (``parentId``,
``role``, ``content``, ``models``) and ``currentId``, the end of the branch that is shown; very old ones have the list
``messages`` only. The database has the same as JSON in ``chat.chat``, and names of folders and tags besides, which the
export lacks; from 0.8 on messages are rows of ``chat_message``, too. Of the table ``config`` and of users nothing is
read: keys lie there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from easychat_gui.domain.errors import TransferError
from easychat_gui.domain.messages import Role
from easychat_gui.domain.transfer import FoundConversation, FoundMessage, NotRead, Omission, Source
from easychat_gui.storage.foreign import ForeignDatabase
from easychat_gui.transfer.arranging import chained, conversation_of
from easychat_gui.transfer.bundles import Bundle
from easychat_gui.transfer.contents import finish_of, key_of, role_of, usage_of
from easychat_gui.transfer.entries import Entry
from easychat_gui.transfer.json_stream import Damaged, items
from easychat_gui.transfer.open_webui_content import Uploads, content_of
from easychat_gui.transfer.reader import Reader, Told, damaged_item, listed, mapping, seconds, text_of
from easychat_gui.transfer.recognition import databases_with, has_keys

_TABLES = {"chat": {"id", "title", "chat", "created_at"}}
_PROMPT_TOKENS = ("prompt_tokens", "input_tokens", "prompt_eval_count")
_COMPLETION_TOKENS = ("completion_tokens", "output_tokens", "eval_count")
_COLUMNS = ("id", "user_id", "title", "chat", "created_at", "updated_at", "archived", "pinned", "meta", "folder_id",
            "current_message_id")  # fmt: skip
_DEEPEST_FOLDER = 32


def recognises(bundle: Bundle) -> bool:
    """Is an export of chats in it, or a database with such chats?"""
    return any(map(_is_export, bundle.of_json(most=200))) or any(databases_with(bundle, _TABLES))


def read(bundle: Bundle, told: Told) -> Iterator[FoundConversation]:
    """Yield the chats in the order of the files. Raises `TransferError`."""
    for entry in bundle.of_json():
        if _is_export(entry):
            yield from _of_export(entry, Uploads(bundle), told)
    for entry in databases_with(bundle, _TABLES):
        yield from _of_database(entry, bundle, told)


READER = Reader(Source.OPEN_WEBUI, recognises, read)


# The export


def _is_export(entry: Entry) -> bool:
    first = entry.first_item
    if first is None:
        return has_keys(entry.head, "childrenIds") and has_keys(entry.head, "history")
    return _chat_of(mapping(first)) is not None


def _chat_of(item: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the part of an element that holds messages, None where there is no such thing."""
    for held in (mapping(item.get("chat")), mapping(dict(item))):
        history = mapping(held.get("history"))
        if isinstance(history.get("messages"), dict):
            return held
    held = mapping(item.get("chat"))
    return held if isinstance(held.get("messages"), list) and "id" in item else None


def _of_export(entry: Entry, uploads: Uploads, told: Told) -> Iterator[FoundConversation]:
    for number, item in enumerate(items(entry), 1):
        held = None if isinstance(item, Damaged) else mapping(item)
        chat = _chat_of(held) if held is not None else None
        if isinstance(item, Damaged):
            told(damaged_item(entry, item))
        elif held is None or chat is None:
            told(Omission(NotRead.DAMAGED, text_of(mapping(item).get("title")) or f"{entry.base_name}, {number}"))
        elif (found := _conversation(held, chat, uploads, told)) is not None:
            yield found


# The database


def _of_database(entry: Entry, bundle: Bundle, told: Told) -> Iterator[FoundConversation]:
    with entry.on_disk() as path, ForeignDatabase(path) as database:
        tables = database.tables()
        names = _Names(database, tables)
        uploads = Uploads(bundle, database if "file" in tables else None)
        try:
            for row in database.rows("chat", *_COLUMNS):
                held = {**row, "chat": decoded_json(row.get("chat")), "meta": decoded_json(row.get("meta"))}
                if is_internal(held):
                    continue
                has_rows = "chat_message" in tables
                rows = _rows_of_messages(database, key_of(row.get("id")), told) if has_rows else {}
                if not isinstance(held["chat"], dict) and not rows:
                    told(Omission(NotRead.DAMAGED, text_of(row.get("title"))))
                    continue
                chat = _with_rows(_chat_of(held) or mapping(held["chat"]), rows)
                found = _conversation(held, chat, uploads, told, folder=names.folder(row), tag_names=names.tags)
                if found is not None:
                    yield found
        except TransferError as error:
            told(Omission(NotRead.DAMAGED, entry.base_name, str(error)))


def is_internal(held: Mapping[str, Any]) -> bool:
    """Is it a chat that the program keeps for itself?"""
    return mapping(held.get("meta")).get("internal") is True


def decoded_json(value: Any) -> Any:
    """Return what a column of JSON holds, None where that is none."""
    if not isinstance(value, str | bytes):
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _rows_of_messages(database: ForeignDatabase, chat: str, told: Told) -> dict[str, dict[str, Any]]:
    """Return what is in the table of messages of one chat, by key, with the names that the JSON has for it."""
    found: dict[str, dict[str, Any]] = {}
    columns = ("id", "role", "parent_id", "content", "output", "model_id", "files", "usage", "created_at")
    try:
        for row in database.rows("chat_message", *columns, order="created_at", where=("chat_id", chat)):
            key = key_of(row.get("id")).removeprefix(f"{chat}-")
            found[key] = {
                "id": key,
                "parentId": row.get("parent_id"),
                "role": row.get("role"),
                "content": decoded_json(row.get("content")),
                "output": decoded_json(row.get("output")),
                "model": row.get("model_id"),
                "files": decoded_json(row.get("files")),
                "usage": decoded_json(row.get("usage")),
                "timestamp": row.get("created_at"),
            }
    except TransferError as error:
        told(Omission(NotRead.DAMAGED, "chat_message", str(error)))
    return found


def _with_rows(chat: dict[str, Any], rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return a chat with the messages that stand in the table only."""
    if not rows:
        return chat
    history = mapping(chat.get("history"))
    return {**chat, "history": {**history, "messages": {**rows, **mapping(history.get("messages"))}}}


class _Names:
    """What folders, tags and people are called. What cannot be read of these has no name."""

    def __init__(self, database: ForeignDatabase, tables: Mapping[str, frozenset[str]]) -> None:
        self._folders: dict[str, Mapping[str, Any]] = {}
        self._people: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        with suppress(TransferError):
            if "folder" in tables:
                rows = database.rows("folder", "id", "parent_id", "name")
                self._folders = {key_of(row.get("id")): row for row in rows}
            if "tag" in tables:
                self.tags = {
                    key_of(row.get("id")): text_of(row.get("name")) for row in database.rows("tag", "id", "name")
                }
            owners = {key_of(row.get("user_id")) for row in database.rows("chat", "user_id")}
            if "user" in tables and len(owners) > 1:
                rows = database.rows("user", "id", "name")
                self._people = {key_of(row.get("id")): text_of(row.get("name")).strip() for row in rows}

    def folder(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the path of a chat's folders; where chats are of several people, in one of each."""
        names: list[str] = []
        at = key_of(row.get("folder_id"))
        while at in self._folders and len(names) < _DEEPEST_FOLDER:
            names.append(text_of(self._folders[at].get("name")).strip())
            at = key_of(self._folders[at].get("parent_id"))
        names.append(self._people.get(key_of(row.get("user_id")), ""))
        return tuple(name for name in reversed(names) if name)


# Both


def _conversation(
    held: Mapping[str, Any],
    chat: dict[str, Any],
    uploads: Uploads,
    told: Told,
    *,
    folder: tuple[str, ...] = (),
    tag_names: Mapping[str, str] | None = None,
) -> FoundConversation | None:
    title = text_of(held.get("title")) or text_of(chat.get("title"))
    omitted: list[Omission] = []
    history = mapping(chat.get("history"))
    models = [name for name in listed(chat.get("models")) if isinstance(name, str) and name]
    told_models = models[0] if len(models) == 1 else ""
    by_id = mapping(history.get("messages"))
    if by_id:
        messages = [_message(key, mapping(value), told_models, uploads, title, omitted) for key, value in by_id.items()]
    else:
        messages = chained(
            _message(key_of(mapping(value).get("id")), mapping(value), told_models, uploads, title, omitted)
            for value in listed(chat.get("messages"))
        )
    tags = listed(mapping(held.get("meta")).get("tags")) or listed(chat.get("tags"))
    return conversation_of(
        Source.OPEN_WEBUI,
        key_of(held.get("id")) or key_of(chat.get("id")),
        title,
        messages,
        told,
        created_at=seconds(held.get("created_at")) or seconds(chat.get("timestamp")),
        updated_at=seconds(held.get("updated_at")),
        leaf_key=key_of(history.get("currentId")) or key_of(held.get("current_message_id")) or None,
        system_prompt=(text_of(mapping(chat.get("params")).get("system")) or text_of(chat.get("system"))).strip(),
        model_id=models[0] if models else "",
        is_pinned=held.get("pinned") in (True, 1),
        is_archived=held.get("archived") in (True, 1),
        folder=folder,
        tags=tuple(dict.fromkeys(name for tag in tags if (name := _tag_name(tag, tag_names or {})))),
        omissions=tuple(dict.fromkeys(omitted)),
    )


def _tag_name(tag: Any, names: Mapping[str, str]) -> str:
    """Return the name of a tag; its id is the name in small letters with "_" for blanks."""
    key = text_of(tag) or text_of(mapping(tag).get("name"))
    return names.get(key) or key.replace("_", " ").strip()


def _message(
    key: str, held: dict[str, Any], model: str, uploads: Uploads, title: str, omitted: list[Omission]
) -> FoundMessage:
    role = role_of(held.get("role")) or Role.ASSISTANT
    content = content_of(held, uploads, title, omitted)
    is_answer = role is Role.ASSISTANT
    counted = mapping(held.get("usage")) or mapping(mapping(held.get("info")).get("usage")) or held.get("info")
    return FoundMessage(
        key=key,
        role=role,
        text=content.text,
        parent_key=key_of(held.get("parentId")) or None,
        created_at=seconds(held.get("timestamp")),
        reasoning=content.reasoning,
        reasoning_s=content.reasoning_s,
        model_id=(text_of(held.get("model")) or model) if is_answer else "",
        endpoint_name="Open WebUI" if is_answer else "",
        usage=usage_of(counted, _PROMPT_TOKENS, _COMPLETION_TOKENS) if is_answer else None,
        finish_reason=finish_of(mapping(held.get("info")).get("done_reason")) if is_answer else None,
        files=tuple(content.files),
    )
