"""A chat to pieces of pages: its title, and of each message who spoke and when, what was said and what went with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDate, QLocale
from PySide6.QtGui import QImage

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.messages import Message, Role
from easychat_gui.domain.transfer import ConversationRecord
from easychat_gui.rendering.sanitize import visible
from easychat_gui.storage.records import AttachedFileLost, attached_content
from easychat_gui.support.clock import day_of
from easychat_gui.transfer.conversation_order import stretches
from easychat_gui.transfer.formats import Job
from easychat_gui.transfer.telling import (
    author,
    branch_title,
    figures,
    local_time,
    one_line,
    reasoning_title,
    size_text,
    status_word,
    title_of,
)
from easychat_gui.workers.pictures import read_scaled
from easychat_gui.workers.printing.block_setting import BlockSetter, Maker, Surroundings
from easychat_gui.workers.printing.paper import points
from easychat_gui.workers.printing.pieces import (
    Band,
    BandKind,
    Manners,
    PairPiece,
    PicturePiece,
    Piece,
    RulePiece,
    TextPiece,
)

_MESSAGE_GAP = points(17)
_BRANCH_GAP = points(30)
_QUESTION_PAD = points(7)
_QUESTION_INSET = points(10)
_REASONING_INSET = points(10)
_NOTE_GAP = points(6)
_NAME_GAP = points(3)
_REASONING_GAP = points(9)
_LONGEST_OUTLINE = 80
_HIGHEST_PICTURE = 0.6
"""Of a page: what does not fit below its question leaves the rest of a page white."""
_LONGEST_EDGE = 2048
"""Of a picture, in its own pixels: 300 to the inch across a page."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A message; ``branch`` is the heading above it, where another branch begins with it."""

    message: Message
    branch: str = ""


class ChatSetter:
    """Sets chats. Belongs to one thread."""

    def __init__(self, setter: BlockSetter, job: Job) -> None:
        self._setter = setter
        self._options = job.options
        self._is_piece = job.wanted.scope.is_piece
        self._locale = QLocale(job.words.language)
        self._width = setter.paper.text_width

    def title(self, title: str) -> str:
        """Return the title as it is shown."""
        return visible(title_of(title, self._setter.words))

    def entries(self, record: ConversationRecord) -> tuple[Entry, ...]:
        """Return what is printed of a chat, in order."""
        if self._is_piece:
            return tuple(Entry(message) for message in record.messages)
        found: list[Entry] = []
        for stretch in stretches(record, with_branches=self._options.branches):
            title = branch_title(stretch.number, stretch.after, self._setter.words) if stretch.number else ""
            found += [Entry(each, "" if number else title) for number, each in enumerate(stretch.messages)]
        return tuple(found)

    # -- the head

    def head(self, record: ConversationRecord, *, is_first: bool) -> list[Maker]:
        if self._is_piece:
            return []
        makers: list[Maker] = [partial(self._title, record, is_first), partial(self._facts, record), self._line]
        prompt = record.conversation.system_prompt.strip()
        if prompt and self._options.details:
            makers += self._labelled(self._setter.words.system_prompt, prompt, (record.conversation.id, "prompt"))
        return makers

    def _title(self, record: ConversationRecord, is_first: bool) -> Piece:  # noqa: FBT001  (by `partial` only)
        ink, title = self._setter.ink, self.title(record.conversation.title)
        lines = self._setter.lines.plain(title, ink.title, "text", self._width)
        manners = Manners(keeps_next=True, starts_page=not is_first, outline=(0, title))
        return TextPiece(lines, manners, 0.0, self._width, ink)

    def _facts(self, record: ConversationRecord) -> Piece:
        conversation = record.conversation
        parts = [
            self._day(conversation.created_at),
            " / ".join(map(one_line, record.folder)),
            " ".join(f"#{one_line(tag)}" for tag in record.tags),
        ]
        return self._note(" · ".join(visible(part) for part in parts if part), Manners(points(4), keeps_next=True))

    def _line(self) -> Piece:
        manners = Manners(points(8), keeps_next=True)
        return RulePiece(manners, 0.0, self._width, self._setter.ink.colour("border_strong"))

    # -- messages

    def message(self, entry: Entry, record: ConversationRecord) -> list[Maker]:
        message = entry.message
        is_question = message.role is Role.USER
        around = self._around(message)
        makers: list[Maker] = [partial(self._branch, entry.branch)] if entry.branch else []
        makers.append(partial(self._name, message, around))
        has_reasoning = bool(message.reasoning.strip()) and self._options.reasoning
        if has_reasoning:
            makers += self._reasoning(message)
        body = self._setter.makers(message.text, around, is_plain=is_question)
        makers += _moved(body, _REASONING_GAP if has_reasoning else _NAME_GAP)
        makers += self._calls(message, around)
        makers += self._attached(message, record, around)
        if ending := self._ending(message):
            makers.append(
                partial(self._note, ending, Manners(_NOTE_GAP, bands=around.bands, keeps_previous=True), around)
            )
        return makers

    def _branch(self, title: str) -> Piece:
        ink, shown = self._setter.ink, visible(title)
        lines = self._setter.lines.plain(shown, ink.heading(2), "text", self._width)
        manners = Manners(_BRANCH_GAP, keeps_next=True, outline=(1, shown))
        return TextPiece(lines, manners, 0.0, self._width, ink)

    def _calls(self, message: Message, around: Surroundings) -> list[Maker]:
        """Return the calls of tools that an answer asks for."""
        makers: list[Maker] = []
        for call in message.tool_calls:
            words = self._setter.words.tool_call.format(name=visible(call.name))
            makers.append(partial(self._note, words, Manners(_NOTE_GAP, keeps_next=True), around))
            longest = max((len(run) for run in re.findall("`+", call.arguments)), default=2)
            fence = "`" * max(3, longest + 1)
            inside = replace(around, key=(message.id, call.id))
            makers += self._setter.makers(f"{fence}json\n{call.arguments}\n{fence}", inside)
        return makers

    def _around(self, message: Message) -> Surroundings:
        if message.role is not Role.USER:
            return Surroundings(message.id, 0.0, self._width)
        ground = Band(
            (message.id, "question"), BandKind.GROUND, 0.0, self._width, "user_bubble", overhang=_QUESTION_PAD
        )
        return Surroundings(message.id, _QUESTION_INSET, self._width - 2 * _QUESTION_INSET, (ground,))

    def _name(self, message: Message, around: Surroundings) -> Piece:
        ink, lines = self._setter.ink, self._setter.lines
        name = lines.plain(
            visible(author(message, self._setter.words, with_model=self._options.details)),
            ink.name,
            "text",
            around.width * 0.7,
        )
        when = lines.plain(
            local_time(message.created_at) if self._options.details else " ",
            ink.small,
            "text_muted",
            around.width,
            "right",
        )
        manners = Manners(_MESSAGE_GAP + _QUESTION_PAD, keeps_next=True, bands=around.bands)
        if message.role is Role.USER and (first := " ".join(visible(message.text[:400]).split())):
            manners.outline = (1, _shortened(first))
        return PairPiece(name, when, manners, around.left)

    def _reasoning(self, message: Message) -> list[Maker]:
        title = reasoning_title(message, self._setter.words)
        return self._labelled(title, message.reasoning, (message.id, "reasoning"))

    def _labelled(self, label: str, text: str, key: object) -> list[Maker]:
        """Set a text apart, small and pale, with a line beside it."""
        bar = Band(key, BandKind.BAR, 0.0, 0.0, "border_strong")
        around = Surroundings(key, _REASONING_INSET, self._width - _REASONING_INSET, (bar,), is_muted=True)
        note = partial(self._note, label, Manners(_NOTE_GAP, keeps_next=True, bands=(bar,)), around)
        body = self._setter.makers(text, around)
        return [note, *_moved(body, _NAME_GAP)]

    # -- what goes with a message

    def _attached(self, message: Message, record: ConversationRecord, around: Surroundings) -> list[Maker]:
        return [partial(self._attachment, each, record, around) for each in message.attachments]

    def _attachment(self, attachment: Attachment, record: ConversationRecord, around: Surroundings) -> Piece:
        path = record.files.get(attachment.sha256)
        manners = Manners(points(6), bands=around.bands)
        if attachment.is_picture and self._options.attachments and path is not None:
            image = _picture(path)
            if image is not None:
                return PicturePiece(
                    image, manners, around.left, around.width, self._setter.paper.text_height * _HIGHEST_PICTURE
                )
        size = size_text(attachment.size)
        missing = "" if path is not None and path.exists() else f" · {self._setter.words.missing}"
        return self._note(f"📎 {visible(attachment.name)} · {size}{missing}", manners, around)

    def _ending(self, message: Message) -> str:
        """Return how an answer ended, where that is worth a word, and its figures."""
        words = self._setter.words
        parts = [status_word(message, words)]
        if message.failure is not None:
            parts.append(one_line(message.failure.message))
        if self._options.details and message.role is Role.ASSISTANT:
            parts += [one_line(message.endpoint_name), figures(message, words)]
        return " · ".join(visible(part) for part in parts if part)

    def _note(self, text: str, manners: Manners, around: Surroundings | None = None) -> Piece:
        left = around.left if around is not None else 0.0
        width = around.width if around is not None else self._width
        lines = self._setter.lines.plain(text or " ", self._setter.ink.small, "text_muted", width)
        return TextPiece(lines, manners, left, width, self._setter.ink)

    def _day(self, seconds: float) -> str:
        if seconds <= 0:
            return ""
        day = day_of(seconds)
        return self._locale.toString(QDate(day.year, day.month, day.day), QLocale.FormatType.LongFormat)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_OUTLINE else f"{text[: _LONGEST_OUTLINE - 1].rstrip()}…"


def _moved(makers: list[Maker], gap: float) -> list[Maker]:
    """Have the first piece stand at this distance from what is above it."""
    if not makers:
        return []
    make_first = makers[0]

    def moved() -> Piece:
        piece = make_first()
        piece.manners.gap = gap
        return piece

    return [moved, *makers[1:]]


def _picture(path: Path) -> QImage | None:
    """Return an attached picture in the size of a page, None where there is none."""
    try:
        return read_scaled(b"".join(attached_content(path)), _LONGEST_EDGE)
    except AttachedFileLost:
        return None
