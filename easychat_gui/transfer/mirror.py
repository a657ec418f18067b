"""The mirror: each conversation as a Markdown file in a folder of the person's, kept as the conversation is.

Only files that were written here are ever changed, moved or removed, and only while they are as they were written
(`MirrorState` knows their checksums). What the person has changed is left alone: the conversation goes on in another
file, "… (from EasyChat).md". A conversation that is deleted or put into the trash has its file removed; out of the
trash it is written again.
"""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from easychat_gui.domain.exports import Scope, Wanted
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.transfer import ConversationRecord
from easychat_gui.storage.mirror_state import MirroredFile, MirrorState
from easychat_gui.storage.records import AttachedFileLost, RecordReader, attached_content
from easychat_gui.storage.sqlite_errors import is_full
from easychat_gui.storage.stamps import stamps
from easychat_gui.support.atomic_files import remove_left_over, write_atomically
from easychat_gui.transfer.exporting import export_failed
from easychat_gui.transfer.file_names import FreeNames, dated_name, safe_name
from easychat_gui.transfer.formats import ExportFailed, ExportFault, Format, Job, Options
from easychat_gui.transfer.markdown_chat import parts
from easychat_gui.transfer.words import Words

ATTACHMENTS = "attachments"
FROM_US = "(from EasyChat)"
_ENDING = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.ENXIO, errno.ENODEV, errno.ESTALE)
"""What holds for the whole folder, or may: it is not worth trying the next file."""
_NOT_THEIRS = frozenset({"lost+found", "desktop.ini", "Thumbs.db"})
_PROBES = 5
_MOST_SYNCED = 50
"""Of more files at once none is waited for until it is on the disk: that would take 20 ms each."""
_EMPTY = hashlib.sha256(b"").hexdigest()


@dataclass(slots=True)
class MirrorReport:
    """What was done. ``set_apart`` are new files for what stands in one that the person has changed; ``failed`` are
    those that could not be written."""

    written: int = 0
    removed: int = 0
    set_apart: list[Path] = field(default_factory=list)
    failed: list[Path] = field(default_factory=list)
    is_whole: bool = True
    """Nothing was left out for want of time."""


class Mirror:
    """Belongs to one thread. All methods raise `StorageError`, and `ExportFailed` where the folder cannot be used."""

    def __init__(self, reader: RecordReader, state: MirrorState, folder: Path, words: Words) -> None:
        self._reader = reader
        self._state = state
        self._folder = folder
        self._words = words
        self._report = MirrorReport()
        self._is_synced = True
        self._numbers: dict[str, int] = {}
        """The last one that each name got: thousands of chats may have one title."""

    def update(
        self,
        changed: Iterable[ConversationId] | None,
        tell: Callable[[int, int], None] = lambda _done, _total: None,
        is_cancelled: Callable[[], bool] = lambda: False,
        *,
        may_be_empty: bool = False,
    ) -> MirrorReport:
        """Bring the folder up to date with these conversations, or with all that have changed since the last time.

        ``tell`` gets how many are done of how many. ``may_be_empty``: the person has just chosen this folder, so that
        it is right if nothing is in it, whatever was there before.
        """
        self._report = MirrorReport()
        self._check_folder(may_be_empty=may_be_empty)
        if changed is None:
            self._clear_up()
        due = list(self._due(None if changed is None else list(changed)))
        self._is_synced = len(due) <= _MOST_SYNCED
        for number, (conversation_id, stamp) in enumerate(due):
            if is_cancelled():
                self._report.is_whole = False
                break
            tell(number, len(due))
            with _GoingOn(self._report, self._folder / str(conversation_id)):
                if stamp is None:
                    self._remove(conversation_id)
                else:
                    self._write(conversation_id, stamp)
        return self._report

    def _check_folder(self, *, may_be_empty: bool) -> None:
        """Refuse a folder that is not there, and an empty one where there must be files: a drive that is away."""
        if not self._folder.is_dir():
            raise ExportFailed(ExportFault.FOLDER_GONE, self._folder / "x")
        known = self._state.some_paths(_PROBES)
        if known and not any((self._folder / each).exists() for each in known) and self._is_empty():
            if not may_be_empty:
                raise ExportFailed(ExportFault.FOLDER_GONE, self._folder / "x")
            self._state.clear()

    def _is_empty(self) -> bool:
        """Is there nothing but what a desktop or a file system leaves in the place of a drive that is away?"""
        return all(each.name.startswith(".") or each.name in _NOT_THEIRS for each in self._folder.iterdir())

    def _clear_up(self) -> None:
        """Remove what was being written when the program was killed: it may be of a chat that is deleted by now."""
        paths = list(map(PurePosixPath, self._state.paths()))
        places = [path.parent / ATTACHMENTS / path.stem for path in paths]
        for folder in {PurePosixPath(), *places, *(path.parent for path in paths)}:
            with suppress(OSError):
                remove_left_over(self._folder / folder)

    def _due(self, changed: list[ConversationId] | None) -> Iterator[tuple[ConversationId, str | None]]:
        """Yield what is to be written, with its stamp, and what is to be removed, with None."""
        now = dict(stamps(self._reader.database, changed))
        if changed is not None:
            for conversation_id in changed:
                if now.get(conversation_id) != "":  # an answer is just being written: it is told again at its end
                    yield conversation_id, now.get(conversation_id)
            return
        known = self._state.stamps()
        for conversation_id in known:
            if conversation_id not in now:
                yield conversation_id, None
        for conversation_id, stamp in now.items():
            if stamp and known.get(conversation_id) != stamp:
                yield conversation_id, stamp

    # One conversation

    def _write(self, conversation_id: ConversationId, stamp: str) -> None:
        record = self._reader.read(conversation_id)
        if record is None or not record.messages:
            return
        known = self._state.get(conversation_id)
        wanted = self._wanted_path(record)
        path = known.path if known is not None and known.wanted == wanted else self._free_path(wanted, record, known)
        if known is not None and self._is_changed(known, record):
            path, known = self._set_apart(path, conversation_id), None
        beside = _MirroredFiles(self._folder, path, known)
        content = self._content(record, beside)
        sha256 = _sha256_of(content)
        if known is None or known.path != path or _sha256(self._folder / path) != sha256:
            base = known or MirroredFile(conversation_id, "", wanted, path, "")
            moved = ((path, sha256),) if base.path != path else ()
            # Should we be ended before it is noted below.
            self._state.put(replace(base, next_sha256=sha256, attached=base.attached + moved))
            (self._folder / path).parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._folder / path, content, is_private=False, is_synced=self._is_synced)
            self._report.written += 1
        if known is not None:
            self._remove_left(known, path, beside.made)
        self._state.put(MirroredFile(conversation_id, stamp, wanted, path, sha256, "", tuple(beside.made.items())))

    def _content(self, record: ConversationRecord, beside: _MirroredFiles) -> bytes:
        wanted = Wanted(Scope.CONVERSATION, (record.conversation.id,))
        job = Job(wanted, Format.MARKDOWN, self._words, Options(branches=True))
        return "".join(parts(record, job, beside)).encode("utf-8", "replace")

    def _is_changed(self, known: MirroredFile, record: ConversationRecord) -> bool:
        """Has the person changed our file? One that was removed has not: it is simply written again."""
        found = _sha256(self._folder / known.path)
        if found in (None, _EMPTY) or known.is_ours(found or ""):  # empty: by a power cut, and nothing is lost with it
            return False
        return self._is_foreign(known.path, record)  # else we were ended before it was noted

    def _wanted_path(self, record: ConversationRecord) -> str:
        conversation = record.conversation
        name = dated_name(conversation.title, conversation.created_at, self._words.untitled, ".md")
        folders = [safe_name(each, "-") for each in record.folder]
        if folders and folders[0].casefold() == ATTACHMENTS:
            folders[0] += "_"
        return PurePosixPath(*folders, name).as_posix()

    def _free_path(self, wanted: str, record: ConversationRecord, known: MirroredFile | None) -> str:
        """Return the path itself or with a number: never that of a file that is there and not ours."""
        path = wanted
        own = known.path if known is not None else None
        while path != own and (self._state.is_taken(path, record.conversation.id) or self._is_foreign(path, record)):
            number = self._numbers[wanted] = self._numbers.get(wanted, 1) + 1
            at = PurePosixPath(wanted)
            path = at.with_name(f"{at.stem} ({number}){at.suffix}").as_posix()
        return path

    def _is_foreign(self, path: str, record: ConversationRecord) -> bool:
        """Is there a file that is not ours? One that is just as we would write it is: what was noted of it was lost."""
        file = self._folder / path
        if not file.exists() and not file.is_symlink():
            return False
        content = self._content(record, _MirroredFiles(self._folder, path, None, is_dry=True))
        return _sha256(file) != _sha256_of(content)

    def _set_apart(self, path: str, conversation_id: ConversationId) -> str:
        """Return the path of another file, since the person has changed the one that is there."""
        at = PurePosixPath(path)
        stem = at.stem if at.stem.endswith(FROM_US) else f"{at.stem} {FROM_US}"
        number, apart = 1, at.with_name(f"{stem}{at.suffix}").as_posix()
        while self._state.is_taken(apart, conversation_id) or (self._folder / apart).exists():
            number += 1
            apart = at.with_name(f"{stem} {number}{at.suffix}").as_posix()
        self._report.set_apart.append(self._folder / apart)
        return apart

    # What goes

    def _remove(self, conversation_id: ConversationId) -> None:
        known = self._state.get(conversation_id)
        if known is None:
            return
        found = _sha256(self._folder / known.path)
        if found is None or known.is_ours(found):
            self._remove_left(known, "", {})
            self._report.removed += found is not None
        self._state.forget(conversation_id)

    def _remove_left(self, known: MirroredFile, path: str, attached: dict[str, str]) -> None:
        """Remove what was written before and is no longer part of the mirror; what was changed since stays."""
        going = [each for each in known.attached if each[0] not in attached and each[0] != path]
        if known.path != path:
            going.append((known.path, _sha256(self._folder / known.path) or ""))
        for name, sha256 in going:
            file = self._folder / name
            if _sha256(file) == sha256:
                file.unlink(missing_ok=True)
            self._remove_empty(file.parent)

    def _remove_empty(self, folder: Path) -> None:
        """Remove a folder that nothing is in any more, and those around it, but never the mirror's own."""
        while folder != self._folder and self._folder in folder.parents:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent


class _GoingOn:
    """What is wrong with one file is noted; what is wrong with the folder ends the work."""

    def __init__(self, report: MirrorReport, path: Path) -> None:
        self._report = report
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, OSError):
            return False
        if is_full(error) or error.errno in _ENDING or not self._path.parent.is_dir():
            raise export_failed(error, self._path) from error
        self._report.failed.append(self._path)
        return True


class _MirroredFiles:
    """The copies of one conversation's attached files, under "attachments" and the name of its file.

    ``made`` are those that belong to it now, by path, with the checksum of each, which is the name under which the
    program keeps it. ``is_dry``: only their names are wanted.
    """

    def __init__(self, folder: Path, path: str, known: MirroredFile | None, *, is_dry: bool = False) -> None:
        at = PurePosixPath(path)
        self._root = folder
        self._is_dry = is_dry
        self._known = dict(known.attached) if known is not None else {}
        self._place = at.parent / ATTACHMENTS / at.stem
        self._names = FreeNames()
        self._links: dict[tuple[str, str], str] = {}
        self.made: dict[str, str] = {}

    def add(self, source: Path, name: str) -> str | None:
        link = self._links.get((source.name, name))
        if link is not None:
            return link
        free = self._names.take(safe_name(name, "file"))
        while self._is_of_others(self._root / self._place / free, source.name):
            free = self._names.take(safe_name(name, "file"))
        path = (self._place / free).as_posix()
        if not self._is_dry and not self._copy(source, self._root / path):
            return None
        self.made[path] = source.name
        link = self._links[source.name, name] = f"{ATTACHMENTS}/{self._place.name}/{free}"
        return link

    def _is_of_others(self, target: Path, sha256: str) -> bool:
        path = target.relative_to(self._root).as_posix()
        return path not in self._known and target.exists() and _sha256(target) != sha256

    def _copy(self, source: Path, target: Path) -> bool:
        """Copy a file unless it is there; return False where it is gone."""
        if self._known.get(target.relative_to(self._root).as_posix()) == source.name and target.is_file():
            return True
        try:
            content = b"".join(attached_content(source))
        except AttachedFileLost:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(target, content, is_private=False)
        return True


def _sha256(path: Path) -> str | None:
    """Return the checksum of a file; None where there is none. Raises OSError."""
    with suppress(FileNotFoundError, NotADirectoryError), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
    return None


def _sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
