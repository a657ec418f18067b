"""A server that speaks another API, set up and asked in the real window."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from easychat_gui.domain.endpoints import EndpointKind
from tests.fakes.misbehaving_server import MisbehavingServer, Script, good_stream, json_answer, stream
from tests.fakes.other_apis import completed, lines, message, output_text, text_block
from tests.integration.conftest import OpenWindow
from tests.integration.test_conversation_with_a_server import last_text, send, wait_for_end
from tests.integration.test_settings_dialog import begin_server, models_words, open_dialog

MODELS = {"data": [{"id": "big"}]}


@pytest.mark.parametrize(
    ("kind", "models", "script", "path"),
    [
        (EndpointKind.RESPONSES, MODELS, stream(*output_text("Good", " day."), completed()), "/v1/responses"),
        (EndpointKind.ANTHROPIC, MODELS, message(text_block(0, "Good", " day.")), "/v1/messages"),
        (EndpointKind.OLLAMA, {"models": [{"name": "big"}]}, lines("Good", " day."), "/api/chat"),
        (EndpointKind.AZURE, MODELS, good_stream("Good", " day."), "/openai/deployments/big/chat/completions"),
    ],
)
def test_its_answer_is_shown(
    qtbot: QtBot, open_window: OpenWindow, kind: EndpointKind, models: object, script: Script, path: str
) -> None:
    with MisbehavingServer(json_answer(models), script) as server:
        window = open_window()
        dialog = open_dialog(window, "Servers")
        begin_server(dialog, serverName="Mine")
        kinds = dialog.findChild(QComboBox, "serverKind")
        assert kinds is not None
        kinds.setCurrentIndex(kinds.findData(kind))
        kinds.activated.emit(kinds.currentIndex())
        address = dialog.findChild(QLineEdit, "serverAddress")
        assert address is not None
        address.setText(server.url)
        address.editingFinished.emit()
        qtbot.waitUntil(lambda: "1 model" in models_words(dialog), timeout=10_000)
        dialog.reject()
        endpoint = window._controllers.settings.current.endpoints[0]
        assert endpoint.kind is kind
        window.header.picker.chosen.emit(endpoint.id, "big")
        send(qtbot, window, "Hi")
        qtbot.waitUntil(lambda: "Good day." in last_text(window), timeout=10_000)
        wait_for_end(qtbot, window)
        assert server.requests[-1].target.partition("?")[0] == path
