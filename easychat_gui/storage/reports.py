"""What the storage layer tells about itself. Without sqlite3, so that the GUI thread may import it at start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from easychat_gui.support.quick_dataclass import dataclass

if TYPE_CHECKING:
    from easychat_gui.domain.backups import Backup


class Repair(Enum):
    """What a person may choose when the database cannot be used. Each keeps the old file under another name.

    SALVAGE: read what can be read into a new file. SALVAGE_AND_FILL: the same, and take from the newest good backup
    the rows that could not be read. RESTORE: put the newest good backup in its place. START_NEW: an empty one.
    """

    SALVAGE = auto()
    SALVAGE_AND_FILL = auto()
    RESTORE = auto()
    START_NEW = auto()


@dataclass(frozen=True, slots=True)
class Restoration:
    """The wish to put this backup in the place of a database that may be well; that one is kept under another name."""

    backup: Backup


Wish: TypeAlias = Repair | Restoration


@dataclass(frozen=True, slots=True)
class RecoveryReport:
    """What became of a damaged database, or of one that a backup took the place of.

    ``kept`` is where the old file lies now (None if there was none); ``conversations``, ``messages`` and
    ``attachments`` count what the new one holds. ``lost`` counts, by table, rows that were seen but could not be read;
    what stood on unreadable pages cannot always be counted. ``filled`` counts, by table, rows that came from
    ``restored_from``, the backup that was used; with RESTORE all of them did. ``backup_made_at`` and ``finished_at``
    are in seconds since 1970. ``how`` is None for a file that was taken away while it was in use, and put back again;
    ``kept`` is then what lay in its place. ``untitled`` counts chats whose own row was lost, ``missing_files`` attached
    files that are nowhere.
    """

    kept: Path | None
    conversations: int = 0
    messages: int = 0
    attachments: int = 0
    lost: Mapping[str, int] = field(default_factory=dict)
    filled: Mapping[str, int] = field(default_factory=dict)
    restored_from: Path | None = None
    backup_made_at: float | None = None
    finished_at: float = 0.0
    untitled: int = 0
    missing_files: int = 0
    how: Wish | None = Repair.SALVAGE

    @property
    def lost_rows(self) -> int:
        return sum(self.lost.values())


@dataclass(frozen=True, slots=True)
class OpenReport:
    """What happened while the database was opened.

    ``interrupted`` counts answers that the last run left unfinished. ``is_checked`` is False for a file so large that
    its check is left to the background. ``migrated_from`` is the schema version before
    a migration, and ``safety_copy`` the file from before it. ``is_wal`` is False on drives that cannot do it.
    """

    interrupted: int = 0
    is_new: bool = False
    is_checked: bool = True
    migrated_from: int | None = None
    safety_copy: Path | None = None
    is_wal: bool = True
    recovery: RecoveryReport | None = None
