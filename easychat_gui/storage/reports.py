"""What the storage layer tells about itself. Without sqlite3, so that the GUI thread may import it at start."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path


class Repair(Enum):
    """What a person may choose when the database cannot be used. Each keeps the old file under another name.

    SALVAGE: read what can be read into a new file. RESTORE: put the newest good backup in its place.
    START_NEW: an empty one.
    """

    SALVAGE = auto()
    RESTORE = auto()
    START_NEW = auto()


@dataclass(frozen=True, slots=True)
class RecoveryReport:
    """What became of a damaged database.

    ``kept`` is where the old file lies now (None if there was none), ``conversations`` and ``messages`` count what the
    new one holds, ``restored_from`` is the backup that was used, and ``lost_rows`` counts rows that were seen but could
    not be read; what stood on unreadable pages cannot be counted.
    """

    kept: Path | None
    conversations: int = 0
    messages: int = 0
    lost_rows: int = 0
    restored_from: Path | None = None


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
