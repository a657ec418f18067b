"""The blocks of one text, one below the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from easychat_gui.rendering import highlight, markdown, plain_text
from easychat_gui.rendering.blocks import Block, BlockKind
from easychat_gui.rendering.highlight import ColouredRange, LineLexer
from easychat_gui.rendering.markdown import RichBlock
from easychat_gui.rendering.sanitize import visible
from easychat_gui.rendering.streaming_document import StreamingDocument
from easychat_gui.ui.conversation import block_documents
from easychat_gui.ui.conversation.box import Box
from easychat_gui.ui.conversation.code_look import CodeLook
from easychat_gui.ui.conversation.fenwick import Fenwick
from easychat_gui.ui.conversation.measuring import estimate, gap, measure
from easychat_gui.ui.conversation.style import CARD_PADDING, Style

WHOLE_LEX_LIMIT = 20_000
"""Characters of code that are coloured in one go; longer code is coloured part by part."""


class Flow:
    """Blocks that grow at the end. Only those that are seen get a document; the others have an estimated height."""

    def __init__(self, style: Style, width: int, generation: int, *, is_plain: bool = False, is_muted: bool = False):
        self._style = style
        self._width = width
        self._generation = generation
        self._is_plain = is_plain
        self.is_muted = is_muted
        self._stream = StreamingDocument()
        self._tail_from = 0
        self._references: Mapping[str, Any] = {}
        self._to_fold: set[int] = set()
        self.boxes: list[Box] = []
        self.heights = Fenwick()

    # -- content

    def set_text(self, text: str, *, is_final: bool) -> None:
        """Show this text, from the beginning."""
        self.boxes.clear()
        self.heights = Fenwick()
        self._tail_from = 0
        self._to_fold.clear()
        if self._is_plain:
            self._replace_tail(plain_text.split(visible(text)), [])
            self._close_code(len(self.boxes) - 1)
        else:
            self._stream = StreamingDocument()
            self.append(text)
            if is_final:
                self.finish()
        if is_final:
            for head in list(self._to_fold):
                self.fold(head, is_folded=True)
            self._to_fold.clear()

    def append(self, text: str) -> None:
        """Add text: costs what the new text and the open block cost."""
        closed = self._stream.feed(visible(text))
        self._replace_tail(closed, self._stream.tail())

    def finish(self) -> None:
        """The text is whole: close the tail and repair what could not be known before, the link definitions."""
        self._replace_tail(self._stream.finish(), [])
        self._close_code(len(self.boxes) - 1)
        for box in self.boxes:
            if box.lexer is not None:  # seen line by line so far; now as a whole
                box.lexer = box.colours = None
        self._references = markdown.references(box.block for box in self.boxes)
        if not self._references:
            return
        for number, box in enumerate(self.boxes):
            if "[" in box.block.source and not box.is_card:
                was_seen = box.document is not None
                box.rich = box.document = None
                box.generation = -1
                if was_seen:
                    self.lay_out(number)

    def _replace_tail(self, closed: list[Block], tail: list[Block]) -> None:
        """Put new blocks in the place of the old tail, and keep the documents of those that only grew."""
        old = self.boxes[self._tail_from :]
        new = [*closed, *tail]
        del self.boxes[self._tail_from + len(new) :]
        self.heights.truncate(len(self.boxes))
        for offset, block in enumerate(new):
            number = self._tail_from + offset
            if offset < len(old) and old[offset].block.has_same_place(block):
                self._update(number, block)
                continue
            box = Box(block)
            if offset < len(old):
                self.boxes[number] = box
            else:
                self.boxes.append(box)
                self.heights.append(0)
            self._enter(number, box)
        self._tail_from += len(closed)

    def _enter(self, number: int, box: Box) -> None:
        previous = self.boxes[number - 1] if number else None
        box.gap = gap(previous.block if previous else None, box.block)
        if previous is not None:
            is_last = not (box.is_card and box.block.continues)
            if previous.is_last_part is not is_last:
                previous.is_last_part = is_last
                self._set_height(number - 1, previous)
            if is_last:
                self._close_code(number - 1)
        if box.is_card:
            self._count_lines(number, box)
        self.heights.set(number, estimate(box, self._style, self._width))
        box.height = self.heights[number]

    def _update(self, number: int, block: Block) -> None:
        box = self.boxes[number]
        old, box.block = box.block, block
        if old.source == block.source and (old.is_spaced, old.is_open) == (block.is_spaced, block.is_open):
            return
        if box.is_card:
            self._count_lines(number, box)
        if box.document is None:
            box.rich = None
            self.heights.set(number, estimate(box, self._style, self._width))
            box.height = self.heights[number]
            return
        if box.is_card and block.source.startswith(old.source):
            self._grow_code(box, old.source)
        elif block.kind in (BlockKind.TABLE, BlockKind.CODE):
            box.document = box.rich = box.colours = box.lexer = None
            self.lay_out(number)
            return
        else:
            box.rich = markdown.render(block, self._references)
            room = self.room(box)
            block_documents.fill(box.document, block, box.rich, self._style, room, is_muted=self.is_muted)
            self._note_objects(box)
        self._set_height(number, box)

    # -- heights

    @property
    def height(self) -> int:
        return self.heights.total

    def restyle(self, style: Style, width: int, generation: int) -> None:
        """The width, theme or zoom has changed: what is laid out is so for the past."""
        is_restyled = style is not self._style
        self._style, self._width, self._generation = style, width, generation
        if is_restyled:
            for box in self.boxes:
                box.document = None

    def lay_out(self, number: int) -> bool:
        """Make sure that a box has its document in the present width. Return whether its height changed."""
        box = self.boxes[number]
        if self._has_news(box):
            box.document = None
        if box.block.kind is BlockKind.MATH and box.generation != self._generation:
            box.document = None  # in another width it may be its source
        if box.document is not None and box.generation == self._generation:
            return False
        if box.block.kind is BlockKind.TABLE:
            self._build_table(number, box)
        elif box.document is None and box.block.kind is not BlockKind.RULE:
            rich = self.rich(number)
            room = self.room(box)
            box.document = block_documents.build(box.block, rich, self._style, room, is_muted=self.is_muted)
            if box.look is not None and not box.look.is_wrapped:
                block_documents.unwrap(box.document)
            if box.colours is not None:
                block_documents.colour_lines(box.document, 0, box.colours, self._style)
        self._note_objects(box)
        if box.document is not None:
            box.document.setTextWidth(self.room(box))
        box.generation = self._generation
        return self._set_height(number, box)

    def room(self, box: Box) -> int:
        """Return the width of the box's text."""
        margin = 2 * (CARD_PADDING + 1) if box.is_card else 0
        return max(40, self._width - box.indent - margin)

    def _note_objects(self, box: Box) -> None:
        """Note the formulas and pictures that the box has to be laid out again for."""
        formulas, pictures, rich = self._style.formulas, self._style.picture_objects, box.rich
        box.awaited = formulas.awaited(rich.all_spans()) if formulas is not None and rich is not None else ()
        box.pictured = pictures.states(rich.all_spans()) if pictures is not None and rich is not None else ()

    def _has_news(self, box: Box) -> bool:
        """Tell whether a formula or picture has come that was not there when the box was laid out."""
        formulas, pictures = self._style.formulas, self._style.picture_objects
        if box.awaited and formulas is not None and formulas.have_come(box.awaited):
            return True
        return bool(box.pictured) and pictures is not None and pictures.have_changed(box.pictured)

    @property
    def closed_count(self) -> int:
        """How many of the boxes will not change any more, except by the end of the text."""
        return self._tail_from

    @property
    def width(self) -> int:
        return self._width

    def is_laid_out(self, number: int) -> bool:
        return self.boxes[number].generation == self._generation and (
            self.boxes[number].document is not None or self.boxes[number].block.kind is BlockKind.RULE
        )

    def rich(self, number: int) -> RichBlock:
        box = self.boxes[number]
        if box.rich is None:
            box.rich = markdown.render(box.block, self._references)
        return box.rich

    def _build_table(self, number: int, box: Box) -> None:
        rich = self.rich(number)
        if rich.table is None:
            return
        head = number
        while head > 0 and self.boxes[head].block.continues:
            head -= 1
        first = self.rich(head).table
        room = self._width - box.indent
        box.widths = block_documents.column_widths(first or rich.table, self._style, room)
        box.document = block_documents.build_table(rich.table, self._style, box.widths, room, is_muted=self.is_muted)

    def _set_height(self, number: int, box: Box) -> bool:
        if box.generation == -1 and box.document is None and box.block.kind is not BlockKind.RULE:
            return False
        box.height = measure(box, self._style, self._width, is_muted=self.is_muted)
        return self.heights.set(number, box.height) != 0

    # -- code

    def _count_lines(self, number: int, box: Box) -> None:
        """Note how long the code has become that this box is the last part of so far."""
        previous = self.boxes[number - 1] if number and box.block.continues else None
        lines = box.block.source.split("\n")
        if previous is not None and previous.look is not None:
            box.look = previous.look
            box.first_line = previous.first_line + previous.block.source.count("\n") + 1
            box.look.is_closed = False
        elif box.look is None:
            box.look = CodeLook(is_unfolded=True)
        box.look.lines = box.first_line + len(lines)
        box.look.longest = max(box.look.longest, *map(len, lines))

    def _close_code(self, number: int) -> None:
        """The end of the code has come whose last part is this box."""
        look = self.boxes[number].look if number >= 0 else None
        if look is not None and not look.is_closed:
            look.is_closed = True
            if look.can_fold:
                self._to_fold.add(self.code_head(number))
                self._remeasure(number)

    def fold(self, number: int, *, is_folded: bool) -> None:
        """Show the beginning only, or the whole, of the code that this box is a part of."""
        look = self.boxes[number].look
        self._to_fold.discard(self.code_head(number))
        if look is not None:
            look.is_unfolded = not is_folded
            for each in self.code_parts(self.code_head(number)):
                self._remeasure(each)

    def fold_out_of_sight(self, top: int, bottom: int) -> bool:
        """Fold the code that came while somebody looked and has left the place between two heights since."""
        changed = False
        for head in sorted(self._to_fold):
            if head >= len(self.boxes) or self.boxes[head].look is None:
                self._to_fold.discard(head)
                continue
            first = self.heights.before(head)
            last = self.heights.before(max(self.code_parts(head)) + 1)
            if last <= top or first >= bottom:
                self._to_fold.discard(head)
                self.fold(head, is_folded=True)
                changed = True
        return changed

    def wrap(self, number: int, *, is_wrapped: bool) -> None:
        """Break the lines of code that are too long, or leave them to be scrolled."""
        look = self.boxes[number].look
        if look is None:
            return
        look.is_wrapped = is_wrapped
        look.scrolled = look.widest = 0
        for each in self.code_parts(self.code_head(number)):
            box = self.boxes[each]
            box.document = None
            box.generation = -1

    def _remeasure(self, number: int) -> None:
        box = self.boxes[number]
        box.height = measure(box, self._style, self._width, is_muted=self.is_muted)
        self.heights.set(number, box.height)

    def code_head(self, number: int) -> int:
        """Return the first part of the code that this box is a part of."""
        while number > 0 and self.boxes[number].block.continues:
            number -= 1
        return number

    def code_parts(self, head: int) -> Iterable[int]:
        yield head
        number = head + 1
        while number < len(self.boxes) and self.boxes[number].block.continues and self.boxes[number].is_card:
            yield number
            number += 1

    def code(self, number: int) -> str:
        """Return the whole code that this box is a part of."""
        parts = [self.boxes[each].block for each in self.code_parts(self.code_head(number))]
        return "".join(f"{part.glue if part.continues else ''}{part.source}" for part in parts)

    def needs_colours(self, number: int) -> bool:
        box = self.boxes[number]
        return box.is_card and box.colours is None and bool(box.block.language) and not box.is_hidden

    def colour(self, number: int) -> None:
        """Colour the code that this box is a part of; of long code the next part that has no colours yet."""
        parts = list(self.code_parts(self.code_head(number)))
        is_open = parts[-1] >= self._tail_from
        if not is_open and sum(len(self.boxes[each].block.source) for each in parts) <= WHOLE_LEX_LIMIT:
            self._colour_whole(parts)
            return
        for each in parts:
            if self.boxes[each].colours is None:
                self._colour_part(each)
                return

    def _colour_whole(self, parts: list[int]) -> None:
        blocks = [self.boxes[each].block for each in parts]
        lines = highlight.lex(blocks[0].language, "\n".join(block.source for block in blocks))
        first = 0
        for each, block in zip(parts, blocks, strict=True):
            count = block.source.count("\n") + 1
            self._set_colours(self.boxes[each], lines[first : first + count])
            first += count

    def _colour_part(self, number: int) -> None:
        box = self.boxes[number]
        box.lexer = self._lexer_before(number)
        lines = box.block.source.split("\n")
        colours = [box.lexer.take(line) for line in lines[:-1]]
        self._set_colours(box, [*colours, box.lexer.peek(lines[-1])])

    def _lexer_before(self, number: int) -> LineLexer:
        """Return a lexer in the state in which this part begins: that of the part before, after its last line."""
        box = self.boxes[number]
        previous = self.boxes[number - 1] if box.block.continues and number else None
        if previous is None or previous.lexer is None:
            return LineLexer(box.block.language)
        lexer = previous.lexer.copy()
        lexer.take(previous.block.source.rpartition("\n")[2])
        return lexer

    def _set_colours(self, box: Box, colours: list[list[ColouredRange]]) -> None:
        box.colours = colours
        if box.document is not None:
            block_documents.colour_lines(box.document, 0, colours, self._style)

    def _grow_code(self, box: Box, old_source: str) -> None:
        """Write the new code behind the old, and colour only the lines that changed."""
        document = box.document
        if document is None:
            return
        block_documents.grow_code(document, box.block.source[len(old_source) :], self._style)
        if box.colours is None or box.lexer is None:
            return
        first = len(box.colours) - 1
        lines = box.block.source.split("\n")[first:]
        changed = [box.lexer.take(line) for line in lines[:-1]] + [box.lexer.peek(lines[-1])]
        box.colours[first:] = changed
        block_documents.colour_lines(document, first, changed, self._style)
