"""Pages made, looked at and printed on a thread of their own; the printer is a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from easychat_gui.domain.exports import Scope, Wanted
from easychat_gui.domain.ids import ConversationId
from easychat_gui.storage.attachment_files import ATTACHMENTS_FOLDER
from easychat_gui.storage.store import Store
from easychat_gui.transfer.formats import Job
from easychat_gui.workers.printing import press as press_module
from easychat_gui.workers.printing.paper import Paper, PaperSize
from easychat_gui.workers.printing.press import Press, PrintOrder
from tests.workers.printing.conftest import chat, job

LONG = "\n\n".join("Some words. " * 30 for _ in range(60))


@pytest.fixture
def press(qtbot: QtBot, tmp_path: Path) -> Iterator[Press]:
    store = Store.open(tmp_path / "data" / "easychat.db")
    for title, text in (("short", "!"), ("long", LONG)):
        record = chat(title, "?", text)
        store.begin_exchange(record.conversation, record.messages)
    store.close()
    press = Press(store.path, store.path.parent / ATTACHMENTS_FOLDER)
    yield press
    press.close()


def of_chat(title: str) -> Job:
    plain = job()
    return Job(Wanted(Scope.BRANCH, (ConversationId(title),)), plain.format, plain.words, now=plain.now)


def count_pages(qtbot: QtBot, press: Press, title: str, paper: Paper | None = None) -> int:
    with qtbot.waitSignal(press.counted, timeout=20_000) as counted:
        edition = press.set_pages(of_chat(title), paper or Paper())
    assert counted.args[0] == edition
    return int(counted.args[1])


def test_pages_are_counted_and_pictured(qtbot: QtBot, press: Press) -> None:
    count = count_pages(qtbot, press, "long")
    assert count > 3

    with qtbot.waitSignal(press.pictured, timeout=20_000) as pictured:
        press.show_pages([count - 1], 300)
    _, number, image = pictured.args
    assert number == count - 1
    assert isinstance(image, QImage)
    assert (image.width(), image.height()) == (300, round(300 * 297 / 210))
    dark = sum(image.pixelColor(x, y).lightness() < 128 for x in range(0, 300, 2) for y in range(0, 424, 2))
    assert dark > 20  # there are letters on it


def test_less_fits_on_smaller_paper(qtbot: QtBot, press: Press) -> None:
    large = count_pages(qtbot, press, "long")
    assert count_pages(qtbot, press, "long", Paper(PaperSize.A5)) > large
    assert count_pages(qtbot, press, "long", Paper(margins=0.6)) < large
    assert count_pages(qtbot, press, "short", Paper(is_landscape=True)) == 1


def test_of_several_editions_the_newest_counts(qtbot: QtBot, press: Press) -> None:
    counted: list[tuple[int, int]] = []
    press.counted.connect(lambda edition, count: counted.append((edition, count)))
    for _ in range(5):
        press.set_pages(of_chat("long"), Paper())
    newest = press.set_pages(of_chat("short"), Paper())

    qtbot.waitUntil(lambda: bool(counted) and counted[-1][0] == newest, timeout=20_000)
    assert counted[-1] == (newest, 1)


def test_a_chat_that_is_gone_has_no_pages(qtbot: QtBot, press: Press) -> None:
    assert count_pages(qtbot, press, "gone") == 0


@pytest.fixture
def printed_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have what is printed go to a file."""
    path = tmp_path / "printed.pdf"
    real = press_module.make_printer

    def make_printer(order: PrintOrder, paper: Paper) -> QPrinter:
        printer = real(order, paper)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(path))
        return printer

    monkeypatch.setattr(press_module, "make_printer", make_printer)
    return path


def test_the_pages_that_were_asked_for_are_printed(qtbot: QtBot, press: Press, printed_to: Path) -> None:
    count = count_pages(qtbot, press, "long", Paper(PaperSize.LETTER, is_landscape=True))

    with qtbot.waitSignal(press.printed, timeout=20_000):
        press.print_pages(PrintOrder("", (0, count - 1), title="long"))

    pages = PdfReader(printed_to).pages
    assert len(pages) == 2
    assert f"{count} / {count}" in " ".join(pages[1].extract_text().split())
    assert (round(pages[0].mediabox.width), round(pages[0].mediabox.height)) == (792, 612)


def test_printing_can_be_stopped(qtbot: QtBot, press: Press, printed_to: Path) -> None:
    count_pages(qtbot, press, "long")
    press.progressed.connect(lambda _share: press.stop_printing())

    with qtbot.waitSignal(press.stopped, timeout=20_000):
        press.print_pages(PrintOrder("", tuple(range(3)) * 200))


def test_a_printer_that_refuses_is_told(qtbot: QtBot, press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    count_pages(qtbot, press, "short")

    def make_printer(order: PrintOrder, paper: Paper) -> QPrinter:
        raise RuntimeError("out of paper")

    monkeypatch.setattr(press_module, "make_printer", make_printer)
    with qtbot.waitSignal(press.refused, timeout=20_000) as refused:
        press.print_pages(PrintOrder("x", (0,)))
    assert refused.args == ["out of paper"]


def test_printers_are_looked_for(qtbot: QtBot, press: Press) -> None:
    with qtbot.waitSignal(press.printers_found, timeout=20_000) as found:
        press.find_printers()
    assert isinstance(found.args[0], list)
