"""What is told of a database that was mended, restored, or put back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale

from easychat_gui.controllers.backups import BackupController
from easychat_gui.controllers.notifier import NoticeKind, Notifier
from easychat_gui.storage.reports import RecoveryReport, Repair, Restoration
from easychat_gui.ui.backup_words import date_of
from easychat_gui.ui.count_words import chats_of, messages_of
from easychat_gui.ui.flows import Flows


def _tr(words: str) -> str:
    return QCoreApplication.translate("Recovery", words)


def tell(report: RecoveryReport, notifier: Notifier, backups: BackupController, flows: Flows) -> None:
    """Say what became of the database: a line in the window, and where something was damaged a report to keep."""
    values: dict[str, Any] = {
        "chats": chats_of(report.conversations),
        "messages": messages_of(report.messages),
        "kept": report.kept.name if report.kept else "",
    }
    if report.how is None:
        notifier.post(NoticeKind.DATABASE_PUT_BACK)
    elif isinstance(report.how, Restoration):
        notifier.post(NoticeKind.BACKUP_RESTORED, date=date_of(report.how.backup.made_at), **values)
    else:
        notifier.post(NoticeKind.DATABASE_RECOVERED, **values)
        text = report_text(report)
        backups.write_report(report, text)
        flows.show_report(_tr("What was saved"), text)


def report_text(report: RecoveryReport) -> str:
    """Return the whole report, for people."""
    lines = [_tr("The database of your chats was damaged on {date}.").format(date=date_of(report.finished_at)), ""]
    lines += [_how(report), ""]
    lines += [_tr("Saved:")]
    count = QLocale().toString(report.attachments)
    lines += [
        f"  {chats_of(report.conversations)}",
        f"  {messages_of(report.messages)}",
        "  " + _tr("attached files: {count}").format(count=count),
        "",
        _tr("Not saved:"),
        *_losses(report),
    ]
    if report.filled and isinstance(report.how, Repair):
        lines += ["", _tr("Taken from the backup, since it could not be read:"), *_by_table(report.filled)]
    if report.kept is not None:
        lines += ["", _tr("The damaged file was not changed. It is kept as {path}.").format(path=str(report.kept))]
        lines += [_tr("This report lies beside it.")]
    return "\n".join(lines) + "\n"


def _how(report: RecoveryReport) -> str:
    when = date_of(report.backup_made_at) if report.backup_made_at is not None else ""
    if report.how is Repair.START_NEW:
        return _tr("A new, empty one was begun, as you chose.")
    if report.how is Repair.RESTORE:
        return _tr("The backup of {date} was put in its place. What was written later is not in it.").format(date=when)
    if when:
        words = _tr("What could be read was put into a new one, and gaps were filled from the backup of {date}.")
        return words.format(date=when)
    return _tr("What could be read was put into a new one.")


def _losses(report: RecoveryReport) -> list[str]:
    lines = []
    left = {table: count - report.filled.get(table, 0) for table, count in report.lost.items()}
    lines += _by_table({table: count for table, count in left.items() if count > 0})
    if report.untitled:
        words = _tr("titles and settings of chats whose messages were saved: {count}")
        lines.append("  " + words.format(count=QLocale().toString(report.untitled)))
    if report.missing_files:
        words = _tr("attached files that are nowhere any more: {count}")
        lines.append("  " + words.format(count=QLocale().toString(report.missing_files)))
    if report.how in (Repair.SALVAGE, Repair.SALVAGE_AND_FILL):
        if not lines:
            return ["  " + _tr("Nothing is known to be missing.")]
        lines.append("  " + _tr("What stood on pages that nothing leads to any more cannot be counted."))
    elif not lines:
        lines.append("  " + _tr("See above; the damaged file was not read."))
    return lines


def _by_table(counts: Mapping[str, int]) -> list[str]:
    names = {
        "conversations": _tr("chats"),
        "messages": _tr("messages"),
        "attachments": _tr("attached files"),
        "queued_messages": _tr("messages that waited to be sent"),
        "presets": _tr("presets"),
        "prompts": _tr("prompts"),
        "folders": _tr("folders"),
        "tags": _tr("tags"),
        "conversation_tags": _tr("tags of chats"),
    }
    return [
        f"  {names[table]}: {QLocale().toString(count)}" for table, count in counts.items() if count and table in names
    ]
