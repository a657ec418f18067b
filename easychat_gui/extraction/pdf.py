"""The text of a PDF file, page by page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from easychat_gui.domain.attachments import AttachmentFault, Unit
from easychat_gui.domain.errors import AttachmentRefused
from easychat_gui.extraction.limits import Limits
from easychat_gui.extraction.pieces import Outline, Piece

if TYPE_CHECKING:
    from pypdf import PdfReader


def read(path: Path, limits: Limits) -> Iterator[Outline | Piece]:
    """Yield the pages. A page that cannot be read is empty; a file of which none has text was scanned."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every oddity of every file
    with path.open("rb") as file:
        reader, count = _opened(file)
        yield Outline(Unit.PAGE, count)
        has_text, failures = False, 0
        for number in range(1, min(count, limits.pages) + 1):
            try:
                text = reader.pages[number - 1].extract_text()
            except MemoryError:
                raise
            except Exception:  # whatever one broken page does to the library, the others may be sound
                text, failures = "", failures + 1
            has_text = has_text or bool(text.strip())
            yield Piece(text, number)
    if not has_text:
        raise AttachmentRefused(AttachmentFault.DAMAGED if failures else AttachmentFault.NO_TEXT)


def _opened(file: BinaryIO) -> tuple[PdfReader, int]:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

    try:
        reader = PdfReader(file, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):  # many are locked against printing only
            raise AttachmentRefused(AttachmentFault.ENCRYPTED)
        count = len(reader.pages)
    except (FileNotDecryptedError, DependencyError) as error:
        raise AttachmentRefused(AttachmentFault.ENCRYPTED) from error
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError) as error:
        raise AttachmentRefused(AttachmentFault.DAMAGED) from error
    if not count:
        raise AttachmentRefused(AttachmentFault.DAMAGED)
    return reader, count
