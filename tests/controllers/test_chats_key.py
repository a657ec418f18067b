"""The key of the chats outlives the loss of either of its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from easychat_gui.controllers.chats_key import ChatsKey
from easychat_gui.domain.errors import KeyFileDamaged, SettingsError, WrongPassphrase
from easychat_gui.settings import key_file
from easychat_gui.support.paths import DataPaths

OLD, NEW = "correct horse battery", "staple of the same"


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataPaths:
    monkeypatch.setattr(key_file, "USUAL_COST", key_file.Cost(2**4))
    return DataPaths(tmp_path)


@pytest.fixture
def key(paths: DataPaths) -> bytes:
    """A key as chats have it that were encrypted and opened again."""
    ChatsKey(paths).make(OLD)
    return ChatsKey(paths).unlock(OLD)


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "changed"])
def test_the_copy_stands_for_a_first_file_that_is_gone_or_damaged(paths: DataPaths, key: bytes, damage: str) -> None:
    content = paths.database_key.read_bytes()
    if damage == "missing":
        paths.database_key.unlink()
    else:
        damaged = {"empty": b"", "cut": content[:100], "changed": content.replace(b"scrypt", b"script")}[damage]
        paths.database_key.write_bytes(damaged)
    with pytest.raises(WrongPassphrase):
        ChatsKey(paths).unlock(NEW)
    assert ChatsKey(paths).unlock(OLD) == key
    assert paths.database_key.read_bytes() == content


def test_a_lost_copy_is_made_again(paths: DataPaths, key: bytes) -> None:
    paths.database_key_copy.unlink()
    assert ChatsKey(paths).unlock(OLD) == key
    assert paths.database_key_copy.read_bytes() == paths.database_key.read_bytes()


def test_the_old_passphrase_opens_neither_file_after_it_was_changed(paths: DataPaths, key: bytes) -> None:
    opened = ChatsKey(paths)
    opened.unlock(OLD)
    opened.replace_passphrase(NEW)
    with pytest.raises(WrongPassphrase):
        ChatsKey(paths).unlock(OLD)
    paths.database_key.unlink()
    with pytest.raises(WrongPassphrase):
        ChatsKey(paths).unlock(OLD)
    assert ChatsKey(paths).unlock(NEW) == key


def test_without_both_it_is_said_what_is_missing(paths: DataPaths, key: bytes) -> None:
    paths.database_key_copy.unlink()
    paths.database_key.write_bytes(b"noise")
    with pytest.raises(KeyFileDamaged):
        ChatsKey(paths).unlock(OLD)
    paths.database_key.unlink()
    with pytest.raises(SettingsError):
        ChatsKey(paths).unlock(OLD)


def test_a_folder_that_takes_no_copy_keeps_nobody_out(paths: DataPaths) -> None:
    paths.backups.write_text("a file in the place of the folder")
    key = ChatsKey(paths).make(OLD)
    assert ChatsKey(paths).unlock(OLD) == key
