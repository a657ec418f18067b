"""A file is whole or absent, for its owner only, and never overwritten by accident."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from easychat_gui.support.atomic_files import free_name, set_aside, write_atomically

NOW = 1_780_000_000.0


def test_a_file_is_replaced_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "file.toml"
    path.write_text("old")
    path.chmod(0o644)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_when_writing_breaks_off_the_old_file_is_whole_and_no_scrap_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.toml"
    path.write_text("old")

    def no_space(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_setting_aside_keeps_every_earlier_one(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    names = []
    for content in ("1", "2", "3"):
        path.write_text(content)
        kept = set_aside(path, "broken", NOW)
        assert kept.read_text() == content
        names.append(kept.name)
    assert len(set(names)) == 3
    assert names[0] == "settings.toml.broken-20260528-202640"
    assert not path.exists()


def test_a_free_name_keeps_the_ending(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    assert free_name(path) == path
    path.touch()
    assert free_name(path).name == "a-2.db"
