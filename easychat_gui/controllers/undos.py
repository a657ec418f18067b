"""What was done to chats that can be taken back, and the notice that says so."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QObject, QTimer

from easychat_gui.controllers.notifier import NoticeKind, Notifier

UNDO_OFFERED_MS = 12_000
"""So long the notice with the button stays. The keys undo later, too."""

MOST_UNDOS = 30


class Action(StrEnum):
    """What was done to chats; the interface has the words."""

    MOVED = "moved"
    TAKEN_OUT = "taken_out"
    PINNED = "pinned"
    UNPINNED = "unpinned"
    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"
    TRASHED = "trashed"
    RESTORED = "restored"
    DELETED = "deleted"
    TAGGED = "tagged"
    UNTAGGED = "untagged"
    FOLDER_DELETED = "folder_deleted"
    FOLDER_REFUSED = "folder_refused"
    TAG_DELETED = "tag_deleted"


QUIET = (Action.PINNED, Action.UNPINNED, Action.TAGGED, Action.UNTAGGED)
"""What is seen where it happens, and needs no notice besides."""


class Undos(QObject):
    """The last `MOST_UNDOS` steps, each as what takes it back."""

    def __init__(self, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notifier = notifier
        self._steps: list[Callable[[], None]] = []
        self._notice_timer = QTimer(self, singleShot=True, interval=UNDO_OFFERED_MS)
        self._notice_timer.timeout.connect(self._withdraw)

    def __bool__(self) -> bool:
        return bool(self._steps)

    def add(self, take_back: Callable[[], None]) -> None:
        self._steps.append(take_back)
        del self._steps[:-MOST_UNDOS]

    def forget(self) -> None:
        """Nothing of what was done can be taken back any more."""
        self._steps.clear()

    def take_back(self) -> None:
        """Undo the last step."""
        if self._steps:
            take_back, known = self._steps.pop(), len(self._steps)
            take_back()
            del self._steps[known:]  # what it did is not to be taken back in its turn
        self._withdraw()

    def tell(self, action: Action, count: int, name: str, *, can_undo: bool = True) -> None:
        """Have the interface say what was done, to how many chats, and offer to take it back."""
        if action in QUIET:
            return
        kind = NoticeKind.CHATS_ARRANGED if can_undo else NoticeKind.ORDER_TOLD
        self._withdraw()
        self._notifier.post(kind, undo=self.take_back if can_undo else None, action=action, count=count, name=name)
        self._notice_timer.start()

    def _withdraw(self) -> None:
        self._notifier.withdraw(NoticeKind.CHATS_ARRANGED)
        self._notifier.withdraw(NoticeKind.ORDER_TOLD)
