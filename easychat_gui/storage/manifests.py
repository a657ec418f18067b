"""The list of what belongs to one backup: ``easychat-<time>.json``.

Its fields, in version 1: ``format`` ("easychat-backup") and ``version``; ``program``, which made it; ``number``, one
more than that of the backup before; ``made_at``, seconds since 1970; ``schema``, the version of the database; ``size``
and ``sha256`` of the database file; ``chunk_size``; ``chunks``, the SHA-256 of each piece of it in order (a piece is
``chunks/ab/ab12…``, compressed by zlib); ``conversations`` and ``messages``, how many there are; ``listing``, pieces
that hold the list of chats as JSON ([id, title, changed, messages] each), null for an encrypted database; ``files``,
the SHA-256 of the attached files, which lie in ``files/ab/ab12…`` as they are; ``missing_files``, how many were not
there when it was made; ``seen``, by
which the next run tells whether the database has changed; ``check``, the SHA-256 of all the other fields, written as
JSON with sorted keys and without spaces. So twenty lines of any language bring a database back.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from easychat_gui.domain.backups import BackupFault
from easychat_gui.domain.errors import BackupUnusable
from easychat_gui.support.atomic_files import write_atomically

FORMAT = "easychat-backup"
VERSION = 1

_HASH = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


@dataclass(frozen=True, slots=True)
class Manifest:
    """See above."""

    program: str
    number: int
    made_at: float
    schema: int
    size: int
    sha256: str
    chunk_size: int
    conversations: int
    messages: int
    chunks: list[str]
    listing: list[str] | None
    files: list[str]
    missing_files: int
    seen: list[int]

    def write(self, path: Path) -> None:
        """Put it in its place, whole or not at all. Raises OSError."""
        values = {"format": FORMAT, "version": VERSION, **asdict(self)}
        text = json.dumps({**values, "check": _check_of(values)}, ensure_ascii=False, indent=0)
        write_atomically(path, text.encode())


def read_manifest(path: Path) -> Manifest:
    """Read one. Raises `BackupUnusable`."""
    try:
        values = json.loads(path.read_bytes())
        if values["format"] != FORMAT:
            raise ValueError(values["format"])  # noqa: TRY301  # one way out for all that is wrong with it
        if values["version"] > VERSION:
            raise BackupUnusable(f"{path} was made by a later version.", path, BackupFault.TOO_NEW)
        if values.pop("check") != _check_of(values):
            raise ValueError("check")  # noqa: TRY301
        return Manifest(**{each.name: values[each.name] for each in fields(Manifest)})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BackupUnusable(f"{path} is damaged.", path, BackupFault.MANIFEST) from error


def names_in(path: Path) -> set[str]:
    """Return whatever looks like the name of a piece in a manifest, damaged or of a later version as it may be.

    What such a one refers to must not be thrown away because it cannot be read today. Raises OSError.
    """
    return {found.decode() for found in _HASH.findall(path.read_bytes())}


def _check_of(values: dict[str, Any]) -> str:
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
