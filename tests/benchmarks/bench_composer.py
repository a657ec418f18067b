"""What a paste of a megabyte costs, and each key after it, against a bare QPlainTextEdit.

    python tests/benchmarks/bench_composer.py

On the offscreen platform. Prints medians and ratios; asserts nothing.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QMimeData
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from easychat_gui.ui.composer import Composer

SIZE = 1_000_000
LONGEST_WORD_FOR_QT = 100_000
"""In one word of a megabyte Qt would stay for half a minute with every key."""

TEXTS = {
    "lines of 36": ("hello world, this is a line of text\n" * SIZE)[:SIZE],
    "one line": ("hello world " * SIZE)[:SIZE],
    "one word": "x" * SIZE,
}


def milliseconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    QApplication.processEvents()
    return (time.perf_counter() - began) * 1000


def measure(edit: QPlainTextEdit, text: str) -> tuple[float, float]:
    """Return what the paste and what a key costs, in milliseconds."""
    edit.clear()
    data = QMimeData()
    data.setText(text)
    paste = milliseconds(lambda: edit.insertFromMimeData(data))
    return paste, statistics.median(milliseconds(lambda: QTest.keyClicks(edit, "a")) for _ in range(7))


def main() -> None:
    application = QApplication([])
    composer = Composer()
    bare = QPlainTextEdit()
    for widget in (composer, bare):
        widget.resize(700, 400)
        widget.show()
    application.processEvents()
    measure(composer.edit, "warm")
    for name, text in TEXTS.items():
        for_qt = text[:LONGEST_WORD_FOR_QT] if name != "lines of 36" else text
        ours, theirs = measure(composer.edit, text), measure(bare, for_qt)
        print(f"{name}, {len(text):,} characters: paste {ours[0]:.0f} ms, a key {ours[1]:.1f} ms")
        print(f"  bare QPlainTextEdit with {len(for_qt):,}: paste {theirs[0]:.0f} ms, a key {theirs[1]:.1f} ms")
        print(f"  ratio of a key {ours[1] / theirs[1]:.2f}")


if __name__ == "__main__":
    main()
