"""Folders, tags, archive and trash in the whole window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QDialog, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from easychat_gui.controllers.order import OrderController
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.folders import Folder, Tag
from easychat_gui.domain.ids import ConversationId, FolderId, PresetId, TagId
from easychat_gui.domain.messages import MessageStatus, Role, new_message
from easychat_gui.domain.presets import Preset
from easychat_gui.qtmodels.sections import FolderRow, View, ViewKind
from easychat_gui.storage.store import open_store
from easychat_gui.ui.commands import add_to_menu
from easychat_gui.ui.main_window import MainWindow
from tests.fakes.misbehaving_server import STREAM_HEAD, Connection, MisbehavingServer, delta, good_stream
from tests.integration.conftest import OpenWindow, part
from tests.integration.test_conversation_with_a_server import send
from tests.integration.test_while_something_runs import program_of, settle

WORK = FolderId("work")
IDS = [ConversationId(f"c{number}") for number in range(4)]


@pytest.fixture
def filled(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> MainWindow:
    """A window with four chats and a folder that has a preset."""
    folder = tmp_path / "data"
    store, _ = open_store(folder / "easychat.db", folder / "backups")
    store.presets.save(Preset(PresetId("p"), "Coder"))
    store.folders.save(Folder(WORK, "Work", preset_id=PresetId("p")))
    for number, each in enumerate(IDS):
        question = new_message(each, Role.USER, f"Question {number}")
        store.begin_exchange(Conversation(each, f"Chat {number}", 1.0, 5.0 - number, leaf_id=question.id), [question])
    store.close()
    window = open_window(folder)
    window.show()
    qtbot.waitUntil(lambda: order_of(window).tree.get(WORK) is not None and titles(window) != [], timeout=10_000)
    settle(qtbot, window)
    return window


def order_of(window: MainWindow) -> OrderController:
    return program_of(window).order


def titles(window: MainWindow) -> list[str]:
    model = window.sidebar.table.list
    return [summary.title for row in range(model.rowCount()) if (summary := model.summary(row)) is not None]


def stored(qtbot: QtBot, window: MainWindow, conversation_id: ConversationId) -> Conversation | None:
    """Return a chat as it is in the database after all that was asked for so far."""
    found: list[Conversation | None] = []
    program_of(window).store.submit(lambda store: store.conversations.get(conversation_id), found.append)
    qtbot.waitUntil(lambda: bool(found))
    return found[0]


def choose(window: MainWindow, *ids: ConversationId) -> None:
    table = window.sidebar.table
    table.clearSelection()
    for each in ids:
        index = table.list.index(table.list.row_of(each) or 0, 0)
        table.selectionModel().select(index, table.selectionModel().SelectionFlag.Select)
        table.selectionModel().setCurrentIndex(index, table.selectionModel().SelectionFlag.NoUpdate)
    table.setFocus()


def open_chat(qtbot: QtBot, window: MainWindow, conversation_id: ConversationId) -> None:
    program_of(window).conversations.open(conversation_id)
    qtbot.waitUntil(lambda: program_of(window).conversations.current.id == conversation_id)


def press(window: MainWindow, name: str) -> None:
    button = part(window, name)
    assert isinstance(button, QAbstractButton)
    button.click()


def test_deleting_puts_into_the_trash_and_undo_brings_back(qtbot: QtBot, filled: MainWindow) -> None:
    choose(filled, IDS[0], IDS[2])
    QTest.keyClick(filled.sidebar.table, Qt.Key.Key_Delete)
    assert titles(filled) == ["Chat 1", "Chat 3"]
    assert filled.notices.texts() == ["2 chats were put into the trash."]
    kept = stored(qtbot, filled, IDS[0])
    assert kept is not None
    assert kept.trashed_at is not None
    QTest.keyClick(filled.sidebar.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert titles(filled) == ["Chat 0", "Chat 1", "Chat 2", "Chat 3"]
    assert filled.notices.texts() == []
    kept = stored(qtbot, filled, IDS[0])
    assert kept is not None
    assert kept.trashed_at is None


def test_a_chat_in_the_trash_is_read_and_not_written_in(qtbot: QtBot, filled: MainWindow) -> None:
    order_of(filled).trash(IDS[:1])
    filled.library.run("showTrash")
    qtbot.waitUntil(lambda: titles(filled) == ["Chat 0"])
    open_chat(qtbot, filled, IDS[0])
    assert part(filled, "trashBar").isVisible()
    assert not filled.composer.isVisible()
    program_of(filled).chat.regenerate()
    assert not program_of(filled).chat.is_running(IDS[0])
    press(filled, "restoreButton")
    assert filled.composer.isVisible()
    assert not part(filled, "trashBar").isVisible()
    assert titles(filled) == []
    press(filled, "viewBackButton")
    assert titles(filled) == ["Chat 0", "Chat 1", "Chat 2", "Chat 3"]


def test_deleting_for_good_asks(qtbot: QtBot, filled: MainWindow) -> None:
    order_of(filled).trash(IDS[:2])
    filled.library.run("showTrash")
    qtbot.waitUntil(lambda: len(titles(filled)) == 2)
    filled.library.run("emptyTrash")
    qtbot.waitUntil(lambda: filled.findChild(QDialog, "question") is not None)
    question = filled.findChild(QDialog, "question")
    assert question is not None
    yes = next(each for each in question.findChildren(QAbstractButton) if each.text() == "Empty the trash")
    yes.click()
    qtbot.waitUntil(lambda: titles(filled) == [])
    assert stored(qtbot, filled, IDS[0]) is None
    assert stored(qtbot, filled, IDS[2]) is not None


def test_an_answer_that_runs_is_stopped_and_kept(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("Hello", " you")) as server:
        window = open_window(server=server.url, model="m")
        settle(qtbot, window)
        send(qtbot, window, "Hi")
        shown = program_of(window).conversations.current.id
        order_of(window).trash([shown])
        assert not program_of(window).chat.is_running(shown)
        assert program_of(window).conversations.current.id != shown, "what is in the trash is left"
        order_of(window).undo()
        qtbot.waitUntil(lambda: program_of(window).conversations.current.id == shown)
        last = program_of(window).conversations.branch()[-1]
        assert last.status in (MessageStatus.CANCELLED, MessageStatus.COMPLETE)


def test_what_is_made_while_the_order_is_read_again_stays(qtbot: QtBot, filled: MainWindow) -> None:
    order = order_of(filled)
    program_of(filled).conversations.reading_list_again.emit()
    folder = order.add_folder(Folder(FolderId(""), "Home"))
    tag = order.tags.save(Tag(TagId(""), "urgent"))
    settle(qtbot, filled)
    settle(qtbot, filled)  # it is read once more
    assert [each.name for each, _depth in order.tree.walk()] == ["Work", "Home"]
    assert order.tree.get(folder.id) == folder
    assert order.tags.all == [tag]


@pytest.mark.parametrize("goes", ["chat", "folder"])
def test_an_answer_does_not_go_on_in_the_trash(qtbot: QtBot, open_window: OpenWindow, goes: str) -> None:
    def half(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta("first words"))
        connection.wait_for_hang_up()

    with MisbehavingServer(half) as server:
        window = open_window(server=server.url, model="m")
        settle(qtbot, window)
        order = order_of(window)
        folder = order.add_folder(Folder(FolderId(""), "Work"))
        order.begin_chat_in(folder.id)
        send(qtbot, window, "Hi")
        shown = program_of(window).conversations.current.id
        qtbot.waitUntil(lambda: program_of(window).conversations.branch()[-1].text == "first words", timeout=10_000)
        assert program_of(window).chat.is_running(shown)
        if goes == "chat":
            order.trash([shown])
        else:
            order.delete_folder(folder.id, with_chats=True)
        qtbot.waitUntil(lambda: not program_of(window).chat.is_running(shown), timeout=10_000)
        server.wait_for_hang_up()


def test_a_chat_begun_in_a_folder_stands_in_it_and_follows_its_preset(filled: MainWindow) -> None:
    program = program_of(filled)
    program.window.library.run(f"folder-{WORK}")
    press(filled, "newChatButton")
    current = program.conversations.current
    assert (current.folder_id, current.preset_id) == (WORK, PresetId("p"))
    press(filled, "viewBackButton")
    press(filled, "newChatButton")
    current = program.conversations.current
    assert (current.folder_id, current.preset_id) == (None, None)


def test_a_chat_begun_in_a_closed_folder_is_in_sight(qtbot: QtBot, filled: MainWindow) -> None:
    order = order_of(filled)
    inner = order.add_folder(Folder(FolderId(""), "Inner", WORK))
    order.move(IDS[:1], inner.id)
    assert "Chat 0" not in titles(filled)
    order.begin_chat_in(inner.id)
    assert "Chat 0" in titles(filled)


def test_the_shown_chat_of_a_deleted_folder_is_shown_again_after_undo(qtbot: QtBot, filled: MainWindow) -> None:
    order = order_of(filled)
    order.move(IDS[:1], WORK)
    open_chat(qtbot, filled, IDS[0])
    order.delete_folder(WORK, with_chats=True)
    assert program_of(filled).conversations.current.id != IDS[0]
    order.undo()
    qtbot.waitUntil(lambda: program_of(filled).conversations.current.id == IDS[0])


def test_the_move_dialog_makes_a_folder_of_what_is_typed(qtbot: QtBot, filled: MainWindow) -> None:
    choose(filled, IDS[1], IDS[3])
    filled.library.run("moveToFolder")
    dialog = filled.findChild(QDialog, "chooseFolderDialog")
    assert dialog is not None
    search = dialog.findChild(QLineEdit, "chooseFolderSearch")
    assert search is not None
    QTest.keyClicks(search, "Travel")
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert titles(filled) == ["Chat 0", "Chat 2"]
    row = next(
        each
        for each in map(filled.sidebar.table.list.entry, range(9))
        if isinstance(each, FolderRow) and each.folder.name == "Travel"
    )
    assert row.count == 2
    kept = stored(qtbot, filled, IDS[3])
    assert kept is not None
    assert kept.folder_id == row.folder.id


@pytest.mark.parametrize("with_chats", [False, True])
def test_a_folder_is_deleted_and_brought_back(qtbot: QtBot, filled: MainWindow, *, with_chats: bool) -> None:
    order = order_of(filled)
    inner = order.add_folder(Folder(FolderId(""), "Inner", WORK))
    order.move(IDS[:1], inner.id)
    order.move(IDS[1:2], WORK)
    order.delete_folder(WORK, with_chats=with_chats)
    assert titles(filled) == (["Chat 2", "Chat 3"] if with_chats else ["Chat 1", "Chat 2", "Chat 3"])
    kept = stored(qtbot, filled, IDS[1])
    assert kept is not None
    assert (kept.trashed_at is not None) is with_chats
    order.undo()
    assert [each.name for each, _ in order.tree.walk()] == ["Work", "Inner"]
    kept = stored(qtbot, filled, IDS[0])
    assert kept is not None
    assert (kept.folder_id, kept.trashed_at) == (inner.id, None)


def test_open_folders_and_orders_are_kept(qtbot: QtBot, filled: MainWindow, open_window: OpenWindow) -> None:
    filled.sidebar.table.list.set_open(WORK, is_open=True)
    filled.library.run("sort-title")
    menu = QMenu()
    add_to_menu(menu, filled.library.commands())
    assert [each.text() for each in menu.actions() if each.isChecked()] == ["Sort by title"]
    filled.close()
    again = open_window()
    qtbot.waitUntil(lambda: len(titles(again)) == 4, timeout=10_000)
    assert again.sidebar.table.list.open_folders == {WORK}
    assert again.sidebar.table.list.order.value == "title"


def test_the_bar_offers_what_fits_the_place(qtbot: QtBot, filled: MainWindow) -> None:
    choose(filled, IDS[0], IDS[1])
    assert part(filled, "choiceBar").isVisible()
    press(filled, "choiceArchiveButton")
    assert titles(filled) == ["Chat 2", "Chat 3"]
    assert not part(filled, "choiceBar").isVisible()
    filled.library.run("showArchive")
    choose(filled, IDS[0], IDS[1])
    assert not part(filled, "choiceArchiveButton").isVisible()
    press(filled, "choiceRestoreButton")
    assert titles(filled) == []
    filled.library.run("showAll")
    assert len(titles(filled)) == 4


def test_moving_an_open_chat_outlives_what_is_typed_in_it(qtbot: QtBot, filled: MainWindow) -> None:
    open_chat(qtbot, filled, IDS[0])
    QTest.keyClicks(filled.composer.edit, "half a thought")
    order_of(filled).move(IDS[:1], WORK)
    program_of(filled).conversations.flush()
    kept = stored(qtbot, filled, IDS[0])
    assert kept is not None
    assert (kept.folder_id, kept.draft) == (WORK, "half a thought")
    assert filled.sidebar.table.list.view == View(ViewKind.ALL)
