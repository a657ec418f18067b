"""The summary of what no longer fits: made by the model, read and changed by the person, then sent."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from easychat_gui.controllers.context import ContextController
from easychat_gui.domain.errors import EasyChatError
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.labels import heading, muted

WANTED_SIZE = QSize(620, 460)


class SummaryDialog(QDialog):
    """Asks the model at once where there is no summary yet. Nothing counts before "Use it"."""

    def __init__(self, context: ContextController, summary: str, server_name: str) -> None:
        super().__init__()
        self.setObjectName("summaryDialog")
        self.setWindowTitle(self.tr("Summary of what no longer fits"))
        self.setAccessibleName(self.windowTitle())
        self.setToolTip(self.windowTitle())
        self._context = context
        self._server_name = server_name
        self._words = muted("")
        self._words.setWordWrap(True)
        self._edit = QPlainTextEdit(summary)
        self._edit.setObjectName("summaryEdit")
        self._edit.setTabChangesFocus(True)
        self._edit.setAccessibleName(self.windowTitle())
        self._edit.setToolTip(self.tr("What the model is told in place of the messages"))
        self._edit.textChanged.connect(self._update_buttons)
        self._again = text_button(self.tr("Ask the model again"), name="summaryAgainButton")
        self._again.clicked.connect(self._ask)
        self._drop = text_button(self.tr("Send none"), name="summaryDropButton")
        self._drop.clicked.connect(lambda: self._keep(""))
        self._use = text_button(self.tr("Use it"), name="summaryUseButton", look="primary")
        self._use.clicked.connect(lambda: self._keep(self._edit.toPlainText()))
        cancel = text_button(self.tr("Cancel"), name="summaryCancelButton")
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self._again)
        buttons.addStretch()
        for button in (cancel, self._drop, self._use):
            buttons.addWidget(button)
        self._drop.setVisible(bool(summary))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        rows.setSpacing(Space.M)
        rows.addWidget(heading(self.windowTitle(), 2.0))
        rows.addWidget(self._words)
        rows.addWidget(self._edit, 1)
        rows.addLayout(buttons)
        context.summary_grew.connect(self._show_growth)
        self._show_state()
        if not summary:
            self._ask()

    def sizeHint(self) -> QSize:
        return WANTED_SIZE

    def done(self, result: int) -> None:
        self._context.cancel_summary()
        super().done(result)

    def _ask(self) -> None:
        self._again.setEnabled(False)
        self._edit.setReadOnly(True)
        self._use.setEnabled(False)
        self._words.setText(self.tr("{server} reads what no longer fits…").format(server=self._server_name))
        self._context.summarise(self._show, self._fail)

    def _show_growth(self, text: str) -> None:
        if self._edit.isReadOnly():
            self._edit.setPlainText(text)

    def _show(self, text: str) -> None:
        if text:
            self._edit.setPlainText(text)
        self._end()
        self._edit.setFocus()

    def _fail(self, error: EasyChatError) -> None:
        self._end()
        self._words.setText(self.tr("The model could not sum it up: {error}").format(error=error))

    def _end(self) -> None:
        self._again.setEnabled(True)
        self._edit.setReadOnly(False)
        self._show_state()

    def _show_state(self) -> None:
        self._words.setText(self.tr("Read it, and change what is wrong; it is sent in place of the messages."))
        self._update_buttons()

    def _update_buttons(self) -> None:
        self._use.setEnabled(bool(self._edit.toPlainText().strip()) and not self._edit.isReadOnly())

    def _keep(self, text: str) -> None:
        self._context.keep_summary(text)
        self.accept()
