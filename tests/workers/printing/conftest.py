"""Chats to print, and what a printed file says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pytestqt.qtbot import QtBot

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.exports import Scope, Wanted
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Message, Role, Usage, new_message
from easychat_gui.domain.transfer import ConversationRecord
from easychat_gui.transfer.formats import Format, Job, Options
from easychat_gui.transfer.words import Words
from easychat_gui.workers.printing.pdf import write

NOON = 1_700_000_000.0
"""A moment of 14 November 2023."""


class Told:
    """Hears how far a writer is."""

    def __init__(self) -> None:
        self.shares: list[float] = []

    def message(self) -> None:
        """Not called by those who tell shares."""

    def share(self, share: float) -> None:
        self.shares.append(share)


class Beside:
    """Takes no files."""

    def add(self, source: Path, name: str) -> str | None:
        raise AssertionError((source, name))


def chat(title: str, *texts: str, **of_answers: Any) -> ConversationRecord:
    """Return a chat of these texts, question and answer in turns."""
    id_ = ConversationId(title or "untitled")
    messages: list[Message] = []
    for number, text in enumerate(texts):
        role = Role.ASSISTANT if number % 2 else Role.USER
        more = {"model_id": "tiny-1b", "usage": Usage(1, 42), **of_answers} if number % 2 else {}
        message = new_message(id_, role, text, parent_id=messages[-1].id if messages else None, **more)
        messages.append(message.with_(created_at=NOON + number))
    conversation = Conversation(id_, title, NOON, NOON, leaf_id=messages[-1].id if messages else None)
    return ConversationRecord(conversation, tuple(messages))


def job(scope: Scope = Scope.BRANCH, **changes: Any) -> Job:
    options = Options(**{name: changes.pop(name) for name in list(changes) if name in Options.__dataclass_fields__})
    return Job(Wanted(scope), Format.PDF, Words(), options, now=NOON, code_font="DejaVu Sans Mono", **changes)


Print = Callable[..., PdfReader]


@pytest.fixture
def to_pdf(qtbot: QtBot, tmp_path: Path) -> Print:
    """Write chats to a PDF file and read it."""
    del qtbot  # there are no fonts before there is a program

    def write_and_read(*records: ConversationRecord, **changes: Any) -> PdfReader:
        path = tmp_path / "out.pdf"
        path.unlink(missing_ok=True)
        write(iter(records), path, job(**changes), Told(), Beside())
        assert [each.name for each in tmp_path.iterdir() if each.suffix in (".pdf", ".raw")] == ["out.pdf"]
        return PdfReader(path, strict=True)

    return write_and_read


def texts(reader: PdfReader) -> list[str]:
    """Return the text of each page."""
    return [page.extract_text() for page in reader.pages]
