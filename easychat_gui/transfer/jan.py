"""Jan's threads: folders with ``thread.json`` and ``messages.jsonl`` in its data folder, ``jan/threads/<id>/``.

Source of the format: janhq/jan, ``core/src/types`` and ``src-tauri/src/core/threads`` (0.4 to 0.7). A message is one
line; its ``content`` has parts: ``{"type": "text", "text": {"value": …}}``, "reasoning", "image_url", "tool_call".
There are no branches. A project is ``metadata.project``. On telephones the same JSON lies in the tables ``threads`` and
``messages`` of ``jan.db``. Models' settings, in which keys may lie, are in other files, which are not looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from easychat_gui.domain.errors import TransferError
from easychat_gui.domain.messages import FinishReason, Role
from easychat_gui.domain.transfer import FoundConversation, FoundFile, FoundMessage, NotRead, Omission, Source
from easychat_gui.storage.foreign import ForeignDatabase
from easychat_gui.transfer.arranging import chained, conversation_of
from easychat_gui.transfer.bundles import Bundle
from easychat_gui.transfer.contents import (
    data_url_file,
    file_of,
    joined,
    key_of,
    role_of,
    text_file,
    tool_note,
    usage_of,
    without_thinking,
)
from easychat_gui.transfer.entries import Entry
from easychat_gui.transfer.json_stream import Damaged, lines
from easychat_gui.transfer.reader import Reader, Told, listed, mapping, seconds, text_of
from easychat_gui.transfer.recognition import databases_with

_ABOUT = "thread.json"
_MESSAGES = "messages.jsonl"
_TABLES = {"threads": {"id", "data"}, "messages": {"id", "thread_id", "data"}}


def recognises(bundle: Bundle) -> bool:
    """Is a thread in it that Jan has written?"""
    about = bundle.called(_ABOUT)[:200]
    messages = bundle.called(_MESSAGES)[:200]
    return (
        any(_is_thread(mapping(entry.first_item)) for entry in about)
        or any(_is_message(mapping(entry.first_item)) for entry in messages)
        or (bundle.is_single and any(_is_message(mapping(entry.first_item)) for entry in bundle.of_json()))
        or any(databases_with(bundle, _TABLES))
    )


def read(bundle: Bundle, told: Told) -> Iterator[FoundConversation]:
    """Yield the threads in the order of their folders. Raises `TransferError`."""
    everything = bundle.nearby if bundle.called(_ABOUT) or bundle.called(_MESSAGES) else bundle
    chosen = [*bundle.called(_ABOUT), *bundle.called(_MESSAGES)] or list(bundle.of_json() if bundle.is_single else ())
    for folder in dict.fromkeys(entry.folders for entry in chosen):
        found = _of_folder(everything, folder, chosen[0] if everything is bundle and bundle.is_single else None, told)
        if found is not None:
            yield found
    for entry in databases_with(bundle, _TABLES):
        yield from _of_database(entry, told)


READER = Reader(Source.JAN, recognises, read)


def _is_thread(held: dict[str, Any]) -> bool:
    return held.get("object") == "thread" or (isinstance(held.get("assistants"), list) and "id" in held)


def _is_message(held: dict[str, Any]) -> bool:
    return held.get("object") == "thread.message" or ("thread_id" in held and "role" in held and "content" in held)


def _of_folder(bundle: Bundle, folder: tuple[str, ...], only: Entry | None, told: Told) -> FoundConversation | None:
    base = "".join(f"{name}/" for name in folder)
    about_entry, messages_entry = bundle.get(base + _ABOUT), only or bundle.get(base + _MESSAGES)
    about = mapping(about_entry.first_item) if about_entry is not None else {}
    where = text_of(about.get("title")) or (folder[-1] if folder else "")
    if about_entry is not None and not _is_thread(about):
        if about or messages_entry is None or not _is_message(mapping(messages_entry.first_item)):
            if about_entry.size and not about:
                told(Omission(NotRead.DAMAGED, about_entry.name))
            return None
        told(Omission(NotRead.DAMAGED, about_entry.name))
    values: list[Any] = []
    if messages_entry is not None:
        for value in lines(messages_entry):
            if isinstance(value, Damaged):
                told(Omission(NotRead.DAMAGED, where or messages_entry.name, value.reason))
            else:
                values.append(value)
    return _conversation(about, folder[-1] if folder else "", values, bundle, told)


def _of_database(entry: Entry, told: Told) -> Iterator[FoundConversation]:
    with entry.on_disk() as path, ForeignDatabase(path) as database:
        try:
            values: dict[str, list[Any]] = {}
            for row in database.rows("messages", "thread_id", "data", "created_at", order="created_at"):
                values.setdefault(key_of(row.get("thread_id")), []).append(_decoded(row.get("data"), told))
            for row in database.rows("threads", "id", "data"):
                id_ = key_of(row.get("id"))
                found = _conversation(mapping(_decoded(row.get("data"), told)), id_, values.get(id_, []), None, told)
                if found is not None:
                    yield found
        except TransferError as error:
            told(Omission(NotRead.DAMAGED, entry.base_name, str(error)))


def _decoded(data: Any, told: Told) -> Any:
    try:
        return json.loads(data) if isinstance(data, str | bytes) else None
    except (ValueError, RecursionError) as error:
        told(Omission(NotRead.DAMAGED, "jan.db", str(error)))
        return None


def _conversation(
    about: dict[str, Any], id_: str, values: list[Any], bundle: Bundle | None, told: Told
) -> FoundConversation | None:
    metadata = mapping(about.get("metadata"))
    title = text_of(about.get("title")) or text_of(metadata.get("title"))
    assistant = mapping(next(iter(listed(about.get("assistants"))), None))
    model = mapping(assistant.get("model"))
    model_id = text_of(model.get("id"))
    engine = text_of(model.get("provider")) or text_of(model.get("engine"))
    omitted: list[Omission] = []
    messages = [
        message
        for value in values
        if (message := _message(mapping(value), model_id, engine, bundle, title, omitted)) is not None
    ]
    first = mapping(next(iter(values), None))
    project = text_of(mapping(metadata.get("project")).get("name")).strip()
    return conversation_of(
        Source.JAN,
        key_of(about.get("id")) or key_of(first.get("thread_id")) or id_,
        title,
        chained(messages),
        told,
        created_at=seconds(about.get("created")) or seconds(about.get("created_at")),
        updated_at=seconds(about.get("updated")) or seconds(metadata.get("updated_at")),
        system_prompt=text_of(assistant.get("instructions")).strip(),
        model_id=model_id,
        is_pinned=metadata.get("is_favorite") is True or metadata.get("isFavorite") is True,
        is_archived=metadata.get("archived") is True,
        folder=(project,) if project else (),
        omissions=tuple(dict.fromkeys(omitted)),
    )


def _message(
    held: dict[str, Any], model_id: str, engine: str, bundle: Bundle | None, title: str, omitted: list[Omission]
) -> FoundMessage | None:
    role = role_of(held.get("role"))
    metadata = mapping(held.get("metadata"))
    if role is None:
        return None
    texts: list[str] = []
    thoughts: list[str] = []
    files: list[FoundFile] = []
    content = held.get("content")
    for part in content if isinstance(content, list) else [content]:
        _take(part, texts, thoughts, files, bundle, title, omitted)
    thoughts += _calls(metadata)
    for each in map(mapping, listed(metadata.get("inline_file_contents"))):
        files.append(text_file(_with_ending(text_of(each.get("name"))), text_of(each.get("content"))))
    for each in map(mapping, listed(held.get("attachments"))):
        if name := key_of(each.get("file_id")) or key_of(each.get("name")):
            omitted.append(Omission(NotRead.FILE_MISSING, title, name))
    text, thought = without_thinking(joined(texts)) if role is Role.ASSISTANT else (joined(texts), "")
    is_answer = role is Role.ASSISTANT
    is_stopped = is_answer and held.get("status") == "stopped"
    return FoundMessage(
        key_of(held.get("id")),
        role,
        text,
        created_at=seconds(held.get("created_at")) or seconds(held.get("created")),
        reasoning=joined([*thoughts, thought]),
        model_id=(text_of(metadata.get("modelId")) or text_of(mapping(metadata.get("model")).get("id")) or model_id)
        if is_answer
        else "",
        endpoint_name=engine if is_answer else "",
        usage=usage_of(metadata.get("usage"), ("inputTokens", "prompt_tokens"), ("outputTokens", "completion_tokens"))
        if is_answer
        else None,
        finish_reason=FinishReason.CANCELLED if is_stopped else None,
        files=tuple(files),
    )


def _calls(metadata: dict[str, Any]) -> list[str]:
    """Tell of the tools that were called, as the program noted them until 0.6."""
    notes = []
    for call in map(mapping, listed(metadata.get("tool_calls"))):
        function = mapping(mapping(call.get("tool")).get("function"))
        notes.append(tool_note(text_of(function.get("name")), function.get("arguments"), call.get("response")))
    return notes


def _take(
    part: Any,
    texts: list[str],
    thoughts: list[str],
    files: list[FoundFile],
    bundle: Bundle | None,
    title: str,
    omitted: list[Omission],
) -> None:
    held = mapping(part)
    kind = text_of(held.get("type"))
    value = text_of(held.get("text")) or text_of(mapping(held.get("text")).get("value"))
    if isinstance(part, str):
        texts.append(part)
    elif kind == "text":
        texts.append(value)
        for annotation in listed(mapping(held.get("text")).get("annotations")):  # names of documents, until 0.5
            _add_file(annotation, files, bundle, title, omitted)
    elif kind == "reasoning":
        thoughts.append(value)
    elif kind in ("image_url", "image"):
        _add_file(mapping(held.get("image_url")).get("url") or held.get("image_url"), files, bundle, title, omitted)
    elif kind == "tool_call":
        thoughts.append(tool_note(text_of(held.get("tool_name")), held.get("input"), held.get("output")))
    elif kind:
        omitted.append(Omission(NotRead.UNKNOWN_CONTENT, title, kind))


def _add_file(place: Any, files: list[FoundFile], bundle: Bundle | None, title: str, omitted: list[Omission]) -> None:
    """Add a picture of the text itself, or one that lies in Jan's folder."""
    url = text_of(place)
    name = url.replace("\\", "/").rpartition("/")[2]
    entry = (
        next(iter(bundle.called(name)), None) if bundle is not None and name and not url.startswith("data:") else None
    )
    if (found := data_url_file(url)) is not None:
        files.append(found)
    elif entry is not None:
        files.append(file_of(name, entry.read))
    elif url:
        omitted.append(Omission(NotRead.FILE_MISSING, title, name or url[:100]))


def _with_ending(name: str) -> str:
    return name if name.lower().endswith((".txt", ".md")) else f"{name or 'file'}.txt"
