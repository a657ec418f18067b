"""The parent's side: starts the child that reads a document, collects what it says, and ends it in time."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from easychat_gui.domain.attachments import AttachmentFault, Cut, Details, Unit
from easychat_gui.domain.errors import AttachmentRefused
from easychat_gui.extraction import READER_ARGUMENT
from easychat_gui.extraction.kinds import Kind
from easychat_gui.extraction.limits import Limits
from easychat_gui.support.child_environment import child_environment

# A group of its own: Ctrl+C in the terminal reaches only the parent.
_PROCESS_GROUP: int | None
if sys.platform == "win32":
    _PROCESS_GROUP = None
    _CREATION_FLAGS = subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
else:
    _PROCESS_GROUP = 0
    _CREATION_FLAGS = 0


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a document with marks of its pages, and what is known of it."""

    text: str
    details: Details


HaveFile = Callable[[], AbstractContextManager[Path]]


class Reading:
    """One document being read. `run` blocks, `cancel` ends it from any thread.

    ``have_file`` has a file that can be read, for as long as it is needed. It may be put into its place, which is
    another one, at the very moment in which it is to be read.
    """

    def __init__(self, have_file: HaveFile, kind: Kind, limits: Limits | None = None) -> None:
        self._have_file = have_file
        self._kind = kind
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._is_cancelled = False
        self._is_late = False

    def run(self) -> Extracted | None:
        """Return the text, None if it was cancelled. Raises `AttachmentRefused`."""
        try:
            with self._have_file() as before:
                return self._read(before)
        except AttachmentRefused as refusal:
            with self._have_file() as path:
                if refusal.fault is not AttachmentFault.UNREADABLE or path == before:
                    raise
                return self._read(path)

    def _read(self, path: Path) -> Extracted | None:
        process = self._start()
        if process is None:
            return None
        timer = threading.Timer(self._limits.seconds, self._end_late)
        timer.daemon = True
        timer.start()
        collected = _Collected(self._limits)
        try:
            with process:
                self._order(process, path)
                for line in process.stdout or ():
                    collected.take(line)
                self._end()
                if process.stdin is not None:
                    with contextlib.suppress(OSError):  # the order stands in it still if the child ended before
                        process.stdin.close()
        finally:
            timer.cancel()
            self._end()
        if self._is_cancelled:
            return None
        return collected.result(is_late=self._is_late)

    def cancel(self) -> None:
        with self._lock:
            self._is_cancelled = True
        self._end()

    def _start(self) -> subprocess.Popen[str] | None:
        with self._lock:
            if self._is_cancelled:
                return None
            try:
                self._process = subprocess.Popen(
                    _command(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    encoding="ascii",
                    errors="replace",
                    env=child_environment(),
                    creationflags=_CREATION_FLAGS,
                    process_group=_PROCESS_GROUP,
                )
            except OSError as error:
                raise AttachmentRefused(AttachmentFault.UNREADABLE) from error
            return self._process

    def _order(self, process: subprocess.Popen[str], path: Path) -> None:
        """Tell the child what to read. Its standard input stays open: its end is the child's."""
        order = {"path": str(path), "kind": self._kind.value, "limits": asdict(self._limits)}
        if process.stdin is not None:
            with contextlib.suppress(OSError):  # it is ended already
                # Past the buffer, which would try once more when the pipe is closed, and raise there.
                os.write(process.stdin.fileno(), json.dumps(order).encode() + b"\n")

    def _end_late(self) -> None:
        self._is_late = True
        self._end()

    def _end(self) -> None:
        process = self._process
        if process is not None:
            process.kill()  # nothing to save; does nothing to one that has ended


@dataclass(slots=True)
class _Collected:
    """What the child has said so far."""

    limits: Limits
    unit: Unit | None = None
    count: int | None = None
    encoding: str = ""
    pieces: list[str] = field(default_factory=list)
    read: int = 0
    cut: Cut | None = None
    fault: AttachmentFault | None = None
    has_ended: bool = False
    has_text: bool = False

    def take(self, line: str) -> None:
        try:
            said: dict[str, Any] = json.loads(line)
        except ValueError:
            return  # the child was ended while it wrote
        if outline := said.get("outline"):
            self.unit = Unit(outline["unit"]) if outline["unit"] else self.unit
            self.count = outline["count"] or self.count
            self.encoding = outline["encoding"] or self.encoding
        elif piece := said.get("piece"):
            self._add(piece["text"], piece["number"], piece["label"])
        elif "fault" in said:
            self.fault = AttachmentFault(said["fault"])
        elif "end" in said:
            self.has_ended = True
            self.cut = Cut(said["end"]) if said["end"] else None

    def _add(self, text: str, number: int | None, label: str) -> None:
        self.has_text = self.has_text or bool(text.strip())
        if number is None:
            self.pieces.append(text.strip("\n"))
            return
        self.read = number
        mark = _mark(self.unit or Unit.PAGE, number, label)
        self.pieces.append(f"{mark}\n{text.strip()}".rstrip())

    def result(self, *, is_late: bool) -> Extracted:
        """Return what there is, though it be a part. Raises `AttachmentRefused` when there is nothing."""
        if self.fault is not None and not (self.has_text and self.fault is not AttachmentFault.ENCRYPTED):
            raise AttachmentRefused(self.fault)
        if not self.has_text:
            raise AttachmentRefused(self._why_nothing(is_late=is_late))
        if not self.has_ended:
            self.cut = Cut.TIME if is_late else Cut.DAMAGE if self.fault else Cut.MEMORY
        if self.cut is Cut.PAGES and self.count == self.read:
            self.cut = None
        details = Details(
            unit=self.unit, count=self.count, read=self.read or None, cut=self.cut, encoding=self.encoding
        )
        return Extracted("\n\n".join(self.pieces), details)

    def _why_nothing(self, *, is_late: bool) -> AttachmentFault:
        if is_late:
            return AttachmentFault.TOO_SLOW
        return AttachmentFault.BLANK if self.has_ended else AttachmentFault.TOO_MUCH_MEMORY


def _mark(unit: Unit, number: int, label: str) -> str:
    return f'[Sheet "{label}"]' if unit is Unit.SHEET and label else f"[{unit.value.capitalize()} {number}]"


def _command() -> list[str]:
    """Return the child's command line. ``-P`` keeps modules in the current folder from being taken for ours."""
    if getattr(sys, "frozen", False):
        return [sys.executable, READER_ARGUMENT]
    return [sys.executable, "-P", "-m", "easychat_gui", READER_ARGUMENT]
