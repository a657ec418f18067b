"""Cherry Studio's own database, ``Data/cherrystudio.sqlite``: since version 2 what a backup holds.

Source of the format: CherryHQ/cherry-studio, ``src/main/data/db/schemas`` and ``migrations/sqlite-drizzle`` (2.0 to
2.1), ``LegacyBackupManager.ts`` (backup version 7). ``topic`` has ``active_node_id``, the end of the branch that is
shown; ``message`` is a tree (``parent_id``; the role "root" is no message), whose ``data`` has parts as those of
Vercel's AI SDK: "text", "reasoning", "file", "tool-<name>", and the program's own, "data-<kind>". Talks with agents are
in ``agent_session``, without branches. What has a date in ``deleted_at`` lies in the trash there. Tables in which keys
lie (``user_provider``, ``preference``) are not looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from easychat_gui.domain.errors import TransferError
from easychat_gui.domain.messages import FinishReason, Role
from easychat_gui.domain.transfer import FoundConversation, FoundFile, FoundMessage, NotRead, Omission, Source
from easychat_gui.storage.foreign import ForeignDatabase
from easychat_gui.transfer.arranging import chained, conversation_of
from easychat_gui.transfer.bundles import Bundle
from easychat_gui.transfer.contents import (
    data_url_file,
    file_of,
    joined,
    key_of,
    role_of,
    tool_note,
    usage_of,
    without_thinking,
)
from easychat_gui.transfer.entries import Entry
from easychat_gui.transfer.reader import Told, fenced, listed, mapping, seconds, text_of
from easychat_gui.transfer.recognition import databases_with

_TABLES = {
    "topic": {"id", "name", "active_node_id", "assistant_id"},
    "message": {"id", "topic_id", "parent_id", "role", "data"},
}
_TOPIC = (
    "id",
    "name",
    "assistant_id",
    "active_node_id",
    "is_pinned",
    "prompt",
    "created_at",
    "updated_at",
    "deleted_at",
)
_SESSION = ("id", "name", "title", "agent_id", "created_at", "updated_at", "deleted_at")
_MESSAGE = ("id", "parent_id", "role", "data", "status", "model_id", "model_snapshot", "message_snapshot", "model_meta",
            "stats", "usage", "created_at", "deleted_at")  # fmt: skip
_PROMPT_TOKENS = ("promptTokens", "inputTokens", "input_tokens")
_COMPLETION_TOKENS = ("completionTokens", "outputTokens", "output_tokens")
_NOT_SHOWN = ("step-start", "source-url", "source-document", "data-citation", "data-error", "data-compact",
              "data-compaction-anchor", "data-agent-task-event", "")  # fmt: skip


def databases(bundle: Bundle) -> Iterator[Entry]:
    """Yield the databases of this program."""
    yield from databases_with(bundle, _TABLES)


def of_database(entry: Entry, bundle: Bundle, told: Told) -> Iterator[FoundConversation]:
    """Yield the topics of a database, then the talks with agents. Raises `TransferError`."""
    with entry.on_disk() as path, ForeignDatabase(path) as database:
        kept = _Kept(database, entry, bundle, told)
        yield from kept.topics()
        yield from kept.sessions()


class _Kept:
    """What is in one database."""

    def __init__(self, database: ForeignDatabase, entry: Entry, bundle: Bundle, told: Told) -> None:
        self._database = database
        self._entry = entry
        self._told = told
        stored = [each for each in bundle.nearby if "Files" in each.folders]
        self._files = {name: each for each in stored for name in (each.stem, each.base_name)}
        self._tables = database.tables()
        self._owners = {
            table: {key_of(row.get("id")): row for row in self._rows(table, "id", "name", "prompt", "instructions")}
            for table in ("assistant", "agent")
        }
        self._pinned = {
            key_of(row.get("entity_id"))
            for row in self._rows("pin", "entity_type", "entity_id", where=("entity_type", "topic"))
        }
        names = {key_of(row.get("id")): text_of(row.get("name")) for row in self._rows("tag", "id", "name")}
        self._tags: dict[str, list[str]] = {}
        for row in self._rows("entity_tag", "entity_id", "tag_id", where=("entity_type", "topic")):
            if name := names.get(key_of(row.get("tag_id"))):
                self._tags.setdefault(key_of(row.get("entity_id")), []).append(name)

    def topics(self) -> Iterator[FoundConversation]:
        for row in self._rows("topic", *_TOPIC):
            messages = self._messages("message", "topic_id", row) if row.get("deleted_at") is None else []
            if messages and (found := self._conversation(row, messages, "assistant")) is not None:
                yield found

    def sessions(self) -> Iterator[FoundConversation]:
        for row in self._rows("agent_session", *_SESSION):
            messages = self._messages("agent_session_message", "session_id", row)
            if messages and (found := self._conversation(row, messages, "agent")) is not None:
                yield found

    def _rows(self, table: str, *columns: str, where: tuple[str, Any] | None = None) -> Iterator[Mapping[str, Any]]:
        order = "created_at" if table.endswith("message") else "rowid"
        try:
            if table in self._tables:
                yield from self._database.rows(table, *columns, order=order, where=where)
        except TransferError as error:
            self._told(Omission(NotRead.DAMAGED, self._entry.base_name, str(error)))

    def _messages(self, table: str, column: str, above: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        rows = self._rows(table, *_MESSAGE, where=(column, above.get("id")))
        return [row for row in rows if row.get("deleted_at") is None]

    def _conversation(
        self, about: Mapping[str, Any], rows: list[Mapping[str, Any]], owners: str
    ) -> FoundConversation | None:
        id_ = key_of(about.get("id"))
        title = text_of(about.get("name")) or text_of(about.get("title"))
        owner = self._owners[owners].get(key_of(about.get("assistant_id")) or key_of(about.get("agent_id")), {})
        name = text_of(owner.get("name")).strip()
        parts = _Parts(title, self._files)
        messages = [message for row in rows if (message := parts.message(row)) is not None]
        prompts = [text_of(each) for each in (owner.get("prompt"), owner.get("instructions"), about.get("prompt"))]
        return conversation_of(
            Source.CHERRY_STUDIO,
            id_,
            title,
            chained(messages) if owners == "agent" else messages,
            self._told,
            created_at=seconds(about.get("created_at")),
            updated_at=seconds(about.get("updated_at")),
            leaf_key=key_of(about.get("active_node_id")) or None,
            system_prompt=joined(prompts).strip(),
            model_id=next((each.model_id for each in reversed(messages) if each.model_id), ""),
            is_pinned=about.get("is_pinned") == 1 or id_ in self._pinned,
            folder=(name,) if name else (),
            tags=tuple(self._tags.get(id_, ())),
            omissions=tuple(dict.fromkeys(parts.omitted)),
        )


@dataclass(slots=True)
class _Made:
    """A message that is being put together."""

    texts: list[str] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)
    thinking_ms: float = 0.0
    files: list[FoundFile] = field(default_factory=list)


class _Parts:
    """Makes messages of one topic, and notes what cannot be brought."""

    def __init__(self, title: str, files: Mapping[str, Entry]) -> None:
        self._title = title
        self._files = files
        self.omitted: list[Omission] = []

    def message(self, row: Mapping[str, Any]) -> FoundMessage | None:
        """Return the message of a row; None for the root of a tree and for what is none."""
        role = role_of(row.get("role"))
        if role is None:
            return None
        data = self._opened(row.get("data"))
        made = _Made()
        for part in map(mapping, listed(data.get("parts")) or listed(data.get("blocks"))):
            self._take(part, made)
        is_answer = role is Role.ASSISTANT
        said, thought = without_thinking(joined(made.texts)) if is_answer else (joined(made.texts), "")
        stats = {**self._opened(row.get("usage")), **self._opened(row.get("stats"))}
        model_id, provider = self._model(row) if is_answer else ("", "")
        took = made.thinking_ms or _milliseconds(stats.get("timeThinkingMs"))
        return FoundMessage(
            key_of(row.get("id")),
            role,
            said,
            key_of(row.get("parent_id")) or None,
            seconds(row.get("created_at")),
            reasoning=joined([*made.thoughts, thought]),
            reasoning_s=took / 1000 or None if is_answer else None,
            model_id=model_id,
            endpoint_name=provider,
            usage=usage_of(stats, _PROMPT_TOKENS, _COMPLETION_TOKENS) if is_answer else None,
            finish_reason=FinishReason.CANCELLED if is_answer and row.get("status") == "paused" else None,
            files=tuple(made.files),
        )

    def _model(self, row: Mapping[str, Any]) -> tuple[str, str]:
        """Return the model and who offers it: as it was noted for the answer, else of its id, "provider::model"."""
        noted = self._opened(row.get("message_snapshot"))
        noted = (
            mapping(noted.get("model"))
            or noted
            or self._opened(row.get("model_snapshot"))
            or self._opened(row.get("model_meta"))
        )
        provider, _, id_ = text_of(row.get("model_id")).rpartition("::")
        named = text_of(noted.get("id")).rpartition("::")[2] or text_of(noted.get("name"))
        return id_ or named, text_of(noted.get("provider")) or provider

    def _opened(self, value: Any) -> dict[str, Any]:
        try:
            return mapping(json.loads(value)) if isinstance(value, str) else {}
        except (ValueError, RecursionError) as error:
            self.omitted.append(Omission(NotRead.DAMAGED, self._title, str(error)))
            return {}

    def _take(self, part: dict[str, Any], made: _Made) -> None:
        kind, data = text_of(part.get("type")), mapping(part.get("data"))
        content = text_of(part.get("text")) or text_of(part.get("content")) or text_of(data.get("content"))
        if kind in ("text", "main_text"):
            made.texts.append(content)
        elif kind in ("reasoning", "thinking"):
            made.thoughts.append(content)
            about = mapping(mapping(part.get("providerMetadata")).get("cherry"))
            made.thinking_ms += _milliseconds(about.get("thinkingMs", part.get("thinking_millsec")))
        elif kind in ("data-code", "code"):
            made.texts.append(fenced(content, text_of(data.get("language")) or text_of(part.get("language"))))
        elif kind in ("data-translation", "translation"):
            made.texts.append(f"---\n\n{content}" if content.strip() else "")
        elif kind == "dynamic-tool" or kind.startswith("tool-"):
            name = text_of(part.get("toolName")) or kind.removeprefix("tool-")
            made.thoughts.append(tool_note(name, part.get("input"), _result(part)))
        elif kind in ("file", "data-video", "image"):
            self._add_file({**part, **data}, made)
        elif kind not in _NOT_SHOWN:
            self.omitted.append(Omission(NotRead.UNKNOWN_CONTENT, self._title, kind))

    def _add_file(self, part: dict[str, Any], made: _Made) -> None:
        url = text_of(part.get("url")) or text_of(part.get("filePath"))
        stored = url.replace("\\", "/").rpartition("/")[2]
        id_ = text_of(mapping(mapping(part.get("providerMetadata")).get("cherry")).get("fileEntryId"))
        name = text_of(part.get("filename")) or stored
        if (found := data_url_file(url, text_of(part.get("filename")))) is not None:
            made.files.append(found)
            return
        entry = self._files.get(id_) or self._files.get(stored)
        if entry is not None:
            made.files.append(file_of(name or entry.base_name, entry.read, text_of(part.get("mediaType"))))
        elif name or id_:
            self.omitted.append(Omission(NotRead.FILE_MISSING, self._title, (name or id_)[:200]))


def _result(part: dict[str, Any]) -> Any:
    """Return what a tool has answered: the texts in it, where it is made of such."""
    output = part.get("output") or text_of(part.get("errorText"))
    texts = [text_of(mapping(each).get("text")) for each in listed(mapping(output).get("content"))]
    return joined(texts) or output


def _milliseconds(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and 0 < value < 1e9 else 0.0
