"""Notices: what the whole program has to say, as against what one answer has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QObject, Signal

from easychat_gui.support.quick_dataclass import dataclass


class NoticeKind(StrEnum):
    """One for each sentence that the window can say; a later notice of a kind takes the place of the earlier."""

    SAVE_FAILED = "save_failed"
    DATABASE_RECOVERED = "database_recovered"
    DATABASE_PUT_BACK = "database_put_back"
    BACKUP_RESTORED = "backup_restored"
    BACKUP_NOT_RESTORED = "backup_not_restored"
    NO_BACKUP = "no_backup"
    ANSWERS_INTERRUPTED = "answers_interrupted"
    SETTINGS_REPAIRED = "settings_repaired"
    SETTINGS_NOT_SAVED = "settings_not_saved"
    KEY_KEPT_FOR_SESSION = "key_kept_for_session"
    KEY_NOT_KEPT = "key_not_kept"
    ANSWER_REPAIRED = "answer_repaired"
    LOCAL_MODEL_FAILED = "local_model_failed"
    MESSAGES_DELETED = "messages_deleted"
    CHATS_COPIED = "chats_copied"
    CHATS_MERGED = "chats_merged"
    CHATS_IMPORTED = "chats_imported"
    CHATS_ARRANGED = "chats_arranged"
    ORDER_TOLD = "order_told"
    MIRROR_FAILED = "mirror_failed"
    MIRROR_SET_APART = "mirror_set_apart"
    FILE_NOT_SAVED = "file_not_saved"
    UNEXPECTED_ERROR = "unexpected_error"


@dataclass(frozen=True, slots=True)
class Notice:
    """``values`` fill the sentence that the window has for the kind; ``undo`` takes back what it tells."""

    kind: NoticeKind
    values: Mapping[str, Any] = field(default_factory=dict)
    undo: Callable[[], None] | None = None


class Notifier(QObject):
    """Passes notices on to whoever shows them."""

    posted = Signal(object)
    withdrawn = Signal(object)

    def post(self, kind: NoticeKind, *, undo: Callable[[], None] | None = None, **values: Any) -> None:
        self.posted.emit(Notice(kind, values, undo))

    def withdraw(self, kind: NoticeKind) -> None:
        """The cause is gone."""
        self.withdrawn.emit(kind)
