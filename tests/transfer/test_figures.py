"""The CSV of a chart, byte for byte."""

from __future__ import annotations

from datetime import date

from easychat_gui.domain.statistics import Table
from easychat_gui.transfer.figures import as_csv


def test_every_kind_of_value() -> None:
    rows = [
        (date(2026, 11, 2), "Qwen3, 4B", 412, 0.5),
        (date(2026, 1, 9), 'a "b"\nc', 3.0, 1e-3),
        (date(2026, 1, 9), "=HYPERLINK(1)", 0, 0.0),
        (date(2026, 1, 9), "рецепт ", -1, 12.25),
    ]
    assert as_csv(Table(("Day", "Model", "Tokens", "Seconds"), rows)) == (
        b"\xef\xbb\xbfDay,Model,Tokens,Seconds\r\n"
        b'2026-11-02,"Qwen3, 4B",412,0.5\r\n'
        b'2026-01-09,"a ""b""\nc",3,0.001\r\n'
        b"2026-01-09,'=HYPERLINK(1),0,0\r\n"
        b"2026-01-09," + '"рецепт "'.encode() + b",-1,12.25\r\n"
    )
