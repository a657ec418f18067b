"""Who answers: keeps the model picker, and all else in the window that says it, true, and takes what is chosen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from easychat_gui.domain.endpoints import FoundServer
from easychat_gui.domain.ids import EndpointId
from easychat_gui.ui import status_words
from easychat_gui.ui.flows import Flows
from easychat_gui.ui.header import Header
from easychat_gui.ui.talk_pane import TalkPane

if TYPE_CHECKING:
    from easychat_gui.ui.main_window import Controllers


class ModelChoice(QObject):
    """Serves a window, whose child it is. ``add_server`` opens the place where one is added."""

    def __init__(
        self,
        window: QObject,
        controllers: Controllers,
        flows: Flows,
        *,
        header: Header,
        talk: TalkPane,
        show_state: Callable[[str, str], None] = lambda _role, _server: None,
        add_server: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._conversations = controllers.conversations
        self._endpoints = controllers.endpoints
        self._picker = header.picker
        self._show_state = show_state
        self._talk = talk
        self._picker.opened.connect(self._ask_for_models)
        self._picker.chosen.connect(self.choose)
        self._picker.add_requested.connect(add_server)
        self._picker.search_requested.connect(partial(flows.search_models, self.choose))
        talk.welcome.connect_requested.connect(add_server)
        talk.welcome.found_server_chosen.connect(self._use_found)
        self._endpoints.found.connect(talk.welcome.offer_found)
        self._endpoints.changed.connect(self.show_choice)
        self._endpoints.changed.connect(self._fill_open_menu)

    def show_choice(self) -> None:
        """Say who answers next in the conversation that is shown."""
        endpoint, model = self._endpoints.choice_for(self._conversations.current)
        name, server = self._endpoints.model_name(model), status_words.name_of(endpoint)
        role = status_words.state_role(endpoint, self._endpoints)
        self._picker.show_choice(role, f"{name or self.tr('No model')} · {server}")
        self._show_state(role, server)
        self._talk.composer.set_model_name(name)
        self._talk.welcome.show_state(status_words.welcome_words(endpoint, self._endpoints.local_model))

    def choose(self, endpoint_id: EndpointId, model_id: str) -> None:
        """Let a model answer from now on, here and in new conversations."""
        self._conversations.set_model(endpoint_id, model_id)
        self._endpoints.remember_choice(endpoint_id, model_id)

    def _ask_for_models(self) -> None:
        self._endpoints.refresh_unknown()
        self._fill_menu()

    def _fill_open_menu(self) -> None:
        if self._picker.menu().isVisible():
            self._fill_menu()

    def _fill_menu(self) -> None:
        endpoint, model = self._endpoints.choice_for(self._conversations.current)
        self._picker.fill(self._endpoints, endpoint, model)

    def _use_found(self, found: FoundServer) -> None:
        endpoint = self._endpoints.adopt(found)
        self.choose(endpoint.id, endpoint.default_model)
        self._talk.welcome.offer_found([])
