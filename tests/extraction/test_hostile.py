"""A damaged, locked or hostile file costs one sentence and nothing else."""

from __future__ import annotations

import os
import subprocess
import threading
import time
import zipfile
from contextlib import nullcontext
from pathlib import Path

import pytest

from easychat_gui.domain.attachments import AttachmentFault, Cut
from easychat_gui.domain.errors import AttachmentRefused
from easychat_gui.extraction.kinds import Kind, kind_of
from easychat_gui.extraction.limits import MB, Limits
from easychat_gui.extraction.reading import Extracted, Reading
from tests.fakes import documents


def extracted(path: Path, **limits: int | float) -> Extracted:
    result = Reading(lambda: nullcontext(path), kind_of(path, path.name), Limits(**limits)).run()  # type: ignore[arg-type]
    assert result is not None
    return result


def fault_of(path: Path, **limits: int | float) -> AttachmentFault:
    with pytest.raises(AttachmentRefused) as caught:
        extracted(path, **limits)
    return caught.value.fault


def test_a_pdf_with_a_password_says_so(tmp_path: Path) -> None:
    assert fault_of(documents.encrypted_pdf(tmp_path / "a.pdf", "x")) is AttachmentFault.ENCRYPTED


def test_a_pdf_without_a_password_is_read_though_locked_against_printing(tmp_path: Path) -> None:
    assert "secret" in extracted(documents.encrypted_pdf(tmp_path / "a.pdf", "")).text


def test_a_scanned_pdf_says_so(tmp_path: Path) -> None:
    assert fault_of(documents.pdf(tmp_path / "a.pdf", "", "")) is AttachmentFault.NO_TEXT


def test_a_pdf_that_contains_itself_comes_to_an_end(tmp_path: Path) -> None:
    assert fault_of(documents.cyclic_pdf(tmp_path / "a.pdf")) in (AttachmentFault.DAMAGED, AttachmentFault.NO_TEXT)


@pytest.mark.parametrize("keep", [9, 60, 300])
def test_half_a_pdf_is_damaged_or_read_in_part(tmp_path: Path, keep: int) -> None:
    whole = documents.pdf(tmp_path / "whole.pdf", "First", "Second").read_bytes()
    half = tmp_path / "half.pdf"
    half.write_bytes(whole[:keep])
    assert fault_of(half) in (AttachmentFault.DAMAGED, AttachmentFault.NO_TEXT)


def test_the_pages_beyond_the_limit_are_said_to_be_missing(tmp_path: Path) -> None:
    result = extracted(documents.pdf(tmp_path / "a.pdf", "one", "two", "three"), pages=2)
    assert result.text == "[Page 1]\none\n\n[Page 2]\ntwo"
    assert (result.details.cut, result.details.read, result.details.count) == (Cut.PAGES, 2, 3)


def test_text_beyond_the_limit_is_cut(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("x" * 5000)
    result = extracted(file, characters=1000)
    assert (len(result.text), result.details.cut) == (1000, Cut.CHARACTERS)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = documents.xlsx(tmp_path / "a.xlsx", {"S": "<row><c><v>" + "0" * 30 * MB + "</v></c></row>"})
    assert bomb.stat().st_size < MB / 20
    assert fault_of(bomb) is AttachmentFault.TOO_BIG_INSIDE


def test_a_document_that_lies_about_its_size_is_judged_by_what_comes_out(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    documents.docx(path, documents.paragraph("y") * 200_000)
    assert fault_of(path, entry_bytes=MB) is AttachmentFault.TOO_BIG_INSIDE


def test_entities_are_refused(tmp_path: Path) -> None:
    laughs = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><w>&b;</w>'
    outside = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><w>&a;</w>'
    for number, document in enumerate((laughs, outside)):
        path = documents.packed(tmp_path / f"{number}.docx", {"word/document.xml": document})
        assert fault_of(path) is AttachmentFault.DAMAGED


def test_an_office_document_with_a_password_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))
    assert fault_of(path) is AttachmentFault.ENCRYPTED


def test_a_locked_open_document_says_so(tmp_path: Path) -> None:
    manifest = '<m:manifest xmlns:m="m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    path = tmp_path / "a.odt"
    documents.packed(path, {"mimetype": Kind.ODT.value, "META-INF/manifest.xml": manifest, "content.xml": b"\x91\x80"})
    assert fault_of(path) is AttachmentFault.ENCRYPTED


def test_an_archive_stays_packed(tmp_path: Path) -> None:
    path = documents.packed(tmp_path / "a.zip", {"../../escape.txt": "x", "word.txt": "y"})
    assert fault_of(path) is AttachmentFault.BINARY
    assert list(tmp_path.iterdir()) == [path]


def test_a_broken_archive_is_damaged(tmp_path: Path) -> None:
    path = documents.docx(tmp_path / "a.docx", documents.paragraph("hello") * 500)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        offset = archive.getinfo("word/document.xml").header_offset
    content[offset + 60 : offset + 120] = bytes(60)
    path.write_bytes(content)
    assert fault_of(path) is AttachmentFault.DAMAGED
    path.write_bytes(content[: len(content) // 2])
    assert fault_of(path) is AttachmentFault.DAMAGED


@pytest.mark.parametrize(
    ("content", "fault"),
    [(bytes(range(256)) * 40, AttachmentFault.BINARY), (b" \n ", AttachmentFault.BLANK), (b"", AttachmentFault.BLANK)],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, fault: AttachmentFault) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    assert fault_of(path) is fault


def test_html_of_a_hundred_thousand_tags_deep_is_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<div>" * 100_000 + "deep")
    assert extracted(path).text == "deep"


def test_whoever_eats_memory_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"word " * (4 * MB))
    assert fault_of(path, memory_bytes=64 * MB) is AttachmentFault.TOO_MUCH_MEMORY


def test_whoever_takes_too_long_is_ended_and_a_part_is_kept(tmp_path: Path) -> None:
    """A pipe that nobody writes to keeps the child waiting for ever."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = Reading(lambda: nullcontext(pipe), Kind.TEXT, Limits(seconds=0.5))
    with pytest.raises(AttachmentRefused) as caught:
        reading.run()
    assert caught.value.fault is AttachmentFault.TOO_SLOW


def test_cancelling_ends_the_child_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = Reading(lambda: nullcontext(pipe), Kind.TEXT)
    results: list[object] = []
    thread = threading.Thread(target=lambda: results.append(reading.run()))
    thread.start()
    while reading._process is None:
        time.sleep(0.01)
    reading.cancel()
    thread.join(60)
    assert results == [None]
    assert reading._process.poll() is not None


def test_a_child_that_is_gone_before_it_has_its_order_raises_nothing(tmp_path: Path) -> None:
    def path_of() -> Path:
        assert reading._process is None
        return tmp_path / "document"

    class Impatient(Reading):
        def _start(self) -> subprocess.Popen[str] | None:
            process = super()._start()
            self.cancel()
            if process is not None:
                process.wait()
            return process

    reading = Impatient(lambda: nullcontext(path_of()), Kind.TEXT)
    assert reading.run() is None


def test_a_file_that_is_put_into_its_place_meanwhile_is_found(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.write_text("found")
    paths = iter([tmp_path / "gone", place, place])
    result = Reading(lambda: nullcontext(next(paths)), Kind.TEXT).run()
    assert result is not None
    assert result.text == "found"
