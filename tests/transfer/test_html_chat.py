"""A page looks like the window, is whole in itself, and does nothing."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.exports import Scope, Wanted
from easychat_gui.domain.ids import ConversationId, MessageId, new_attachment_id
from easychat_gui.domain.messages import Message, Role
from easychat_gui.domain.transfer import ConversationRecord
from easychat_gui.transfer.exporting import FilesBeside
from easychat_gui.transfer.formats import Format, Job, Options
from easychat_gui.transfer.html_chat import write
from easychat_gui.transfer.words import Words
from easychat_gui.ui.compiled_resources import PALETTES

NOON = 1_700_000_000.0
C = ConversationId("c")
VOID = frozenset({"meta", "img", "br", "hr", "input", "path", "rect", "line", "polygon", "use"})

HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> <svg/onload=alert(1)>",
    "[click](javascript:alert(1)) [x](data:text/html,<script>) [file](file:///etc/passwd) <javascript:alert(1)>",
    "![pixel](https://evil.example/p.png) ![local](file:///etc/passwd) ![](data:image/svg+xml;base64,PHN2Zz4=)",
    '![x](data:image/png;base64,"><script>alert(1)</script>)',
    '```"><script>alert(1)</script>\n</code></pre></main><script>alert(1)</script>\n```',
    "| <b>a</b> | onclick=alert(1) |\n|---|---|\n| </td><script>x</script> | [j](javascript:x) |",
    "$$\\text{</svg><script>alert(1)</script>}$$ and $\\href{javascript:alert(1)}{x}$",
    "</div></section></article></main></body></html><iframe src=//evil>",
    "# <style>*{display:none}</style>\n> <base href=//evil>\n- <form action=//evil><meta http-equiv=refresh>",
    "\u202e\u2066 \x1b]0;evil\x07 &lt;script&gt; &#60;script&#62;",
    "[^<script>]: note <script>\n\nSee[^<script>]",
    '[bank](https://bank.example@evil.example/) <http://evil.example/?a="onmouseover="x>',
)


@dataclass
class Page(HTMLParser):
    """What a browser would make of a page, as far as these tests ask; a tag that is not closed in order is an error."""

    source: str
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: str = ""
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.source)
        self.close()
        assert self.open == [], "not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"{tag} has an attribute twice"
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            assert not (tag in ("p", "div", "ul", "h2", "h3", "pre") and "p" in self.open), f"{tag} inside p"
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


WritePage = Callable[..., Page]


@pytest.fixture
def page(tmp_path: Path) -> WritePage:
    def write_page(*records: ConversationRecord, scope: Scope = Scope.CONVERSATION, **options: bool) -> Page:
        path = tmp_path / "page.html"
        path.unlink(missing_ok=True)
        job = Job(Wanted(scope, (C,)), Format.HTML, Words(), Options(**options), now=NOON, palettes=PALETTES)

        class Told:
            def message(self) -> None:
                pass

            def share(self, share: float) -> None:
                del share

        write(records, path, job, Told(), FilesBeside(tmp_path / "files", "files"))
        assert [each.name for each in tmp_path.iterdir() if each.name.startswith("page")] == ["page.html"]
        return Page(path.read_text(encoding="utf-8"))

    return write_page


def message(id_: str, text: str, role: Role = Role.ASSISTANT, parent: str | None = None, **more: object) -> Message:
    parent_id = MessageId(parent) if parent else None
    return Message(MessageId(id_), C, role, text, parent_id=parent_id, created_at=NOON, **more)  # type: ignore[arg-type]


def record(*messages: Message, **fields: object) -> ConversationRecord:
    leaf_id = messages[-1].id if messages else None
    return ConversationRecord(Conversation(C, "A talk", NOON, NOON, leaf_id=leaf_id).with_(**fields), messages)


def texts(*each: str) -> Iterable[Message]:
    parent = None
    for number, text in enumerate(each):
        yield message(str(number), text, Role.ASSISTANT if number % 2 else Role.USER, parent)
        parent = str(number)


ALLOWED_TAGS = frozenset(
    (
        *("html", "head", "meta", "title", "style", "body", "main", "article", "section", "nav", "footer", "div", "p"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "hr", "pre", "code", "table", "tr", "th"),
        *("td", "a", "strong", "em", "s", "sup", "br", "img", "input", "span", "time", "details", "summary"),
        *("svg", "g", "use", "path", "rect", "line", "polygon"),
    )
)


def check_harmless(page: Page) -> None:
    for tag, attributes in page.tags:
        assert tag in ALLOWED_TAGS, tag
        assert not [name for name in attributes if name.startswith("on")]
        assert set(attributes) & {"srcset", "action", "formaction", "xlink:href", "background", "ping"} == set()
        if tag == "a":
            assert attributes["href"].startswith(
                ("https://", "http://", "mailto:", "#", "data:application/octet-stream;")
            )
            assert ("download" in attributes) == attributes["href"].startswith("data:")
        if tag == "use":
            assert re.match(r"#formula-\d+\Z", attributes["href"])
        if "src" in attributes:
            assert tag == "img"
            assert re.match(r"data:image/(png|jpeg|gif|webp|bmp);base64,[A-Za-z0-9+/=]*\Z", attributes["src"])
        if "style" in attributes:
            assert re.match(r"width:[\d.]+em;height:[\d.]+em;vertical-align:-?[\d.]+em\Z", attributes["style"])
    (policy,) = [each["content"] for each in page.all("meta") if each.get("http-equiv")]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    style = page.source.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_is_written_in_a_chat_does_anything(page: WritePage, text: str) -> None:
    attachment = Attachment(new_attachment_id(), f'"><script>{text}', "text/html", 3, "1" * 64)
    hostile = record(
        message("a", text, Role.USER, attachments=(attachment,)),
        message("b", text, Role.ASSISTANT, "a", reasoning=text, model_id=text, endpoint_name=text),
        title=text,
        system_prompt=text,
    )
    hostile = replace(hostile, folder=(text,), tags=(text,))

    check_harmless(page(hostile))
    check_harmless(page(hostile, hostile, scope=Scope.ALL))


def test_what_stands_on_the_page_is_what_was_said(page: WritePage) -> None:
    it = page(
        record(*texts("How do I *write* this?", "Subtract **the maximum**.\n\n1. one\n2. two\n\n> quote\n\n---\n\nEnd"))
    )

    for words in ("A talk", "How do I *write* this?", "Subtract the maximum.", "one", "two", "quote", "End"):
        assert words in it.text
    assert {"strong", "ol", "li", "blockquote", "hr"} <= {tag for tag, _ in it.tags}
    assert it.all("html") == [{"lang": "en-GB"}]


def test_code_has_colours_and_tables_their_sides(page: WritePage) -> None:
    it = page(record(*texts("?", "```python\ndef f(x):\n    return 'a<b'\n```\n\n| a | b |\n|:--|--:|\n| 1 | 2 |")))

    classes = {each.get("class") for each in it.all("span")}
    assert {"keyword", "string", "function"} <= classes
    assert "return 'a<b'" in it.text
    assert [each["class"] for each in it.all("th")] == ["left", "right"]
    assert "code .keyword { color: var(--keyword); }" in it.source
    assert f"--keyword: {PALETTES['dark']['syntax']['keyword']}" in it.source


def test_tasks_and_footnotes(page: WritePage) -> None:
    it = page(record(*texts("?", "- [x] done\n- [ ] open\n\nSee[^1].\n\n[^1]: The note.")))

    assert ["checked" in each for each in it.all("input")] == [True, False]
    assert all("disabled" in each for each in it.all("input"))
    assert "See[1]." in it.text
    assert "The note." in it.text


def test_a_formula_is_drawn_and_can_be_heard(page: WritePage) -> None:
    it = page(record(*texts("?", "So $a<b$ and\n\n$$\\frac{1}{2}$$\n\nbut $\\unknowncommand{x}$")))

    assert [each["aria-label"] for each in it.all("svg")] == ["a<b", "\\frac{1}{2}"]
    assert "$\\unknowncommand{x}$" in it.text
    assert "#010203" not in it.source


def test_a_formula_that_is_repeated_is_drawn_once(page: WritePage) -> None:
    it = page(record(*texts("?", "$a<b$ and $a<b$ again"), title="$a<b$"))

    assert [each["id"] for each in it.all("g")] == ["formula-1"]
    assert [each["href"] for each in it.all("use")] == ["#formula-1"]
    assert len(it.all("svg")) == 2


def test_a_picture_elsewhere_is_a_link_and_one_inside_is_shown(page: WritePage) -> None:
    it = page(record(*texts("?", "![plot](https://example.com/p.png) ![dot](data:image/png;base64,iVBORw0KGgo=)")))

    assert [each["href"] for each in it.all("a")] == ["https://example.com/p.png"]
    assert [each["src"] for each in it.all("img")] == ["data:image/png;base64,iVBORw0KGgo="]


def test_files_are_inside(page: WritePage, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(bytes(range(256)) * 5000)
    files = tuple(
        Attachment(new_attachment_id(), name, kind, 7, "1" * 64)
        for name, kind in (("plot.png", "image/png"), ("x.svg", "image/svg+xml"), ("a.html", "text/html"))
    )
    it = replace(record(message("a", "See", Role.USER, attachments=files)), files={"1" * 64: kept})

    shown = page(it)
    (picture,) = shown.all("img")
    assert base64.b64decode(picture["src"].partition(",")[2]) == kept.read_bytes()
    assert [each["download"] for each in shown.all("a")] == ["x.svg", "a.html"]
    assert page(it, attachments=False).all("img") == []


def test_several_chats_have_a_table_of_contents(page: WritePage) -> None:
    first, second = record(*texts("a", "b")), record(*texts("c", "d"), title="Рецепт")
    it = page(first, second, scope=Scope.ALL)

    assert [each["href"] for each in it.all("a")] == ["#chat-1", "#chat-2"]
    ids = [attributes["id"] for _, attributes in it.tags if "id" in attributes]
    assert ids == ["contents", "chat-1", "chat-2"]
    assert it.text.index("Contents") < it.text.index("Рецепт") < it.text.index("b")


def test_headings_lie_below_one_another(page: WritePage) -> None:
    for records, scope in (
        ((record(*texts("a", "# Big\n## Less")),), Scope.BRANCH),
        ((record(*texts("a", "# Big")),) * 2, Scope.ALL),
    ):
        levels = [int(tag[1]) for tag, _ in page(*records, scope=scope).tags if re.match(r"h[1-6]\Z", tag)]
        assert levels.count(1) == 1
        assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_every_text_finds_its_own_direction(page: WritePage) -> None:
    answer = "مرحبا\n\n- א\n- b\n\n> שלום\n\n| ת | x |\n|--|--|\n| 1 | 2 |\n\n```\ncode\n```\n\n1. one\n\n> two"
    it = page(record(*texts("שלום עולם", answer)))

    def directions(tag: str) -> list[str]:
        return [each["dir"] for each in it.all(tag) if each.get("class") in (None, "table")]

    assert directions("ul") == ["rtl"]  # else the bullets stand at the left of a text at the right
    assert directions("li") == ["rtl", "ltr", "ltr"]
    assert directions("ol") == ["ltr"]
    assert directions("blockquote") == ["rtl", "ltr"]
    assert directions("div")[-1:] == ["rtl"]  # of the table: its first column stands at the right
    assert directions("th") == ["rtl", "ltr"]
    assert directions("pre") == ["ltr"]


def test_without_details_reasoning_and_branches_none_of_them_is_there(page: WritePage) -> None:
    it = record(
        message("q", "Q", Role.USER),
        message("a", "shown", parent="q", model_id="tiny", reasoning="thought", endpoint_name="server"),
        message("b", "Version two", parent="q"),
        leaf_id=MessageId("a"),
    )

    bare = page(it, details=False, reasoning=False)
    assert "tiny" not in bare.source
    assert "2023" not in bare.source
    assert "thought" not in bare.source
    assert "Version two" not in bare.source
    full = page(it, branches=True)
    for words in ("tiny", "2023-11-14", "thought", "Version two", "Branch 1, after “Q”"):
        assert words in full.text
