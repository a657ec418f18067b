"""LM Studio's conversations: files ``*.conversation.json`` in ``~/.lmstudio/conversations``, in folders of the
person's.

Source of the format: files of 0.3 (2024 to 2026), lmstudio-ai/lmstudio.js, ``ChatHistoryData.ts``, and the programs
that convert them (zeveck/json_to_md, YorkieDev/lm-studio-conversation-converter); it is not documented. A message has
``versions``, of which ``currentlySelected`` is shown: each is a branch here, and what follows it hangs on that one. A
version is ``singleStep`` (``content``) or ``multiStep`` (``steps``; a ``contentBlock`` with the style "thinking" is
what the model thought). Only some versions have dates: where a message has none, it is none here, too. Files lie in
``user-files`` beside ``conversations``, with the name that they had in ``<file>.metadata.json``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from typing import Any

from easychat_gui.domain.errors import TransferError
from easychat_gui.domain.messages import FinishReason, Role, Usage
from easychat_gui.domain.transfer import FoundConversation, FoundFile, FoundMessage, NotRead, Omission, Source
from easychat_gui.transfer.arranging import conversation_of, is_empty
from easychat_gui.transfer.bundles import Bundle, open_bundle
from easychat_gui.transfer.contents import (
    data_url_file,
    file_of,
    finish_of,
    joined,
    key_of,
    role_of,
    tool_note,
    usage_of,
    without_thinking,
)
from easychat_gui.transfer.entries import Entry
from easychat_gui.transfer.json_stream import Damaged, items
from easychat_gui.transfer.reader import Reader, Told, damaged_item, listed, mapping, seconds, text_of
from easychat_gui.transfer.recognition import has_keys

_OWN_NAMES = {"lastUsedModel", "perChatPredictionConfig", "usePerChatPredictionConfig", "userFilesSizeBytes"}
_PROMPT_FIELD = "llm.prediction.systemPrompt"
_THOUGHT_FOR = re.compile(r"Thought for (?:(\d{1,6}) minutes? )?(\d{1,6}(?:\.\d{1,6})?) seconds?")
_UPLOAD_TIME = re.compile(r"^\d{10,} - ")


def recognises(bundle: Bundle) -> bool:
    """Is a conversation of versions in it?"""
    return any(map(_is_conversation, bundle.of_json(most=200)))


def read(bundle: Bundle, told: Told) -> Iterator[FoundConversation]:
    """Yield the conversations in the order of their files. Raises `TransferError`."""
    uploads = _Uploads(bundle)
    known = {entry.name for entry in bundle.of_json(most=200_000) if _is_conversation(entry)}
    for entry in bundle:
        if entry.name not in known:
            if entry.name.lower().endswith(".conversation.json"):
                told(Omission(NotRead.DAMAGED, entry.name))
            continue
        for item in items(entry):
            if isinstance(item, Damaged):
                told(damaged_item(entry, item))
            elif (found := _conversation(mapping(item), entry, uploads, told)) is not None:
                yield found


READER = Reader(Source.LM_STUDIO, recognises, read)


def _is_conversation(entry: Entry) -> bool:
    first = entry.first_item
    if first is None:
        return has_keys(entry.head, "currentlySelected", "lastUsedModel") and has_keys(
            entry.head, "versions", "messages"
        )
    held = mapping(first)
    messages = held.get("messages")
    if not isinstance(messages, list):
        return False
    if any(isinstance(mapping(each).get("versions"), list) for each in messages[:20]):
        return True
    return bool(_OWN_NAMES & held.keys())


def _conversation(held: dict[str, Any], entry: Entry, uploads: _Uploads, told: Told) -> FoundConversation | None:
    title = text_of(held.get("name")).strip()
    model = mapping(held.get("lastUsedModel"))
    made = _Versions(title or entry.base_name, uploads, text_of(model.get("identifier")))
    for number, value in enumerate(listed(held.get("messages"))):
        made.add(number, mapping(value))
    name = entry.base_name.removesuffix(".conversation.json")
    created_at = seconds(held.get("createdAt")) or (seconds(name) if name.isdigit() else None)
    touched = [seconds(held.get(name)) for name in ("userLastMessagedAt", "assistantLastMessagedAt")]
    return conversation_of(
        Source.LM_STUDIO,
        name if name.isdigit() else key_of(held.get("createdAt")),
        title,
        made.messages,
        told,
        created_at=created_at,
        updated_at=max(filter(None, touched), default=entry.modified_at),
        leaf_key=made.tip,
        system_prompt=_system_prompt(held),
        model_id=text_of(model.get("identifier")) or text_of(model.get("indexedModelIdentifier")),
        is_pinned=held.get("pinned") is True,
        folder=_folder(entry, uploads.chosen),
        omissions=tuple(dict.fromkeys(made.omitted)),
    )


def _folder(entry: Entry, chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Return the person's folders: those below ``conversations``, else those that were chosen."""
    folders = entry.folders
    whole = folders if "conversations" in folders else (*chosen, *folders)
    if "conversations" in whole:
        return whole[whole.index("conversations") + 1 :]
    return tuple(name for name in folders if name not in (".lmstudio", ".cache", "lm-studio"))


def _system_prompt(held: dict[str, Any]) -> str:
    fields = map(mapping, listed(mapping(held.get("perChatPredictionConfig")).get("fields")))
    told = next((text_of(each.get("value")) for each in fields if each.get("key") == _PROMPT_FIELD), "")
    return (told or text_of(held.get("systemPrompt"))).strip()


class _Versions:
    """Makes branches of versions. ``tip`` is the last message of what was shown."""

    def __init__(self, title: str, uploads: _Uploads, model_id: str) -> None:
        self._title = title
        self._uploads = uploads
        self._model_id = model_id
        self.messages: list[FoundMessage] = []
        self.omitted: list[Omission] = []
        self.tip: str | None = None

    def add(self, number: int, held: dict[str, Any]) -> None:
        """Add all versions of a message; the next ones follow that which was shown."""
        versions = [mapping(each) for each in listed(held.get("versions"))] or [held]
        selected = held.get("currentlySelected")
        shown = selected if isinstance(selected, int) and 0 <= selected < len(versions) else len(versions) - 1
        tip = self.tip
        for place, version in enumerate(versions):
            message = self._message(f"{number}.{place}", version, held)
            if message is None or is_empty(message):
                continue
            self.messages.append(message)
            if place == shown:
                tip = message.key
        self.tip = tip

    def _message(self, key: str, version: dict[str, Any], held: dict[str, Any]) -> FoundMessage | None:
        role = role_of(version.get("role")) or role_of(held.get("role"))
        if role is None:
            return None
        said: list[str] = []
        thoughts: list[str] = []
        files: list[FoundFile] = []
        made = _Made()
        steps = [mapping(each) for each in listed(version.get("steps"))]
        for step in steps or [{"type": "contentBlock", "content": version.get("content")}]:
            if step.get("type") == "contentBlock":
                style = mapping(step.get("style"))
                is_thought = style.get("type") == "thinking"
                if is_thought:
                    made.add_thinking(text_of(style.get("title")))
                made.add_figures(mapping(step.get("genInfo")))
                self._take(step.get("content"), thoughts if is_thought else said, thoughts, files)
            elif step.get("type") not in ("debugInfoBlock", "status", "toolStatus", "citationBlock"):
                self.omitted.append(Omission(NotRead.UNKNOWN_CONTENT, self._title, text_of(step.get("type"))))
        text, thought = without_thinking(joined(said)) if role is Role.ASSISTANT else (joined(said), "")
        is_answer = role is Role.ASSISTANT
        sender = text_of(mapping(version.get("senderInfo")).get("senderName"))
        return FoundMessage(
            key,
            role,
            text,
            self.tip,
            seconds(version.get("createdAt")) or seconds(held.get("createdAt")),
            reasoning=joined([*thoughts, thought]),
            reasoning_s=made.reasoning_s or None,
            model_id=(made.model_id or sender or self._model_id) if is_answer else "",
            endpoint_name="LM Studio" if is_answer else "",
            usage=made.usage if is_answer else None,
            finish_reason=made.ending if is_answer else None,
            files=tuple(files),
        )

    def _take(self, content: Any, texts: list[str], thoughts: list[str], files: list[FoundFile]) -> None:
        for part in content if isinstance(content, list) else [content]:
            values = mapping(part)
            kind = text_of(values.get("type"))
            if isinstance(part, str):
                texts.append(part)
            elif kind == "text":
                texts.append("" if values.get("isStructural") is True else text_of(values.get("text")))
            elif kind == "file":
                self._add_file(values, files)
            elif kind == "toolCallRequest":
                call = mapping(values.get("toolCallRequest")) or values
                given = call.get("arguments", call.get("parameters"))
                thoughts.append(tool_note(text_of(call.get("name")), given))
            elif kind == "toolCallResult":
                thoughts.append(tool_note("", "", values.get("content")))
            elif kind:
                self.omitted.append(Omission(NotRead.UNKNOWN_CONTENT, self._title, kind))

    def _add_file(self, held: dict[str, Any], files: list[FoundFile]) -> None:
        id_ = text_of(held.get("fileIdentifier")) or text_of(held.get("identifier"))
        name = text_of(held.get("name")) or text_of(held.get("fileName"))
        if found := data_url_file(held.get("url"), name) or self._uploads.find(id_, name):
            files.append(found)
        else:
            self.omitted.append(Omission(NotRead.FILE_MISSING, self._title, name or _UPLOAD_TIME.sub("", id_)))


class _Made:
    """How an answer came about, told by its steps."""

    def __init__(self) -> None:
        self.reasoning_s = 0.0
        self.model_id = ""
        self.usage: Usage | None = None
        self.ending: FinishReason | None = None

    def add_thinking(self, title: str) -> None:
        """Add the time that stands in the title of a thought, "Thought for 19.35 seconds"."""
        if match := _THOUGHT_FOR.search(title):
            self.reasoning_s += 60 * int(match.group(1) or 0) + float(match.group(2))

    def add_figures(self, told: dict[str, Any]) -> None:
        """Take model and counts."""
        stats = mapping(told.get("stats"))
        self.model_id = text_of(told.get("identifier")) or text_of(told.get("indexedModelIdentifier")) or self.model_id
        self.usage = usage_of(stats, ("promptTokensCount",), ("predictedTokensCount",)) or self.usage
        self.ending = finish_of(stats.get("stopReason")) or self.ending


class _Uploads:
    """The files that were sent: in ``user-files``, under names that the conversations know."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        path = bundle.path.absolute()
        self.chosen = path.parent.parts if bundle.is_single else path.parts

    def find(self, id_: str, name: str) -> FoundFile | None:
        """Return a file, under the name that it had."""
        for bundle in (self._bundle, self._beside) if id_ else ():
            for entry in bundle.called(id_):
                about = next(iter(bundle.called(f"{id_}.metadata.json")), None)
                told = mapping(about.first_item) if about is not None else {}
                original = name or text_of(told.get("originalName")) or _UPLOAD_TIME.sub("", id_)
                return file_of(original, entry.read)
        return None

    @cached_property
    def _beside(self) -> Bundle:
        """What lies beside the folder of conversations out of which something was chosen."""
        path = self._bundle.path.absolute()
        for folder in (path, *path.parents):
            if folder.name == "conversations":
                with suppress(TransferError):
                    return open_bundle(folder.with_name("user-files"))
        return Bundle(path, ())
