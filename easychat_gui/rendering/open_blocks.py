"""What is still open while a text is cut into blocks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from easychat_gui.rendering import math_grammar
from easychat_gui.rendering.blocks import Block, BlockKind, Level


@dataclass(slots=True)
class Container:
    """A quote or list item that is open. ``offset``: columns that its lines are indented by."""

    level: Level
    offset: int = 0
    is_fresh: bool = True
    list_kind: str = ""
    """The bullet, or the character after the number, of the list that stands directly inside, if it may go on."""
    next_number: int = 1


@dataclass(slots=True)
class Leaf:
    """The block that is open."""

    kind: BlockKind
    lines: list[str] = field(default_factory=list)
    size: int = 0
    fence: str = ""
    fence_indent: int = 0
    language: str = ""
    header: tuple[str, str] | None = None
    is_spaced: bool = False
    continues: bool = False
    glue: str = ""
    blank_lines: int = 0
    closing: str = ""
    """What must end a formula."""
    is_peeked: bool = False
    """It is only looked at, so that a formula without its end is not given up for text yet."""

    def add(self, line: str) -> None:
        self.lines.append(line)
        self.size += len(line) + 1

    @property
    def columns(self) -> int:
        """At most so many columns has this table."""
        return self.header[1].count("|") + 1 if self.header is not None else 0

    def rest(self, glue: str) -> Leaf:
        """Return the leaf that goes on where this one, which has grown too large, is cut."""
        return replace(self, lines=[], size=0, continues=True, is_spaced=False, glue=glue, blank_lines=0)

    def copy(self) -> Leaf:
        return replace(self, lines=list(self.lines))

    def block(self, levels: tuple[Level, ...], fresh: int) -> Block:
        """Return the block that this has become."""
        kind = self.kind
        is_open = kind is BlockKind.MATH and not math_grammar.is_whole("\n".join(self.lines), self.closing)
        if is_open and not self.is_peeked:
            kind, is_open = BlockKind.PARAGRAPH, False
        is_heading = self.kind is BlockKind.HEADING
        source = "\n".join([*(self.header or ()), *self.lines])
        return Block(
            kind=kind,
            source=source if self.kind is BlockKind.CODE else source.strip(),
            levels=levels,
            fresh=fresh,
            continues=self.continues,
            glue=self.glue,
            is_spaced=self.is_spaced,
            heading_level=int(self.language) if is_heading else 0,
            language="" if is_heading else self.language,
            is_open=is_open,
        )
