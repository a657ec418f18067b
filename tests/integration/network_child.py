"""A whole run of the program that watches every socket; `test_network_ledger` starts it.

``network_child.py DATA_DIR SERVER``: opens the window, waits for the look around and for the bundled model, asks the
server, and says on standard output what was connected to, looked up, bound and sent without a connection, what the
ledger knows of it, and which modules that make classes of Qt's were not imported by the GUI thread.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

WAIT_S = 60.0
seen: list[list[str]] = []
imported_elsewhere: set[str] = set()


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "import" and threading.current_thread() is not threading.main_thread():
        imported_elsewhere.add(arguments[0])
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg") and arguments[1] is not None:
        target = arguments[1]
        if isinstance(target, tuple):
            seen.append([event, f"{target[0]}:{target[1]}"])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        seen.append([event, str(arguments[0])])


sys.addaudithook(watch)


def makes_classes_of_qt(name: str) -> bool:
    from PySide6.QtCore import QObject

    def is_made_here(thing: object) -> bool:
        return isinstance(thing, type(QObject)) and getattr(thing, "__module__", "") == name

    return name.startswith("PySide6") or any(
        is_made_here(each)
        for each in list(vars(sys.modules.get(name, sys)).values())  # threads still add to it
    )


def main(data_dir: str, server: str) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

    from easychat_gui.ahead import OF_THE_DIALOGS
    from easychat_gui.app import make_program
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

    window = make_program(Path(data_dir), server=server, model="m").window
    window.show()
    wait_until(lambda: {Purpose.LOCAL_MODEL, Purpose.DISCOVERY} <= ended())
    wait_until(lambda: OF_THE_DIALOGS[-1] in sys.modules)
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
    elsewhere = sorted(filter(makes_classes_of_qt, imported_elsewhere.copy()))  # threads go on adding
    json.dump({"seen": seen, "ledger": entries, "imported_elsewhere": elsewhere}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
