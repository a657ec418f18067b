"""Exports: one at a time, in the background, with progress and a way to end it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.export_writers import writer_of
from easychat_gui.domain.errors import EasyChatError
from easychat_gui.domain.ids import ConversationId
from easychat_gui.support.turns import taken_every
from easychat_gui.transfer.exporting import Exported, Progress, export
from easychat_gui.transfer.formats import ExportCancelled, ExportFailed, ExportFault, Job
from easychat_gui.workers.background import Background
from easychat_gui.workers.store_executor import StoreExecutor

if TYPE_CHECKING:
    from easychat_gui.storage.records import KnownRecord, RecordReader
    from easychat_gui.storage.store import Store
    from easychat_gui.workers.printing.press import Press

TURNS_S = 0.001
"""While a long export works, the window's thread gets its turn so often."""


class ExportController(QObject):
    """``progressed(float)`` is a share of 1; then exactly one of ``finished(Exported)``, ``failed(EasyChatError)`` and
    ``cancelled()``."""

    progressed = Signal(float)
    finished = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    _broke = Signal(object)

    def __init__(
        self,
        *,
        conversations: ConversationController,
        store: StoreExecutor,
        attachments_folder: Path,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._store = store
        self._attachments_folder = attachments_folder
        self._background = background
        self._cancel: threading.Event | None = None
        self._broke.connect(self._on_failed)

    @property
    def is_running(self) -> bool:
        return self._cancel is not None

    def begin(self, job: Job, target: Path) -> None:
        """Write what is wanted, as it is on the screen now. Does nothing while another export runs."""
        if self._cancel is not None:
            return
        cancel = self._cancel = threading.Event()
        temporary = [each for each in job.wanted.conversation_ids if each in self._conversations.temporary]
        if temporary:
            self._begin_temporary(job, target, cancel, temporary[0])
            return

        def start() -> None:
            from_file = partial(_reader, self._store.database, self._attachments_folder)
            self._background.run(self._work(job, target, cancel, from_file), self._on_done, self._on_failed)

        self.when_written(start)

    def when_written(self, then: Callable[[], None]) -> None:
        """Call ``then`` when everything that is on the screen is in the file; also where that cannot be."""
        self._conversations.flush()
        self._store.submit(lambda _store: None, lambda _done: then(), lambda _error: then())

    def press(self, parent: QObject) -> Press:
        """Return who sets the pages of what is in the file, shows and prints them."""
        from easychat_gui.workers.printing.press import Press

        return Press(self._store.database, self._attachments_folder, parent)

    def _begin_temporary(
        self, job: Job, target: Path, cancel: threading.Event, conversation_id: ConversationId
    ) -> None:
        """Write a chat that is in no file: its own store reads it."""
        temporary = self._conversations.temporary
        folder = self._attachments_folder

        def read(store: Store) -> KnownRecord | None:
            from easychat_gui.storage.attachment_files import AttachmentFiles
            from easychat_gui.storage.records import KnownRecord, read_record

            files = temporary.files_of(conversation_id, AttachmentFiles(folder))
            record = read_record(store, files, conversation_id, with_rows=job.facts.is_lossless)
            return None if record is None else KnownRecord(record)

        def start(known: KnownRecord | None) -> None:
            if known is None:
                self._on_failed(ExportFailed(ExportFault.NOTHING, target))
                return
            work = self._work(job, target, cancel, lambda: nullcontext(known))
            self._background.run(work, self._on_done, self._on_failed)

        temporary.store_of(conversation_id).submit(read, start, self._on_failed)

    def cancel(self) -> None:
        """End what runs; nothing of it stays."""
        if self._cancel is not None:
            self._cancel.set()

    def close(self) -> None:
        self.cancel()

    def _work(
        self,
        job: Job,
        target: Path,
        cancel: threading.Event,
        open_reader: Callable[[], AbstractContextManager[RecordReader | KnownRecord]],
    ) -> Callable[[], Exported | None]:
        tell, broke = self.progressed.emit, self._broke.emit

        def work() -> Exported | None:
            try:
                with taken_every(TURNS_S), open_reader() as reader:
                    return export(job, reader, target, writer_of(job.format), Progress(tell, cancel.is_set))
            except ExportCancelled:
                return None
            except EasyChatError:
                raise
            except Exception as error:  # a fault of ours: nobody may wait for an end that does not come
                broke(ExportFailed(ExportFault.OTHER, target, str(error)))
                raise

        return work

    def _on_done(self, exported: Exported | None) -> None:
        self._cancel = None
        if exported is None:
            self.cancelled.emit()
        else:
            self.finished.emit(exported)

    def _on_failed(self, error: EasyChatError) -> None:
        self._cancel = None
        self.failed.emit(error)


def _reader(database: Path, attachments_folder: Path) -> RecordReader:
    from easychat_gui.storage.records import RecordReader

    return RecordReader(database, attachments_folder)
