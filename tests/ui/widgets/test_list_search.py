"""The arrows of the field that searches a list."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidget
from pytestqt.qtbot import QtBot

from easychat_gui.ui.widgets.list_search import ListSearch


def test_the_arrows_pass_over_headings_and_what_is_hidden(qtbot: QtBot) -> None:
    found = QListWidget()
    search = ListSearch(found, "words")
    for widget in (found, search):
        qtbot.addWidget(widget)
    found.addItems(["heading", "first", "hidden", "heading", "last"])
    for row in (0, 3):
        found.item(row).setFlags(Qt.ItemFlag.NoItemFlags)
    found.item(2).setHidden(True)
    seen = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up):
        QTest.keyClick(search, key)
        seen.append(found.currentItem().text())
    assert seen == ["first", "last", "last", "first", "first"]


def test_what_an_input_method_types_without_a_key_arrives(qtbot: QtBot) -> None:
    search = ListSearch(QListWidget())
    qtbot.addWidget(search)
    QApplication.sendEvent(search, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, "й"))
    assert search.text() == "й"
