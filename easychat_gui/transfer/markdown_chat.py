"""Conversations as Markdown, for people and for other programs. docs/markdown.md tells the form.

The text of a message is written as it is stored, byte for byte. Where code in it was never closed, a fence of ours
after it keeps what follows from being drawn as code; the mark says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import MessageId
from easychat_gui.domain.messages import FinishReason, Message, MessageStatus
from easychat_gui.domain.transfer import ConversationRecord
from easychat_gui.rendering.streaming_document import StreamingDocument
from easychat_gui.transfer.conversation_order import Stretch, stretches
from easychat_gui.transfer.formats import Beside, Job, Told
from easychat_gui.transfer.markdown_form import FRONT_KEY, Mark, front_matter, key_for, mark_line
from easychat_gui.transfer.telling import (
    author,
    branch_title,
    exact_time,
    local_time,
    one_line,
    reasoning_title,
    size_text,
    status_word,
    title_of,
)

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&])")


def write(records: Iterable[ConversationRecord], path: Path, job: Job, told: Told, beside: Beside) -> None:
    """Write one conversation, or the texts of a piece of one. For the rest see `formats.Writer`."""
    with path.open("wb") as file:
        for record in records:
            for part in parts(record, job, beside):
                file.write(part.encode("utf-8", "replace"))
                told.message()


def parts(record: ConversationRecord, job: Job, beside: Beside) -> Iterator[str]:
    """Yield the file in parts, none of which is larger than a message."""
    writer = _Writer(record, job, beside)
    return writer.piece() if job.wanted.scope.is_piece else writer.whole()


class _Writer:
    def __init__(self, record: ConversationRecord, job: Job, beside: Beside) -> None:
        self._record = record
        self._job = job
        self._words = job.words
        self._options = job.options
        self._beside = beside
        texts = chain.from_iterable((each.text, each.reasoning) for each in record.messages)
        conversation = record.conversation
        self._key = key_for(conversation.id, chain(texts, (conversation.system_prompt,)))
        self._names = {each.id: str(number) for number, each in enumerate(record.messages, 1)}
        """Without details not even an id is written: it begins with the time."""

    # A message or a selection

    def piece(self) -> Iterator[str]:
        """Yield the texts alone, with what goes along with each below it."""
        for number, message in enumerate(self._record.messages):
            if number:
                yield "\n\n"
            if self._options.reasoning and message.reasoning:
                yield f"{self._reasoning_head(message)}\n{message.reasoning}"
                yield f"{_closing(_open_fence(message.reasoning))}\n\n</details>\n\n"
            yield message.text
            lines = [line for _, line in self._attachments(message)]
            if lines:
                yield f"{_closing(_open_fence(message.text))}\n\n" + "".join(lines).rstrip("\n")

    # A conversation

    def whole(self) -> Iterator[str]:
        conversation = self._record.conversation
        yield front_matter(self._front(conversation))
        yield f"\n# {_escaped(title_of(conversation.title, self._words))}\n\n"
        if self._options.details and conversation.system_prompt.strip():
            yield from self._body(Mark.SYSTEM, f"## {self._words.system_prompt}\n", conversation.system_prompt)
        for stretch in stretches(self._record, with_branches=self._options.branches):
            yield from self._stretch(stretch)
        yield mark_line(self._key, Mark.END)

    def _front(self, conversation: Conversation) -> dict[str, Any]:
        values: dict[str, Any] = {FRONT_KEY: self._key, "title": title_of(conversation.title, self._words)}
        if not self._options.details:
            return values
        values |= {
            "id": conversation.id,
            "created": exact_time(conversation.created_at),
            "updated": exact_time(conversation.updated_at),
            "model": conversation.model_id,
            "folder": list(self._record.folder),
            "tags": list(self._record.tags),
            "pinned": conversation.is_pinned,
            "archived": conversation.archived_at is not None,
        }
        return {name: value for name, value in values.items() if value not in ("", [], False)}

    def _stretch(self, stretch: Stretch) -> Iterator[str]:
        if stretch.number:
            title = branch_title(stretch.number, stretch.after, self._words)
            yield f"{mark_line(self._key, Mark.BRANCH)}# {_escaped(title)}\n\n"
        for message in stretch.messages:
            yield "".join(self._message(message))

    def _message(self, message: Message) -> Iterator[str]:
        values, heading = self._values(message), f"## {self._heading(message)}\n"
        attached = self._attachments(message)
        has_reasoning = self._options.reasoning and bool(message.reasoning)
        if not has_reasoning and not attached:
            yield from self._body(Mark.MESSAGE, heading, message.text, values)
            return
        yield f"{mark_line(self._key, Mark.MESSAGE, values)}{heading}\n"
        head = ""
        if has_reasoning:
            is_timed = self._options.details and message.reasoning_s is not None
            seconds = {"seconds": message.reasoning_s} if is_timed else {}
            yield from self._body(Mark.REASONING, self._reasoning_head(message), message.reasoning, seconds)
            head = "</details>\n"
        if attached:
            lines, files = "".join(line for _, line in attached), [value for value, _ in attached]
            yield from self._body(Mark.ATTACHMENTS, head, lines.rstrip("\n"), {"files": files})
            head = ""
        yield from self._body(Mark.TEXT, head, message.text)

    def _body(self, mark: Mark, head: str, body: str, values: dict[str, Any] | None = None) -> Iterator[str]:
        fence = _open_fence(body)
        yield mark_line(self._key, mark, (values or {}) | ({"fence": fence} if fence else {}))
        yield f"{head}\n"
        yield body
        yield f"{_closing(fence)}\n\n"

    def _values(self, message: Message) -> dict[str, Any]:
        name, parent = self._name(message.id), message.parent_id and self._name(message.parent_id)
        values: dict[str, Any] = {"id": name, "parent": parent, "role": message.role.value}
        if message.status is not MessageStatus.COMPLETE:
            values["status"] = message.status.value
        if self._options.details:
            usage = message.usage
            values |= {
                "time": message.created_at,
                "model": message.model_id,
                "server": message.endpoint_name,
                "finish": "" if message.finish_reason in (None, FinishReason.STOP) else message.finish_reason.value,
                "prompt_tokens": usage and usage.prompt_tokens,
                "completion_tokens": usage and usage.completion_tokens,
                "duration_s": message.duration_s,
            }
        if message.tool_calls:
            values["tool_calls"] = [
                {"id": call.id, "name": call.name, "arguments": call.arguments} for call in message.tool_calls
            ]
        return {name: value for name, value in values.items() if value not in (None, "")}

    def _name(self, message_id: MessageId) -> str | None:
        return str(message_id) if self._options.details else self._names.get(message_id)

    def _heading(self, message: Message) -> str:
        has_details = self._options.details
        told = [author(message, self._words, with_model=has_details)]
        told += [local_time(message.created_at)] if has_details else []
        told.append(status_word(message, self._words))
        return _escaped(" · ".join(each for each in told if each))

    def _reasoning_head(self, message: Message) -> str:
        title = reasoning_title(message, self._words) if self._options.details else self._words.reasoning
        return f"<details>\n<summary>{title}</summary>\n"

    def _attachments(self, message: Message) -> list[tuple[dict[str, Any], str]]:
        return [self._attachment(each) for each in message.attachments]

    def _attachment(self, attachment: Attachment) -> tuple[dict[str, Any], str]:
        """Return what the mark and what the reader is told about a file."""
        name = one_line(attachment.name)
        told: dict[str, Any] = {"name": name, "type": attachment.media_type, "size": attachment.size}
        shown = f"{_escaped(name)} ({size_text(attachment.size)})"
        if not self._options.attachments:
            return told, f"- {shown}\n"
        source = self._record.files.get(attachment.sha256)
        path = self._beside.add(source, attachment.name) if source is not None else None
        if path is None:
            return told, f"- {shown}: {self._words.missing}\n"
        link = _link(path)
        line = f"- ![{_escaped(name)}]({link})\n" if attachment.is_picture else f"- [{_escaped(name)}]({link})\n"
        return told | {"path": path}, line


def _open_fence(text: str) -> str:
    """Return the fence of code at the end of a text that nothing in it closes; empty where there is none."""
    if "```" not in text and "~~~" not in text:
        return ""
    document = StreamingDocument()
    document.feed(text + "\n")
    return document.open_fence


def _closing(fence: str) -> str:
    return f"\n{fence}" if fence else ""


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _link(path: str) -> str:
    """Return a path as a link: letters of all scripts stay readable, what Markdown would misread does not."""
    return "".join(each if each.isalnum() or each in "/._-~" else quote(each) for each in path)
