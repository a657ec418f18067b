"""One block as a QTextDocument, put together through a cursor.

Neither `setHtml` nor `setMarkdown` is ever called: both can be talked into opening local files.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLayout,
    QTextLength,
    QTextOption,
    QTextTableCellFormat,
    QTextTableFormat,
)

from easychat_gui.rendering.blocks import Block, BlockKind
from easychat_gui.rendering.columns import fitted_widths, longest_word
from easychat_gui.rendering.highlight import ColouredRange
from easychat_gui.rendering.markdown import RichBlock, Span, Spans, Table, plain
from easychat_gui.ui.conversation import formulas, picture_objects, text_objects
from easychat_gui.ui.conversation.reading_offsets import column_in
from easychat_gui.ui.conversation.style import CELL_GAP, CELL_PADDING, Style, line_format, pixel_size

_ALIGNMENTS = {
    "left": Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute,
    "right": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute,
    "center": Qt.AlignmentFlag.AlignHCenter,
}
SMALLEST_SCALE = 0.55
"""A formula that would have to be smaller to fit is shown as its source instead."""
_NARROWEST_COLUMN = 24
_WIDEST_CELL_TEXT = 400
"""Characters of a cell that are measured; a longer one fills its column anyway."""


def build(block: Block, rich: RichBlock, style: Style, room: int, *, is_muted: bool = False) -> QTextDocument:
    """Return the block as a document for a place of this width. Tables need `build_table`."""
    if block.kind is BlockKind.CODE:
        return _build_code(block.source, style)
    document = _empty(style.small_font if is_muted else style.message_font)
    fill(document, block, rich, style, room, is_muted=is_muted)
    document.setTextWidth(room)
    return document


def fill(
    document: QTextDocument, block: Block, rich: RichBlock, style: Style, room: int, *, is_muted: bool = False
) -> None:
    """Write a paragraph, a heading or plain text into a document, in place of what it held."""
    cursor = QTextCursor(document)
    cursor.beginEditBlock()  # else every span would have the paragraph laid out again
    cursor.select(QTextCursor.SelectionType.Document)
    cursor.removeSelectedText()
    font, line = text_font(block, style, is_muted=is_muted)
    is_quoted = any(level.is_quote for level in block.levels)
    colour = style.theme.text_muted if is_muted or is_quoted or rich.task else style.theme.text
    form = line_format(line)
    is_alone = block.kind is BlockKind.MATH and not _is_refused(rich.spans, style)
    if is_alone and _is_too_wide(rich.spans, font, style, room):
        is_alone = False
        rich = RichBlock(tuple(replace(span, formula="", code=True) for span in rich.spans))
    if is_alone:
        form = QTextBlockFormat()
        form.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    cursor.setBlockFormat(form)
    _insert(cursor, rich.spans, font, colour, style, is_alone=is_alone)
    cursor.endEditBlock()


def text_font(block: Block, style: Style, *, is_muted: bool = False) -> tuple[QFont, int]:
    """Return the font of a block's text and the height of its lines in pixels."""
    if block.kind is BlockKind.HEADING:
        font = style.heading_font(block.heading_level)
        return font, round(pixel_size(font) * 1.35)
    if is_muted:
        return style.small_font, style.small_line
    return style.message_font, style.message_line


def _insert(
    cursor: QTextCursor,
    spans: Spans,
    font: QFont,
    colour: QColor,
    style: Style,
    *,
    is_alone: bool = False,
    room: int = 0,
) -> None:
    """Write spans. ``is_alone``: a formula has the line for itself. ``room``: the width of a table's cell, else 0."""
    for span in spans:
        if (span.formula or is_alone) and not _is_refused((span,), style):
            _insert_formula(cursor, span, font, colour, style, is_alone=is_alone, room=room)
        elif span.image and style.picture_objects is not None:
            cursor.document().documentLayout().registerHandler(text_objects.PICTURE_TYPE, style.picture_objects)
            around = style.span_format(span, style.small_font, colour)
            form = picture_objects.picture_format(span, around)
            text_objects.limit(form, room)
            cursor.insertText(text_objects.OBJECT, form)
        else:
            shown = replace(span, code=True) if span.formula else span
            cursor.insertText(shown.text, style.span_format(shown, font, colour))


def _is_refused(spans: Spans, style: Style) -> bool:
    """Tell whether a formula is to be shown as its source."""
    keys = (formulas.key_of(span) for span in spans)
    return style.formulas is None or any(key is not None and style.formulas.is_refused(key) for key in keys)


def _is_too_wide(spans: Spans, font: QFont, style: Style, room: int) -> bool:
    """Tell whether a formula would have to be made so small that nobody could read it."""
    key = next(iter(filter(None, map(formulas.key_of, spans))), None)
    picture = style.formulas.picture(key) if style.formulas is not None and key is not None else None
    return picture is not None and text_objects.needed_width(picture, pixel_size(font)) * SMALLEST_SCALE > room


def _insert_formula(
    cursor: QTextCursor, span: Span, font: QFont, colour: QColor, style: Style, *, is_alone: bool, room: int
) -> None:
    """Put in the one character that stands for a formula."""
    if style.formulas is None or style.formula_objects is None:
        return
    cursor.document().documentLayout().registerHandler(text_objects.FORMULA_TYPE, style.formula_objects)
    key = formulas.key_of(span)
    is_there = key is not None and style.formulas.picture(key) is not None
    around = style.span_format(span if is_there else replace(span, code=True), font, colour)
    if not is_there:
        around.setForeground(style.theme.text_muted)
        around.clearBackground()
    em = pixel_size(font)
    form = text_objects.formula_format(span, around, em, style.formulas, is_alone=is_alone)
    text_objects.limit(form, room)
    cursor.insertText(text_objects.OBJECT, form)


def _empty(font: QFont) -> QTextDocument:
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(0)
    document.setDefaultFont(font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    document.setDefaultTextOption(option)
    return document


# -- code


def _build_code(source: str, style: Style) -> QTextDocument:
    document = _empty(style.code_font)
    option = document.defaultTextOption()
    option.setTabStopDistance(style.code_metrics.horizontalAdvance(" ") * 4)
    option.setTextDirection(Qt.LayoutDirection.LeftToRight)
    document.setDefaultTextOption(option)
    cursor = QTextCursor(document)
    cursor.setBlockFormat(line_format(style.code_line))
    cursor.insertText(source, _code_format(style))
    return document


def unwrap(document: QTextDocument) -> None:
    """Leave the lines of code as long as they are."""
    option = document.defaultTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    document.setDefaultTextOption(option)


def height_of_lines(document: QTextDocument, count: int) -> int:
    """Return the height of the first lines of code in pixels."""
    block = document.findBlockByNumber(count)
    if not block.isValid():
        return math.ceil(document.size().height())
    return math.ceil(document.documentLayout().blockBoundingRect(block).top())


def grow_code(document: QTextDocument, more: str, style: Style) -> None:
    """Add text at the end of a piece of code: what stands there is neither parsed nor laid out again."""
    cursor = QTextCursor(document)
    cursor.movePosition(QTextCursor.MoveOperation.End)
    cursor.insertText(more, _code_format(style))


def _code_format(style: Style) -> QTextCharFormat:
    result = QTextCharFormat()
    result.setForeground(style.theme.text)
    return result


def colour_lines(document: QTextDocument, first: int, lines: Sequence[Iterable[ColouredRange]], style: Style) -> None:
    """Give the lines from number ``first`` on their colours."""
    block: QTextBlock = document.findBlockByNumber(first)
    for line in lines:
        if not block.isValid():
            return
        block.layout().setFormats([_format_range(each, style) for each in line])
        block = block.next()
    document.markContentsDirty(0, document.characterCount())


def _format_range(coloured: ColouredRange, style: Style) -> QTextLayout.FormatRange:
    result = QTextLayout.FormatRange()
    result.start = coloured.start
    result.length = coloured.length
    result.format = style.colours[coloured.kind]
    return result


# -- tables


def build_table(
    table: Table, style: Style, widths: Sequence[int], available: int, *, is_muted: bool = False
) -> QTextDocument:
    """Return a table as a document; ``widths`` come from `column_widths`, so that all parts of a table agree.

    One that is read from the right stands at the right of the width that is available. Qt does not turn its columns
    around, so they are put in the other way round; `reading_offsets.column_in` tells which is which.
    """
    document = _empty(style.small_font)
    columns = len(table.alignments)
    rows = ([table.header] if table.header else []) + list(table.rows)
    if not rows or not columns:
        return document
    frame = QTextTableFormat()
    frame.setBorder(0)
    frame.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
    frame.setBorderCollapse(True)
    frame.setCellSpacing(0)
    if is_mirrored := table.is_right_to_left:
        frame.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        frame.setAlignment(Qt.AlignmentFlag.AlignRight)
        document.setTextWidth(max(available, sum(widths)))
        widths = widths[::-1]
    frame.setColumnWidthConstraints([QTextLength(QTextLength.Type.FixedLength, width) for width in widths])
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    grid = cursor.insertTable(len(rows), columns, frame)
    for number, row in enumerate(rows):
        is_header = bool(table.header) and number == 0
        cell_format = _cell_format(style, is_header=is_header, is_mirrored=is_mirrored)
        for column, spans in enumerate(row[:columns]):
            cell = grid.cellAt(number, column_in(grid, column))
            cell.setFormat(cell_format)
            place = cell.firstCursorPosition()
            alignment = table.alignments[column] or ("right" if is_mirrored else "")
            room = max(24, widths[cell.column()] - CELL_GAP)
            _fill_cell(place, spans, style, alignment, room, is_header=is_header, is_muted=is_muted)
    cursor.endEditBlock()
    return document


def _fill_cell(
    cursor: QTextCursor, spans: Spans, style: Style, alignment: str, room: int, *, is_header: bool, is_muted: bool
) -> None:
    block_format: QTextBlockFormat = line_format(style.small_line)
    if alignment in _ALIGNMENTS:
        block_format.setAlignment(_ALIGNMENTS[alignment])
    cursor.setBlockFormat(block_format)
    if is_header:
        spans = tuple(replace(each, bold=True) for each in spans)
    colour = style.theme.text_muted if is_muted else style.theme.text
    _insert(cursor, spans, style.small_font, colour, style, room=room)


def _cell_format(style: Style, *, is_header: bool, is_mirrored: bool) -> QTextTableCellFormat:
    result = QTextTableCellFormat()
    spare = round((style.small_line - style.small_metrics.height()) / 2)  # Qt puts it above the text
    result.setTopPadding(CELL_PADDING - spare)
    result.setBottomPadding(CELL_PADDING + spare)
    if is_mirrored:
        result.setLeftPadding(CELL_GAP)
    else:
        result.setRightPadding(CELL_GAP)
    result.setBottomBorder(1)
    result.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    result.setBottomBorderBrush(style.theme.border_strong if is_header else style.theme.border)
    side = QTextFormat.Property.TableCellRightPadding if is_mirrored else QTextFormat.Property.TableCellLeftPadding
    result.setProperty(side, 0)
    return result


def column_widths(table: Table, style: Style, available: int) -> list[int]:
    """Return the width of each column in pixels: what its cells need, or less where the table would be too wide."""
    bold = QFont(style.small_font)
    bold.setWeight(QFont.Weight.DemiBold)
    metrics = QFontMetricsF(bold)
    needed = [1.0] * len(table.alignments)
    longest = [""] * len(needed)
    for row in (table.header, *table.rows):
        for column, spans in enumerate(row[: len(needed)]):
            text = plain(tuple(span for span in spans if not (span.formula or span.image)))[:_WIDEST_CELL_TEXT]
            width = metrics.horizontalAdvance(text) * (1.08 if any(span.code for span in spans) else 1.0)
            width += sum(_formula_width(span, style) for span in spans if span.formula)
            width += picture_objects.WIDEST_CARD * sum(bool(span.image) for span in spans)
            needed[column] = max(needed[column], width)
            longest[column] = longest_word(longest[column], text)
    measured = [metrics.horizontalAdvance(word) for word in longest]
    wished, least = ([int(width) + CELL_GAP + 2 for width in widths] for widths in (needed, measured))
    return fitted_widths(wished, available, _NARROWEST_COLUMN, least)


def _formula_width(span: Span, style: Style) -> float:
    key = formulas.key_of(span)
    picture = style.formulas.picture(key) if style.formulas is not None and key is not None else None
    if picture is None:
        return style.code_metrics.horizontalAdvance(span.text[:_WIDEST_CELL_TEXT])
    return text_objects.inline_em(pixel_size(style.small_font)) * picture.width
