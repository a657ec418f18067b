"""A whole run of the program that watches every socket; `test_network_ledger` starts it.

``network_child.py DATA_DIR SERVER``: opens the window, waits for the look around and for the bundled model, asks the
server, and says on standard output what was connected to, looked up, bound and sent without a connection, and what the
ledger knows of it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

WAIT_S = 60.0
seen: list[list[str]] = []


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg") and arguments[1] is not None:
        target = arguments[1]
        if isinstance(target, tuple):
            seen.append([event, f"{target[0]}:{target[1]}"])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        seen.append([event, str(arguments[0])])


sys.addaudithook(watch)


def main(data_dir: str, server: str) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

    from easychat_gui.app import create_window
    from easychat_gui.support.traffic import Purpose, ledger

    app = QApplication([])

    def ended() -> set[Purpose]:
        return {each.purpose for each in ledger.traffic() if each.duration_s is not None}

    def wait_until(is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + WAIT_S
        while not is_so():
            if time.monotonic() > deadline:
                raise TimeoutError
            app.processEvents()

    window = create_window(Path(data_dir), server=server, model="m")
    window.show()
    wait_until(lambda: {Purpose.LOCAL_MODEL, Purpose.DISCOVERY} <= ended())
    composer, stop = window.findChild(QPlainTextEdit, "composer"), window.findChild(QWidget, "stopButton")
    assert composer is not None
    assert stop is not None
    composer.setPlainText("Hi?")
    QTest.keyClick(composer, Qt.Key.Key_Return)
    wait_until(lambda: Purpose.ANSWER in ended())
    wait_until(stop.isHidden)
    window.close()
    app.processEvents()
    entries = [asdict(each) for each in ledger.traffic()]
    json.dump({"seen": seen, "ledger": entries}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
