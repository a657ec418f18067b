"""Importing PySide: what it leaves behind, and that it still does all it is there for."""

from __future__ import annotations

import subprocess
import sys

SEE = """
import builtins, linecache, pickle
from easychat_gui.bindings import import_bindings
import_bindings()
import_bindings()
from PySide6.QtCore import QObject, Qt
import sqlite3, tomllib
assert not [name for name in linecache.cache if "sqlite3" in name or "tomllib" in name], "sources are read and kept"
assert pickle.loads(pickle.dumps(Qt.Key.Key_A)) is Qt.Key.Key_A
try:
    QObject().setObjectName(1, 2)
except TypeError as error:
    assert "setObjectName" in str(error), error
else:
    raise AssertionError("no error")
print("fine")
"""


def test_imports_are_pythons_own_again_and_pyside_still_explains_itself() -> None:
    done = subprocess.run([sys.executable, "-c", SEE], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "fine", done.stderr
