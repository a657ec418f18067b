"""Backups of the database, as everyone sees them: what each is, what it holds, which are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import NamedTuple

from easychat_gui.domain.ids import ConversationId


@dataclass(frozen=True, slots=True)
class Retention:
    """Whether backups are made by themselves, and of how many days, weeks and months the newest is kept."""

    is_on: bool = True
    days: int = 7
    weeks: int = 4
    months: int = 12


USUAL = Retention()


class BackupKind(Enum):
    """CHUNKS: a manifest, whose content lies in the store of chunks. WHOLE: a database file, as earlier versions made
    them. BEFORE_MIGRATION: such a file, from just before the format changed; it is never thinned out. DAMAGED and
    REPLACED: no backup, but a database that was put aside, since it was damaged or another took its place."""

    CHUNKS = auto()
    WHOLE = auto()
    BEFORE_MIGRATION = auto()
    DAMAGED = auto()
    REPLACED = auto()


PUT_ASIDE = (BackupKind.DAMAGED, BackupKind.REPLACED)


class BackupFault(Enum):
    """Why a backup cannot be used. MANIFEST: its list of parts is damaged. MISSING: parts of it are not there.
    DAMAGED: a part is not what it was. TOO_NEW: a later version of the program made it."""

    MANIFEST = auto()
    MISSING = auto()
    DAMAGED = auto()
    TOO_NEW = auto()


@dataclass(frozen=True, slots=True)
class Backup:
    """``path`` is its manifest or its file; ``made_at`` in seconds since 1970, by the clock of then.

    ``number`` counts the backups of a folder, whatever the clock said; 0 for files of earlier versions. ``size`` is
    that of the database in bytes. ``conversations`` and ``messages`` are None where only opening the file would tell.
    """

    path: Path
    made_at: float
    number: int = 0
    kind: BackupKind = BackupKind.CHUNKS
    size: int = 0
    conversations: int | None = None
    messages: int | None = None
    fault: BackupFault | None = None


class ListedChat(NamedTuple):
    """A chat of a backup. ``updated_at`` in seconds since 1970; ``messages`` counts those of all branches."""

    id: ConversationId
    title: str
    updated_at: float
    messages: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What a backup has otherwise than the present database: chats that are gone now, and ones that have fewer
    messages now."""

    gone: frozenset[ConversationId] = frozenset()
    fuller: frozenset[ConversationId] = frozenset()


@dataclass(frozen=True, slots=True)
class RestoredChats:
    """What became of chats that were brought back. ``copies`` counts those of ``chats`` that got new ids, since the
    chat itself is there; ``missing_files`` attached files that no longer are anywhere."""

    chats: tuple[ConversationId, ...] = ()
    copies: int = 0
    messages: int = 0
    missing_files: int = 0


@dataclass(frozen=True, slots=True)
class BackupsReport:
    """All backups of a folder, newest first, and how many bytes the folder takes on the disk; and the databases that
    were put aside, which take theirs beside it."""

    backups: list[Backup] = field(default_factory=list)
    folder_size: int = 0
    put_aside: list[Backup] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Checkup:
    """What the last look at the whole database gave: when (seconds since 1970), and what was found, in SQLite's words;
    nothing where all was well."""

    at: float
    findings: tuple[str, ...] = ()
