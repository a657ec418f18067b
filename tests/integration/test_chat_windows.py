"""A chat in a window of its own: it is whole there, beside the main window and beside others."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QMenu, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.controllers import attachments, receiving
from easychat_gui.controllers.chat import ChatController
from easychat_gui.controllers.draft_items import ItemState
from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.errors import DatabaseUnavailable
from easychat_gui.domain.ids import AttachmentId, ConversationId, MessageId, PresetId
from easychat_gui.domain.messages import Message, MessageStatus, Role
from easychat_gui.domain.presets import Preset
from easychat_gui.storage.attachment_files import AttachmentFiles
from easychat_gui.storage.messages import Messages
from easychat_gui.storage.store import Store
from easychat_gui.ui.chat_window import ChatWindow
from easychat_gui.ui.main_window import MainWindow
from tests.fakes.misbehaving_server import (
    DONE,
    STREAM_HEAD,
    Connection,
    MisbehavingServer,
    Script,
    delta,
    good_stream,
)
from tests.integration.conftest import OpenWindow, part
from tests.integration.test_accessibility import lacking
from tests.integration.test_conversation_with_a_server import last_text, send, wait_for_end
from tests.integration.test_forgetting import ask_to_forget, everything_in
from tests.integration.test_palette import opened as opened_palette
from tests.integration.test_palette import search
from tests.integration.test_queue import button, held
from tests.integration.test_settings_dialog import click
from tests.integration.test_while_something_runs import program_of, settle

WAIT_MS = 10_000
PHYSICS, LETTER = ConversationId("physics"), ConversationId("letter")
CONTROL = Qt.KeyboardModifier.ControlModifier

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support raise")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two chats, of which one has an earlier branch."""
    store = Store.open(tmp_path / "data" / "easychat.db")

    def message(chat: ConversationId, name: str, text: str, role: Role, parent: str | None = None) -> Message:
        return Message(MessageId(name), chat, role, text, parent_id=None if parent is None else MessageId(parent))

    store.begin_exchange(
        Conversation(PHYSICS, "Physics homework", 1.0, 1.0, leaf_id=MessageId("a2")),
        [
            message(PHYSICS, "q1", "How do I plot a wave?", Role.USER),
            message(PHYSICS, "a1", "With numpy.linspace", Role.ASSISTANT, "q1"),
            message(PHYSICS, "a2", "By hand", Role.ASSISTANT, "q1"),
        ],
    )
    store.begin_exchange(
        Conversation(LETTER, "Letter", 2.0, 2.0, leaf_id=MessageId("l2")),
        [
            message(LETTER, "l1", "Dear landlord", Role.USER),
            message(LETTER, "l2", "A good beginning", Role.ASSISTANT, "l1"),
        ],
    )
    store.close()
    return tmp_path / "data"


def opened(qtbot: QtBot, main: MainWindow, chat: ConversationId) -> ChatWindow:
    """Open a chat in a window as the menu of the list does."""
    qtbot.waitUntil(lambda: main._controllers.conversations.list.get(chat) is not None, timeout=WAIT_MS)
    summary = main._controllers.conversations.list.get(chat)
    assert summary is not None
    menu = QMenu()
    main.library.fill_menu(menu, [summary])
    next(each for each in menu.actions() if each.objectName() == "openInWindow").trigger()
    return shown(qtbot, main, chat)


def shown(qtbot: QtBot, main: MainWindow, chat: ConversationId) -> ChatWindow:
    def windows() -> list[ChatWindow]:
        return [each for each in main.chat_windows.windows if each.conversation_id == chat and each.isVisible()]

    qtbot.waitUntil(lambda: len(windows()) == 1, timeout=WAIT_MS)
    return windows()[0]


def texts(window: MainWindow | ChatWindow) -> list[str]:
    return [each.text for each in window._controllers.conversations.branch()]


def box(window: MainWindow | ChatWindow) -> QPlainTextEdit:
    composer = part(window, "composer")
    assert isinstance(composer, QPlainTextEdit)
    return composer


def begun(gate: threading.Event, first: str, rest: str) -> Script:
    """Begin to answer, and go on when the gate opens."""

    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta(first))
        connection.wait_for(gate)
        for each in (delta(rest), delta(finish_reason="stop"), DONE):
            connection.chunk(each)
        connection.end_chunks()

    return script


def test_a_chat_of_the_list_in_its_own_window(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    main = open_window(folder)
    main.show()
    window = opened(qtbot, main, LETTER)
    assert texts(window) == ["Dear landlord", "A good beginning"]
    assert window.windowTitle().startswith("Letter")
    assert window.accessibleName() == window.windowTitle()
    assert window.conversation_view.message_count() == 2
    fonts = [part(each, "statusLine").font() for each in (main, window)]
    assert fonts[0] == fonts[1]
    again = opened(qtbot, main, LETTER)
    assert again is window
    assert len(main.chat_windows.windows) == 1
    other = opened(qtbot, main, PHYSICS)
    assert other is not window
    assert texts(window) == ["Dear landlord", "A good beginning"]


def test_a_chat_is_in_one_window_at_a_time(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    main = open_window(folder)
    main.show()
    conversations = main._controllers.conversations
    qtbot.waitUntil(lambda: conversations.list.get(LETTER) is not None, timeout=WAIT_MS)
    conversations.open(LETTER)
    qtbot.waitUntil(lambda: conversations.current.id == LETTER, timeout=WAIT_MS)
    box(main).setPlainText("half a sentence")
    window = opened(qtbot, main, LETTER)
    assert conversations.current.id != LETTER  # the main window has moved on
    assert texts(main) == []
    assert box(main).toPlainText() == ""
    assert box(window).toPlainText() == "half a sentence"
    with qtbot.waitSignal(window._controllers.conversations.called, timeout=WAIT_MS):
        main.sidebar.conversation_chosen.emit(LETTER)
    assert conversations.current.id != LETTER
    assert main.sidebar.table.chosen_count() == 0


def test_ctrl_enter_opens_a_hit_at_its_message_in_its_branch(
    qtbot: QtBot, open_window: OpenWindow, folder: Path
) -> None:
    main = open_window(folder)
    main.resize(1280, 820)
    main.show()
    qtbot.waitUntil(lambda: main._controllers.search().indexer.searchable == 1, timeout=WAIT_MS)
    palette = opened_palette(main, qtbot)
    assert "Ctrl+↵ in a new window" in palette._foot.text()
    search(palette, qtbot, "linspace", "Physics homework")
    QTest.keyClick(palette.field, Qt.Key.Key_Return, CONTROL)
    window = shown(qtbot, main, PHYSICS)
    qtbot.waitUntil(lambda: texts(window) == ["How do I plot a wave?", "With numpy.linspace"], timeout=WAIT_MS)
    finding = window.conversation_view.finding
    qtbot.waitUntil(lambda: finding.is_open and finding.searching.total == 1, timeout=WAIT_MS)
    assert texts(main) == []
    # Chosen in the main window, it is shown where it is open.
    palette = opened_palette(main, qtbot)
    search(palette, qtbot, "by hand", "Physics homework")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: texts(window) == ["How do I plot a wave?", "By hand"], timeout=WAIT_MS)
    assert texts(main) == []


def test_the_middle_button_opens_windows(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    main = open_window(folder)
    main.resize(1280, 820)
    main.show()
    conversations = main._controllers.conversations
    qtbot.waitUntil(lambda: conversations.list.get(LETTER) is not None, timeout=WAIT_MS)
    settle(qtbot, main)
    table = main.sidebar.table
    entries = [table.entry(conversations.list.index(row, 0)) for row in range(conversations.list.rowCount())]
    row = next(number for number, each in enumerate(entries) if getattr(each, "id", "") == LETTER)
    place = table.visualRect(conversations.list.index(row, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.MiddleButton, pos=QPoint(place))
    shown(qtbot, main, LETTER)
    assert conversations.current.id != LETTER
    qtbot.waitUntil(lambda: main._controllers.search().indexer.searchable == 1, timeout=WAIT_MS)
    palette = opened_palette(main, qtbot)
    search(palette, qtbot, "linspace", "Physics homework")
    item = palette._list.currentItem()
    place = palette._list.visualItemRect(item).center()
    QTest.mouseClick(palette._list.viewport(), Qt.MouseButton.LeftButton, CONTROL, pos=QPoint(place))
    shown(qtbot, main, PHYSICS)


def test_two_windows_answer_at_once_and_stop_by_themselves(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    gates = threading.Event(), threading.Event()
    with MisbehavingServer(begun(gates[0], "Of the", " window."), begun(gates[1], "Of the", " main one.")) as server:
        main = open_window(folder, server=server.url, model="m")
        main.show()
        window = opened(qtbot, main, LETTER)
        send(qtbot, window, "Go on")
        qtbot.waitUntil(lambda: len(server.requests) == 1, timeout=WAIT_MS)
        send(qtbot, main, "Something else")
        qtbot.waitUntil(lambda: len(server.requests) == 2, timeout=WAIT_MS)
        chat = program_of(main).chat
        first, second = LETTER, main._controllers.conversations.current.id
        assert chat.is_running(first)
        assert chat.is_running(second)
        assert [each["content"] for each in server.requests[0].json["messages"]][-1] == "Go on"
        assert [each["content"] for each in server.requests[1].json["messages"]] == ["Something else"]
        for each in (window, main):  # words come in both
            qtbot.waitUntil(lambda each=each: texts(each)[-1] == "Of the", timeout=WAIT_MS)  # type: ignore[misc]
        QTest.keyClick(box(window), Qt.Key.Key_Escape)
        assert not chat.is_running(first)
        assert chat.is_running(second)
        gates[1].set()
        qtbot.waitUntil(lambda: last_text(main).endswith("Of the main one."), timeout=WAIT_MS)
        wait_for_end(qtbot, main)
        assert texts(main) == ["Something else", "Of the main one."]
        assert texts(window) == ["Dear landlord", "A good beginning", "Go on", "Of the"]
        gates[0].set()


def test_an_answer_goes_on_when_its_window_is_closed(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    gate = threading.Event()
    with MisbehavingServer(held(gate, "Late.")) as server:
        main = open_window(folder, server=server.url, model="m")
        main.show()
        window = opened(qtbot, main, LETTER)
        send(qtbot, window, "Slow?")
        qtbot.waitUntil(lambda: len(server.requests) == 1, timeout=WAIT_MS)
        box(window).setPlainText("and then")
        QTest.keyClick(window, Qt.Key.Key_W, CONTROL)
        assert not window.isVisible()
        assert main.isVisible()
        assert program_of(main).chat.is_running(LETTER)
        again = opened(qtbot, main, LETTER)
        assert again is window  # what is closed is used again
        assert box(again).toPlainText() == "and then"
        gate.set()
        qtbot.waitUntil(lambda: texts(again)[-1] == "Late.", timeout=WAIT_MS)
        again.close()
        main._controllers.conversations.open(LETTER)
        qtbot.waitUntil(lambda: texts(main)[-1:] == ["Late."], timeout=WAIT_MS)


def test_what_is_done_in_the_list_is_seen_in_the_window(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    main = open_window(folder)
    main.show()
    window = opened(qtbot, main, LETTER)
    main._controllers.conversations.rename(LETTER, "To the landlord")
    assert window.windowTitle().startswith("To the landlord")
    window._controllers.conversations.rename(LETTER, "Dear landlord")
    summary = main._controllers.conversations.list.get(LETTER)
    assert summary is not None
    assert summary.title == "Dear landlord"
    main._controllers.order().trash([LETTER])
    assert not window.isVisible()
    assert main.chat_windows.windows == []
    other = opened(qtbot, main, PHYSICS)
    main._controllers.conversations.delete(PHYSICS)
    assert not other.isVisible()
    settle(qtbot, main)
    kept: list[object] = []
    program_of(main).store.submit(lambda store: store.conversations.get(PHYSICS), kept.append)
    qtbot.waitUntil(lambda: bool(kept), timeout=WAIT_MS)
    assert kept == [None]


def test_a_deleted_message_is_put_back_in_its_window(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    main = open_window(folder)
    main.show()
    window = opened(qtbot, main, LETTER)
    window._controllers.branches().delete(MessageId("l2"))
    qtbot.waitUntil(lambda: bool(window.notices.texts()), timeout=WAIT_MS)
    assert texts(window) == ["Dear landlord"]
    assert main.notices.texts() == []
    window.notices.undo_requested.emit()
    qtbot.waitUntil(lambda: texts(window) == ["Dear landlord", "A good beginning"], timeout=WAIT_MS)


def test_a_branch_that_is_copied_gets_a_window_too(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    main = open_window(folder)
    main.show()
    window = opened(qtbot, main, LETTER)
    window._controllers.branches().copy_to_new_chat(MessageId("l1"), "A branch")
    qtbot.waitUntil(lambda: len(main.chat_windows.windows) == 2, timeout=WAIT_MS)
    copy = next(each for each in main.chat_windows.windows if each is not window)
    qtbot.waitUntil(lambda: texts(copy) == ["Dear landlord"], timeout=WAIT_MS)
    assert texts(window) == ["Dear landlord", "A good beginning"]


def test_the_windows_are_there_again_at_the_next_start(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    main = open_window(folder)
    main.show()
    window = opened(qtbot, main, LETTER)
    window.resize(640, 600)
    box(window).setPlainText("not sent yet")
    opened(qtbot, main, PHYSICS).close()
    main.close()
    assert not window.isVisible()
    again = open_window(folder)
    again.show()
    window = shown(qtbot, again, LETTER)
    assert [each.conversation_id for each in again.chat_windows.windows] == [LETTER]
    assert window.size().width() == 640
    assert box(window).toPlainText() == "not sent yet"
    assert again._controllers.conversations.current.id != LETTER


def test_back_into_the_main_window(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    main = open_window(folder)
    main.show()
    window = opened(qtbot, main, LETTER)
    box(window).setPlainText("on the way")
    window.moved_back.emit(LETTER)
    qtbot.waitUntil(lambda: main._controllers.conversations.current.id == LETTER, timeout=WAIT_MS)
    assert not window.isVisible()
    assert box(main).toPlainText() == "on the way"


def test_a_temporary_chat_stays_in_the_main_window(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    with MisbehavingServer(good_stream("Nothing is kept.")) as server:
        main = open_window(folder, server=server.url, model="m")
        main.show()
        main._controllers.conversations.start_temporary()
        send(qtbot, main, "A secret")
        qtbot.waitUntil(lambda: last_text(main).endswith("Nothing is kept."), timeout=WAIT_MS)
        wait_for_end(qtbot, main)
        menu = QMenu()
        main.library.fill_menu(menu, [main._controllers.conversations.current.summary])
        assert "openInWindow" not in [each.objectName() for each in menu.actions()]
        opened(qtbot, main, LETTER)  # another one leaves it where it is
        assert texts(main) == ["A secret", "Nothing is kept."]


def test_they_are_away_while_the_chats_are_written_anew(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    main = open_window(folder)
    main.show()
    window = opened(qtbot, main, LETTER)
    box(window).setPlainText("kept all the same")
    program = program_of(main)
    with qtbot.waitSignal(program.store.opened, timeout=WAIT_MS):
        program.encryption.turn_on("a passphrase", lambda: None, lambda error: pytest.fail(str(error)))
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=WAIT_MS)
        assert main.chat_windows.windows == []
    window = shown(qtbot, main, LETTER)
    assert texts(window) == ["Dear landlord", "A good beginning"]
    assert box(window).toPlainText() == "kept all the same"


def test_what_an_answer_was_broken_off_in_is_shown_in_its_window(
    qtbot: QtBot, open_window: OpenWindow, folder: Path
) -> None:
    main = open_window(folder)
    main.show()
    opened(qtbot, main, LETTER)
    main.close()
    store = Store.open(folder / "easychat.db")
    broken = Message(MessageId("l4"), LETTER, Role.ASSISTANT, "It had", MessageStatus.STREAMING, MessageId("l2"))
    store.messages.add(broken)
    store.conversations.save(Conversation(LETTER, "Letter", 2.0, 2.0, leaf_id=MessageId("l4")))
    store.close()
    again = open_window(folder)
    again.show()
    window = shown(qtbot, again, LETTER)
    qtbot.waitUntil(lambda: texts(window)[-1] == "It had", timeout=WAIT_MS)
    assert window.talk.card.isVisibleTo(window)
    assert texts(again) == []


def test_it_can_be_heard_and_reached_by_keys(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    main = open_window(folder)
    main.show()
    window = opened(qtbot, main, LETTER)
    assert lacking(window.findChildren(QWidget)) == ""
    QTest.keyClick(window, Qt.Key.Key_K, CONTROL)
    palette = part(main, "palette")
    assert palette.isVisible()  # what is about all chats is done in the main window
    before = main._controllers.conversations.current.id
    for is_open in (True, False):  # not below a question
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
        QTest.keyClick(window, Qt.Key.Key_N, CONTROL)
        qtbot.waitUntil(main.isActiveWindow, timeout=WAIT_MS)
        assert (main._controllers.conversations.current.id == before) is is_open
        if is_open:
            QTest.keyClick(palette, Qt.Key.Key_Escape)


def test_what_waits_in_a_window_goes_out_there(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    gate = threading.Event()
    with MisbehavingServer(held(gate, "First."), good_stream("Second.")) as server:
        main = open_window(folder, server=server.url, model="m")
        main.show()
        window = opened(qtbot, main, LETTER)
        send(qtbot, window, "One")
        qtbot.waitUntil(lambda: len(server.requests) == 1, timeout=WAIT_MS)
        send(qtbot, window, "Two")
        assert window.writing.cards.texts() == ["Two"]
        assert main.writing.cards.texts() == []
        gate.set()
        qtbot.waitUntil(lambda: texts(window)[-4:] == ["One", "First.", "Two", "Second."], timeout=WAIT_MS)
        assert texts(main) == []


def test_each_window_may_have_a_waiting_message_that_is_written_anew(
    qtbot: QtBot, open_window: OpenWindow, folder: Path
) -> None:
    gate = threading.Event()
    with MisbehavingServer(held(gate, "First."), held(gate, "First.")) as server:
        main = open_window(folder, server=server.url, model="m")
        main.show()
        windows = [opened(qtbot, main, LETTER), opened(qtbot, main, PHYSICS)]
        for window in windows:
            send(qtbot, window, "One")
            send(qtbot, window, "Two")
            button(window, "Edit this waiting message").click()
            box(window).setPlainText("Two, but later")
        qtbot.waitUntil(lambda: len(server.requests) == 2, timeout=WAIT_MS)
        gate.set()
        chats = [each._controllers.chat for each in windows]
        ids = [LETTER, PHYSICS]
        qtbot.waitUntil(lambda: not any(map(ChatController.is_running, chats, ids)), timeout=WAIT_MS)
        for window in windows:
            assert texts(window)[-2:] == ["One", "First."]
            assert window.writing.cards.texts() == ["Two"]
            assert box(window).toPlainText() == "Two, but later"


def test_files_of_all_windows_are_read_one_after_the_other(
    qtbot: QtBot, open_window: OpenWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, begun_with, received = threading.Event(), list[str](), receiving.received_file

    def wait(files: AttachmentFiles, path: Path, attachment_id: AttachmentId, name: str) -> Attachment:
        begun_with.append(name)
        gate.wait(WAIT_MS / 1000)
        return received(files, path, attachment_id, name)

    monkeypatch.setattr(receiving, "received_file", wait)
    monkeypatch.setattr(attachments, "AT_ONCE", 1)
    main = open_window(folder)
    window = opened(qtbot, main, LETTER)
    for name, each in (("first.txt", main), ("second.txt", window)):
        (folder / name).write_text(name)
        each._controllers.attachments.add_files([folder / name])
    later = list[None]()
    program_of(main).background.run(lambda: None, later.append)
    qtbot.waitUntil(lambda: bool(later) and bool(begun_with), timeout=WAIT_MS)
    assert begun_with == ["first.txt"]
    gate.set()
    windows = [main._controllers, window._controllers]
    read = [[ItemState.READY], [ItemState.READY]]
    qtbot.waitUntil(lambda: [[item.state for item in to.attachments.items] for to in windows] == read, timeout=WAIT_MS)


def test_a_chat_that_could_not_be_read_can_be_opened_later(
    qtbot: QtBot, open_window: OpenWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = open_window(folder)
    main.show()
    conversations = main._controllers.conversations
    qtbot.waitUntil(lambda: conversations.list.get(LETTER) is not None, timeout=WAIT_MS)

    def fail(*_: object) -> None:
        raise DatabaseUnavailable("The drive is away.", folder)

    with monkeypatch.context() as away:
        away.setattr(Messages, "branch_of", fail)
        main.chat_windows.open(LETTER)
        qtbot.waitUntil(lambda: not main.chat_windows.windows, timeout=WAIT_MS)
    conversations.open(LETTER)
    qtbot.waitUntil(lambda: texts(main) == ["Dear landlord", "A good beginning"], timeout=WAIT_MS)
    assert texts(opened(qtbot, main, LETTER)) == ["Dear landlord", "A good beginning"]


def test_no_window_waits_for_a_chat_that_is_deleted_while_it_is_read(
    qtbot: QtBot, open_window: OpenWindow, folder: Path
) -> None:
    main = open_window(folder)
    main.show()
    conversations = main._controllers.conversations
    qtbot.waitUntil(lambda: conversations.list.get(LETTER) is not None, timeout=WAIT_MS)
    main.chat_windows.open(LETTER)
    assert [each.conversation_id for each in main.chat_windows.windows] == [LETTER]
    conversations.delete(LETTER)
    assert main.chat_windows.windows == []
    window = opened(qtbot, main, PHYSICS)
    assert len(main.chat_windows._made) == 1
    assert texts(window) == ["How do I plot a wave?", "By hand"]


def test_a_file_follows_its_chat_into_a_window(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    notes = folder / "notes.txt"
    notes.write_text("The rent is 700.")
    with MisbehavingServer(good_stream("Noted.")) as server:
        main = open_window(folder, server=server.url, model="m")
        main.show()
        conversations = main._controllers.conversations
        qtbot.waitUntil(lambda: conversations.list.get(LETTER) is not None, timeout=WAIT_MS)
        conversations.open(LETTER)
        qtbot.waitUntil(lambda: conversations.current.id == LETTER, timeout=WAIT_MS)
        main._controllers.attachments.add_files([notes])
        window = opened(qtbot, main, LETTER)

        def is_ready() -> bool:
            items = window._controllers.attachments.items
            return [(each.name, each.state) for each in items] == [("notes.txt", ItemState.READY)]

        qtbot.waitUntil(is_ready, timeout=2 * WAIT_MS)
        qtbot.waitUntil(lambda: len(window.attachment_desk.strip.chips) == 1, timeout=WAIT_MS)
        assert not main.attachment_desk.strip.chips
        send(qtbot, window, "How much is it?")
        qtbot.waitUntil(lambda: texts(window)[-1] == "Noted.", timeout=WAIT_MS)
        assert "The rent is 700." in server.requests[0].json["messages"][-1]["content"]


def test_the_preset_of_a_chat_in_a_window_is_deleted(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    main = open_window(folder)
    main.show()
    presets = main._controllers.presets()
    preset = Preset(PresetId("short"), "Short", system_prompt="Be short.")
    presets.save(preset)
    window = opened(qtbot, main, LETTER)
    shown_there = window._controllers.conversations
    shown_there.set_guidance(preset_id=preset.id)
    presets.delete(preset.id)
    assert shown_there.current.preset_id is None
    assert shown_there.current.system_prompt == "Be short."
    settle(qtbot, main)
    presets.undo_delete()
    qtbot.waitUntil(lambda: shown_there.current.preset_id == preset.id, timeout=WAIT_MS)
    assert shown_there.current.system_prompt == ""


def test_an_answer_that_was_seen_in_its_window_is_not_new(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    gates = threading.Event(), threading.Event()
    with MisbehavingServer(held(gates[0], "Seen."), held(gates[1], "Not seen.")) as server:
        main = open_window(folder, server=server.url, model="m")
        main.show()
        window = opened(qtbot, main, LETTER)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
        for gate, is_unread in zip(gates, (False, True), strict=True):
            send(qtbot, window, "And?")
            qtbot.waitUntil(lambda: program_of(main).chat.is_running(LETTER), timeout=WAIT_MS)
            if is_unread:
                main.activateWindow()
                qtbot.waitUntil(main.isActiveWindow, timeout=WAIT_MS)
            gate.set()
            qtbot.waitUntil(lambda: not program_of(main).chat.is_running(LETTER), timeout=WAIT_MS)
            assert window._controllers.conversations.current.is_unread is is_unread
        window.activateWindow()
        qtbot.waitUntil(lambda: not window._controllers.conversations.current.is_unread, timeout=WAIT_MS)


def test_a_window_that_is_used_again_is_tidy(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    main = open_window(folder)
    main.show()
    window = opened(qtbot, main, LETTER)
    window.conversation_view.finding.open()
    window._controllers.branches().delete(MessageId("l2"))
    qtbot.waitUntil(lambda: bool(window.notices.texts()), timeout=WAIT_MS)
    window._flows.open_dialog(lambda: QDialog())
    window.close()
    again = opened(qtbot, main, PHYSICS)
    assert again is window
    assert not again._flows.is_asking
    assert not again.conversation_view.finding.is_open
    assert again.notices.texts() == []
    assert texts(again) == ["How do I plot a wave?", "By hand"]


def test_forgetting_everything_leaves_nothing_of_the_windows(
    qtbot: QtBot, open_window: OpenWindow, folder: Path
) -> None:
    main = open_window(folder)
    main.show()
    window = opened(qtbot, main, LETTER)
    click(ask_to_forget(main), "forgetButton")
    qtbot.waitUntil(lambda: not main.isVisible(), timeout=WAIT_MS)
    assert not shiboken6.isValid(window) or not window.isVisible()  # it goes in a later turn
    main.state.sync()
    assert LETTER.encode() not in everything_in(folder)
