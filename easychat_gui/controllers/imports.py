"""Imports: what was chosen is looked through, then brought, in the background, with progress and a way to end it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.unread_files import UnreadFiles
from easychat_gui.domain.attachments import Attachment, AttachmentFault
from easychat_gui.domain.errors import AttachmentRefused, EasyChatError, StorageError, TransferError
from easychat_gui.domain.ids import AttachmentId
from easychat_gui.domain.transfer import FoundFile, NotRead, Omission
from easychat_gui.support.private_folder import folder_on_disk
from easychat_gui.support.turns import taken_every
from easychat_gui.transfer.importing import ImportCancelled, Report, Survey, bring, survey
from easychat_gui.workers.background import Background
from easychat_gui.workers.store_executor import StoreExecutor

if TYPE_CHECKING:
    from easychat_gui.storage.attachment_files import AttachmentFiles
    from easychat_gui.storage.store import Store
    from easychat_gui.transfer.arriving import Receive

T = TypeVar("T")

Target = tuple[Path, tuple[str, ...]]
"""A file, and the path of names of the folder that its chats go into; empty: into none."""

TURNS_S = 0.001
"""While an import works, the window's thread gets its turn so often."""

TELL_EVERY_S = 0.1
READ_FILES_AFTER_MS = 20_000
"""After the start: what an import of the last run has left unread is read then."""

_STOPPING = (AttachmentFault.DISK_FULL, AttachmentFault.NOT_KEPT)


@dataclass(frozen=True, slots=True)
class LookedThrough:
    """What is in the files that were chosen; ``refused`` are those that hold nothing that is known, and why."""

    surveys: tuple[Survey, ...]
    refused: tuple[tuple[Path, EasyChatError], ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of each file."""

    reports: tuple[tuple[Path, Report], ...] = field(default_factory=tuple)

    def total(self, of: Callable[[Report], int]) -> int:
        return sum(of(report) for _, report in self.reports)

    @property
    def is_cancelled(self) -> bool:
        return any(report.is_cancelled for _, report in self.reports)

    @property
    def first(self) -> str | None:
        """The id of the first conversation that came, or that something was added to."""
        return next((each for _, report in self.reports for each in (*report.added, *report.extended)), None)


class ImportController(QObject):
    """`look_through` is followed by ``looked_through(LookedThrough)``, `begin` by ``finished(Imported)``.

    ``progressed(float, int)`` is a share of 1 and a number of conversations. After `cancel` nothing follows a
    `look_through`; an import ends with what it has brought so far.
    """

    looked_through = Signal(object)
    progressed = Signal(float, int)
    finished = Signal(object)

    def __init__(
        self,
        *,
        conversations: ConversationController,
        store: StoreExecutor,
        files: Callable[[], AttachmentFiles],
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._store = store
        self._files = files
        self._background = background
        self._run: _Run | None = None
        self._has_ended = False
        self._unread = UnreadFiles(store=store, files=files, background=background, parent=self)
        QTimer.singleShot(READ_FILES_AFTER_MS, self, self._unread.read_all)

    @property
    def is_importing(self) -> bool:
        """Is something being brought?"""
        return self._run is not None and self._run.is_bringing

    def read_folders(self, then: Callable[[list[tuple[str, ...]]], None]) -> None:
        """Call ``then`` with the paths of all folders."""
        self._store.submit(lambda store: store.imports.folder_paths(), then, self._conversations.on_store_failed)

    def look_through(self, paths: Sequence[Path]) -> None:
        """Find out what is in these files and folders. What is looked through already is forgotten."""
        self.cancel()
        run = self._run = _Run(self._store, self.progressed.emit)
        self._background.run(partial(_look_through, tuple(paths), run), partial(self._on_looked_through, run))

    def begin(self, targets: Sequence[Target]) -> None:
        """Bring what these files have, each into its folder."""
        self.cancel()
        self._conversations.flush()
        run = self._run = _Run(self._store, self.progressed.emit, is_bringing=True)
        work = partial(_bring_all, tuple(targets), run, self._files())
        self._background.run(work, partial(self._on_brought, run))

    def cancel(self) -> None:
        """End what runs. Whole conversations stay."""
        if self._run is not None:
            self._run.cancel()

    def close(self) -> None:
        """End everything at once: the program does. What an import has brought is in the list at the next start."""
        self._has_ended = True
        self._unread.close()
        if self._run is not None:
            self._run.close()

    def _on_looked_through(self, run: _Run, found: LookedThrough | None) -> None:
        if run is self._run:
            self._run = None
            if found is not None:
                self.looked_through.emit(found)

    def _on_brought(self, run: _Run, imported: Imported) -> None:
        if run is self._run:
            self._run = None
        if self._has_ended:
            return
        extended = {each for _, report in imported.reports for each in report.extended}
        self._conversations.read_list_again()
        for shown in filter(None, map(self._conversations.showing, extended)):
            shown.read_again()
        self._unread.read_all()
        self.finished.emit(imported)


class _Run:
    """What the thread of an import and that of the window share."""

    def __init__(self, store: StoreExecutor, tell: Callable[[float, int], None], *, is_bringing: bool = False) -> None:
        self.is_bringing = is_bringing
        self._store = store
        self._tell = tell
        self._cancelled = threading.Event()
        self._closed = threading.Event()
        self._told_at = 0.0
        self.done = 0.0
        """How much of all files is done, as a share of 1, and which part of it one file is."""
        self.part = 1.0

    def cancel(self) -> None:
        self._cancelled.set()

    def close(self) -> None:
        self._cancelled.set()
        self._closed.set()

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    def progress(self, share: float, conversations: int) -> None:
        """Tell how far it is, now and then. Raises `ImportCancelled`."""
        if self._cancelled.is_set():
            raise ImportCancelled
        now = time.monotonic()
        if now - self._told_at >= TELL_EVERY_S:
            self._told_at = now
            self._tell(min(1.0, self.done + share * self.part), conversations)

    def ask(self, job: Callable[[Store], T]) -> T:
        """Run a job on the thread of the database and wait for it. Raises `StorageError` and `ImportCancelled`."""
        if self._cancelled.is_set():
            raise ImportCancelled
        answer = _Answer()

        def run(store: Store) -> Any:
            # One that the disk would not take is tried again later; by then this import is over.
            if answer.is_given.is_set():
                return None
            try:
                return job(store)
            except Exception as error:
                answer.break_off(error)  # what is no StorageError is told to nobody else who waits for it
                raise

        try:
            self._store.submit(run, answer.take, answer.fail)
        except RuntimeError as error:  # the store is closed
            raise ImportCancelled from error
        while not answer.is_given.wait(0.2):
            if self._closed.is_set():
                raise ImportCancelled
        if answer.error is not None:
            raise answer.error
        return answer.result  # type: ignore[no-any-return]


class _Answer:
    """What a job has returned, on its way to the thread that waits for it."""

    def __init__(self) -> None:
        self.is_given = threading.Event()
        self.result: Any = None
        self.error: Exception | None = None

    def break_off(self, error: Exception) -> None:
        """The job has a fault of ours; of a `StorageError` `fail` will hear."""
        if not isinstance(error, StorageError):
            self.error = error
            self.is_given.set()

    def take(self, result: Any) -> None:
        self.result = result
        self.is_given.set()

    def fail(self, error: StorageError) -> None:
        self.error = error
        self.is_given.set()


# On a thread of its own


def _look_through(paths: tuple[Path, ...], run: _Run) -> LookedThrough | None:
    found: list[Survey] = []
    refused: list[tuple[Path, EasyChatError]] = []
    run.part = 1 / max(1, len(paths))
    with taken_every(TURNS_S):
        for number, path in enumerate(paths):
            run.done = number * run.part
            try:
                found.append(survey(path, run.ask, run.progress))
            except ImportCancelled:
                return None
            except EasyChatError as error:
                refused.append((path, error))
            except Exception as error:  # a fault of ours: nobody may wait for an end that does not come
                refused.append((path, TransferError(f"{path} cannot be read: {error}", path)))
    return LookedThrough(tuple(found), tuple(refused))


def _bring_all(targets: tuple[Target, ...], run: _Run, files: AttachmentFiles) -> Imported:
    reports: list[tuple[Path, Report]] = []
    run.part = 1 / max(1, len(targets))
    with taken_every(TURNS_S), folder_on_disk() as folder:
        taking = _Files(files, folder / "file")
        for number, (path, into) in enumerate(targets):
            run.done = number * run.part
            report = bring(path, into, run.ask, taking, run.progress)
            reports.append((path, report))
            if report.is_cancelled or isinstance(report.failure, StorageError | AttachmentRefused):
                break
    return Imported(tuple(reports))


class _Files:
    """Takes files into the data folder. ``aside`` is where one is put for those who want a path."""

    def __init__(self, files: AttachmentFiles, aside: Path) -> None:
        self._files = files
        self._aside = aside

    def keep(self, content: bytes) -> None:
        """Keep a file as it is. Raises `AttachmentRefused`."""
        self._files.receive_bytes(content)

    def receiver(self, report: Report, title: str) -> Receive:
        """Return what takes the files of one conversation."""
        return partial(self._receive, report, title)

    def _receive(self, report: Report, title: str, file: FoundFile, attachment_id: AttachmentId) -> Attachment | None:
        from easychat_gui.controllers.receiving import received_file

        name = " ".join(file.name.replace("\\", "/").rpartition("/")[2].split()) or "file"
        try:
            self._aside.write_bytes(file.read())
            return received_file(self._files, self._aside, attachment_id, name)
        except AttachmentRefused as error:
            if error.fault in _STOPPING:
                raise
            why = NotRead.FILE_TOO_LARGE if error.fault is AttachmentFault.TOO_LARGE else NotRead.UNKNOWN_CONTENT
            report.tell(Omission(why, title, f"{name}: {error.fault.value}"))
        except (TransferError, OSError) as error:
            report.tell(Omission(NotRead.DAMAGED, title, f"{name}: {error}"))
        return None
