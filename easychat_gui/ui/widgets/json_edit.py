"""A box for JSON that is checked while it is typed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QMimeData, QSize, Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from easychat_gui.domain.typed_json import LONGEST_TEXT, JsonFault, UnusableJson
from easychat_gui.ui import theme
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.json_words import json_words
from easychat_gui.ui.widgets.labels import plain

Read = Callable[[str], Mapping[str, Any]]
"""Reads what was typed. Raises `UnusableJson`."""

Shown = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Returns of a value what is shown: that which `Read` reads as it."""

HEIGHT = 72
SMALLEST_WIDTH = 80


class _Box(QPlainTextEdit):
    """``refused`` when something was to be put in that takes seconds to be laid out; what stands there stays."""

    refused = Signal()

    def insertFromMimeData(self, source: QMimeData) -> None:
        if len(source.text()) > LONGEST_TEXT:
            self.refused.emit()
        else:
            super().insertFromMimeData(source)


class JsonEdit(QWidget):
    """``edited(value)`` whenever what stands there can be used and is another value.

    What cannot be used stays where it is, with a sentence below, and counts for nothing. It belongs to an ``owner`` (a
    conversation, a preset), comes back with that one, and so is not lost when another is looked at meanwhile.
    """

    edited = Signal(object)

    def __init__(self, read: Read, shown: Shown = lambda value: value, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._shown = shown
        self._owner = ""
        self._value: Mapping[str, Any] = {}
        self._unfinished: dict[str, str] = {}
        self.edit = _Box()
        self.edit.refused.connect(lambda: self._say(json_words(UnusableJson(JsonFault.TOO_LONG))))
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(HEIGHT)
        self.edit.setFont(theme.code_font())
        self.edit.textChanged.connect(self._on_typed)
        self._problem = plain("", points=-1.0, look="danger")
        self._problem.setWordWrap(True)
        self._problem.hide()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(Space.XS)
        rows.addWidget(self.edit)
        rows.addWidget(self._problem)
        theme.watcher().changed.connect(self._retheme)

    @property
    def problem(self) -> str:
        """What is wrong with what stands there; empty when nothing is."""
        return self._problem.text() if self._stands_there() is None else ""

    def introduce(self, name: str, object_name: str, hint: str, example: str = "") -> None:
        """Say what it is for."""
        self.edit.setAccessibleName(name)
        self.edit.setObjectName(object_name)
        self.edit.setToolTip(hint)
        self.edit.setPlaceholderText(example)

    def show_value(self, value: Mapping[str, Any], owner: str = "") -> None:
        """Show a value without telling it as a change; or what its owner has typed and not finished."""
        is_same_owner, self._owner = owner == self._owner, owner
        has_changed, self._value = value != self._value, value
        if is_same_owner and has_changed and self._stands_there() != value:
            self._unfinished.pop(owner, None)  # somebody else has set it: reset, another model
        unfinished = self._unfinished.get(owner)
        if unfinished is not None:
            self._show_text(unfinished)
        elif self._stands_there() != value:
            self._show_text(json.dumps(self._shown(value), ensure_ascii=False, indent=2) if value else "")
        self._check()

    def forget_unfinished(self) -> None:
        """Drop what its owner has typed and not finished."""
        self._unfinished.pop(self._owner, None)

    def _stands_there(self) -> Mapping[str, Any] | None:
        try:
            return self._read(self.edit.toPlainText())
        except UnusableJson:
            return None

    def _show_text(self, text: str) -> None:
        if text != self.edit.toPlainText():
            was_blocked = self.edit.blockSignals(True)
            self.edit.setPlainText(text)
            self.edit.blockSignals(was_blocked)

    def _check(self) -> Mapping[str, Any] | None:
        try:
            value, sentence = self._read(self.edit.toPlainText()), ""
        except UnusableJson as error:
            value, sentence = None, json_words(error)
        self._say(sentence)
        return value

    def _say(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        self.edit.setAccessibleDescription(sentence)

    def _on_typed(self) -> None:
        value = self._check()
        if value is None:
            self._unfinished[self._owner] = self.edit.toPlainText()
            return
        self._unfinished.pop(self._owner, None)
        if value != self._value:
            self._value = value
            self.edited.emit(value)

    def _retheme(self) -> None:
        self.edit.setFont(theme.code_font())

    def minimumSizeHint(self) -> QSize:
        return QSize(SMALLEST_WIDTH, super().minimumSizeHint().height())
