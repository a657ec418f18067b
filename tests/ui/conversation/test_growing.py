"""An answer on the screen only ever grows while it arrives: nothing that was drawn is taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.fakes.shown_conversation import Shown, running

Show = Callable[..., Shown]
ANSWERS = {
    "prose": "An **answer** with *some* `code`, [a link](https://one.example/) and $x_1 + \\frac{a}{b}$ so.\n\nMore.",
    "lists": "1. First **b**\n   - in *it*\n   - [x] done\n2. Second\n\n> Quoted\n> > deeper\n\n---\n\nEnd.",
    "code": "Do:\n\n```py\ndef f(x):\n    return x ** 2\n```\n\nThen:\n\n~~~\nplain\n~~~\nEnd.",
    "table": "Here:\n\n| name | value |\n|:-----|------:|\n| `a` | **1** |\n| $b$ | 2 |\n\nEnd.",
    "formulas": "So\n\n$$\n\\frac{a}{b} = c\n$$\n\nand\n\n\\[ x^2 \\]\n\nor \\(y\\).",
    "environments": "So\n\n\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}\n\nEnd.",
    "notes": "Said[^1] and ![a cat](https://two.example/c.png) seen.\n\n[^1]: Where it was.\n\nUnder\n=====\n\nEnd.",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_the_height_never_shrinks_by_more_than_a_line(show: Show, name: str) -> None:
    message = running()
    shown = show([message])
    line, before = shown.view.rows.frame.style.message_line, 0
    for character in ANSWERS[name]:
        shown.model.append_text(message.id, character)
        shown.view.flush()
        shown.view.grab()
        height = shown.view.rows.heights.total
        assert height >= before - line, repr(character)
        before = height
