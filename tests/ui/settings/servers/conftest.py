"""The page of the servers on real settings and a real controller, without the rest of the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.controllers.local_model import LocalModelController
from easychat_gui.controllers.notifier import Notifier
from easychat_gui.domain.endpoints import Endpoint, Pool
from easychat_gui.domain.ids import EndpointId
from easychat_gui.settings.secrets import SecretStore
from easychat_gui.settings.store import SettingsStore
from easychat_gui.ui.settings.servers.page import ServersPage
from easychat_gui.ui.settings.servers.row import FoldButton
from easychat_gui.ui.settings.servers.server_list import ServerList
from easychat_gui.workers.background import Background

W = TypeVar("W", bound=QWidget)


class Opened:
    """A page, and what a person does with it."""

    def __init__(self, page: ServersPage, endpoints: EndpointController, settings: SettingsStore) -> None:
        self.page = page
        self.endpoints = endpoints
        self.settings = settings

    @property
    def servers(self) -> tuple[Endpoint, ...]:
        return self.settings.current.endpoints

    @property
    def entries(self) -> ServerList:
        return self.part(ServerList, "serverList")

    def part(self, kind: type[W], name: str) -> W:
        found = self.page.findChild(kind, name)
        assert found is not None, name
        return found

    def click(self, name: str) -> None:
        self.part(QPushButton, name).click()

    def type_into(self, name: str, text: str) -> None:
        """Type into a field and leave it."""
        field = self.part(QLineEdit, name)
        field.setText(text)
        field.editingFinished.emit()

    def choose(self, name: str) -> None:
        (item,) = self.entries.findItems(name, Qt.MatchFlag.MatchExactly)
        self.entries.setCurrentItem(item)

    def rows(self) -> list[str]:
        return [self.entries.item(row).text() for row in range(self.entries.count())]

    def words(self, name: str) -> str:
        """Return what a row that folds says."""
        return self.part(FoldButton, name).words

    def problems(self) -> list[str]:
        labels = [each for each in self.page.findChildren(QLabel) if each.property("look") == "danger"]
        return [each.text() for each in labels if each.text() and not each.isHidden()]


OpenPage = Callable[..., Opened]


def server(name: str, url: str = "", **more: object) -> Endpoint:
    """Return a server that nobody answers for, unless an address is given."""
    address = url or f"http://127.0.0.1:1/{name.lower()}"
    return Endpoint(EndpointId(name.lower()), name, address, **more)  # type: ignore[arg-type]


@pytest.fixture
def open_page(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenPage]:
    """Open the page on these servers."""
    settings = SettingsStore(tmp_path / "settings.toml")
    background = Background()
    endpoints = EndpointController(
        settings=settings,
        secrets=SecretStore(find_backend=lambda: None),
        local_model=LocalModelController(None),
        background=background,
        notifier=Notifier(),
    )

    def open_it(*servers: Endpoint, pools: tuple[Pool, ...] = ()) -> Opened:
        settings.apply(settings.current.with_(endpoints=servers, pools=pools))
        page = ServersPage(endpoints)
        qtbot.addWidget(page)
        return Opened(page, endpoints, settings)

    yield open_it
    endpoints.close()
    background.close()
