"""What is painted is told to screen readers for as long as it is there, and never ends the process."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

import pytest

PROGRAM = dedent(
    """
    import sys
    from PySide6.QtGui import QAccessible, QWindow
    from PySide6.QtWidgets import QApplication, QLabel, QWidget

    application = QApplication([])
    label = QLabel("Qt's own list of interfaces is made before ours, and cleared after it")
    QAccessible.queryAccessibleInterface(label).text(QAccessible.Text.Name)

    from easychat_gui.qtmodels.messages import MessageListModel
    from easychat_gui.rendering import markdown
    from easychat_gui.ui.conversation.view import ConversationView
    from tests.fakes.shown_conversation import answer

    def walk(item):
        QAccessible.uniqueId(item)
        for place in range(item.childCount()):
            walk(item.child(place))

    markdown.load()
    model, view = MessageListModel(), ConversationView()
    model.set_messages([answer("See [this](https://one.example/).")])
    view.set_model(model)
    view.show()
    view.grab()
    walk(QAccessible.queryAccessibleInterface(view))
    model.modelReset.connect(view.copy)
    walk(QAccessible.queryAccessibleInterface(view))
    if sys.argv[1] == "outlives":
        window = QWidget.createWindowContainer(QWindow())
        view.setParent(window)
    elif sys.argv[1] == "goes":
        view.deleteLater()
        application.processEvents()
    """
)


@pytest.mark.parametrize("way", ["outlives", "goes", "is left"])
def test_a_program_ends_well_that_a_screen_reader_has_listened_to(way: str) -> None:
    ended = subprocess.run([sys.executable, "-c", PROGRAM, way], check=False, capture_output=True, timeout=60)
    assert (ended.returncode, ended.stderr.decode()) == (0, "")
