"""VividNode (pyqt-openai): its database ``conv.db``, and chats exported as JSON.

Source of the format: yjg30737/pyqt-openai, ``sqlite.py`` and ``models.py`` of 0.1 to 1.9. Until mid 2024 a chat is a
row of ``conv_tb`` and its messages a table of its own, ``conv_unit_tb<id>`` (``is_user``, ``conv``); since then they
are rows of ``thread_tb`` and ``message_tb``. The JSON is a list of such rows with their messages. Dates are UTC without
saying so. There are no branches; pictures that were made are no part of a chat. Keys lie in other files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from easychat_gui.domain.errors import TransferError
from easychat_gui.domain.messages import Role
from easychat_gui.domain.transfer import FoundConversation, FoundMessage, NotRead, Omission, Source
from easychat_gui.storage.foreign import ForeignDatabase
from easychat_gui.transfer.arranging import chained, conversation_of
from easychat_gui.transfer.bundles import Bundle
from easychat_gui.transfer.contents import finish_of, key_of, role_of, usage_of, without_thinking
from easychat_gui.transfer.entries import Entry
from easychat_gui.transfer.json_stream import Damaged, items
from easychat_gui.transfer.reader import Reader, Told, damaged_item, listed, mapping, seconds, text_of
from easychat_gui.transfer.recognition import databases_with, has_keys

_TABLES = {"thread_tb": {"id", "name"}, "message_tb": {"thread_id", "role", "content"}}
_OLD_TABLES = {"conv_tb": {"id", "name"}}
_OLD_MESSAGES = re.compile(r"conv_unit_tb(\d+)")
_COLUMNS = ("id", "thread_id", "role", "content", "finish_reason", "model", "model_name", "prompt_tokens",
            "completion_tokens", "insert_dt", "provider", "is_user", "conv")  # fmt: skip


def recognises(bundle: Bundle) -> bool:
    """Is its database in it, or a list of chats with its names of columns?"""
    return any(map(_is_export, bundle.of_json(most=200))) or any(_databases(bundle))


def read(bundle: Bundle, told: Told) -> Iterator[FoundConversation]:
    """Yield the chats in the order of the files. Raises `TransferError`."""
    for entry in bundle.of_json():
        if _is_export(entry):
            for item in items(entry):
                held = mapping(item)
                if isinstance(item, Damaged):
                    told(damaged_item(entry, item))
                elif (found := _conversation(held, listed(held.get("messages")), told)) is not None:
                    yield found
    for entry in _databases(bundle):
        yield from _of_database(entry, told)


READER = Reader(Source.VIVIDNODE, recognises, read)


def _databases(bundle: Bundle) -> dict[Entry, None]:
    return dict.fromkeys([*databases_with(bundle, _TABLES), *databases_with(bundle, _OLD_TABLES)])


def _is_export(entry: Entry) -> bool:
    first = mapping(entry.first_item)
    if entry.first_item is None:
        return has_keys(entry.head, "insert_dt") and has_keys(entry.head, "thread_id")
    return {"id", "name", "insert_dt", "messages"} <= first.keys() and isinstance(first["messages"], list)


def _of_database(entry: Entry, told: Told) -> Iterator[FoundConversation]:
    with entry.on_disk() as path, ForeignDatabase(path) as database:
        tables = database.tables()
        values: dict[str, list[Mapping[str, Any]]] = {}
        if "message_tb" in tables:
            for row in _rows(database, "message_tb", entry, told):
                values.setdefault(key_of(row.get("thread_id")), []).append(row)
        for thread in ("thread_tb", "conv_tb"):
            try:
                for row in database.rows(thread, "id", "name", "insert_dt", "update_dt") if thread in tables else ():
                    id_ = key_of(row.get("id"))
                    old = f"conv_unit_tb{id_}"
                    is_old = thread == "conv_tb" and _OLD_MESSAGES.fullmatch(old) and old in tables
                    found_rows = list(_rows(database, old, entry, told)) if is_old else values.get(id_, [])
                    if thread == "conv_tb" and not is_old and "thread_tb" in tables:
                        continue  # moved to the new tables
                    if (found := _conversation(row, found_rows, told)) is not None:
                        yield found
            except TransferError as error:
                told(Omission(NotRead.DAMAGED, entry.base_name, str(error)))


def _rows(database: ForeignDatabase, table: str, entry: Entry, told: Told) -> Iterator[Mapping[str, Any]]:
    try:
        yield from database.rows(table, *_COLUMNS, order="id")
    except TransferError as error:
        told(Omission(NotRead.DAMAGED, entry.base_name, str(error)))


def _conversation(held: Mapping[str, Any], values: list[Any], told: Told) -> FoundConversation | None:
    title = text_of(held.get("name"))
    messages = [message for value in values if (message := _message(mapping(value))) is not None]
    created_at = seconds(held.get("insert_dt"))
    id_ = key_of(held.get("id"))
    first = messages[0].text[:100] if messages else ""
    return conversation_of(
        Source.VIVIDNODE,
        f"{id_}/{text_of(held.get('insert_dt'))}/{first}" if id_ else "",  # ids begin at 1 in every database
        title,
        chained(messages),
        told,
        created_at=created_at,
        updated_at=seconds(held.get("update_dt")),
        model_id=next((message.model_id for message in reversed(messages) if message.model_id), ""),
    )


def _message(held: dict[str, Any]) -> FoundMessage | None:
    role = role_of(held.get("role"))
    if role is None and held.get("is_user") in (0, 1):
        role = Role.USER if held["is_user"] == 1 else Role.ASSISTANT
    if role is None:
        return None
    text = text_of(held.get("content")) or text_of(held.get("conv"))
    is_answer = role is Role.ASSISTANT
    said, thought = without_thinking(text) if is_answer else (text, "")
    counts = ("prompt_tokens",), ("completion_tokens",)
    return FoundMessage(
        key_of(held.get("id")),
        role,
        said,
        created_at=seconds(held.get("insert_dt")),
        reasoning=thought,
        model_id=(text_of(held.get("model")) or text_of(held.get("model_name"))) if is_answer else "",
        endpoint_name=text_of(held.get("provider")) if is_answer else "",
        usage=usage_of(held, *counts) if is_answer else None,
        finish_reason=finish_of(held.get("finish_reason")) if is_answer else None,
    )
