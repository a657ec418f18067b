"""How likely the tokens of an answer were, as an item model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from easychat_gui.domain.token_chances import TokenChance

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class ChanceRole(IntEnum):
    """CHANCE: the `TokenChance` of a row."""

    CHANCE = Qt.ItemDataRole.UserRole + 1


class TokenChanceModel(QAbstractListModel):
    """One row a token, in the order of the answer or the least likely first.

    :param describe: returns all that is to be said about a token.
    """

    def __init__(
        self, chances: Sequence[TokenChance], describe: Callable[[TokenChance], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._chances = tuple(chances)
        self._rows = self._chances
        self._describe = describe

    def sort_by_chance(self, is_wanted: bool) -> None:  # noqa: FBT001 - a slot
        """Put the least likely first, or all back into the order of the answer."""
        self.beginResetModel()
        self._rows = tuple(sorted(self._chances, key=lambda each: each.chosen.logprob)) if is_wanted else self._chances
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == ChanceRole.CHANCE:
            return self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._describe(self._rows[index.row()])
        return None
