"""The models of a server: searched, starred, typed and put first."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QListWidget
from pytestqt.qtbot import QtBot

from easychat_gui.domain.ids import EndpointId
from easychat_gui.ui.settings.servers.row import FoldButton
from tests.fakes.misbehaving_server import MisbehavingServer, json_answer
from tests.ui.settings.servers.conftest import OpenPage, server


def test_favourites_and_typed_models_come_first_where_a_model_is_chosen(qtbot: QtBot, open_page: OpenPage) -> None:
    with MisbehavingServer(json_answer({"data": [{"id": "big"}, {"id": "small"}, {"id": "tiny"}]})) as one:
        opened = open_page(server("One", one.url))
        opened.endpoints.refresh_models(EndpointId("one"))
        models = opened.part(QListWidget, "modelList")
        qtbot.waitUntil(lambda: models.count() == 3, timeout=10_000)
        models.item(2).setCheckState(Qt.CheckState.Checked)
        QTest.keyClicks(opened.part(QLineEdit, "modelSearch"), "secret-model")
        QTest.keyClick(opened.part(QLineEdit, "modelSearch"), Qt.Key.Key_Return)
        assert opened.endpoints.models(EndpointId("one")) == ["tiny", "secret-model", "big", "small"]
        assert opened.words("serverModels") == "4 models · 1 favourite"


def test_models_are_searched_and_a_typed_one_is_removed_with_delete(open_page: OpenPage) -> None:
    opened = open_page(server("One", own_models=("alpha-1", "beta-2", "gamma-3"), favourites=("beta-2",)))
    models = opened.part(QListWidget, "modelList")
    search = opened.part(QLineEdit, "modelSearch")
    search.setText("A-3 gam")
    in_sight = [models.item(row).text() for row in range(models.count()) if not models.item(row).isHidden()]
    assert in_sight == ["gamma-3"]
    search.clear()
    assert models.item(0).text() == "beta-2"
    models.setCurrentRow(0)
    QTest.keyClick(models, Qt.Key.Key_Delete)
    assert opened.servers[0].own_models == ("alpha-1", "gamma-3")
    assert opened.servers[0].favourites == ()


def test_the_space_bar_and_a_click_on_the_star_make_a_favourite(open_page: OpenPage) -> None:
    opened = open_page(server("One", own_models=("alpha", "beta")))
    opened.page.resize(800, 700)
    opened.page.show()
    opened.part(FoldButton, "serverModels").click()
    QApplication.processEvents()
    models = opened.part(QListWidget, "modelList")
    models.setCurrentRow(1)
    QTest.keyClick(models, Qt.Key.Key_Space)
    assert opened.servers[0].favourites == ("beta",)
    assert [models.item(row).text() for row in range(2)] == ["alpha", "beta"], "nothing moves under the pointer"
    where = models.visualItemRect(models.item(0))
    QTest.mouseClick(models.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(where.left() + 10, where.center().y()))
    assert list(opened.servers[0].favourites) == ["beta", "alpha"]


def test_the_model_that_is_asked_first_is_chosen_and_kept(open_page: OpenPage) -> None:
    opened = open_page(server("One", own_models=("alpha", "beta")))
    combo = opened.part(QComboBox, "serverModel")
    combo.setCurrentIndex(combo.findData("beta"))
    combo.activated.emit(combo.currentIndex())
    assert opened.servers[0].default_model == "beta"


def test_a_server_that_lists_none_says_how_a_model_is_added(qtbot: QtBot, open_page: OpenPage) -> None:
    with MisbehavingServer(json_answer({"data": []})) as one:
        opened = open_page(server("One", one.url))
        opened.endpoints.refresh_models(EndpointId("one"))
        qtbot.waitUntil(lambda: opened.words("serverModels") == "it lists none", timeout=10_000)


def test_thousands_of_models_are_searched(open_page: OpenPage) -> None:
    names = tuple(f"model-{number}" for number in range(2000))
    opened = open_page(server("One", own_models=names))
    opened.part(QLineEdit, "modelSearch").setText("1999")
    models = opened.part(QListWidget, "modelList")
    assert [row for row in range(2000) if not models.item(row).isHidden()] == [1999]
