"""Which servers and models there are, which one answers next, and the connection to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from easychat_gui.controllers.local_model import LocalModelController
from easychat_gui.controllers.notifier import NoticeKind, Notifier
from easychat_gui.controllers.server_facts import ServerFacts
from easychat_gui.controllers.server_list import COMMAND_LINE_ENDPOINT_ID, with_one
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, Endpoint, FoundServer
from easychat_gui.domain.errors import EasyChatError, PassphraseNeeded
from easychat_gui.domain.ids import EndpointId, new_endpoint_id
from easychat_gui.local_model.catalog import BUNDLED_MODEL_ID
from easychat_gui.settings.secrets import SecretStore, secrets_of
from easychat_gui.settings.store import SettingsStore
from easychat_gui.workers.background import Background

if TYPE_CHECKING:
    from easychat_gui.controllers.checkups import CheckupController
    from easychat_gui.controllers.keys import KeyController
    from easychat_gui.controllers.lessons import LessonController
    from easychat_gui.controllers.pool_members import ParamsOf
    from easychat_gui.workers.completion import Connect


class EndpointController(ServerFacts):
    """Decides who answers, and keeps servers with their secrets.

    ``changed`` when the list, the models of a server or the state of the bundled model changed;
    ``found([FoundServer…])`` after `look_around`.
    """

    found = Signal(list)

    def __init__(
        self,
        *,
        settings: SettingsStore,
        secrets: SecretStore,
        local_model: LocalModelController,
        background: Background,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(
            settings=settings,
            secrets=secrets,
            local_model=local_model,
            background=background,
            notifier=notifier,
            parent=parent,
        )
        self.lessons: Callable[[], LessonController] | None = None
        self.found_servers: list[FoundServer] = []
        """Those that answered on this computer when it was last looked for them, without those of the list."""
        self.preset_choice: Callable[[Conversation], tuple[EndpointId | None, str]] = lambda _conversation: (None, "")

    @cached_property
    def checkups(self) -> CheckupController:
        """Trials of servers."""
        from easychat_gui.controllers.checkups import CheckupController

        return CheckupController(self, lambda: self._connections, self._background)

    @cached_property
    def keys(self) -> KeyController:
        """Where the keys are; made when somebody asks or has typed one."""
        from easychat_gui.controllers.keys import KeyController

        keys = KeyController(
            self._secrets,
            settings=self._settings,
            save_settings=self.save_settings,
            background=self._background,
            parent=self,
        )
        keys.unlocked.connect(self._on_unlocked)
        return keys

    def close(self) -> None:
        if "checkups" in self.__dict__:
            self.checkups.stop()
        if "_connections" in self.__dict__:
            self._connections.close()
        self.local_model.stop()

    # Who answers

    def choice_for(self, conversation: Conversation) -> tuple[Endpoint, str]:
        """Return the server and the model that answer next in a conversation.

        That is its own choice while the server still exists, else that of its preset, else the one of the command
        line, else the one that was chosen last, else the bundled model.
        """
        general = self._settings.current.general
        wishes = [
            (conversation.endpoint_id, conversation.model_id),
            self.preset_choice(conversation),
            (self._extra.id if self._extra else None, ""),
            (EndpointId(general.default_endpoint_id), general.default_model),
            (LOCAL_ENDPOINT_ID, BUNDLED_MODEL_ID),
        ]
        for endpoint_id, model_id in wishes:
            if endpoint_id and (endpoint := self.endpoint(endpoint_id)) and endpoint.is_on:
                return endpoint, model_id or endpoint.default_model or next(iter(self.models(endpoint_id)), "")
        raise AssertionError("the bundled model is always in the list")

    def connect_to(self, endpoint: Endpoint, model_id: str, params_of: ParamsOf = lambda *_: None) -> Connect:
        """Return what makes the connection, on the thread of the answer. Each server of a pool gets its own params."""
        connections = self._connections  # and not this object: a thread that ends last must not end it
        if endpoint.id == LOCAL_ENDPOINT_ID:
            return self.local_model.connection(partial(connections.health.noted, endpoint.id))
        if (pool := self.pool(endpoint.id)) is None:
            return partial(connections.answering, endpoint)
        from easychat_gui.controllers.pool_members import asked_for  # with the first question

        servers = [(each, self.listed_models(each.id) or ()) for each in self.members(pool)]
        asked = asked_for(model_id, servers, params_of)
        is_local = any(each.endpoint.id == LOCAL_ENDPOINT_ID for each in asked)
        local = self.local_model.connection() if is_local else None
        return partial(connections.pool, pool, asked, local)

    # What is kept

    def add_for_session(self, endpoint: Endpoint, api_key: str) -> None:
        """Offer a server that is not saved: that of the command line."""
        self._extra = replace(endpoint, id=COMMAND_LINE_ENDPOINT_ID)
        self._session_keys[COMMAND_LINE_ENDPOINT_ID] = api_key
        self.changed.emit()

    def save(self, endpoint: Endpoint, api_key: str | None) -> None:
        """Add or change a server. ``api_key`` None leaves its key as it is.

        It is asked for its models only if something changed that its answer depends on. That of the command line keeps
        what is changed until the program ends.
        """
        if endpoint.id == COMMAND_LINE_ENDPOINT_ID:
            self._extra = endpoint
            self.changed.emit()
            return
        settings = self._settings.current
        former = next((each for each in settings.endpoints if each.id == endpoint.id), None)
        endpoint = agreed_to(former, endpoint)
        is_other = former is None or way_to(former) != way_to(endpoint)
        if is_other:
            self._forget_facts(endpoint.id)
        self._apply(replace(settings, endpoints=with_one(settings.endpoints, endpoint)))
        if api_key is not None:
            self.set_key(endpoint, api_key)
        elif is_other:
            self.refresh_models(endpoint.id)

    def set_key(self, endpoint: Endpoint, api_key: str, *, is_more: bool = False) -> None:
        """Keep the key of a server (or several, one a line), and ask it for its models with it.

        ``is_more``: besides those that it has. An empty one is to be forgotten.
        """
        keep = self.keys.add if is_more else self.keys.keep
        keep(endpoint, api_key, lambda: self._ask_anew(endpoint.id))

    def agree_to_exposure(self, endpoint_id: EndpointId) -> None:
        """The person wants the key of this server to be sent over plain http."""
        endpoint = self.endpoint(endpoint_id)
        if endpoint is None:
            return
        changed = replace(endpoint, network=replace(endpoint.network, may_send_key_unencrypted=True))
        if endpoint_id == COMMAND_LINE_ENDPOINT_ID:
            self._extra = changed
            self._forget_connection(endpoint_id)
        else:
            self.save(changed, None)

    def keep_secret(self, endpoint: Endpoint, what: str, text: str) -> None:
        """Keep the password of a server's proxy or the passphrase of its client key; an empty one is forgotten."""
        self.keys.keep_other(endpoint, what, text, lambda: self._ask_anew(endpoint.id))

    def duplicate(self, endpoint: Endpoint, name: str) -> Endpoint:
        """Put a copy of a server behind it, under another name and with the same keys; return the copy."""
        copy = replace(endpoint, id=new_endpoint_id(), name=name)
        settings = self._settings.current
        former = list(settings.endpoints)
        behind = next((place for place, each in enumerate(former, 1) if each.id == endpoint.id), len(former))
        former.insert(behind, copy)
        self._apply(replace(settings, endpoints=tuple(former)))
        secrets = self._secrets
        self._background.write(
            lambda: copy_secrets(secrets, endpoint, copy),
            lambda _: self.refresh_models(copy.id),
            lambda error: self._on_keys_not_kept(name, error),
        )
        return copy

    def remove(self, endpoint_id: EndpointId) -> None:
        """Take a server out of the list and of all pools, and delete its secrets."""
        settings = self._settings.current
        removed = [each for each in settings.endpoints if each.id == endpoint_id]
        rest = tuple(each for each in settings.endpoints if each.id != endpoint_id)
        pools = tuple(
            replace(pool, members=tuple(each for each in pool.members if each != endpoint_id))
            for pool in settings.pools
        )
        self._forget_facts(endpoint_id)
        self._apply(replace(settings, endpoints=rest, pools=pools))
        self.keys.delete(removed, self._on_keys_not_kept)

    # Servers on this computer

    def look_around(self) -> None:
        """Look once for servers that run on this computer and are not in the list; ``found`` tells which."""
        self._background.run(_find_local_servers, self._on_found)

    def adopt(self, found: FoundServer) -> Endpoint:
        """Put a server that was found into the list."""
        endpoint = Endpoint(new_endpoint_id(), found.name, found.base_url, default_model=found.models[0])
        self.save(endpoint, None)
        return endpoint

    # What comes back

    def _ask_anew(self, endpoint_id: EndpointId) -> None:
        """Its key is another one."""
        self._forget_connection(endpoint_id)
        self.refresh_models(endpoint_id)

    def _on_keys_not_kept(self, server: str, error: EasyChatError) -> None:
        self._notifier.post(NoticeKind.KEY_NOT_KEPT, server=server, message=str(error))

    def _on_unlocked(self) -> None:
        for endpoint_id, error in list(self._errors.items()):
            if isinstance(error, PassphraseNeeded):
                self._ask_anew(endpoint_id)

    def _on_found(self, servers: list[FoundServer]) -> None:
        known = {port_here(endpoint.base_url) for endpoint in self.endpoints()} - {None}
        self.found_servers = [server for server in servers if port_here(server.base_url) not in known]
        self.found.emit(self.found_servers)


def way_to(endpoint: Endpoint) -> tuple[object, ...]:
    """Return what decides what a server answers when it is asked for its models."""
    return (
        endpoint.base_url,
        endpoint.kind,
        endpoint.headers,
        endpoint.organization,
        endpoint.api_version,
        endpoint.network,
        endpoint.secret_headers,
    )


def agreed_to(former: Endpoint | None, endpoint: Endpoint) -> Endpoint:
    """Return the server as it may be kept: that its key may go out readable was agreed to for one host only."""
    was_agreed = former is not None and former.network.may_send_key_unencrypted
    if former is None or not was_agreed or _host(former) == _host(endpoint):
        return endpoint
    return replace(endpoint, network=replace(endpoint.network, may_send_key_unencrypted=False))


def _host(endpoint: Endpoint) -> str:
    from urllib.parse import urlsplit

    try:
        return urlsplit(endpoint.base_url).netloc.lower()
    except ValueError:  # what is no address is no host that was agreed to
        return endpoint.base_url


def copy_secrets(secrets: SecretStore, source: Endpoint, target: Endpoint) -> None:
    """Give one server the keys and other secrets of another. Raises `SettingsError`."""
    for name, copy in zip(secrets_of(source), secrets_of(replace(source, id=target.id)), strict=True):
        if text := secrets.get(name):
            secrets.set(copy, text)


def port_here(address: str) -> int | None:
    """Return the port of an address on this computer, None for any other."""
    from urllib.parse import urlsplit  # the first paint waits for what this module imports

    try:
        parts = urlsplit(address)
        is_here = parts.hostname in ("127.0.0.1", "localhost", "::1")
        return (parts.port or {"http": 80, "https": 443}.get(parts.scheme)) if is_here else None
    except ValueError:
        return None


def _find_local_servers() -> list[FoundServer]:
    from easychat_gui.providers.discovery import find_local_servers  # imports requests: on a worker's thread

    return find_local_servers()
