"""Whatever is done while the disk has hardly any space: it is done, or refused with the chats as they were."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from easychat_gui.domain.errors import DiskFull
from easychat_gui.domain.forgetting import Part
from easychat_gui.storage import backups, encryption, forgetting
from easychat_gui.storage.connecting import use_key
from easychat_gui.storage.file_header import RECODING_NOTE
from easychat_gui.storage.recovery import repair
from easychat_gui.storage.reports import Repair, Restoration
from easychat_gui.storage.store import open_store
from easychat_gui.support.paths import DataPaths
from tests.integration.test_disasters import count_of, fill

KEY = bytes(range(32))
MESSAGES = 60
STEP = 60_000
MOST_FREE = 1_900_000


def salvage(path: Path) -> None:
    repair(Repair.SALVAGE_AND_FILL, path, path.parent / "backups")


def restore(path: Path) -> None:
    repair(Restoration(backups.find(path.parent / "backups")[0]), path, path.parent / "backups")


def forget_presets(path: Path) -> None:
    forgetting.wish(DataPaths(path.parent), [Part.WRITING_AIDS])
    forgetting.carry_out(DataPaths(path.parent))


def encrypt(path: Path) -> None:
    encryption.turn_on(path, path.parent / "backups", KEY)


def decrypt(path: Path) -> None:
    encryption.turn_off(path, path.parent / "backups")


@pytest.mark.parametrize("work", [salvage, restore, forget_presets, encrypt, decrypt])
def test_with_any_little_space_it_is_done_or_nothing_is_lost(
    small_disk: Path, tmp_path: Path, work: Callable[[Path], None]
) -> None:
    use_key(tmp_path / "sound", KEY if work is decrypt else None)
    store, _ = open_store(tmp_path / "sound" / "easychat.db")
    fill(store, "chat", MESSAGES)
    store.close()
    backups.back_up(store.path, store.path.parent / "backups", 1.0)
    ends = set()
    for free in range(0, MOST_FREE, STEP):
        ends.add(ends_with(work, store.path.parent, small_disk / str(free), free))
    assert ends == {True, False}, "the sizes are to be such that it works with the largest"


def ends_with(work: Callable[[Path], None], sound: Path, folder: Path, free: int) -> bool:
    """Do it with so many bytes free; return whether it was done."""
    shutil.copytree(sound, folder)
    path, ballast = folder / "easychat.db", folder.parent / "ballast"
    use_key(folder, KEY if work is decrypt else None)
    ballast.write_bytes(bytes(max(0, shutil.disk_usage(folder).free - free)))
    try:
        work(path)
        is_done = True
    except DiskFull:
        is_done = False
    ballast.unlink()
    try:
        if (folder / RECODING_NOTE).exists():  # as the next start would have it after the passphrase was typed
            use_key(folder, KEY)
        assert count_of(path) == MESSAGES, f"with {free} bytes"
        left = [each.name for word in ("repaired", "recoded", "fresh") for each in folder.glob(f"*.{word}*")]
        assert left == []
    finally:
        use_key(folder, None)
        shutil.rmtree(folder)
    return is_done
