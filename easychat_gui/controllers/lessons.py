"""What models have turned out not to take: kept over restarts, and forgotten when the person or the server changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, EndpointKind
from easychat_gui.domain.errors import StorageError
from easychat_gui.domain.ids import EndpointId
from easychat_gui.domain.lessons import Lesson
from easychat_gui.providers.lessons import LessonBook
from easychat_gui.settings.schema import Settings
from easychat_gui.settings.store import SettingsStore
from easychat_gui.workers.store_executor import StoreExecutor

if TYPE_CHECKING:
    from easychat_gui.storage.store import Store

Address = tuple[str, EndpointKind]


class LessonController(QObject):
    """Keeps on disk what stands in the `LessonBook`, which the threads of the answers use and add to.

    What is new in it is written when an answer has ended (`keep_new`): no thread but the GUI's touches this object.
    ``changed`` when something was learned or forgotten.
    """

    changed = Signal()

    def __init__(
        self,
        book: LessonBook,
        *,
        settings: SettingsStore,
        store: StoreExecutor,
        on_error: Callable[[StorageError], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._book = book
        self._store = store
        self._on_error = on_error
        self._written: dict[EndpointId, list[Lesson]] = {}
        self._addresses = _addresses(settings.current)
        settings.subscribe(self._on_settings_changed)

    def load(self) -> None:
        """Read what earlier days have taught."""
        self._store.submit(lambda store: store.lessons.all(), self._on_loaded, self._on_error)

    def of(self, endpoint_id: EndpointId) -> tuple[Lesson, ...]:
        """Return what the models of a server have taught, oldest first."""
        return self._book.of(endpoint_id).all

    def keep_new(self) -> None:
        """Write what has been learned since. Only of saved servers: the others are new ones at every start."""
        has_news = False
        for endpoint_id, lessons in self._book.all():
            written = self._written.setdefault(endpoint_id, [])
            for lesson in (each for each in lessons.all if each not in written):
                written.append(lesson)
                has_news = True
                if endpoint_id in self._addresses:
                    self._store.submit(partial(_add, endpoint_id=endpoint_id, lesson=lesson), None, self._on_error)
        if has_news:
            self.changed.emit()

    def forget(self, endpoint_id: EndpointId, lesson: Lesson | None = None) -> None:
        """Forget one lesson of a server, or (None) all of them."""
        self._book.of(endpoint_id).forget(lesson)
        written = self._written.get(endpoint_id, [])
        self._written[endpoint_id] = [each for each in written if lesson is not None and each != lesson]
        self._store.submit(partial(_remove, endpoint_id=endpoint_id, lesson=lesson), None, self._on_error)
        self.changed.emit()

    def _on_loaded(self, found: Mapping[EndpointId, list[Lesson]]) -> None:
        for endpoint_id, lessons in found.items():
            self._written.setdefault(endpoint_id, []).extend(lessons)
            self._book.of(endpoint_id).add_known(lessons)
        if found:
            self.changed.emit()

    def _on_settings_changed(self, settings: Settings) -> None:
        """At another address, or in another API, another server answers."""
        former, self._addresses = self._addresses, _addresses(settings)
        for endpoint_id, address in former.items():
            if self._addresses.get(endpoint_id) != address:
                self.forget(endpoint_id)


def _addresses(settings: Settings) -> dict[EndpointId, Address]:
    endpoints = (each for each in settings.endpoints if each.id != LOCAL_ENDPOINT_ID)
    return {each.id: (each.base_url, each.kind) for each in endpoints}


def _add(store: Store, endpoint_id: EndpointId, lesson: Lesson) -> None:
    store.lessons.add(endpoint_id, lesson)


def _remove(store: Store, endpoint_id: EndpointId, lesson: Lesson | None) -> None:
    if lesson is None:
        store.lessons.remove_all(endpoint_id)
    else:
        store.lessons.remove(endpoint_id, lesson)
