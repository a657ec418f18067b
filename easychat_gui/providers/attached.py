"""What a message with attachments looks like on the wire, and the pictures for it.

Documents are text and stand in the text. Pictures are parts of their own after it, in the form that OpenAI's chat
completions define and that all who take pictures have taken over: ``image_url`` with the data in the URL. Only in what
the person says: a picture that came with an answer, as imported chats have them, no API takes, and the text names it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from easychat_gui.domain.documents import sent_text
from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.messages import Message, Role
from easychat_gui.domain.streaming import StreamEvent
from easychat_gui.providers.base import EventSource
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.text_repair import repaired

ReadFile = Callable[[str], bytes]
"""Returns what is in the file with this SHA-256. Raises OSError."""


def content_of(message: Message, pictures: Mapping[str, bytes]) -> str | list[dict[str, Any]]:
    """Return the ``content``: a string while there are no pictures, which every server takes, else a list of parts."""
    pictures = pictures if message.role is Role.USER else {}
    text = repaired(sent_text(message.text, message.attachments, pictures))
    shown = [each for each in message.attachments if each.is_picture and each.sha256 in pictures]
    if not shown:
        return text
    parts: list[dict[str, Any]] = [{"type": "text", "text": text}] if text else []
    for attachment in shown:
        data = base64.b64encode(pictures[attachment.sha256]).decode("ascii")
        parts.append({"type": "image_url", "image_url": {"url": f"data:{attachment.media_type};base64,{data}"}})
    return parts


class WithPictures:
    """An `EventSource` that reads the attached pictures from the disk before it asks another one.

    On the thread of the answer: the request that is kept while the answer runs need not hold megabytes. A file that is
    gone, or is not what it was, is left out; the text then names the picture instead.
    """

    def __init__(self, source: EventSource, read_file: ReadFile) -> None:
        self._source = source
        self._read_file = read_file

    def stream_events(self, request: CompletionRequest, cancellation: Cancellation) -> Iterator[StreamEvent]:
        """See `EventSource.stream_events`."""
        return self._source.stream_events(with_pictures(request, self._read_file), cancellation)


def with_pictures(request: CompletionRequest, read_file: ReadFile) -> CompletionRequest:
    """Return the request with the bytes of its pictures."""
    pictures: dict[str, bytes] = {}
    for message in request.messages:
        for attachment in message.attachments if message.role is Role.USER else ():
            if attachment.is_picture and attachment.sha256 not in pictures:
                content = _read(read_file, attachment.sha256)
                if content is not None:
                    pictures[attachment.sha256] = content
    return replace(request, pictures=pictures) if pictures else request


def _read(read_file: ReadFile, sha256: str) -> bytes | None:
    try:
        content = read_file(sha256)
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None
