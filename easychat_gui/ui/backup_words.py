"""What is said of backups, in the language of the interface."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from easychat_gui.domain.backups import Backup, BackupFault, BackupKind, Difference
from easychat_gui.domain.errors import BackupUnusable, DiskFull, EasyChatError
from easychat_gui.ui.count_words import chats_of, counted, messages_of


def _tr(words: str) -> str:
    return QCoreApplication.translate("Backups", words)


def date_of(moment: float) -> str:
    """Return a moment (seconds since 1970) as a day and a time."""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(moment)), QLocale.FormatType.ShortFormat)


def size_of(count: int) -> str:
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def details_of(backup: Backup) -> str:
    """Return what is in a backup, or why it cannot be used."""
    if backup.fault is not None:
        return fault_of(backup.fault)
    parts = []
    if backup.conversations is not None and backup.messages is not None:
        parts += [chats_of(backup.conversations), messages_of(backup.messages)]
    parts.append(size_of(backup.size))
    if backup.kind is BackupKind.BEFORE_MIGRATION:
        parts.append(_tr("before an update"))
    if backup.kind is BackupKind.REPLACED:
        parts.append(_tr("put aside"))
    if backup.kind is BackupKind.DAMAGED:
        parts.append(_tr("put aside, damaged"))
    return " · ".join(parts)


def fault_of(fault: BackupFault) -> str:
    words = {
        BackupFault.MANIFEST: _tr("Cannot be used: its list of parts is damaged"),
        BackupFault.MISSING: _tr("Cannot be used: parts of it are missing"),
        BackupFault.DAMAGED: _tr("Cannot be used: a part of it is damaged"),
        BackupFault.TOO_NEW: _tr("Made by a later version of EasyChat GUI"),
    }
    return words[fault]


def difference_of(difference: Difference | None) -> str:
    """Return what a backup has that is no longer here."""
    if difference is None:
        return ""
    parts = []
    if gone := len(difference.gone):
        one, more = _tr("1 chat that is gone now"), _tr("{count} chats that are gone now")
        parts.append(counted(gone, one, more))
    if fuller := len(difference.fuller):
        one, more = _tr("1 with more messages than now"), _tr("{count} with more messages than now")
        parts.append(counted(fuller, one, more))
    return ", ".join(parts) if parts else _tr("Nothing in it is missing today")


def problem_of(error: EasyChatError) -> str:
    """Return why something could not be done with a backup."""
    if isinstance(error, BackupUnusable):
        return fault_of(error.fault) + "."
    if isinstance(error, DiskFull):
        return _tr("There is not enough space on the disk.")
    return str(error)
