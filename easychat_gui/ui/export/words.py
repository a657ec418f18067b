"""What the window says about exports, and the words that stand in the files."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from easychat_gui.domain.errors import EasyChatError
from easychat_gui.transfer.formats import ExportFailed, ExportFault, Format, Layout, Option
from easychat_gui.transfer.words import Words

_tr = QCoreApplication.translate


def file_words() -> Words:
    """Return the words that stand in written files."""
    return Words(
        language="en-GB",
        untitled=_tr("ExportedFile", "Untitled chat"),
        you=_tr("ExportedFile", "You"),
        assistant=_tr("ExportedFile", "Assistant"),
        system=_tr("ExportedFile", "System"),
        tool=_tr("ExportedFile", "Tool"),
        system_prompt=_tr("ExportedFile", "System prompt"),
        reasoning=_tr("ExportedFile", "Reasoning"),
        reasoning_time=_tr("ExportedFile", "Reasoning, {seconds} s"),
        attachments=_tr("ExportedFile", "Attachments"),
        missing=_tr("ExportedFile", "the file is missing"),
        contents=_tr("ExportedFile", "Contents"),
        other_branches=_tr("ExportedFile", "Other branches"),
        branch=_tr("ExportedFile", "Branch {number}"),
        branch_after=_tr("ExportedFile", "Branch {number}, after “{words}”"),
        tokens=_tr("ExportedFile", "{count} tokens"),
        seconds=_tr("ExportedFile", "{count} s"),
        tool_call=_tr("ExportedFile", "Calls {name}"),
        status_failed=_tr("ExportedFile", "failed"),
        status_cancelled=_tr("ExportedFile", "stopped"),
        status_interrupted=_tr("ExportedFile", "interrupted"),
        chats=_tr("ExportedFile", "{count} chats"),
        exported=_tr("ExportedFile", "Exported from EasyChat GUI on {date}"),
        page=_tr("ExportedFile", "{number} / {count}"),
        picture=_tr("ExportedFile", "Picture: {name}"),
        code=_tr("ExportedFile", "code"),
        continued=_tr("ExportedFile", "{name}, continued"),
    )


def format_words(format_: Format) -> tuple[str, str]:
    """Return the name of a format, and what it is good for."""
    return {
        Format.MARKDOWN: (
            _tr("Export", "Markdown"),
            _tr("Export", "Plain text for notes and editors; can be imported again."),
        ),
        Format.HTML: (
            _tr("Export", "Web page (HTML)"),
            _tr("Export", "Looks like here in any browser; pictures and formulas are inside, nothing is fetched."),
        ),
        Format.PDF: (
            _tr("Export", "PDF"),
            _tr("Export", "For reading, sending and printing."),
        ),
        Format.ODT: (
            _tr("Export", "Document (ODT)"),
            _tr("Export", "For LibreOffice, Word and others that change it further."),
        ),
        Format.JSON: (
            _tr("Export", "JSON, with everything"),
            _tr("Export", "Holds all there is; imported again, it gives the same chats."),
        ),
        Format.JSONL: (
            _tr("Export", "JSON lines for models"),
            _tr("Export", "One chat a line, as OpenAI's tools take it: for fine-tuning and scripts."),
        ),
    }[format_]


def layout_words(layout: Layout) -> str:
    return {
        Layout.FOLDER: _tr("Export", "A folder with a file for each chat"),
        Layout.ZIP: _tr("Export", "A zip file with a file for each chat"),
        Layout.FILE: _tr("Export", "One file with all chats"),
    }[layout]


def option_words(option: Option) -> tuple[str, str]:
    """Return the words beside the box, and what it does."""
    return {
        Option.REASONING: (_tr("Export", "Reasoning"), _tr("Export", "What the model thought before it answered")),
        Option.DETAILS: (
            _tr("Export", "Details"),
            _tr("Export", "Who answered, when, how long it took, and the system prompt"),
        ),
        Option.ATTACHMENTS: (_tr("Export", "Attached files"), _tr("Export", "Copies of the files themselves")),
        Option.BRANCHES: (_tr("Export", "Other branches"), _tr("Export", "Earlier versions that are not shown")),
    }[option]


def failure_sentence(error: EasyChatError) -> str:
    """Say why nothing was written."""
    if not isinstance(error, ExportFailed):
        return str(error)
    sentence = {
        ExportFault.DISK_FULL: _tr("Export", "There is no space left on that disk. Nothing was written."),
        ExportFault.NO_RIGHT: _tr("Export", "Nothing may be written to {folder}. Choose another folder."),
        ExportFault.FOLDER_GONE: _tr("Export", "The folder {folder} is not there any more. Choose another one."),
        ExportFault.NAME_TOO_LONG: _tr("Export", "The name is too long for that disk. Choose a shorter one."),
        ExportFault.NOTHING: _tr("Export", "There are no messages to export."),
        ExportFault.OTHER: _tr("Export", "Nothing was written: {reason}."),
    }[error.fault]
    return sentence.format(folder=error.path.parent, reason=error.reason.rstrip("."))
