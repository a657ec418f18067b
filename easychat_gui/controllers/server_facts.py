"""What is known of the servers: their models, how quick they are, why the last question failed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

from easychat_gui.controllers.local_model import LocalModelController
from easychat_gui.controllers.notifier import NoticeKind, Notifier
from easychat_gui.controllers.server_list import COMMAND_LINE_ENDPOINT_ID, ServerList
from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, Endpoint, ModelInfo, ServerHealth
from easychat_gui.domain.errors import EasyChatError, ProviderError
from easychat_gui.domain.ids import EndpointId
from easychat_gui.local_model.catalog import BUNDLED_MODEL_ID, BUNDLED_MODEL_WINDOW
from easychat_gui.local_model.state import LocalModelState
from easychat_gui.settings.secrets import SecretStore
from easychat_gui.settings.store import SettingsStore
from easychat_gui.workers.background import Background

if TYPE_CHECKING:
    from easychat_gui.controllers.connections import Connections
    from easychat_gui.providers.http_provider import HttpProvider
    from easychat_gui.providers.lessons import LessonBook

TOKENIZING_OWNERS = frozenset({"llamacpp", "vllm"})
"""How servers that offer ``POST /tokenize`` call themselves in their list of models."""

T = TypeVar("T")


class ServerFacts(ServerList):
    """The list of servers with what each has told and how it did, for this run of the program."""

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
        super().__init__(settings=settings, background=background, notifier=notifier, parent=parent)
        self._secrets = secrets
        self.local_model = local_model
        self._session_keys: dict[EndpointId, str] = {}
        self._models: dict[EndpointId, list[str]] = {LOCAL_ENDPOINT_ID: [BUNDLED_MODEL_ID]}
        self._facts = ModelFacts()
        self._errors: dict[EndpointId, ProviderError] = {}
        self._told: dict[EndpointId, ProviderError | None] = {}
        self._latencies: dict[EndpointId, float] = {}
        self._learned: set[EndpointId] = set()
        self._questions: dict[EndpointId, object] = {}
        """The question for its models that runs. Answers to earlier ones came from another address or key."""
        local_model.state_changed.connect(self._on_local_model_changed)

    @cached_property
    def _connections(self) -> Connections:
        from easychat_gui.controllers.connections import Connections  # for the first question, not the first paint

        return Connections(self._secrets, self.lesson_book, self._session_keys)

    @cached_property
    def lesson_book(self) -> LessonBook:
        """What the models of each server have taught; the connections use it, and add to it."""
        from easychat_gui.providers.lessons import LessonBook

        return LessonBook()

    # What is known

    def health(self, endpoint_id: EndpointId) -> ServerHealth:
        """Return what answers have shown of a server since the program started."""
        return self._connections.health.of(endpoint_id) if "_connections" in self.__dict__ else ServerHealth()

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

    def takes_pictures(self, endpoint_id: EndpointId, model_id: str) -> bool | None:
        """Say whether a model sees pictures: as its server told, else as its name tells; None where nobody knows."""
        pool = self.pool(endpoint_id)
        asked = [each.id for each in self.members(pool)] if pool else [endpoint_id]
        told = next((sees for each in asked if (sees := self._facts.sight.get((each, model_id))) is not None), None)
        if told is not None or model_id == BUNDLED_MODEL_ID:
            return bool(told)
        from easychat_gui.domain.vision import sees_pictures

        return sees_pictures(model_id)

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
        connections = self._connections
        return lambda: connections.source(endpoint)

    # What is found out

    def refresh_models(self, endpoint_id: EndpointId) -> None:
        """Ask a server, or those of a pool, for its models, in the background."""
        if (pool := self.pool(endpoint_id)) is not None:
            for each in self.members(pool):
                self.refresh_models(each.id)
            return
        endpoint = self.endpoint(endpoint_id)
        if endpoint is not None and endpoint_id != LOCAL_ENDPOINT_ID:
            self._ask_for_models(endpoint, self._on_models_failed)

    def refresh_unknown(self) -> None:
        """Ask every server whose models are not known yet."""
        for endpoint in self.endpoints():
            if endpoint.is_on and not self._models.get(endpoint.id) and endpoint.id not in self._questions:
                self.refresh_models(endpoint.id)

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

    def _learn_of_models(self, endpoint_id: EndpointId) -> None:
        """Ask a saved server that has answered once for its list, which says how much its models read at once."""
        endpoint = None if self.pool(endpoint_id) else self.endpoint(endpoint_id)
        is_known = endpoint_id in self._learned or bool(self._models.get(endpoint_id))
        if endpoint is None or is_known or endpoint_id == COMMAND_LINE_ENDPOINT_ID:
            return
        self._learned.add(endpoint_id)
        self._ask_for_models(endpoint, lambda *_: None)  # it need not have a list: it answers

    def _ask_for_models(self, endpoint: Endpoint, on_error: Callable[[EndpointId, EasyChatError], None]) -> None:
        connections = self._connections
        self._questions[endpoint.id] = question = object()

        def counts() -> bool:
            is_newest = self._questions.get(endpoint.id) is question
            if is_newest:
                del self._questions[endpoint.id]
            return is_newest

        self._background.run(
            lambda: timed(lambda: connections.list_models(endpoint)),
            lambda answer: self._on_models(endpoint.id, *answer) if counts() else None,
            lambda error: on_error(endpoint.id, error) if counts() else None,
        )

    def _forget_facts(self, endpoint_id: EndpointId) -> None:
        """At this address another server answers from now on, or none."""
        self._forget_connection(endpoint_id)
        for known in (self._models, self._errors, self._latencies, self._told):
            known.pop(endpoint_id, None)
        self._learned.discard(endpoint_id)
        self._facts.forget(endpoint_id)

    def _forget_connection(self, endpoint_id: EndpointId) -> None:
        self._questions.pop(endpoint_id, None)
        self._connections.forget(endpoint_id)

    def _on_models(self, endpoint_id: EndpointId, models: list[ModelInfo], seconds: float) -> None:
        self._latencies[endpoint_id] = seconds
        self._models[endpoint_id] = [model.id for model in models]
        self._facts.learn(endpoint_id, models)
        self._errors.pop(endpoint_id, None)
        self.changed.emit()

    def _on_models_failed(self, endpoint_id: EndpointId, error: EasyChatError) -> None:
        self._latencies.pop(endpoint_id, None)
        if isinstance(error, ProviderError):
            self._errors[endpoint_id] = error
        self.changed.emit()

    def _on_local_model_changed(self, state: LocalModelState) -> None:
        if state is LocalModelState.FAILED:
            self._notifier.post(NoticeKind.LOCAL_MODEL_FAILED, message=str(self.local_model.error or ""))
        self.changed.emit()


class ModelFacts:
    """What the lists of models have told besides the ids.

    ``windows`` is how many tokens a model reads at once, ``sight`` whether it sees pictures, both where its server says
    so; ``with_tokenizer`` are the servers that count tokens.
    """

    def __init__(self) -> None:
        self.windows: dict[tuple[EndpointId, str], int] = {}
        self.sight: dict[tuple[EndpointId, str], bool] = {}
        self.with_tokenizer: set[EndpointId] = set()

    def learn(self, endpoint_id: EndpointId, models: Sequence[ModelInfo]) -> None:
        for each in models:
            if each.context_length:
                self.windows[endpoint_id, each.id] = each.context_length
            if each.takes_pictures is not None:
                self.sight[endpoint_id, each.id] = each.takes_pictures
            if each.owner in TOKENIZING_OWNERS:
                self.with_tokenizer.add(endpoint_id)

    def forget(self, endpoint_id: EndpointId) -> None:
        self.windows = {place: window for place, window in self.windows.items() if place[0] != endpoint_id}
        self.sight = {place: sees for place, sees in self.sight.items() if place[0] != endpoint_id}
        self.with_tokenizer.discard(endpoint_id)


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what a piece of work gave, and how long it took in seconds."""
    start = time.monotonic()
    return work(), time.monotonic() - start
