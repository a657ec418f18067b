"""Run as a program: opens a window on a data folder, asks one question, and says what it sees on standard output.

    python -m tests.fakes.talking_child DATA_DIR SERVER QUESTION

For tests that kill a whole program while an answer arrives.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from easychat_gui.app import create_window
from easychat_gui.domain.conversations import Draft


def main() -> int:
    data_dir, server, question = sys.argv[1:]
    application = QApplication([])
    window = create_window(Path(data_dir), server=server, model="m")
    window.composer.submitted.emit(Draft(question))
    said = 0

    def say() -> None:
        nonlocal said
        view = window.conversation_view
        text = view.plain_text(view.message_count() - 1) if view.message_count() > 1 else ""
        if len(text) > said:
            said = len(text)
            print(said, flush=True)

    timer = QTimer(interval=20)
    timer.timeout.connect(say)
    timer.start()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
