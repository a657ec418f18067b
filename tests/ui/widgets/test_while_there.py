"""What comes back too late to a widget is dropped, and what comes in time is not."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.ui.widgets.while_there import while_there


class Report(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.label = QLabel("waiting", self)

    @while_there
    def show_words(self, words: str) -> None:
        self.label.setText(words)


def test_only_a_widget_that_is_there_is_told(qtbot: QtBot) -> None:
    report = Report()
    report.show_words("in time")
    assert report.label.text() == "in time"
    with qtbot.waitSignal(report.destroyed):
        report.deleteLater()
    report.show_words("too late")
