"""The whole program in one process, on a data folder of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.app import create_window
from easychat_gui.controllers.titles import TitleController
from easychat_gui.local_model.server import LocalModelServer
from easychat_gui.providers import discovery
from easychat_gui.ui.main_window import MainWindow

OpenWindow = Callable[..., MainWindow]

SMALL_DISK = 3_000_000
"""In bytes."""


@pytest.fixture(autouse=True)
def nothing_of_this_computer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows find no servers that happen to run here. They start the bundled model, whose process takes a second of a
    processor, and ask a test's server for titles besides its answers, for tests only that are marked to need it."""
    monkeypatch.setattr(discovery, "find_local_servers", list)
    if request.node.get_closest_marker("titles") is None:
        monkeypatch.setattr(TitleController, "_on_answer_ended", lambda _titles, _message: None)
    if request.node.get_closest_marker("model") is None:
        monkeypatch.setattr(LocalModelServer, "start", lambda _server: None)


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenWindow]:
    """Open a window, by default on the test's own data folder; every one is closed at the end."""
    windows: list[MainWindow] = []

    def open_it(data_dir: Path | None = None, *, server: str | None = None, **options: object) -> MainWindow:
        window = create_window(data_dir or tmp_path / "data", server=server, **options)  # type: ignore[arg-type]
        windows.append(window)
        return window

    yield open_it
    for window in windows:
        window.close()
        window.deleteLater()
    # Now and not in the next test, whose window would dress all that is left of these.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A drive of 3 MB, where the system lets us have one."""
    place = tmp_path / "small"
    place.mkdir()
    options = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(place)]
    if sys.platform != "linux" or shutil.which("mount") is None:
        pytest.skip("no drive of our own here")
    if subprocess.run(options, check=False, capture_output=True).returncode:
        pytest.skip("this user may not mount")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=False, capture_output=True)


def part(window: QWidget, name: str) -> QWidget:
    """Find a part by its public object name."""
    found = window.findChild(QWidget, name)
    assert found is not None, f"no {name}"
    return found
