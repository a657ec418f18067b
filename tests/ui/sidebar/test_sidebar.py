"""The sidebar in an interface that is read from right to left."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from easychat_gui.qtmodels.conversations import ConversationListModel
from easychat_gui.ui.sidebar.sidebar import Sidebar


def test_search_begins_where_the_interface_begins(qtbot: QtBot) -> None:
    sidebar = Sidebar(ConversationListModel())
    qtbot.addWidget(sidebar)
    sidebar.show()
    field = sidebar.findChild(QLineEdit, "chatSearch")
    assert field is not None
    starts = []
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        sidebar.setLayoutDirection(direction)
        field.grab()  # the place is reckoned when it is painted
        starts.append(field.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle).center().x())
    assert starts[0] < field.width() / 2 < starts[1], "the hint would lie over the keys"
