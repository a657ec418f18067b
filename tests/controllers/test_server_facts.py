from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.controllers.local_model import LocalModelController
from easychat_gui.controllers.notifier import Notifier
from easychat_gui.domain.endpoints import Endpoint, ModelInfo
from easychat_gui.domain.errors import ConnectionFailed
from easychat_gui.domain.ids import EndpointId
from easychat_gui.settings.secrets import SecretStore
from easychat_gui.settings.store import SettingsStore
from easychat_gui.workers.background import Background

HOME = Endpoint(EndpointId("s1"), "Home", "http://127.0.0.1:1/v1")


class HeldBack(Background):
    """Does nothing of itself: the test says when an answer comes, and which."""

    def __init__(self) -> None:
        super().__init__()
        self.questions: list[tuple[Callable[[Any], object], Callable[[Any], object]]] = []

    def run(self, work: Any, then: Any = None, on_error: Any = None) -> None:
        self.questions.append((then, on_error))

    def write(self, work: Any, then: Any = None, on_error: Any = None) -> None:
        if then is not None:
            then(work())


def listed(*models: str) -> tuple[list[ModelInfo], float]:
    return [ModelInfo(each, context_length=8192) for each in models], 0.1


@pytest.fixture
def background(qapp: QCoreApplication) -> HeldBack:
    return HeldBack()


@pytest.fixture
def servers(background: HeldBack, tmp_path: Path) -> Iterator[EndpointController]:
    controller = EndpointController(
        settings=SettingsStore(tmp_path / "settings.toml"),
        secrets=SecretStore(find_backend=lambda: None),
        local_model=LocalModelController(None),
        background=background,
        notifier=Notifier(),
    )
    controller.save(HOME, None)
    yield controller
    controller.close()


def test_what_an_address_answered_late_is_not_taken_for_the_next_one(
    servers: EndpointController, background: HeldBack
) -> None:
    servers.save(replace(HOME, base_url="http://127.0.0.1:2/v1"), None)
    (answer_of_the_first, fail_the_first), (answer_of_the_second, _) = background.questions
    answer_of_the_second(listed("new"))
    answer_of_the_first(listed("old"))
    assert servers.models(HOME.id) == ["new"]
    fail_the_first(ConnectionFailed("gone", server="http://127.0.0.1:1/v1"))
    assert servers.error(HOME.id) is None


def test_nothing_that_was_known_of_an_address_holds_for_the_next_one(
    servers: EndpointController, background: HeldBack
) -> None:
    background.questions[0][0](listed("m"))
    servers.note_outcome(HOME.id, ConnectionFailed("gone", server=HOME.base_url), first_word_s=0.5)
    assert servers.window_of(HOME.id, "m") == 8192
    servers.save(replace(HOME, base_url="http://127.0.0.1:2/v1"), None)
    assert servers.models(HOME.id) == []
    assert servers.window_of(HOME.id, "m") is None
    assert servers.error(HOME.id) is None
    assert servers.latency_s(HOME.id) is None


def test_a_server_that_is_slow_to_list_its_models_is_asked_once(
    servers: EndpointController, background: HeldBack
) -> None:
    servers.refresh_unknown()
    servers.refresh_unknown()
    assert len(background.questions) == 1
    background.questions[0][1](ConnectionFailed("gone", server=HOME.base_url))
    servers.refresh_unknown()
    assert len(background.questions) == 2
