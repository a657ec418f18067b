"""Small documents of every kind, sound and otherwise, made by hand."""

from __future__ import annotations

import zipfile
from pathlib import Path

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def packed(path: Path, parts: dict[str, str | bytes]) -> Path:
    """Write a ZIP with these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def pdf(path: Path, *pages: str, objects: str = "") -> Path:
    """Write a PDF with one line of text on each page. ``objects`` are put in raw, before the end."""
    kids = " ".join(f"{3 + 2 * number} 0 R" for number in range(len(pages)))
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
    ]
    font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    for number, text in enumerate(pages):
        bodies.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Resources {font} /Contents {4 + 2 * number} 0 R >>"
        )
        stream = f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET" if text else ""
        bodies.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    result = "%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(result))
        result += f"{number} 0 obj\n{body}\nendobj\n"
    result += objects
    start = len(result)
    result += f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n"
    result += "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    result += f"trailer\n<< /Size {len(bodies) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    path.write_bytes(result.encode("latin-1"))
    return path


def encrypted_pdf(path: Path, password: str) -> Path:
    """Write a PDF that opens with a password only."""
    from pypdf import PdfReader, PdfWriter

    plain = pdf(path.with_suffix(".plain"), "secret")
    writer = PdfWriter(clone_from=PdfReader(plain))
    writer.encrypt(password, algorithm="RC4-128")
    writer.write(path)
    return path


def cyclic_pdf(path: Path) -> Path:
    """Write a PDF whose tree of pages contains itself."""
    content = (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [2 0 R] /Count 1 >>\nendobj\n"
        b"trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
    )
    path.write_bytes(content)
    return path


def docx(path: Path, body: str, **parts: str) -> Path:
    """Write a Word document with this body."""
    document = f'<?xml version="1.0"?><w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    return packed(path, {"[Content_Types].xml": "<Types/>", "word/document.xml": document, **parts})


def paragraph(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def xlsx(path: Path, sheets: dict[str, str], strings: list[str] | None = None, styles: str = "") -> Path:
    """Write a workbook. ``sheets`` are names with the XML of their rows."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(sheets, 1)
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_RELATION}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": "<Relationships>"
        + "".join(
            f'<Relationship Id="rId{number}" Target="worksheets/sheet{number}.xml"/>'
            for number in range(1, len(sheets) + 1)
        )
        + "</Relationships>",
        "xl/sharedStrings.xml": "<sst>" + "".join(f"<si><t>{each}</t></si>" for each in strings or []) + "</sst>",
        "xl/styles.xml": f"<styleSheet>{styles}</styleSheet>",
    }
    for number, rows in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
    return packed(path, parts)


def pptx(path: Path, *slides: str) -> Path:
    """Write a presentation with one line of text on each slide."""
    parts: dict[str, str | bytes] = {"[Content_Types].xml": "<Types/>"}
    listed = "".join(f'<p:sldId id="{255 + number}" r:id="rId{number}"/>' for number in range(1, len(slides) + 1))
    parts["ppt/presentation.xml"] = (
        f'<p:presentation xmlns:p="p" xmlns:r="{_RELATION}"><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>'
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Target="slides/slide{len(slides) + 1 - number}.xml"/>'
        for number in range(1, len(slides) + 1)
    )
    parts["ppt/_rels/presentation.xml.rels"] = f"<Relationships>{relations}</Relationships>"
    for number, text in enumerate(slides, 1):  # the files in the reverse of the order of showing
        name = f"ppt/slides/slide{len(slides) + 1 - number}.xml"
        parts[name] = f'<p:sld xmlns:p="p" xmlns:a="{_DRAWING}"><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>'
    return packed(path, parts)


def open_document(path: Path, media_type: str, body: str, **parts: str) -> Path:
    """Write an OpenDocument file with this body."""
    namespaces = 'xmlns:office="o" xmlns:text="t" xmlns:table="tb" xmlns:draw="d"'
    content = f"<office:document-content {namespaces}><office:body>{body}</office:body></office:document-content>"
    return packed(path, {"mimetype": media_type, "content.xml": content, **parts})
