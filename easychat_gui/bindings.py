"""Imports PySide and takes back what it does to every import that comes after it."""

from __future__ import annotations

import builtins


def import_bindings() -> None:
    """Import PySide, and take its hook out of ``__import__``.

    PySide puts an ``__import__`` of its own in place, for the sake of ``from __feature__ import …``, which this program
    never says. It reads and keeps the source of each module that is imported from then on: a tenth of the start, and
    megabytes. Where a later PySide no longer does so, or under other names, nothing is changed.
    """
    import PySide6  # noqa: F401 - for what it does

    original = getattr(builtins, "__orig_import__", None)
    if original is not None and builtins.__import__ is getattr(builtins, "__feature_import__", None):
        builtins.__import__ = original
