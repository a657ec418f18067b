"""What a message is cut into: small blocks, each of which can be drawn without the others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class BlockKind(Enum):
    """PLAIN is text that is shown exactly as it was typed, MATH a formula on lines of its own."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    CODE = "code"
    MATH = "math"
    TABLE = "table"
    RULE = "rule"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Level:
    """One quote or list item around a block.

    ``marker`` is "•" or a number such as "3." for a list item, "[1]" for a footnote and empty for a quote.
    ``serial`` tells apart two neighbours that look the same: blocks with the same serial stand in the same quote or
    item.
    """

    serial: int
    marker: str = ""

    @property
    def is_quote(self) -> bool:
        return not self.marker


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a message.

    :param source: code without its fence and indentation; a formula with its marks; the rows of a table (with the
        header even in later parts, for its columns); otherwise inline Markdown.
    :param levels: the quotes and list items around it, outermost first.
    :param fresh: how many of the innermost levels begin with this block, and so have their markers drawn.
    :param continues: it is a further part of the block before, which had grown too large.
    :param glue: what stood between the two parts.
    :param is_spaced: a blank line stands before it.
    :param heading_level: 1 to 6 for headings.
    :param is_open: it is a formula whose end has not come yet.
    :param language: the first word after the fence of code, as it was written.
    """

    kind: BlockKind
    source: str
    levels: tuple[Level, ...] = ()
    fresh: int = 0
    continues: bool = False
    glue: str = ""
    is_spaced: bool = False
    heading_level: int = 0
    language: str = ""
    is_open: bool = False

    def has_same_place(self, other: Block) -> bool:
        """Tell whether this can be the same block at another moment of its growth."""
        return (self.kind, self.levels, self.continues, self.heading_level) == (
            other.kind,
            other.levels,
            other.continues,
            other.heading_level,
        )
