"""One import from beginning to end: what was chosen is looked through first, and then brought, some chats at a time.

Runs on a thread of its own. What it writes it asks of the thread of the database in small jobs, so that answers and
typing go on being saved meanwhile; a job holds whole conversations, so whatever ends an import, no half of one stays.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from easychat_gui.domain.errors import TransferError
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.transfer import Belonging, FoundConversation, NotRead, Omission, Source
from easychat_gui.storage.imports import Arriving, Outcome, Present
from easychat_gui.transfer.arriving import Receive, prepared
from easychat_gui.transfer.bundles import Bundle, open_bundle
from easychat_gui.transfer.json_import import WholeCandidate, WholeFile
from easychat_gui.transfer.reader import Reader
from easychat_gui.transfer.readers import reader_of

if TYPE_CHECKING:
    from easychat_gui.domain.ids import MessageId
    from easychat_gui.storage.store import Store

T = TypeVar("T")

MESSAGES_AT_ONCE = 300
CHATS_AT_ONCE = 40
"""So many are written in one go: some 20 ms, in which nobody else writes."""

MOST_OMISSIONS = 5_000
"""So many are told in full; a file that is nothing but damage must not fill the memory."""


class ImportCancelled(Exception):
    """The person thought better of it. What was written before stays: whole conversations."""


class Ask(Protocol):
    """Runs a job on the thread of the database and waits for it. Raises `StorageError` and `ImportCancelled`."""

    def __call__(self, job: Callable[[Store], T], /) -> T: ...


class Candidate(Protocol):
    """A conversation that may be brought: as a reader has found it, or as this program has written it."""

    @property
    def id(self) -> ConversationId: ...

    @property
    def title(self) -> str: ...

    @property
    def span(self) -> tuple[float | None, float | None]:
        """When it was begun, and when it was last changed."""

    @property
    def size(self) -> int:
        """How many messages it has."""

    def rows(self, receive: Receive, into: Sequence[str]) -> Arriving:
        """Return it as rows, its files copied."""

    def new_part(self, present: Present) -> Candidate | None:
        """Return what has come to it since it was brought."""

    def leaf_before(self, present: Present) -> MessageId | None:
        """Return the end of the branch that is shown, if that is still what was brought."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a file has. ``known`` is how many of its conversations are here already; ``first`` and ``last`` are dates,
    None where none are told."""

    path: Path
    source: Source
    conversations: int
    messages: int
    known: int
    first: float | None
    last: float | None
    omissions: int


@dataclass(slots=True)
class Report:
    """What became of an import. ``omissions`` holds the first `MOST_OMISSIONS` of ``omitted``."""

    added: list[ConversationId] = field(default_factory=list)
    extended: list[ConversationId] = field(default_factory=list)
    known: int = 0
    in_trash: list[str] = field(default_factory=list)
    messages: int = 0
    omissions: list[Omission] = field(default_factory=list)
    omitted: int = 0
    is_cancelled: bool = False
    failure: Exception | None = None

    def tell(self, omission: Omission) -> None:
        """Note something that was not brought."""
        self.omitted += 1
        if len(self.omissions) < MOST_OMISSIONS:
            self.omissions.append(omission)


class Progress(Protocol):
    """Hears how far the work is: a share of 1, how many conversations. Raises `ImportCancelled` to end it."""

    def __call__(self, share: float, conversations: int, /) -> None: ...


def survey(path: Path, ask: Ask, progress: Progress) -> Survey:
    """Look a file through. Raises `NotRecognised`, `TransferError`, `StorageError` and `ImportCancelled`."""
    known = ask(lambda store: store.imports.known())
    report = Report()
    ids: set[ConversationId] = set()
    messages = 0
    first: list[float] = []
    last: list[float] = []
    with open_bundle(path) as bundle:
        reader = _reader_of(bundle)
        for candidate in _candidates(bundle, reader.read, report):
            if isinstance(candidate, Belonging | WholeFile):
                continue
            progress(_share(bundle), len(ids))
            ids.add(candidate.id)
            messages += candidate.size
            begun, changed = candidate.span
            first += [begun] if begun is not None else []
            last += [changed] if changed is not None else []
            first, last = first[:1] and [min(first)], last[:1] and [max(last)]
    here = len(ids & known.keys())
    dates = (first[0] if first else None, last[0] if last else None)
    return Survey(path, reader.source, len(ids), messages, here, *dates, report.omitted)


def bring(path: Path, into: Sequence[str], ask: Ask, files: Files, progress: Progress) -> Report:
    """Bring the conversations of a file. ``into`` is the path of the folder that they go into.

    Never raises for what is wrong with the file or the disk: the report says how far it came.
    """
    report = Report()
    try:
        with open_bundle(path) as bundle:
            reader = _reader_of(bundle)
            run = _Run(bundle, into, ask, files, progress, report)
            run.take_all(_candidates(bundle, reader.read, report))
    except ImportCancelled:
        report.is_cancelled = True
    except Exception as error:
        report.failure = error
    return report


class Files(Protocol):
    """Takes files into the data folder."""

    def receiver(self, report: Report, title: str, /) -> Receive:
        """Return what takes the files of one conversation, and tells the report which cannot be kept."""

    def keep(self, content: bytes, /) -> None:
        """Keep a file as it is. Raises `AttachmentRefused`."""


class _Run:
    """Gathers conversations until they are worth a job of the database."""

    def __init__(
        self,
        bundle: Bundle,
        into: Sequence[str],
        ask: Ask,
        files: Files,
        progress: Progress,
        report: Report,
    ) -> None:
        self._bundle = bundle
        self._into = tuple(into)
        self._ask = ask
        self._files = files
        self._progress = progress
        self._report = report
        self._known = ask(lambda store: store.imports.known())
        self._waiting: list[Candidate] = []
        self._belongings: list[Belonging] = []
        self._columns: dict[str, frozenset[str]] = {}
        self._told_unknown: set[str] = set()
        self._size = 0
        self._count = 0

    def take_all(self, candidates: Iterable[Candidate | Belonging | WholeFile]) -> None:
        for candidate in candidates:
            if isinstance(candidate, Belonging):
                self._belongings.append(candidate)
                continue
            if isinstance(candidate, WholeFile):
                self._keep(candidate)
                continue
            self._waiting.append(candidate)
            self._size += candidate.size
            if self._size >= MESSAGES_AT_ONCE or len(self._waiting) >= CHATS_AT_ONCE:
                self._write()
        self._write()

    def _write(self) -> None:
        waiting, self._waiting, self._size = self._waiting, [], 0
        self._count += len(waiting)
        self._progress(_share(self._bundle), self._count)
        new: dict[ConversationId, Candidate] = {}
        known = []
        for each in waiting:
            if each.id in self._known or each.id in new:
                known.append(each)
            else:
                new[each.id] = each
        if new or self._belongings:
            self._add(list(new.values()))
        if known:
            self._add_to(known)

    def _add(self, new: list[Candidate]) -> None:
        rows = [each.rows(self._files.receiver(self._report, each.title), self._into) for each in new]
        belongings, self._belongings = self._belongings, []
        if any(isinstance(each, WholeCandidate) for each in new):
            self._tell_unknown(rows)
        outcomes = self._ask(lambda store: store.imports.add(rows, belongings))
        for candidate, row, outcome in zip(new, rows, outcomes, strict=True):
            self._known[candidate.id] = False
            if outcome is Outcome.ADDED:
                self._report.added.append(candidate.id)
                self._report.messages += len(row.messages)
            elif outcome is Outcome.REFUSED:
                self._report.tell(Omission(NotRead.DAMAGED, candidate.title))
            else:
                self._report.known += 1

    def _keep(self, file: WholeFile) -> None:
        """Copy a file in as it is; one that nothing refers to in the end is removed when the program starts next."""
        if hashlib.sha256(file.content).hexdigest() != file.sha256:
            self._report.tell(Omission(NotRead.DAMAGED, file.sha256))
            return
        self._files.keep(file.content)

    def _tell_unknown(self, rows: Sequence[Arriving]) -> None:
        """Say what a later version has written that there is no place for here."""
        for table, values in (
            ("conversations", [each.row for each in rows]),
            ("messages", [row for each in rows for row in each.messages]),
        ):
            if table not in self._columns:
                self._columns[table] = self._ask(partial(_columns, table))
            names = {name for row in values for name in row} - self._columns[table] - self._told_unknown
            for name in sorted(names):
                self._told_unknown.add(name)
                self._report.tell(Omission(NotRead.UNKNOWN_CONTENT, "", f"{table}: {name}"))

    def _add_to(self, known: list[Candidate]) -> None:
        """Bring what is new of conversations that are here already."""
        ids = [each.id for each in known]
        present = self._ask(lambda store: store.imports.present(ids))
        for candidate in known:
            here = present.get(candidate.id)
            if here is not None and here.is_in_trash:
                self._report.in_trash.append(candidate.title)
                continue
            part = candidate.new_part(here) if here is not None else None
            if part is None or here is None:
                self._report.known += 1
                continue
            self._extend(candidate, part, here)

    def _extend(self, candidate: Candidate, part: Candidate, here: Present) -> None:
        rows = part.rows(self._files.receiver(self._report, candidate.title), ())
        leaf = candidate.leaf_before(here)
        if self._ask(lambda store: store.imports.extend(rows, leaf)) is Outcome.EXTENDED:
            self._report.extended.append(candidate.id)
            self._report.messages += len(rows.messages)


def _columns(table: str, store: Store) -> frozenset[str]:
    return store.imports.columns(table)


class NotRecognised(TransferError):
    """Nothing in the file is a chat of a program that is known."""


def _reader_of(bundle: Bundle) -> Reader:
    reader = reader_of(bundle)
    if reader is None:
        raise NotRecognised(f"Nothing in {bundle.path} is a chat of a program that is known.", bundle.path)
    return reader


def _candidates(
    bundle: Bundle, read: Callable[..., Iterator[Any]], report: Report
) -> Iterator[Candidate | Belonging | WholeFile]:
    now = time.time()
    for found in read(bundle, report.tell):
        if not isinstance(found, FoundConversation):
            yield found
            continue
        for omission in found.omissions:
            report.tell(omission)
        made = None
        with suppress(RecursionError):
            made = prepared(found, now)
        if made is None:
            report.tell(Omission(NotRead.NO_MESSAGES, found.title))
        else:
            yield made


def _share(bundle: Bundle) -> float:
    return min(1.0, bundle.bytes_read / max(1, bundle.bytes_in_all))
