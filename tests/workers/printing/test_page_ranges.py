"""Pages as people type them."""

from __future__ import annotations

import pytest

from easychat_gui.workers.printing.page_ranges import pages_of


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("", [0, 1, 2, 3, 4]),
        ("2", [1]),
        ("1-3", [0, 1, 2]),
        (" 1 – 2, 5 ", [0, 1, 4]),
        ("5,1", [4, 0]),
        ("4-", [3, 4]),
        ("4-99", [3, 4]),
        ("0, 9", []),
        ("3-2", []),
        ("1-99999999999999999999", [0, 1, 2, 3, 4]),
        ("-3", None),
        ("all", None),
        ("1;2,", [0, 1]),
    ],
)
def test_pages(text: str, pages: list[int] | None) -> None:
    assert pages_of(text, 5) == pages
