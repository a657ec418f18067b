"""The trial of a server, told step by step while it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from easychat_gui.domain.checkups import Checkup
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.errors import EasyChatError, KeysLocked, PassphraseNeeded, ProviderError
from easychat_gui.domain.ids import EndpointId
from easychat_gui.workers.background import Background

if TYPE_CHECKING:
    from easychat_gui.controllers.connections import Connections
    from easychat_gui.controllers.endpoints import EndpointController
    from easychat_gui.providers.cancellation import Cancellation

_LOOK_MS = 50


class _Board:
    """Where the worker's thread writes how far it has come, and this one reads it."""

    def __init__(self) -> None:
        self.checkup = Checkup()


class CheckupController(QObject):
    """One trial at a time. ``changed`` whenever `checkup` has come further, and at its end."""

    changed = Signal()
    files_looked_at = Signal(object, str)
    """For which `Network`, and a sentence about the first file that cannot be used; an empty one if all can."""

    def __init__(
        self, endpoints: EndpointController, connections: Callable[[], Connections], background: Background
    ) -> None:
        super().__init__(endpoints)
        self._endpoints = endpoints
        self._find_connections = connections
        self._background = background
        self._board = _Board()
        self._cancellation: Cancellation | None = None
        self.endpoint_id: EndpointId | None = None
        """The server of the trial."""
        self.error: EasyChatError | None = None
        """Why it could not even begin: the keyring is locked, for example."""
        self.checkup = Checkup()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def is_running(self) -> bool:
        return self._cancellation is not None

    def begin(self, endpoint: Endpoint) -> None:
        """Try a server; a trial that runs ends."""
        self.stop()
        from easychat_gui.providers.cancellation import Cancellation

        cancellation, board = Cancellation(), _Board()
        self._cancellation, self._board = cancellation, board
        self.endpoint_id, self.error, self.checkup = endpoint.id, None, board.checkup
        # Behind what is still to be written: the key may have been typed the moment before.
        self._background.write(lambda: None, lambda _: self._run(endpoint, cancellation, board))
        self._timer.start()
        self.changed.emit()

    def _run(self, endpoint: Endpoint, cancellation: Cancellation, board: _Board) -> None:
        connections, models = self._find_connections(), self._endpoints.models(endpoint.id)
        self._background.run(
            lambda: _check_up(connections, endpoint, models, cancellation, board),
            lambda checkup: self._on_ended(cancellation, endpoint, checkup),
            lambda error: self._on_failed(cancellation, error),
        )

    def stop(self) -> None:
        """End the trial that runs, if one does. What it found out so far stays."""
        cancellation, self._cancellation = self._cancellation, None
        if cancellation is not None:
            cancellation.cancel()
            self._timer.stop()
            self.checkup = Checkup(self._board.checkup.results)
            self.changed.emit()

    def look_at_files(self, endpoint: Endpoint) -> None:
        """Find out, in the background, whether the certificate files of a server can be used; see `files_looked_at`."""
        connections, network = self._find_connections(), endpoint.network
        self._background.run(
            lambda: _check_files(connections, endpoint),
            lambda _: self.files_looked_at.emit(network, ""),
            lambda error: self.files_looked_at.emit(network, "" if _is_locked(error) else str(error)),
        )

    def _look(self) -> None:
        if self.checkup != self._board.checkup:
            self.checkup = self._board.checkup
            self.changed.emit()

    def _on_ended(self, cancellation: Cancellation, endpoint: Endpoint, checkup: Checkup) -> None:
        if cancellation is not self._cancellation:
            return
        self._end(checkup)
        failure = checkup.failure
        self._endpoints.note_outcome(endpoint.id, failure.error if failure is not None else None)
        if failure is None:
            self._endpoints.refresh_models(endpoint.id)

    def _on_failed(self, cancellation: Cancellation, error: EasyChatError) -> None:
        if cancellation is self._cancellation:
            self.error = error
            self._end(self._board.checkup)
            if isinstance(error, ProviderError) and self.endpoint_id is not None:
                self._endpoints.note_outcome(self.endpoint_id, error)

    def _end(self, checkup: Checkup) -> None:
        self._cancellation = None
        self._timer.stop()
        self.checkup = checkup
        self.changed.emit()


def _is_locked(error: EasyChatError) -> bool:
    """Can nothing be said of the files yet, since a secret stands in a file that was not opened?"""
    return isinstance(error, KeysLocked | PassphraseNeeded)


def _check_up(
    connections: Connections, endpoint: Endpoint, models: Sequence[str], cancellation: Cancellation, board: _Board
) -> Checkup:
    """On a worker's thread, over connections of its own: those that are kept would skip the steps."""
    from easychat_gui.providers.checkup import check_up

    def tell(checkup: Checkup) -> None:
        board.checkup = checkup

    provider = connections.fresh(endpoint)
    try:
        return check_up(provider, cancellation, tell, models)
    finally:
        provider.close()


def _check_files(connections: Connections, endpoint: Endpoint) -> None:
    from easychat_gui.providers.dialling import Dial
    from easychat_gui.providers.tls import TlsRules, check_files
    from easychat_gui.providers.ways import Way

    secrets = connections.network_secrets(endpoint)
    way = Way(endpoint.base_url, endpoint.name, network=endpoint.network, secrets=secrets)
    check_files(TlsRules.of_server(endpoint.network, secrets), Dial(way, None))
