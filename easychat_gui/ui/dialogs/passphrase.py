"""The dialog for a passphrase: one that opens the file of keys, or a new one for it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout

from easychat_gui.domain.errors import EasyChatError
from easychat_gui.ui.key_words import key_error_text
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import heading, muted, plain
from easychat_gui.ui.widgets.while_there import while_there

WIDTH = 460
SHORTEST_NEW = 8

Try = Callable[[str, Callable[[], None], Callable[[EasyChatError], None]], None]
"""Takes the passphrase, and what to call when it was right and when it was not."""


class PassphraseDialog(QDialog):
    """Stays open until the passphrase is right. ``lost`` when the person no longer knows it.

    :param is_new: it is chosen now, and so typed twice.
    :param lost_hint: what the button for those says who no longer know it, if not that keys are passed over.
    """

    lost = Signal()

    def __init__(self, title: str, sentence: str, done: str, try_it: Try, *, is_new: bool, lost_hint: str = "") -> None:
        super().__init__()
        self.setObjectName("passphraseDialog")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self._try = try_it
        self._lost_hint = lost_hint or self.tr("Go on without the keys that are in the file")
        self._first = self._field("passphrase", self.tr("Passphrase"))
        self._second = self._field("passphraseAgain", self.tr("The same again")) if is_new else None
        self._problem = plain("", points=-0.5, look="danger")
        self._problem.setObjectName("passphraseProblem")
        self._problem.setWordWrap(True)
        self._problem.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        self._problem.setMinimumHeight(2 * self._problem.fontMetrics().lineSpacing())  # the panel does not grow
        self._done = QPushButton(done)
        self._done.setObjectName("passphraseDone")
        self._lay_out(title, sentence)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        height = layout.heightForWidth(WIDTH) if layout is not None else 0
        return QSize(WIDTH, max(height, super().sizeHint().height()))

    @property
    def problem(self) -> str:
        return self._problem.text()

    def _submit(self) -> None:
        passphrase = self._first.text()
        if problem := self._what_is_wrong(passphrase):
            self._say(problem)
            return
        self._say("")
        self._set_busy(is_busy=True)
        self._try(passphrase, self._on_right, self._on_wrong)

    def _what_is_wrong(self, passphrase: str) -> str:
        if not passphrase:
            return self.tr("Type the passphrase.")
        if self._second is None:
            return ""
        if len(passphrase) < SHORTEST_NEW:
            return self.tr("Take at least {count} characters.").format(count=SHORTEST_NEW)
        return "" if passphrase == self._second.text() else self.tr("The two are not the same.")

    @while_there
    def _on_right(self) -> None:
        self.accept()

    @while_there
    def _on_wrong(self, error: EasyChatError) -> None:
        self._set_busy(is_busy=False)
        self._say(key_error_text(error))
        self._first.selectAll()
        self._first.setFocus()

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setAccessibleName(problem)

    def _set_busy(self, *, is_busy: bool) -> None:
        self._done.setEnabled(not is_busy)
        self._first.setReadOnly(is_busy)

    def _field(self, name: str, words: str) -> QLineEdit:
        field = QLineEdit()
        field.setObjectName(name)
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setPlaceholderText(words)
        field.setAccessibleName(words)
        field.setToolTip(words)
        return field

    def _lay_out(self, title: str, sentence: str) -> None:
        words = muted(sentence)
        words.setWordWrap(True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        rows.setSpacing(Space.M)
        rows.addWidget(heading(title, 2.0))
        rows.addWidget(words)
        rows.addWidget(self._first)
        if self._second is not None:
            rows.addWidget(self._second)
        rows.addWidget(self._problem)
        rows.addStretch()
        rows.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.S + 2)
        if self._second is None:
            lost = QPushButton(self.tr("I no longer know it…"))
            lost.setObjectName("passphraseLost")
            lost.setProperty("look", "flat")
            lost.setAccessibleName(lost.text())
            lost.setToolTip(self._lost_hint)
            lost.setAutoDefault(False)
            lost.clicked.connect(self.lost)
            row.addWidget(lost)
        row.addStretch()
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setAccessibleName(cancel.text())
        cancel.setToolTip(cancel.text())
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self._done.setAccessibleName(self._done.text())
        self._done.setToolTip(self._done.text())
        self._done.setProperty("look", "primary")
        self._done.setDefault(True)
        self._done.clicked.connect(self._submit)
        row.addWidget(cancel)
        row.addWidget(self._done, 0, Qt.AlignmentFlag.AlignRight)
        return row
