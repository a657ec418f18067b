"""What the models of a server have turned out not to take, each to be forgotten."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from easychat_gui.domain.lessons import Lesson
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import faint, muted, plain

MOST_SHOWN = 30


class LearnedList(QWidget):
    """``forget_requested(Lesson)``, or with None all of them."""

    forget_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Lesson, ...] = ()
        self._lines: list[QWidget] = []
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, Space.S, 0, 0)
        self._rows.setSpacing(Space.XS)
        self._rows.addWidget(muted(self.tr("Learned from refusals")))
        self._more = faint("")
        self._rows.addWidget(self._more)
        self._all = self._button(self.tr("Forget all"), self.tr("Ask with all parameters again"), "forgetAllButton")
        self._all.clicked.connect(lambda: self.forget_requested.emit(None))
        self._rows.addWidget(self._all)
        self.hide()

    def show_lessons(self, lessons: tuple[Lesson, ...]) -> None:
        """Show them, the newest first."""
        if lessons == self._shown:
            return
        self._shown = lessons
        for line in self._lines:
            line.hide()
            self._rows.removeWidget(line)
            line.deleteLater()
        self._lines = [self._line(lesson) for lesson in lessons[::-1][:MOST_SHOWN]]
        for number, line in enumerate(self._lines, 1):
            self._rows.insertWidget(number, line)
        left = len(lessons) - len(self._lines)
        self._more.setText(self.tr("and {count} more").format(count=left))
        self._more.setVisible(left > 0)
        self._all.setVisible(len(lessons) > 1)
        self.setVisible(bool(lessons))

    def _line(self, lesson: Lesson) -> QWidget:
        words = lesson_words(lesson)
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        label = plain(words, points=-0.5)
        label.setWordWrap(True)
        row.addWidget(label, 1)
        button = self._button(self.tr("Forget"), self.tr("Forget: {what}").format(what=words), "forgetButton")
        button.clicked.connect(partial(self.forget_requested.emit, lesson))
        row.addWidget(button)
        return line

    def _button(self, words: str, hint: str, name: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(name)
        button.setProperty("look", "flat")
        button.setAutoDefault(False)
        button.setAccessibleName(hint)
        button.setToolTip(hint)
        return button


def lesson_words(lesson: Lesson) -> str:
    """Say what is done for a model."""
    say = QCoreApplication.translate
    if lesson.renamed_to:
        pattern = say("Lessons", "{model}: {newer} in place of {name}")
    elif lesson.limit is not None:
        pattern = say("Lessons", "{model}: {name} at most {limit}")
    elif lesson.beside:
        pattern = say("Lessons", "{model}: without {name} where {other} is sent")
    elif lesson.values:
        pattern = say("Lessons", "{model}: without {name} when it is {value}")
    else:
        pattern = say("Lessons", "{model}: without {name}")
    return pattern.format(
        model=lesson.model,
        name=lesson.parameter,
        newer=lesson.renamed_to,
        limit=lesson.limit,
        other=lesson.beside,
        value=", ".join(str(each) for each in lesson.values)[:60],
    )
