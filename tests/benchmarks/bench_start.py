"""How long from the start of the process to the first paint, against an empty QtWidgets window.

    python tests/benchmarks/bench_start.py [CONVERSATIONS]

Each start is a process of its own, on the offscreen platform, the two kinds in turns. Prints medians and ratios;
asserts nothing. On a machine that does other things as well, the processors' time says more than the clock.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

RUNS = 9
COMPILED = Path(tempfile.gettempdir()) / "easychat-benchmark-pycache"

BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
class Window(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, report)
application = QApplication([])
window = Window()
window.resize(1280, 820)
window.show()
application.exec()
"""

OURS = """
import sys
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
run_loop = QApplication.exec
class Watch(QObject):  # says when it painted, before the program goes on to what comes after
    def eventFilter(self, window, event):
        if event.type() is QEvent.Type.Paint:
            window.removeEventFilter(self)
            QTimer.singleShot(0, report)
        return False
watch = Watch()
def watched(*_):  # the whole program as it starts by itself; only its event loop is entered with the watch in place
    for window in QApplication.topLevelWidgets():
        if window.objectName() == "mainWindow":
            window.installEventFilter(watch)
    return run_loop()
QApplication.exec = watched
from easychat_gui.__main__ import main
main(["--data-dir", sys.argv[1]])
"""

REPORT = """
def report():
    import resource, time
    heavy = {"requests", "pygments", "openai", "qasync"} & sys.modules.keys()
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(time.time(), kilobytes, len(sys.modules), ",".join(sorted(heavy)) or "none", flush=True)
    import os
    os._exit(0)
"""


class Start(NamedTuple):
    """How one start went, up to its first paint."""

    seconds: float
    cpu_seconds: float
    kilobytes: int
    modules: int
    heavy: str


def start(code: str, *arguments: str) -> Start:
    """Run it until its first paint."""
    used = cpu_seconds()
    began = time.time()
    command = [sys.executable, "-c", REPORT + code, *arguments]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": str(COMPILED)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled
    output = subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout.split()
    return Start(float(output[0]) - began, cpu_seconds() - used, int(output[1]), int(output[2]), output[3])


def cpu_seconds() -> float:
    """Return what all processes that this one has started and that have ended used."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def make_library(folder: Path, count: int) -> None:
    """Fill a database with conversations."""
    from easychat_gui.domain.conversations import Conversation
    from easychat_gui.domain.ids import new_conversation_id
    from easychat_gui.storage.store import open_store

    store, _ = open_store(folder / "easychat.db", folder / "backups")
    with store.transaction():
        for number in range(count):
            moment = 1_700_000_000.0 + number * 300
            store.conversations.save(
                Conversation(new_conversation_id(), f"Chat {number}", created_at=moment, updated_at=moment)
            )
    store.close()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        make_library(Path(folder), count)
        start(OURS, folder)  # the compiled files and the disk's cache
        pairs = [(start(BARE), start(OURS, folder)) for _ in range(RUNS)]
    bare, ours = zip(*pairs, strict=True)
    bare_s = statistics.median(each.seconds for each in bare)
    ours_s = statistics.median(each.seconds for each in ours)
    ratio_of_cpu = statistics.median(each.cpu_seconds for each in ours) / statistics.median(
        each.cpu_seconds for each in bare
    )
    print(f"start to first paint, {count} conversations: bare {bare_s * 1000:.0f} ms, ours {ours_s * 1000:.0f} ms")
    print(f"  ratio {ours_s / bare_s:.2f} (goal 1.75), of the processors' time {ratio_of_cpu:.2f}")
    print(f"  peak memory ratio {ours[0].kilobytes / bare[0].kilobytes:.2f} (goal 1.5)")
    print(f"  modules {ours[0].modules} (goal 250; bare {bare[0].modules}), heavy ones: {ours[0].heavy}")


if __name__ == "__main__":
    main()
