"""The store of conversations that are never written: as the other, with nothing behind it but memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

from easychat_gui.support.private_folder import PrivateFolder
from easychat_gui.workers.store_executor import StoreExecutor
from easychat_gui.workers.store_jobs import Rebuild

if TYPE_CHECKING:
    from easychat_gui.domain.errors import StorageError
    from easychat_gui.storage.attachment_files import AttachmentFiles
    from easychat_gui.storage.store import Store

T = TypeVar("T")


class TemporaryStore(StoreExecutor):
    """It is begun with the first such conversation. Its attached files lie in a folder that goes with it."""

    def __init__(self, parent: QObject | None = None) -> None:
        self._folder = PrivateFolder()
        super().__init__(self._folder.path / "memory", parent=parent)
        self._folder.claim()
        self.submissions = 0
        """How many jobs there have been: rows that are read are whole if no job came after the reading."""

    @property
    def files(self) -> AttachmentFiles:
        from easychat_gui.storage.attachment_files import ATTACHMENTS_FOLDER, AttachmentFiles

        return AttachmentFiles(self._folder.path / ATTACHMENTS_FOLDER)

    def submit(
        self,
        job: Callable[[Store], T],
        then: Callable[[T], None] | None = None,
        on_error: Callable[[StorageError], None] | None = None,
        *,
        replaces: str | None = None,
    ) -> None:
        self.submissions += 1
        super().submit(job, then, on_error, replaces=replaces)

    def close(self, timeout_s: float = 5.0) -> bool:
        """End it: nothing is left of what it held."""
        is_idle = super().close(timeout_s)
        self._folder.remove()
        return is_idle

    def _open(self, rebuild: Rebuild | None) -> Store | None:
        del rebuild  # there is nothing that could be damaged
        try:
            from easychat_gui.storage.temporary import open_in_memory

            store = open_in_memory(self._folder.path)
        except BaseException as error:  # raised again in the GUI thread, where it is seen
            self._crash(error)
            return None
        from easychat_gui.storage.reports import OpenReport

        self._emit(self.opened, OpenReport())
        return store
