"""The servers and the pools that there are, as one list, and what changes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from easychat_gui.controllers.notifier import NoticeKind, Notifier
from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, Endpoint, Pool
from easychat_gui.domain.errors import EasyChatError, SettingsError
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.ids import EndpointId
from easychat_gui.local_model.catalog import BUNDLED_MODEL_ID, BUNDLED_MODEL_NAME
from easychat_gui.settings.schema import Settings
from easychat_gui.settings.store import SettingsStore
from easychat_gui.workers.background import Background

COMMAND_LINE_ENDPOINT_ID = EndpointId("command-line")

Entry = TypeVar("Entry", Endpoint, Pool)


class ServerList(QObject):
    """The server of the command line, the bundled model, the servers of the settings and the pools.

    ``changed`` when the list changed, or what is known of one in it.
    """

    changed = Signal()

    def __init__(
        self, *, settings: SettingsStore, background: Background, notifier: Notifier, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._background = background
        self._notifier = notifier
        self._extra: Endpoint | None = None
        settings.subscribe(lambda _settings: self.changed.emit())

    # What there is

    def endpoints(self) -> list[Endpoint]:
        """Return the servers, those that are switched off too."""
        local = Endpoint(LOCAL_ENDPOINT_ID, "", "", default_model=BUNDLED_MODEL_ID)
        extra = [self._extra] if self._extra else []
        return [*extra, local, *self._settings.current.endpoints]

    def pools(self) -> tuple[Pool, ...]:
        """Return the pools, those that are switched off too."""
        return self._settings.current.pools

    def choices(self) -> list[Endpoint]:
        """Return all that can answer: the servers that are switched on, and the pools, each as an endpoint."""
        return [each for each in self._entries() if each.is_on]

    def endpoint(self, endpoint_id: EndpointId | None) -> Endpoint | None:
        """Return a server, or a pool as an endpoint, switched on or not."""
        return next((each for each in self._entries() if each.id == endpoint_id), None)

    def pool(self, endpoint_id: EndpointId) -> Pool | None:
        """Return the pool of this id, None if it is that of a server."""
        return next((each for each in self.pools() if each.id == endpoint_id), None)

    def members(self, pool: Pool) -> list[Endpoint]:
        """Return the servers of a pool that are there and switched on, in its order."""
        found = {each.id: each for each in self.endpoints() if each.is_on and each.id != COMMAND_LINE_ENDPOINT_ID}
        return [found[each] for each in dict.fromkeys(pool.members) if each in found]

    def generation_defaults(self) -> GenerationParams:
        """Return the parameters of the settings, which hold where nobody says otherwise."""
        return self._settings.current.generation

    def model_name(self, model_id: str) -> str:
        """Return what people call a model."""
        return BUNDLED_MODEL_NAME if model_id == BUNDLED_MODEL_ID else model_id

    def _entries(self) -> list[Endpoint]:
        return [*self.endpoints(), *(each.as_endpoint for each in self.pools())]

    # What changes it

    def save_pool(self, pool: Pool) -> None:
        """Add or change a pool."""
        settings = self._settings.current
        self._apply(replace(settings, pools=with_one(settings.pools, pool)))

    def remove_pool(self, pool_id: EndpointId) -> None:
        settings = self._settings.current
        self._apply(replace(settings, pools=tuple(each for each in settings.pools if each.id != pool_id)))

    def arrange(self, ids: Sequence[EndpointId]) -> None:
        """Put servers, and pools among themselves, in this order."""
        settings = self._settings.current
        endpoints, pools = arranged(settings.endpoints, ids), arranged(settings.pools, ids)
        if (endpoints, pools) != (settings.endpoints, settings.pools):
            self._apply(replace(settings, endpoints=endpoints, pools=pools))

    def remember_choice(self, endpoint_id: EndpointId, model_id: str) -> None:
        """New conversations begin with the model that was chosen last. The one of the command line is not saved."""
        if endpoint_id != COMMAND_LINE_ENDPOINT_ID:
            settings = self._settings.current
            general = replace(settings.general, default_endpoint_id=str(endpoint_id), default_model=model_id)
            self._apply(replace(settings, general=general))

    def save_settings(self, change: Callable[[], None]) -> None:
        """Change the settings and write them, in the background; say so when they cannot be written."""
        change()
        self._background.write(self._settings.save, lambda _: None, self._on_settings_not_saved)

    def _apply(self, settings: Settings) -> None:
        self.save_settings(lambda: self._settings.apply(settings))

    def _on_settings_not_saved(self, error: EasyChatError) -> None:
        if isinstance(error, SettingsError):
            self._notifier.post(NoticeKind.SETTINGS_NOT_SAVED, message=str(error))


def with_one(entries: Sequence[Entry], entry: Entry) -> tuple[Entry, ...]:
    """Return the list with this one in the place of the one with its id, or at the end."""
    changed = list(entries)
    place = next((place for place, each in enumerate(entries) if each.id == entry.id), len(changed))
    changed[place : place + 1] = [entry]
    return tuple(changed)


def arranged(entries: Sequence[Entry], ids: Sequence[EndpointId]) -> tuple[Entry, ...]:
    """Return the list in the order of these ids; what is not among them stays behind, in its own order."""
    places = {each: place for place, each in enumerate(ids)}
    return tuple(sorted(entries, key=lambda each: places.get(each.id, len(places))))
