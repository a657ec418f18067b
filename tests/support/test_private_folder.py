"""Folders that pass leave nothing behind, however their program ended."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from easychat_gui.support.private_folder import PrivateFolder, folder_on_disk, remove_leftovers


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "disk").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "disk"))
    return tmp_path / "disk"


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "session").mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "session"))
    return tmp_path / "session"


def test_what_is_for_the_disk_lies_there_and_goes(disk: Path) -> None:
    with folder_on_disk() as folder:
        assert folder.parent == disk
        (folder / "chats").write_text("words")
    assert list(disk.iterdir()) == []


def test_leftovers_go_from_both_places_and_what_is_in_use_stays(disk: Path, session: Path) -> None:
    for place in (disk, session):
        left = place / "easychat-gui-left"
        left.mkdir()
        (left / "lock").touch()  # nobody holds it
        (left / "chats").write_text("words")
    passing = PrivateFolder()
    passing.claim()
    with folder_on_disk() as folder:
        assert remove_leftovers() == 2
        assert [*disk.iterdir(), *session.iterdir()] == [folder, passing.path]
    passing.remove()


def test_a_folder_of_somebody_else_with_such_a_name_stays(disk: Path, session: Path) -> None:
    (disk / "easychat-gui-1000").mkdir()  # without a lock: that of the sockets of long paths
    assert remove_leftovers() == 0
    assert (disk / "easychat-gui-1000").exists()
