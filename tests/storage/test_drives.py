"""On a network drive the database does without the log that needs shared memory."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId
from easychat_gui.storage import database
from easychat_gui.storage.drives import file_system_of, is_on_network
from easychat_gui.storage.store import open_store

MOUNTS = r"""
/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb1 /home/me/local ext4 rw 0 0
//nas/share /mnt/my\040share cifs rw 0 0
/dev/sdc1 /covered ext4 rw 0 0
server:/x /covered nfs rw 0 0
broken line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib", "ext4"),
        ("/home/me/.local/share", "nfs4"),
        ("/home/me/local/x", "ext4"),
        ("/homework", "ext4"),
        ("/mnt/my share/easychat", "cifs"),
        ("/covered/x", "nfs"),
    ],
)
def test_the_file_system_is_that_of_the_nearest_mount(path: str, kind: str) -> None:
    assert file_system_of(PurePosixPath(path), MOUNTS) == kind


def test_this_computer_s_own_drives_are_none(tmp_path: Path) -> None:
    assert not is_on_network(tmp_path)


def test_there_the_database_works_without_the_log(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(path)[0].close()
    monkeypatch.setattr(database, "is_on_network", lambda _path: True)
    store, report = open_store(path)
    assert not report.is_wal
    assert store.row("PRAGMA journal_mode") == ("delete",)
    store.conversations.save(Conversation(ConversationId("c"), "A talk"))
    store.close()
    monkeypatch.undo()
    store, report = open_store(path)
    assert report.is_wal
    assert [each.title for each in store.conversations.summaries()] == ["A talk"]
    store.close()
