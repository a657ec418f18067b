"""The program is killed in the middle of everything: what was said to be on the disk is there at the next start.

`tests/benchmarks/bench_kills.py` does the same two hundred times, and measures that what was on the screen for a second
is there too: a machine that is busy with something else may need longer for that.
"""

from __future__ import annotations

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.integration import killing

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")

AT_ONCE = 5
PATIENCE_S = 30.0


@pytest.mark.parametrize("batch", range(3))
def test_a_busy_program_may_be_killed_at_any_moment(tmp_path: Path, batch: int) -> None:
    paths = [tmp_path / str(number) / "easychat.db" for number in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        killed = list(pool.map(killing.run_and_kill, paths, (random.uniform(0.0, 1.5) for _ in paths)))
    for path, (moment, said) in zip(paths, killed, strict=True):
        assert killing.judge(path, moment, said, kept_after_s=PATIENCE_S).answers >= 1
