"""Who writes which format. Each writer is imported when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable

from easychat_gui.transfer.formats import FACTS, Format, Writer


def _markdown() -> Writer:
    from easychat_gui.transfer.markdown_chat import write

    return write


def _html() -> Writer:
    from easychat_gui.transfer.html_chat import write

    return write


def _pdf() -> Writer:
    from easychat_gui.workers.printing.pdf import write

    return write


def _odt() -> Writer:
    from easychat_gui.transfer.odt import write

    return write


def _json() -> Writer:
    from easychat_gui.transfer.json_export import write

    return write


def _jsonl() -> Writer:
    from easychat_gui.transfer.jsonl_export import write

    return write


_WRITERS: dict[Format, Callable[[], Writer]] = {
    Format.MARKDOWN: _markdown,
    Format.HTML: _html,
    Format.PDF: _pdf,
    Format.ODT: _odt,
    Format.JSON: _json,
    Format.JSONL: _jsonl,
}


def writer_of(format_: Format) -> Writer:
    """Return the writer of a format. May be called from any thread, and may take a while."""
    return _WRITERS[format_]()


def available() -> list[Format]:
    """Return the formats that can be written, in the order in which they are offered."""
    return [each for each in FACTS if each in _WRITERS]
