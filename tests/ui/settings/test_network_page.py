"""The page that lists all requests: live, filtered, copied, cleared."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QListView, QPushButton
from pytestqt.qtbot import QtBot

from easychat_gui.support.traffic import CANCELLED, Ledger, Purpose
from easychat_gui.ui.settings.network_page import NetworkPage


@pytest.fixture
def ledger() -> Ledger:
    ledger = Ledger()
    for host, purpose, is_local, status, fault in (
        ("127.0.0.1:8080", Purpose.DISCOVERY, True, None, "ConnectionFailed"),
        ("api.example.org", Purpose.MODELS, False, 200, ""),
        ("api.example.org", Purpose.ANSWER, False, 401, "NotAuthorized"),
        ("other.example.org", Purpose.ANSWER, False, 200, CANCELLED),
    ):
        meter = ledger.begin(purpose, "POST", host, is_local=is_local)
        meter.status, meter.fault, meter.bytes_out, meter.bytes_in = status, fault, 1000, 2000
        meter.end()
    return ledger


@pytest.fixture
def page(qtbot: QtBot, ledger: Ledger) -> NetworkPage:
    page = NetworkPage(ledger)
    qtbot.addWidget(page)
    page.show()
    return page


def listed(page: NetworkPage) -> list[str]:
    view = page.findChild(QListView, "trafficList")
    assert view is not None
    model = view.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_the_newest_stands_first_with_host_result_and_bytes(page: NetworkPage) -> None:
    stopped, refused, models, looked = listed(page)
    assert "other.example.org · Stopped" in stopped
    assert "HTTP 401" in refused
    assert "List of models · 1.0 kB sent, 2.0 kB received" in models
    assert "Nobody there" in looked
    totals = page.findChild(QLabel, "trafficTotals")
    assert totals is not None
    assert totals.text() == "4 requests · 4.0 kB sent, 8.0 kB received"


def test_a_request_appears_by_itself_and_goes_on(qtbot: QtBot, page: NetworkPage, ledger: Ledger) -> None:
    meter = ledger.begin(Purpose.ANSWER, "POST", "new.example.org")
    qtbot.waitUntil(lambda: "new.example.org · Running" in listed(page)[0])
    meter.status = 200
    meter.end()
    qtbot.waitUntil(lambda: "HTTP 200" in listed(page)[0])


def test_the_filter_looks_at_host_purpose_and_result(page: NetworkPage) -> None:
    line = page.findChild(QLineEdit, "trafficFilter")
    assert line is not None
    for text, count in (("API.example", 2), ("api answer", 1), ("stopped", 1), ("nowhere", 0), ("", 4)):
        line.setText(text)
        assert len(listed(page)) == count, text


def test_this_computer_can_be_left_out(page: NetworkPage) -> None:
    box = page.findChild(QComboBox, "trafficWhere")
    assert box is not None
    for words, count in (("Other computers", 3), ("This computer", 1), ("All computers", 4)):
        box.setCurrentText(words)
        assert len(listed(page)) == count


def test_all_or_the_marked_are_copied_as_a_table(page: NetworkPage) -> None:
    copy = page.findChild(QPushButton, "trafficCopy")
    view = page.findChild(QListView, "trafficList")
    assert copy is not None
    assert view is not None
    copy.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 5
    assert lines[1].split("\t")[1:6] == ["other.example.org", "Answer", "1000", "2000", "Stopped"]
    view.setCurrentIndex(view.model().index(1, 0))
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert [line.split("\t")[1] for line in QGuiApplication.clipboard().text().splitlines()] == [
        "Host",
        "api.example.org",
    ]


def test_clearing_leaves_the_totals(page: NetworkPage) -> None:
    clear = page.findChild(QPushButton, "trafficClear")
    totals = page.findChild(QLabel, "trafficTotals")
    assert clear is not None
    assert totals is not None
    clear.click()
    assert listed(page) == []
    assert totals.text().endswith("4 no longer listed")
