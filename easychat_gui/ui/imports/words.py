"""The words about imports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale

from easychat_gui.controllers.imports import Imported
from easychat_gui.domain.errors import AttachmentRefused, DiskFull, StorageError
from easychat_gui.domain.transfer import NotRead, Omission, Source
from easychat_gui.transfer.bundles import PasswordProtected
from easychat_gui.transfer.importing import NotRecognised, Report, Survey
from easychat_gui.ui.count_words import chats_of, counted, messages_of

_NAMES = {
    Source.EASYCHAT: "EasyChat GUI",
    Source.CHATGPT: "ChatGPT",
    Source.CLAUDE: "Claude",
    Source.OPEN_WEBUI: "Open WebUI",
    Source.LIBRECHAT: "LibreChat",
    Source.CHATBOX: "Chatbox",
    Source.CHERRY_STUDIO: "Cherry Studio",
    Source.JAN: "Jan",
    Source.LM_STUDIO: "LM Studio",
    Source.GPT4ALL: "GPT4All",
    Source.VIVIDNODE: "VividNode",
    Source.MARKDOWN: "Markdown",
    Source.JSONL: "JSONL",
}


def name_of(source: Source) -> str:
    """Return what people call a program or a format."""
    return _NAMES[source]


def how_to_export() -> list[tuple[str, str]]:
    """Return each program that can be imported from, and how to get a file out of it."""
    tr = QCoreApplication.translate
    return [
        (
            "ChatGPT",
            tr("Imports", "Settings → Data controls → Export data. The zip file comes by mail; choose it as it is."),
        ),
        (
            "Claude",
            tr("Imports", "Settings → Privacy → Export data. Choose the zip file, or the folder with all of them."),
        ),
        (
            "Open WebUI",
            tr("Imports", "Settings → Data controls (or Chats) → Export all chats; or the server's file webui.db."),
        ),
        ("LibreChat", tr("Imports", "The menu of a chat → Export → json. Choose one file, or a folder of them.")),
        ("Chatbox", tr("Imports", "Settings → General → Data backup → Export.")),
        (
            "Cherry Studio",
            tr("Imports", "Settings → Data → Backup; in the last versions of 1: Export to phone. Choose the zip file."),
        ),
        ("Jan", tr("Imports", "Choose the folder “threads” in Jan's data folder (Settings → General).")),
        ("LM Studio", tr("Imports", "Choose the folder .lmstudio/conversations in your home folder.")),
        ("GPT4All", tr("Imports", "Choose the folder in which GPT4All keeps its chats (files that end in .chat).")),
        ("VividNode", tr("Imports", "Choose its database, the file that ends in .db in VividNode's data folder.")),
        ("EasyChat GUI", tr("Imports", "Export → JSON. It holds everything, and comes back as it was.")),
        (
            "Markdown",
            tr("Imports", "Files with headings such as “## User” and “## Assistant”, or a folder of them."),
        ),
        ("JSONL", tr("Imports", "Lines with “messages” as for OpenAI's API, or JSON of the same form.")),
    ]


def number(count: int) -> str:
    return QLocale().toString(count)


def survey_words(survey: Survey) -> tuple[str, str]:
    """Return what is in a file: a line of what it is, and one of what is to be known besides."""
    tr = QCoreApplication.translate
    parts = [name_of(survey.source), chats_of(survey.conversations)]
    if survey.first is not None and survey.last is not None:
        first, last = _day(survey.first), _day(survey.last)
        parts.append(first if first == last else f"{first} – {last}")
    more = [messages_of(survey.messages)]
    if survey.known == survey.conversations and survey.known:
        more.append(tr("Imports", "all are here already; only what is new in them is added"))
    elif survey.known:
        more.append(tr("Imports", "{count} are here already").format(count=number(survey.known)))
    if survey.omissions:
        one, many = tr("Imports", "one thing cannot be read"), tr("Imports", "{count} things cannot be read")
        more.append(counted(survey.omissions, one, many))
    return " · ".join(parts), " · ".join(more)


def refusal_words(path: Path, error: Exception) -> str:
    """Return why nothing can be brought from a file."""
    tr = QCoreApplication.translate
    if isinstance(error, NotRecognised):
        return tr("Imports", "{name} holds no chats of a program that is known here.").format(name=path.name)
    if isinstance(error, PasswordProtected):
        return tr("Imports", "{name} is protected by a password. Unpack it first, and choose the folder.").format(
            name=path.name
        )
    reason = str(error).rpartition(" cannot be read: ")[2].rstrip(".")  # which names the file itself
    return tr("Imports", "{name} cannot be read: {reason}.").format(name=path.name, reason=reason)


def failure_words(error: Exception) -> str:
    """Return why an import ended early."""
    tr = QCoreApplication.translate
    if isinstance(error, DiskFull | AttachmentRefused):
        return tr("Imports", "The disk is full. Make room and import the same file again: what is missing is added.")
    if isinstance(error, StorageError):
        return tr("Imports", "The chats could not be written: {reason}").format(reason=error)
    return tr("Imports", "The file could not be read to its end: {reason}").format(reason=error)


def summary_lines(imported: Imported) -> list[str]:
    """Return what became of it all, a line each."""
    tr = QCoreApplication.translate
    added = imported.total(lambda report: len(report.added))
    messages = imported.total(lambda report: report.messages)
    extended = imported.total(lambda report: len(report.extended))
    known = imported.total(lambda report: report.known)
    trashed = imported.total(lambda report: len(report.in_trash))
    omitted = imported.total(lambda report: report.omitted)
    lines = [
        tr("Imports", "{chats} brought, with {messages}").format(chats=chats_of(added), messages=messages_of(messages))
    ]
    if extended:
        lines.append(
            tr("Imports", "{chats} got the new messages that they have there").format(chats=chats_of(extended))
        )
    if known:
        lines.append(tr("Imports", "{chats} were here already and stay as they are").format(chats=chats_of(known)))
    if trashed:
        lines.append(tr("Imports", "{chats} are in the trash here and stay there").format(chats=chats_of(trashed)))
    if omitted:
        one, many = (
            tr("Imports", "One thing could not be brought:"),
            tr("Imports", "{count} things could not be brought:"),
        )
        lines.append(counted(omitted, one, many))
    if imported.is_cancelled:
        lines.insert(0, tr("Imports", "You ended the import. What was brought before stays:"))
    return lines


def omission_lines(reports: Iterable[tuple[Path, Report]]) -> list[str]:
    """Return what was not brought, a line each, below the name of its file."""
    lines: list[str] = []
    for path, report in reports:
        if report.omitted:
            lines.append(f"{path.name}:")
            lines += map(omission_words, report.omissions)
            if report.omitted > len(report.omissions):
                more = number(report.omitted - len(report.omissions))
                lines.append(QCoreApplication.translate("Imports", "… and {count} more").format(count=more))
    return lines


def omission_words(omission: Omission) -> str:
    """Return what was not brought, where it was, and why."""
    tr = QCoreApplication.translate
    reasons = {
        NotRead.DAMAGED: tr("Imports", "is damaged"),
        NotRead.UNKNOWN_CONTENT: tr("Imports", "holds something that is not known here"),
        NotRead.FILE_MISSING: tr("Imports", "a file is not in the export"),
        NotRead.FILE_TOO_LARGE: tr("Imports", "is too large"),
        NotRead.NO_MESSAGES: tr("Imports", "has no messages"),
        NotRead.RECORDING: tr("Imports", "its recordings are left out; what was said is there as text"),
    }
    where = " ".join(omission.where.split()) or tr("Imports", "Something")
    details = " ".join(omission.details.split())[:200]
    words = f"{where}: {reasons[omission.why]}"
    return f"{words} ({details})" if details else words


def folder_choices(
    programs: Sequence[str], paths: Sequence[tuple[str, ...]]
) -> list[tuple[str, tuple[str, ...] | None]]:
    """Return what the field for the folder offers: words, and a path; None for a folder named after each program."""
    tr = QCoreApplication.translate
    new = [name for name in dict.fromkeys(programs) if (name,) not in paths]
    own = tr("Imports", "Folder “{name}”").format(name=programs[0]) if len(set(programs)) == 1 else ""
    first = own or tr("Imports", "A folder for each program")
    if own and new:
        first = tr("Imports", "New folder “{name}”").format(name=programs[0])
    offered: list[tuple[str, tuple[str, ...] | None]] = [(first, None), (tr("Imports", "No folder"), ())]
    return offered + [(" / ".join(path), path) for path in paths if len(set(programs)) > 1 or path != (programs[0],)]


def _day(seconds: float) -> str:
    date: QDate = QDateTime.fromSecsSinceEpoch(int(seconds)).date()
    return QLocale().toString(date, "d MMM yyyy")
