"""The page of figures in the window: what it says, how one comes there and back, and what it is saved as."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSizeF, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDoubleSpinBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.controllers.server_list import COMMAND_LINE_ENDPOINT_ID
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, Endpoint
from easychat_gui.domain.ids import ConversationId, EndpointId
from easychat_gui.domain.messages import Message, Role, Usage, new_message
from easychat_gui.storage.store import Store
from easychat_gui.support import clock
from easychat_gui.ui import theme
from easychat_gui.ui.main_window import MainWindow
from easychat_gui.ui.shortcuts import Keys
from easychat_gui.ui.statistics.charts import LABEL_ROOM
from easychat_gui.ui.statistics.page import StatisticsPage
from easychat_gui.ui.statistics.part import StatisticsPart
from tests.integration.conftest import OpenWindow, part
from tests.integration.test_accessibility import lacking
from tests.integration.test_while_something_runs import program_of, settle

CHAT, SERVER = ConversationId("c"), EndpointId("e1")


def answer(days_ago: int, model: str, tokens: tuple[int, int] | None, endpoint: EndpointId = SERVER) -> Message:
    day = clock.today() - timedelta(days=days_ago)
    made = new_message(
        CHAT, Role.ASSISTANT, "text", model_id=model, endpoint_id=endpoint, endpoint_name="Work",
        usage=Usage(*tokens) if tokens else None, first_token_s=0.4, duration_s=2.4,
    )  # fmt: skip
    return made.with_(created_at=clock.start_of(day) + 60)


ANSWERS = (
    answer(29, "big", (1_000_000, 76)),
    answer(10, "big", (500_000, 80)),
    answer(10, "small", (250_000, 20), LOCAL_ENDPOINT_ID),
    answer(0, "big", None),
    answer(40, "big", (7, 7)),
)


def open_page(qtbot: QtBot, open_window: OpenWindow, *answers: Message, data: Path | None = None) -> MainWindow:
    window = open_window(data)
    window.resize(1280, 820)
    window.show()

    def fill(store: Store) -> None:
        store.conversations.save(Conversation(CHAT, "Chat", time.time(), time.time()))
        store.messages.add(*answers)

    program = program_of(window)
    program.endpoints.save(Endpoint(SERVER, "Work", "http://127.0.0.1:9/v1"), None)
    program.store.submit(fill)
    settle(qtbot, window)
    window.library.run("statistics")
    qtbot.waitUntil(lambda: page_of(window).figures() is not None, timeout=10_000)
    return window


def page_of(window: MainWindow) -> StatisticsPage:
    page = part(window, "statisticsPage")
    assert isinstance(page, StatisticsPage)
    return page


def statistics_of(window: MainWindow) -> StatisticsPart:
    return next(each for each in window.library.parts if isinstance(each, StatisticsPart))


def test_the_cards_say_what_was_taken(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = page_of(open_page(qtbot, open_window, *ANSWERS))
    assert page.answers.texts() == ("4", "0.1 a day")
    assert page.tokens.texts() == ("1.8 M", "in 1.8 M · out 176")
    assert page.speed.texts() == ("38 tok/s", "first token 0.4 s")
    assert page.spent.texts() == ("–", "no prices set")
    assert "The tokens of one answer are not among them" in page.tokens.toolTip()


def test_a_bar_is_as_high_as_its_figure(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = page_of(open_page(qtbot, open_window, *ANSWERS))
    chart = page.days
    assert len(chart.marks()) == 30
    image = chart.grab().toImage()
    scale = image.devicePixelRatio()
    colour = QColor(theme.current().accent)
    ground = image.pixelColor(2, 2)
    bottom = chart.height() - LABEL_ROOM
    for at, share in ((0, 1.0), (19, 750_100 / 1_000_076)):
        mark = chart.marks()[at]
        assert abs(mark.shape.height() - (bottom - 8) * share) < 0.01
        x = int(mark.shape.center().x() * scale)
        top = int(mark.shape.top() * scale)
        inside, above = image.pixelColor(x, top + 3), image.pixelColor(x, top - 3)
        assert abs(inside.green() - colour.green()) < 40
        assert above == ground
    empty = chart.marks()[5].reach.center()
    assert image.pixelColor(int(empty.x() * scale), int((bottom - 3) * scale)) == ground


@pytest.mark.qt_log_ignore("This plugin does not support raise")  # as the tooltips do
def test_the_keyboard_goes_through_the_bars(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_page(qtbot, open_window, *ANSWERS)
    chart = page_of(window).days
    picked: list[int] = []
    chart.picked.connect(picked.append)
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_Home):
        QTest.keyClick(chart, key)
    assert picked[-4:] == [1, 29, 28, 0]
    assert chart.marks()[0].words.replace(",", "").endswith(": 1000076 tokens")
    interface = QAccessible.queryAccessibleInterface(chart)
    assert interface is not None
    assert interface.childCount() == 30
    first = interface.child(0)
    assert first is not None
    assert first.text(QAccessible.Text.Name) == chart.marks()[0].words


def test_escape_and_another_chat_lead_back(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_page(qtbot, open_window, *ANSWERS)
    assert not part(window, "composer").isVisible()
    next(each for each in window.actions() if each.shortcut() == Keys.STOP).trigger()
    assert not page_of(window).isVisible()
    assert part(window, "composer").isVisible()
    window.library.run("statistics")
    assert page_of(window).isVisible()
    program_of(window).conversations.open(CHAT)
    qtbot.waitUntil(lambda: not page_of(window).isVisible(), timeout=10_000)


def test_prices_are_kept_with_the_server_and_tell_what_was_spent(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_page(qtbot, open_window, *ANSWERS)
    page = page_of(window)
    page.spent.setFocus()
    QTest.keyClick(page.spent, Qt.Key.Key_Return)
    fields = part(window, "priceDialog").findChildren(QDoubleSpinBox)
    assert [each.accessibleName() for each in fields] == ["Price of big · Work, in", "Price of big · Work, out"]
    fields[0].setValue(1.5)
    part(window, "priceDialog").findChild(QPushButton, "savePrices").click()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: page.spent.texts() == ("$ 2.25", "local models: nothing"), timeout=10_000)
    assert page.costs_card.isVisibleTo(page)
    qtbot.waitUntil(lambda: "prices" in (tmp_path / "data" / "settings.toml").read_text("utf-8"), timeout=10_000)
    target = tmp_path / "cost.csv"
    statistics_of(window).write(page.cost_ranks_card, "csv", target)
    qtbot.waitUntil(target.exists, timeout=10_000)
    assert target.read_bytes() == b"\xef\xbb\xbfModel,Cost ($)\r\nbig,2.25\r\n"


def test_the_price_of_the_server_of_the_command_line_is_not_saved(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_page(qtbot, open_window, answer(0, "big", (1_000_000, 1), COMMAND_LINE_ENDPOINT_ID))
    endpoints = program_of(window).endpoints
    endpoints.add_for_session(Endpoint(COMMAND_LINE_ENDPOINT_ID, "Here", "http://127.0.0.1:9/v1"), "")
    statistics_of(window)._ask_for_prices()
    into = part(window, "priceDialog").findChildren(QDoubleSpinBox)[0]
    assert into.lineEdit().width() > into.width() / 2  # the number has the field to itself
    into.setValue(3)
    part(window, "priceDialog").findChild(QPushButton, "savePrices").click()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: page_of(window).spent.texts()[0] == "$ 3.00", timeout=10_000)
    assert window.windowTitle() == "Statistics"
    endpoints.save(Endpoint(SERVER, "Other", "http://127.0.0.1:9/v1"), None)
    settings = tmp_path / "data" / "settings.toml"
    qtbot.waitUntil(lambda: '"Other"' in settings.read_text("utf-8"), timeout=10_000)
    assert COMMAND_LINE_ENDPOINT_ID not in settings.read_text("utf-8")


def test_charts_are_saved_byte_for_byte_and_as_pictures_on_light_ground(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_page(qtbot, open_window, *ANSWERS)
    page = page_of(window)
    table, picture = tmp_path / "models.csv", tmp_path / "days.png"
    statistics_of(window).write(page.models_card, "csv", table)
    wide = page.days.width()
    statistics_of(window).write(page.days_card, "png", picture)
    qtbot.waitUntil(lambda: table.exists() and picture.exists(), timeout=10_000)
    assert table.read_bytes() == b"\xef\xbb\xbfModel,Tokens\r\nbig,1500156\r\nsmall,250020\r\n"
    image = QImage(str(picture))
    assert image.width() == 2 * (wide + 32)
    assert image.pixelColor(3, 3) == theme.light().raised
    gone = tmp_path / "nowhere" / "x.csv"
    statistics_of(window).write(page.models_card, "csv", gone)
    qtbot.waitUntil(lambda: bool(window.notices.texts()), timeout=10_000)
    assert "x.csv" in window.notices.texts()[0]


def says(page: StatisticsPage, count: str) -> bool:
    return page.answers.texts()[0] == count


def test_other_times_and_an_empty_page(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_page(qtbot, open_window)
    page = page_of(window)
    sentence = part(window, "statisticsSentence")
    assert sentence.isVisible()
    assert "No answers in this time" in sentence.text()  # type: ignore[attr-defined]
    program_of(window).store.submit(lambda store: store.messages.add(*ANSWERS))
    settle(qtbot, window)
    picker = statistics_of(window).picker
    for words, count in (("Last 7 days", "1"), ("Last 90 days", "5"), ("All time", "5"), ("Last year", "5")):
        next(each for each in picker.menu().actions() if each.text() == words).trigger()
        assert picker.text().startswith(words)
        qtbot.waitUntil(partial(says, page, count), timeout=10_000)


def test_it_fits_every_width_and_everything_says_what_it_is(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_page(qtbot, open_window, *ANSWERS)
    page = page_of(window)

    def has_columns(expected: int) -> bool:
        return expected == len(
            {card.mapTo(page, QPoint()).x() for card in (page.answers, page.tokens, page.speed, page.spent)}
        )

    for width, expected in ((1280, 4), (640, 2), (420, 1)):
        window.resize(width, 820)
        qtbot.waitUntil(partial(has_columns, expected), timeout=10_000)
        widget = page.widget()
        assert widget is not None
        assert widget.minimumSizeHint().width() <= page.viewport().width()
    assert not lacking([each for each in page.findChildren(QWidget) if each.focusPolicy() != Qt.FocusPolicy.NoFocus])
    for chart in page.findChildren(QWidget):
        if hasattr(chart, "placed"):
            assert all(mark.shape.right() <= 300 for mark in chart.placed(QSizeF(300, 200)))
