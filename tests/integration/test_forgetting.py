"""Forgetting everything, in the window: asked, done, and nothing left of it on the disk."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPlainTextEdit
from pytestqt.qtbot import QtBot

from easychat_gui.ui.main_window import MainWindow
from tests.folders import contents_of
from tests.integration.conftest import OpenWindow
from tests.integration.test_settings_dialog import click, open_dialog

SECRET = "the heron flies at nine"


def everything_in(folder: Path) -> bytes:
    return b"\n".join(contents_of(folder).values())


def ask_to_forget(window: MainWindow) -> QDialog:
    click(open_dialog(window, "Data & privacy"), "forgetEverythingButton")
    (dialog,) = [each for each in window.findChildren(QDialog, "forgetDialog") if not each.isHidden()]
    return dialog


def write_a_draft(qtbot: QtBot, window: MainWindow, data_dir: Path) -> None:
    edit = window.composer.edit
    assert isinstance(edit, QPlainTextEdit)
    QTest.keyClicks(edit, SECRET)
    qtbot.waitUntil(lambda: SECRET.encode() in everything_in(data_dir), timeout=10_000)


def test_everything_is_forgotten(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    window = open_window(data_dir)
    window.show()
    write_a_draft(qtbot, window, data_dir)
    click(ask_to_forget(window), "forgetButton")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    assert SECRET.encode() not in everything_in(data_dir)
    assert not (data_dir / "settings.toml").exists()
    assert not (data_dir / "forgetting.json").exists()

    again = open_window(data_dir)
    again.show()
    qtbot.waitUntil(lambda: (data_dir / "easychat.db").exists(), timeout=10_000)
    assert again.composer.edit.toPlainText() == ""


def test_thinking_better_of_it_removes_nothing(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    window = open_window(data_dir)
    window.show()
    write_a_draft(qtbot, window, data_dir)
    click(ask_to_forget(window), "forgetCancelButton")
    assert window.isVisible()
    assert SECRET.encode() in everything_in(data_dir)
