"""What a killed program has left goes by itself, also where no backups are made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from easychat_gui.storage import backups
from easychat_gui.storage.upkeep import sweep

OLD = 1_700_000_000.0


def make(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("all that was said")
    os.utime(path, (OLD, OLD))
    return path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return make(tmp_path / "data" / "easychat.db")


def test_half_written_files_and_forgotten_copies_are_removed(database: Path) -> None:
    folder = database.parent
    left = [
        make(folder / ".settings.toml.0a1b2c3d.new"),
        make(folder / "backups" / ".easychat-20260101-120000.json.0a1b2c3d.new"),
        make(folder / "backups" / "preview-0a1b.unfinished"),
        make(folder / "backups" / "easychat.copy.unfinished"),
    ]
    stays = [make(folder / "settings.toml"), make(folder / "my.new"), make(folder / "backups" / "easychat.key")]
    sweep(database, folder / "backups", lambda: False)
    assert [each.name for each in left if each.exists()] == []
    assert all(each.exists() for each in (*stays, database))


def test_what_is_just_being_looked_into_stays(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    preview = make(database.parent / "backups" / "preview-0a1b.unfinished")
    monkeypatch.setattr(backups, "in_use", {preview})
    sweep(database, database.parent / "backups", lambda: False)
    assert preview.exists()


def test_no_folder_for_backups_is_made_for_that(database: Path) -> None:
    sweep(database, database.parent / "backups", lambda: False)
    assert not (database.parent / "backups").exists()
