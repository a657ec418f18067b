"""The requests of the ledger, newest first, as an item model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from easychat_gui.support.traffic import Traffic

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class TrafficRole(IntEnum):
    """TRAFFIC: the `Traffic` of a row."""

    TRAFFIC = Qt.ItemDataRole.UserRole + 1


class TrafficModel(QAbstractListModel):
    """One row a request.

    :param describe: returns all that is to be said about a request, for screen readers and for a longer look.
    """

    def __init__(self, describe: Callable[[Traffic], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._describe = describe
        self._rows: list[Traffic] = []

    def show_traffic(self, rows: Sequence[Traffic]) -> None:
        """Show these, newest first. What was shown before keeps its row, so that a view keeps its marks."""
        added = _count_added(rows, self._rows)
        if added is None:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return
        if added:
            self.beginInsertRows(_ROOT, 0, added - 1)
            self._rows = [*rows[:added], *self._rows]
            self.endInsertRows()
        if len(self._rows) > len(rows):
            self.beginRemoveRows(_ROOT, len(rows), len(self._rows) - 1)
            del self._rows[len(rows) :]
            self.endRemoveRows()
        for row, (old, new) in enumerate(zip(self._rows, rows, strict=True)):
            if old != new:
                self._rows[row] = new
                self.dataChanged.emit(self.index(row, 0), self.index(row, 0))

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        traffic = self._rows[index.row()]
        if role == TrafficRole.TRAFFIC:
            return traffic
        is_text = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        return self._describe(traffic) if is_text else None


def _count_added(new: Sequence[Traffic], old: Sequence[Traffic]) -> int | None:
    """Return how many stand above what was there; None where more has changed than that, and the end."""
    if not old or not new:
        return None
    numbers = [each.number for each in new]
    added = next((place for place, number in enumerate(numbers) if number <= old[0].number), len(numbers))
    stays = len(numbers) - added
    if not stays or numbers[added:] != [each.number for each in old[:stays]]:
        return None
    return added
