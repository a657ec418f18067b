"""What a model may write to break, hide or lure; all of it ends, in proportion, and opens nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint

from tests.fakes.shown_conversation import Shown, answer, running, user

Show = Callable[..., Shown]
SHAPES = {
    "word": "x" * 200_000,
    "line": "some words " * 20_000,
    "blanks": "a" + " " * 100_000 + "b",
    "quotes": ">" * 20_000 + "x",
    "items": "- " * 20_000 + "x",
    "brackets": "[" * 20_000,
    "pictures": "![" * 20_000,
    "emphasis": "*a **b " * 5_000,
    "table": "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 2_000,
    "wide table": "|" + " a |" * 500 + "\n|" + "---|" * 500 + "\n|" + " b |" * 500,
    "code line": "```py\n" + "x = 1; " * 30_000 + "\n```",
    "code": "```\n" + "x = 1\n" * 20_000 + "```",
    "combining": "a" + "\u0301" * 20_000,
    "newlines": "\n" * 100_000 + "end",
    "controls": "\x1b[31m\u202e\x00" * 3_000,
    "rules": "---\n" * 5_000,
    "headings": "# x\n" * 5_000,
    "huge heading": "# " + "word " * 20_000,
    "giant word": "x" * 1_000_000,
    "dollars": "$" * 20_000,
    "half formulas": "$a " * 10_000 + "\\(b " * 10_000 + "\\[c " * 10_000,
    "formulas that never end": "$$\nx\n\n" * 5_000,
    "deep formula": "$" + "\\frac{1}{" * 300 + "x" + "}" * 300 + "$ " + "$" + "{" * 2_000 + "}" * 2_000 + "$",
    "notes": "[^1]" * 10_000,
    "texts of notes": "".join(f"[^{number}]: text\n" for number in range(10_000)),
    "nested notes": "[^1]: " * 5_000 + "x",
    "cards of pictures": "![a](http://127.0.0.1:9/x.png) " * 2_000,
    "escapes": "\\" * 20_000,
    "backticks": "".join("`" * number + "x " for number in range(1, 250)),
    "references": "".join(f"[{number}]: http://e.org/{number}\n" for number in range(3_000)) + "[1] " * 3_000,
    "addresses": "http://e.org/x " * 5_000,
    "entities": "&amp;" * 20_000,
    "tags": "<a href='x'>" * 10_000,
    "tabs": "\t" * 50_000 + "x",
    "marks of direction": "\u202e\u2066\u202d" * 10_000,
    "surrogates": "\ud83d" * 100,
}


class Opened:
    """The files and sockets that were opened by this process since it was made, but for the program's own code."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.is_watching = False
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_watching and (event == "open" or event.startswith(("socket.", "subprocess.", "os.system"))):
            self.names.append(f"{event} {arguments[0]!r}")


@pytest.fixture(scope="module")
def hook() -> Opened:
    return Opened()


@pytest.fixture
def opened(hook: Opened) -> Iterator[Opened]:
    hook.names.clear()
    yield hook
    hook.is_watching = False


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("by", ["model", "user"])
def test_giant_shapes_are_shown_in_the_end_and_at_the_beginning(show: Show, name: str, by: str) -> None:
    text = SHAPES[name]
    shown = show([answer(text) if by == "model" else user(text)])
    shown.view.scroll_to_message(0)
    shown.paint()
    assert shown.view.rows.heights.total > 0
    documents = [flow.boxes[key.box].document for key, flow, _x, _y in shown.view.boxes_in_sight()]
    assert all(document is None or document.characterCount() < 20_000 for document in documents)


def test_link_definitions_lay_out_nothing_that_is_out_of_sight(show: Show) -> None:
    text = "".join(f"Paragraph [{number}] here.\n\n" for number in range(500)) + "[1]: http://e.org/1\n"
    shown = show([answer(text)])
    flow = next(flow for _key, flow, _x, _y in shown.view.boxes_in_sight())
    assert sum(box.document is not None for box in flow.boxes) < 100


@pytest.mark.parametrize("name", ["word", "code line", "brackets", "table"])
def test_giant_shapes_can_arrive_bit_by_bit(show: Show, name: str) -> None:
    message = running()
    shown = show([message])
    text = SHAPES[name][:40_000]
    for start in range(0, len(text), 4_000):
        shown.model.append_text(message.id, text[start : start + 4_000])
        shown.paint()
    assert shown.value == shown.maximum


LURES = """![](file:///etc/passwd) ![x](/etc/hosts) ![y](http://127.0.0.1:9/pixel.png?chat=secret) ![z][ref]

<img src="file:///etc/passwd"> <script src="http://127.0.0.1:9/x.js"></script> <link rel="x" href="/etc/group">

[click](javascript:alert(1)) [file](file:///etc/passwd) [smb](smb://127.0.0.1/x) <file:///etc/passwd>

| ![t](file:///etc/shadow) | <img src=/etc/shadow> |
|---|---|
| ![t](http://127.0.0.1:9/y) | <iframe src="http://127.0.0.1:9"> |

[ref]: http://127.0.0.1:9/z.png
"""


@pytest.mark.parametrize("by", ["answer", "stream", "user", "reasoning"])
def test_nothing_that_a_message_names_is_opened(show: Show, opened: Opened, by: str) -> None:
    shown = show([answer("first")])  # fonts and icons are read before the watch begins
    message = {"answer": answer(LURES), "user": user(LURES), "reasoning": answer("a", reasoning=LURES)}.get(
        by, running()
    )
    opened.is_watching = True
    shown.model.append(message)
    if by == "stream":
        shown.model.append_text(message.id, LURES)
    shown.paint()
    if by == "reasoning":
        shown.view.pointer.toggle_reasoning(1)
    shown.paint()
    shown.view.select_all()
    text = shown.view.selected_text() + shown.view.plain_text(1)
    opened.is_watching = False
    named = [name for name in opened.names if "/etc/" in name or "127.0.0.1" in name or "socket" in name]
    assert named == []
    assert text


def test_links_that_may_not_be_opened_lead_nowhere(show: Show) -> None:
    shown = show([answer(LURES)])
    area = shown.view.viewport()
    places = [QPoint(x, y) for y in range(0, area.height(), 6) for x in range(0, area.width(), 8)]
    links = {shown.view.pointer.hit(place).link for place in places} - {""}
    assert links
    assert all(link.startswith("http://127.0.0.1:9") for link in links)  # bare addresses of the web


def test_tags_in_an_answer_stay_readable(show: Show) -> None:
    shown = show([answer("Use List<String> and </think> and <kbd>Ctrl</kbd>.\n\nThe rest is here.")])
    assert shown.view.plain_text(0) == "Use List<String> and </think> and <kbd>Ctrl</kbd>.\n\nThe rest is here."


def test_direction_overrides_and_escapes_show_and_are_not_copied(show: Show) -> None:
    shown = show([answer("open user\u202egpj.exe and \x1b[31mred"), user("\u202ehidden")])
    shown.view.select_all()
    assert shown.view.selected_text() == "open user⟨RLO⟩gpj.exe and ␛[31mred\n\n⟨RLO⟩hidden"
