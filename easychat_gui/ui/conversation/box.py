"""A block on its way to the screen."""

from __future__ import annotations

from PySide6.QtGui import QTextDocument

from easychat_gui.rendering.blocks import Block, BlockKind
from easychat_gui.rendering.highlight import ColouredRange, LineLexer
from easychat_gui.rendering.markdown import RichBlock
from easychat_gui.ui.conversation.code_look import CodeLook
from easychat_gui.ui.conversation.formulas import FormulaKey
from easychat_gui.ui.conversation.pictures import PictureState
from easychat_gui.ui.conversation.style import CARD_HEADER, CARD_PADDING, ITEM_INDENT, QUOTE_INDENT


class Box:
    """A block, and what is known of its looks so far. ``height`` counts from the end of the box before."""

    __slots__ = (
        "awaited",
        "block",
        "colours",
        "document",
        "first_line",
        "gap",
        "generation",
        "height",
        "is_last_part",
        "lexer",
        "look",
        "pictured",
        "rich",
        "shift",
        "widths",
    )

    def __init__(self, block: Block) -> None:
        self.block = block
        self.rich: RichBlock | None = None
        self.document: QTextDocument | None = None
        self.generation = -1
        self.height = 0
        self.gap = 0
        self.shift = 0
        self.is_last_part = True
        self.colours: list[list[ColouredRange]] | None = None
        self.lexer: LineLexer | None = None
        self.widths: list[int] | None = None
        self.awaited: tuple[FormulaKey, ...] = ()
        self.pictured: tuple[tuple[str, PictureState], ...] = ()
        self.look: CodeLook | None = None
        self.first_line = 0

    @property
    def indent(self) -> int:
        return sum(QUOTE_INDENT if level.is_quote else ITEM_INDENT for level in self.block.levels)

    @property
    def is_card(self) -> bool:
        return self.block.kind is BlockKind.CODE

    @property
    def has_footer(self) -> bool:
        """The line to fold or unfold long code stands below this part of it."""
        if self.look is None or not self.look.can_fold:
            return False
        return not self.block.continues if self.look.is_folded else self.is_last_part

    @property
    def is_hidden(self) -> bool:
        """It is a part of code that is folded away."""
        return self.look is not None and self.look.is_folded and self.block.continues

    @property
    def text_top(self) -> int:
        """How far below the top of the box its text begins."""
        if not self.is_card:
            return self.gap
        return self.gap + (0 if self.block.continues else CARD_HEADER + CARD_PADDING)

    @property
    def document_top(self) -> int:
        """How far below the top of the box its document begins.

        Qt puts what a line has of spare height above its text; ``shift`` moves the text to the middle.
        """
        return self.text_top - self.shift

    @property
    def text_left(self) -> int:
        return self.indent + (CARD_PADDING + 1 if self.is_card else 0)

    @property
    def text_bottom(self) -> int:
        """How far below its text a box of this height ends."""
        if not self.is_card:
            return 0
        padding = CARD_PADDING + 2 if self.is_last_part or self.has_footer else 0
        return padding + (CARD_HEADER if self.has_footer else 0)
