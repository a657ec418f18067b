"""How an answer reaches the bundled model. Used by the answers' threads, and imported by the first of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from easychat_gui.controllers.local_model import LocalModelController
from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, Endpoint
from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.messages import FinishReason
from easychat_gui.domain.streaming import Finished, StreamEvent
from easychat_gui.local_model.server import LocalModelServer
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.openai_chat import OpenAIChat


class SharedSource:
    """One provider, and so one set of kept connections, for the server's present address. For several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._address = ""
        self._source: OpenAIChat | None = None

    def for_server(self, server: LocalModelServer) -> OpenAIChat:
        address = server.base_url
        with self._lock:
            if self._source is None or address != self._address:
                self.close()
                self._address = address
                self._source = OpenAIChat(Endpoint(LOCAL_ENDPOINT_ID, server.model.name, address), server.api_key)
            return self._source

    def close(self) -> None:
        if self._source is not None:
            self._source.close()


class LocalSource:
    """Waits for the server inside the answer's own thread, so that a question asked too early is not lost."""

    def __init__(
        self,
        controller: LocalModelController,
        noted: Callable[[Iterator[StreamEvent]], Iterator[StreamEvent]] | None = None,
    ) -> None:
        self._controller = controller
        self._noted = noted or iter

    def stream_events(self, request: CompletionRequest, cancellation: Cancellation) -> Iterator[StreamEvent]:
        server = self._controller.await_server(cancellation)
        if server is None:
            yield Finished(FinishReason.CANCELLED)
            return
        yield from self._noted(self._controller.shared_source(server).stream_events(request, cancellation))
