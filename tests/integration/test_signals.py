"""Ctrl+C and ``kill`` close the window as its button does, at once and with everything written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(os.name == "nt", reason="sends POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_program_ends_by_itself_and_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "easychat_gui", "--data-dir", str(tmp_path / "data")]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as program:
        lock = tmp_path / "data" / "logs" / "local-model.log"  # written when the window has long been painted
        try:
            while not lock.exists():
                assert program.poll() is None
            program.send_signal(number)
            _, errors = program.communicate(timeout=60)
        finally:
            program.kill()
    assert program.returncode == 0
    assert errors == ""
    assert not (tmp_path / "data" / "easychat.db-wal").exists(), "the database was closed"
