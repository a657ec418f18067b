"""Conversations as one page that looks like the window, holds all it needs, and loads nothing."""

from __future__ import annotations

import base64
import html
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.messages import Message, Role
from easychat_gui.domain.transfer import ConversationRecord
from easychat_gui.rendering.sanitize import visible
from easychat_gui.storage.records import AttachedFileLost, attached_content
from easychat_gui.transfer.conversation_order import stretches
from easychat_gui.transfer.formats import Beside, Job, Layout, Told
from easychat_gui.transfer.html_form import PageForm, message_html
from easychat_gui.transfer.html_page import FOOT, head
from easychat_gui.transfer.telling import (
    author,
    branch_title,
    exact_time,
    figures,
    local_time,
    reasoning_title,
    size_text,
    status_word,
    title_of,
)

_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})


def write(records: Iterable[ConversationRecord], path: Path, job: Job, told: Told, beside: Beside) -> None:
    """Write conversations as one page; several with a table of contents. For the rest see `formats.Writer`."""
    del beside  # everything is inside
    is_many = job.wanted.scope.is_many and job.layout is Layout.FILE
    body = path.with_name(path.name + ".body") if is_many else path
    entries: list[str] = []
    form = PageForm(shift=3 if is_many else 2)
    with body.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        for number, record in enumerate(records, 1):
            title = title_of(record.conversation.title, job.words)
            if not is_many:
                file.write(head(title, job.words.language, job.palettes))
            entries.append(_entry(number, record, job))
            for part in _Chat(record, job, form, number if is_many else 0).parts():
                file.write(part)
                told.message()
        if not is_many:
            file.write(f"{_foot(job)}{FOOT}")
    if is_many:
        _put_together(path, body, entries, job)


def _put_together(path: Path, body: Path, entries: list[str], job: Job) -> None:
    """Write the page around what was written of the conversations: their titles are known only now."""
    title = job.words.chats.format(count=len(entries))
    with path.open("wb") as file:
        contents = f'<nav aria-labelledby="contents">\n<h2 id="contents">{_escaped(job.words.contents)}</h2>\n<ol>\n'
        start = head(title, job.words.language, job.palettes) + f"<h1>{_escaped(title)}</h1>\n"
        file.write((start + contents + "".join(entries) + "</ol>\n</nav>\n").encode("utf-8", "replace"))
        with body.open("rb") as written:
            shutil.copyfileobj(written, file)
        file.write(f"{_foot(job)}{FOOT}".encode("utf-8", "replace"))
    body.unlink()


def _entry(number: int, record: ConversationRecord, job: Job) -> str:
    title = _escaped(title_of(record.conversation.title, job.words))
    time = f" {_time(record.conversation.created_at)}" if job.options.details else ""
    return f'<li><a href="#chat-{number}" dir="auto">{title}</a>{time}</li>\n'


def _foot(job: Job) -> str:
    if not job.options.details or job.now <= 0:
        return ""
    return f"<footer>{_escaped(job.words.exported.format(date=local_time(job.now)))}</footer>\n"


class _Chat:
    """``number`` 0: it is the only one on its page."""

    def __init__(self, record: ConversationRecord, job: Job, form: PageForm, number: int) -> None:
        self._record = record
        self._job = job
        self._words = job.words
        self._options = job.options
        self._number = number
        self._level = 2 if number else 1
        self._form = form

    def parts(self) -> Iterator[str]:
        """Yield it in parts, none of which is larger than a message or a piece of a file."""
        conversation = self._record.conversation
        title = _escaped(title_of(conversation.title, self._words))
        place = f' id="chat-{self._number}"' if self._number else ""
        yield f'<article class="chat"{place}>\n<h{self._level} dir="auto">{title}</h{self._level}>\n'
        yield self._about()
        if self._options.details and conversation.system_prompt.strip() and not self._job.wanted.scope.is_piece:
            yield self._section("system", _escaped(self._words.system_prompt), _paragraphs(conversation.system_prompt))
        for stretch in stretches(self._record, with_branches=self._options.branches):
            if stretch.number:
                words = _escaped(branch_title(stretch.number, stretch.after, self._words))
                yield f'<h{self._level + 1} class="branch" dir="auto">{words}</h{self._level + 1}>\n'
            for message in stretch.messages:
                yield from self._message(message)
        yield "</article>\n"

    def _about(self) -> str:
        if not self._options.details:
            return ""
        conversation = self._record.conversation
        told = [_time(conversation.created_at)]
        told += [_escaped(" / ".join(self._record.folder))] if self._record.folder else []
        told += [_escaped(tag) for tag in self._record.tags]
        return f'<p class="about">{" · ".join(each for each in told if each)}</p>\n'

    def _message(self, message: Message) -> Iterator[str]:
        kind = "user" if message.role is Role.USER else "system" if message.role is Role.SYSTEM else "answer"
        level = self._level + 1
        yield f'<section class="message {kind}">\n<h{level} class="author">{self._heading(message)}</h{level}>\n'
        yield from self._files(message)
        if self._options.reasoning and message.reasoning.strip():
            title = reasoning_title(message, self._words) if self._options.details else self._words.reasoning
            inner = message_html(message.reasoning, is_plain=False, form=self._form)
            yield f'<details class="reasoning">\n<summary>{_escaped(title)}</summary>\n'
            yield f'<div class="body">{inner}</div>\n</details>\n'
        if message.text.strip():
            is_plain = message.role in (Role.USER, Role.SYSTEM)
            yield f'<div class="body">{message_html(message.text, is_plain=is_plain, form=self._form)}</div>\n'
        for call in message.tool_calls:
            words, arguments = self._words.tool_call.format(name=call.name), _escaped(call.arguments)
            yield f'<div class="code"><p class="language">{_escaped(words)}</p><pre dir="ltr">{arguments}</pre></div>\n'
        told = figures(message, self._words) if self._options.details and message.role is Role.ASSISTANT else ""
        yield (f'<p class="figures">{_escaped(told)}</p>\n' if told else "") + "</section>\n"

    def _heading(self, message: Message) -> str:
        name = _escaped(author(message, self._words, with_model=self._options.details))
        if message.role is Role.USER:
            name = f'<span class="sr">{name}</span>'
        time = _time(message.created_at) if self._options.details else ""
        ended = status_word(message, self._words)
        return name + time + (f'<span class="ended">{_escaped(ended)}</span>' if ended else "")

    def _section(self, kind: str, heading: str, body: str) -> str:
        level = self._level + 1
        return (
            f'<section class="message {kind}">\n<h{level} class="author">{heading}</h{level}>\n'
            f'<div class="body">{body}</div>\n</section>\n'
        )

    def _files(self, message: Message) -> Iterator[str]:
        if not message.attachments:
            return
        yield f'<ul class="files" aria-label="{_escaped(self._words.attachments)}">\n'
        for attachment in message.attachments:
            yield from self._file(attachment)
        yield "</ul>\n"

    def _file(self, attachment: Attachment) -> Iterator[str]:
        name = _escaped(" ".join(attachment.name.split()))
        source = self._record.files.get(attachment.sha256) if self._options.attachments else None
        try:
            chunks = iter(attached_content(source)) if source is not None else iter(())
            first = next(chunks, b"")  # what cannot be read cannot even be begun
        except AttachedFileLost:
            source = None
        if source is None:
            lost = f": {_escaped(self._words.missing)}" if self._options.attachments else ""
            yield f'<li dir="auto">{name} ({size_text(attachment.size)}){lost}</li>\n'
            return
        data = _base64(chain([first], chunks))
        if attachment.media_type in _PICTURES:
            alternative = _escaped(self._words.picture.format(name=" ".join(attachment.name.split())))
            yield f'<li class="picture"><img alt="{alternative}" src="data:{attachment.media_type};base64,'
            yield from data
            yield '"></li>\n'
        else:  # of no kind that a browser would open in the page's place
            yield f'<li dir="auto"><a download="{name}" href="data:application/octet-stream;base64,'
            yield from data
            yield f'">{name}</a> ({size_text(attachment.size)})</li>\n'


def _base64(chunks: Iterable[bytes]) -> Iterator[str]:
    rest = b""
    with suppress(AttachedFileLost):  # damaged in the middle: what is before it stays
        for chunk in chunks:
            ready = rest + chunk
            whole = len(ready) - len(ready) % 3  # so that there are no seams
            rest = ready[whole:]
            yield base64.b64encode(ready[:whole]).decode("ascii")
    yield base64.b64encode(rest).decode("ascii")


def _time(seconds: float) -> str:
    shown = local_time(seconds)
    return f'<time datetime="{exact_time(seconds)}">{shown}</time>' if shown else ""


def _paragraphs(text: str) -> str:
    return f'<p dir="auto">{_escaped(text.strip())}</p>'


def _escaped(text: str) -> str:
    return html.escape(visible(text))
