"""JSONL as for OpenAI's API: a line a conversation, ``{"messages": [{"role": …, "content": …}, …]}``.

A line holds the branch that is shown (with the option for branches, a line for each). Pictures are ``image_url`` parts
with their bytes; of other files there is the text. Answers that say nothing are left out, as they are on the wire.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.messages import Message, Role
from easychat_gui.domain.transfer import ConversationRecord
from easychat_gui.storage.records import AttachedFileLost, attached_content
from easychat_gui.transfer.formats import Beside, Job, Told


def write(records: Iterable[ConversationRecord], path: Path, job: Job, told: Told, _beside: Beside) -> None:
    """Write conversations, a line each."""
    with path.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        for record in records:
            branches = _branches(record) if job.options.branches else [record.branch]
            for branch in branches:
                messages = list(_messages(record, branch, job, told))
                if any(each["role"] != "system" for each in messages):
                    file.write(json.dumps({"messages": messages}, ensure_ascii=False) + "\n")


def _branches(record: ConversationRecord) -> Iterator[tuple[Message, ...]]:
    """Yield each branch from its beginning to its end, the one that is shown first."""
    by_id = {message.id: message for message in record.messages}
    parents = {message.parent_id for message in record.messages}
    shown = record.branch
    yield shown
    for end in record.messages:
        if end.id in parents or (shown and end.id == shown[-1].id):
            continue
        upwards, seen = [], set()
        at: Message | None = end
        while at is not None and at.id not in seen:
            seen.add(at.id)
            upwards.append(at)
            at = by_id.get(at.parent_id) if at.parent_id is not None else None
        yield tuple(reversed(upwards))


def _messages(record: ConversationRecord, branch: Iterable[Message], job: Job, told: Told) -> Iterator[dict[str, Any]]:
    prompt = record.conversation.system_prompt.strip()
    if prompt:
        yield {"role": "system", "content": prompt}
    for message in branch:
        told.message()
        if message.role is Role.ASSISTANT and not message.text and not message.tool_calls:
            continue
        values: dict[str, Any] = {"role": message.role.value, "content": _content(record, message)}
        if job.options.reasoning and message.reasoning:
            values["reasoning_content"] = message.reasoning
        if message.tool_calls:
            values["tool_calls"] = [
                {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
                for call in message.tool_calls
            ]
        yield values


def _content(record: ConversationRecord, message: Message) -> str | list[dict[str, Any]]:
    if not message.attachments:
        return message.text
    parts = []
    for attachment in message.attachments:
        part = _picture(record, attachment) if attachment.is_picture else _document(attachment)
        parts += [part] if part is not None else []
    if message.text:
        parts.append({"type": "text", "text": message.text})
    return parts


def _picture(record: ConversationRecord, attachment: Attachment) -> dict[str, Any] | None:
    try:
        content = b"".join(attached_content(record.files[attachment.sha256]))
    except (KeyError, AttachedFileLost):
        return None
    data = base64.b64encode(content).decode()
    return {"type": "image_url", "image_url": {"url": f"data:{attachment.media_type};base64,{data}"}}


def _document(attachment: Attachment) -> dict[str, Any] | None:
    if not attachment.text:
        return None
    return {"type": "text", "text": f"{attachment.name}:\n\n{attachment.text}"}
