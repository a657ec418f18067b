"""The bundled model: started after the first paint, watched, and offered as one more endpoint."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from easychat_gui.domain.errors import LocalModelError, LocalModelUnavailable
from easychat_gui.local_model.catalog import bundled_model
from easychat_gui.local_model.state import LocalModelState

if TYPE_CHECKING:
    import asyncio

    from easychat_gui.controllers.local_source import SharedSource
    from easychat_gui.domain.streaming import StreamEvent
    from easychat_gui.local_model.server import LocalModelServer
    from easychat_gui.providers.base import EventSource
    from easychat_gui.providers.cancellation import Cancellation
    from easychat_gui.providers.openai_chat import OpenAIChat
    from easychat_gui.workers.completion import Connect

POLL_S = 0.05

log = logging.getLogger(__name__)


class LocalModelController(QObject):
    """``state_changed(LocalModelState)``; ``error`` says why it is FAILED.

    ``wanted`` when somebody asks it before `run` was called.
    """

    state_changed = Signal(object)
    wanted = Signal()
    _server_changed = Signal(object)

    def __init__(self, log_path: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = LocalModelState.STARTING
        self.has_begun = False
        self.error: LocalModelError | None = None
        self._log_path = log_path
        self._server: LocalModelServer | None = None
        self._settled: asyncio.Future[None] | None = None
        self._lock = threading.Lock()
        self._shared: SharedSource | None = None
        self._server_changed.connect(self._enter, Qt.ConnectionType.QueuedConnection)

    async def run(self) -> None:
        """Start the server and wait, without blocking, until it answers or has failed."""
        self.has_begun = True
        import asyncio  # this coroutine runs on it, so it is there

        from easychat_gui.local_model.server import LocalModelServer

        self._settled = asyncio.get_running_loop().create_future()
        try:
            self._server = LocalModelServer(
                bundled_model(), log_path=self._log_path, on_change=self._server_changed.emit
            )
        except LocalModelError as error:
            self.error = error
            self._enter(LocalModelState.FAILED)
            return
        self._server.start()
        await self._settled

    def connection(self, noted: Callable[[Iterator[StreamEvent]], Iterator[StreamEvent]] | None = None) -> Connect:
        """Return what makes the source that answers with the bundled model, as soon as it is ready.

        ``noted`` passes its answers on; it is not troubled with the start.
        """
        if not self.has_begun:
            self.wanted.emit()

        def connect() -> EventSource:
            from easychat_gui.controllers.local_source import LocalSource

            return LocalSource(self, noted)

        return connect

    def stop(self) -> None:
        """End the process, within two seconds."""
        if self._shared is not None:
            self._shared.close()
        if self._server is not None:
            self._server.stop()

    def await_server(self, cancellation: Cancellation) -> LocalModelServer | None:
        """Wait on a worker's thread until the server is ready; None when cancelled.

        :raises LocalModelUnavailable: it has failed. A server that failed is started anew first.
        """
        has_tried_again = False
        while not cancellation.wait(POLL_S if self.state is LocalModelState.STARTING else 0.0):
            server = self._server
            if server is not None and server.state is LocalModelState.READY:
                return server
            if server is not None and server.state in (LocalModelState.FAILED, LocalModelState.STOPPED):
                if has_tried_again:
                    raise LocalModelUnavailable(str(server.error or "The local model is not running."))
                has_tried_again = True
                server.start()
            elif server is None and self.error is not None:
                raise LocalModelUnavailable(str(self.error))
            elif cancellation.wait(POLL_S):
                break
        return None

    def source_if_ready(self) -> OpenAIChat | None:
        """Return the provider if the server answers by now. For a worker's thread."""
        server = self._server
        if server is None or server.state is not LocalModelState.READY:
            return None
        return self.shared_source(server)

    def shared_source(self, server: LocalModelServer) -> OpenAIChat:
        """Return the provider for the server's present address, the same for every answer. For a worker's thread."""
        from easychat_gui.controllers.local_source import SharedSource

        with self._lock:
            self._shared = self._shared or SharedSource()
        return self._shared.for_server(server)

    def _enter(self, state: LocalModelState) -> None:
        if self._server is not None:
            self.error = self._server.error
        self.state = state
        if state is LocalModelState.FAILED:
            log.warning("The bundled model does not run: %s", self.error)
        if state is not LocalModelState.STARTING and self._settled is not None and not self._settled.done():
            self._settled.set_result(None)
        self.state_changed.emit(state)
