"""Chatbox: its exported data as JSON, and its backup as a zip.

Source of the format: Bin-Huang/chatbox, ``shared/types`` (0.1 to 1.20) and ``renderer/packages/backup`` (format 2). The
JSON is what the program keeps by name: sessions under ``session:<id>``, their order, names and stars in
``chat-sessions-list``; until 1.9 all of them in the list ``chat-sessions``. The zip has ``manifest.json``, each session
in ``sessions/<id>/session.json``, and pictures and files as members; the JSON has none of these. ``settings``, where
keys lie, is never looked at.

A session holds ``messages``; earlier topics of it are in ``threads``, each a chat of its own here. Branches are in
``messageForksHash``: by the id of the message after which they part, ``lists`` of what follows, of which the one at
``position`` is empty, since it stands in ``messages``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from easychat_gui.domain.errors import TransferError
from easychat_gui.domain.messages import Role
from easychat_gui.domain.transfer import FoundConversation, FoundFile, FoundMessage, NotRead, Omission, Source
from easychat_gui.transfer.arranging import chained, conversation_of
from easychat_gui.transfer.bundles import Bundle
from easychat_gui.transfer.contents import (
    data_url_file,
    file_of,
    finish_of,
    joined,
    key_of,
    role_of,
    text_file,
    tool_note,
    usage_of,
    without_thinking,
)
from easychat_gui.transfer.entries import Entry
from easychat_gui.transfer.json_stream import Damaged, load, members
from easychat_gui.transfer.reader import Reader, Told, damaged_item, listed, mapping, seconds, text_of
from easychat_gui.transfer.recognition import has_keys

_LIST = "chat-sessions-list"
_OLD_LIST = "chat-sessions"
_SESSION = "session:"
_FORMAT = "chatbox-backup"
_HEAD = ("chat-sessions-list", "chat-sessions", "__exported_items", r"session:[\w-]+")


def recognises(bundle: Bundle) -> bool:
    """Is Chatbox's own store in it, or a backup with its manifest?"""
    return _manifest(bundle) is not None or any(map(_is_store, bundle.of_json(most=200)))


def read(bundle: Bundle, told: Told) -> Iterator[FoundConversation]:
    """Yield the sessions in the order of the program's list. Raises `TransferError`."""
    manifest = _manifest(bundle)
    if manifest is not None:
        yield from _of_backup(bundle, manifest, told)
        return
    for entry in bundle.of_json():
        if _is_store(entry):
            yield from _of_store(entry, told)


READER = Reader(Source.CHATBOX, recognises, read)


# The JSON


def _is_store(entry: Entry) -> bool:
    first = entry.first_item
    if first is None:
        return has_keys(entry.head, *_HEAD)
    held = mapping(first)
    if any(name in held for name in (_LIST, "__exported_items")) or any(name.startswith(_SESSION) for name in held):
        return True
    sessions = listed(held.get(_OLD_LIST))
    return bool(sessions) and isinstance(mapping(sessions[0]).get("messages"), list)


def _of_store(entry: Entry, told: Told) -> Iterator[FoundConversation]:
    """Yield the sessions one by one: a store may be larger than memory ought to be."""
    known: dict[str, dict[str, Any]] = {}
    for name, value in members(entry):
        if name == _LIST:
            known = {key_of(mapping(each).get("id")): mapping(each) for each in listed(value)}
    seen: set[str] = set()
    for name, value in members(entry):
        if isinstance(value, Damaged):
            about = known.get(name.removeprefix(_SESSION), {})
            told(damaged_item(entry, value) if not about else Omission(NotRead.DAMAGED, text_of(about.get("name"))))
        elif name.startswith(_SESSION):
            id_ = name.removeprefix(_SESSION)
            seen.add(id_)
            if isinstance(value, dict):
                yield from _of_session({**known.get(id_, {}), **value}, id_, {}, told)
            else:
                told(Omission(NotRead.DAMAGED, text_of(known.get(id_, {}).get("name")) or id_))
        elif name in (_OLD_LIST, _LIST):
            for number, session in enumerate(map(mapping, listed(value))):
                id_ = key_of(session.get("id")) or f"#{number}"
                if isinstance(session.get("messages"), list) and id_ not in seen:
                    yield from _of_session(session, id_, {}, told)


# The zip


def _manifest(bundle: Bundle) -> dict[str, Any] | None:
    for entry in bundle.called("manifest.json"):
        held = mapping(entry.first_item)
        if held.get("format") == _FORMAT:
            return {**held, "": "/".join(entry.folders)}
        if entry.first_item is None and has_keys(entry.head, "formatVersion") and _FORMAT.encode() in entry.head[:200]:
            return {**mapping(load(entry)), "": "/".join(entry.folders)}
    return None


def _of_backup(bundle: Bundle, manifest: dict[str, Any], told: Told) -> Iterator[FoundConversation]:
    base = f"{manifest['']}/" if manifest[""] else ""
    resources: dict[str, tuple[Entry, dict[str, Any]]] = {}
    for resource in map(mapping, listed(manifest.get("resources"))):
        entry = bundle.get(base + text_of(resource.get("path")))
        if entry is not None:
            for key in listed(resource.get("originalStorageKeys")):
                resources[key_of(key)] = (entry, resource)
    listed_sessions = [mapping(each) for each in listed(manifest.get("sessions"))]
    paths = {text_of(each.get("path")): mapping(each.get("meta")) for each in listed_sessions}
    for found in bundle.called("session.json"):  # what the manifest has forgotten
        paths.setdefault(found.name.removeprefix(base), {})
    for path, about in paths.items():
        entry = bundle.get(base + path)
        name = text_of(about.get("name")) or path
        if entry is None:
            told(Omission(NotRead.FILE_MISSING, name, path))
            continue
        try:
            session = load(entry)
        except TransferError as error:
            told(Omission(NotRead.DAMAGED, name, str(error)))
            continue
        yield from _of_session({**about, **mapping(session)}, path, resources, told)


# Sessions


def _of_session(
    session: dict[str, Any], id_: str, resources: Mapping[str, tuple[Entry, dict[str, Any]]], told: Told
) -> Iterator[FoundConversation]:
    """Yield the chat of a session and those of its earlier topics."""
    name = text_of(session.get("name")).strip()
    key = key_of(session.get("id")) or id_
    topics = [(key, name, session.get("messages"), session.get("createdAt"))]
    for number, thread in enumerate(map(mapping, listed(session.get("threads"))), 1):
        thread_name = text_of(thread.get("name")).strip()
        title = f"{name} – {thread_name}" if name and thread_name not in ("", name) else name or thread_name
        thread_key = f"{key}/{key_of(thread.get('id')) or number}"
        topics.append((thread_key, title, thread.get("messages"), thread.get("createdAt")))
    forks = _Forks(session.get("messageForksHash"))
    for place, (topic_key, title, values, created_at) in enumerate(topics):
        parts = _Parts(title or name, resources)
        main = [message for value in listed(values) if (message := parts.message(mapping(value))) is not None]
        messages = chained(main)
        leaf = messages[-1].key if messages else None
        messages += forks.after({message.key for message in main}, parts, takes_all=place == len(topics) - 1)
        found = conversation_of(
            Source.CHATBOX,
            topic_key,
            title,
            messages,
            told,
            created_at=seconds(created_at),
            leaf_key=leaf,
            is_pinned=session.get("starred") is True and place == 0,
            is_archived=seconds(session.get("archivedAt")) is not None,
            omissions=tuple(dict.fromkeys(parts.omitted)),
        )
        if found is not None:
            yield found


class _Forks:
    """What may follow a message besides what follows it in the list."""

    def __init__(self, value: Any) -> None:
        self._by_pivot: dict[str, list[list[Any]]] = {}
        for pivot, fork in mapping(value).items():
            lists = [listed(mapping(each).get("messages")) for each in listed(mapping(fork).get("lists"))]
            self._by_pivot[pivot] = [each for each in lists if each]

    def after(self, keys: set[str], parts: _Parts, *, takes_all: bool) -> list[FoundMessage]:
        """Return the branches that begin at one of these messages, and those that begin in them.

        ``takes_all``: those that begin nowhere, too, at the beginning.
        """
        found: list[FoundMessage] = []
        waiting = deque(key for key in self._by_pivot if key in keys)
        seen = set(keys)
        while waiting or (takes_all and self._by_pivot):
            pivot = waiting.popleft() if waiting else next(iter(self._by_pivot))
            for values in self._by_pivot.pop(pivot, ()):
                line = [message for value in values if (message := parts.message(mapping(value))) is not None]
                fresh = [message for message in line if message.key not in seen]
                found += chained(fresh, pivot if pivot in seen else None)
                seen.update(message.key for message in fresh)
                waiting.extend(message.key for message in fresh if message.key in self._by_pivot)
        return found


class _Parts:
    """Makes messages of one chat, and notes what cannot be brought."""

    def __init__(self, title: str, resources: Mapping[str, tuple[Entry, dict[str, Any]]]) -> None:
        self._title = title
        self._resources = resources
        self.omitted: list[Omission] = []

    def message(self, held: dict[str, Any]) -> FoundMessage | None:
        """Return a message, without content where it is only a mark; None for what is no message."""
        role = role_of(held.get("role"))
        if role is None:
            return None
        key = key_of(held.get("id"))
        if held.get("isSummary") is True or held.get("isForkMarker") is True:
            return FoundMessage(key, role, "")
        texts: list[str] = []
        thoughts = [text_of(held.get("reasoningContent"))]
        files: list[FoundFile] = []
        durations = 0.0
        for part in map(mapping, listed(held.get("contentParts")) or listed(held.get("content"))):
            durations += self._take(part, texts, thoughts, files)
        text = joined(texts) or text_of(held.get("content"))
        if role is Role.ASSISTANT:
            text, thought = without_thinking(text)
            thoughts.append(thought)
        for each in map(mapping, listed(held.get("pictures"))):
            self._add(key_of(each.get("storageKey")), "", files, url=each.get("url"))
        for each in map(mapping, listed(held.get("files"))):
            stored = key_of(each.get("rawStorageKey"))
            stored = stored if stored in self._resources else key_of(each.get("storageKey")) or stored
            self._add(stored, text_of(each.get("name")), files, url=each.get("url"))
        is_answer = role is Role.ASSISTANT
        tokens = usage_of(held.get("usage"), ("inputTokens",), ("outputTokens",))
        tokens = tokens or usage_of(held, (), ("tokenCount",))
        return FoundMessage(
            key,
            role,
            text or (text_of(held.get("error")) if is_answer else ""),
            created_at=seconds(held.get("timestamp")),
            reasoning=joined(thoughts),
            reasoning_s=durations / 1000 or None,
            model_id=text_of(held.get("model")) if is_answer else "",
            endpoint_name=text_of(held.get("aiProvider")) if is_answer else "",
            usage=tokens if is_answer else None,
            finish_reason=finish_of(held.get("finishReason")) if is_answer else None,
            files=tuple(files),
        )

    def _take(self, part: dict[str, Any], texts: list[str], thoughts: list[str], files: list[FoundFile]) -> float:
        """Add one part to what it is; return how long the model thought, in milliseconds."""
        kind = text_of(part.get("type"))
        if kind in ("text", "info"):
            texts.append(text_of(part.get("text")))
        elif kind == "reasoning":
            thoughts.append(text_of(part.get("text")))
            duration = part.get("duration")
            return float(duration) if isinstance(duration, int | float) and 0 < duration < 1e9 else 0.0
        elif kind == "image":
            self._add(key_of(part.get("storageKey")), "", files, url=part.get("url"))
        elif kind == "tool-call":
            result = self._text_of(key_of(part.get("resultStorageKey"))) or part.get("result")
            thoughts.append(tool_note(text_of(part.get("toolName")), part.get("args"), result))
        elif kind == "audio":
            texts.append(text_of(part.get("transcript")))
        elif kind not in ("agent-mode-suggestion", ""):
            self.omitted.append(Omission(NotRead.UNKNOWN_CONTENT, self._title, kind))
        return 0.0

    def _add(self, stored: str, name: str, files: list[FoundFile], *, url: Any = None) -> None:
        entry, about = self._resources.get(stored, (None, {}))
        if (found := data_url_file(url, name)) is not None:
            files.append(found)
        elif entry is None:
            self.omitted.append(Omission(NotRead.FILE_MISSING, self._title, name or stored or text_of(url)))
        elif about.get("kind") in ("parsed-attachment", "parsed-link"):
            files.append(text_file(f"{name or entry.stem}.txt", entry.text()))
        else:
            original = name or text_of(about.get("filename")) or entry.base_name
            files.append(file_of(original, entry.read, text_of(about.get("mimeType"))))

    def _text_of(self, stored: str) -> str:
        entry, _ = self._resources.get(stored, (None, {}))
        return "" if entry is None else entry.text()
