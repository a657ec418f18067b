"""Identifiers. Each kind is a type of its own, so that one cannot be handed where another is meant."""

from __future__ import annotations

import os
import time
from typing import NewType

ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
EndpointId = NewType("EndpointId", str)
RequestId = NewType("RequestId", str)
PresetId = NewType("PresetId", str)
PromptId = NewType("PromptId", str)
QueuedId = NewType("QueuedId", str)
AttachmentId = NewType("AttachmentId", str)
LessonId = NewType("LessonId", str)
FolderId = NewType("FolderId", str)
TagId = NewType("TagId", str)


def _time_ordered() -> str:
    """Return 32 hexadecimal digits: 48 bits of milliseconds since 1970, then 80 random bits.

    Rows sort by the time they were made, which keeps the primary-key trees of the database compact.
    """
    milliseconds = time.time_ns() // 1_000_000
    return f"{milliseconds & (2**48 - 1):012x}{os.urandom(10).hex()}"


def new_conversation_id() -> ConversationId:
    return ConversationId(_time_ordered())


def new_message_id() -> MessageId:
    return MessageId(_time_ordered())


def new_endpoint_id() -> EndpointId:
    return EndpointId(_time_ordered())


def new_request_id() -> RequestId:
    return RequestId(_time_ordered())


def new_preset_id() -> PresetId:
    return PresetId(_time_ordered())


def new_prompt_id() -> PromptId:
    return PromptId(_time_ordered())


def new_queued_id() -> QueuedId:
    return QueuedId(_time_ordered())


def new_attachment_id() -> AttachmentId:
    return AttachmentId(_time_ordered())


def new_lesson_id() -> LessonId:
    return LessonId(_time_ordered())


def new_folder_id() -> FolderId:
    return FolderId(_time_ordered())


def new_tag_id() -> TagId:
    return TagId(_time_ordered())
