"""Holds a temporary chat in the whole program, until `test_temporary` ends it.

Arguments: the data folder, the address of a server, a file to attach, and what is to be asked. Says ``shown`` on
standard output when the answer has begun and everything that waits to be saved has been saved.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from easychat_gui.app import make_program
from easychat_gui.domain.conversations import Draft
from easychat_gui.domain.ids import AttachmentId
from easychat_gui.local_model.server import LocalModelServer


def _nothing(self: LocalModelServer) -> None:
    """The bundled model has nothing to do here."""


def main() -> None:
    data, server, file, text = sys.argv[1:]
    LocalModelServer.start = _nothing  # type: ignore[method-assign]
    application = QApplication([])
    program = make_program(Path(data), server=server, model="m")
    program.window.complete()
    program.window.show()
    conversations, attachments = program.conversations, program.attachments
    timer = QTimer(interval=50)

    def attached() -> tuple[AttachmentId, ...]:
        return tuple(item.id for item in attachments.items if item.attachment is not None)

    def look() -> None:
        shown = list(conversations.messages.messages())
        if not shown and attached():
            conversations.set_draft(text)
            draft = Draft(text, attachments=attached())
            attachments.hand_over(draft)
            program.queue.submit(draft)
            conversations.set_draft(text)
        elif shown and shown[-1].text:
            timer.stop()
            QTimer.singleShot(1000, lambda: print("shown", flush=True))  # later than everything is saved

    timer.timeout.connect(look)
    conversations.start_temporary()
    attachments.add_files([Path(file)])
    timer.start()
    application.exec()


if __name__ == "__main__":
    main()
