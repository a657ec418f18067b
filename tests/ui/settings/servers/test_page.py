"""The page of the servers: what is begun, changed, put in order, copied and taken away is in the settings."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.domain.endpoints import Pool
from easychat_gui.domain.ids import EndpointId
from easychat_gui.ui.settings.servers.row import FoldButton
from easychat_gui.ui.settings.servers.server_list import ServerList
from tests.fakes.misbehaving_server import MisbehavingServer, json_answer
from tests.ui.settings.servers.conftest import OpenPage, server

MODELS = json_answer({"data": [{"id": "big"}, {"id": "small"}, {"id": "tiny"}]})


def test_what_is_typed_is_saved_when_its_field_is_left(open_page: OpenPage) -> None:
    opened = open_page(server("One"))
    opened.type_into("serverName", "Uno")
    assert opened.servers[0].name == "Uno"
    assert opened.rows() == ["On this computer", "Uno"]
    opened.part(QLineEdit, "serverAddress").setText("http://127.0.0.1:1/other")
    assert opened.page.finish(), "what is done with Done and Escape"
    assert opened.servers[0].base_url == "http://127.0.0.1:1/other"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "needs an address"),
        ("example.org", "must begin with http"),
        ("http://", "host's name"),
        ("http://a b/v1", "host's name"),
        ("http://host:99999/v1", "host's name"),
        ("https://me:secret@example.org/v1", "keys go into"),
    ],
)
def test_an_address_that_is_none_is_said_and_not_left(open_page: OpenPage, address: str, words: str) -> None:
    opened = open_page(server("One"), server("Two"))
    opened.type_into("serverAddress", address)
    assert any(words in each for each in opened.problems())
    opened.choose("Two")
    assert opened.entries.current() == "one"
    assert opened.part(QLineEdit, "serverAddress").text() == address, "what was typed must not be lost"
    assert not opened.page.finish()
    assert opened.servers[0].base_url == "http://127.0.0.1:1/one"


def test_what_was_begun_and_left_empty_is_not_kept(open_page: OpenPage) -> None:
    opened = open_page()
    opened.click("addOtherServer")
    assert opened.page.finish()
    assert not opened.servers


def test_a_half_typed_address_is_asked_by_nobody(qtbot: QtBot, open_page: OpenPage) -> None:
    with MisbehavingServer(MODELS) as half, MisbehavingServer(MODELS) as whole:
        opened = open_page()
        opened.click("addOtherServer")
        field = opened.part(QLineEdit, "serverAddress")
        QTest.keyClicks(field, half.url)
        opened.type_into("serverAddress", whole.url)
        qtbot.waitUntil(lambda: len(whole.requests) == 1, timeout=10_000)
        assert not half.requests


def test_a_name_or_a_star_does_not_ask_the_server_again(qtbot: QtBot, open_page: OpenPage) -> None:
    with MisbehavingServer(MODELS, MODELS) as one:
        opened = open_page(server("One", one.url))
        opened.endpoints.refresh_models(EndpointId("one"))
        qtbot.waitUntil(lambda: opened.words("serverModels") == "3 models", timeout=10_000)
        opened.type_into("serverName", "Uno")
        assert opened.endpoints.listed_models(EndpointId("one")) == ["big", "small", "tiny"]
        assert len(one.requests) == 1


def test_a_dead_server_is_told_in_the_list_and_in_the_form(qtbot: QtBot, open_page: OpenPage) -> None:
    opened = open_page(server("One"))
    opened.endpoints.refresh_models(EndpointId("one"))
    qtbot.waitUntil(lambda: "cannot be reached" in opened.words("serverModels"), timeout=10_000)
    assert "cannot be reached" in opened.entries.item(1).data(Qt.ItemDataRole.AccessibleTextRole)


def test_the_order_is_changed_with_alt_and_an_arrow(open_page: OpenPage) -> None:
    opened = open_page(server("One"), server("Two"), server("Three"))
    opened.choose("Three")
    QTest.keyClick(opened.entries, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert opened.rows() == ["On this computer", "One", "Three", "Two"]
    assert opened.entries.current() == "three"
    for _ in range(2):
        QTest.keyClick(opened.entries, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [each.name for each in opened.servers] == ["Three", "One", "Two"], "not above the bundled one"


def test_the_order_is_changed_by_dragging(open_page: OpenPage) -> None:
    opened = open_page(server("One"), server("Two"), pools=(Pool(EndpointId("p"), "Pool", ()),))
    servers: ServerList = opened.entries
    assert servers.model().moveRow(servers.rootIndex(), 2, servers.rootIndex(), 0)  # what a drop does
    assert [each.name for each in opened.servers] == ["Two", "One"]
    assert opened.rows() == ["On this computer", "Two", "One", "Pool"], "the bundled one stays first, pools stay last"


def test_a_copy_stands_behind_its_original_under_another_name(open_page: OpenPage) -> None:
    opened = open_page(server("One", favourites=("a",)), server("Two"))
    opened.click("duplicateServerButton")
    opened.click("duplicateServerButton")
    assert opened.rows()[1:] == ["One", "One 2", "One 3", "Two"]
    copies = opened.servers[:3]
    assert len({each.id for each in copies}) == 3
    assert all(each.favourites == ("a",) for each in copies)


def test_what_others_change_meanwhile_is_shown_and_not_undone(open_page: OpenPage) -> None:
    opened = open_page(server("One"))
    opened.endpoints.save(server("One", organization="org-7"), None)
    assert opened.part(QLineEdit, "serverOrganization").text() == "org-7"
    opened.type_into("serverName", "Uno")
    assert opened.servers[0].organization == "org-7"


def test_a_copy_has_the_keys_of_its_original(qtbot: QtBot, open_page: OpenPage) -> None:
    with MisbehavingServer(MODELS, MODELS) as one:
        opened = open_page(server("One", one.url))
        opened.endpoints.set_key(opened.servers[0], "sk-marker-42")
        qtbot.waitUntil(lambda: len(one.requests) == 1, timeout=10_000)
        opened.click("duplicateServerButton")
        qtbot.waitUntil(lambda: len(one.requests) == 2, timeout=10_000)
        assert one.requests[1].headers["authorization"] == "Bearer sk-marker-42"


def test_all_that_can_have_the_keyboard_says_what_it_is(open_page: OpenPage) -> None:
    opened = open_page(server("One", headers={"X-Team": "blue"}), pools=(Pool(EndpointId("p"), "Pool", ()),))
    nameless = []
    for button in opened.page.findChildren(FoldButton):
        button.setChecked(True)
    for widget in opened.page.findChildren(QWidget):
        is_own = not widget.objectName().startswith("qt_")
        if is_own and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(opened.page):
            interface = QAccessible.queryAccessibleInterface(widget)
            if not interface.text(QAccessible.Text.Name) or not widget.toolTip():
                nameless.append((type(widget).__name__, widget.objectName()))
    assert not nameless


def test_enter_in_a_field_presses_no_button(open_page: OpenPage) -> None:
    opened = open_page(server("One"))
    buttons = opened.page.findChildren(QPushButton)
    assert not [each.objectName() or each.text() for each in buttons if each.autoDefault() or each.isDefault()]


def test_the_trial_is_in_sight_also_when_there_is_more_to_scroll_a_little_later(
    qtbot: QtBot, open_page: OpenPage
) -> None:
    opened = open_page(server("A"))
    opened.page.resize(800, 400)
    opened.page.show()
    card = opened.part(QFrame, "serverTest")
    (bar,) = (each.verticalScrollBar() for each in opened.page.findChildren(QScrollArea) if each.isAncestorOf(card))
    card.show()
    card.grown.emit()  # type: ignore[attr-defined]
    for _ in range(5):
        QApplication.processEvents()
    card.blockSignals(True)  # no more growth is told
    card.setFixedHeight(250)
    qtbot.waitUntil(lambda: bar.maximum() > 250 and bar.value() == bar.maximum())


def test_a_trial_with_another_key_is_not_left_standing(open_page: OpenPage) -> None:
    opened = open_page(server("A"))
    card = opened.part(QFrame, "serverTest")
    card.show()
    opened.type_into("serverKey", "sk-another")
    assert card.isHidden()
