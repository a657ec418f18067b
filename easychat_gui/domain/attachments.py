"""Files that go with a message: what is known of one, and what can be wrong with one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

from easychat_gui.domain.ids import AttachmentId, new_attachment_id
from easychat_gui.support.quick_dataclass import dataclass

E = TypeVar("E", bound=StrEnum)

CHARACTERS_PER_TOKEN = 4
"""A rule of thumb for text in Latin letters; good enough for "≈"."""


class Unit(StrEnum):
    """What the text of a document is counted in."""

    PAGE = "page"
    SHEET = "sheet"
    SLIDE = "slide"


class Cut(StrEnum):
    """Which limit ended the reading of a document before its own end."""

    PAGES = "pages"
    CHARACTERS = "characters"
    TIME = "time"
    MEMORY = "memory"
    DAMAGE = "damage"


class AttachmentFault(StrEnum):
    """Why a file cannot be attached, or not be read. The window has a sentence for each."""

    MISSING = "missing"
    FOLDER = "folder"
    LINK = "link"
    NOT_A_FILE = "not a file"
    TOO_LARGE = "too large"
    UNREADABLE = "unreadable"
    BINARY = "binary"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    NO_TEXT = "no text"
    BLANK = "blank"
    TOO_SLOW = "too slow"
    TOO_MUCH_MEMORY = "too much memory"
    TOO_BIG_INSIDE = "too big inside"
    TOO_MANY_PIXELS = "too many pixels"
    DISK_FULL = "disk full"
    NOT_KEPT = "not kept"


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of a file besides its size.

    ``count`` is how many pages, sheets or slides (``unit``) it has, ``read`` how many of them are in the text.
    ``cut`` says which limit ended the reading. ``encoding`` is set where the text was in another one than UTF-8.
    ``width`` and ``height`` are those of a picture as it is kept, in pixels.
    """

    unit: Unit | None = None
    count: int | None = None
    read: int | None = None
    cut: Cut | None = None
    encoding: str = ""
    width: int | None = None
    height: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what is set: the form that is stored."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in values.items() if value not in (None, "")}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Details:
        """Read the form that `as_dict` writes. What this version does not know is dropped."""
        numbers = {name: values[name] for name in ("count", "read", "width", "height") if type(values.get(name)) is int}
        return cls(
            unit=_known(Unit, values.get("unit")),
            cut=_known(Cut, values.get("cut")),
            encoding=str(values.get("encoding", "")),
            **numbers,
        )


@dataclass(frozen=True, slots=True)
class Attachment:
    """One use of a file, by a draft or a message.

    ``sha256`` names the file as it is kept, in hexadecimal; ``size`` is its bytes. ``name`` is what the person's file
    was called, without a path. ``text`` is what was read out of it, empty for a picture; ``is_read`` is False until
    that is done.
    """

    id: AttachmentId
    name: str
    media_type: str
    size: int
    sha256: str
    text: str = ""
    details: Details = field(default_factory=Details)
    is_read: bool = True

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")

    def with_(self, **changes: Any) -> Attachment:
        """Return a copy with these fields changed."""
        return replace(self, **changes)

    def copied(self) -> Attachment:
        """Return another use of the same file."""
        return replace(self, id=new_attachment_id())


def estimated_tokens(attachment: Attachment) -> int:
    """Guess how many tokens a model will count for it.

    Pictures by the rule of OpenAI's vision guide: 85, and 170 for each tile of 512 px, after fitting the picture into
    2048 px and its short edge to 768 px. Other makers' counts are of the same order.
    """
    if not attachment.is_picture:
        return math.ceil(len(attachment.text) / CHARACTERS_PER_TOKEN)
    width, height = attachment.details.width or 1, attachment.details.height or 1
    scale = min(1.0, 2048 / max(width, height), 768 / min(width, height))
    return 85 + 170 * math.ceil(width * scale / 512) * math.ceil(height * scale / 512)


def _known(kind: type[E], value: Any) -> E | None:
    try:
        return kind(value)
    except ValueError:
        return None
