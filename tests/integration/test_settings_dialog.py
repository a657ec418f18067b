"""The settings through the real dialog: by keyboard, kept on disk, in force at once."""

from __future__ import annotations

from pathlib import Path

import shiboken6
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QScrollArea,
    QSlider,
    QStyle,
    QStyleOptionButton,
)
from pytestqt.qtbot import QtBot

from easychat_gui.ui import theme
from easychat_gui.ui.main_window import MainWindow
from easychat_gui.ui.settings.page import Page
from easychat_gui.ui.settings.servers.row import FoldButton
from tests.fakes.misbehaving_server import MisbehavingServer, answer, good_stream, json_answer
from tests.folders import files_with
from tests.integration.conftest import OpenWindow, part
from tests.integration.test_conversation_with_a_server import last_text, send, wait_for_end


def open_dialog(window: MainWindow, page: str) -> QDialog:
    button = part(window, "settingsButton")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    (dialog,) = [each for each in window.findChildren(QDialog, "settingsDialog") if not each.isHidden()]
    pages = dialog.findChild(QListWidget, "settingsPages")
    assert pages is not None
    (item,) = pages.findItems(page, Qt.MatchFlag.MatchExactly)
    pages.setCurrentItem(item)
    return dialog


def click(dialog: QDialog, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert button is not None, name
    button.click()


def wait_until_gone(qtbot: QtBot, dialog: QDialog) -> None:
    qtbot.waitUntil(lambda: not shiboken6.isValid(dialog))


def is_open(window: MainWindow) -> bool:
    return any(not each.isHidden() for each in window.findChildren(QDialog, "settingsDialog"))


def test_a_page_is_made_when_it_is_looked_at_and_what_was_not_stays(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    """All of them at once kept the window still for half a second and more."""
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / "settings.toml").write_text("[generation]\ntemperature = 1.5\n[appearance]\nzoom = 1.25\n")
    window = open_window(data_dir)
    dialog = open_dialog(window, "Generation")
    slider = dialog.findChild(QSlider, "temperatureSlider")
    assert slider is not None
    slider.setValue(125)
    assert dialog.findChild(QListWidget, "serverList") is None
    pages = dialog.findChild(QListWidget, "settingsPages")
    assert pages is not None
    for row in (0, 3, 3, 5):
        pages.setCurrentRow(row)
    assert dialog.findChild(QListWidget, "serverList") is not None
    assert len(dialog.findChildren(QListWidget, "serverList")) == 1
    click(dialog, "settingsSaveButton")
    qtbot.waitUntil(lambda: not is_open(window))
    qtbot.waitUntil(lambda: "temperature = 1.25" in settings_text(data_dir), timeout=10_000)
    assert "zoom = 1.25" in settings_text(data_dir)


def test_what_is_saved_holds_for_the_next_question_and_the_next_start(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    with MisbehavingServer(good_stream("1"), good_stream("2")) as server:
        window = open_window(data_dir, server=server.url, model="m")
        dialog = open_dialog(window, "Generation")
        slider = dialog.findChild(QSlider, "temperatureSlider")
        assert slider is not None
        slider.setValue(125)
        click(dialog, "settingsSaveButton")
        qtbot.waitUntil(lambda: not is_open(window))
        qtbot.waitUntil(lambda: "1.25" in settings_text(data_dir), timeout=10_000)
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        assert server.requests[-1].json["temperature"] == 1.25
        window.close()
        again = open_window(data_dir, server=server.url, model="m")
        send(qtbot, again, "Hi")
        wait_for_end(qtbot, again)
        assert server.requests[-1].json["temperature"] == 1.25


def settings_text(data_dir: Path) -> str:
    file = data_dir / "settings.toml"
    return file.read_text() if file.exists() else ""


def test_escape_and_cancel_change_nothing(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window(tmp_path / "data")
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    for leave in ("escape", "cancel"):
        dialog = open_dialog(window, "Generation")
        slider = dialog.findChild(QSlider, "temperatureSlider")
        assert slider is not None
        slider.setValue(190)
        if leave == "cancel":
            click(dialog, "settingsCancelButton")
        else:
            focus = QApplication.focusWidget()
            QTest.keyClick(focus or dialog, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: not is_open(window))
        assert part(window, "temperatureSpin").value() == 0.5  # type: ignore[attr-defined]


def test_no_page_is_cut_off_in_a_narrow_window(qtbot: QtBot, open_window: OpenWindow) -> None:
    """Nothing has to be scrolled to sideways, and a choice can be read whole."""
    window = open_window()
    window.resize(460, 820)
    window.show()
    window.open_settings()
    dialog = window.findChild(QDialog, "settingsDialog")
    assert dialog is not None
    pages = dialog.findChild(QComboBox, "settingsPagesCombo")
    assert pages is not None
    assert pages.isVisible()
    for number in range(pages.count()):
        pages.setCurrentIndex(number)
        pages.activated.emit(number)
        qtbot.waitUntil(lambda: all(fits(each) for each in dialog.findChildren(QScrollArea) if each.isVisible()))
    assert len(dialog.findChildren(Page)) == pages.count()


def fits(area: QScrollArea) -> bool:
    inside = area.viewport().rect()
    combos = [each for each in area.findChildren(QComboBox) if each.isVisible()]
    spins = [each for each in area.findChildren(QAbstractSpinBox) if each.isVisible()]
    edges = [each.mapTo(area.viewport(), each.rect().bottomRight()).x() for each in [*combos, *spins]]
    return (
        area.horizontalScrollBar().maximum() == 0
        and all(edge <= inside.right() for edge in edges)
        and all(each.width() >= each.sizeHint().width() for each in combos if each.objectName() == "titlesCombo")
    )


def test_tab_stays_inside_the_dialog(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    dialog = open_dialog(window, "Generation")
    for _ in range(40):
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, Qt.Key.Key_Tab)
        after = QApplication.focusWidget()
        assert after is not None
        assert dialog.isAncestorOf(after)


def test_after_a_dialog_the_conversation_is_painted_as_before(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("Still here.")) as server:
        window = open_window(server=server.url, model="m")
        window.show()
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        for _ in range(3):
            dialog = open_dialog(window, "Generation")
            overlay = dialog.parentWidget()
            assert overlay is not None
            for _ in range(5):
                QTest.keyClick(overlay, Qt.Key.Key_Tab)
            dialog.reject()
            wait_until_gone(qtbot, dialog)
            assert shiboken6.isValid(window.conversation_view.viewport())
            window.grab()


def test_the_theme_changes_with_save(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    dialog = open_dialog(window, "Appearance")
    combo = dialog.findChild(QComboBox, "themeCombo")
    assert combo is not None
    combo.setCurrentIndex(combo.findData("dark"))
    click(dialog, "settingsSaveButton")
    qtbot.waitUntil(lambda: theme.current().is_dark)
    assert window.palette().window().color() == theme.dark().window


def begin_server(dialog: QDialog, **typed: str) -> None:
    """Begin with an empty form and type into it, leaving each field as a person does."""
    click(dialog, "addServerButton")
    click(dialog, "addOtherServer")
    for name, text in typed.items():
        field = dialog.findChild(QLineEdit, name)
        assert field is not None
        field.setText(text)
        field.editingFinished.emit()


def models_words(dialog: QDialog) -> str:
    button = dialog.findChild(FoldButton, "serverModels")
    assert button is not None
    return button.words


def test_a_server_is_added_asked_and_its_key_is_in_no_file(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    key = "sk-marker-0123456789"
    data_dir = tmp_path / "data"
    models = json_answer({"data": [{"id": "big"}, {"id": "small"}]})
    with MisbehavingServer(models, models, good_stream("From the server.")) as server:
        window = open_window(data_dir)
        dialog = open_dialog(window, "Servers")
        begin_server(dialog, serverAddress=server.url, serverName="Mine", serverKey=key)
        qtbot.waitUntil(lambda: len(server.requests) == 2, timeout=10_000)
        qtbot.waitUntil(lambda: "2 model" in models_words(dialog), timeout=10_000)
        assert server.requests[1].headers["authorization"] == f"Bearer {key}"
        dialog.reject()
        endpoint = window._controllers.settings.current.endpoints[0]
        assert endpoint.name == "Mine"
        window.header.picker.chosen.emit(endpoint.id, "big")
        send(qtbot, window, "Hi")
        qtbot.waitUntil(lambda: "From the server." in last_text(window), timeout=10_000)
        wait_for_end(qtbot, window)
        assert server.requests[-1].json["model"] == "big"
        window.close()
    assert (data_dir / "settings.toml").exists()
    assert files_with(key.encode(), data_dir) == []


def test_a_server_that_refuses_the_key_says_so_in_the_form(qtbot: QtBot, open_window: OpenWindow) -> None:
    refusal = answer("401 Unauthorized", b"{}")
    with MisbehavingServer(refusal, refusal) as server:
        window = open_window()
        dialog = open_dialog(window, "Servers")
        begin_server(dialog, serverAddress=server.url, serverKey="wrong")
        qtbot.waitUntil(lambda: "key was refused" in models_words(dialog), timeout=10_000)


def test_an_address_without_http_is_not_saved(open_window: OpenWindow) -> None:
    window = open_window()
    dialog = open_dialog(window, "Servers")
    begin_server(dialog, serverAddress="example.org/v1")
    assert any("http://" in each.text() for each in dialog.findChildren(QLabel) if not each.isHidden())
    assert not window._controllers.settings.current.endpoints
    click(dialog, "serversDoneButton")
    assert is_open(window), "what was typed must not be lost"


def test_a_row_that_the_keyboard_is_on_has_no_second_frame_inside(open_window: OpenWindow) -> None:
    window = open_window(server="http://127.0.0.1:1")
    dialog = open_dialog(window, "Servers")
    begin_server(dialog, serverAddress="http://127.0.0.1:1/v1")
    row = dialog.findChildren(FoldButton)[-1]
    row.ensurePolished()
    option = QStyleOptionButton()
    row.initStyleOption(option)
    option.rect = QRect(0, 0, 300, 32)
    option.state |= QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_KeyboardFocusChange
    picture = QImage(300, 32, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    row.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, row)
    painter.end()
    inside = {picture.pixel(x, 16) for x in range(8, 292)}
    assert len(inside) == 1, "Qt draws one where the style sheet does not forbid it"
