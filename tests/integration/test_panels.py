"""The panels beside the conversation, in windows of every width."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from easychat_gui.ui.main_window import MainWindow
from tests.integration.conftest import OpenWindow, part


def click(window: MainWindow, name: str) -> None:
    button = part(window, name)
    assert isinstance(button, QAbstractButton)
    button.click()


def shown(window: MainWindow) -> set[str]:
    return {name for name in ("sidebar", "inspector") if part(window, name).isVisible()}


@pytest.mark.parametrize(("width", "beside"), [(1200, {"sidebar", "inspector"}), (800, {"inspector"})])
def test_the_parameters_appear_when_they_are_asked_for(
    qtbot: QtBot, open_window: OpenWindow, width: int, beside: set[str]
) -> None:
    window = open_window()
    window.resize(width, 600)
    window.show()
    qtbot.waitUntil(lambda: shown(window) == {"sidebar"})
    click(window, "inspectorButton")
    assert shown(window) == beside
    click(window, "inspectorButton")
    assert shown(window) == {"sidebar"}


def test_in_a_narrow_window_the_sidebar_takes_the_place_of_the_parameters(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    window.resize(800, 600)
    window.show()
    qtbot.waitUntil(lambda: shown(window) == {"sidebar"})
    click(window, "inspectorButton")
    window.header.sidebar_button.click()
    assert shown(window) == {"sidebar"}
    window.resize(1200, 600)
    assert shown(window) == {"sidebar"}


def test_in_a_very_narrow_window_the_conversation_does_not_lie_on_the_sidebar(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    window.resize(460, 700)
    window.show()
    qtbot.waitUntil(lambda: shown(window) == set())
    window.header.sidebar_button.click()
    assert shown(window) == {"sidebar"}
    qtbot.waitUntil(lambda: window.header.x() == window.sidebar.geometry().right() + 1)
    assert window.width() == 460
    assert window.header.geometry().right() < window.width()
    window.resize(1200, 700)
    qtbot.waitUntil(lambda: window.sidebar.width() == window.sidebar.sizeHint().width())
