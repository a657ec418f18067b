"""Exports in the real window: asked for, written, told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.app import Program
from easychat_gui.controllers import export as export_controller
from easychat_gui.domain.conversations import Conversation, ConversationSummary
from easychat_gui.domain.folders import Folder
from easychat_gui.domain.ids import ConversationId, FolderId, MessageId
from easychat_gui.domain.messages import Message, Role
from easychat_gui.domain.transfer import ConversationRecord
from easychat_gui.storage.store import Store
from easychat_gui.transfer.formats import Format, Job, Told
from easychat_gui.ui.export.dialog import ExportDialog
from easychat_gui.ui.export.part import ExportPart
from easychat_gui.ui.main_window import MainWindow
from tests.integration.conftest import OpenWindow
from tests.integration.test_accessibility import lacking

NOON = 1_700_000_000.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture
def window(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, folder: Path) -> MainWindow:
    """A window with two chats, of which "Softmax" is shown: one question, two answers."""
    store = Store.open(tmp_path / "data" / "easychat.db")
    for number, name in enumerate(("Borscht", "Softmax")):
        chat = ConversationId(name.lower())
        question = Message(MessageId(f"{chat}-q"), chat, Role.USER, f"How to {name}?", created_at=NOON)
        answers = [
            Message(MessageId(f"{chat}-{text}"), chat, Role.ASSISTANT, text, parent_id=question.id, created_at=NOON)
            for text in ("First answer", "Second *answer*")
        ]
        conversation = Conversation(chat, name, NOON, NOON + number, leaf_id=answers[1].id)
        store.begin_exchange(conversation, [question, *answers])
    store.close()
    window = open_window()
    window.state.setValue("export/folder", str(folder))
    window.show()
    conversations = program_of(window).conversations
    qtbot.waitUntil(lambda: conversations.list.rowCount() > 0)
    conversations.open(ConversationId("softmax"))
    qtbot.waitUntil(lambda: conversations.messages.rowCount() == 2)
    return window


def program_of(window: MainWindow) -> Program:
    program = window.findChild(Program)
    assert program is not None
    return program


def dialog_of(window: MainWindow) -> ExportDialog:
    (dialog,) = [each for each in window.findChildren(ExportDialog) if not each.isHidden()]
    return dialog


def press(dialog: ExportDialog, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert button is not None
    button.click()


def choose(dialog: ExportDialog, name: str, words: str) -> None:
    combo = dialog.findChild(QComboBox, name)
    assert combo is not None
    row = combo.findText(words)
    assert row >= 0, [combo.itemText(number) for number in range(combo.count())]
    combo.setCurrentIndex(row)
    combo.activated.emit(row)


def status_of(dialog: ExportDialog) -> str:
    label = dialog.findChild(QLabel, "exportStatus")
    assert label is not None
    return label.text()


def export(qtbot: QtBot, dialog: ExportDialog) -> str:
    """Press the button, and return what is said in the end."""
    press(dialog, "exportButton")
    qtbot.waitUntil(lambda: not dialog.is_working)
    return status_of(dialog)


def test_ctrl_e_exports_the_chat_that_is_shown(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = dialog_of(window)

    told = export(qtbot, dialog)

    path = folder / "2023-11-14 Softmax.md"
    assert told == f"Saved as {path}"
    text = path.read_text()
    assert "How to Softmax?" in text
    assert "Second *answer*" in text
    assert "First answer" not in text
    press(dialog, "exportButton")
    assert dialog.isHidden()


def test_nothing_is_replaced_unasked(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    (folder / "2023-11-14 Softmax.md").write_text("mine")
    window.library.run("exportChat")

    export(qtbot, dialog_of(window))

    assert (folder / "2023-11-14 Softmax.md").read_text() == "mine"
    assert "How to" in (folder / "2023-11-14 Softmax-2.md").read_text()


def test_a_file_that_the_person_names_is_replaced(
    qtbot: QtBot, window: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "own.md").write_text("old")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(folder / "own.md"), ""))
    window.library.run("exportChat")
    dialog = dialog_of(window)
    press(dialog, "exportTargetButton")

    assert export(qtbot, dialog) == f"Saved as {folder / 'own.md'}"
    assert "How to" in (folder / "own.md").read_text()


def test_all_branches_and_no_details_if_so_chosen(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    window.library.run("exportChat")
    dialog = dialog_of(window)
    choose(dialog, "exportScopeCombo", "This chat with all its branches")
    box = dialog.findChild(QCheckBox, "export-details")
    assert box is not None
    box.setChecked(False)

    export(qtbot, dialog)

    text = (folder / "2023-11-14 Softmax.md").read_text()
    assert "First answer" in text
    assert "softmax-q" not in text


def test_all_chats_become_a_folder_of_files(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    window.library.run("exportAll")
    dialog = dialog_of(window)

    export(qtbot, dialog)

    (made,) = folder.iterdir()
    assert sorted(each.name for each in made.iterdir()) == ["2023-11-14 Borscht.md", "2023-11-14 Softmax.md"]


def part_of(window: MainWindow) -> ExportPart:
    (part,) = [each for each in window.library.parts if isinstance(each, ExportPart)]
    return part


def entries(menu: QMenu) -> dict[str, Callable[[], None]]:
    return {action.text(): action.trigger for action in menu.actions()}


def test_the_list_exports_what_is_chosen_there(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    chosen = [ConversationSummary(ConversationId(each.lower()), each, NOON) for each in ("Borscht", "Softmax")]
    menu = QMenu(window)
    part_of(window).fill_menu(menu, chosen)
    entries(menu)["Export…"]()
    dialog = dialog_of(window)
    choose(dialog, "exportLayoutCombo", "A zip file with a file for each chat")

    told = export(qtbot, dialog)

    assert told.endswith(".zip")
    assert [each.suffix for each in folder.iterdir()] == [".zip"]


def test_a_message_is_exported_as_its_text(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    menu = QMenu(window)
    window.conversation_view.fill_message_menu(menu, MessageId("softmax-Second *answer*"))
    entries(menu)["Export this message…"]()

    export(qtbot, dialog_of(window))

    assert (folder / "2023-11-14 Softmax.md").read_text() == "Second *answer*"


def test_what_is_marked_is_exported(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    view = window.conversation_view
    qtbot.waitUntil(lambda: view.is_ready)
    view.select_all()
    part_of(window).export_selection()

    export(qtbot, dialog_of(window))

    assert (folder / "2023-11-14 Softmax.md").read_text() == "How to Softmax?\n\nSecond *answer*"


def test_the_format_and_the_folder_are_remembered(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    window.library.run("exportAll")
    dialog = dialog_of(window)
    choose(dialog, "exportLayoutCombo", "A zip file with a file for each chat")
    export(qtbot, dialog)
    press(dialog, "exportButton")
    qtbot.wait(0)

    window.library.run("exportAll")

    assert str(dialog_of(window).target.parent) == str(folder)
    assert dialog_of(window).target.suffix == ".zip"


def test_a_folder_that_is_gone_is_said_and_another_may_be_chosen(
    qtbot: QtBot, window: MainWindow, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.library.run("exportChat")
    dialog = dialog_of(window)
    folder.rmdir()

    assert "is not there any more" in export(qtbot, dialog)

    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "own.md"), ""))
    press(dialog, "exportTargetButton")
    assert export(qtbot, dialog).startswith("Saved as")


def test_escape_ends_what_is_being_written_and_leaves_nothing(
    qtbot: QtBot, window: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def write(records: Iterable[ConversationRecord], path: Path, job: Job, told: Told, _beside: object) -> None:
        del job
        path.write_text("half")
        for record in records:
            begun.set()
            assert go_on.wait(60)
            for _ in record.messages:
                told.message()

    monkeypatch.setattr(export_controller, "writer_of", lambda _format: write)
    window.library.run("exportChat")
    dialog = dialog_of(window)
    press(dialog, "exportButton")
    qtbot.waitUntil(begun.is_set)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    go_on.set()
    qtbot.waitUntil(lambda: not dialog.is_working)

    assert status_of(dialog) == "Ended. Nothing was written."
    assert not dialog.isHidden()
    assert list(folder.iterdir()) == []


def test_a_fault_of_a_writer_does_not_leave_the_dialog_waiting(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(export_controller, "writer_of", lambda _format: write)
    window.library.run("exportChat")
    dialog = dialog_of(window)
    with qtbot.captureExceptions() as exceptions:
        told = export(qtbot, dialog)
        qtbot.waitUntil(lambda: bool(exceptions))

    assert told == "Nothing was written: a fault of ours."


def test_every_format_that_is_offered_can_be_written(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    from easychat_gui.controllers.export_writers import available

    for format_ in available():
        part_of(window).export_current(Format(format_))
        dialog = dialog_of(window)
        assert export(qtbot, dialog).startswith("Saved as"), format_
        press(dialog, "exportButton")
        qtbot.wait(0)
    assert len(list(folder.iterdir())) == len(available())


def test_a_temporary_chat_can_be_exported_though_it_is_in_no_file(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    conversations = program_of(window).conversations
    conversations.start_temporary()
    chat = conversations.current
    question = Message(MessageId("t"), chat.id, Role.USER, "Just between us", created_at=NOON)
    conversations.temporary.store_of(chat.id).submit(
        lambda store: store.begin_exchange(chat.with_(title="Secret", leaf_id=question.id), [question])
    )
    part_of(window).export_chosen([ConversationSummary(chat.id, "Secret", NOON, created_at=NOON)])

    assert export(qtbot, dialog_of(window)) == f"Saved as {folder / '2023-11-14 Secret.md'}"
    assert "Just between us" in (folder / "2023-11-14 Secret.md").read_text()


def test_a_folder_is_exported_with_what_is_in_it(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    program = program_of(window)
    program.store.submit(lambda store: store.execute("INSERT INTO folders (id, name) VALUES ('w', 'Work')"))
    program.store.submit(lambda store: store.execute("UPDATE conversations SET folder_id = 'w' WHERE id = 'borscht'"))
    part_of(window).export_folder(Folder(FolderId("w"), "Work"))

    export(qtbot, dialog_of(window))

    (made,) = folder.iterdir()
    assert made.name.endswith(" Work")
    assert [each.relative_to(made).as_posix() for each in made.rglob("*.md")] == ["Work/2023-11-14 Borscht.md"]


def test_the_palette_offers_each_format(window: MainWindow) -> None:
    window.library.run("exportChatAs-pdf")

    assert dialog_of(window).format is Format.PDF


def test_the_dialog_speaks_and_works_by_keyboard_alone(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = dialog_of(window)
    assert lacking(dialog.findChildren(QWidget)) == ""

    QTest.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: status_of(dialog).startswith("Saved as"))
    assert lacking(dialog.findChildren(QWidget)) == ""
    QTest.keyClick(dialog, Qt.Key.Key_Escape)

    assert dialog.isHidden()
    assert len(list(folder.iterdir())) == 1
