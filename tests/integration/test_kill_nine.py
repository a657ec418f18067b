"""The program is killed in the middle of an answer: what arrived is there at the next start."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import MessageStatus
from easychat_gui.storage.store import open_store
from tests.integration import killing

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")

CHILD = Path(__file__).with_name("streaming_child.py")
ID = ConversationId("c1")
RUNS = 10
AT_ONCE = 5
KEPT_AFTER_S = 1.0


def start(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, str(CHILD), str(path)], stdout=subprocess.PIPE, text=True)


def kill(child: subprocess.Popen[str]) -> tuple[float, list[str]]:
    """Kill it; return the moment and the lines that it wrote."""
    moment = time.monotonic()
    os.kill(child.pid, signal.SIGKILL)
    with child:  # not `communicate`: it would pass by what has been read ahead
        assert child.stdout is not None
        return moment, child.stdout.read().splitlines()


def judge(path: Path, killed_at: float, lines: list[str]) -> None:
    said = [line.split() for line in lines if line.count(" ") == 2]
    handed = {int(number): float(moment) for word, number, moment in said if word == "handed"}
    acknowledged = [int(number) for word, number, _ in said if word == "saved"]
    must_be_there = [number for number, moment in handed.items() if moment < killed_at - KEPT_AFTER_S] + acknowledged

    store, report = open_store(path)
    assert report.interrupted == 1
    assert store.row("PRAGMA integrity_check") == ("ok",)
    question, answer = store.messages.branch_of(ID)
    assert question.text == "Count for ever."
    assert answer.status is MessageStatus.INTERRUPTED
    kept = [int(word) for word in answer.text.split()]
    assert kept == list(range(len(kept))), "the text is a beginning of the answer, without holes"
    assert len(kept) > max(must_be_there)
    assert answer.reasoning == "thinking"
    store.close()


@pytest.mark.parametrize("batch", range(RUNS // AT_ONCE))
def test_text_older_than_a_second_survives(tmp_path: Path, batch: int) -> None:
    paths = [tmp_path / str(number) / "easychat.db" for number in range(AT_ONCE)]
    children = [start(path) for path in paths]
    for child in children:
        assert child.stdout is not None
        for line in child.stdout:  # the first save is acknowledged: from here on it may die at any moment
            if line.startswith("saved"):
                break
    killed = []
    for path, child in zip(paths, children, strict=True):
        time.sleep(random.uniform(0.1, 0.6))  # the moment is what is varied here
        killed.append((path, *kill(child)))
    for path, moment, lines in killed:
        judge(path, moment, ["saved 0 0", *lines])


BUSY_AT_ONCE = 5


@pytest.mark.parametrize("batch", range(3))
def test_a_busy_program_may_be_killed_at_any_moment(tmp_path: Path, batch: int) -> None:
    paths = [tmp_path / str(number) / "easychat.db" for number in range(BUSY_AT_ONCE)]
    with ThreadPoolExecutor(BUSY_AT_ONCE) as pool:
        killed = list(pool.map(killing.run_and_kill, paths, (random.uniform(0.0, 1.5) for _ in paths)))
    for path, (moment, said) in zip(paths, killed, strict=True):
        assert killing.judge(path, moment, said).answers >= 1
