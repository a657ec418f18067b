"""Claude's export: a zip with `conversations.json`, `projects.json` and `users.json`, or the first of them alone.

Source of the format: exports of 2024 to 2026; it is not documented. A conversation has ``chat_messages``, whose
``content`` is a list of blocks; since 2025 each names the message that it follows. What was pasted or attached stands
in the message as text (``extracted_content``); pictures are named and are not in the export. Since 2026 it is several
zips, in which each project is a file (`projects/`), as is each chat about a design (`design_chats/`), which has a form
of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from easychat_gui.domain.messages import FinishReason, Role
from easychat_gui.domain.transfer import FoundConversation, FoundFile, FoundMessage, NotRead, Omission, Source
from easychat_gui.transfer.arranging import chained, conversation_of
from easychat_gui.transfer.bundles import Bundle
from easychat_gui.transfer.contents import file_of, joined, role_of, text_file, tool_note
from easychat_gui.transfer.entries import Entry
from easychat_gui.transfer.json_stream import Damaged, items
from easychat_gui.transfer.reader import Reader, Told, damaged_item, fenced, listed, mapping, seconds, text_of

_ARTIFACT = re.compile(r"<antArtifact\b([^>]*)>(.*?)</antArtifact>", re.DOTALL)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_QUIET = ("token_budget", "flag", "voice_note", "redacted_thinking")


def recognises(bundle: Bundle) -> bool:
    """Is there a conversation with Claude's names in it?"""
    return any(map(_is_of_claude, bundle.of_json(most=200)))


def read(bundle: Bundle, told: Told) -> Iterator[FoundConversation]:
    """Yield the conversations in the order of the files. Raises `TransferError`."""
    projects = _projects(bundle)
    for entry in bundle.of_json():
        if not _is_of_claude(entry):
            continue
        for number, item in enumerate(items(entry), 1):
            if isinstance(item, Damaged):
                told(damaged_item(entry, item))
            elif not _is_conversation(item):
                told(Omission(NotRead.DAMAGED, text_of(mapping(item).get("name")) or f"{entry.base_name}, {number}"))
            elif (found := _conversation(item, projects, bundle, told)) is not None:
                yield found


READER = Reader(Source.CLAUDE, recognises, read)


def _is_of_claude(entry: Entry) -> bool:
    return any(map(_is_conversation, entry.first_items))


def _is_conversation(item: Any) -> bool:
    return isinstance(mapping(item).get("chat_messages"), list) or _is_about_design(mapping(item))


def _is_about_design(item: dict[str, Any]) -> bool:
    messages = item.get("messages")
    first = mapping(next(iter(listed(messages)), None))
    return {"uuid", "project"} <= item.keys() and isinstance(messages, list) and isinstance(first.get("content"), dict)


def _projects(bundle: Bundle) -> dict[str, dict[str, Any]]:
    """Return the projects by their ids."""
    found: dict[str, dict[str, Any]] = {}
    for entry in bundle.of_json(most=2_000):
        first = mapping(entry.first_item)
        if "prompt_template" in first or ("docs" in first and "name" in first):
            found.update((text_of(mapping(each).get("uuid")), mapping(each)) for each in items(entry))
    return found


def _conversation(
    item: dict[str, Any], projects: dict[str, dict[str, Any]], bundle: Bundle, told: Told
) -> FoundConversation | None:
    if _is_about_design(item):
        item = _plain_design(item)
    title = text_of(item.get("name")) or text_of(item.get("summary"))[:80]
    project = mapping(item.get("project"))
    id_ = text_of(project.get("uuid")) or text_of(item.get("project_uuid"))
    project = {**project, **projects.get(id_, {})}
    told_messages = [mapping(each) for each in listed(item["chat_messages"])]
    messages = [_message(each, place, title, bundle, told) for place, each in enumerate(told_messages)]
    if not any("parent_message_uuid" in each for each in told_messages):
        messages = chained(messages)
    name = text_of(project.get("name")).strip()
    return conversation_of(
        Source.CLAUDE,
        text_of(item.get("uuid")),
        title,
        messages,
        told,
        created_at=seconds(item.get("created_at")),
        updated_at=seconds(item.get("updated_at")),
        leaf_key=text_of(item.get("current_leaf_message_uuid")) or None,
        system_prompt=text_of(project.get("prompt_template")),
        is_pinned=item.get("is_starred") is True,
        folder=(name,) if name else (),
    )


def _message(item: dict[str, Any], place: int, title: str, bundle: Bundle, told: Told) -> FoundMessage:
    role = role_of(item.get("sender")) or Role.ASSISTANT
    texts: list[str] = []
    thoughts: list[str] = []
    for block in listed(item.get("content")):
        _add_block(mapping(block), texts, thoughts, title, told)
    text = joined(texts) or text_of(item.get("text"))
    if role is Role.ASSISTANT and "<antArtifact" in text:
        text = _ARTIFACT.sub(_artifact_of_tag, text)
    return FoundMessage(
        text_of(item.get("uuid")) or str(place),
        role,
        text,
        text_of(item.get("parent_message_uuid")) or None,
        seconds(item.get("created_at")),
        reasoning=joined(thoughts),
        model_id=text_of(item.get("model")),
        endpoint_name="Claude" if role is Role.ASSISTANT else "",
        finish_reason=FinishReason.LENGTH if item.get("truncated") is True else None,
        files=tuple(_files(item, title, bundle, told)),
    )


def _add_block(block: dict[str, Any], texts: list[str], thoughts: list[str], title: str, told: Told) -> None:
    kind = text_of(block.get("type"))
    if kind == "text":
        texts.append(_with_sources(text_of(block.get("text")), listed(block.get("citations"))))
    elif kind == "thinking":
        told_in_short = [text_of(mapping(each).get("summary")) for each in listed(block.get("summaries"))]
        thoughts.append(text_of(block.get("thinking")) or joined(told_in_short))
    elif kind in ("tool_use", "server_tool_use"):
        name, values = text_of(block.get("name")), mapping(block.get("input"))
        if document := _document(name, values):
            texts.append(document)
        else:
            thoughts.append(tool_note(name, values))
    elif kind.endswith("tool_result"):
        said = text_of(block.get("content")) or "\n".join(map(_result, map(mapping, listed(block.get("content")))))
        if said.strip() and text_of(block.get("name")) != "artifacts":
            thoughts.append(fenced(said))
    elif kind and kind not in _QUIET:
        told(Omission(NotRead.UNKNOWN_CONTENT, title, kind))


def _result(part: dict[str, Any]) -> str:
    """Return what a tool has found: a text, a page with its address, or the name of a file."""
    page = " – ".join(each for each in (text_of(part.get("title")), text_of(part.get("url"))) if each)
    said = text_of(part.get("text")) or text_of(part.get("name"))
    return "\n".join(each for each in (page, said) if each.strip())


def _with_sources(text: str, citations: list[Any]) -> str:
    """Put a link behind each passage that a page of the web is the source of."""
    places: dict[int, list[str]] = {}
    for citation in map(mapping, citations):
        end, url = citation.get("end_index"), _address(citation)
        if type(end) is int and 0 < end <= len(text) and url:
            host = (urlsplit(url).hostname or url).removeprefix("www.")
            link = f"[{host}]({url.replace('(', '%28').replace(')', '%29')})"
            if link not in places.setdefault(end, []):
                places[end].append(link)
    for end in sorted(places, reverse=True):
        text = f"{text[:end]} ({', '.join(places[end])}){text[end:]}"
    return text


def _address(citation: dict[str, Any]) -> str:
    url = text_of(mapping(citation.get("details")).get("url")) or text_of(citation.get("url"))
    with suppress(ValueError):  # of a damaged address
        return url if urlsplit(url).scheme in ("http", "https") and not re.search(r"[\s<>]", url) else ""
    return ""


def _document(tool: str, values: dict[str, Any]) -> str:
    """Return what was written beside the chat, where a call of a tool holds it as a whole."""
    if tool == "artifacts":
        return _artifact(
            text_of(values.get("title")),
            text_of(values.get("type")),
            text_of(values.get("language")),
            text_of(values.get("content")),
        )
    if tool == "create_file":
        path = text_of(values.get("path"))
        return _artifact(path.rpartition("/")[2], "", path.rpartition(".")[2], text_of(values.get("file_text")))
    return ""


def _artifact_of_tag(match: re.Match[str]) -> str:
    values = dict(_ATTRIBUTE.findall(match.group(1)))
    return _artifact(values.get("title", ""), values.get("type", ""), values.get("language", ""), match.group(2))


def _artifact(title: str, kind: str, language: str, content: str) -> str:
    if not content.strip():
        return ""
    if kind != "text/markdown" and language != "md":
        kinds = {"text/html": "html", "image/svg+xml": "svg", "application/vnd.ant.react": "jsx"}
        content = fenced(content, language or kinds.get(kind, ""))
    return f"**{title}**\n\n{content.strip()}" if title else content.strip()


def _files(item: dict[str, Any], title: str, bundle: Bundle, told: Told) -> Iterator[FoundFile]:
    for attachment in map(mapping, listed(item.get("attachments"))):
        text = text_of(attachment.get("extracted_content"))
        name = text_of(attachment.get("file_name")) or "pasted.txt"
        if text.strip():
            yield text_file(name, text)
        elif name != "pasted.txt" and not any(
            name == mapping(each).get("file_name") for each in listed(item.get("files"))
        ):
            told(Omission(NotRead.FILE_MISSING, title, name))
    seen: set[str] = set()
    for file in map(mapping, listed(item.get("files")) + listed(item.get("files_v2"))):
        id_, name = text_of(file.get("file_uuid")), text_of(file.get("file_name"))
        if (id_ or name) in seen or not (id_ or name):
            continue
        seen.add(id_ or name)
        entry = next((each for each in bundle if id_ and id_ in each.name), None)
        entry = entry or next(iter(bundle.called(name) if name else ()), None)
        if entry is not None:
            yield file_of(name or entry.base_name, entry.read)
        else:
            told(Omission(NotRead.FILE_MISSING, title, name or id_))


# Chats about a design


def _plain_design(item: dict[str, Any]) -> dict[str, Any]:
    """Return a chat about a design in the form of all others."""
    project = text_of(mapping(item.get("project")).get("name")).strip()
    title = text_of(item.get("title")).strip()
    messages = [_plain_message(mapping(each)) for each in listed(item.get("messages"))]
    named = " – ".join(each for each in (project, title if title != "Chat" else "") if each)
    return {**item, "name": named or title, "chat_messages": messages, "project": None}


def _plain_message(item: dict[str, Any]) -> dict[str, Any]:
    content = mapping(item.get("content"))
    attachments = [
        {"file_name": each.get("name"), "extracted_content": each.get("content")}
        for each in map(mapping, listed(content.get("attachments")))
    ]
    return {
        "uuid": item.get("uuid"),
        "sender": item.get("role"),
        "text": content.get("content"),
        "content": [_plain_block(mapping(each)) for each in listed(content.get("contentBlocks"))],
        "created_at": item.get("created_at") or content.get("timestamp"),
        "attachments": attachments,
    }


def _plain_block(block: dict[str, Any]) -> dict[str, Any]:
    kind = block.get("type")
    if kind == "thinking":
        return {"type": "thinking", "thinking": block.get("text")}
    if kind == "tool_call":
        return {**mapping(block.get("toolCall")), "type": "tool_use"}
    if kind in ("user_interjection", "error"):
        message = block.get("message")
        said = text_of(message) or text_of(mapping(message).get("content"))
        return {"type": "text", "text": "\n".join(f"> {line}" for line in said.split("\n")) if said else ""}
    return block
