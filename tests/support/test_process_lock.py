"""Whoever holds the lock holds it alone, and death gives it back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from easychat_gui.support.process_lock import ProcessLock

HOLDER = """
import sys
from pathlib import Path
from easychat_gui.support.process_lock import ProcessLock
lock = ProcessLock(Path(sys.argv[1]))
print(lock.acquire(), flush=True)
sys.stdin.read()
"""


def test_one_process_at_a_time_and_a_killed_one_gives_it_back(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    lock = ProcessLock(path)
    assert not lock.acquire()
    holder.kill()
    holder.communicate()
    assert lock.acquire()
    assert lock.acquire()
    lock.release()
    lock.release()
    assert ProcessLock(path).acquire()
