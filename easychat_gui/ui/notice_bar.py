"""The bar below the header in which the whole program says something."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from easychat_gui.controllers.notifier import Notice, NoticeKind
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import IconButton
from easychat_gui.ui.widgets.labels import show_copyable


class NoticeBar(QWidget):
    """One line for each kind of notice that holds.

    ``retry_requested`` where trying again may help, ``undo_requested`` where the person did what is told.
    """

    retry_requested = Signal()
    undo_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: dict[NoticeKind, _Line] = {}
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self.hide()

    def show_notice(self, notice: Notice) -> None:
        line = self._lines.get(notice.kind)
        if line is None:
            line = self._lines[notice.kind] = _Line()
            line.closed.connect(lambda kind=notice.kind: self.withdraw(kind))
            if notice.kind is NoticeKind.SAVE_FAILED:
                line.offer(
                    self.tr("Try again"), self.tr("Write again what could not be written"), self.retry_requested.emit
                )
            elif notice.kind is NoticeKind.MESSAGES_DELETED:
                line.offer(self.tr("Undo"), self.tr("Put back what was deleted last"), self.undo_requested.emit)
            elif notice.undo is not None:
                line.offer(self.tr("Undo"), self.tr("Take back what was done last"), notice.undo)
            self._rows.addWidget(line)
        from easychat_gui.ui.error_texts import notice_text  # a hundred sentences, for the day when one is needed

        line.show_words(notice_text(notice))
        self.show()

    def withdraw(self, kind: NoticeKind) -> None:
        line = self._lines.pop(kind, None)
        if line is not None:
            self._rows.removeWidget(line)
            line.deleteLater()
        self.setVisible(bool(self._lines))

    def clear(self) -> None:
        """Say nothing any more."""
        for kind in list(self._lines):
            self.withdraw(kind)

    def texts(self) -> list[str]:
        """Return what a person reads here."""
        return [line.words() for line in self._lines.values()]


class _Line(QFrame):
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "notice")
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(Space.L, Space.S, Space.S, Space.S)
        self._row.addWidget(self._label, 1)
        close = IconButton("close", self.tr("Hide this"))
        close.clicked.connect(self.closed)
        self._row.addWidget(close)

    def offer(self, words: str, purpose: str, wish: Callable[[], None]) -> None:
        """Add a button."""
        button = QPushButton(words)
        button.setAccessibleName(words)
        button.setToolTip(purpose)
        button.clicked.connect(lambda: wish())
        self._row.insertWidget(1, button)

    def show_words(self, words: str) -> None:
        show_copyable(self._label, words)
        self.setAccessibleName(words)

    def words(self) -> str:
        return self._label.text()
