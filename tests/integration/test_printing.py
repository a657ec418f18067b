"""Printing in the real window: asked for, looked at, sent away."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.app import Program
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId, MessageId
from easychat_gui.domain.messages import Message, Role
from easychat_gui.storage.store import Store
from easychat_gui.ui.export.dialog import ExportDialog
from easychat_gui.ui.main_window import MainWindow
from easychat_gui.ui.printing.dialog import PrintDialog
from easychat_gui.ui.printing.pages_view import PagesView
from easychat_gui.workers.printing import press as press_module
from easychat_gui.workers.printing.paper import Paper
from easychat_gui.workers.printing.press import PrinterChoice, PrintOrder
from tests.integration.conftest import OpenWindow

W = TypeVar("W", bound=QWidget)
ANSWER = "\n\n".join("Some words. " * 30 for _ in range(30))


@pytest.fixture
def window(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """A window that shows a chat of a few pages, on a computer without a printer."""
    monkeypatch.setattr(press_module, "printers", list)
    store = Store.open(tmp_path / "data" / "easychat.db")
    chat = ConversationId("softmax")
    question = Message(MessageId("q"), chat, Role.USER, "How?", created_at=1_700_000_000.0)
    answer = Message(MessageId("a"), chat, Role.ASSISTANT, ANSWER, parent_id=question.id, reasoning="I think. " * 900)
    store.begin_exchange(Conversation(chat, "Softmax", 1.0, 1.0, leaf_id=answer.id), [question, answer])
    store.close()
    window = open_window()
    window.show()
    program = window.findChild(Program)
    assert program is not None
    qtbot.waitUntil(lambda: program.conversations.list.rowCount() > 0)
    program.conversations.open(chat)
    qtbot.waitUntil(lambda: program.conversations.messages.rowCount() == 2)
    return window


def dialog_of(qtbot: QtBot, window: MainWindow) -> PrintDialog:
    """Press the key, and return the dialog when it shows the pages."""
    QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    (dialog,) = [each for each in window.findChildren(PrintDialog) if not each.isHidden()]
    qtbot.waitUntil(lambda: count_of(dialog) > 0 and dialog._printers is not None, timeout=20_000)
    return dialog


def count_of(dialog: PrintDialog) -> int:
    return len(dialog.pages or [])


def part(dialog: PrintDialog, kind: type[W], name: str) -> W:
    found = dialog.findChild(kind, name)
    assert found is not None
    return found


def choose(dialog: PrintDialog, name: str, data: object) -> None:
    choose_in(dialog, name, data)


def choose_in(dialog: QWidget, name: str, data: object) -> None:
    combo = dialog.findChild(QComboBox, name)
    assert combo is not None
    combo.setCurrentIndex(combo.findData(data))


def test_the_preview_shows_the_pages(qtbot: QtBot, window: MainWindow) -> None:
    dialog = dialog_of(qtbot, window)
    preview = part(dialog, PagesView, "printPreview")

    qtbot.waitUntil(lambda: 0 in preview._images, timeout=20_000)
    assert preview.accessibleName() == f"Preview, page 1 of {count_of(dialog)}"
    QTest.keyClick(preview, Qt.Key.Key_End)
    last = count_of(dialog)
    assert preview.accessibleName() == f"Preview, page {last} of {last}"
    qtbot.waitUntil(lambda: last - 1 in preview._images, timeout=20_000)


def test_what_is_chosen_changes_the_pages(qtbot: QtBot, window: MainWindow) -> None:
    dialog = dialog_of(qtbot, window)
    before = count_of(dialog)

    choose(dialog, "printPaperCombo", "A5")
    qtbot.waitUntil(lambda: count_of(dialog) > before, timeout=20_000)
    choose(dialog, "printPaperCombo", "A4")
    qtbot.waitUntil(lambda: count_of(dialog) == before, timeout=20_000)
    part(dialog, QCheckBox, "print-reasoning").click()
    qtbot.waitUntil(lambda: 0 < count_of(dialog) < before, timeout=20_000)


def test_without_a_printer_it_says_so_and_offers_a_file(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.state.setValue("export/folder", str(tmp_path))
    dialog = dialog_of(qtbot, window)

    assert not part(dialog, QPushButton, "printButton").isEnabled()
    assert "no printer" in part(dialog, QLabel, "printStatus").text()
    part(dialog, QPushButton, "printPdfButton").click()
    qtbot.waitUntil(lambda: any(not each.isHidden() for each in window.findChildren(ExportDialog)))
    (export,) = window.findChildren(ExportDialog)
    assert export.format.value == "pdf"

    choose_in(export, "exportPaperCombo", "Letter")
    button = export.findChild(QPushButton, "exportButton")
    assert button is not None
    button.click()
    qtbot.waitUntil(lambda: not export.is_working, timeout=20_000)
    (path,) = tmp_path.glob("*.pdf")
    assert round(PdfReader(path).pages[0].mediabox.width) == 612


def test_pages_go_to_the_printer(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = press_module.make_printer

    def make_printer(order: PrintOrder, paper: Paper) -> QPrinter:
        assert order.printer == "lp0"
        printer = real(order, paper)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(tmp_path / "printed.pdf"))
        return printer

    monkeypatch.setattr(press_module, "printers", lambda: [PrinterChoice("lp0", "The printer", is_default=True)])
    monkeypatch.setattr(press_module, "make_printer", make_printer)
    dialog = dialog_of(qtbot, window)
    part(dialog, QLineEdit, "printPagesEdit").setText("2-")
    count = count_of(dialog)

    with qtbot.waitSignal(dialog.accepted, timeout=20_000):
        part(dialog, QPushButton, "printButton").click()

    pages = PdfReader(tmp_path / "printed.pdf").pages
    assert len(pages) == count
    assert f"2 / {count + 1}" in " ".join(pages[0].extract_text().split())


def test_pages_that_are_none_are_not_printed(qtbot: QtBot, window: MainWindow) -> None:
    dialog = dialog_of(qtbot, window)
    dialog._printers = [PrinterChoice("lp0", "The printer")]

    part(dialog, QLineEdit, "printPagesEdit").setText("some")
    qtbot.waitUntil(lambda: "such as" in part(dialog, QLabel, "printStatus").text())
    assert not part(dialog, QPushButton, "printButton").isEnabled()
    part(dialog, QLineEdit, "printPagesEdit").setText("1")
    qtbot.waitUntil(part(dialog, QPushButton, "printButton").isEnabled)


def test_escape_closes_it_while_pages_are_set(qtbot: QtBot, window: MainWindow) -> None:
    window.library.run("printChat")
    (dialog,) = [each for each in window.findChildren(PrintDialog) if not each.isHidden()]
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isHidden()
