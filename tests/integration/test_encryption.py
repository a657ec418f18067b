"""Encrypting chats, in the window: turned on, asked for at the next start, turned off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from easychat_gui.settings import key_file
from easychat_gui.storage.connecting import use_key
from easychat_gui.ui.main_window import MainWindow
from tests.integration.conftest import OpenWindow
from tests.integration.test_forgetting import SECRET, everything_in, write_a_draft
from tests.integration.test_settings_dialog import click, open_dialog

PASSPHRASE = "correct horse battery"


@pytest.fixture(autouse=True)
def quick_and_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(key_file, "USUAL_COST", key_file.Cost(2**4))
    yield
    use_key(tmp_path / "data", None)


def dialog_of(window: MainWindow, name: str) -> QDialog | None:
    return next((each for each in window.findChildren(QDialog, name) if not each.isHidden()), None)


def type_passphrase(qtbot: QtBot, window: MainWindow, text: str, *, twice: bool = False) -> QDialog:
    qtbot.waitUntil(lambda: dialog_of(window, "passphraseDialog") is not None, timeout=10_000)
    dialog = dialog_of(window, "passphraseDialog")
    assert dialog is not None
    for name in ("passphrase", "passphraseAgain") if twice else ("passphrase",):
        field = dialog.findChild(QLineEdit, name)
        assert field is not None
        field.setText(text)
    click(dialog, "passphraseDone")
    return dialog


def encrypt(qtbot: QtBot, window: MainWindow, data_dir: Path) -> QDialog:
    settings = open_dialog(window, "Data & privacy")
    click(settings, "encryptButton")
    type_passphrase(qtbot, window, PASSPHRASE, twice=True)
    qtbot.waitUntil(lambda: SECRET.encode() not in everything_in(data_dir), timeout=10_000)
    qtbot.waitUntil(lambda: dialog_of(window, "passphraseDialog") is None, timeout=10_000)
    return settings


def draft(window: MainWindow) -> str:
    return window.composer.edit.toPlainText()


def test_chats_are_noise_on_the_disk_and_open_with_their_passphrase(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    window = open_window(data_dir)
    window.show()
    write_a_draft(qtbot, window, data_dir)
    settings = encrypt(qtbot, window, data_dir)
    key = (data_dir / "easychat.key").read_bytes()
    settings.findChild(QPushButton, "encryptButton").clicked.emit()  # type: ignore[union-attr]  # a click too many
    type_passphrase(qtbot, window, "another passphrase", twice=True)
    qtbot.waitUntil(lambda: "already" in dialog_of(window, "passphraseDialog").problem, timeout=10_000)  # type: ignore[union-attr]
    assert (data_dir / "easychat.key").read_bytes() == key
    dialog_of(window, "passphraseDialog").reject()  # type: ignore[union-attr]
    settings.reject()
    QTest.keyClicks(window.composer.edit, " and at ten")
    window.close()
    use_key(data_dir, None)  # as a new process would begin
    assert SECRET.encode() not in everything_in(data_dir)

    again = open_window(data_dir)
    again.show()
    wrong = type_passphrase(qtbot, again, "no idea at all")
    qtbot.waitUntil(lambda: "not the passphrase" in wrong.problem, timeout=10_000)  # type: ignore[attr-defined]
    assert draft(again) == ""
    type_passphrase(qtbot, again, PASSPHRASE)
    qtbot.waitUntil(lambda: draft(again) == f"{SECRET} and at ten", timeout=10_000)

    settings = open_dialog(again, "Data & privacy")
    qtbot.waitUntil(lambda: settings.findChild(QDialog) is None)
    click(settings, "decryptButton")
    question = dialog_of(again, "question")
    assert question is not None
    click_words(question, "Stop encrypting")
    busy = dialog_of(again, "busyDialog")
    assert busy is not None, "what is typed or answered now would be on the screen and nowhere else"
    busy.reject()
    assert not busy.isHidden()
    qtbot.waitUntil(lambda: dialog_of(again, "busyDialog") is None, timeout=10_000)
    qtbot.waitUntil(lambda: SECRET.encode() in everything_in(data_dir), timeout=10_000)


def click_words(dialog: QDialog, words: str) -> None:
    (button,) = [each for each in dialog.findChildren(QPushButton) if each.text() == words]
    button.click()


def test_who_has_lost_the_passphrase_can_begin_anew_and_keeps_the_file(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    window = open_window(data_dir)
    window.show()
    write_a_draft(qtbot, window, data_dir)
    encrypt(qtbot, window, data_dir)
    window.close()
    use_key(data_dir, None)
    again = open_window(data_dir)
    again.show()
    qtbot.waitUntil(lambda: dialog_of(again, "passphraseDialog") is not None, timeout=10_000)
    dialog = dialog_of(again, "passphraseDialog")
    assert dialog is not None
    click(dialog, "passphraseLost")
    question = dialog_of(again, "question")
    assert question is not None
    click_words(question, "Begin anew")
    write_a_draft(qtbot, again, data_dir)
    assert list(data_dir.glob("easychat.damaged-*.db"))
