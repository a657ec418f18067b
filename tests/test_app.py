"""What the composition root does by itself."""

from __future__ import annotations

import sys
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
    qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "__excepthook__", lambda *_what: None)
    program = app.make_program(tmp_path / "data")
    qtbot.addWidget(program.window)
    program.report(LookupError, LookupError("in the store"), None)
    assert str(program.paths.logs / "easychat-gui.log") in program.window.notices.texts()[0]
    assert "in the store" in caplog.text
    program.window.close()
