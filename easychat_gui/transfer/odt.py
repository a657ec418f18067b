"""Conversations as an OpenDocument text (ISO/IEC 26300, ODF 1.3), for LibreOffice, Word and others that go on with it.

The text is written to a file aside first: what stands before it (the styles of tables) is known only at its end.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from easychat_gui import __version__
from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.messages import Message, Role
from easychat_gui.domain.transfer import ConversationRecord
from easychat_gui.storage.records import AttachedFileLost, attached_content
from easychat_gui.support.clock import day_of
from easychat_gui.transfer.conversation_order import Stretch, stretches
from easychat_gui.transfer.formats import Beside, Job, Layout, Told
from easychat_gui.transfer.odt_blocks import BlockWriter, Parts
from easychat_gui.transfer.odt_styles import MARGIN_CM, SIZES_CM, mirrored, styles_xml
from easychat_gui.transfer.odt_xml import DECLARED, HEAD, escaped, inline
from easychat_gui.transfer.telling import (
    author,
    branch_title,
    exact_time,
    figures,
    local_time,
    one_line,
    reasoning_title,
    size_text,
    status_word,
    title_of,
)

_MIME = "application/vnd.oasis.opendocument.text"
_FORMULA_MIME = "application/vnd.oasis.opendocument.formula"
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/bmp": "bmp"}
_CM_PER_PIXEL = 2.54 / 96
_HIGHEST_CM = 18.0
_UNKNOWN_SIZE = (800, 600)
"""Of a picture, where nobody has noted it."""
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"


def write(records: Iterable[ConversationRecord], path: Path, job: Job, told: Told, beside: Beside) -> None:
    """Write these conversations to one document. For the rest see `formats.Writer`."""
    del beside  # pictures are in the document, other files are named
    with tempfile.TemporaryFile(dir=path.parent) as body, zipfile.ZipFile(path, "x", allowZip64=True) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), _MIME, zipfile.ZIP_STORED)  # first and not compressed (3.3)
        document = _Document(job)
        for text in document.body(records, told):
            body.write(text.encode())
        package = _Package(archive)
        package.add("content.xml", "text/xml", document.content(body))
        style = styles_xml(job.palettes.get("light", {}), job.paper, job.code_font, job.words, document.title)
        package.add("styles.xml", "text/xml", [style.encode()])
        package.add("meta.xml", "text/xml", [document.meta().encode()])
        for number, (mathml, svg) in enumerate(document.parts.formulas, 1):
            package.add(f"Formula {number}/content.xml", "text/xml", [(HEAD + mathml).encode()])
            package.entries.append((f"Formula {number}/", _FORMULA_MIME))
            package.add(f"Pictures/formula{number}.svg", "image/svg+xml", [svg.encode()])
        for name, (source, media_type) in document.pictures.items():
            package.add(name, media_type, _chunks(source))
        package.close()


class _Package:
    """The archive, and the list of what is in it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.entries = [("/", _MIME)]

    def add(self, name: str, media_type: str, chunks: Iterable[bytes]) -> None:
        info = zipfile.ZipInfo(name)
        is_packed = media_type in ("image/png", "image/jpeg", "image/webp")
        info.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
        with self._archive.open(info, "w", force_zip64=True) as entry:
            for chunk in chunks:
                entry.write(chunk)
        self.entries.append((name, media_type))

    def close(self) -> None:
        files = "".join(
            f'<manifest:file-entry manifest:full-path="{escaped(name)}" manifest:media-type="{media_type}"/>'
            for name, media_type in self.entries
        )
        text = (
            f'{HEAD}<manifest:manifest xmlns:manifest="{_MANIFEST}" manifest:version="1.3">{files}</manifest:manifest>'
        )
        self._archive.writestr("META-INF/manifest.xml", text, zipfile.ZIP_DEFLATED)


class _Document:
    """The text, and what lies in the file beside it."""

    def __init__(self, job: Job) -> None:
        self.parts = Parts()
        self.pictures: dict[str, tuple[Path, str]] = {}
        self.title = job.words.untitled
        self._job = job
        self._words = job.words
        self._options = job.options
        self._blocks = BlockWriter(self.parts, job.words)
        self._width_cm = SIZES_CM.get(job.paper, SIZES_CM["A4"])[0] - 2 * MARGIN_CM
        self._created_at = 0.0

    # -- around the text

    def content(self, body: IO[bytes]) -> Iterator[bytes]:
        """Yield content.xml around a text that was written before."""
        line = (
            '<style:table-cell-properties fo:padding="0.05cm" fo:padding-right="0.3cm" fo:border-bottom="{} solid {}"/>'
        )
        palette = self._job.palettes.get("light", {})
        strong, pale = palette.get("border_strong", "#888888"), palette.get("border", "#cccccc")
        yield (
            f"{HEAD}<office:document-content {DECLARED}><office:automatic-styles>"
            '<style:style style:name="Row" style:family="table-row"><style:table-row-properties '
            'fo:keep-together="always"/></style:style>'
            '<style:style style:name="FormulaFrame" style:family="graphic"><style:graphic-properties '
            'style:vertical-pos="from-top" style:vertical-rel="baseline" fo:margin="0cm" draw:ole-draw-aspect="1"/>'
            "</style:style>"
            f'<style:style style:name="Cell" style:family="table-cell">{line.format("0.5pt", pale)}</style:style>'
            f'<style:style style:name="CellHead" style:family="table-cell">{line.format("0.8pt", strong)}</style:style>'
            f"{''.join(self.parts.styles)}</office:automatic-styles><office:body><office:text>"
        ).encode()
        body.seek(0)
        while chunk := body.read(1 << 20):
            yield chunk
        yield b"</office:text></office:body></office:document-content>"

    def meta(self) -> str:
        created = exact_time(self._created_at or self._job.now)
        return (
            f"{HEAD}<office:document-meta {DECLARED}><office:meta>"
            f"<meta:generator>EasyChat_GUI/{__version__}</meta:generator><dc:title>{escaped(self.title)}</dc:title>"
            f"<meta:creation-date>{created}</meta:creation-date><dc:date>{exact_time(self._job.now)}</dc:date>"
            f"<dc:language>{escaped(self._words.language)}</dc:language></office:meta></office:document-meta>"
        )

    # -- chats

    def body(self, records: Iterable[ConversationRecord], told: Told) -> Iterator[str]:
        is_many = self._job.layout is Layout.FILE and self._job.wanted.scope.is_many
        count = 0
        for count, record in enumerate(records, 1):
            if count == 1:
                self.title = title_of(record.conversation.title, self._words)
                self._created_at = record.conversation.created_at
            yield from self._chat(record, told, is_many=is_many)
        if is_many:
            self.title = self._words.chats.format(count=count)

    def _chat(self, record: ConversationRecord, told: Told, *, is_many: bool) -> Iterator[str]:
        if self._job.wanted.scope.is_piece:
            for message in record.messages:
                yield from self._message(message, record)
                told.message()
            return
        yield self._head(record, is_many=is_many)
        prompt = record.conversation.system_prompt.strip()
        if prompt and self._options.details:
            yield _paragraph("Reasoning", inline(self._words.system_prompt))
            yield from self._blocks.write(prompt, "Reasoning")
        for stretch in stretches(record, with_branches=self._options.branches):
            yield self._branch(stretch)
            for message in stretch.messages:
                yield from self._message(message, record)
                told.message()

    def _head(self, record: ConversationRecord, *, is_many: bool) -> str:
        title = inline(title_of(record.conversation.title, self._words))
        style = "Chat" if is_many else "Heading_20_1"
        created_at = record.conversation.created_at
        facts = [day_of(created_at).isoformat() if created_at > 0 else "", " / ".join(map(one_line, record.folder))]
        facts.append(" ".join(f"#{one_line(tag)}" for tag in record.tags))
        told = " · ".join(part for part in facts if part)
        return _heading(mirrored(style, title), 1, title) + (_paragraph("Facts", inline(told)) if told else "")

    def _branch(self, stretch: Stretch) -> str:
        if not stretch.number:
            return ""
        return _heading("Heading_20_2", 2, inline(branch_title(stretch.number, stretch.after, self._words)))

    # -- messages

    def _message(self, message: Message, record: ConversationRecord) -> Iterator[str]:
        options = self._options
        name = inline(author(message, self._words, with_model=options.details))
        when = local_time(message.created_at) if options.details else ""
        if when:
            name += f'<text:span text:style-name="Muted">{inline(f" {when}")}</text:span>'
        yield _heading("Speaker", 2, name)
        if message.reasoning.strip() and options.reasoning:
            yield _paragraph("Reasoning", inline(reasoning_title(message, self._words)))
            yield from self._blocks.write(message.reasoning, "Reasoning")
        is_question = message.role is Role.USER
        yield from self._blocks.write(message.text, "Question" if is_question else "Text_20_body", is_plain=is_question)
        for call in message.tool_calls:
            yield _paragraph("Facts", inline(self._words.tool_call.format(name=one_line(call.name))))
            yield _paragraph("Code", inline(call.arguments))
        for attachment in message.attachments:
            yield self._attachment(attachment, record)
        if ending := self._ending(message):
            yield _paragraph("Facts", inline(ending))

    def _attachment(self, attachment: Attachment, record: ConversationRecord) -> str:
        path = record.files.get(attachment.sha256)
        is_there = path is not None and path.exists()
        ending = _ENDINGS.get(attachment.media_type)
        if ending and self._options.attachments and path is not None and is_there:
            name = f"Pictures/{attachment.sha256}.{ending}"
            self.pictures[name] = (path, attachment.media_type)
            return self._picture(attachment, name)
        missing = "" if is_there else f" · {self._words.missing}"
        return _paragraph("Facts", inline(f"📎 {one_line(attachment.name)} · {size_text(attachment.size)}{missing}"))

    def _picture(self, attachment: Attachment, name: str) -> str:
        details = attachment.details
        pixels = (details.width or _UNKNOWN_SIZE[0], details.height or _UNKNOWN_SIZE[1])
        width, height = pixels[0] * _CM_PER_PIXEL, pixels[1] * _CM_PER_PIXEL
        scale = min(1.0, self._width_cm / width, _HIGHEST_CM / height)
        frame = (
            f'<draw:frame text:anchor-type="as-char" svg:width="{width * scale:.2f}cm" '
            f'svg:height="{height * scale:.2f}cm"><draw:image xlink:href="{escaped(name)}" xlink:type="simple" '
            f'xlink:show="embed" xlink:actuate="onLoad"/><svg:title>{escaped(attachment.name)}</svg:title></draw:frame>'
        )
        return _paragraph("Text_20_body", frame)

    def _ending(self, message: Message) -> str:
        parts = [status_word(message, self._words)]
        if message.failure is not None:
            parts.append(one_line(message.failure.message))
        if self._options.details and message.role is Role.ASSISTANT:
            parts += [one_line(message.endpoint_name), figures(message, self._words)]
        return " · ".join(part for part in parts if part)


def _paragraph(style: str, content: str) -> str:
    return f'<text:p text:style-name="{style}">{content}</text:p>'


def _heading(style: str, level: int, content: str) -> str:
    return f'<text:h text:style-name="{style}" text:outline-level="{level}">{content}</text:h>'


def _chunks(path: Path) -> Iterator[bytes]:
    with suppress(AttachedFileLost):  # it went meanwhile; an empty picture is shown as a broken one
        yield from attached_content(path)
