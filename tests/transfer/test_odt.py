"""Conversations as OpenDocument texts: what a program that knows the format finds in them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from easychat_gui.domain.attachments import Attachment, Details
from easychat_gui.domain.exports import Scope, Wanted
from easychat_gui.domain.ids import AttachmentId, ConversationId
from easychat_gui.domain.transfer import ConversationRecord
from easychat_gui.extraction import open_document
from easychat_gui.extraction.limits import Limits
from easychat_gui.extraction.pieces import Piece
from easychat_gui.storage import records, sealed_files
from easychat_gui.storage.records import RecordReader
from easychat_gui.transfer import odt
from easychat_gui.transfer.formats import Format, Job, Layout, Options
from easychat_gui.transfer.odt_xml import NAMESPACES, inline
from easychat_gui.transfer.words import Words
from tests.transfer.conftest import NOON, AddChat

WriteChat = Callable[..., "Written"]


class Told:
    """Hears how far a writer is."""

    def __init__(self) -> None:
        self.messages = 0

    def message(self) -> None:
        self.messages += 1

    def share(self, share: float) -> None:
        raise AssertionError(share)


class Beside:
    """Takes no files."""

    def add(self, source: Path, name: str) -> str | None:
        raise AssertionError((source, name))


class Written:
    """A document, opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.archive = zipfile.ZipFile(path)
        self.content = self.part("content.xml")

    def part(self, name: str) -> ET.Element:
        return ET.fromstring(self.archive.read(name))

    def all(self, path: str) -> list[ET.Element]:
        return self.content.findall(f".//{path}", NAMESPACES)

    def paragraphs(self, style: str) -> list[str]:
        return [text_of(each) for each in self.all("text:p") if attribute(each, "text:style-name") == style]


def attribute(element: ET.Element, name: str) -> str:
    prefix, _, local = name.partition(":")
    return element.get(f"{{{NAMESPACES[prefix]}}}{local}", "")


def text_of(element: ET.Element) -> str:
    """Return what a person reads in an element."""
    text = element.text or ""
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name == "s":
            text += " " * int(attribute(child, "text:c"))
        elif name in ("tab", "line-break"):
            text += "\t" if name == "tab" else "\n"
        elif name != "frame":
            text += text_of(child)
        text += child.tail or ""
    return text


@pytest.fixture
def write_chat(tmp_path: Path, add_chat: AddChat, reader: RecordReader) -> WriteChat:
    """Write a chat of these texts, and open what was written."""

    def write(*texts: str, change: Callable[[ConversationRecord], ConversationRecord] | None = None) -> Written:
        add_chat("c", "Softmax <&> 文", *texts)
        record = reader.read(ConversationId("c"))
        assert record is not None
        return write_record(tmp_path, change(record) if change else record)

    return write


def write_record(folder: Path, *records: ConversationRecord, **changes: Any) -> Written:
    values: dict[str, Any] = {"wanted": Wanted(Scope.BRANCH), "format": Format.ODT, "words": Words(), "now": NOON}
    values |= changes
    path = folder / "out.odt"
    odt.write(iter(records), path, Job(**values), Told(), Beside())
    return Written(path)


def test_the_package_is_as_the_standard_has_it(write_chat: WriteChat) -> None:
    written = write_chat("Why?", "Because $a^2$.")

    first = written.archive.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert written.archive.read("mimetype") == b"application/vnd.oasis.opendocument.text"
    manifest = written.part("META-INF/manifest.xml")
    listed = {value for each in manifest for key, value in each.items() if key.endswith("full-path")}
    names = set(written.archive.namelist()) - {"mimetype", "META-INF/manifest.xml"}
    assert names <= listed
    assert listed - names == {"/", "Formula 1/"}


def test_every_style_that_is_used_is_there(write_chat: WriteChat) -> None:
    written = write_chat(
        "Why?\n\n```\ncode\n```",
        "# A\n\n###### F\n\n- a\n  1. b\n- [x] c\n\n> q\n> > r\n\n**b** *i* ***bi*** ~~s~~ `c` <https://a.example>\n\n"
        "| a | b |\n|--:|:-:|\n| 1 | 2 |\n\n"
        "```python\ndef f(): return 'x' + 1  # y\n```\n\n---\n\n$$x$$\n\nn[^1]\n\n[^1]: N",
    )

    named = {
        attribute(each, "style:name")
        for part in (written.content, written.part("styles.xml"))
        for each in part.iter()
        if each.tag.rpartition("}")[2] in ("style", "list-style")
    }
    used = {
        value for each in written.content.iter() for key, value in each.items() if key.endswith("}style-name") and value
    }
    assert used <= named, used - named


def test_words_come_out_as_they_went_in(write_chat: WriteChat) -> None:
    written = write_chat("  two  blanks\tand\nlines", "A **bold** word.\n\n- one\n- two")

    assert written.paragraphs("Question") == ["  two  blanks\tand\nlines"]
    assert written.paragraphs("Text_20_body") == ["A bold word."]
    headings = [(attribute(each, "text:outline-level"), text_of(each)) for each in written.all("text:h")]
    assert headings[0] == ("1", "Softmax <&> 文")
    assert [level for level, _ in headings] == ["1", "2", "2"]
    assert headings[2][1].startswith("tiny-1b 2023-11-14")
    assert text_of(written.part("meta.xml")).startswith("EasyChat_GUI/")


def test_code_has_a_paragraph_for_each_line_with_all_its_blanks(write_chat: WriteChat) -> None:
    code = "def f(x):\n    if x:\n\n        return  'a'  # b\n\tpass"
    written = write_chat("?", f"```python\n{code}\n```")

    styles = ("Code", "Code_20_kept", "Code_20_last")
    lines = [text_of(each) for each in written.all("text:p") if attribute(each, "text:style-name") in styles]
    assert "\n".join(lines) == code
    assert "Code_20_keyword" in {attribute(each, "text:style-name") for each in written.all("text:span")}


def test_lists_lie_in_one_another(write_chat: WriteChat) -> None:
    written = write_chat("?", "- one\n  - two\n    1. three\n    2. four\n- five\n\n3. six\n4. seven\n\ntext")

    outer = written.content.findall("office:body/office:text/text:list", NAMESPACES)
    shown = [[text_of(each) for each in one.findall("text:list-item/text:p", NAMESPACES)] for one in outer]
    assert shown == [["one", "five"], ["six", "seven"]]
    (inner,) = outer[0].findall("text:list-item/text:list", NAMESPACES)
    (numbers,) = inner.findall("text:list-item/text:list", NAMESPACES)
    assert [text_of(each) for each in numbers.findall("text:list-item/text:p", NAMESPACES)] == ["three", "four"]
    first = outer[1].find("text:list-item", NAMESPACES)
    assert first is not None
    assert attribute(first, "text:start-value") == "3"


def test_text_from_right_to_left_is_set_so(write_chat: WriteChat) -> None:
    written = write_chat("?", "1. مرحبا world\n\nplain\n\n(שלום) again")

    assert written.paragraphs("List_20_from_20_right") == ["مرحبا world"]
    assert written.paragraphs("Text_20_body_20_from_20_right") == ["(שלום) again"]
    assert written.paragraphs("Text_20_body") == ["plain"]


def test_headings_quotes_and_questions_are_set_from_the_right_too(write_chat: WriteChat) -> None:
    written = write_chat("שאלה", "# שלום\n\n> מרחבא\n\n| א | ב |\n|---|---|\n| 1 | 2 |")

    found = {
        text_of(each): attribute(each, "text:style-name").removesuffix("_20_from_20_right")
        for kind in ("text:p", "text:h")
        for each in written.all(kind)
        if attribute(each, "text:style-name").endswith("_20_from_20_right")
    }
    wanted = {"שאלה": "Question", "שלום": "Heading_20_3", "מרחבא": "Quote_20_1"}
    assert {text: found.get(text) for text in wanted} == wanted
    (table,) = written.all("table:table")
    name = attribute(table, "table:style-name")
    (look,) = (each[0] for each in written.all("style:style") if attribute(each, "style:name") == name)
    assert attribute(look, "style:writing-mode") == "rl-tb"


def test_arabic_and_chinese_are_as_large_and_bold_as_latin(write_chat: WriteChat) -> None:
    styles = write_chat("?", "!").part("styles.xml")
    looks = [each for each in styles.iter() if each.tag.endswith("}text-properties")]

    for look in looks:
        for name in ("font-size", "font-weight", "font-style"):
            for script in ("asian", "complex"):
                assert attribute(look, f"style:{name}-{script}") == attribute(look, f"fo:{name}")


def test_a_table_that_is_too_wide_is_written_in_groups_with_its_first_column(write_chat: WriteChat) -> None:
    names = ["Name", *(f"Internationalisation{number}" for number in range(1, 12))]
    rows = "\n".join(
        f"| {' | '.join([f'row {row}', *(f'{row}.{column}' for column in range(1, 12))])} |" for row in (1, 2)
    )
    written = write_chat("?", f"| {' | '.join(names)} |\n{'|---' * 12}|\n{rows}")

    tables = written.all("table:table")
    assert len(tables) > 1
    cells = [[text_of(each) for each in table.iter() if each.tag.endswith("}p")] for table in tables]
    assert all(each[0] == "Name" for each in cells)
    assert [text for each in cells for text in each if text.startswith("Inter")] == names[1:]
    assert sorted(text for each in cells for text in each if text.startswith("1.")) == sorted(
        f"1.{column}" for column in range(1, 12)
    )


def test_a_table_in_a_list_stands_behind_it(write_chat: WriteChat) -> None:
    written = write_chat("?", "1. one\n\n   | a |\n   |---|\n   | b |\n\n   goes on\n\n2. two")

    body = written.content.find("office:body/office:text", NAMESPACES)
    assert body is not None
    kinds = [each.tag.rpartition("}")[2] for each in body]
    assert kinds[-5:] == ["list", "table", "p", "p", "list"]
    assert not written.all("text:list-item/table:table")
    starts = [attribute(each, "text:start-value") for each in written.all("text:list-item")]
    assert starts == ["1", "2"]


def test_formulas_are_mathml_with_a_picture(write_chat: WriteChat) -> None:
    written = write_chat("?", "Inline $a^2$ and\n\n$$\\frac{1}{2}$$\n\n$\\nosuchthing{x}$")

    objects = [attribute(each, "xlink:href") for each in written.all("draw:frame/draw:object")]
    assert objects == ["./Formula 1", "./Formula 2"]
    assert written.part("Formula 2/content.xml").tag == "{http://www.w3.org/1998/Math/MathML}math"
    assert written.archive.read("Pictures/formula2.svg").startswith(b"<svg")
    assert "$\\nosuchthing{x}$" in " ".join(written.paragraphs("Text_20_body"))


def test_tables_have_a_header_and_all_cells(write_chat: WriteChat) -> None:
    rows = "\n".join(f"| r{number} | {number} |" for number in range(100))
    written = write_chat("?", f"| a | b |\n|---|--:|\n{rows}")

    (table,) = written.all("table:table")
    assert len(table.findall("table:table-header-rows/table:table-row", NAMESPACES)) == 1
    cells = [text_of(each) for each in table.findall("table:table-row/table:table-cell/text:p", NAMESPACES)]
    assert cells == [cell for number in range(100) for cell in (f"r{number}", str(number))]


def test_pictures_and_links(write_chat: WriteChat, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\x89PNG picture")
    picture = Attachment(
        AttachmentId("1"), "a <cat>.png", "image/png", 12, "a" * 64, details=Details(width=3000, height=1000)
    )
    gone = Attachment(AttachmentId("2"), "gone.pdf", "application/pdf", 12, "b" * 64)

    def attached(record: ConversationRecord) -> ConversationRecord:
        question = record.messages[0].with_(attachments=(picture, gone))
        return ConversationRecord(
            record.conversation, (question, *record.messages[1:]), files={"a" * 64: tmp_path / "x"}
        )

    written = write_chat("?", "[good](https://a.example/?b=1&c=2) [bad](javascript:x)", change=attached)

    assert written.archive.read(f"Pictures/{'a' * 64}.png") == b"\x89PNG picture"
    (frame,) = written.all("draw:frame")
    width, height = (float(attribute(frame, name).removesuffix("cm")) for name in ("svg:width", "svg:height"))
    assert width == pytest.approx(3 * height, rel=0.01)
    assert width < 17
    assert [attribute(each, "xlink:href") for each in written.all("text:a")] == ["https://a.example/?b=1&c=2"]
    assert any("gone.pdf · 12 B · the file is missing" in each for each in written.paragraphs("Facts"))


def test_pictures_of_an_encrypted_library_are_written_readable(
    write_chat: WriteChat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, content = b"k" * 32, b"\x89PNG picture"
    (tmp_path / "sealed").write_bytes(b"".join(sealed_files.sealed([content], key)))
    monkeypatch.setattr(records, "key_for", lambda _path: key)
    picture = Attachment(AttachmentId("1"), "a.png", "image/png", 12, "a" * 64)

    def attached(record: ConversationRecord) -> ConversationRecord:
        question = record.messages[0].with_(attachments=(picture,))
        return ConversationRecord(record.conversation, (question,), files={"a" * 64: tmp_path / "sealed"})

    written = write_chat("?", "!", change=attached)

    assert written.archive.read(f"Pictures/{'a' * 64}.png") == content


def test_several_chats_begin_on_pages_of_their_own(tmp_path: Path, add_chat: AddChat, reader: RecordReader) -> None:
    for name in ("one", "two"):
        add_chat(name, name, "?", "!")
    records = [reader.read(ConversationId(name)) for name in ("one", "two")]
    written = write_record(tmp_path, *filter(None, records), wanted=Wanted(Scope.ALL), layout=Layout.FILE)

    chats = [text_of(each) for each in written.all("text:h") if attribute(each, "text:style-name") == "Chat"]
    assert chats == ["one", "two"]


def test_reasoning_and_details_can_be_left_out(tmp_path: Path, add_chat: AddChat, reader: RecordReader) -> None:
    add_chat("c", "C", "?", "!")
    record = reader.read(ConversationId("c"))
    assert record is not None
    answer = record.messages[1].with_(reasoning="I think.")
    record = ConversationRecord(record.conversation, (record.messages[0], answer))
    written = write_record(tmp_path, record, options=Options(reasoning=False, details=False))

    text = text_of(written.content)
    assert "I think." not in text
    assert "tiny-1b" not in text
    assert "2023-11-14 " not in text


def test_hostile_texts_give_a_document(write_chat: WriteChat) -> None:
    deep = "\n".join(f"{'> ' * level}{'  ' * level}- level {level}" for level in range(40))
    odd = "NUL \x00 esc \x1b, override \u202e, surrogate \ud800 , ]]> \ufffe & <b>"
    written = write_chat("\x00\ud800", f"{deep}\n\n{odd}\n\n{'w' * 200_000}")

    text = text_of(written.content)
    assert "level 39" in text
    assert text.count("w") >= 200_000
    assert "NUL ␀ esc ␛, override ⟨RLO⟩, surrogate � , ]]> � & <b>" in text


def test_our_own_reader_finds_the_text(write_chat: WriteChat) -> None:
    written = write_chat("How?", "So:\n\n- one\n\n| a | b |\n|---|---|\n| c | d |")

    found = open_document.read(written.path, Limits())
    text = "".join(piece.text for piece in found if isinstance(piece, Piece))
    for word in ("How?", "So:", "one", "a", "d"):
        assert word in text


@pytest.mark.parametrize("text", ["a", " a", "a ", "a  b", "   ", "\t a\n b", "a\u2028  b", "<&>"])
def test_blanks_survive_what_readers_do_to_xml(text: str) -> None:
    name = NAMESPACES["text"]
    element = ET.fromstring(f'<text:p xmlns:text="{name}">{inline(text)}</text:p>')
    assert text_of(element) == text.replace("\u2028", "\n")
