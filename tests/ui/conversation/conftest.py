"""A view with messages, as the window has it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from easychat_gui.domain.messages import Message
from easychat_gui.rendering import highlight, markdown
from tests.fakes.shown_conversation import Shown


@pytest.fixture(autouse=True, scope="session")
def _parsers_loaded() -> None:
    markdown.load()
    highlight.load()


@pytest.fixture
def show(qtbot: QtBot) -> Callable[..., Shown]:
    def make(messages: list[Message], size: tuple[int, int] = (800, 600)) -> Shown:
        return Shown(qtbot, messages, size)

    return make
