"""What is said of attachments."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QLocale

from easychat_gui.controllers.draft_items import DraftItem, ItemState
from easychat_gui.domain.attachments import Attachment, AttachmentFault, Cut, Unit, estimated_tokens
from easychat_gui.ui.count_words import counted
from easychat_gui.ui.error_texts import QT_TRANSLATE_NOOP

_FAULTS: Mapping[AttachmentFault, str] = {
    AttachmentFault.MISSING: QT_TRANSLATE_NOOP("Attachments", "The file is not there any more."),
    AttachmentFault.FOLDER: QT_TRANSLATE_NOOP("Attachments", "A folder cannot be attached; attach the files in it."),
    AttachmentFault.LINK: QT_TRANSLATE_NOOP(
        "Attachments", "This is only a link to a file; attach the file that it leads to."
    ),
    AttachmentFault.NOT_A_FILE: QT_TRANSLATE_NOOP("Attachments", "This is no ordinary file."),
    AttachmentFault.TOO_LARGE: QT_TRANSLATE_NOOP("Attachments", "The file is larger than 20 MB."),
    AttachmentFault.UNREADABLE: QT_TRANSLATE_NOOP("Attachments", "The file cannot be read."),
    AttachmentFault.BINARY: QT_TRANSLATE_NOOP(
        "Attachments", "There is no text in a file of this kind that a model could read."
    ),
    AttachmentFault.DAMAGED: QT_TRANSLATE_NOOP("Attachments", "The file is damaged and cannot be read."),
    AttachmentFault.ENCRYPTED: QT_TRANSLATE_NOOP(
        "Attachments", "The file is locked with a password; save it without one and attach it again."
    ),
    AttachmentFault.NO_TEXT: QT_TRANSLATE_NOOP(
        "Attachments", "The pages are pictures without text, as from a scanner; attach them as pictures."
    ),
    AttachmentFault.BLANK: QT_TRANSLATE_NOOP("Attachments", "There is nothing in the file."),
    AttachmentFault.TOO_SLOW: QT_TRANSLATE_NOOP("Attachments", "Reading the file took longer than 30 seconds."),
    AttachmentFault.TOO_MUCH_MEMORY: QT_TRANSLATE_NOOP("Attachments", "Reading the file would take too much memory."),
    AttachmentFault.TOO_BIG_INSIDE: QT_TRANSLATE_NOOP(
        "Attachments", "Unpacked, the file would be far too large to be read."
    ),
    AttachmentFault.TOO_MANY_PIXELS: QT_TRANSLATE_NOOP(
        "Attachments", "The picture has too many pixels; make it smaller and attach it again."
    ),
    AttachmentFault.DISK_FULL: QT_TRANSLATE_NOOP(
        "Attachments", "The disk is full, so the file could not be copied to your chats."
    ),
    AttachmentFault.NOT_KEPT: QT_TRANSLATE_NOOP("Attachments", "The file could not be copied to your chats."),
}

_PARTS: Mapping[Cut, str] = {
    Cut.PAGES: QT_TRANSLATE_NOOP("Attachments", "Only the first {read} of {count} are read."),
    Cut.CHARACTERS: QT_TRANSLATE_NOOP("Attachments", "Only the beginning is read: it has more than 2 million letters."),
    Cut.TIME: QT_TRANSLATE_NOOP("Attachments", "Only the beginning is read: reading took longer than 30 seconds."),
    Cut.MEMORY: QT_TRANSLATE_NOOP("Attachments", "Only the beginning is read: the rest would take too much memory."),
    Cut.DAMAGE: QT_TRANSLATE_NOOP("Attachments", "Only the beginning is read: the rest is damaged."),
}


def fault_words(fault: AttachmentFault) -> str:
    """Return the sentence for what is wrong with a file."""
    return _translated(_FAULTS[fault])


def extent_words(attachment: Attachment) -> str:
    """Say how much there is of it: pages, pixels or bytes."""
    details = attachment.details
    if details.width and details.height:
        return f"{details.width} × {details.height}"
    if details.unit is not None and details.count:
        return _counted(details.unit, details.count)
    return size_words(attachment)


def size_words(attachment: Attachment) -> str:
    return QLocale().formattedDataSize(attachment.size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def token_words(attachment: Attachment) -> str:
    """Say about how much of the model's window it fills."""
    tokens = estimated_tokens(attachment)
    one = QCoreApplication.translate("Attachments", "≈ 1 token")
    several = QCoreApplication.translate("Attachments", "≈ {count} tokens")
    return counted(tokens, one, several)


def part_words(attachment: Attachment) -> str:
    """Say what of it is not read, nothing if all is."""
    details = attachment.details
    if details.cut is None:
        return ""
    if details.cut is Cut.PAGES and not (details.count and details.read):
        return _translated(_PARTS[Cut.CHARACTERS])
    count = _counted(details.unit or Unit.PAGE, details.count or 0)
    return _translated(_PARTS[details.cut]).format(read=QLocale().toString(details.read or 0), count=count)


def item_words(item: DraftItem) -> str:
    """Say behind the name of a file in the composer what there is to say in a word or two."""
    if item.state is ItemState.FAILED:
        return QCoreApplication.translate("Attachments", "not attached")
    if item.state is ItemState.READING or item.attachment is None:
        return QCoreApplication.translate("Attachments", "reading…")
    return f"{extent_words(item.attachment)} · {token_words(item.attachment)}"


def spoken(name: str, words: str) -> str:
    """Return what a screen reader says of an attachment."""
    return QCoreApplication.translate("Attachments", "Attachment {name}, {details}").format(
        name=name, details=words.replace(" · ", ", ")
    )


def spoken_attachment(attachment: Attachment) -> str:
    """Return what a screen reader says of something that was sent."""
    return spoken(attachment.name, extent_words(attachment))


def _counted(unit: Unit, count: int) -> str:
    patterns = {
        Unit.PAGE: (
            QCoreApplication.translate("Attachments", "{count} page"),
            QCoreApplication.translate("Attachments", "{count} pages"),
        ),
        Unit.SHEET: (
            QCoreApplication.translate("Attachments", "{count} sheet"),
            QCoreApplication.translate("Attachments", "{count} sheets"),
        ),
        Unit.SLIDE: (
            QCoreApplication.translate("Attachments", "{count} slide"),
            QCoreApplication.translate("Attachments", "{count} slides"),
        ),
    }
    return counted(count, *patterns[unit])


def _translated(text: str) -> str:
    return QCoreApplication.translate("Attachments", text)
