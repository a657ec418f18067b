"""The formats that conversations are written in, and what a writer of one gets and promises.

A writer is a function of conversations, of a file that is not there yet, and of the job: it writes that file and says
how far it is. Where the file goes in the end, that it is there whole or not at all, and what happens when the disk is
full or the person thinks better of it, is `exporting`'s affair: so a writer may leave a half-written file behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from easychat_gui.domain.errors import EasyChatError
from easychat_gui.domain.exports import Wanted
from easychat_gui.domain.transfer import ConversationRecord
from easychat_gui.transfer.words import Words


class Format(StrEnum):
    """The values stand in the settings."""

    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    ODT = "odt"
    JSON = "json"
    JSONL = "jsonl"


class Option(StrEnum):
    """What may be chosen about an export. The names of the fields of `Options`.

    REASONING, DETAILS (model, time, figures), ATTACHMENTS (the files themselves), BRANCHES (those that are not shown).
    """

    REASONING = "reasoning"
    DETAILS = "details"
    ATTACHMENTS = "attachments"
    BRANCHES = "branches"


class Layout(StrEnum):
    """How several conversations lie on the disk: in one file, or a file each, in a folder or in a zip file."""

    FILE = "file"
    FOLDER = "folder"
    ZIP = "zip"


@dataclass(frozen=True, slots=True)
class FormatFacts:
    """``options`` are those that make a difference, ``layouts`` those that several conversations may have, the usual
    one first. ``is_lossless``: it holds all that is known, so options that leave something out do not apply."""

    suffix: str
    options: frozenset[Option]
    layouts: tuple[Layout, ...]
    is_lossless: bool = False
    has_pages: bool = False
    """It is made for paper of some size."""


_ALL_OPTIONS = frozenset(Option)
_MANY_FILES = (Layout.FOLDER, Layout.ZIP)

FACTS: dict[Format, FormatFacts] = {
    Format.MARKDOWN: FormatFacts(".md", _ALL_OPTIONS, _MANY_FILES),
    Format.HTML: FormatFacts(".html", _ALL_OPTIONS, (*_MANY_FILES, Layout.FILE)),
    Format.PDF: FormatFacts(".pdf", _ALL_OPTIONS, (*_MANY_FILES, Layout.FILE), has_pages=True),
    Format.ODT: FormatFacts(".odt", _ALL_OPTIONS, (*_MANY_FILES, Layout.FILE), has_pages=True),
    Format.JSON: FormatFacts(".json", frozenset({Option.ATTACHMENTS}), (Layout.FILE, *_MANY_FILES), is_lossless=True),
    Format.JSONL: FormatFacts(".jsonl", frozenset({Option.REASONING}), (Layout.FILE, *_MANY_FILES)),
}
"""In the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class Options:
    reasoning: bool = True
    details: bool = True
    attachments: bool = True
    branches: bool = False

    def has(self, option: Option) -> bool:
        return bool(getattr(self, option.value))


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be written. ``now`` is when it was asked for, in seconds since 1970; ``palettes`` are the colours of
    the light and the dark theme by name (``syntax`` holds those of code), for formats that look like the window.
    ``may_replace``: a file that is there is to be replaced, else the new one gets another name. ``paper`` names the
    size of pages and ``code_font`` the family of the font of code, for formats that have them."""

    wanted: Wanted
    format: Format
    words: Words
    options: Options = Options()
    layout: Layout = Layout.FILE
    now: float = 0.0
    palettes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    may_replace: bool = False
    paper: str = "A4"
    code_font: str = "monospace"

    @property
    def facts(self) -> FormatFacts:
        return FACTS[self.format]


class Told(Protocol):
    """Hears how far a writer is, and ends it where the person has cancelled."""

    def message(self) -> None:
        """One more message was written; also to be called now and then where a message takes long.

        Raises `ExportCancelled`, which a writer lets pass.
        """

    def share(self, share: float) -> None:
        """So much of this file is done, as a share of 1: for a writer that goes through everything more than once.

        From the first call on, conversations and messages of this file no longer count. Raises as `message` does.
        """


class Beside(Protocol):
    """Takes the files that lie beside a written file."""

    def add(self, source: Path, name: str) -> str | None:
        """Copy a file into the folder beside; return its path from the written file, with "/" and not yet quoted.

        None: the file is gone. ``name`` is made fit for any file system, and another where it is taken.
        """


Writer = Callable[[Iterable[ConversationRecord], Path, Job, Told, Beside], None]
"""Writes these conversations (exactly one, unless the layout is FILE) to a file that is not there yet.

Raises OSError, `StorageError` (out of the conversations, which are read as they are asked for) and `ExportCancelled`.
"""


class ExportFault(StrEnum):
    """Why nothing could be written. The window has a sentence for each."""

    DISK_FULL = "disk full"
    NO_RIGHT = "no right"
    FOLDER_GONE = "folder gone"
    NAME_TOO_LONG = "name too long"
    NOTHING = "nothing"
    OTHER = "other"


class ExportFailed(EasyChatError):
    """``path`` is what could not be written; ``reason`` what the system said, where ``fault`` is OTHER."""

    def __init__(self, fault: ExportFault, path: Path, reason: str = "") -> None:
        super().__init__(f"{path} cannot be written: {reason or fault.value}.")
        self.fault = fault
        self.path = path
        self.reason = reason


class ExportCancelled(Exception):
    """The person thought better of it. Nothing was written."""
