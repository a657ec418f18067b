"""Chats as PDF files: read again with a library that knows nothing of how they were made."""

from __future__ import annotations

import errno
import re
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.exports import Scope
from easychat_gui.domain.ids import AttachmentId
from easychat_gui.domain.transfer import ConversationRecord
from easychat_gui.transfer.formats import ExportCancelled
from easychat_gui.workers.printing import pdf
from tests.workers.printing.conftest import Beside, Print, Told, chat, job, texts


def _object(reference: Any) -> Any:
    return reference.get_object()


CODE = '''def softmax(x: Array, axis: int = -1) -> Array:
    """Stable."""
    shifted = x - x.max(axis=axis)

    for row in shifted:
        if row:
            yield   row'''


def test_words_come_out_as_they_went_in(to_pdf: Print) -> None:
    answer = "Office fluff, **bold** and *italic*.\n\nРусский текст с ёлкой. 文字 は 漢字."
    reader = to_pdf(chat("Softmax", "How do I write it?", answer))

    (text,) = texts(reader)
    lines = [line.strip() for line in text.splitlines()]
    assert lines[0] == "Softmax"
    assert "You 2023-11-14" in text
    assert "How do I write it?" in lines
    assert any(line.startswith("tiny-1b") for line in lines)
    assert "Office fluff, bold and italic." in lines
    assert "Русский текст с ёлкой. 文字 は 漢字." in lines
    assert lines[-1] == "1 / 1"


def test_code_keeps_its_lines_and_indentation(to_pdf: Print) -> None:
    (text,) = texts(to_pdf(chat("Code", "?", f"Here:\n\n```python\n{CODE}\n```\n")))

    shown = [line.rstrip() for line in text.splitlines()]
    start = shown.index("python") + 1
    wanted = [line for line in CODE.splitlines() if line]  # a PDF has no empty lines
    assert shown[start : start + len(wanted)] == wanted


def test_code_that_fits_on_a_page_is_on_one_page(to_pdf: Print) -> None:
    code = "\n".join(f"line_{number} = {number}" for number in range(50))
    for lead in (1, 10, 20):
        before = "\n\n".join(f"Paragraph {number}." for number in range(lead))
        pages = texts(to_pdf(chat("Whole", "?", f"{before}\n\n```python\n{code}\n```\n\nAfter.")))
        (with_code,) = [page for page in pages if "line_0 =" in page]
        assert "line_49 = 49" in with_code


def test_longer_code_is_broken_between_lines_and_says_that_it_goes_on(to_pdf: Print) -> None:
    code = "\n".join(f"line_{number} = {number}" for number in range(200))
    pages = texts(to_pdf(chat("Long", "?", f"```python\n{code}\n```")))

    assert re.findall(r"line_(\d+) =", "\n".join(pages)) == [str(number) for number in range(200)]
    assert len(pages) > 2
    assert "python, continued" not in pages[0]
    assert all("python, continued" in page for page in pages[1:] if "line_" in page)


def test_a_line_of_code_that_goes_on_below_is_not_cut_by_the_end_of_a_page(to_pdf: Print) -> None:
    code = "\n".join(f"first_{number} = {'x' * 140} + last_{number}" for number in range(100))
    for lead in (1, 2):
        before = "\n\n".join("Paragraph." for _ in range(lead))
        pages = texts(to_pdf(chat("Long lines", "?", f"{before}\n\n```python\n{code}\n```")))
        assert len(pages) > 2
        for page in pages:
            assert re.findall(r"first_(\d+)", page) == re.findall(r"last_(\d+)", page)


def test_a_heading_stays_with_what_follows(to_pdf: Print) -> None:
    for lead in range(24, 40):
        before = "\n\n".join(f"Paragraph {number}." for number in range(lead))
        pages = texts(to_pdf(chat("Heads", "?", f"{before}\n\n## The heading\n\nThe text below it.")))
        (page,) = [each for each in pages if "The heading" in each]
        assert "The text below it." in page


def test_rows_of_a_table_come_in_order_with_the_header_on_each_page(to_pdf: Print) -> None:
    rows = "\n".join(f"| row {number} | {number * 7} |" for number in range(120))
    pages = texts(to_pdf(chat("Table", "?", f"| name | figure |\n|---|--:|\n{rows}\n")))

    assert len(pages) > 2
    assert re.findall(r"row (\d+)", "\n".join(pages)) == [str(number) for number in range(120)]
    assert all("name figure" in page for page in pages if "row " in page)


def test_code_of_a_usual_width_is_not_broken_and_has_blanks_for_tabs(to_pdf: Print) -> None:
    wide = f"value = compute({'x' * 85})"
    (text,) = texts(to_pdf(chat("Tabs", "?", f"```go\nfunc main() {{\n\tif a {{\n\t\trun()\n{wide}\n```")))

    lines = [line.rstrip() for line in text.splitlines()]
    start = lines.index("func main() {")
    assert lines[start : start + 4] == ["func main() {", "    if a {", "        run()", wide]


COLUMNS = ("Characteristic", "Implementation", "Internationalisation", "Responsibilities", "Documentation")


@pytest.mark.parametrize("count", [2, 7, 9, 14])
def test_no_word_of_a_wide_table_is_broken(to_pdf: Print, count: int) -> None:
    names = [f"{COLUMNS[number % 5]}{number}" for number in range(count)]
    rows = [
        f"| {' | '.join([f'row-{row}', *(f'value-{row}-{column}' for column in range(1, count))])} |" for row in (1, 2)
    ]
    table = "\n".join([f"| {' | '.join(names)} |", "|---" * count + "|", *rows])
    text = "\n".join(texts(to_pdf(chat("Wide", "?", table))))

    words = text.split()
    assert [each for each in names if each not in words] == []
    for row in (1, 2):
        assert [column for column in range(1, count) if words.count(f"value-{row}-{column}") != 1] == []
    assert words.count(names[0]) == words.count("row-1") == words.count("row-2")  # each group begins with it


def _places(reader: PdfReader, page: int = 0) -> dict[str, float]:
    """Return how far from the left edge each run of text begins."""
    found: dict[str, float] = {}

    def visit(text: str, _matrix: Any, place: Any, _font: Any, _size: Any) -> None:
        if text.strip():
            found.setdefault(text.strip(), place[4])

    reader.pages[page].extract_text(visitor_text=visit)
    return found


def test_the_first_column_of_an_arabic_table_is_at_the_right(to_pdf: Print) -> None:
    places = _places(
        to_pdf(chat("RTL", "?", "| الاسم | ب |\n|---|---|\n| 111 | 222 |\n\n| a | b |\n|---|---|\n| 333 | 444 |"))
    )

    assert places["111"] > places["222"] > places["444"] > places["333"]


def test_a_title_from_right_to_left_does_not_cover_the_date(to_pdf: Print) -> None:
    places = _places(to_pdf(chat("محادثة", "?", "\n\n".join("Paragraph." for _ in range(60)))), page=1)

    assert places["Tuesday, 14 November 2023"] < places["Paragraph."] + 1


def test_a_line_that_introduces_a_table_stands_above_it(to_pdf: Print) -> None:
    table = "| a | b |\n|---|---|\n" + "\n".join(f"| cell {row} | x |" for row in range(10))
    for lead in range(20, 34):
        before = "\n\n".join("Paragraph." for _ in range(lead))
        pages = texts(to_pdf(chat("Introduced", "?", f"{before}\n\nAs a table:\n\n{table}")))
        (page,) = (page for page in pages if "As a table:" in page)
        assert "cell 0" in page


def test_pages_are_numbered_and_titled(to_pdf: Print) -> None:
    pages = texts(to_pdf(chat("Many pages", "?", "\n\n".join("Some words. " * 30 for _ in range(60)))))

    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        assert f"{number} / {len(pages)}" in page
    assert all("Many pages" in page and "14 November 2023" in page for page in pages)


def test_formulas_are_outlines(to_pdf: Print) -> None:
    with_formula = to_pdf(chat("F", "?", "Inline $a^2$.\n\n$$\\frac{e^x}{\\sum_j e^x}$$"))
    without = to_pdf(chat("F", "?", "Inline."))

    def curves(reader: Any) -> int:
        return len(re.findall(rb" c\n", reader.pages[0].get_contents().get_data()))

    assert curves(with_formula) > curves(without) + 50
    resources: Any = with_formula.pages[0]["/Resources"]
    assert not resources["/XObject"]


def test_links_can_be_clicked_and_bad_ones_are_none(to_pdf: Print) -> None:
    reader = to_pdf(chat("L", "?", "[good](https://example.org/a?b=c) and [bad](javascript:alert(1))"))

    annotations: Any = reader.pages[0]["/Annots"]
    addresses = [each.get_object()["/A"]["/URI"] for each in annotations]
    assert addresses == ["https://example.org/a?b=c"]


def test_several_chats_have_contents_that_lead_to_them(to_pdf: Print) -> None:
    long = "\n\n".join("Some words. " * 30 for _ in range(40))
    reader = to_pdf(chat("First", "Why?", long), chat("Second", "What?", "# A head\n\nIt is."), scope=Scope.CHOSEN)

    pages = texts(reader)
    second = next(number for number, page in enumerate(pages) if page.startswith("Second"))
    assert second > 2
    assert "First 2" in pages[0]
    assert f"Second {second + 1}" in pages[0]
    annotations: Any = reader.pages[0]["/Annots"]
    links = [each.get_object()["/Dest"][0].get_object() for each in annotations]
    assert [reader.get_page_number(page) for page in links] == [1, second]
    outline: Any = reader.outline
    assert [each.title for each in outline if not isinstance(each, list)] == ["First", "Second"]
    assert outline[1][0].title == "Why?"
    assert outline[3][1][0].title == "A head"
    assert reader.get_destination_page_number(outline[2]) == second


def test_the_file_says_what_it_is(to_pdf: Print) -> None:
    reader = to_pdf(chat("Ёлка 文", "?", "!"))

    assert reader.metadata is not None
    assert reader.metadata.title == "Ёлка 文"
    assert str(reader.metadata.creator).startswith("EasyChat GUI")
    assert _object(reader.trailer["/Root"])["/Lang"] == "en-GB"
    assert reader.pages[0].mediabox.width == pytest.approx(595, abs=1)
    letter = to_pdf(chat("L", "?", "!"), paper="Letter")
    assert letter.pages[0].mediabox.width == pytest.approx(612, abs=1)


def test_reasoning_and_details_can_be_left_out(to_pdf: Print) -> None:
    record = chat("R", "?", "The answer.", reasoning="Let me think.", endpoint_name="Home")
    (text,) = texts(to_pdf(record))
    assert "Let me think." in text
    assert "Home · 42 tokens" in text

    (text,) = texts(to_pdf(record, reasoning=False, details=False))
    assert "Let me think." not in text
    assert "42 tokens" not in text
    assert "tiny-1b" not in text
    assert "2023-11-14 " not in text


def test_pictures_are_inside_and_other_files_are_named(to_pdf: Print, tmp_path: Path) -> None:
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    assert image.save(str(tmp_path / "red.png"))
    (tmp_path / "notes").write_bytes(b"text")
    files = {"a" * 64: tmp_path / "red.png", "b" * 64: tmp_path / "notes", "c" * 64: tmp_path / "gone"}
    attachments = (
        Attachment(AttachmentId("1"), "red.png", "image/png", 100, "a" * 64),
        Attachment(AttachmentId("2"), "notes.txt", "text/plain", 4, "b" * 64),
        Attachment(AttachmentId("3"), "lost.png", "image/png", 4, "c" * 64),
    )
    plain = chat("Files", "Look", "I do.")
    question = plain.messages[0].with_(attachments=attachments)
    record = ConversationRecord(plain.conversation, (question, *plain.messages[1:]), files=files)

    reader = to_pdf(record)
    drawn: Any = reader.pages[0]["/Resources"]
    assert (300, 200) in [(each["/Width"], each["/Height"]) for each in map(_object, drawn["/XObject"].values())]
    assert "notes.txt · 4 B" in texts(reader)[0]
    assert "the file is missing" in texts(reader)[0]
    assert "red.png · 100 B" in texts(to_pdf(record, attachments=False))[0]


def test_hostile_texts_give_a_file(to_pdf: Print) -> None:
    deep = "\n".join(f"{'> ' * level}{'  ' * level}- level {level}" for level in range(40))
    wide = "|" + "a|" * 60 + "\n|" + "-|" * 60 + "\n|" + "long words in each cell|" * 60
    tall = "| a | b |\n|---|---|\n| " + "word " * 1500 + " | x |"
    odd = "NUL \x00, override \u202e, surrogate \ud800 and \udfff, \u2028 end"
    reader = to_pdf(chat("\ud800 \x00", "x" * 20_000, "\n\n".join([deep, wide, tall, odd, "w" * 40_000])))

    text = "".join(texts(reader))
    assert "level 39" in text
    assert text.count("w") >= 40_000
    assert "override ⟨RLO⟩, surrogate" in text


def test_progress_runs_to_the_end_and_cancel_ends_it(qtbot: Any, tmp_path: Path) -> None:
    record = chat("P", "?", "\n\n".join("Some words. " * 30 for _ in range(60)))
    told = Told()
    pdf.write([record], tmp_path / "a.pdf", job(), told, Beside())
    assert told.shares == sorted(told.shares)
    assert told.shares[-1] == 1.0

    class Impatient(Told):
        def share(self, share: float) -> None:
            if share > 0.5:
                raise ExportCancelled

    with pytest.raises(ExportCancelled):
        pdf.write([record], tmp_path / "b.pdf", job(), Impatient(), Beside())


def test_a_full_disk_is_told(qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no full disk")
    (tmp_path / "a.pdf.raw").symlink_to("/dev/full")
    with pytest.raises(OSError, match="pace") as caught:
        pdf.write([chat("D", "?", "words " * 5000)], tmp_path / "a.pdf", job(), Told(), Beside())
    assert caught.value.errno == errno.ENOSPC


def test_an_emoji_is_in_the_file_once(to_pdf: Print) -> None:
    reader = to_pdf(chat("E", "?", "Hi 🍲.\n\n" * 100))

    drawn = set()
    for page in reader.pages:
        resources: Any = page["/Resources"]
        drawn |= {each.idnum for each in resources["/XObject"].values()}
    assert len(drawn) <= 1  # none where there is no font of pictures


FAMILY = "👩\u200d👩\u200d👧\u200d👦"


def test_emoji_can_be_found_and_copied(to_pdf: Print) -> None:
    reader = to_pdf(
        chat(f"Title {FAMILY}", "?", f"A {FAMILY} and 🇫🇮, 1\ufe0f\u20e3 and\n\n```\nprint('🎉')  # 🍲\n```")
    )

    resources: Any = reader.pages[0]["/Resources"]
    if "/XObject" not in resources:
        pytest.skip("no font here paints emoji as pictures")
    (text,) = texts(reader)
    assert text.count(FAMILY) == 2
    for each in ("🇫🇮", "1\ufe0f\u20e3", "🎉", "🍲"):
        assert text.count(each) == 1, each


def test_the_character_that_was_typed_is_given_back(to_pdf: Print) -> None:
    typed = "很长的页面，用户 Ελληνικά"
    (text,) = texts(to_pdf(chat("Shared", "?", typed)))

    assert typed in " ".join(text.split())
