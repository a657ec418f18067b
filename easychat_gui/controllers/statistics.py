"""The figures of the library, asked for beside all writing; and what models cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, Price
from easychat_gui.domain.errors import EasyChatError, StorageError
from easychat_gui.domain.ids import EndpointId
from easychat_gui.domain.statistics import Figures, Period, Share, Table
from easychat_gui.storage.statistics import figures_of
from easychat_gui.support.atomic_files import write_atomically
from easychat_gui.workers.background import Background
from easychat_gui.workers.store_executor import StoreExecutor
from easychat_gui.workers.store_reader import StoreReader


class FiguresNotSaved(EasyChatError):
    """The reason is the system's."""


class StatisticsController(QObject):
    """``prices_changed`` when the person has set some."""

    prices_changed = Signal()

    def __init__(
        self,
        *,
        store: StoreExecutor,
        endpoints: EndpointController,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._endpoints = endpoints
        self._reader = StoreReader(store, "statistics", self)

    def ask(
        self, period: Period | None, then: Callable[[Figures], None], on_error: Callable[[StorageError], None]
    ) -> None:
        """Call ``then`` with the figures of a period (None: of all time), unless others are asked for before."""
        self._reader.ask("figures", partial(figures_of, period=period), then, on_error)

    def write_file(self, path: Path, content: bytes | Table, on_error: Callable[[EasyChatError], None]) -> None:
        """Write a picture, or a table as CSV, to where the person wants it."""

        def write() -> None:
            from easychat_gui.transfer.figures import as_csv

            made = content if isinstance(content, bytes) else as_csv(content)
            try:
                write_atomically(path, made, is_private=False)
            except OSError as error:
                raise FiguresNotSaved(error.strerror or str(error)) from error

        self._background.write(write, None, on_error)

    def close(self) -> None:
        self._reader.close()

    def server_name(self, endpoint_id: EndpointId, name_then: str) -> str:
        """Return what a server is called now, or was when it answered; empty for the bundled model."""
        endpoint = self._endpoints.endpoint(endpoint_id)
        return endpoint.name if endpoint is not None and endpoint_id != LOCAL_ENDPOINT_ID else name_then

    def model_name(self, model_id: str) -> str:
        return self._endpoints.model_name(model_id)

    def is_local(self, endpoint_id: EndpointId) -> bool:
        """Is it the bundled model, which costs nothing?"""
        return endpoint_id == LOCAL_ENDPOINT_ID

    def price_of(self, share: Share) -> Price | None:
        """Return what a model costs by now; of a pool, what the first of its servers with a price for it takes."""
        pool = self._endpoints.pool(share.endpoint_id)
        servers = self._endpoints.members(pool) if pool is not None else [self._endpoints.endpoint(share.endpoint_id)]
        return next((found for each in servers if each and (found := each.prices.get(share.model_id))), None)

    def may_have_price(self, endpoint_id: EndpointId) -> bool:
        """Is it a server of the list, with which a price can be kept?"""
        endpoint = self._endpoints.endpoint(endpoint_id)
        is_single = self._endpoints.pool(endpoint_id) is None and not self.is_local(endpoint_id)
        return endpoint is not None and is_single and bool(endpoint.base_url)

    def set_prices(self, prices: Mapping[tuple[EndpointId, str], Price | None]) -> None:
        """Keep what models of servers cost; None: nothing is known."""
        for endpoint_id in {place[0] for place in prices}:
            endpoint = self._endpoints.endpoint(endpoint_id)
            if endpoint is None:
                continue
            changed = dict(endpoint.prices)
            for (owner, model), price in prices.items():
                if owner == endpoint_id and price is None:
                    changed.pop(model, None)
                elif owner == endpoint_id and price is not None:
                    changed[model] = price
            if changed != dict(endpoint.prices):
                self._endpoints.save(replace(endpoint, prices=changed), None)
        self.prices_changed.emit()
