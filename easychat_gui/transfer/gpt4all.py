"""GPT4All's chats: files ``gpt4all-<id>.chat`` in the folder of its models.

Source of the format: nomic-ai/gpt4all, ``chatlistmodel.cpp``, ``chat.cpp``, ``chatllm.cpp``, ``chatmodel.cpp`` and
``tool.cpp`` of 2.4 to 3.10. Each file is one chat as Qt's `QDataStream` writes it (big-endian): 0xF5D553CC, the version
(1 to 13; the first files had neither), the date, id, name, the user's name, the model, then until version 10 the state
of the model, and the messages. A message has no date, and there are no branches. From version 12 on an answer may have
parts: what was thought, code that was run and what came of it. Reading stops where a part is unknown: what came before
is brought.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from easychat_gui.domain.errors import TransferError
from easychat_gui.domain.messages import FinishReason, Role
from easychat_gui.domain.transfer import FoundConversation, FoundFile, FoundMessage, NotRead, Omission, Source
from easychat_gui.transfer.arranging import chained, conversation_of
from easychat_gui.transfer.bundles import Bundle
from easychat_gui.transfer.contents import file_of, joined, tool_note, without_thinking
from easychat_gui.transfer.entries import Entry
from easychat_gui.transfer.reader import Reader, Told, seconds

MAGIC = 0xF5D553CC
NEWEST = 13
_HEAD = struct.pack(">I", MAGIC)
_NONE = 0xFFFFFFFF
_MOST_ITEMS = 1_000_000
_DEEPEST = 16
_ROLES = {"System: ": Role.SYSTEM, "Prompt: ": Role.USER, "Response: ": Role.ASSISTANT}


def recognises(bundle: Bundle) -> bool:
    """Is a file in it that begins as these chats do?"""
    return any(map(_is_chat, bundle))


def read(bundle: Bundle, told: Told) -> Iterator[FoundConversation]:
    """Yield the chats in the order of their files. Raises `TransferError`."""
    for entry in sorted(bundle, key=lambda each: each.name):
        if not _is_chat(entry):
            continue
        try:
            chat = _Chat(_Stream(entry.read()), entry, told)
        except TransferError as error:
            told(Omission(NotRead.DAMAGED, entry.base_name, str(error)))
            continue
        found = chat.conversation()
        if found is not None:
            yield found


READER = Reader(Source.GPT4ALL, recognises, read)


def _is_chat(entry: Entry) -> bool:
    if entry.head.startswith(_HEAD):
        return True
    if entry.suffix != ".chat" or not entry.base_name.startswith("gpt4all-"):
        return False
    try:  # files of the first weeks begin with a date in seconds and an id
        stream = _Stream(entry.head)
        return seconds(stream.number("q")) is not None and 0 < len(stream.text()) < 200
    except TransferError:
        return False


class _Stream:
    """Reads values as `QDataStream` of Qt 6 writes them. Each reading raises `TransferError` at the end."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def end(self) -> None:
        """Make sure that all has been read."""
        if self._at < len(self._content):
            raise TransferError(f"There is more in it than was expected (from byte {self._at} on).")

    def number(self, kind: str) -> Any:
        """Read a number: "i", "I" of 32 bits, "q", "Q" of 64, "d", "B"; see `struct`."""
        size = struct.calcsize(f">{kind}")
        return struct.unpack(f">{kind}", self.raw(size))[0]

    def flag(self) -> bool:
        return bool(self.number("B"))

    def raw(self, size: int) -> bytes:
        """Take so many bytes."""
        if not 0 <= size <= len(self._content) - self._at:
            raise TransferError(f"It ends in the middle (byte {self._at}).")
        self._at += size
        return self._content[self._at - size : self._at]

    def block(self) -> bytes:
        """Read a `QByteArray`."""
        size = self.number("I")
        return b"" if size == _NONE else self.raw(size)

    def text(self) -> str:
        """Read a `QString`: its bytes are counted, and are UTF-16."""
        return self.block().decode("utf-16-be", "replace")

    def texts(self) -> list[str]:
        return [self.text() for _ in range(self.count("I"))]

    def count(self, kind: str) -> int:
        """Read how many follow, each of which takes a byte at least."""
        found = int(self.number(kind))
        if not 0 <= found <= min(_MOST_ITEMS, len(self._content) - self._at):
            raise TransferError(f"A list of {found} cannot be (byte {self._at}).")
        return found

    def variant(self) -> Any:
        """Read a `QVariant` of one of the kinds that parameters of tools have."""
        kind, _ = self.number("I"), self.flag()
        readers = {0: self.text, 1: self.flag, 2: lambda: self.number("i"), 3: lambda: self.number("I"),
                   4: lambda: self.number("q"), 5: lambda: self.number("Q"), 6: lambda: self.number("d"),
                   10: self.text, 11: self.texts, 12: self.block}  # fmt: skip
        if kind not in readers:
            raise TransferError(f"A value of the kind {kind} is not known (byte {self._at}).")
        return readers[kind]()


class _Item(NamedTuple):
    """A message, or a part of an answer."""

    name: str
    text: str
    thinking_s: float = 0.0
    note: str = ""
    is_stopped: bool = False
    files: tuple[FoundFile, ...] = ()
    parts: tuple[_Item, ...] = ()

    def told(self) -> Iterator[_Item]:
        """Yield the parts of it in their order, and itself last, as it is written."""
        for part in self.parts:
            yield from part.told()
        yield self


class _Chat:
    """One file. Raises `TransferError` if not even its head can be read."""

    def __init__(self, stream: _Stream, entry: Entry, told: Told) -> None:
        self._stream = stream
        self._told = told
        self._version = 0
        if entry.head.startswith(_HEAD):
            stream.raw(4)
            self._version = stream.number("i")
            if not 1 <= self._version <= NEWEST:
                raise TransferError(f"{entry.base_name} has the version {self._version}, which is not known.")
        self._created_at = seconds(stream.number("q"))
        self._id = stream.text()
        self._title = stream.text()
        stream.text()  # the name of the user
        self._model_id = stream.text()
        self._where = self._title or entry.base_name
        self._modified_at = entry.modified_at
        self._items: list[_Item] = []

    def conversation(self) -> FoundConversation | None:
        """Return what can be read of it, None where there is no message."""
        try:
            if self._version >= 3:
                self._stream.texts()  # collections of documents
            if self._version < 11:
                self._skip_state()
            for _ in range(self._stream.count("i")):
                self._items.append(self._item())
            self._stream.end()
        except TransferError as error:
            self._told(Omission(NotRead.DAMAGED, self._where, str(error)))
            if not self._items:
                return None
        messages = [self._message(number, item) for number, item in enumerate(self._items)]
        return conversation_of(
            Source.GPT4ALL,
            self._id,
            self._title,
            chained(messages),
            self._told,
            created_at=self._created_at,
            updated_at=self._modified_at or self._created_at,
            model_id=self._model_id,
        )

    def _message(self, number: int, item: _Item) -> FoundMessage:
        role = _ROLES.get(item.name, Role.ASSISTANT if number % 2 else Role.USER)  # the names were translated until 3.0
        said: list[str] = []
        thoughts: list[str] = []
        duration = 0.0
        for part in item.told():
            if part.note or part.name == "Think: ":
                thoughts.append(part.note or part.text)
                duration += part.thinking_s
            elif part.name != "ToolResponse: ":  # it is told with its call
                said.append(part.text)
        text, thought = without_thinking(joined(said)) if role is Role.ASSISTANT else (joined(said), "")
        is_answer = role is Role.ASSISTANT
        return FoundMessage(
            str(number),
            role,
            text,
            created_at=self._created_at if number == 0 else None,
            reasoning=joined([*thoughts, thought]),
            reasoning_s=duration or None,
            model_id=self._model_id if is_answer else "",
            endpoint_name="GPT4All" if is_answer else "",
            finish_reason=FinishReason.CANCELLED if is_answer and item.is_stopped else None,
            files=item.files,
        )

    def _skip_state(self) -> None:
        """Pass over what the model had in memory, which may be hundreds of megabytes."""
        stream, version = self._stream, self._version
        has_state = stream.flag() if version >= 6 else True
        if version >= 2:
            stream.raw(8)  # the kind of model, and a version
        stream.text()  # the last answer once more
        stream.text()  # the name once more
        stream.raw(4)  # tokens
        if not has_state:
            return
        stream.raw(4 * ((version < 4) + 1 + (version >= 7)))
        if version < 9:
            stream.raw(4 * stream.number("Q"))
        stream.raw(4 * stream.number("Q"))
        stream.block()

    def _item(self) -> _Item:
        stream, version = self._stream, self._version
        if version < 12:
            stream.raw(4)
        name, text = stream.text(), stream.text()
        if version < 10:
            stream.text()  # the prompt once more
        stream.text()  # a better answer that was proposed to the makers
        stream.flag()
        is_stopped = stream.flag()
        stream.raw(2)
        if version >= 11 and name == "Response: ":
            stream.flag()
        self._skip_sources()
        files: list[FoundFile] = []
        if version >= 10:
            for _ in range(stream.count("q")):
                url, content = stream.block().decode("utf-8", "replace"), stream.block()
                files.append(_attached(url, content))
        parts = tuple(self._part(0) for _ in range(stream.count("q"))) if version >= 12 else ()
        return _Item(name, text, is_stopped=is_stopped, files=tuple(files), parts=parts)

    def _skip_sources(self) -> None:
        """Pass over the documents that were found for the question."""
        stream = self._stream
        if self._version >= 8:
            for _ in range(stream.count("q")):
                for _ in range(7):
                    stream.text()
                stream.raw(12)
        elif self._version >= 3:
            stream.text()
            stream.texts()

    def _part(self, depth: int) -> _Item:
        if depth > _DEEPEST:
            raise TransferError("Parts of an answer lie too deep inside each other.")
        stream = self._stream
        name, text = stream.text(), stream.text()
        note, duration = "", 0.0
        if name == "Think: ":
            duration = stream.number("i") / 1000
            text = without_thinking(text)[1] or text
        elif name == "ToolCall: ":
            note = self._call()
        elif name not in ("Response: ", "ToolResponse: ", "Text: "):
            raise TransferError(f"A part “{name[:40]}” is not known.")
        parts = tuple(self._part(depth + 1) for _ in range(stream.count("q")))
        return _Item(name, text, duration if 0 < duration < 1e6 else 0.0, note, parts=parts)

    def _call(self) -> str:
        stream = self._stream
        name = stream.text()
        given = {}
        for _ in range(stream.count("q")):
            key, _ = stream.text(), stream.raw(4)
            given[key] = stream.variant()
        result, _, fault = stream.text(), stream.raw(4), stream.text()
        only = next(iter(given.values())) if len(given) == 1 else given
        return tool_note(name, only if isinstance(only, str | dict) else given, result or fault)


def _attached(url: str, content: bytes) -> FoundFile:
    """Make a file of what was attached, under the last part of its address."""
    try:
        path = unquote(urlsplit(url).path) or url
    except ValueError:
        path = url
    return file_of(path, lambda: content)
