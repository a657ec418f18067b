"""The lossless JSON: everything that is stored, a thing a line (docs/export-format.md).

It is one list of objects. The first says what the file is; each further one is a preset, prompt, folder, tag or lesson,
a file, or a conversation with its messages. What something refers to stands before it, so that a reader needs no more
in memory than one conversation. The last object says how many there were: without it the file is cut.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from easychat_gui import __version__
from easychat_gui.domain.transfer import ConversationRecord, WholeRows
from easychat_gui.storage.imports import rows_of
from easychat_gui.storage.migrations import CURRENT_VERSION
from easychat_gui.storage.records import AttachedFileLost, attached_content
from easychat_gui.storage.whole import meant
from easychat_gui.transfer.formats import Beside, Job, Told

FORMAT = "easychat"
VERSION = 1


def write(records: Iterable[ConversationRecord], path: Path, job: Job, told: Told, _beside: Beside) -> None:
    """Write conversations, each with all that belongs to it."""
    with path.open("wb") as file:
        _Writer(file, told, with_files=job.options.attachments).write(records, job.now)


class _Writer:
    def __init__(self, file: BinaryIO, told: Told, *, with_files: bool) -> None:
        self._file = file
        self._told = told
        self._with_files = with_files
        self._known: set[tuple[str, Any]] = set()
        """What has been written already, by kind and id."""
        self._mark = b"[\n"

    def write(self, records: Iterable[ConversationRecord], now: float) -> None:
        count = 0
        self._put(
            "header",
            {
                "format": FORMAT,
                "version": VERSION,
                "program": __version__,
                "schema": CURRENT_VERSION,
                "written_at": now,
            },
        )
        for record in records:
            self._write(record, record.rows or _part_of(record))
            count += 1
        self._put("end", {"conversations": count})
        self._file.write(b"\n]\n")

    def _write(self, record: ConversationRecord, rows: WholeRows) -> None:
        for each in rows.belongings:
            if self._is_new(each.kind, each.row["id"]):
                self._put(each.kind, each.row)
        if self._with_files:
            for attachment in rows.attachments:
                sha256 = attachment["sha256"]
                if sha256 in record.files and self._is_new("file", sha256):
                    self._put_file(sha256, record.files[sha256])
        of_messages: dict[str | None, list[Mapping[str, Any]]] = {}
        for attachment in rows.attachments:
            owner = attachment.get("message_id") or attachment.get("queued_id")
            of_messages.setdefault(owner, []).append(_without(attachment, "conversation_id", "message_id", "queued_id"))
        messages = [_with_files(each, of_messages) for each in self._counted(rows.messages)]
        queued = [_with_files(each, of_messages) for each in rows.queued]
        values = {**rows.conversation, "tags": list(rows.tags), "messages": messages}
        if queued:
            values["queued_messages"] = queued
        if None in of_messages:
            values["attachments"] = of_messages[None]
        self._put("conversation", values)

    def _counted(self, messages: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        for message in messages:
            self._told.message()
            yield message

    def _is_new(self, kind: str, id_: Any) -> bool:
        if (kind, id_) in self._known:
            return False
        self._known.add((kind, id_))
        return True

    def _put_file(self, sha256: str, path: Path) -> None:
        try:
            content = b"".join(attached_content(path))
        except AttachedFileLost:  # its row says that there was one
            return
        self._put("file", {"sha256": sha256, "size": len(content), "data": base64.b64encode(content).decode()})

    def _put(self, kind: str, values: Mapping[str, Any]) -> None:
        text = json.dumps({"type": kind, **values}, ensure_ascii=False, separators=(",", ":"), default=str)
        self._file.write(self._mark + text.encode("utf-8", "replace"))
        self._mark = b",\n"


def _with_files(message: Mapping[str, Any], files: Mapping[str | None, list[Mapping[str, Any]]]) -> dict[str, Any]:
    found = _without(message, "conversation_id")
    return {**found, "attachments": files[message["id"]]} if message["id"] in files else found


def _without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _part_of(record: ConversationRecord) -> WholeRows:
    """Return the rows of a part of a conversation: of its messages, as they are in the record."""
    arriving = rows_of(record.conversation, record.messages, record.folder, record.tags)
    row = {**meant(arriving.row), "draft": ""}
    for name in ("folder_id", "preset_id", "edit"):
        row.pop(name, None)
    return WholeRows(
        row, tuple(map(meant, arriving.messages)), tuple(map(meant, arriving.attachments)), tags=record.tags
    )
