"""Presets through the window: chosen, overridden, reset, changed, deleted, and what the server really gets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFileDialog, QLabel, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.ui.main_window import MainWindow
from easychat_gui.ui.new_chat_menu import NewChatMenu
from tests.fakes.misbehaving_server import MisbehavingServer, good_stream
from tests.integration.conftest import OpenWindow, part

NAMES = ["None", "Precise coder", "Writer", "Translator", "Tutor"]


def combo(window: MainWindow) -> QComboBox:
    found = part(window, "presetCombo")
    assert isinstance(found, QComboBox)
    return found


def names(window: MainWindow) -> list[str]:
    box = combo(window)
    return [box.itemText(row) for row in range(box.count())]


def choose(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Choose as a person does with the keyboard."""
    qtbot.waitUntil(lambda: name in names(window), timeout=10_000)
    box = combo(window)
    while box.currentText() != name:
        before = box.currentIndex()
        down = box.findText(name) > before
        QTest.keyClick(box, Qt.Key.Key_Down if down else Qt.Key.Key_Up)
        assert box.currentIndex() != before


def ask(qtbot: QtBot, window: MainWindow, server: MisbehavingServer, text: str = "Hi") -> dict[str, Any]:
    """Send a message and return the body that the server got."""
    edit = part(window, "composer")
    assert isinstance(edit, QPlainTextEdit)
    count = len(server.requests)
    edit.setPlainText(text)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(server.requests) > count, timeout=10_000)
    qtbot.waitUntil(lambda: part(window, "stopButton").isHidden(), timeout=10_000)
    body: dict[str, Any] = server.requests[-1].json
    return body


def system(body: dict[str, Any]) -> str | None:
    first = body["messages"][0]
    return str(first["content"]) if first["role"] == "system" else None


def click(window: MainWindow, name: str) -> None:
    QTest.mouseClick(part(window, name), Qt.MouseButton.LeftButton)


def spin(window: MainWindow, name: str = "temperatureSpin") -> QDoubleSpinBox:
    found = part(window, "inspector").findChild(QDoubleSpinBox, name)
    assert found is not None
    return found


def is_offered(widget: QWidget) -> bool:
    return not widget.isHidden()


def title(window: MainWindow, words: str) -> str:
    labels = [each.text() for each in part(window, "inspector").findChildren(QLabel)]
    return next(text for text in labels if text.startswith(words))


def test_a_preset_tells_the_model_and_own_values_hold_over_it(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("1")) as server:
        window = open_window(server=server.url, model="m")
        choose(qtbot, window, "Precise coder")
        body = ask(qtbot, window, server)
        assert body["temperature"] == 0.2
        assert (system(body) or "").startswith("You are a careful programmer.")
        assert body["top_p"] == 1

        spin(window).setValue(1.5)
        part(window, "systemPromptEdit").setPlainText("Mine.")  # type: ignore[attr-defined]
        assert title(window, "Temperature") == "Temperature •"
        assert title(window, "System prompt") == "System prompt •"
        assert title(window, "Top p") == "Top p"
        body = ask(qtbot, window, server)
        assert (body["temperature"], system(body)) == (1.5, "Mine.")

        click(window, "temperatureReset")
        assert title(window, "Temperature") == "Temperature"
        body = ask(qtbot, window, server)
        assert (body["temperature"], system(body)) == (0.2, "Mine.")

        click(window, "systemPromptReset")
        assert not is_offered(part(window, "resetAllButton"))
        assert (system(ask(qtbot, window, server)) or "").startswith("You are a careful programmer.")


def test_all_at_once_can_follow_the_settings_again(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("1")) as server:
        window = open_window(server=server.url, model="m")
        settings = window._controllers.settings
        spin(window).setValue(1.5)
        part(window, "systemPromptEdit").setPlainText("Mine.")  # type: ignore[attr-defined]
        ask(qtbot, window, server)
        reset = part(window, "resetAllButton")
        assert is_offered(reset)
        assert reset.text() == "Follow the settings"  # type: ignore[attr-defined]
        click(window, "resetAllButton")
        generation = settings.current.generation.with_own({"temperature": 0.75})
        settings.apply(settings.current.with_(generation=generation, system_prompt="Of the settings."))
        body = ask(qtbot, window, server)
        assert (body["temperature"], system(body)) == (0.75, "Of the settings.")


def test_an_emptied_system_prompt_is_not_the_presets(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("1")) as server:
        window = open_window(server=server.url, model="m")
        choose(qtbot, window, "Tutor")
        part(window, "systemPromptEdit").clear()  # type: ignore[attr-defined]
        assert system(ask(qtbot, window, server)) is None
        assert title(window, "System prompt") == "System prompt •"


def test_the_model_of_a_preset_answers_until_another_is_chosen(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("1")) as server:
        window = open_window(server=server.url, model="m")
        presets = window._controllers.presets()
        qtbot.waitUntil(lambda: len(presets.presets) == 4, timeout=10_000)
        endpoint, _ = window._controllers.endpoints.choice_for(window._controllers.conversations.current)
        presets.save(presets.presets[0].with_(endpoint_id=endpoint.id, model_id="big"))
        choose(qtbot, window, "Precise coder")
        assert ask(qtbot, window, server)["model"] == "big"
        window.choose_model(endpoint.id, "small")
        assert title(window, "Model") == "Model •"
        assert ask(qtbot, window, server)["model"] == "small"
        click(window, "resetAllButton")
        assert ask(qtbot, window, server)["model"] == "big"


def test_a_changed_preset_changes_the_next_answer_and_a_deleted_one_none(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("1")) as server:
        window = open_window(server=server.url, model="m")
        choose(qtbot, window, "Writer")
        ask(qtbot, window, server)
        presets = window._controllers.presets()
        writer = presets.presets[1]
        presets.save(writer.with_(system_prompt="Rhyme.", params={"temperature": 1.1}))
        body = ask(qtbot, window, server)
        assert (body["temperature"], system(body)) == (1.1, "Rhyme.")

        with qtbot.waitSignal(presets.deleted):
            presets.delete(writer.id)
        assert combo(window).currentText() == "None"
        assert "Writer" not in names(window)
        body = ask(qtbot, window, server)
        assert (body["temperature"], system(body)) == (1.1, "Rhyme.")

        presets.undo_delete()
        qtbot.waitUntil(lambda: combo(window).currentText() == "Writer", timeout=10_000)
        assert names(window) == NAMES
        assert not is_offered(part(window, "resetAllButton"))
        assert system(ask(qtbot, window, server)) == "Rhyme."


def test_what_was_chosen_is_there_at_the_next_start_and_deleted_ones_stay_away(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    with MisbehavingServer(good_stream("1")) as server:
        window = open_window(tmp_path / "kept", server=server.url, model="m")
        choose(qtbot, window, "Tutor")
        spin(window).setValue(1.25)
        ask(qtbot, window, server)
        presets = window._controllers.presets()
        with qtbot.waitSignal(presets.deleted):
            presets.delete(presets.presets[0].id)
        window.close()
        again = open_window(tmp_path / "kept", server=server.url, model="m")
        table = again.sidebar.table
        qtbot.waitUntil(lambda: table.model().rowCount() == 2, timeout=10_000)
        table.chosen.emit(table.model().summary(1).id)  # type: ignore[attr-defined]
        qtbot.waitUntil(lambda: combo(again).currentText() == "Tutor", timeout=10_000)
        assert names(again) == ["None", "Writer", "Translator", "Tutor"]
        assert spin(again).value() == 1.25
        assert title(again, "Temperature") == "Temperature •"


def test_a_chat_of_version_1_follows_where_it_is_like_the_settings(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    presets = window._controllers.presets()
    conversations = window._controllers.conversations
    whole = presets.defaults().params.with_own({"seed": 5}).as_dict()
    conversations._show(conversations.current.with_(params=whole), [], is_saved=False)
    assert conversations.current.params == {"seed": 5}


def test_a_new_chat_begins_with_a_preset(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("1")) as server:
        window = open_window(server=server.url, model="m")
        qtbot.waitUntil(lambda: names(window) == NAMES, timeout=10_000)
        ask(qtbot, window, server)
        (menu,) = window.sidebar.new_button.findChildren(NewChatMenu)
        actions = menu.menu().actions()
        assert [each.text() for each in actions if each.text()][1:] == [f"New chat: {name}" for name in NAMES[1:]]
        actions[-1].trigger()
        assert window.conversation_view.message_count() == 0
        assert (system(ask(qtbot, window, server)) or "").startswith("You are a patient tutor.")


def test_the_dialog_makes_orders_changes_and_deletes(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.show()
    presets = window._controllers.presets()
    qtbot.waitUntil(lambda: len(presets.presets) == 4, timeout=10_000)
    window._flows.manage_presets(presets)
    click(window, "newPresetButton")
    name = part(window, "presetNameEdit")
    assert isinstance(name, QLineEdit)
    name.clear()  # a preset without a name keeps the one it had
    QTest.keyClicks(name, "Bard")
    part(window, "presetPromptEdit").setPlainText("Sing.")  # type: ignore[attr-defined]
    click(window, "presetUpButton")
    assert [each.name for each in presets.presets] == ["Precise coder", "Writer", "Translator", "Bard", "Tutor"]
    assert presets.presets[3].system_prompt == "Sing."
    click(window, "duplicatePresetButton")
    assert presets.presets[-1].with_(id=presets.presets[3].id, name="Bard") == presets.presets[3]
    assert presets.presets[-1].name == "Bard 2"
    with qtbot.waitSignal(presets.deleted):
        click(window, "deletePresetButton")
    assert "Bard 2" not in [each.name for each in presets.presets]
    click(window, "undoDeletePresetButton")
    qtbot.waitUntil(lambda: presets.presets[-1].name == "Bard 2", timeout=10_000)
    click(window, "presetsDoneButton")
    assert "Bard" in names(window)


def test_a_file_without_presets_is_told_by_its_name(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "strange {count}.json"
    path.write_text("[]")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_arguments: (str(path), ""))
    window = open_window()
    window.show()
    presets = window._controllers.presets()
    qtbot.waitUntil(lambda: len(presets.presets) == 4, timeout=10_000)
    window._flows.manage_presets(presets)
    click(window, "importPresetsButton")
    words = f"{path.name} has no presets in it."
    qtbot.waitUntil(lambda: words in [each.text() for each in window.findChildren(QLabel)], timeout=10_000)
    assert len(presets.presets) == 4


def test_save_as_preset_answers_as_the_chat_did(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("1")) as server:
        window = open_window(server=server.url, model="m")
        window.show()
        spin(window).setValue(1.75)
        part(window, "systemPromptEdit").setPlainText("Mine.")  # type: ignore[attr-defined]
        presets = window._controllers.presets()
        window._flows.save_as_preset(presets)
        qtbot.waitUntil(lambda: window.findChild(QWidget, "question") is not None, timeout=10_000)
        line = part(window, "question").findChild(QLineEdit)
        assert line is not None
        line.setText("My own")
        QTest.keyClick(line, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: combo(window).currentText() == "My own", timeout=10_000)
        assert not is_offered(part(window, "resetAllButton"))
        body = ask(qtbot, window, server)
        assert (body["temperature"], system(body), body["model"]) == (1.75, "Mine.", "m")
