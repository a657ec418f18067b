"""Keeps the mirror: hears of changes, lets them gather for a few seconds, and has them written in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from easychat_gui.controllers.notifier import NoticeKind, Notifier
from easychat_gui.domain.errors import EasyChatError
from easychat_gui.domain.ids import ConversationId
from easychat_gui.settings.schema import Settings
from easychat_gui.settings.store import SettingsStore
from easychat_gui.support.turns import taken_every
from easychat_gui.transfer.formats import ExportFailed, ExportFault
from easychat_gui.transfer.words import Words
from easychat_gui.workers.background import Background
from easychat_gui.workers.store_executor import StoreExecutor

if TYPE_CHECKING:
    from easychat_gui.storage.store import Store
    from easychat_gui.transfer.mirror import MirrorReport

GATHER_MS = 3000
"""So long after a change the file is written; more changes meanwhile go with it."""
RETRY_MS = 60_000
"""A folder that cannot be used is tried again so often."""
ALL = ConversationId("")
"""What `storage.changes` says of a change that may concern any conversation."""
CLOSE_S = 2.0
"""So long quitting waits for what is still to be written. The rest is found at the next start."""
TURNS_S = 0.001


class MirrorController(QObject):
    """``progressed(done, total)`` while it writes, ``changed()`` when its state is another."""

    progressed = Signal(int, int)
    changed = Signal()
    _noted = Signal()

    def __init__(
        self,
        words: Words,
        *,
        settings: SettingsStore,
        store: StoreExecutor,
        attachments_folder: Path,
        background: Background,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = words
        self._store = store
        self._attachments_folder = attachments_folder
        self._background = background
        self._notifier = notifier
        self._folder: Path | None = None
        self._pending: set[ConversationId] = set()
        self._has_all_pending = False
        """What has changed since the last run is to be found out, and written."""
        self._cancel: threading.Event | None = None
        self._is_chosen = False
        """The person has just chosen the folder, and nothing was written there since."""
        self._is_watching = False
        self._is_closed = False
        self.failure: EasyChatError | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._begin)
        self._changes = _Changes(self._noted.emit)
        self._noted.connect(self._on_noted)
        settings.subscribe(self._apply)
        store.opened.connect(self._on_store_opened)
        self._apply(settings.current)
        self._is_chosen = False

    @property
    def is_on(self) -> bool:
        return self._folder is not None

    @property
    def is_working(self) -> bool:
        return self._cancel is not None

    @property
    def is_up_to_date(self) -> bool:
        """Is everything written that is known to have changed?"""
        return not (self._pending or self._has_all_pending or self.is_working)

    def retry(self) -> None:
        """Try again at once after a failure."""
        if self.is_on and not self.is_working:
            self._timer.start(0)

    def close(self) -> None:
        """Write what is pending, as far as the time allows. The store is still open."""
        if self._is_closed:
            return
        self._is_closed = True
        self._timer.stop()
        if self._cancel is not None:
            self._cancel.set()
        elif self._folder is not None and self.failure is None:
            self._write_last(self._folder)

    def _write_last(self, folder: Path) -> None:
        is_saved, cancel = threading.Event(), threading.Event()
        self._store.submit(lambda _store: is_saved.set())

        # Values alone: this thread may outlive what closes here.
        work, changes, pending, has_all = (
            self._work(folder, cancel),
            self._changes,
            self._pending,
            self._has_all_pending,
        )

        def write() -> None:
            is_saved.wait(CLOSE_S)
            changed = pending | changes.take()
            if changed or has_all:
                work(None if has_all or ALL in changed else changed)

        thread = threading.Thread(target=write, name="mirror", daemon=True)
        thread.start()
        thread.join(CLOSE_S)
        cancel.set()
        thread.join(CLOSE_S)  # it ends with the file that it is at

    # What happens

    def _apply(self, settings: Settings) -> None:
        mirror = settings.mirror
        folder = Path(mirror.folder) if mirror.is_on and mirror.folder else None
        if folder == self._folder:
            return
        self._folder = folder
        self.failure = None
        self._notifier.withdraw(NoticeKind.MIRROR_FAILED)
        if self._cancel is not None:
            self._cancel.set()
        self._pending.clear()
        self._has_all_pending = self._is_chosen = folder is not None
        if folder is not None:
            self._watch()
            self._timer.start(0)
        else:
            self._timer.stop()
        self.changed.emit()

    def _on_store_opened(self, _report: object) -> None:
        """It may be another file than before."""
        self._is_watching = False
        if self.is_on:
            self._watch()
            self._has_all_pending = True
            self._timer.start(GATHER_MS)

    def _watch(self) -> None:
        if self._is_watching:
            return
        self._is_watching = True
        note = self._changes.note

        def watch(store: Store) -> None:
            from easychat_gui.storage.changes import watch

            watch(store, note)

        self._store.submit(watch)

    def _on_noted(self) -> None:
        noted = self._changes.take()
        if not self.is_on:
            return
        self._has_all_pending = self._has_all_pending or ALL in noted
        self._pending |= noted - {ALL}
        if not self._timer.isActive() and not self.is_working:
            self._timer.start(GATHER_MS)

    # Writing

    def _begin(self) -> None:
        if self._folder is None or self._cancel is not None or self._is_closed or self.is_up_to_date:
            return
        changed = None if self._has_all_pending else set(self._pending)
        self._pending.clear()
        self._has_all_pending = False
        self._cancel = threading.Event()
        folder = self._folder
        work = partial(self._work(folder, self._cancel), changed)

        def done(report: MirrorReport | None) -> None:
            self._end(folder, changed, report, None)

        def start(_: object = None) -> None:
            self._background.run(work, done, lambda error: self._end(folder, changed, None, error))

        # What was noted is perhaps not committed yet; behind this it is.
        self._store.submit(lambda _store: None, start, start)
        self.changed.emit()

    def _work(
        self, folder: Path, cancel: threading.Event
    ) -> Callable[[set[ConversationId] | None], MirrorReport | None]:
        """Return what writes these conversations, or with None all that have changed since the last run."""
        database, attachments = self._store.database, self._attachments_folder
        words, tell, may_be_empty = self._words, self.progressed.emit, self._is_chosen

        def work(changed: set[ConversationId] | None) -> MirrorReport | None:
            from easychat_gui.storage.mirror_state import MirrorState
            from easychat_gui.storage.records import RecordReader
            from easychat_gui.transfer.mirror import Mirror

            with taken_every(TURNS_S), RecordReader(database, attachments) as reader:
                state = MirrorState.open(database.with_suffix(".mirror.db"), folder)
                try:
                    return Mirror(reader, state, folder, words).update(
                        changed, tell, cancel.is_set, may_be_empty=may_be_empty
                    )
                finally:
                    state.close()

        return work

    def _end(
        self,
        folder: Path,
        changed: set[ConversationId] | None,
        report: MirrorReport | None,
        error: EasyChatError | None,
    ) -> None:
        self._cancel = None
        if folder == self._folder:
            if report is None or not report.is_whole:
                self._put_back(changed)
            else:
                self._is_chosen = False
            self._tell(report, error)
        if self.is_on and not self.is_up_to_date and not self._is_closed:
            self._timer.start(RETRY_MS if error is not None else GATHER_MS)
        self.changed.emit()

    def _put_back(self, changed: set[ConversationId] | None) -> None:
        if changed is None:
            self._has_all_pending = True
        else:
            self._pending |= changed

    def _tell(self, report: MirrorReport | None, error: EasyChatError | None) -> None:
        if error is not None and self.failure is None:
            fault = error.fault if isinstance(error, ExportFailed) else ExportFault.OTHER
            reason = str(error) if fault is ExportFault.OTHER else fault.value
            self._notifier.post(NoticeKind.MIRROR_FAILED, name=str(self._folder), reason=reason)
        elif error is None and self.failure is not None:
            self._notifier.withdraw(NoticeKind.MIRROR_FAILED)
        self.failure = error
        if report is not None and report.set_apart:
            self._notifier.post(NoticeKind.MIRROR_SET_APART, count=len(report.set_apart), name=report.set_apart[0].name)


class _Changes:
    """Gathers what the thread of the database notes, a row at a time, and tells once until it is taken."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._noted: set[ConversationId] = set()

    def note(self, conversation_id: ConversationId) -> None:
        with self._lock:
            is_first = not self._noted
            self._noted.add(conversation_id)
        if is_first:
            self._tell()

    def take(self) -> set[ConversationId]:
        with self._lock:
            noted, self._noted = self._noted, set()
        return noted
