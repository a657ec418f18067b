"""Code that is taken out of an answer becomes a whole file, or a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from easychat_gui.controllers.content import ContentController, FileNotWritten, write_code
from easychat_gui.controllers.notifier import Notice, NoticeKind, Notifier
from easychat_gui.ui.error_texts import notice_text
from easychat_gui.workers.background import Background


def test_code_is_written_with_a_line_end_and_for_everyone(tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    write_code(path, "x = 'é'")
    assert path.read_bytes() == "x = 'é'\n".encode()
    assert path.stat().st_mode & 0o400
    path.chmod(0o755)
    write_code(path, "y\n")
    assert path.read_text() == "y\n"
    assert path.stat().st_mode & 0o777 == 0o755


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotWritten, match="No such file"):
        write_code(tmp_path / "gone" / "code.py", "x")


def test_what_cannot_be_saved_becomes_one_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    background, notifier = Background(), Notifier()
    content = ContentController(background=background, notifier=notifier)
    with qtbot.waitSignal(notifier.posted) as posted:
        content.save_code(tmp_path / "gone" / "code.py", "x")
    notice: Notice = posted.args[0]
    assert notice.kind is NoticeKind.FILE_NOT_SAVED
    assert notice_text(notice) == f"{tmp_path / 'gone' / 'code.py'} could not be saved: No such file or directory."
    background.close()
