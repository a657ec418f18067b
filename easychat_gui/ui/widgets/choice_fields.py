"""Fields for parameters that are one of a few: each can also be "not sent"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from easychat_gui.domain.typed_json import read_schema, shown_schema
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.combo_box import ComboBox
from easychat_gui.ui.widgets.json_edit import JsonEdit

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh")
"""Of reasoning, in the APIs' own words. Which of them a model takes differs; one from the file is shown, too."""

SMALLEST_CHARACTERS = 7

_TEXT, _OBJECT, _SCHEMA, _OTHER = "text", "json_object", "json_schema", "other"
_KNOWN = (_TEXT, _OBJECT, _SCHEMA)


class ChoiceField(ComboBox):
    """One of some values, or (None) none. ``edited(value)`` when the person chose another."""

    edited = Signal(object)

    def __init__(self, choices: Sequence[tuple[str, Any]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(SMALLEST_CHARACTERS)
        self._values: list[Any] = []
        for words, value in choices:
            self._add(words, value)
        self.activated.connect(lambda row: self.edited.emit(self._values[row]))

    @property
    def value(self) -> Any:
        return self._values[self.currentIndex()]

    def show_value(self, value: Any) -> None:
        """Show a value without telling it as a change. One that is not among the choices becomes one."""
        if value not in self._values:
            self._add(str(value), value)
        self.setCurrentIndex(self._values.index(value))

    def _add(self, words: str, value: Any) -> None:
        self._values.append(value)
        self.addItem(words)


class ResponseFormatField(QWidget):
    """In which form the answer comes, with the schema that it follows if it is to follow one.

    ``edited(value)`` tells the field as it goes over the wire, None for "not sent". A schema that cannot be used yet
    leaves what was set before.
    """

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._owner = ""
        self._value: Mapping[str, Any] | None = None
        self._wants_schema: set[str] = set()
        """Owners that have chosen a schema and not written it."""

        self._others: dict[str, Mapping[str, Any]] = {}
        """Formats from the file, of kinds that only some servers know."""
        self.choice = ChoiceField(
            [
                (self.tr("not sent"), None),
                (self.tr("Text"), _TEXT),
                (self.tr("JSON"), _OBJECT),
                (self.tr("JSON that follows a schema"), _SCHEMA),
            ]
        )
        self.choice.edited.connect(self._on_chosen)
        self.schema = JsonEdit(read_schema, shown_schema)
        self.schema.edited.connect(self._on_schema)
        self.schema.hide()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(Space.XS)
        rows.addWidget(self.choice)
        rows.addWidget(self.schema)

    def show_value(self, value: Mapping[str, Any] | None, owner: str = "") -> None:
        """Show a value without telling it as a change; or the schema that its owner has begun."""
        if owner == self._owner and value != self._value:
            self._wants_schema.discard(owner)
        self._owner, self._value = owner, value
        kind = _SCHEMA if owner in self._wants_schema else _kind_of(value)
        if value is not None and kind is not None and kind not in _KNOWN:
            self._others[kind] = value
        self.choice.show_value(kind)
        self.schema.setVisible(kind == _SCHEMA)
        self.schema.show_value(value.get("json_schema") or {} if value and kind == _SCHEMA else {}, owner)

    def forget_unfinished(self) -> None:
        """Drop the schema that its owner has begun."""
        self._wants_schema.discard(self._owner)
        self.schema.forget_unfinished()

    def _on_chosen(self, kind: str | None) -> None:
        if kind == _SCHEMA:
            self._wants_schema.add(self._owner)
            self.show_value(self._value, self._owner)
            self.schema.edit.setFocus()
            return
        self._wants_schema.discard(self._owner)
        self._tell(None if kind is None else self._others.get(kind, {"type": kind}))

    def _on_schema(self, schema: Mapping[str, Any]) -> None:
        self._wants_schema.discard(self._owner)
        self._tell({"type": _SCHEMA, "json_schema": schema})

    def _tell(self, value: Mapping[str, Any] | None) -> None:
        if value != self._value:
            self.show_value(value, self._owner)
            self.edited.emit(value)
        else:
            self.show_value(value, self._owner)


def _kind_of(value: Mapping[str, Any] | None) -> str | None:
    if value is None:
        return None
    kind = value.get("type")
    return kind if isinstance(kind, str) else _OTHER
