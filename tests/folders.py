"""Looking at a folder in which the program is at work: files come, go and are renamed while one reads."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def files_in(folder: Path) -> list[Path]:
    """Return the files at all depths. One that goes meanwhile may be among them."""
    return [Path(where, name) for where, _, names in os.walk(folder) for name in names]  # no error for what has gone


def contents_of(folder: Path) -> dict[Path, bytes]:
    """Return what the files hold, at all depths, without those that go while one reads."""
    contents = {}
    for path in files_in(folder):
        with suppress(FileNotFoundError):
            contents[path] = path.read_bytes()
    return contents


def files_with(needle: bytes, folder: Path) -> list[Path]:
    """Return the files that hold these bytes."""
    return [path for path, content in contents_of(folder).items() if needle in content]
