"""The one place where a database file is connected to."""

from __future__ import annotations

import sqlite3
from enum import StrEnum
from pathlib import Path

BUSY_TIMEOUT_S = 3.0


class Access(StrEnum):
    """What a connection may do. Neither makes a file: one that vanished meanwhile must be an error, not an empty list
    of chats."""

    READ = "ro"
    WRITE = "rw"


def connect(path: Path, access: Access) -> sqlite3.Connection:
    """Return a connection in autocommit mode to a file that is there. Raises `sqlite3.Error`.

    It may be interrupted (`Connection.interrupt`) from any thread, and belongs to the one that made it otherwise.
    """
    return sqlite3.connect(f"{path.as_uri()}?mode={access}", uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
