"""Make the pictures of the README: the real window, the real model, on a fresh data folder.

    python resources/screenshots.py [FOLDER]

Run it under a display (`./dev screenshots` starts Xvfb where there is none). Light and dark, at 100 % and 200 %.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

QUESTION = "Write a short Python function that reverses a list. Then explain it in two sentences."
SIZE = (1280, 820)
SETTINGS = """\
[appearance]
theme = "{theme}"

[generation]
temperature = 0.0
"""
# The likeliest words, so that the pictures of two days differ by the program and not by the model.
ANSWER_TIMEOUT_MS = 120_000
VARIANTS = [("light", 1), ("dark", 1), ("light", 2), ("dark", 2)]


def main() -> int:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent / "screenshots").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    for theme, scale in VARIANTS:
        # A process for each: Qt reads the scale once, when it starts.
        environment = {**os.environ, "QT_SCALE_FACTOR": str(scale), "EASYCHAT_SHOT": f"{theme}@{scale}"}
        command = [sys.executable, __file__, str(folder), "--one"]
        subprocess.run(command, env=environment, check=True)
    return 0


def take_one(folder: Path) -> int:
    """Take the pictures of one theme at one scale."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QLabel, QWidget

    from easychat_gui.app import create_window

    theme, _, scale = os.environ["EASYCHAT_SHOT"].partition("@")
    suffix = f"{theme}-{scale}x"
    application = QApplication([])
    application.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as data_dir:
        (Path(data_dir) / "settings.toml").write_text(SETTINGS.format(theme=theme), encoding="utf-8")
        window = create_window(Path(data_dir))
        window.resize(*SIZE)
        window.show()

        def shoot(name: str) -> None:
            window.grab().save(str(folder / f"{name}-{suffix}.png"))

        def is_hidden(name: str) -> bool:
            return part(name).isHidden()

        def text_of(name: str) -> str:
            label = part(name)
            return label.text() if isinstance(label, QLabel) else ""

        def part(name: str) -> QWidget:
            found = window.findChild(QWidget, name)
            assert found is not None, name
            return found

        def when(is_true: Callable[[], bool], then: Callable[[], None]) -> None:
            """Call ``then`` half a second after ``is_true`` holds."""

            def look() -> None:
                if is_true():
                    timer.stop()
                    QTimer.singleShot(500, then)

            timer = QTimer(application, interval=100)
            timer.timeout.connect(look)
            timer.start()

        def ask() -> None:
            shoot("first-run")
            window.composer.edit.setPlainText(QUESTION)
            window.composer.edit.send_requested.emit()
            when(lambda: is_hidden("stopButton"), show_answer)

        def show_answer() -> None:
            shoot("main")
            window.header.inspector_button.setChecked(True)
            QTimer.singleShot(300, show_inspector)

        def show_inspector() -> None:
            shoot("inspector")
            window.open_settings()
            QTimer.singleShot(500, finish)

        def finish() -> None:
            shoot("settings")
            window.close()
            application.quit()

        QTimer.singleShot(ANSWER_TIMEOUT_MS, lambda: application.exit(1))
        when(lambda: "already running" in text_of("welcomeState"), ask)
        return application.exec()


if __name__ == "__main__":
    sys.exit(take_one(Path(sys.argv[1])) if "--one" in sys.argv else main())
