"""What the composition root does by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from easychat_gui import app


@pytest.fixture
def _silent_desktop() -> Iterator[None]:
    former = QLocale()
    QLocale.setDefault(QLocale.c())
    yield
    QLocale.setDefault(former)


@pytest.mark.usefixtures("_silent_desktop")
def test_digits_are_grouped_on_a_desktop_without_a_language(qapp: QApplication) -> None:
    app._translate(qapp)
    assert QLocale().toString(8192) == "8,192"


def test_an_error_that_nobody_caught_is_told_and_written_down(
    qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    program = app.make_program(tmp_path / "data", server="http://127.0.0.1:9", api_key="sk-marker")
    qtbot.addWidget(program.window)
    program.report(LookupError, LookupError("in the store with sk-marker"), None)
    assert str(program.paths.logs / "easychat-gui.log") in program.window.notices.texts()[0]
    assert "in the store" in caplog.text
    printed = capsys.readouterr().err
    assert "in the store" in printed
    assert "sk-marker" not in printed
    program.window.close()


def test_the_password_of_an_address_is_neither_shown_nor_logged(qtbot: QtBot, tmp_path: Path) -> None:
    program = app.make_program(tmp_path / "data", server="http://joe:geheim%40123@127.0.0.1:9/v1")
    qtbot.addWidget(program.window)
    (endpoint, *_) = program.endpoints.endpoints()
    assert endpoint.name == "127.0.0.1:9"
    assert "geheim" not in program.redactor("said geheim@123, and geheim%40123")
    program.window.close()


def test_an_address_that_is_none_does_not_keep_the_window_from_opening(qtbot: QtBot, tmp_path: Path) -> None:
    program = app.make_program(tmp_path / "data", server="http://joe:geheim@[bad", model="m")
    qtbot.addWidget(program.window)
    assert "geheim" not in program.endpoints.endpoints()[0].name
    program.window.close()
