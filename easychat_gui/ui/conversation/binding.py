"""Keeps the rows of the view in step with the model."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, Signal, SignalInstance

from easychat_gui.domain.branches import Place
from easychat_gui.domain.messages import Message
from easychat_gui.qtmodels.messages import MessageListModel
from easychat_gui.ui.conversation.intake import Intake
from easychat_gui.ui.conversation.row_list import RowList


class ModelBinding(QObject):
    """Turns the signals of a `MessageListModel` into changes of a `RowList`.

    ``was_reset``: these are other messages now. ``rows_removed``: only so many are left. ``row_taken_out``: this one is
    gone from among them. ``row_changed(row)``: another state of a message. ``changed``: any of these, or messages came.
    ``text_coming``: a running answer is about to grow. ``text_added(row)``: it has grown.
    """

    was_reset = Signal()
    rows_removed = Signal(int)
    row_taken_out = Signal(int)
    changed = Signal()
    text_coming = Signal()
    text_added = Signal(int)
    row_changed = Signal(int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.model: MessageListModel | None = None
        self.intake = Intake(self._append, self)
        self._rows: RowList | None = None

    def attach(self, rows: RowList) -> None:
        """Keep these rows in step. They read their messages from here."""
        self._rows = rows

    def message(self, number: int) -> Message:
        """Return a message as it is at present. Raises IndexError."""
        if self.model is None:
            raise IndexError(number)
        return self.model.message(number)

    def place(self, number: int) -> Place:
        """Return where a message stands among its branches. Raises IndexError."""
        if self.model is None:
            raise IndexError(number)
        return self.model.place(number)

    def set_model(self, model: MessageListModel | None) -> None:
        if self.model is not None:
            for signal, slot in self._connections(self.model):
                signal.disconnect(slot)
        self.model = model
        if model is not None:
            for signal, slot in self._connections(model):
                signal.connect(slot)
        self._on_model_reset()

    def _connections(self, model: MessageListModel) -> list[tuple[SignalInstance, object]]:
        return [
            (model.modelReset, self._on_model_reset),
            (model.rowsInserted, self._on_rows_inserted),
            (model.rowsRemoved, self._on_rows_removed),
            (model.dataChanged, self._on_data_changed),
            (model.text_appended, self.intake.add_text),
            (model.reasoning_appended, self.intake.add_reasoning),
            (model.places_changed, self.changed),
        ]

    def _on_model_reset(self) -> None:
        self.intake.forget()
        if self._rows is not None:
            self._rows.reset(self.model.messages() if self.model is not None else [])
        self.was_reset.emit()
        self.changed.emit()

    def _on_rows_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        if self._rows is None or first != len(self._rows):
            self._on_model_reset()
            return
        for number in range(first, last + 1):
            self._rows.append(self.message(number))
        self.changed.emit()

    def _on_rows_removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        if self._rows is not None and first == last < len(self._rows) - 1:
            self.intake.flush()
            self._rows.take_out(first)
            self.row_taken_out.emit(first)
            self.changed.emit()
            return
        if self._rows is None or last != len(self._rows) - 1:
            self._on_model_reset()
            return
        self.intake.forget_from(first)
        self._rows.truncate(first)
        self.rows_removed.emit(first)
        self.changed.emit()

    def _on_data_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        self.intake.flush()
        for number in range(first.row(), last.row() + 1):
            if self._rows is not None:
                self._rows.replace(number, self.message(number))
            self.row_changed.emit(number)
        self.changed.emit()

    def _append(self, number: int, reasoning: str, text: str) -> None:
        self.text_coming.emit()
        if self._rows is not None:
            self._rows.add(number, reasoning, text)
        self.text_added.emit(number)
