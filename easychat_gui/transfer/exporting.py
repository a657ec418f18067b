"""One export from beginning to end: what a writer writes appears under its name when it is whole, or not at all.

Everything is written under another name in the folder where it is to stand, and gets its own at the end. What ends an
export early (the person, a full disk, a fault) leaves nothing behind and touches nothing that was there.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.transfer import ConversationRecord
from easychat_gui.storage.records import AttachedFileLost, KnownRecord, RecordReader, attached_content
from easychat_gui.storage.sqlite_errors import is_full
from easychat_gui.support.atomic_files import free_name, sync_folder
from easychat_gui.transfer.file_names import FreeNames, dated_name, folded, safe_name
from easychat_gui.transfer.formats import ExportCancelled, ExportFailed, ExportFault, Job, Layout, Writer

_NO_RIGHT = (errno.EACCES, errno.EPERM, errno.EROFS)
_GONE = (errno.ENOENT, errno.ENOTDIR)


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: ``path`` is the file or folder, ``conversations`` how many it holds."""

    path: Path
    conversations: int


class Progress:
    """Counts what is done, tells it as a share of 1, and ends the work where ``is_cancelled`` says so.

    A conversation counts as much as any other, and within it each message.
    """

    STEP = 0.005
    """What is less than this further is not told."""

    def __init__(self, tell: Callable[[float], None], is_cancelled: Callable[[], bool]) -> None:
        self._tell = tell
        self._is_cancelled = is_cancelled
        self._total = 1
        self._chats = 0
        self._messages = 0
        self._of_messages = 1
        self._told = 0.0
        self._is_one_file = False
        self._is_shared = False

    def begin(self, chats: int, *, is_one_file: bool = False) -> None:
        """So many conversations will be written, all to one file or each to its own."""
        self._total = max(1, chats)
        self._is_one_file = is_one_file

    def chat(self, messages: int) -> None:
        """The next conversation begins, which has so many messages."""
        self._chats += 1
        self._messages, self._of_messages = 0, max(1, messages)
        self._go_on()

    def message(self) -> None:
        self._messages += 1
        self._go_on()

    def share(self, share: float) -> None:
        """So much of a file is done, all of which the writer counts by itself."""
        self._is_shared = True
        self._go_on()
        self._tell_share(share if self._is_one_file else (max(0, self._chats - 1) + share) / self._total)

    def _go_on(self) -> None:
        if self._is_cancelled():
            raise ExportCancelled
        if not self._is_shared:
            within = min(1.0, self._messages / self._of_messages)
            self._tell_share((self._chats - 1 + within) / self._total)

    def _tell_share(self, share: float) -> None:
        share = min(1.0, share)
        if share >= self._told + self.STEP:
            self._told = share
            self._tell(share)


class FilesBeside:
    """The folder of files that go with a written one. It is made with the first file.

    ``folder`` is where they are put now, ``name`` what the folder will be called.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._names = FreeNames()
        self._known: dict[tuple[Path, str], str] = {}

    def add(self, source: Path, name: str) -> str | None:
        known = self._known.get((source, name))
        if known is not None:
            return known
        self._folder.mkdir(parents=True, exist_ok=True)
        free = self._names.take(safe_name(name, "file"))
        copy = self._folder / free
        try:
            with copy.open("xb") as file:
                file.writelines(attached_content(source))
        except AttachedFileLost:
            copy.unlink()
            self._names.release(free)
            return None
        link = self._known[source, name] = f"{self._name}/{free}"
        return link


def export(job: Job, reader: RecordReader | KnownRecord, target: Path, write: Writer, progress: Progress) -> Exported:
    """Write what is wanted to ``target``, or beside what is there already unless the job may replace it.

    A folder that is there is always left alone, and the new one gets a number. Raises `ExportFailed`,
    `ExportCancelled` and `StorageError`; then nothing has changed.
    """
    if not job.may_replace:
        target = free_name(target)
    if job.facts.is_lossless:  # the trash belongs to all that there is
        reader.with_rows = True
        job = replace(job, wanted=replace(job.wanted, with_trash=True))
    ids = reader.ids(job.wanted)
    progress.begin(len(ids), is_one_file=job.layout is Layout.FILE)
    with _failing_as_export(target):
        if job.layout is Layout.FILE:
            return _export_file(job, _counted(reader, ids, job, progress), target, write, progress)
        parts = ((record, [record]) for record in _counted(reader, ids, job, progress))
        if job.layout is Layout.ZIP:
            return _export_zip(job, parts, target, write, progress)
        return _export_folder(job, parts, target, write, progress)


_Parts = Iterable[tuple[ConversationRecord, list[ConversationRecord]]]


def _counted(
    reader: RecordReader | KnownRecord, ids: Sequence[ConversationId], job: Job, progress: Progress
) -> Iterator[ConversationRecord]:
    for record in reader.records(ids, job.wanted):
        progress.chat(len(record.messages))
        if record.messages or job.facts.is_lossless:  # a draft alone is nothing to read
            yield record


def _export_file(
    job: Job, records: Iterator[ConversationRecord], target: Path, write: Writer, progress: Progress
) -> Exported:
    count = 0

    def counting() -> Iterator[ConversationRecord]:
        nonlocal count
        for record in records:
            count += 1
            yield record

    files = files_folder(target)
    with _written_aside(target.parent) as aside:
        new = aside / target.name
        write(counting(), new, job, progress, FilesBeside(aside / files.name, files.name))
        if not count:
            raise ExportFailed(ExportFault.NOTHING, target)
        _sync(new)
        _merge(aside / files.name, files)
        new.replace(target)  # last, so that what it points to is there
    sync_folder(target.parent)
    return Exported(target, count)


def _export_folder(job: Job, parts: _Parts, target: Path, write: Writer, progress: Progress) -> Exported:
    with _written_aside(target.parent) as aside:
        count = sum(1 for _ in _write_each(job, parts, aside / "new", write, progress))
        if not count:
            raise ExportFailed(ExportFault.NOTHING, target)
        target = free_name(target)
        (aside / "new").rename(target)
    sync_folder(target.parent)
    return Exported(target, count)


def _export_zip(job: Job, parts: _Parts, target: Path, write: Writer, progress: Progress) -> Exported:
    count = 0
    with _written_aside(target.parent) as aside:
        new, root = aside / "new.zip", aside / "new"
        with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED, allowZip64=True, strict_timestamps=False) as archive:
            for _ in _write_each(job, parts, root, write, progress):
                count += 1
                for path in sorted(each for each in root.rglob("*") if each.is_file()):
                    archive.write(path, path.relative_to(root).as_posix())
                shutil.rmtree(root)
        if not count:
            raise ExportFailed(ExportFault.NOTHING, target)
        _sync(new)
        new.replace(target)
    sync_folder(target.parent)
    return Exported(target, count)


def _write_each(job: Job, parts: _Parts, root: Path, write: Writer, progress: Progress) -> Iterator[Path]:
    """Write a file for each conversation, in folders like the person's own. Yields each when it is written."""
    names: dict[tuple[str, ...], FreeNames] = {}
    for record, alone in parts:
        folder = tuple(safe_name(name, "-") for name in record.folder)
        wanted = dated_name(
            record.conversation.title, record.conversation.created_at, job.words.untitled, job.facts.suffix
        )
        # "Work" and "work" are one folder on many drives.
        taken = names.setdefault(tuple(map(folded, folder)), FreeNames())
        path = root.joinpath(*folder, taken.take(wanted))
        path.parent.mkdir(parents=True, exist_ok=True)
        files = files_folder(path)
        write(alone, path, job, progress, FilesBeside(files, files.name))
        yield path


def files_folder(path: Path) -> Path:
    """Return where the files lie that go with a written one."""
    return path.with_name(f"{path.stem} files")


@contextmanager
def _written_aside(folder: Path) -> Iterator[Path]:
    """Give a place in the folder, on the same disk, whose content is removed in the end."""
    aside = Path(tempfile.mkdtemp(prefix=".easychat-export-", dir=folder))
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _merge(new: Path, folder: Path) -> None:
    """Put new files into a folder; others that lie there stay."""
    if not new.exists():
        return
    folder.mkdir(exist_ok=True)
    for file in new.iterdir():
        file.replace(folder / file.name)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _failing_as_export(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise export_failed(error, target) from error


def export_failed(error: OSError, target: Path) -> ExportFailed:
    """Return the error for a person."""
    if is_full(error):
        fault = ExportFault.DISK_FULL
    elif error.errno in _NO_RIGHT:
        fault = ExportFault.NO_RIGHT
    elif error.errno in _GONE:
        fault = ExportFault.FOLDER_GONE
    elif error.errno == errno.ENAMETOOLONG:
        fault = ExportFault.NAME_TOO_LONG
    else:
        fault = ExportFault.OTHER
    return ExportFailed(fault, target, error.strerror or str(error))
