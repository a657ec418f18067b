"""What lands on the clipboard, in each of its forms."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from easychat_gui.ui.conversation.selection import Position
from tests.fakes.shown_conversation import Shown, answer, user
from tests.ui.conversation.test_view import place_of

Show = Callable[..., Shown]
PLAIN = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton
RICH = """# Title

Some **bold**, *italic* and `code` with a [link](https://e.org/x).

> quoted

1. one
   - in
2. two

- [x] done

```python
print("<b>")
```

| a | b |
|:--|--:|
| 1 | **2** |"""


def copied(shown: Shown) -> dict[str, str]:
    shown.view.copy()
    mime = QGuiApplication.clipboard().mimeData()
    return {
        "text": mime.text(),
        "html": mime.html(),
        "markdown": bytes(mime.data("text/markdown").data()).decode(),
    }


def mark(shown: Shown, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    """Select from one (row, block, offset) to another."""
    (row, box, offset), (last_row, last_box, last_offset) = first, last
    shown.view.selection.anchor = Position(row, 1, box, offset)
    shown.view.selection.head = Position(last_row, 1, last_box, last_offset)


def test_all_three_forms_of_whole_messages(show: Show) -> None:
    shown = show([user("the *question*"), answer(RICH), user("end")])
    shown.view.select_all()
    forms = copied(shown)
    assert forms["markdown"] == f"the *question*\n\n{RICH}\n\nend"
    assert forms["text"].startswith("the *question*\n\nTitle\n\nSome bold, italic and code with a link.")
    assert "a\tb\n1\t2" in forms["text"]
    html = forms["html"]
    for wanted in (
        "<p>the *question*</p>",
        "<h1>Title</h1>",
        "<strong>bold</strong>",
        "<em>italic</em>",
        "<code>code</code>",
        '<a href="https://e.org/x">link</a>',
        "<blockquote><p>quoted</p></blockquote>",
        "<ol><li><p>one</p><ul><li><p>in</p></li></ul></li><li><p>two</p></li></ol>",
        "<ul><li><p>☑ done</p></li></ul>",
        "<pre><code>print(&quot;&lt;b&gt;&quot;)</code></pre>",
        '<th align="right">b</th>',
        '<td align="right"><strong>2</strong></td>',
    ):
        assert wanted in html


@pytest.mark.parametrize(
    ("source", "first", "last", "markdown"),
    [
        ("a **bold word** here", (0, 4), (0, 8), "**ld w**"),
        ("see [the page](https://e.org) now", (0, 8), (0, 12), "[page](https://e.org)"),
        ("`x*y` and 2*3", (0, 0), (0, 3), "`x*y`"),
        ("one 2\\*3 two", (0, 4), (0, 7), "2\\*3"),
        ("- one\n- two\n- three", (0, 0), (1, 2), "- one\n- tw"),
        ("- one\n- two", (0, 1), (1, 3), "  ne\n- two"),
        ("para\n\n> quote\n> more", (0, 2), (1, 8), "ra\n\n> quote\n> mo"),
        ("```py\nabc\ndef\n```", (0, 1), (0, 5), "```py\nbc\nd\n```"),
        ("# Head\n\ntext", (0, 0), (1, 2), "# Head\n\nte"),
    ],
)
def test_markdown_of_a_part(
    show: Show, source: str, first: tuple[int, int], last: tuple[int, int], markdown: str
) -> None:
    shown = show([answer(source)])
    mark(shown, (0, *first), (0, *last))
    assert copied(shown)["markdown"] == markdown.strip("\n")


def test_part_of_code_is_plain_code(show: Show) -> None:
    shown = show([answer("```py\nfor x in y:\n    pass\n```")])
    mark(shown, (0, 0, 0), (0, 0, 12))
    assert copied(shown)["text"] == "for x in y:\n"


def test_part_of_a_table_is_a_table_of_the_cells_that_were_marked(show: Show) -> None:
    shown = show([answer("| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |")])
    mark(shown, (0, 0, 0), (0, 0, 7))
    forms = copied(shown)
    assert forms["text"] == "a\tb\n1\t"
    assert forms["markdown"] == "| a | b |\n| --- | --- |\n| 1 |  |"


def test_a_table_from_right_to_left_begins_at_the_right_and_is_copied_as_it_was_written(show: Show) -> None:
    source = "| الاسم | b |\n| --- | --- |\n| 1 | 2 |"
    shown = show([answer(source)])
    (document,) = [flow.boxes[key.box].document for key, flow, _x, _y in shown.view.boxes_in_sight()]
    assert document is not None
    places: dict[str, float] = {}
    block = document.begin()
    while block.isValid():
        places[block.text()] = document.documentLayout().blockBoundingRect(block).left()
        block = block.next()
    assert places["1"] > places["2"]
    shown.view.select_all()
    assert copied(shown)["markdown"] == source


def test_one_cell_is_text(show: Show) -> None:
    shown = show([answer("| alpha | b |\n|---|---|\n| 1 | 2 |")])
    mark(shown, (0, 0, 1), (0, 0, 4))
    assert copied(shown) | {"html": ""} == {"text": "alp", "markdown": "alp", "html": ""}


def test_long_code_is_one_code_again(show: Show) -> None:
    code = "\n".join(f"line {number}" for number in range(200))
    shown = show([answer(f"before\n\n```\n{code}\n```")])
    mark(shown, (0, 0, 0), (0, 9, 5))
    forms = copied(shown)
    assert forms["markdown"] == f"before\n\n```\n{code}\n```"
    assert forms["html"].count("<pre>") == 1


def test_nothing_that_a_message_says_becomes_a_tag_or_a_remote_address(show: Show) -> None:
    shown = show([answer("<img src='x'> ![p](http://evil.example/y) [j](javascript:alert)")])
    shown.view.select_all()
    html = copied(shown)["html"]
    assert "<img" not in html
    assert "href" not in html
    assert "&lt;img" in html


def test_formulas_and_footnotes_are_what_they_were_written_as(show: Show) -> None:
    shown = show([answer("So $x^2$ is $y_1$ here.")])
    mark(shown, (0, 0, 1), (0, 0, 9))
    assert copied(shown)["markdown"] == "o $x^2$ is $y_1$"


def test_nothing_marked_leaves_the_clipboard_alone(show: Show) -> None:
    QGuiApplication.clipboard().setText("kept")
    shown = show([answer("a")])
    shown.view.copy()
    assert QGuiApplication.clipboard().text() == "kept"


def test_a_third_click_marks_the_block(show: Show) -> None:
    shown = show([answer("alpha beta gamma\n\nother")])
    viewport = shown.view.viewport()
    place = place_of(shown, lambda point: shown.view.pointer.hit(point).is_on_text)
    QTest.mouseDClick(viewport, LEFT, PLAIN, place)
    QTest.mousePress(viewport, LEFT, PLAIN, place)
    QTest.mouseRelease(viewport, LEFT, PLAIN, place)
    assert shown.view.selected_text() == "alpha beta gamma"


def test_dragging_after_a_double_click_marks_whole_words_both_ways(show: Show) -> None:
    shown = show([answer("alpha beta gamma")])
    viewport = shown.view.viewport()

    def at(offset: int) -> QPoint:
        rect = shown.view.keyboard.caret.rect(Position(0, 1, 0, offset))
        return rect.center() + QPoint(shown.view.column[0] + 2, -shown.view.scroll_top)

    QTest.mouseDClick(viewport, LEFT, PLAIN, at(8))
    QTest.mousePress(viewport, LEFT, PLAIN, at(8))
    QTest.mouseRelease(viewport, LEFT, PLAIN, at(8))
    QTest.mouseDClick(viewport, LEFT, PLAIN, at(8))
    assert shown.view.selected_text() == "beta"
    QTest.mouseMove(viewport, at(13))
    assert shown.view.selected_text() == "beta gamma"
    QTest.mouseMove(viewport, at(2))
    assert shown.view.selected_text() == "alpha beta"
    QTest.mouseRelease(viewport, LEFT, PLAIN, at(2))
    assert shown.view.selection_bar.isVisible()
    QTest.mouseClick(shown.view.selection_bar.copy_button, LEFT)
    assert QGuiApplication.clipboard().text() == "alpha beta"
    assert not shown.view.selection_bar.isVisible()
