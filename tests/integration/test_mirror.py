"""The mirror in the real window: switched on in the settings, kept up to date, brought up to date at the end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from easychat_gui.app import Program
from easychat_gui.controllers import mirror as mirror_controller
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId, MessageId
from easychat_gui.domain.messages import Message, Role
from easychat_gui.settings.schema import Mirror
from easychat_gui.storage.store import Store
from easychat_gui.ui.main_window import MainWindow
from easychat_gui.ui.settings.data.mirror_section import MirrorSection
from tests.integration.conftest import OpenWindow
from tests.integration.test_settings_dialog import click, open_dialog

NOON = 1_700_000_000.0
CHAT = ConversationId("softmax")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mirror").mkdir()
    return tmp_path / "mirror"


@pytest.fixture
def window(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    monkeypatch.setattr(mirror_controller, "GATHER_MS", 0)
    monkeypatch.setattr(mirror_controller, "RETRY_MS", 0)
    store = Store.open(tmp_path / "data" / "easychat.db")
    question = Message(MessageId("q"), CHAT, Role.USER, "How?", created_at=NOON)
    store.begin_exchange(Conversation(CHAT, "Softmax", NOON, NOON, leaf_id=question.id), [question])
    store.close()
    window = open_window()
    window.show()
    qtbot.waitUntil(lambda: program_of(window).conversations.list.rowCount() > 0)
    return window


def program_of(window: MainWindow) -> Program:
    program = window.findChild(Program)
    assert program is not None
    return program


def switch_on(window: MainWindow, folder: Path) -> None:
    settings = program_of(window).settings
    settings.apply(replace(settings.current, mirror=Mirror(is_on=True, folder=str(folder))))


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_it_is_switched_on_in_the_settings(
    qtbot: QtBot, window: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    dialog = open_dialog(window, "Data & privacy")
    check = dialog.findChild(QCheckBox, "mirrorCheck")
    assert check is not None
    check.setChecked(True)
    click(dialog, "settingsSaveButton")

    qtbot.waitUntil(lambda: names(folder) == ["2023-11-14 Softmax.md"])


def test_it_follows_what_happens_to_chats(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    switch_on(window, folder)
    qtbot.waitUntil(lambda: names(folder) == ["2023-11-14 Softmax.md"])
    conversations = program_of(window).conversations

    conversations.rename(CHAT, "Softmax in NumPy")
    qtbot.waitUntil(lambda: names(folder) == ["2023-11-14 Softmax in NumPy.md"])

    (folder / "keep").touch()
    conversations.delete(CHAT)
    qtbot.waitUntil(lambda: names(folder) == ["keep"])


def test_what_is_pending_is_written_at_the_end(
    qtbot: QtBot, window: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_on(window, folder)
    qtbot.waitUntil(lambda: program_of(window).mirror.is_up_to_date)
    monkeypatch.setattr(mirror_controller, "GATHER_MS", 1_000_000)

    program_of(window).conversations.rename(CHAT, "The last word")
    window.close()

    assert names(folder) == ["2023-11-14 The last word.md"]


def test_what_changed_while_it_did_not_run_is_made_up_for(
    qtbot: QtBot, open_window: OpenWindow, window: MainWindow, folder: Path, tmp_path: Path
) -> None:
    switch_on(window, folder)
    program_of(window).settings.save()
    qtbot.waitUntil(lambda: program_of(window).mirror.is_up_to_date)
    window.close()
    store = Store.open(tmp_path / "data" / "easychat.db")
    store.conversations.rename(CHAT, "Meanwhile")
    store.close()

    open_window().show()

    qtbot.waitUntil(lambda: names(folder) == ["2023-11-14 Meanwhile.md"])


def test_a_folder_that_is_away_is_told_once_and_made_up_for(
    qtbot: QtBot, window: MainWindow, folder: Path, tmp_path: Path
) -> None:
    switch_on(window, tmp_path / "away")
    qtbot.waitUntil(lambda: len(window.notices.texts()) == 1)
    assert "its drive is away" in window.notices.texts()[0]

    (tmp_path / "away").mkdir()

    qtbot.waitUntil(lambda: names(tmp_path / "away") == ["2023-11-14 Softmax.md"])
    qtbot.waitUntil(lambda: window.notices.texts() == [])
    assert names(folder) == []


def test_files_that_the_person_changed_are_told_of(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    switch_on(window, folder)
    own = folder / "2023-11-14 Softmax.md"
    qtbot.waitUntil(lambda: program_of(window).mirror.is_up_to_date and own.exists())
    own.write_text("my words")

    program_of(window).conversations.rename(CHAT, "Renamed")

    qtbot.waitUntil(lambda: len(names(folder)) == 2)
    assert own.read_text() == "my words"
    qtbot.waitUntil(lambda: len(window.notices.texts()) == 1)
    assert "(from EasyChat).md" in window.notices.texts()[0]


def test_the_section_tells_how_it_goes(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    switch_on(window, folder)
    qtbot.waitUntil(lambda: program_of(window).mirror.is_up_to_date)

    dialog = open_dialog(window, "Data & privacy")

    section = dialog.findChild(MirrorSection)
    assert section is not None
    state = section.findChild(QLabel, "mirrorState")
    assert state is not None
    assert state.text() == "Every chat is in its file."
