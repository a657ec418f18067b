"""The child process: reads one document and ends.

A reader of foreign formats may hang, eat all memory or crash; here it can be ended from outside and limited by the
system, and takes nothing with it. The order comes as a line of JSON on standard input; what was read goes out as lines
of JSON, page by page, so that what is there when the end comes early is not lost. The end of standard input, which
comes with the parent's, ends the child.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from easychat_gui.domain.attachments import AttachmentFault, Cut
from easychat_gui.domain.errors import AttachmentRefused
from easychat_gui.extraction.kinds import Kind
from easychat_gui.extraction.limits import Limits
from easychat_gui.extraction.pieces import Outline, Piece, Reader

_GRACE_SHARE = 0.9
"""The child stops by itself after this share of the time, before the parent ends it."""

_MODULES = {
    Kind.PDF: "pdf",
    Kind.DOCX: "docx",
    Kind.XLSX: "xlsx",
    Kind.PPTX: "slides",
    Kind.ODT: "open_document",
    Kind.ODS: "open_document",
    Kind.ODP: "open_document",
    Kind.HTML: "html",
}


def main() -> int:
    """Read the document that standard input names and write what is in it to standard output."""
    output = os.fdopen(os.dup(1), "w", encoding="ascii", newline="\n")
    os.dup2(2, 1)  # what a library prints must not get between the lines
    try:
        order = json.loads(sys.stdin.readline())
        path, kind, limits = Path(order["path"]), Kind(order["kind"]), Limits(**order["limits"])
    except (ValueError, TypeError, KeyError):
        return 2
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    limit_resources(limits)
    for line in report(path, kind, limits):
        _send(output, line)
    output.close()
    return 0


def report(path: Path, kind: Kind, limits: Limits) -> Iterator[dict[str, Any]]:
    """Yield what the parent is told: outlines and pieces as they come, then ``end`` or a ``fault``."""
    deadline = time.monotonic() + limits.seconds * _GRACE_SHARE
    left = limits.characters
    has_piece = False
    cut: Cut | None = None
    try:
        for found in _reader(kind)(path, limits):
            if isinstance(found, Outline):
                yield {"outline": asdict(found)}
                continue
            has_piece = True
            yield {"piece": asdict(_clipped(found, left))}
            left -= len(found.text)
            cut = _cut(found, left, limits, deadline)
            if cut is not None and cut is not Cut.PAGES:
                break
        yield {"end": cut}
    except AttachmentRefused as refusal:
        yield {"fault": refusal.fault}
    except MemoryError:
        yield {"end": Cut.MEMORY} if has_piece else {"fault": AttachmentFault.TOO_MUCH_MEMORY}
    except OSError:
        yield {"fault": AttachmentFault.UNREADABLE}
    except Exception:  # whatever a library raises over a broken file
        yield {"end": Cut.DAMAGE} if has_piece else {"fault": AttachmentFault.DAMAGED}


def _reader(kind: Kind) -> Reader:
    module = import_module(f"easychat_gui.extraction.{_MODULES.get(kind, 'plain')}")
    reader: Reader = module.read
    return reader


def _clipped(piece: Piece, left: int) -> Piece:
    return piece if len(piece.text) <= left else Piece(piece.text[: max(0, left)], piece.number, piece.label)


def _cut(piece: Piece, left: int, limits: Limits, deadline: float) -> Cut | None:
    if left < 0:
        return Cut.CHARACTERS
    if time.monotonic() > deadline:
        return Cut.TIME
    if piece.number is not None and piece.number >= limits.pages:
        return Cut.PAGES
    return None


def limit_resources(limits: Limits) -> None:
    """Let the system hold this process to its limits, where it can. Files cannot be written at all."""
    if sys.platform == "win32":
        return
    import resource

    wishes = (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, int(limits.seconds) + 5),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for what, most in wishes:
        try:
            _, hard = resource.getrlimit(what)
            resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
        except (ValueError, OSError):  # macOS knows no limit of address space
            continue


def _send(output: TextIO, line: dict[str, Any]) -> None:
    try:
        output.write(json.dumps(line) + "\n")  # in ASCII: also a lone surrogate arrives
        output.flush()
    except OSError:  # the parent does not listen any more
        os._exit(1)


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)
