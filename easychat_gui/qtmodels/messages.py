"""The messages of the branch that is shown, as an item model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from easychat_gui.domain.branches import BranchTree, Place
from easychat_gui.domain.ids import MessageId
from easychat_gui.domain.messages import Message

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class MessageRole(IntEnum):
    """What `MessageListModel.data` answers besides Qt's own roles."""

    MESSAGE = Qt.ItemDataRole.UserRole + 1


class _Row:
    """A message, with the text that came since it was last replaced.

    Joining on demand keeps an answer of n tokens at O(n) instead of O(n²).
    """

    __slots__ = ("message", "reasoning_tail", "text_tail")

    def __init__(self, message: Message) -> None:
        self.message = message
        self.text_tail: list[str] = []
        self.reasoning_tail: list[str] = []

    def joined(self) -> Message:
        if self.text_tail or self.reasoning_tail:
            self.message = self.message.with_(
                text=self.message.text + "".join(self.text_tail),
                reasoning=self.message.reasoning + "".join(self.reasoning_tail),
            )
            self.text_tail.clear()
            self.reasoning_tail.clear()
        return self.message


class MessageListModel(QAbstractListModel):
    """One row a message, oldest first.

    A running answer grows through `append_text` and `append_reasoning`: each emits its own signal with just the new
    text, so that a view need not compare. Every other change is a `replace` and comes as ``dataChanged``.
    """

    places_changed = Signal()
    text_appended = Signal(int, str)
    reasoning_appended = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[_Row] = []
        self._row_of: dict[MessageId, int] = {}
        self._tree = BranchTree()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        message = self._rows[index.row()].joined()
        if role == Qt.ItemDataRole.DisplayRole:
            return message.text
        if role == MessageRole.MESSAGE:
            return message
        return None

    def message(self, row: int) -> Message:
        """Return the message of a row with all that has arrived. Raises IndexError."""
        return self._rows[row].joined()

    def find(self, message_id: MessageId) -> Message | None:
        """Return a message with all that has arrived, None if it is not shown."""
        row = self._row_of.get(message_id)
        return None if row is None else self.message(row)

    def messages(self) -> Sequence[Message]:
        return [row.joined() for row in self._rows]

    def ids(self) -> list[MessageId]:
        return list(self._row_of)

    def row_of(self, message_id: MessageId) -> int | None:
        """Return where a message stands, None if it is not shown."""
        return self._row_of.get(message_id)

    def place(self, row: int) -> Place:
        """Return where the message of a row stands among its siblings. Raises IndexError."""
        return self._tree.place(self._rows[row].message.id)

    def set_tree(self, tree: BranchTree) -> None:
        """Say of which tree the shown messages are a branch, or that it has grown."""
        self._tree = tree
        self.places_changed.emit()

    def set_messages(self, messages: Iterable[Message]) -> None:
        """Show these messages and no others."""
        self.beginResetModel()
        self._rows = [_Row(message) for message in messages]
        self._row_of = {row.message.id: number for number, row in enumerate(self._rows)}
        self.endResetModel()

    def show_branch(self, messages: Sequence[Message]) -> None:
        """Show these messages; those that are shown already at the beginning stay untouched, and so their views."""
        kept = 0
        for row, message in zip(self._rows, messages, strict=False):
            if row.message.id != message.id:
                break
            if row.message.parent_id != message.parent_id or row.message.status is not message.status:
                self.replace(message)
            kept += 1
        self.truncate(kept)
        if kept < len(messages):
            self.beginInsertRows(QModelIndex(), kept, len(messages) - 1)
            for message in messages[kept:]:
                self._row_of[message.id] = len(self._rows)
                self._rows.append(_Row(message))
            self.endInsertRows()

    def take_out(self, message_id: MessageId) -> None:
        """Show all but this message; the one after it follows what was before it."""
        row = self._row_of.get(message_id)
        if row is None:
            return
        parent_id = self._rows[row].message.parent_id
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._rows[row]
        self._row_of = {each.message.id: number for number, each in enumerate(self._rows)}
        if row < len(self._rows):
            self._rows[row].message = self._rows[row].message.with_(parent_id=parent_id)
        self.endRemoveRows()

    def append(self, message: Message) -> None:
        self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows))
        self._row_of[message.id] = len(self._rows)
        self._rows.append(_Row(message))
        self.endInsertRows()

    def truncate(self, count: int) -> None:
        """Keep the first ``count`` rows."""
        if count >= len(self._rows):
            return
        self.beginRemoveRows(QModelIndex(), count, len(self._rows) - 1)
        for row in self._rows[count:]:
            del self._row_of[row.message.id]
        del self._rows[count:]
        self.endRemoveRows()

    def append_text(self, message_id: MessageId, text: str) -> None:
        """Add text to a running answer. A message that is not shown is passed over."""
        row = self._row_of.get(message_id)
        if row is not None and text:
            self._rows[row].text_tail.append(text)
            self.text_appended.emit(row, text)

    def append_reasoning(self, message_id: MessageId, text: str) -> None:
        """Add reasoning to a running answer. A message that is not shown is passed over."""
        row = self._row_of.get(message_id)
        if row is not None and text:
            self._rows[row].reasoning_tail.append(text)
            self.reasoning_appended.emit(row, text)

    def replace(self, message: Message) -> None:
        """Put this in the place of the message with the same id. A message that is not shown is passed over."""
        row = self._row_of.get(message.id)
        if row is not None:
            self._rows[row] = _Row(message)
            index = self.index(row)
            self.dataChanged.emit(index, index)
