"""The connections to the servers of the settings."""

from __future__ import annotations

import threading

from easychat_gui.domain.endpoints import Endpoint, ModelInfo
from easychat_gui.domain.errors import KeysLocked, KeyUnavailable, PassphraseNeeded, SettingsError
from easychat_gui.domain.ids import EndpointId
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.http_provider import HttpProvider
from easychat_gui.providers.kinds import provider_for
from easychat_gui.providers.lessons import LessonBook
from easychat_gui.settings.secrets import SecretStore


class Connections:
    """One provider an endpoint, and with it one pool of kept connections. Used by worker threads only."""

    def __init__(self, secrets: SecretStore) -> None:
        self._secrets = secrets
        self.lessons = LessonBook()
        self._lock = threading.Lock()
        self._session_keys: dict[EndpointId, str] = {}
        self._sources: dict[EndpointId, HttpProvider] = {}
        self._end = Cancellation()

    def keep_key(self, endpoint_id: EndpointId, api_key: str) -> None:
        self._session_keys[endpoint_id] = api_key

    def source(self, endpoint: Endpoint) -> HttpProvider:
        with self._lock:
            source = self._sources.get(endpoint.id)
        if source is not None and source.endpoint == endpoint:
            return source
        try:
            kept = self._session_keys.get(endpoint.id)
            key = kept or next(iter(self._secrets.get_all(endpoint.id)), "")
        except KeysLocked as error:
            sentence = f"The key of {endpoint.name} is in the encrypted file, which was not opened yet."
            raise PassphraseNeeded(sentence, server=endpoint.base_url) from error
        except SettingsError as error:
            raise KeyUnavailable(
                f"The key of {endpoint.name} cannot be read: {error}", server=endpoint.base_url
            ) from error
        made = provider_for(endpoint, key, lessons=self.lessons.of(endpoint.id))
        with self._lock:
            self._sources[endpoint.id] = made
        return made

    def list_models(self, endpoint: Endpoint) -> list[ModelInfo]:
        return self.source(endpoint).list_models(self._end)

    def forget(self, endpoint_id: EndpointId) -> None:
        """Drop the connection: its address or key has changed. An answer that runs keeps it to its end."""
        with self._lock:
            self._sources.pop(endpoint_id, None)

    def close(self) -> None:
        """Drop all connections; a server that is being asked for its models is waited for no longer."""
        self._end.cancel()
        with self._lock:
            sources, self._sources = list(self._sources.values()), {}
        for source in sources:
            source.close()
