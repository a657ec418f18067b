"""The card below an answer that failed, was stopped or interrupted, was cut or has no words: why, and the way on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from easychat_gui.domain.messages import Message, MessageStatus
from easychat_gui.ui import error_texts
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import show_copyable
from easychat_gui.ui.widgets.region import Region

WIDE = 620
NARROW = 470
"""From these widths on, in device-independent pixels, the buttons fit beside the words, and in one row."""


class AnswerCard(Region, QFrame):
    """One widget, shown in turn for whichever message needs it."""

    retry_requested = Signal()
    continue_requested = Signal()
    details_requested = Signal()
    switch_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("errorBanner")
        self.setAccessibleName(self.tr("What became of the answer"))
        self.setToolTip(self.tr("What became of the answer"))
        self._title = QLabel()
        self._title.setObjectName("errorTitle")
        self._sentence = QLabel()
        for label in (self._title, self._sentence):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self._details = self._button(self.tr("Details"), "detailsButton", self.details_requested)
        self._switch = self._button(self.tr("Switch server"), "switchServerButton", self.switch_requested)
        self._retry = self._button(self.tr("Retry"), "retryButton", self.retry_requested)
        self._continue = self._button(self.tr("Continue"), "continueButton", self.continue_requested)
        self._retry.setToolTip(self.tr("Ask the same again; the answer so far stays as a branch"))
        self._continue.setToolTip(self.tr("Let the model go on where the answer ended"))
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        words.addWidget(self._title)
        words.addWidget(self._sentence)
        self._buttons = (self._details, self._switch, self._retry, self._continue)
        self._arranged: tuple[int, tuple[QPushButton, ...]] | None = None
        self._places = QGridLayout()
        self._places.setSpacing(Space.M)
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._parts.setContentsMargins(Space.M + 2, Space.M, Space.M + 2, Space.M)
        self._parts.setSpacing(Space.M)
        self._parts.addLayout(words, 1)
        self._parts.addLayout(self._places)
        self._arrange(WIDE)

    def show_message(self, message: Message, server_name: str) -> None:
        """Say what became of this answer."""
        has_text = bool(message.text)
        failure = message.failure
        if message.status is MessageStatus.FAILED and failure is not None:
            title, sentence = error_texts.failure_texts(failure, server_name, has_text=has_text)
        elif message.status is MessageStatus.INTERRUPTED:
            title, sentence = error_texts.interrupted_texts(has_text=has_text)
        elif message.status is MessageStatus.CANCELLED:
            title, sentence = error_texts.stopped_texts(has_text=has_text)
        else:
            title, sentence = error_texts.shortened_texts(message)
        is_failure = message.status is MessageStatus.FAILED
        self._set_look("error" if is_failure else "note")
        show_copyable(self._title, title)
        show_copyable(self._sentence, sentence)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self._details.setVisible(is_failure)
        self._switch.setVisible(is_failure)
        self._continue.setVisible(has_text)
        self._retry.setVisible(True)
        self._arrange(self.width())
        self._emphasise(self._continue if has_text else self._retry)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        self._arrange(width)
        return self._parts.totalHeightForWidth(width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange(event.size().width())
        super().resizeEvent(event)

    def _arrange(self, width: int) -> None:
        """Put the buttons beside the words, below them where it is narrow, and in two rows where it is narrower."""
        is_wide = width >= WIDE
        direction = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        if self._parts.direction() != direction:
            self._parts.setDirection(direction)
        shown = tuple(button for button in self._buttons if not button.isHidden())
        columns = len(shown) if width >= NARROW else 2
        if self._arranged == (columns, shown):
            return  # whoever asks for the height must not cause the very request that makes it ask
        self._arranged = columns, shown
        for number, button in enumerate(shown):
            self._places.addWidget(button, number // max(1, columns), number % max(1, columns))

    def _button(self, words: str, name: str, signal: object) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(name)
        button.setAccessibleName(words)
        button.setToolTip(words)
        button.clicked.connect(signal)
        return button

    def _emphasise(self, button: QPushButton) -> None:
        for each in (self._retry, self._continue):
            look = "primary" if each is button else ""
            if each.property("look") != look:
                each.setProperty("look", look)
                _polish(each)

    def _set_look(self, look: str) -> None:
        if self.property("look") != look:
            self.setProperty("look", look)
            for widget in (self, self._title, self._sentence):
                _polish(widget)


def _polish(widget: QWidget) -> None:
    """Have the style sheet look at a changed property again."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
