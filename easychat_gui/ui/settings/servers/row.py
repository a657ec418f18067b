"""What every row of a server's form is: a title at the left, and at the right what is set and where it is set."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.ui import theme
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.labels import plain

ARROWS = {False: "▾", True: "▴"}


class FormRow(QWidget):
    """One thing that can be set for a server, in a field that always stands there.

    ``edited`` when the person has finished setting something: with a choice at once, with a text when its field is
    left or Enter is pressed. The form then takes the server from `applied` and saves it. A text that cannot be used
    stays where it is, is said with `show_problem`, and is left out by `applied`.
    """

    edited = Signal()

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.endpoints = endpoints
        self.title = plain("", look="muted")
        self.title.setFixedHeight(Size.CONTROL - 2)
        self._problem = plain("", points=-0.5, look="danger")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self.rows = QVBoxLayout()
        """What stands at the right, from above."""
        self.rows.setSpacing(Space.S)
        right = QVBoxLayout()
        right.setSpacing(Space.XS)
        right.addLayout(self.rows)
        right.addWidget(self._problem)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        row.addWidget(self.title, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(right, 1)

    def show_endpoint(self, endpoint: Endpoint) -> None:
        """Show what is set for a server, without telling it as a change."""
        raise NotImplementedError

    def applied(self, endpoint: Endpoint) -> Endpoint:
        """Return the server with what the person set here."""
        return endpoint

    def refresh(self) -> None:
        """Something is known by now that was not: models, whether it answers, where its key is."""

    @property
    def problem(self) -> str:
        """What is wrong with what was typed; empty when nothing is."""
        return self._problem.text()

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong below the field; with an empty sentence nothing."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def focus_problem(self) -> None:
        """Take the person to what is wrong."""


class FoldingRow(FormRow):
    """A row that tells in a few words what is set, and opens when pressed.

    What it opens to is put into ``body_rows``.
    """

    opened = Signal()

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(endpoints, parent)
        self.button = FoldButton()
        self.body = QWidget(self)
        self.body.hide()
        self.body_rows = QVBoxLayout(self.body)
        self.body_rows.setContentsMargins(0, 0, 0, Space.S)
        self.body_rows.setSpacing(Space.S)
        self.rows.addWidget(self.button)
        self.rows.addWidget(self.body)
        self.button.toggled.connect(self._show_body)

    def introduce(self, title: str, name: str, hint: str) -> None:
        """Say what the row is called, its button in tests and scripts, and what it is for."""
        self.title.setText(title)
        self.button.setObjectName(name)
        self.button.introduce(title, hint)

    @property
    def summary(self) -> str:
        """What is set, in a few words."""
        return self.button.words

    def show_summary(self, words: str) -> None:
        self.button.show_words(words)

    def fold(self) -> None:
        """Show the few words only."""
        self.button.setChecked(False)

    def focus_problem(self) -> None:
        self.button.setChecked(True)
        self.body.setFocus()
        self.body.focusNextPrevChild(True)

    def _show_body(self, is_open: bool) -> None:  # noqa: FBT001 - a slot
        self.body.setVisible(is_open)
        if is_open:
            self.opened.emit()


class FoldButton(QPushButton):
    """Looks like a field, says what is set, and shows or hides what it is set with."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self._hint = ""
        self.words = ""
        self.setProperty("look", "fold")
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def introduce(self, title: str, hint: str) -> None:
        self._title = title
        self._hint = hint
        self.show_words(self.words)

    def show_words(self, words: str) -> None:
        self.words = words
        self.setAccessibleName(self.tr("{title}: {value}").format(title=self._title, value=words))
        self.setToolTip(f"{words}\n{self._hint}" if words else self._hint)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, Size.CONTROL - 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, Size.CONTROL - 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        colours = theme.current()
        painter = QPainter(self)
        area = self.rect().adjusted(Space.M - 1, 0, -Space.M + 1, 0)
        painter.setPen(colours.text_faint)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing, ARROWS[self.isChecked()])
        painter.setPen(colours.text)
        room = area.width() - Space.L
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            area = area.adjusted(Space.L, 0, 0, 0)
        words = painter.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, words)
