"""How high blocks are: guessed until they are laid out, then measured."""

from __future__ import annotations

import math

from PySide6.QtGui import QFontMetricsF

from easychat_gui.rendering.blocks import Block, BlockKind
from easychat_gui.ui.conversation import block_documents
from easychat_gui.ui.conversation.box import Box
from easychat_gui.ui.conversation.code_look import FOLDED_LINES
from easychat_gui.ui.conversation.style import BLOCK_GAP, TIGHT_GAP, Style

_ABOVE_HEADING = 20
_BELOW_HEADING = 6
_CELL_PADDING = 6
_NARROWEST = 80


def gap(previous: Block | None, block: Block) -> int:
    """Return the space above a block."""
    if previous is None or block.continues:
        return 0
    if block.kind is BlockKind.HEADING:
        return _ABOVE_HEADING
    if previous.kind is BlockKind.HEADING:
        return _BELOW_HEADING
    is_item = bool(block.levels) and not block.levels[-1].is_quote
    if is_item and block.fresh and not block.is_spaced and block.kind is BlockKind.PARAGRAPH:
        return TIGHT_GAP
    return BLOCK_GAP


def estimate(box: Box, style: Style, width: int) -> int:
    """Guess a height from the length of the text."""
    source = box.block.source
    width = max(_NARROWEST, width - box.indent)
    if box.block.kind is BlockKind.RULE:
        return box.gap + 1
    lines = source.count("\n") + 1
    if box.look is not None:
        if box.look.is_folded:
            if box.block.continues:
                return 0
            lines = FOLDED_LINES
        return box.text_top + lines * style.code_line + box.text_bottom
    if box.block.kind is BlockKind.TABLE:
        return box.gap + lines * (style.small_line + 2 * _CELL_PADDING)
    if box.block.kind is BlockKind.MATH:
        return box.gap + 2 * style.message_line
    wrapped = math.ceil(len(source) * style.character_width / width) or 1
    return box.gap + wrapped * style.message_line


def measure(box: Box, style: Style, width: int, *, is_muted: bool) -> int:
    """Return the height of a block, and note how wide its code is and how far its text stands below its top.

    One that has no document is estimated.
    """
    if box.block.kind is BlockKind.RULE:
        return box.gap + 1
    if box.document is None:
        return estimate(box, style, width)
    if box.block.kind is not BlockKind.CODE and not box.block.levels and box.document.isEmpty():
        return 0  # a link definition says nothing
    height = math.ceil(box.document.size().height())
    box.shift = _shift(box, style, is_muted=is_muted)
    if box.look is not None:
        box.look.widest = max(box.look.widest, math.ceil(box.document.idealWidth()))
        if box.look.is_folded:
            if box.block.continues:
                return 0
            height = block_documents.height_of_lines(box.document, FOLDED_LINES)
    return box.text_top + height + box.text_bottom


def _shift(box: Box, style: Style, *, is_muted: bool) -> int:
    if box.is_card:
        return round((style.code_line - style.code_metrics.height()) / 2)
    if box.block.kind in (BlockKind.TABLE, BlockKind.MATH):
        return 0  # the cells see to that, and a formula fills its line
    font, line = block_documents.text_font(box.block, style, is_muted=is_muted)
    return round((line - QFontMetricsF(font).height()) / 2)
