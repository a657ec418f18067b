"""What was sent for an answer, and what came back: the very JSON, its headers, the answer's bytes."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, QSize, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from easychat_gui.controllers.wire_texts import Shown, WireTexts
from easychat_gui.ui import theme
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.labels import faint, heading, muted, show_copyable

SIZE = QSize(780, 600)
ACKNOWLEDGED_MS = 1500


class WhatWasSent(QDialog):
    """``again_requested`` when the person wants to send it once more."""

    again_requested = Signal()

    def __init__(self, texts: WireTexts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        title = self.tr("What was sent")
        self.setObjectName("whatWasSent")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self._tabs = QButtonGroup(self)
        self._panel = _CodePanel()
        self._note = muted("", -0.5)
        self._note.setWordWrap(True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.XL + 2, Space.L + 4, Space.XL + 2, Space.L + 4)
        rows.setSpacing(Space.XS)
        rows.addWidget(heading(title, 3.0))
        origin = muted("", -0.5)
        show_copyable(origin, self._origin())
        origin.setWordWrap(True)
        rows.addWidget(origin)
        rows.addSpacing(Space.M)
        rows.addLayout(self._tab_row())
        rows.addSpacing(Space.L)
        rows.addWidget(self._panel, 1)
        rows.addWidget(self._note)
        rows.addSpacing(Space.XS)
        rows.addLayout(self._button_row())
        self._show_tab(0)

    def sizeHint(self) -> QSize:
        return SIZE

    def _tab_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.S - 2)
        for number, words in enumerate((self.tr("Request"), self.tr("Headers"), self.tr("Answer as it came"))):
            button = text_button(words, look="tab")
            button.setCheckable(True)
            button.setChecked(number == 0)
            self._tabs.addButton(button, number)
            row.addWidget(button)
        row.addStretch()
        self._tabs.idClicked.connect(self._show_tab)
        return row

    def _button_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.S + 2)
        names = ", ".join(self._texts.not_sent)
        left = muted(self.tr("{names}: not sent").format(names=names) if names else "", -0.5)
        left.setMinimumWidth(0)
        row.addWidget(left, 1)
        curl = text_button(self.tr("Copy as curl"))
        curl.setObjectName("curlButton")
        curl.setToolTip(self.tr("Copy it as a command for the shell, with $API_KEY in the place of the key"))
        curl.setEnabled(bool(self._texts.curl))
        curl.clicked.connect(lambda: self._copy(self._texts.curl, curl))
        again = text_button(self.tr("Send again…"))
        again.setObjectName("sendAgainButton")
        again.setToolTip(self.tr("Ask for another answer with the same model and parameters"))
        again.clicked.connect(self._send_again)
        close = text_button(self.tr("Close"), look="primary")
        close.setDefault(True)
        close.clicked.connect(self.reject)
        for button in (curl, again, close):
            row.addWidget(button)
        return row

    def _show_tab(self, number: int) -> None:
        texts = self._texts
        shown = (texts.body, texts.headers, texts.answer)[number]
        language = ("json", "http", "http" if texts.is_as_it_came else "json")[number]
        self._panel.show_text(shown, language)
        note = (self._about_request(), self._about_headers(), self._about_answer())[number]
        if shown.is_shortened and number != 1:
            note = f"{note} {self.tr('Long texts are shortened here; Copy takes all of it.')}".strip()
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def _origin(self) -> str:
        message, request = self._texts.message, self._texts.request
        parts: list[str] = []
        if request is not None:
            when = QDateTime.fromSecsSinceEpoch(int(request.sent_at))
            moment = QLocale().toString(when, QLocale.FormatType.ShortFormat)
            if when.date() == QDateTime.currentDateTime().date():
                moment = when.toString("HH:mm:ss")
            parts += [f"{request.method} {request.url}", moment]
        tokens = message.usage.completion_tokens if message.usage else None
        if message.duration_s is not None:
            seconds = QLocale().toString(message.duration_s, "f", 1)
            words = self.tr("back in {seconds} s").format(seconds=seconds)
            if tokens is not None:
                words = self.tr("{count} tokens back in {seconds} s").format(
                    count=QLocale().toString(tokens), seconds=seconds
                )
            if message.first_token_s is not None:
                first = QLocale().toString(message.first_token_s, "f", 2)
                words = self.tr("{figures}, first after {seconds} s").format(figures=words, seconds=first)
            parts.append(words)
        return " · ".join(parts)

    def _about_request(self) -> str:
        texts = self._texts
        if texts.request is None:
            return self.tr("What was sent for this answer was not recorded.")
        if texts.gone == 1:
            return self.tr("One of the messages that were sent has been deleted since and is not shown.")
        if texts.gone:
            return self.tr("{count} of the messages that were sent have been deleted since and are not shown.").format(
                count=QLocale().toString(texts.gone)
            )
        if not texts.is_exact:
            return self.tr("Something of this has changed since it was sent.")
        return ""

    def _about_headers(self) -> str:
        return self.tr("Keys and cookies are hidden.") if self._texts.request is not None else self._about_request()

    def _about_answer(self) -> str:
        if not self._texts.is_as_it_came:
            return self.tr("Only the last few answers are kept as they came; this one is put together again.")
        return self.tr("Only its beginning was kept.") if self._texts.is_answer_cut else ""

    def _copy(self, text: str, button: QPushButton) -> None:
        QGuiApplication.clipboard().setText(text)
        words = button.text()
        if words != self.tr("Copied"):
            button.setText(self.tr("Copied"))
            QTimer.singleShot(ACKNOWLEDGED_MS, button, lambda: button.setText(words))

    def _send_again(self) -> None:
        self.accept()
        self.again_requested.emit()


class _CodePanel(QFrame):
    """A text in the look of a block of code, with its language and a way to copy it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "code")
        self._whole = ""
        self._language = faint("", -0.5)
        self._copy = QPushButton(self.tr("Copy"))
        self._copy.setProperty("look", "flat")
        self._copy.setAccessibleName(self.tr("Copy"))
        self._copy.setToolTip(self.tr("Copy all of it"))
        self._copy.clicked.connect(self._copy_all)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setObjectName("sentText")
        self._text.setProperty("look", "bare")
        self._text.setAccessibleName(self.tr("What went over the wire"))
        self._text.setToolTip(self.tr("Can be marked and copied"))
        self._text.setTabChangesFocus(True)
        self._text.setFont(theme.code_font())
        header = QHBoxLayout()
        header.setContentsMargins(Space.M, 0, Space.S, 0)
        header.addWidget(self._language)
        header.addStretch()
        header.addWidget(self._copy)
        line = QFrame()
        line.setProperty("look", "rule")
        inner = QVBoxLayout()
        inner.setContentsMargins(Space.M - 4, Space.S, 2, 2)
        inner.addWidget(self._text)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(1, 1, 1, 1)
        rows.setSpacing(0)
        rows.addLayout(header)
        rows.addWidget(line)
        rows.addLayout(inner, 1)

    def show_text(self, shown: Shown, language: str) -> None:
        self._whole = shown.whole
        self._text.setPlainText(shown.shown)
        self._language.setText(language)
        self._copy.setEnabled(bool(shown.whole))

    def _copy_all(self) -> None:
        QGuiApplication.clipboard().setText(self._whole)
        self._copy.setText(self.tr("Copied"))
        QTimer.singleShot(ACKNOWLEDGED_MS, self._copy, lambda: self._copy.setText(self.tr("Copy")))
