"""What lies under an open dialog."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.ui.widgets.overlay import Overlay


def test_its_shadow_is_drawn_once_and_not_with_each_word_below(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[QSize] = []
    draw = Overlay._draw

    def noted(overlay: Overlay, *args: object) -> object:
        drawn.append(overlay.size())
        return draw(overlay, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Overlay, "_draw", noted)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 400)
    window.show()
    overlay = Overlay(QDialog(), window)
    for _ in range(3):
        overlay.repaint()
        QApplication.processEvents()
    assert drawn == [QSize(600, 400)]
    window.resize(500, 300)
    overlay.repaint()
    assert drawn[-1] == QSize(500, 300)


def dialog_with_field() -> tuple[QDialog, QLineEdit]:
    dialog, field = QDialog(), QLineEdit()
    QVBoxLayout(dialog).addWidget(field)
    return dialog, field


def test_what_lies_below_gets_no_focus_until_it_has_closed(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    below = QLineEdit(window)
    window.resize(600, 400)
    window.show()
    window.activateWindow()
    below.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is below)
    lower, first = dialog_with_field()
    Overlay(lower, window)
    below.setFocus()
    assert QApplication.focusWidget() is first

    upper, second = dialog_with_field()
    Overlay(upper, window)
    first.setFocus()
    assert QApplication.focusWidget() is second
    upper.reject()
    assert QApplication.focusWidget() is first
    lower.reject()
    assert QApplication.focusWidget() is below


def test_focus_goes_to_the_dialog_below_when_what_opened_the_upper_one_is_busy(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 400)
    window.show()
    window.activateWindow()
    lower, first = dialog_with_field()
    opener = QPushButton("Open")
    layout = lower.layout()
    assert layout is not None
    layout.addWidget(opener)
    Overlay(lower, window)
    opener.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is opener)
    upper, _second = dialog_with_field()
    Overlay(upper, window)
    opener.setEnabled(False)
    upper.accept()
    assert QApplication.focusWidget() is first
