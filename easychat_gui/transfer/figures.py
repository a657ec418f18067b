"""Figures of a chart as CSV (RFC 4180): UTF-8 with a mark that spreadsheets look for, CRLF, days as 2026-11-22."""

from __future__ import annotations

from datetime import date

from easychat_gui.domain.statistics import Table

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(table: Table) -> bytes:
    """Return the file. What a server has named so that a spreadsheet would run it, begins with an apostrophe."""
    lines = [table.columns, *table.rows]
    text = "".join(",".join(map(_field, line)) + "\r\n" for line in lines)
    return b"\xef\xbb\xbf" + text.encode("utf-8", "replace")


def _field(value: str | float | date) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return str(value) if isinstance(value, int) or not value.is_integer() else str(int(value))
    text = f"'{value}" if value.startswith(_BEGINS_A_FORMULA) else value
    needs_quotes = any(each in text for each in ',"\r\n') or text != text.strip()
    return '"' + text.replace('"', '""') + '"' if needs_quotes else text
