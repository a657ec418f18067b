"""What mouse and keyboard do in the list of chats."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.folder_tree import FolderTree
from easychat_gui.domain.folders import Folder
from easychat_gui.domain.ids import ConversationId, FolderId
from easychat_gui.qtmodels.conversations import ConversationListModel, Heading
from easychat_gui.qtmodels.sections import FolderRow, ShelfKind, ShelfRow, View, ViewKind
from easychat_gui.ui.sidebar.delegate import ConversationDelegate
from easychat_gui.ui.sidebar.row_words import describer
from easychat_gui.ui.sidebar.sidebar import Sidebar
from easychat_gui.ui.sidebar.table import ConversationTable

WORK, HOME, INNER = FolderId("work"), FolderId("home"), FolderId("inner")
FOLDERS = [Folder(WORK, "Work", None, 0), Folder(HOME, "Home", None, 1), Folder(INNER, "Inner", WORK, 0)]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def sidebar(qtbot: QtBot) -> Sidebar:
    model = ConversationListModel()
    model.set_folders(FolderTree(FOLDERS))
    chats = [ConversationSummary(ConversationId(name), name, 1e9 - at) for at, name in enumerate("abcde")]
    model.set_summaries([*chats, ConversationSummary(ConversationId("f"), "f", 0.0, 0, 0.0, WORK)])
    sidebar = Sidebar(model)
    qtbot.addWidget(sidebar)
    sidebar.resize(sidebar.width(), 700)
    sidebar.show()
    sidebar.table.setFocus()
    return sidebar


@pytest.fixture
def table(sidebar: Sidebar) -> ConversationTable:
    return sidebar.table


def row_of(table: ConversationTable, name: str) -> int:
    """Return where a chat, a folder or what leads on stands, by what it is called."""
    for row in range(table.list.rowCount()):
        match table.list.entry(row):
            case FolderRow(folder=folder) if folder.name == name:
                return row
            case ShelfRow(kind=kind) if kind.value == name:
                return row
            case ConversationSummary(title=title) if title == name:
                return row
    raise AssertionError(f"no {name}")


def place(table: ConversationTable, name: str, share: float = 0.5) -> QPoint:
    area = table.visualRect(table.list.index(row_of(table, name), 0))
    return QPoint(area.left() + 60, area.top() + int(area.height() * share))


def click(table: ConversationTable, name: str, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, place(table, name))


def chosen(table: ConversationTable) -> str:
    return "".join(each.title for each in table.chosen_chats())


def drop(table: ConversationTable, name: str, share: float = 0.5) -> None:
    table.dragging.begin()
    event = QDropEvent(
        QPointF(place(table, name, share)),
        Qt.DropAction.MoveAction,
        QMimeData(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    table.dropEvent(event)


def test_a_click_opens_and_with_ctrl_or_shift_chooses(table: ConversationTable) -> None:
    opened: list[str] = []
    table.chosen.connect(opened.append)
    click(table, "a")
    click(table, "c", CTRL)
    assert (opened, chosen(table)) == (["a"], "ac")
    click(table, "e", SHIFT)
    assert (opened, chosen(table)) == (["a"], "acde")


def test_keys_choose_too(table: ConversationTable) -> None:
    opened: list[str] = []
    table.chosen.connect(opened.append)
    table.setCurrentIndex(table.list.index(row_of(table, "b"), 0))
    QTest.keyClick(table, Qt.Key.Key_Down, SHIFT)
    assert chosen(table) == "bc"
    QTest.keyClick(table, Qt.Key.Key_A, CTRL)
    assert chosen(table) == "abcde"
    QTest.keyClick(table, Qt.Key.Key_Escape)
    assert chosen(table) == ""
    table.setCurrentIndex(table.list.index(row_of(table, "d"), 0))
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened == ["d"]


def test_the_chat_that_a_key_brings_back_is_marked_alone(table: ConversationTable) -> None:
    """Ctrl of Ctrl+Z is still held when it is there: what Qt marks then is added to what was marked."""
    click(table, "b")
    QTest.keyPress(table, Qt.Key.Key_Z, CTRL)
    table.show_current(ConversationId("d"))
    assert chosen(table) == "d"
    QTest.keyRelease(table, Qt.Key.Key_Z)


def test_by_tab_one_comes_to_the_first_row_that_is_no_heading(sidebar: Sidebar) -> None:
    table = sidebar.table
    sidebar.search.setFocus()
    QTest.keyClick(sidebar.search, Qt.Key.Key_Tab)
    assert table.hasFocus()
    first = table.currentIndex().row()
    assert first >= 0
    assert not isinstance(table.list.entry(first), Heading)
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert table.currentIndex().row() > first


def test_delete_and_undo_are_asked_for(table: ConversationTable) -> None:
    gone: list[str] = []
    undone: list[bool] = []
    table.delete_requested.connect(lambda chats: gone.extend(each.title for each in chats))
    table.undo_requested.connect(lambda: undone.append(True))
    click(table, "b")
    click(table, "d", CTRL)
    QTest.keyClick(table, Qt.Key.Key_Delete)
    QTest.keyClick(table, Qt.Key.Key_Z, CTRL)
    assert (gone, undone) == (["b", "d"], [True])


@pytest.mark.parametrize("is_mirrored", [False, True])
def test_arrows_open_and_close_folders(table: ConversationTable, *, is_mirrored: bool) -> None:
    inwards, outwards = Qt.Key.Key_Right, Qt.Key.Key_Left
    if is_mirrored:
        table.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        inwards, outwards = outwards, inwards
    table.setCurrentIndex(table.list.index(row_of(table, "Work"), 0))
    QTest.keyClick(table, inwards)
    table.setCurrentIndex(table.list.index(row_of(table, "f"), 0))
    QTest.keyClick(table, outwards)
    assert table.currentIndex().row() == row_of(table, "Work")
    QTest.keyClick(table, outwards)
    assert WORK not in table.list.open_folders


def test_a_click_opens_a_folder_and_two_show_it_alone(table: ConversationTable) -> None:
    views: list[View] = []
    table.view_requested.connect(views.append)
    click(table, "Work")
    assert WORK in table.list.open_folders
    click(table, "Work")
    assert WORK not in table.list.open_folders
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place(table, "Work"))
    assert views == [View(ViewKind.FOLDER, WORK)]


def test_several_chats_are_dropped_into_a_folder(table: ConversationTable) -> None:
    dropped: list[Any] = []
    table.chats_dropped.connect(lambda ids, folder: dropped.append((ids, folder)))
    click(table, "a")
    click(table, "b", CTRL)
    drop(table, "Home")
    assert dropped == [(["a", "b"], HOME)]


def test_dropped_among_the_days_a_chat_leaves_its_folder(table: ConversationTable) -> None:
    dropped: list[Any] = []
    table.chats_dropped.connect(lambda ids, folder: dropped.append((ids, folder)))
    table.list.set_open(WORK, is_open=True)
    click(table, "f")
    drop(table, "c")
    assert dropped == [(["f"], None)]


@pytest.mark.parametrize(
    ("held", "onto", "share", "expected"),
    [
        ("Home", "Work", 0.5, (HOME, WORK, None)),
        ("Home", "Work", 0.05, (HOME, None, WORK)),
        ("Work", "Home", 0.95, (WORK, None, None)),
        ("Work", "Work", 0.5, None),
        ("Work", "Inner", 0.5, None),
    ],
)
def test_folders_are_put_into_and_between(
    table: ConversationTable, held: str, onto: str, share: float, expected: Any
) -> None:
    dropped: list[Any] = []
    table.folder_dropped.connect(lambda *what: dropped.append(what))
    table.list.set_open(WORK, is_open=True)
    table.setCurrentIndex(table.list.index(row_of(table, held), 0))
    drop(table, onto, share)
    assert dropped == ([] if expected is None else [expected])


def test_a_chat_dropped_on_the_trash(table: ConversationTable) -> None:
    away: list[Any] = []
    table.put_away.connect(lambda ids, kind: away.append((ids, kind)))
    table.list.set_trash_count(2)
    click(table, "e")
    drop(table, "trash")
    assert away == [(["e"], ShelfKind.TRASH)]


def test_what_is_chosen_stays_so_when_the_rows_are_put_together_anew(table: ConversationTable) -> None:
    click(table, "a")
    click(table, "c", CTRL)
    table.list.set_folders(FolderTree(FOLDERS[:1]))
    assert chosen(table) == "ac"


def test_typing_goes_to_the_search(sidebar: Sidebar) -> None:
    QTest.keyClick(sidebar.table, Qt.Key.Key_C)
    assert sidebar.search.text() == "c"
    assert sidebar.search.hasFocus()


def test_rows_say_what_they_are(table: ConversationTable) -> None:
    table.list.describe = describer(table.list)
    table.list.upsert(ConversationSummary(ConversationId("f"), "f", 0.0, 0, 0.0, WORK, is_unread=1))

    def said(name: str) -> str:
        text = table.list.index(row_of(table, name), 0).data(Qt.ItemDataRole.AccessibleTextRole)
        return str(text)

    assert said("Work") == "Work, folder, closed, 1 chat"
    table.list.set_open(WORK, is_open=True)
    assert said("Work") == "Work, folder, open, 1 chat"
    assert said("f") == "f, unread, in folder Work"
    table.list.set_running(ConversationId("a"), True)
    assert said("a") == "a, an answer is being written"
    assert isinstance(table.list.entry(0), Heading)


def test_the_very_first_chat_has_the_look_of_all_others(qtbot: QtBot) -> None:
    """In a program that had none it is put in by itself, and not loaded with others."""
    model = ConversationListModel()
    sidebar = Sidebar(model)
    qtbot.addWidget(sidebar)
    sidebar.show()
    model.upsert(ConversationSummary(ConversationId("first"), "First", 1.0))
    assert isinstance(sidebar.table.itemDelegate(), ConversationDelegate)
