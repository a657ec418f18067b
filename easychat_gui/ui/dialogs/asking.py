"""Dialogs of one question, awaited: ``title = await ask_text(…)``. The event loop goes on meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import heading, muted, show_copyable
from easychat_gui.ui.widgets.overlay import Overlay

WIDTH = 440


class Question(QDialog):
    """A title, a sentence, perhaps a field, and the buttons. The first answer is the one that Enter gives."""

    def __init__(self, title: str, sentence: str, answers: list[tuple[str, str]], field: QWidget | None = None) -> None:
        super().__init__()
        self.setObjectName("question")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self.chosen = ""
        self.first: QPushButton | None = None
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        rows.setSpacing(Space.M)
        rows.addWidget(heading(title, 2.0))
        if sentence:
            words = muted("")
            words.setWordWrap(True)
            show_copyable(words, sentence)
            rows.addWidget(words)
        if field is not None:
            rows.addWidget(field)
        rows.addStretch()
        rows.addLayout(_in_row_or_column([self._button(*answer, answers[0][0]) for answer in answers]))
        self._has_large_field = isinstance(field, QPlainTextEdit)

    def _button(self, words: str, look: str, default: str) -> QPushButton:
        button = QPushButton(words)
        button.setAccessibleName(words)
        button.setToolTip(words)
        button.setProperty("look", look)
        button.setDefault(words == default)
        if words == default:
            self.first = button
        button.clicked.connect(lambda: self._choose(words))
        return button

    def sizeHint(self) -> QSize:
        width = WIDTH + (260 if self._has_large_field else 0)
        layout = self.layout()
        if layout is not None:
            width = max(width, layout.minimumSize().width())  # long words on several buttons
        height = layout.heightForWidth(width) if layout is not None and layout.hasHeightForWidth() else 0
        return QSize(width, max(height, super().sizeHint().height()))

    def _choose(self, words: str) -> None:
        self.chosen = words
        self.accept()


def _in_row_or_column(buttons: list[QPushButton]) -> QBoxLayout:
    """Lay buttons out, the first at the end of a row; or above all others where a row would be cut off in a small
    window."""
    for each in buttons:
        each.ensurePolished()
    width = sum(each.sizeHint().width() for each in buttons) + Space.M * (len(buttons) - 1)
    if width > WIDTH - 2 * Space.XL:
        column = QVBoxLayout()
        for each in buttons:
            column.addWidget(each)
        return column
    row = QHBoxLayout()
    row.addStretch()
    for each in reversed(buttons):
        row.addWidget(each)
    return row


async def ask_yes_no(window: QWidget, title: str, sentence: str, yes: str, look: str = "primary") -> bool:
    """Ask whether to do something. ``yes`` is what the button says."""
    cancel = QCoreApplication.translate("Question", "Cancel")
    return await _answer(window, Question(title, sentence, [(yes, look), (cancel, "")])) == yes


def ask_inside(window: QWidget, title: str, sentence: str, yes: str, then: Callable[[], None]) -> None:
    """Ask, above a dialog that is open, whether to do something that cannot be undone; do it if so."""
    cancel = QCoreApplication.translate("Question", "Cancel")
    question = Question(title, sentence, [(yes, "danger"), (cancel, "")])
    overlay = Overlay(question, window)
    overlay.closed.connect(lambda: then() if question.chosen == yes else None)


async def ask_text(window: QWidget, title: str, text: str, done: str) -> str | None:
    """Ask for a line of text; None when the person thought better of it."""
    line = QLineEdit(text)
    line.setAccessibleName(title)
    line.setToolTip(title)
    line.selectAll()
    cancel = QCoreApplication.translate("Question", "Cancel")
    question = Question(title, "", [(done, "primary"), (cancel, "")], line)
    line.setFocus()
    typed = ""

    def keep() -> None:
        nonlocal typed
        typed = line.text()

    question.accepted.connect(keep)  # by the time that the answer is awaited the field may be gone
    return typed if await _answer(window, question) == done else None


async def show_text(window: QWidget, title: str, text: str) -> None:
    """Show a text that can be read and copied."""
    field = QPlainTextEdit(text)
    field.setReadOnly(True)
    field.setAccessibleName(title)
    field.setToolTip(title)
    field.setMinimumHeight(260)
    close = QCoreApplication.translate("Question", "Close")
    await _answer(window, Question(title, "", [(close, "primary")], field))


async def choose(window: QWidget, title: str, sentence: str, answers: list[str]) -> str:
    """Ask which way to go; an empty string when the person chose none."""
    looks = ["primary", *[""] * (len(answers) - 1)]
    return await _answer(window, Question(title, sentence, list(zip(answers, looks, strict=True))))


async def _answer(window: QWidget, question: Question) -> str:
    done: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    overlay = Overlay(question, window)
    overlay.closed.connect(lambda: None if done.done() else done.set_result(question.chosen))
    return await done
