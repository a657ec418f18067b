"""The connections to the servers of the settings."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from easychat_gui.controllers.pool_members import Asked, LocalMember, Member, NotedSource
from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, Endpoint, ModelInfo, Pool, PoolPolicy, ProxyChoice
from easychat_gui.domain.errors import KeysLocked, KeyUnavailable, PassphraseNeeded, SettingsError
from easychat_gui.domain.ids import EndpointId
from easychat_gui.providers.addresses import resolve_address
from easychat_gui.providers.base import EventSource
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.health import HealthBook
from easychat_gui.providers.http_provider import HttpProvider
from easychat_gui.providers.key_ring import KeyRing
from easychat_gui.providers.kinds import provider_for
from easychat_gui.providers.lessons import LessonBook
from easychat_gui.providers.pool import ServerPool
from easychat_gui.providers.pool_order import Choose, PoolMember, chooser
from easychat_gui.providers.ways import NetworkSecrets
from easychat_gui.settings.secrets import CLIENT_KEY, PROXY, SecretStore, header_secret, secret_id

if TYPE_CHECKING:
    from easychat_gui.workers.completion import Connect


class Connections:
    """One provider for each key of an endpoint, and with it one pool of kept connections. Used by worker threads only.

    As a member of a pool an endpoint has others: there it gets less time to be reached. What is known of its ``health``
    is the same. ``session_keys`` hold for this run, before those of ``secrets``.
    """

    def __init__(
        self, secrets: SecretStore, lessons: LessonBook, session_keys: Mapping[EndpointId, str] = MappingProxyType({})
    ) -> None:
        self._secrets = secrets
        self._lessons = lessons
        self._lock = threading.Lock()
        self._session_keys = session_keys
        self.health = HealthBook()
        self._rings: dict[tuple[EndpointId, bool], KeyRing] = {}
        self._forgotten: Counter[EndpointId] = Counter()
        """How often the connection to each was dropped."""
        self._choosers: dict[EndpointId, tuple[PoolPolicy, Choose]] = {}
        self._end = Cancellation()

    def source(self, endpoint: Endpoint) -> HttpProvider:
        """Return the provider with the first key of an endpoint: for all that is no question."""
        return self._ring(endpoint, is_member=False).first

    def answering(self, endpoint: Endpoint) -> EventSource:
        """Return what answers questions: with all keys of an endpoint, and noting how the server does."""
        return NotedSource(self._ring(endpoint, is_member=False), endpoint.id, self.health)

    def pool(self, pool: Pool, members: Sequence[Asked], local: Connect | None = None) -> ServerPool:
        """Return what answers for a pool. ``local`` makes the source of the bundled model, where that is a member."""
        with self._lock:
            policy, choose = self._choosers.get(pool.id, (None, None))
            if choose is None or policy is not pool.policy:
                choose = chooser(pool.policy, self.health)
                self._choosers[pool.id] = pool.policy, choose
        sources: list[PoolMember] = [
            Member(asked, partial(self._ring, is_member=True))
            if local is None or asked.endpoint.id != LOCAL_ENDPOINT_ID
            else LocalMember(asked, local)
            for asked in members
        ]
        return ServerPool(sources, choose=choose, health=self.health)

    def _ring(self, endpoint: Endpoint, *, is_member: bool) -> KeyRing:
        place = endpoint.id, is_member
        with self._lock:
            ring = self._rings.get(place)
            forgotten = self._forgotten[endpoint.id]
        if ring is not None and ring.endpoint == endpoint:
            return ring
        made = KeyRing(self._providers(endpoint))
        with self._lock:
            if self._forgotten[endpoint.id] == forgotten:  # else it may have a key that has just been replaced
                self._rings[place] = made
        return made

    def fresh(self, endpoint: Endpoint) -> HttpProvider:
        """Return a provider of its own, with the first key and no connection yet; who asks for it closes it."""
        return self._providers(endpoint)[0]

    def _providers(self, endpoint: Endpoint) -> list[HttpProvider]:
        """Return one provider a key."""
        keys, secrets = self._secrets_of(endpoint)
        lessons = self._lessons.of(endpoint.id)
        return [provider_for(endpoint, key, lessons=lessons, secrets=secrets) for key in keys or ("",)]

    def _secrets_of(self, endpoint: Endpoint) -> tuple[tuple[str, ...], NetworkSecrets]:
        kept = self._session_keys.get(endpoint.id)
        try:
            return (kept,) if kept else self._secrets.get_all(endpoint.id), self.network_secrets(endpoint)
        except KeysLocked as error:
            sentence = f"The key of {endpoint.name} is in the encrypted file, which was not opened yet."
            raise PassphraseNeeded(sentence, server=endpoint.base_url) from error
        except SettingsError as error:
            if resolve_address(endpoint).is_loopback:  # few of those have a key, and no locked keyring is in their way
                return (), NetworkSecrets()
            raise KeyUnavailable(
                f"The key of {endpoint.name} cannot be read: {error}", server=endpoint.base_url
            ) from error

    def network_secrets(self, endpoint: Endpoint) -> NetworkSecrets:
        """Return what the way to an endpoint needs besides its settings. Raises `SettingsError`."""
        network = endpoint.network
        has_log_in = network.proxy is ProxyChoice.OWN and network.proxy_user
        proxy = self._secrets.get(secret_id(endpoint.id, PROXY)) if has_log_in else None
        client_key = self._secrets.get(secret_id(endpoint.id, CLIENT_KEY)) if network.client_certificate else None
        values = (
            (name, self._secrets.get(secret_id(endpoint.id, header_secret(name)))) for name in endpoint.secret_headers
        )
        headers = tuple((name, value) for name, value in values if value)
        return NetworkSecrets(proxy or "", client_key or "", headers)

    def list_models(self, endpoint: Endpoint) -> list[ModelInfo]:
        return self.source(endpoint).list_models(self._end)

    def forget(self, endpoint_id: EndpointId) -> None:
        """Drop the connection: its address or key has changed. An answer that runs keeps it to its end."""
        self.health.forget(endpoint_id)
        with self._lock:
            self._forgotten[endpoint_id] += 1
            for is_member in (False, True):
                self._rings.pop((endpoint_id, is_member), None)

    def close(self) -> None:
        """Drop all connections; a server that is being asked for its models is waited for no longer."""
        self._end.cancel()
        with self._lock:
            rings, self._rings = list(self._rings.values()), {}
        for ring in rings:
            ring.close()
