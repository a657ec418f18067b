"""What was copied lives until the end of the program, and does not make that a crash."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

PROGRAM = dedent(
    """
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QGuiApplication
    from easychat_gui.ui.clipboard import put_on_clipboard

    application = QGuiApplication([])
    data = QMimeData()
    data.setHtml("<b>bold</b>")
    put_on_clipboard(data)
    print(QGuiApplication.clipboard().mimeData().html())
    """
)


def test_a_program_ends_well_after_something_was_copied() -> None:
    ended = subprocess.run([sys.executable, "-c", PROGRAM], check=False, capture_output=True, timeout=60)
    assert (ended.returncode, ended.stdout.decode(), ended.stderr.decode()) == (0, "<b>bold</b>\n", "")
