"""Kills a busy program 200 times at random moments and judges what is left each time: ``./dev bench kills``.

The number of kills can be given as an argument. Nothing may be missing that was on the screen for a second; how long
the first missing word had been on the screen is printed.
"""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.integration import killing

KILLS = 200
AT_ONCE = 4


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    verdicts: list[killing.Verdict] = []
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        paths = [Path(folder) / str(number) / "easychat.db" for number in range(count)]
        for first in range(0, count, AT_ONCE):
            batch = paths[first : first + AT_ONCE]
            killed = list(pool.map(killing.run_and_kill, batch, [killing.random_delay() for _ in batch]))
            verdicts += [killing.judge(path, *what, kept_after_s=1.0) for path, what in zip(batch, killed, strict=True)]
    late = sorted(each.late_s for each in verdicts)
    print(f"{'kills':<58} {len(verdicts):12}")
    print(f"{'answers on the screen at the kill':<58} {sum(each.answers for each in verdicts):12}")
    print(f"{'chats brought in, all whole':<58} {sum(each.chats for each in verdicts):12}")
    print(f"{'attached files, all there':<58} {sum(each.files for each in verdicts):12}")
    print(f"{'backups, all usable':<58} {sum(each.backups for each in verdicts):12}")
    print(f"{'oldest word that was lost, median':<58} {late[len(late) // 2] * 1000:9.0f} ms")
    print(f"{'oldest word that was lost, of all':<58} {late[-1] * 1000:9.0f} ms")


if __name__ == "__main__":
    main()
