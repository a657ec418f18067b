"""Forgetting everything: takes keys out of their places, notes the wish, and has the program end for it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import QObject, Signal

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.errors import EasyChatError
from easychat_gui.domain.forgetting import Part
from easychat_gui.storage.reports import RecoveryReport
from easychat_gui.support.paths import DataPaths
from easychat_gui.workers.background import Background
from easychat_gui.workers.store_jobs import Rebuild


class ForgettingController(QObject):
    """``noted`` when the wish is on the disk: the window closes then, and with nothing open it is carried out."""

    noted = Signal()

    def __init__(
        self, *, paths: DataPaths, endpoints: EndpointController, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._paths = paths
        self._endpoints = endpoints
        self._background = background
        self.is_noted = False

    def forget(self, parts: Collection[Part], on_error: Callable[[EasyChatError], None]) -> None:
        """Forget these parts. ``on_error`` is told what could not be: then the program goes on."""
        paths, wished = self._paths, frozenset(parts)

        def note() -> None:
            from easychat_gui.storage.forgetting import wish

            wish(paths, wished)

        def done(_: None) -> None:
            self.is_noted = True
            self.noted.emit()

        if Part.SETTINGS in wished:
            self._endpoints.keys.delete(self._endpoints.endpoints(), lambda _name, error: on_error(error))
        self._background.write(note, done, on_error)

    def carry_out(self) -> None:
        """Do it, now that nothing is open any more. What cannot be done now is done at the next start."""
        from easychat_gui.storage.forgetting import carry_out_if_possible

        if self.is_noted:
            carry_out_if_possible(self._paths)

    def rest(self, after: Callable[[], RecoveryReport] | None = None) -> Rebuild:
        """Return what forgets, before the database is opened, what an earlier run could not read to keep the rest.

        ``after``: what puts another database in its place before.
        """
        paths = self._paths

        def carry_out() -> RecoveryReport | None:
            from easychat_gui.storage.forgetting import carry_out_rest_if_possible

            report = after() if after is not None else None
            carry_out_rest_if_possible(paths)
            return report

        return Rebuild(carry_out)
