"""What stands in a document arrives as text, with marks of its pages."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from easychat_gui.domain.attachments import Unit
from easychat_gui.extraction.kinds import Kind, kind_of
from easychat_gui.extraction.reading import Extracted, Reading
from tests.fakes import documents


def extracted(path: Path) -> Extracted:
    result = Reading(lambda: nullcontext(path), kind_of(path, path.name)).run()
    assert result is not None
    return result


def test_a_pdf_has_marks_of_its_pages(tmp_path: Path) -> None:
    result = extracted(documents.pdf(tmp_path / "a.pdf", "First things", "Second things"))
    assert result.text == "[Page 1]\nFirst things\n\n[Page 2]\nSecond things"
    assert (result.details.unit, result.details.count, result.details.read) == (Unit.PAGE, 2, 2)
    assert result.details.cut is None


def test_word_keeps_headings_tables_and_pages(tmp_path: Path) -> None:
    cells = "".join(f"<w:tc>{documents.paragraph(text)}</w:tc>" for text in ("input", "Привет"))
    body = (
        documents.paragraph("Report", "Heading1")
        + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
        + "<w:p><w:r><w:lastRenderedPageBreak/><w:t>on page two</w:t></w:r></w:p>"
        + "<w:p><w:del><w:r><w:delText>taken out</w:delText></w:r></w:del></w:p>"
    )
    result = extracted(documents.docx(tmp_path / "a.docx", body))
    assert result.text == "[Page 1]\n# Report\ninput | Привет\n\n[Page 2]\non page two"
    assert (result.details.unit, result.details.count) == (Unit.PAGE, 2)


def test_a_text_box_of_word_is_read_once(tmp_path: Path) -> None:
    box = documents.paragraph("boxed")
    both = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    body = f'<w:p><w:r><mc:AlternateContent xmlns:mc="m">{both}</mc:AlternateContent></w:r></w:p>'
    assert extracted(documents.docx(tmp_path / "a.docx", body)).text.count("boxed") == 1


def test_excel_shows_what_a_person_sees(tmp_path: Path) -> None:
    styles = (
        '<numFmts><numFmt numFmtId="170" formatCode="[$-409]yyyy\\-mm"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs>'
    )
    rows = (
        '<row><c r="A1" t="s"><v>0</v></c><c r="D1"><v>0.30000000000000004</v></c></row>'
        '<row><c r="A2" s="1"><v>45292</v></c><c r="B2" t="b"><v>1</v></c><c r="C2" s="2"><v>45292.5</v></c></row>'
        '<row><c r="A3" t="inlineStr"><is><t>two\nlines</t></is></c><c r="B3" t="e"><v>#DIV/0!</v></c></row>'
        '<row><c r="A4"/></row>'
    )
    result = extracted(documents.xlsx(tmp_path / "a.xlsx", {"Budget": rows, "京都": rows}, ["Name"], styles))
    first = "Name\t\t\t0.3\n2024-01-01\tTRUE\t2024-01-01 12:00:00\ntwo lines\t#DIV/0!"
    assert result.text == f'[Sheet "Budget"]\n{first}\n\n[Sheet "京都"]\n{first}'
    assert (result.details.unit, result.details.count) == (Unit.SHEET, 2)


def test_slides_come_in_the_order_of_showing(tmp_path: Path) -> None:
    result = extracted(documents.pptx(tmp_path / "a.pptx", "Welcome", "Thanks"))
    assert result.text == "[Slide 1]\nWelcome\n\n[Slide 2]\nThanks"


def test_an_open_document_text_is_read(tmp_path: Path) -> None:
    body = (
        '<office:text><text:h text:outline-level="2">Title</text:h>'
        "<text:tracked-changes><text:p>old</text:p></text:tracked-changes>"
        '<text:p>a<text:s text:c="2"/>b<text:tab/>c</text:p>'
        "<text:p><text:soft-page-break/>next</text:p></office:text>"
    )
    result = extracted(documents.open_document(tmp_path / "a.odt", Kind.ODT, body))
    assert result.text == "[Page 1]\n## Title\na  b\tc\n\n[Page 2]\nnext"
    assert result.details.count == 2


def test_an_open_document_table_is_read(tmp_path: Path) -> None:
    rows = (
        "<table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
        '<table:table-cell table:number-columns-repeated="2"><text:p>b</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-repeated="1048576"/></table:table-row>'
    )
    body = f'<office:spreadsheet><table:table table:name="One">{rows}</table:table></office:spreadsheet>'
    result = extracted(documents.open_document(tmp_path / "a.ods", Kind.ODS, body))
    assert result.text == '[Sheet "One"]\na\tb\tb'


def test_a_page_of_html_is_its_words(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(
        "<html><head><title>T</title><style>p{}</style></head><body><h1>Head</h1><p>One &amp;   two</p>"
        "<script>alert(1)</script><ul><li>x<li>y</ul><table><tr><td>1<td>2</table><img src='file:///etc/passwd'>"
        "<pre>a\n  b</pre><svg><svg></svg><text>no</text></svg>end</body></html>",
        encoding="utf-8",
    )
    assert extracted(page).text == "# Head\n\nOne & two\n\n- x\n- y\n\n1 | 2\n\na\n  b\nend"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Привет, мир! Как дела?", "utf-8"),
        ("Привет, мир! Как дела?", "utf-8-sig"),
        ("Привет, 京都", "utf-16"),
        ("plain words in a row", "utf-16-le"),
        ("Съешь же ещё этих мягких французских булок", "cp1251"),
        ("Съешь же ещё этих мягких французских булок", "koi8-r"),
        ("Déjà vu — naïve façade, Größe, señor", "cp1252"),
    ],
)
def test_text_is_read_in_its_encoding(tmp_path: Path, text: str, encoding: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(text.encode(encoding))
    assert extracted(file).text == text


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a", b"\x89PNG\r\n\x1a\n", Kind.PNG),
        ("a.txt", b"\xff\xd8\xff\xe0", Kind.JPEG),
        ("a", b"GIF89a", Kind.GIF),
        ("a", b"RIFF\0\0\0\0WEBPVP8 ", Kind.WEBP),
        ("a.png", b"no picture", Kind.TEXT),
        ("a.CSV", b"a,b", Kind.CSV),
        ("a.py", b"print()", Kind.TEXT),
        ("BM-notes.txt", b"BM is a word", Kind.TEXT),
    ],
)
def test_the_kind_is_told_by_the_content(tmp_path: Path, name: str, content: bytes, kind: Kind) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    assert kind_of(file, name) is kind
