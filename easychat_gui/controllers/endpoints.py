"""Which servers and models there are, which one answers next, and the connection to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from easychat_gui.controllers.endpoint_lists import (
    ModelFacts,
    agreed_to,
    arranged,
    copy_secrets,
    port_here,
    timed,
    way_to,
    with_one,
)
from easychat_gui.controllers.local_model import LocalModelController
from easychat_gui.controllers.notifier import NoticeKind, Notifier
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, Endpoint, FoundServer, ModelInfo, Pool, ServerHealth
from easychat_gui.domain.errors import EasyChatError, PassphraseNeeded, ProviderError, SettingsError
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.ids import EndpointId, new_endpoint_id
from easychat_gui.local_model.catalog import BUNDLED_MODEL_ID, BUNDLED_MODEL_NAME, BUNDLED_MODEL_WINDOW
from easychat_gui.local_model.state import LocalModelState
from easychat_gui.settings.secrets import SecretStore
from easychat_gui.settings.store import SettingsStore
from easychat_gui.workers.background import Background

if TYPE_CHECKING:
    from easychat_gui.controllers.checkups import CheckupController
    from easychat_gui.controllers.connections import Connections
    from easychat_gui.controllers.keys import KeyController
    from easychat_gui.controllers.lessons import LessonController
    from easychat_gui.controllers.pool_members import ParamsOf
    from easychat_gui.providers.http_provider import HttpProvider
    from easychat_gui.providers.lessons import LessonBook
    from easychat_gui.workers.completion import Connect

COMMAND_LINE_ENDPOINT_ID = EndpointId("command-line")


class EndpointController(QObject):
    """The bundled model, the servers of the settings and the one of the command line, as one list.

    ``changed`` when the list, the models of a server or the state of the bundled model changed;
    ``found([FoundServer…])`` after `look_around`.
    """

    changed = Signal()
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
        super().__init__(parent)
        self._settings = settings
        self._secrets = secrets
        self.local_model = local_model
        self._background = background
        self._notifier = notifier
        self._extra: Endpoint | None = None
        self._models: dict[EndpointId, list[str]] = {LOCAL_ENDPOINT_ID: [BUNDLED_MODEL_ID]}
        self._facts = ModelFacts()
        self._errors: dict[EndpointId, ProviderError] = {}
        self._told: dict[EndpointId, ProviderError | None] = {}
        self._latencies: dict[EndpointId, float] = {}
        self._learned: set[EndpointId] = set()
        self.lessons: Callable[[], LessonController] | None = None
        self.found_servers: list[FoundServer] = []
        """Those that answered on this computer when it was last looked for them, without those of the list."""
        self.preset_choice: Callable[[Conversation], tuple[EndpointId | None, str]] = lambda _conversation: (None, "")
        settings.subscribe(lambda _settings: self.changed.emit())
        local_model.state_changed.connect(self._on_local_model_changed)

    @cached_property
    def _connections(self) -> Connections:
        from easychat_gui.controllers.connections import (
            Connections,  # needed for the first question, not the first paint
        )

        return Connections(self._secrets, self.lesson_book)

    @cached_property
    def lesson_book(self) -> LessonBook:
        """What the models of each server have taught; the connections use it, and add to it."""
        from easychat_gui.providers.lessons import LessonBook

        return LessonBook()

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

    # What there is

    def endpoints(self) -> list[Endpoint]:
        local = Endpoint(LOCAL_ENDPOINT_ID, "", "", default_model=BUNDLED_MODEL_ID)
        extra = [self._extra] if self._extra else []
        return [*extra, local, *self._settings.current.endpoints]

    def choices(self) -> list[Endpoint]:
        """Return all that can answer: the servers that are switched on, and the pools, each as an endpoint."""
        pools = [each.as_endpoint for each in self._settings.current.pools]
        return [each for each in [*self.endpoints(), *pools] if each.is_on]

    def endpoint(self, endpoint_id: EndpointId | None) -> Endpoint | None:
        """Return a server, or a pool as an endpoint, switched on or not."""
        pools = [each.as_endpoint for each in self._settings.current.pools]
        return next((each for each in [*self.endpoints(), *pools] if each.id == endpoint_id), None)

    def pool(self, endpoint_id: EndpointId) -> Pool | None:
        """Return the pool of this id, None if it is that of a server."""
        return next((each for each in self._settings.current.pools if each.id == endpoint_id), None)

    def members(self, pool: Pool) -> list[Endpoint]:
        """Return the servers of a pool that are there and switched on, in its order."""
        found = {each.id: each for each in self.endpoints() if each.is_on and each.id != COMMAND_LINE_ENDPOINT_ID}
        return [found[each] for each in dict.fromkeys(pool.members) if each in found]

    def health(self, endpoint_id: EndpointId) -> ServerHealth:
        """Return what answers have shown of a server since the program started."""
        return self._connections.health.of(endpoint_id) if "_connections" in self.__dict__ else ServerHealth()

    def pools(self) -> tuple[Pool, ...]:
        """Return the pools of the settings, those that are switched off too."""
        return self._settings.current.pools

    def latency_s(self, endpoint_id: EndpointId) -> float | None:
        """Return how long a server takes to its first word, or took to list its models; None while neither is known."""
        first_word_s = self.health(endpoint_id).first_word_s
        return self._latencies.get(endpoint_id) if first_word_s is None else first_word_s

    def models(self, endpoint_id: EndpointId) -> list[str]:
        """Return the model ids of a server that are known so far: favourites first, then its default, then those that
        the person typed, then what it lists itself. Of a pool those of its servers."""
        if (pool := self.pool(endpoint_id)) is not None:
            offered = [model for each in self.members(pool) for model in self.models(each.id)]
            return list(dict.fromkeys([pool.default_model, *offered] if pool.default_model else offered))
        endpoint = self.endpoint(endpoint_id)
        known = self._models.get(endpoint_id, [])
        if endpoint is None:
            return known
        default = (endpoint.default_model,) if endpoint.default_model and endpoint.default_model not in known else ()
        return list(dict.fromkeys((*endpoint.favourites, *default, *endpoint.own_models, *known)))

    def listed_models(self, endpoint_id: EndpointId) -> list[str] | None:
        """Return what a server listed itself when it was last asked, None if it was not or failed."""
        return self._models.get(endpoint_id)

    def error(self, endpoint_id: EndpointId) -> ProviderError | None:
        """Return why a server failed when it was last asked, None if it did not or nobody asked."""
        return self._errors.get(endpoint_id)

    def window_of(self, endpoint_id: EndpointId, model_id: str) -> int | None:
        """Return how many tokens a model reads at once, as its server says; None while that is not known."""
        if (endpoint_id, model_id) == (LOCAL_ENDPOINT_ID, BUNDLED_MODEL_ID):
            return BUNDLED_MODEL_WINDOW
        if (pool := self.pool(endpoint_id)) is not None:
            windows = [window for each in self.members(pool) if (window := self.window_of(each.id, model_id))]
            return min(windows, default=None)
        return self._facts.windows.get((endpoint_id, model_id))

    def tokenizer_of(self, endpoint_id: EndpointId) -> Callable[[], HttpProvider | None] | None:
        """Return what leads to a server that counts tokens, on a worker's thread; None for one that is not known to.

        Only servers on this computer are meant: see `providers.tokenizer`, which asks no other.
        """
        if endpoint_id == LOCAL_ENDPOINT_ID:
            is_ready = self.local_model.state is LocalModelState.READY
            return self.local_model.source_if_ready if is_ready else None
        endpoint = self.endpoint(endpoint_id)
        if endpoint is None or endpoint_id not in self._facts.with_tokenizer:
            return None
        return lambda: self._connections.source(endpoint)

    def note_outcome(
        self, endpoint_id: EndpointId, error: ProviderError | None, *, first_word_s: float | None = None
    ) -> None:
        """Note how an answer ended; None: well. For a pool, of each of its servers how it did."""
        if first_word_s is not None:
            self._latencies[endpoint_id] = first_word_s
        if (pool := self.pool(endpoint_id)) is not None:
            for each in self.members(pool):
                health = self.health(each.id)
                if health.is_known and health.error is not self._told.get(each.id):  # it was asked this time
                    self._told[each.id] = health.error
                    self.note_outcome(each.id, health.error)
        if self._errors.get(endpoint_id) is not error:
            if error is None:
                del self._errors[endpoint_id]
            else:
                self._errors[endpoint_id] = error
            self.changed.emit()
        if error is None:
            self._learn_of_models(endpoint_id)

    def generation_defaults(self) -> GenerationParams:
        """Return the parameters of the settings, which hold where nobody says otherwise."""
        return self._settings.current.generation

    def model_name(self, model_id: str) -> str:
        """Return what people call a model."""
        return BUNDLED_MODEL_NAME if model_id == BUNDLED_MODEL_ID else model_id

    def takes_pictures(self, endpoint_id: EndpointId, model_id: str) -> bool | None:
        """Say whether a model sees pictures: as its server told, else as its name tells; None where nobody knows."""
        pool = self.pool(endpoint_id)
        asked = [each.id for each in self.members(pool)] if pool else [endpoint_id]
        told = next((sees for each in asked if (sees := self._facts.sight.get((each, model_id))) is not None), None)
        if told is not None or model_id == BUNDLED_MODEL_ID:
            return bool(told)
        from easychat_gui.domain.vision import sees_pictures

        return sees_pictures(model_id)

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

    # What can be done

    def connect_to(self, endpoint: Endpoint, model_id: str, params_of: ParamsOf = lambda *_: None) -> Connect:
        """Return what makes the connection, on the thread of the answer. Each server of a pool gets its own params."""
        if endpoint.id == LOCAL_ENDPOINT_ID:
            return self.local_model.connection(lambda events: self._connections.health.noted(endpoint.id, events))
        if (pool := self.pool(endpoint.id)) is None:
            return lambda: self._connections.answering(endpoint)
        from easychat_gui.controllers.pool_members import asked_for  # with the first question

        servers = [(each, self.listed_models(each.id) or ()) for each in self.members(pool)]
        asked = asked_for(model_id, servers, params_of)
        is_local = any(each.endpoint.id == LOCAL_ENDPOINT_ID for each in asked)
        local = self.local_model.connection() if is_local else None
        return lambda: self._connections.pool(pool, asked, local)

    def remember_choice(self, endpoint_id: EndpointId, model_id: str) -> None:
        """New conversations begin with the model that was chosen last. The one of the command line is not saved."""
        if endpoint_id != COMMAND_LINE_ENDPOINT_ID:
            settings = self._settings.current
            general = replace(settings.general, default_endpoint_id=str(endpoint_id), default_model=model_id)
            self.save_settings(lambda: self._settings.apply(replace(settings, general=general)))

    def add_for_session(self, endpoint: Endpoint, api_key: str) -> None:
        """Offer a server that is not saved: that of the command line."""
        self._extra = replace(endpoint, id=COMMAND_LINE_ENDPOINT_ID)
        self._connections.keep_key(COMMAND_LINE_ENDPOINT_ID, api_key)
        self.changed.emit()

    def save(self, endpoint: Endpoint, api_key: str | None) -> None:
        """Add or change a server. ``api_key`` None leaves its key as it is.

        It is asked for its models only if something changed that its answer depends on.
        """
        settings = self._settings.current
        former = next((each for each in settings.endpoints if each.id == endpoint.id), None)
        endpoint = agreed_to(former, endpoint)
        is_other = former is None or way_to(former) != way_to(endpoint)
        if is_other:
            self._connections.forget(endpoint.id)
            self._models.pop(endpoint.id, None)
            self._errors.pop(endpoint.id, None)
            self._latencies.pop(endpoint.id, None)
        changed = with_one(settings.endpoints, endpoint)
        self.save_settings(lambda: self._settings.apply(replace(settings, endpoints=changed)))
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
            self._connections.forget(endpoint_id)
        else:
            self.save(changed, None)

    def keep_secret(self, endpoint: Endpoint, what: str, text: str) -> None:
        """Keep the password of a server's proxy or the passphrase of its client key; an empty one is forgotten."""
        self.keys.keep_other(endpoint, what, text, lambda: self._ask_anew(endpoint.id))

    def save_pool(self, pool: Pool) -> None:
        """Add or change a pool."""
        settings = self._settings.current
        changed = with_one(settings.pools, pool)
        self.save_settings(lambda: self._settings.apply(replace(settings, pools=changed)))

    def remove_pool(self, pool_id: EndpointId) -> None:
        settings = self._settings.current
        rest = tuple(each for each in settings.pools if each.id != pool_id)
        self.save_settings(lambda: self._settings.apply(replace(settings, pools=rest)))

    def arrange(self, ids: Sequence[EndpointId]) -> None:
        """Put servers, and pools among themselves, in this order."""
        settings = self._settings.current
        endpoints, pools = arranged(settings.endpoints, ids), arranged(settings.pools, ids)
        if (endpoints, pools) != (settings.endpoints, settings.pools):
            self.save_settings(lambda: self._settings.apply(replace(settings, endpoints=endpoints, pools=pools)))

    def look_around(self) -> None:
        """Look once for servers that run on this computer and are not in the list; ``found`` tells which."""
        self._background.run(_find_local_servers, self._on_found)

    def adopt(self, found: FoundServer) -> Endpoint:
        """Put a server that was found into the list."""
        endpoint = Endpoint(new_endpoint_id(), found.name, found.base_url, default_model=found.models[0])
        self.save(endpoint, None)
        return endpoint

    def duplicate(self, endpoint: Endpoint, name: str) -> Endpoint:
        """Put a copy of a server behind it, under another name and with the same keys; return the copy."""
        copy = replace(endpoint, id=new_endpoint_id(), name=name)
        settings = self._settings.current
        former = list(settings.endpoints)
        behind = next((place for place, each in enumerate(former, 1) if each.id == endpoint.id), len(former))
        former.insert(behind, copy)
        self.save_settings(lambda: self._settings.apply(replace(settings, endpoints=tuple(former))))
        self._background.write(
            lambda: copy_secrets(self._secrets, endpoint, copy),
            lambda _: self.refresh_models(copy.id),
            lambda error: self._on_keys_not_kept(name, error),
        )
        return copy

    def remove(self, endpoint_id: EndpointId) -> None:
        settings = self._settings.current
        removed = [each for each in settings.endpoints if each.id == endpoint_id]
        rest = tuple(each for each in settings.endpoints if each.id != endpoint_id)
        pools = tuple(
            replace(pool, members=tuple(each for each in pool.members if each != endpoint_id))
            for pool in settings.pools
        )
        self._connections.forget(endpoint_id)
        self.save_settings(lambda: self._settings.apply(replace(settings, endpoints=rest, pools=pools)))
        self.keys.delete(removed, self._on_keys_not_kept)

    def refresh_models(self, endpoint_id: EndpointId) -> None:
        """Ask a server for its models, in the background."""
        if (pool := self.pool(endpoint_id)) is not None:
            for each in self.members(pool):
                self.refresh_models(each.id)
            return
        endpoint = self.endpoint(endpoint_id)
        if endpoint is None or endpoint_id == LOCAL_ENDPOINT_ID:
            return
        self._background.run(
            lambda: timed(lambda: self._connections.list_models(endpoint)),
            lambda answer: self._on_models(endpoint_id, *answer),
            lambda error: self._on_models_failed(endpoint_id, error),
        )

    def _learn_of_models(self, endpoint_id: EndpointId) -> None:
        """Ask a saved server that has answered once for its list, which says how much its models read at once."""
        endpoint = None if self.pool(endpoint_id) else self.endpoint(endpoint_id)
        is_known = endpoint_id in self._learned or bool(self._models.get(endpoint_id))
        if endpoint is None or is_known or endpoint_id == COMMAND_LINE_ENDPOINT_ID:
            return
        self._learned.add(endpoint_id)
        self._background.run(
            lambda: timed(lambda: self._connections.list_models(endpoint)),
            lambda answer: self._on_models(endpoint_id, *answer),
            lambda _error: None,  # it need not have one: it answers
        )

    def refresh_unknown(self) -> None:
        """Ask every server whose models are not known yet."""
        for endpoint in self.endpoints():
            if endpoint.is_on and not self._models.get(endpoint.id):
                self.refresh_models(endpoint.id)

    def save_settings(self, change: Callable[[], None]) -> None:
        """Change the settings and write them, in the background; say so when they cannot be written."""
        change()
        self._background.write(self._settings.save, lambda _: None, self._on_settings_not_saved)

    def close(self) -> None:
        if "checkups" in self.__dict__:
            self.checkups.stop()
        if "_connections" in self.__dict__:
            self._connections.close()
        self.local_model.stop()

    # What comes back

    def _ask_anew(self, endpoint_id: EndpointId) -> None:
        """Its key is another one."""
        self._connections.forget(endpoint_id)
        self.refresh_models(endpoint_id)

    def _on_keys_not_kept(self, server: str, error: EasyChatError) -> None:
        self._notifier.post(NoticeKind.KEY_NOT_KEPT, server=server, message=str(error))

    def _on_unlocked(self) -> None:
        for endpoint_id, error in list(self._errors.items()):
            if isinstance(error, PassphraseNeeded):
                self._ask_anew(endpoint_id)

    def _on_models(self, endpoint_id: EndpointId, models: list[ModelInfo], seconds: float) -> None:
        self._latencies[endpoint_id] = seconds
        self._models[endpoint_id] = [model.id for model in models]
        self._facts.learn(endpoint_id, models)
        self._errors.pop(endpoint_id, None)
        self.changed.emit()

    def _on_found(self, servers: list[FoundServer]) -> None:
        known = {port_here(endpoint.base_url) for endpoint in self.endpoints()} - {None}
        self.found_servers = [server for server in servers if port_here(server.base_url) not in known]
        self.found.emit(self.found_servers)

    def _on_models_failed(self, endpoint_id: EndpointId, error: EasyChatError) -> None:
        self._latencies.pop(endpoint_id, None)
        if isinstance(error, ProviderError):
            self._errors[endpoint_id] = error
        self.changed.emit()

    def _on_settings_not_saved(self, error: EasyChatError) -> None:
        if isinstance(error, SettingsError):
            self._notifier.post(NoticeKind.SETTINGS_NOT_SAVED, message=str(error))

    def _on_local_model_changed(self, state: LocalModelState) -> None:
        if state is LocalModelState.FAILED:
            self._notifier.post(NoticeKind.LOCAL_MODEL_FAILED, message=str(self.local_model.error or ""))
        self.changed.emit()


def _find_local_servers() -> list[FoundServer]:
    from easychat_gui.providers.discovery import find_local_servers  # imports requests: on a worker's thread

    return find_local_servers()
