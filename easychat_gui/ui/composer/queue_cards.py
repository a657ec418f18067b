"""The messages that wait to be sent, above the composer."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from easychat_gui.domain.ids import QueuedId
from easychat_gui.domain.messages import MessageStatus
from easychat_gui.domain.queued import QueuedMessage
from easychat_gui.ui import theme
from easychat_gui.ui.count_words import counted
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.buttons import IconButton
from easychat_gui.ui.widgets.labels import muted

MOST_SHOWN = 3
"""So many cards are seen at once; the rest are scrolled to."""

CARD_HEIGHT = 38
MOST_NAMED = 20


class QueueCards(QWidget):
    """``edit_requested(QueuedId)``, ``remove_requested(QueuedId)``, ``send_requested`` while the queue is held."""

    edit_requested = Signal(str)
    remove_requested = Signal(str)
    send_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queuedMessages")
        self.setAccessibleName(self.tr("Messages that wait to be sent"))
        self._sentence = muted("", -0.5)
        self._sentence.setWordWrap(True)
        self._send = QPushButton(self.tr("Send now"))
        self._send.setObjectName("sendQueuedButton")
        self._send.setAccessibleName(self._send.text())
        self._send.setToolTip(self.tr("Send these, one after the other"))
        self._send.clicked.connect(self.send_requested)
        held = QHBoxLayout()
        held.addWidget(self._sentence, 1)
        held.addWidget(self._send)
        self._holder = QWidget()
        self._cards = QVBoxLayout(self._holder)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(Space.XS)
        self._scroll = QScrollArea()
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._holder)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(Space.XS)
        rows.addLayout(held)
        rows.addWidget(self._scroll)
        self.hide()

    def show_queue(
        self,
        waiting: list[QueuedMessage],
        held_after: MessageStatus | None,
        attached: Mapping[QueuedId, tuple[str, ...]],
    ) -> None:
        """Show these in their order. ``held_after``: how the last answer ended, if therefore nothing goes out.

        ``attached``: the names of the files that go with each.
        """
        focused = next((number for number, card in enumerate(self._shown()) if card.has_focus()), None)
        for card in self._shown():
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        for message in waiting:
            card = _Card(message, attached.get(message.id, ()), self._holder)
            card.edit.clicked.connect(lambda _on, id_=message.id: self.edit_requested.emit(id_))
            card.remove.clicked.connect(lambda _on, id_=message.id: self.remove_requested.emit(id_))
            self._cards.addWidget(card)
        self._sentence.setText("" if held_after is None else self._why(held_after))
        self._sentence.setVisible(held_after is not None)
        self._send.setVisible(held_after is not None)
        shown = min(len(waiting), MOST_SHOWN)
        self._scroll.setFixedHeight(shown * CARD_HEIGHT + (shown - 1) * Space.XS if shown else 0)
        self.setVisible(bool(waiting))
        cards = self._shown()
        if focused is not None and cards:
            cards[min(focused, len(cards) - 1)].remove.setFocus()

    def texts(self) -> list[str]:
        """Return what a person reads here, the next one first."""
        return [card.text for card in self._shown()]

    def has_focus(self) -> bool:
        return any(card.has_focus() for card in self._shown()) or self._send.hasFocus()

    def _shown(self) -> list[_Card]:
        places = (self._cards.itemAt(place) for place in range(self._cards.count()))
        return [card for place in places if place is not None and isinstance(card := place.widget(), _Card)]

    def _why(self, held_after: MessageStatus) -> str:
        if held_after is MessageStatus.CANCELLED:
            return self.tr("The answer was stopped. What follows waits for you.")
        if held_after is MessageStatus.FAILED:
            return self.tr("The answer failed. What follows waits for you.")
        return self.tr("What follows was not sent yet.")


class _Card(QFrame):
    def __init__(self, message: QueuedMessage, attached: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.text = message.text or ", ".join(attached)
        self.setProperty("look", "queued")
        self.setFixedHeight(CARD_HEIGHT)
        words = _OneLine(self.text, self)
        self.edit = self._button("edit", self.tr("Edit this waiting message"))
        self.remove = self._button("close", self.tr("Do not send this message (↑ in the empty box brings it back)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.XS, 0, Space.XS, 0)
        row.setSpacing(0)
        row.addSpacing(Space.M - Space.XS)  # a margin would not change sides from right to left
        row.addWidget(words, 1)
        if attached:
            row.addWidget(self._files(attached))
        row.addWidget(self.edit)
        row.addWidget(self.remove)

    def has_focus(self) -> bool:
        return self.edit.hasFocus() or self.remove.hasFocus()

    def _files(self, names: tuple[str, ...]) -> QWidget:
        words = counted(len(names), self.tr("1 file"), self.tr("{count} files"))
        label = muted(words, -0.5)
        label.setContentsMargins(Space.S, 0, Space.S, 0)
        label.setToolTip("\n".join(names[:MOST_NAMED]))
        return label

    def _button(self, icon: str, words: str) -> IconButton:
        button = IconButton(icon, words, self, side=Size.HIT_TARGET_MIN, icon_side=14)
        button.setAccessibleDescription(self.text[:200])
        return button


class _OneLine(QWidget):
    """The beginning of a text on one line, cut where there is no more room."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._line = " ".join(text[:400].split())
        self.setAccessibleName(self._line)
        self.setToolTip(text[:1000])
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        theme.watcher().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(100, self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.current().text)
        words = self.fontMetrics().elidedText(self._line, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, words)
