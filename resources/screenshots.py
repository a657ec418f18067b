"""Make the pictures of the README: the real window, the real model, on a fresh data folder.

    python resources/screenshots.py [FOLDER]

Run it under a display (`./dev screenshots` starts Xvfb where there is none). Light and dark, at 100 % and 200 %.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QListView, QMenu, QPushButton, QWidget

from easychat_gui.domain.messages import Message
from easychat_gui.ui.main_window import MainWindow

QUESTION = "Write a short Python function that reverses a list. Then explain it in two sentences."
SIZE = (1280, 820)
SETTINGS = """\
[appearance]
theme = "{theme}"

[generation]
temperature = 0.0

[[endpoints]]
id = "workshop"
name = "Workshop"
base_url = "{workshop}"

[[pools]]
id = "both"
name = "Whoever is there"
members = ["workshop", "local"]
policy = "order"
"""
# The likeliest words, so that the pictures of two days differ by the program and not by the model.
ANSWER_TIMEOUT_MS = 120_000
ROOT = Path(__file__).resolve().parent.parent
VARIANTS = [("light", 1), ("dark", 1), ("light", 2), ("dark", 2)]


def main() -> int:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent / "screenshots").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "resources.screenshots"]
    for theme, scale in VARIANTS:
        # A process for each: Qt reads the scale once, when it starts.
        environment = {**os.environ, "QT_SCALE_FACTOR": str(scale), "EASYCHAT_SHOT": f"{theme}@{scale}"}
        for way in ("--one", "--library"):
            subprocess.run([*command, str(folder), way], env=environment, cwd=ROOT, check=True)
    return 0


def take_one(folder: Path) -> int:
    """Take the pictures of one theme at one scale."""
    from PySide6.QtWidgets import QApplication

    from easychat_gui.app import create_window

    theme, _, scale = os.environ["EASYCHAT_SHOT"].partition("@")
    application = QApplication([])
    application.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as data_dir, another_server() as workshop:
        settings = SETTINGS.format(theme=theme, workshop=workshop)
        (Path(data_dir) / "settings.toml").write_text(settings, encoding="utf-8")
        window = create_window(Path(data_dir))
        window.resize(*SIZE)
        window.show()
        Shooting(window, lambda name: folder / f"{name}-{theme}-{scale}x.png").begin()
        return application.exec()


def take_library(folder: Path) -> int:
    """Take the pictures of what can be done with many chats."""
    from PySide6.QtWidgets import QApplication

    from easychat_gui.app import create_window
    from resources.show_chats import fill

    theme, _, scale = os.environ["EASYCHAT_SHOT"].partition("@")
    application = QApplication([])
    application.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as data_dir:
        (Path(data_dir) / "settings.toml").write_text(f'[appearance]\ntheme = "{theme}"\n', encoding="utf-8")
        fill(Path(data_dir))
        window = create_window(Path(data_dir))
        window.resize(*SIZE)
        window.show()
        LibraryShooting(window, lambda name: folder / f"{name}-{theme}-{scale}x.png").begin()
        return application.exec()


@contextlib.contextmanager
def another_server() -> Iterator[str]:
    """Run the bundled model as a server, too, and yield its address."""
    command = [sys.executable, "-m", "easychat_gui", "serve", "--no-key"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


class Camera:
    """Takes pictures of a window, and waits for what is to be on them."""

    def __init__(self, window: MainWindow, path: Callable[[str], Path]) -> None:
        self._window = window
        self._path = path

    def _shoot(self, name: str) -> None:
        self._window.grab().save(str(self._path(name)))

    def _last_message(self) -> Message:
        view = self._window.conversation_view
        return view.message(view.message_count() - 1)

    def _is_idle(self) -> bool:
        return self._part("stopButton").isHidden()

    def _text_of(self, name: str) -> str:
        label = self._part(name)
        return label.text() if isinstance(label, QLabel) else ""

    def _part(self, name: str) -> QWidget:
        found = self._window.findChild(QWidget, name)
        assert found is not None, name
        return found

    def _when(self, is_true: Callable[[], bool], then: Callable[[], None]) -> None:
        """Call ``then`` half a second after ``is_true`` holds."""

        def look() -> None:
            if is_true():
                timer.stop()
                QTimer.singleShot(500, then)

        timer = QTimer(self._window, interval=100)
        timer.timeout.connect(look)
        timer.start()


class Shooting(Camera):
    """One way through the window, with a picture at each stop."""

    def begin(self) -> None:
        QTimer.singleShot(ANSWER_TIMEOUT_MS, lambda: QCoreApplication.exit(1))
        self._when(lambda: "already running" in self._text_of("welcomeState"), self._ask)

    def _ask(self) -> None:
        self._shoot("first-run")
        self._window.composer.edit.setPlainText(QUESTION)
        self._window.composer.edit.send_requested.emit()
        self._when(self._is_idle, self._show_answer)

    def _show_answer(self) -> None:
        self._shoot("main")
        self._window.header.inspector_button.setChecked(True)
        QTimer.singleShot(300, self._show_inspector)

    def _show_inspector(self) -> None:
        self._shoot("inspector")
        self._window.conversation_view.regenerate_requested.emit(self._last_message().id)
        self._when(self._is_idle, self._show_branches)

    def _show_branches(self) -> None:
        self._window.header.branches_button.setChecked(True)
        QTimer.singleShot(500, self._show_what_was_sent)

    def _show_what_was_sent(self) -> None:
        self._shoot("branches")
        menu = QMenu(self._window)
        self._window.conversation_view.fill_message_menu(menu, self._last_message().id)
        next(action for action in menu.actions() if action.text() == "Show what was sent…").trigger()
        self._when(lambda: self._window.findChild(QDialog, "whatWasSent") is not None, self._show_settings)

    def _show_settings(self) -> None:
        self._shoot("what-was-sent")
        dialog = self._part("whatWasSent")
        assert isinstance(dialog, QDialog)
        dialog.reject()
        self._window.header.inspector_button.setChecked(True)
        self._window.open_settings()
        QTimer.singleShot(500, self._show_servers)

    def _show_servers(self) -> None:
        self._shoot("settings")
        dialog = self._part("settingsDialog")
        assert isinstance(dialog, QDialog)
        dialog.done(0)
        self._window.open_settings(on_servers=True)
        QTimer.singleShot(1500, self._test_server)

    def _test_server(self) -> None:
        servers = self._part("serverList")
        assert isinstance(servers, QListView)
        servers.setCurrentIndex(servers.model().index(1, 0))
        button = self._part("testServerButton")
        assert isinstance(button, QPushButton)
        button.click()
        self._when(lambda: self._part("stopTestButton").isHidden(), self._finish)

    def _finish(self) -> None:
        self._shoot("servers")
        self._window.close()
        QCoreApplication.quit()


class LibraryShooting(Camera):
    """The same with many chats."""

    def begin(self) -> None:
        QTimer.singleShot(ANSWER_TIMEOUT_MS, lambda: QCoreApplication.exit(1))
        self._when(lambda: self._window.sidebar.table.model().rowCount() > 10, self._search)

    def _search(self) -> None:
        self._window.palette_part.open("")
        field = self._part("paletteField")
        assert isinstance(field, QLineEdit)
        field.setText("numpy")
        QTimer.singleShot(1500, self._show_statistics)

    def _show_statistics(self) -> None:
        self._shoot("palette")
        dialog = self._part("palette")
        assert isinstance(dialog, QDialog)
        dialog.reject()
        self._window.library.run("statistics")
        QTimer.singleShot(1500, self._finish)

    def _finish(self) -> None:
        self._shoot("statistics")
        self._window.close()
        QCoreApplication.quit()


if __name__ == "__main__":
    takers = {"--one": take_one, "--library": take_library}
    taker = next((takers[each] for each in sys.argv if each in takers), None)
    sys.exit(main() if taker is None else taker(Path(sys.argv[1])))
