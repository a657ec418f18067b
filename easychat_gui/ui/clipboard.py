"""Putting what was made in Python on the clipboard."""

from __future__ import annotations

import atexit
from functools import cache

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

_KEPT_BY_THE_PROCESS = ("offscreen", "minimal")
"""Platforms without a clipboard of their own. Qt frees theirs when Python has ended, and an object that Python made
ends the process with a crash then."""


def put_on_clipboard(data: QMimeData) -> None:
    QGuiApplication.clipboard().setMimeData(data)
    if QGuiApplication.platformName() in _KEPT_BY_THE_PROCESS:
        _clear_at_the_end()


@cache
def _clear_at_the_end() -> None:
    atexit.register(_clear)


def _clear() -> None:
    if QGuiApplication.instance() is not None:
        QGuiApplication.clipboard().clear()
