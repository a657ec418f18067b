"""LibreChat's export of a conversation as JSON.

Source of the format: danny-avila/LibreChat, `useExportConversation.ts` (2023 to 2026) and the files by which its own
import is tested. One object: ``conversationId``, ``title``, ``endpoint``, ``options`` (model, ``promptPrefix``), and
the messages: ``messages`` is flat, with ``parentMessageId`` (zeros: none); ``messagesTree`` (older: ``messages`` with
``recursive``) has them inside each other as ``children``, as deep as the chat is long. A message has ``text`` or parts
(``content``). Files are named in it and not part of the export. Messages in the middle of ``exportAt`` have no date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from easychat_gui.domain.errors import TransferError
from easychat_gui.domain.messages import FinishReason, Role, Usage
from easychat_gui.domain.transfer import FoundConversation, FoundFile, FoundMessage, NotRead, Omission, Source
from easychat_gui.transfer import deep_json
from easychat_gui.transfer.arranging import conversation_of
from easychat_gui.transfer.bundles import Bundle
from easychat_gui.transfer.contents import count_of, data_url_file, finish_of, joined, key_of, tool_note
from easychat_gui.transfer.entries import Entry
from easychat_gui.transfer.json_stream import Damaged, items
from easychat_gui.transfer.reader import Reader, Told, damaged_item, listed, mapping, seconds, text_of
from easychat_gui.transfer.recognition import has_keys

_OLD_THINKING = re.compile(r"\s*:::thinking\n(.*?)\n:::\s*", re.DOTALL)
_HIDDEN_ENDPOINTS = ("", "null")


def recognises(bundle: Bundle) -> bool:
    """Is a conversation with LibreChat's names in it?"""
    return any(map(_is_of_librechat, bundle.of_json(most=200)))


def read(bundle: Bundle, told: Told) -> Iterator[FoundConversation]:
    """Yield the conversations in the order of the files. Raises `TransferError`."""
    for entry in bundle.of_json():
        if not _is_of_librechat(entry):
            continue
        for item in items(entry):
            value = _deeper(entry) if isinstance(item, Damaged) else item
            if not _is_conversation(value):
                told(damaged_item(entry, item) if isinstance(item, Damaged) else _strange(entry))
            elif (found := _conversation(value, told)) is not None:
                yield found


READER = Reader(Source.LIBRECHAT, recognises, read)


def _is_of_librechat(entry: Entry) -> bool:
    first = entry.first_item
    if first is not None:
        return _is_conversation(first)
    return has_keys(entry.head, "conversationId") and has_keys(entry.head, "messagesTree", "exportAt")


def _is_conversation(value: Any) -> bool:
    held = mapping(value)
    messages = held.get("messagesTree", held.get("messages"))
    if not isinstance(held.get("conversationId"), str) or not isinstance(messages, list | dict):
        return False
    first = mapping(next(iter(listed(messages)), messages))
    return not {"messageId", "children"}.isdisjoint(first) or (not first and "exportAt" in held)


def _deeper(entry: Entry) -> Any:
    """Return a file's value where it is nested too deeply for the common way, None where it is damaged."""
    try:
        return deep_json.loads(entry.text().strip("\ufeff"))
    except (ValueError, TransferError):
        return None


def _strange(entry: Entry) -> Omission:
    return Omission(NotRead.DAMAGED, entry.base_name, "no messages can be found in it")


def _conversation(held: dict[str, Any], told: Told) -> FoundConversation | None:
    options = mapping(held.get("options"))
    title = text_of(held.get("title")) or text_of(options.get("title"))
    omitted: list[Omission] = []
    endpoint = _endpoint(held.get("endpoint")) or _endpoint(options.get("endpoint"))
    messages = [
        message
        for values, parent in _flat(held.get("messagesTree", held.get("messages")))
        if (message := _message(values, parent, endpoint, title, omitted)) is not None
    ]
    prompt = next((text_of(options.get(name)) for name in ("system", "promptPrefix", "instructions")
                   if text_of(options.get(name)).strip()), "")  # fmt: skip
    return conversation_of(
        Source.LIBRECHAT,
        key_of(held.get("conversationId")),
        title,
        messages,
        told,
        system_prompt=prompt.strip(),
        model_id=text_of(options.get("model")) or text_of(held.get("model")),
        created_at=seconds(held.get("createdAt")),
        updated_at=seconds(held.get("updatedAt")),
        is_archived=held.get("isArchived") is True,
        is_pinned=held.get("pinned") is True,
        tags=tuple(tag for tag in listed(held.get("tags")) + listed(options.get("tags")) if isinstance(tag, str)),
        omissions=tuple(dict.fromkeys(omitted)),
    )


def _flat(tree: Any) -> Iterator[tuple[dict[str, Any], str | None]]:
    """Yield each message with the key of what it follows; messages inside others follow those."""
    waiting: list[tuple[Any, str | None]] = [(each, None) for each in reversed(listed(tree) or [tree])]
    while waiting:
        value, above = waiting.pop()
        held = mapping(value)
        key = key_of(held.get("messageId"))
        parent = above or key_of(held.get("parentMessageId")) or None
        if key:
            yield held, parent
        waiting += [(each, key or above) for each in reversed(listed(held.get("children")))]


def _message(
    held: dict[str, Any], parent: str | None, endpoint: str, title: str, omitted: list[Omission]
) -> FoundMessage | None:
    is_question = held.get("isCreatedByUser") is True or text_of(held.get("sender")).lower() == "user"
    text, thinking, files = _content(held, title, omitted)
    tokens = count_of(held.get("tokenCount"))
    ending = finish_of(held.get("finish_reason"))
    return FoundMessage(
        key=key_of(held.get("messageId")),
        role=Role.USER if is_question else Role.ASSISTANT,
        text=text,
        parent_key=parent,
        created_at=seconds(held.get("createdAt")),
        reasoning=thinking,
        model_id="" if is_question else text_of(held.get("model")),
        endpoint_name="" if is_question else _endpoint(held.get("endpoint")) or endpoint,
        usage=None if is_question or not tokens else Usage(None, tokens),
        finish_reason=None if is_question else FinishReason.CANCELLED if held.get("unfinished") is True else ending,
        files=tuple(files),
    )


def _content(held: dict[str, Any], title: str, omitted: list[Omission]) -> tuple[str, str, list[FoundFile]]:
    texts: list[str] = []
    thoughts: list[str] = []
    files: list[FoundFile] = []
    for part in map(mapping, listed(held.get("content"))):
        kind = text_of(part.get("type"))
        if kind == "think":
            thoughts.append(_value_of(part.get("think")))
        elif kind == "tool_call":
            thoughts.append(_called(mapping(part.get("tool_call"))))
        elif kind in ("image_file", "image_url"):
            _add_file(mapping(part.get(kind)), files, title, omitted)
        elif kind in ("text", "error"):
            texts.append(_value_of(part.get("text")) or _value_of(part.get("error")))
        elif kind not in ("agent_update", "steer", ""):
            omitted.append(Omission(NotRead.UNKNOWN_CONTENT, title, kind))
    if not any(each.strip() for each in texts):
        texts = [text_of(held.get("text")) or text_of(held.get("content"))]
    for each in map(mapping, listed(held.get("files")) + listed(held.get("attachments"))):
        _add_file(each, files, title, omitted)
    text = joined(texts)
    if match := _OLD_THINKING.match(text):
        thoughts.insert(0, match.group(1))
        text = text[match.end() :]
    return text, joined(thoughts), files


def _value_of(value: Any) -> str:
    """Return a text that may lie in an object of its own."""
    return text_of(value) or text_of(mapping(value).get("value")) or text_of(mapping(value).get("message"))


def _called(call: dict[str, Any]) -> str:
    function = mapping(call.get("function"))
    name = text_of(call.get("name")) or text_of(function.get("name")) or text_of(call.get("type"))
    given = call.get("args") or function.get("arguments") or call.get("code_interpreter")
    return tool_note(name, given, call.get("output") or function.get("output"))


def _add_file(held: dict[str, Any], files: list[FoundFile], title: str, omitted: list[Omission]) -> None:
    """Add what stands in the export itself; the rest lies on the server."""
    if found := data_url_file(held.get("url") or held.get("filepath"), text_of(held.get("filename"))):
        files.append(found)
    elif name := text_of(held.get("filename")) or text_of(held.get("filepath")) or text_of(held.get("file_id")):
        omitted.append(Omission(NotRead.FILE_MISSING, title, name))


def _endpoint(value: Any) -> str:
    return "" if text_of(value) in _HIDDEN_ENDPOINTS else text_of(value)
