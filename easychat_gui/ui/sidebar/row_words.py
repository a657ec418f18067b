"""What the rows of the sidebar say, to the eye and to screen readers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.qtmodels.conversations import ConversationListModel, Heading, HeadingKind
from easychat_gui.qtmodels.sections import Entry, FolderRow, ShelfKind, ShelfRow, TagRow
from easychat_gui.ui.count_words import chats_of


def heading_text(heading: Heading) -> str:
    """Return the words of a heading: a month's name, with its year when that is not the present one."""
    translate = QCoreApplication.translate
    match heading.kind:
        case HeadingKind.PINNED:
            return translate("RowWords", "Pinned")
        case HeadingKind.FOLDERS:
            return translate("RowWords", "Folders")
        case HeadingKind.CHATS:
            return translate("RowWords", "Chats")
        case HeadingKind.TODAY:
            return translate("RowWords", "Today")
        case HeadingKind.YESTERDAY:
            return translate("RowWords", "Yesterday")
        case HeadingKind.PREVIOUS_7_DAYS:
            return translate("RowWords", "Previous 7 days")
        case HeadingKind.ARCHIVED:
            return translate("RowWords", "Archived")
    if heading.month is None:
        return ""
    month = QLocale().standaloneMonthName(heading.month.month)
    month = month[:1].upper() + month[1:]
    if heading.month.year == QDate.currentDate().year():
        return month
    return translate("RowWords", "{month} {year}").format(month=month, year=heading.month.year)


def shelf_text(kind: ShelfKind) -> str:
    """Return what a row at the end of the list leads to."""
    translate = QCoreApplication.translate
    match kind:
        case ShelfKind.TAGS:
            return translate("RowWords", "Tags")
        case ShelfKind.ARCHIVE:
            return translate("RowWords", "Archive")
        case ShelfKind.TRASH:
            return translate("RowWords", "Trash")


def title_text(summary: ConversationSummary) -> str:
    return summary.title or QCoreApplication.translate("RowWords", "New chat")


def describer(model: ConversationListModel) -> Callable[[Entry, bool], str]:
    """Return what says a row to screen readers."""

    def describe(entry: Entry, is_running: bool) -> str:  # noqa: FBT001 - the model's signature
        match entry:
            case Heading():
                return heading_text(entry)
            case FolderRow():
                return _folder_words(entry)
            case ShelfRow():
                count = chats_of(entry.count) if entry.kind is not ShelfKind.TAGS else str(entry.count)
                return f"{shelf_text(entry.kind)}, {count}"
            case TagRow():
                words = QCoreApplication.translate("RowWords", "Tag {name}").format(name=entry.tag.name)
                return f"{words}, {chats_of(entry.count)}"
            case ConversationSummary():
                return ", ".join([title_text(entry), *_marks(entry, model, is_running=is_running)])

    return describe


def _folder_words(row: FolderRow) -> str:
    translate = QCoreApplication.translate
    state = translate("RowWords", "open") if row.is_open else translate("RowWords", "closed")
    words = [row.folder.name, translate("RowWords", "folder"), state]
    if row.count is not None:
        words.append(chats_of(row.count))
    return ", ".join(words)


def _marks(summary: ConversationSummary, model: ConversationListModel, *, is_running: bool) -> list[str]:
    translate = QCoreApplication.translate
    marks = []
    if is_running:
        marks.append(translate("RowWords", "an answer is being written"))
    if summary.is_unread:
        marks.append(translate("RowWords", "unread"))
    if summary.is_pinned:
        marks.append(translate("RowWords", "pinned"))
    folder = model.tree.get(summary.folder_id)
    if folder is not None:
        marks.append(translate("RowWords", "in folder {name}").format(name=folder.name))
    if summary.archived_at is not None:
        marks.append(translate("RowWords", "archived"))
    tags = [each.name for each in model.named_tags(summary.id)]
    if tags:
        marks.append(translate("RowWords", "tags: {names}").format(names=", ".join(tags)))
    return marks
