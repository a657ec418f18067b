"""Text that is still arriving, cut into closed blocks and an open tail.

The block phase of CommonMark looks at one line at a time and never back, so it can follow a stream: `feed` costs what
the new text costs, whatever came before. Everything inside a block (emphasis, links, cells) is left to `markdown`.

Three things differ from CommonMark, all of them so that no block can grow without bound: code is cut after so many
lines, a table after so many rows or cells, and a long paragraph or line at the end of a sentence.
"""

from __future__ import annotations

from dataclasses import replace

from easychat_gui.rendering import healing, math_grammar
from easychat_gui.rendering import line_grammar as grammar
from easychat_gui.rendering.blocks import Block, BlockKind, Level
from easychat_gui.rendering.open_blocks import Container, Leaf

CODE_LINES = 64
TABLE_ROWS = 32
TABLE_CELLS = 640
"""In one part of a table, however wide; 32 rows of 20 columns."""
LONGEST_TEXT = 8192
"""Characters of one line or one paragraph, above which it is cut."""
DEEPEST = 24
"""Levels of quotes and lists; what is nested deeper is shown as text of the deepest level."""


class StreamingDocument:
    """Cuts a text that comes in pieces. However it is cut into pieces, the blocks are the same."""

    def __init__(self) -> None:
        self._partial = ""
        self._root = Container(Level(0))
        self._stack: list[Container] = []
        self._leaf: Leaf | None = None
        self._closed: list[Block] = []
        self._serial = 0
        self._after_blank = False
        self._inside_line = False

    def feed(self, text: str) -> list[Block]:
        """Take in text and return the blocks that it has closed."""
        if self._partial.endswith("\r"):
            text = "\r" + text
            self._partial = self._partial[:-1]
        held = text.endswith("\r")  # half of a line ending, perhaps
        body = text[:-1] if held else text
        if "\r" in body:
            body = body.replace("\r\n", "\n").replace("\r", "\n")
        lines = body.split("\n")
        lines[0] = self._partial + lines[0]
        self._partial = lines.pop()
        for line in lines:
            self._take_line(self._cut_long(line))
            self._inside_line = False
        self._partial = self._cut_long(self._partial) + ("\r" if held else "")
        return self._take_closed()

    def finish(self) -> list[Block]:
        """Close what is open and return the blocks that were not returned before."""
        partial = self._partial.removesuffix("\r")
        self._partial = ""
        if partial:
            self._take_line(partial)
        self._inside_line = False
        self._unwind(0)
        return self._take_closed()

    def tail(self) -> list[Block]:
        """Return what is open as it would look if the text ended well here; usually one block, or none.

        What cannot be told yet (a lone ``-``, half a fence) is left out, and what is half open (``**bol``) is closed,
        so that nothing is shown that the next piece would take back.
        """
        saved = self._saved()
        try:
            partial = self._partial.removesuffix("\r")
            if partial and not self._is_undecided(partial):
                self._take_line(partial)
            self._foresee_table()
            if self._leaf is not None:
                self._leaf.is_peeked = True
            self._unwind(0)
            blocks = self._take_closed()
        finally:
            self._restore(saved)
        if blocks and blocks[-1].kind is BlockKind.MATH and partial:
            blocks[-1] = replace(blocks[-1], is_open=True)  # its line may go on as a sentence
        elif blocks and blocks[-1].kind is not BlockKind.CODE:
            blocks[-1] = healing.heal(blocks[-1])
        return blocks

    @property
    def open_fence(self) -> str:
        """The fence of code that no line has closed so far, unless the end of a list or quote will do it."""
        is_open = self._leaf is not None and self._leaf.kind is BlockKind.CODE and not self._stack
        return self._leaf.fence if self._leaf is not None and is_open else ""

    def _foresee_table(self) -> None:
        """What looks like the header of a table is shown as one before the line that makes it one has come."""
        leaf = self._leaf
        if leaf is not None and leaf.kind is BlockKind.PARAGRAPH and leaf.lines and leaf.lines[-1].startswith("|"):
            self._completes_paragraph(leaf, "|" + "---|" * len(grammar.cells(leaf.lines[-1])))

    # -- one line

    def _is_undecided(self, partial: str) -> bool:
        leaf = self._leaf
        if self._inside_line:
            return False
        if leaf is not None and leaf.kind is BlockKind.CODE:
            stripped = partial.strip(" \t>")
            return bool(leaf.fence and stripped) and not stripped.strip(leaf.fence[:1])
        body = partial.lstrip(" \t>")
        return bool(grammar.UNDECIDED.match(body) or math_grammar.UNDECIDED.match(body)) or not body

    def _cut_long(self, line: str) -> str:
        """Take in the head of an overlong line, piece by piece, and return the rest."""
        while len(line) > LONGEST_TEXT:
            cut = grammar.sentence_cut(line, LONGEST_TEXT)
            self._take_line(line[:cut])
            self._break_leaf("")
            self._inside_line = True
            line = line[cut:]
        return line

    def _take_line(self, line: str) -> None:
        if self._inside_line:
            self._append_to_leaf(line)
            return
        matched, rest = self._match_containers(line)
        leaf = self._leaf
        in_code = leaf is not None and leaf.kind is BlockKind.CODE and matched == len(self._stack)
        if in_code and leaf is not None and self._goes_on_as_code(leaf, rest):
            return
        in_math = leaf is not None and leaf.kind is BlockKind.MATH and matched == len(self._stack)
        if in_math and leaf is not None and self._goes_on_as_math(leaf, rest):
            return
        if not rest.strip():
            self._take_blank(matched)
            return
        rest, has_opened, matched = self._open_containers(rest, matched)
        leaf = self._leaf
        if not has_opened and matched < len(self._stack):
            if leaf is not None and leaf.kind is BlockKind.PARAGRAPH and leaf.lines and not self._starts_block(rest):
                self._append_text(leaf, rest)  # lazy: the marks of the quote or the indentation may be missing
                return
            self._unwind(matched)
        self._take_content(rest)
        self._after_blank = False

    def _match_containers(self, line: str) -> tuple[int, str]:
        """Return how many of the open quotes and items this line belongs to, and what is left of it."""
        if not self._stack:
            return 0, line
        rest = grammar.expand_indent(line)
        for number, container in enumerate(self._stack):
            if container.level.is_quote:
                match = grammar.QUOTE.match(rest)
                if match is None:
                    return number, rest
                rest = rest[match.end() :]
            elif not rest.strip():
                rest = ""
            elif grammar.indent_of(rest) >= container.offset:
                rest = rest[container.offset :]
            else:
                return number, rest
        return len(self._stack), rest

    def _goes_on_as_code(self, leaf: Leaf, rest: str) -> bool:
        """Take a line of code. Return False when the line is no longer code (which only indented code can tell)."""
        if leaf.fence:
            stripped = rest.strip()
            is_fence = stripped.startswith(leaf.fence) and not stripped.strip(leaf.fence[0])
            if is_fence and grammar.indent_of(rest) < 4:
                self._close_leaf()
                return True
            kept = rest[min(leaf.fence_indent, grammar.indent_of(rest)) :]
        elif not rest.strip():
            leaf.blank_lines += 1
            return True
        elif grammar.indent_of(grammar.expand_indent(rest)) >= 4:
            for _ in range(leaf.blank_lines):
                leaf.add("")
            leaf.blank_lines = 0
            kept = grammar.expand_indent(rest)[4:]
        else:
            return False
        leaf.add(kept)
        if len(leaf.lines) >= CODE_LINES or leaf.size > LONGEST_TEXT:
            self._break_leaf("\n")
        return True

    def _goes_on_as_math(self, leaf: Leaf, rest: str) -> bool:
        """Take a line of a formula. Return False when the formula turns out to be text."""
        if leaf.size > math_grammar.LONGEST_FORMULA or not rest.strip() or grammar.FENCE.match(rest):
            leaf.kind = BlockKind.PARAGRAPH
            return False
        leaf.add(rest.strip())
        if math_grammar.has_gone_on(rest, leaf.closing):
            leaf.kind = BlockKind.PARAGRAPH
        elif math_grammar.is_whole("\n".join(leaf.lines), leaf.closing):
            self._close_leaf()
        return True

    def _take_blank(self, matched: int) -> None:
        self._close_leaf()
        while len(self._stack) > matched:  # a blank line without ">" ends a quote
            self._pop()
        self._after_blank = True

    # -- quotes and list items

    def _open_containers(self, rest: str, matched: int) -> tuple[str, bool, int]:
        """Open what this line opens. Return what is left of it, whether anything was, and the number matched."""
        has_opened = False
        while matched < DEEPEST:
            rest = grammar.expand_marker(rest)
            leaf = self._leaf
            in_paragraph = leaf is not None and leaf.kind is BlockKind.PARAGRAPH and matched == len(self._stack)
            if in_paragraph and not has_opened and grammar.UNDERLINE.match(rest):
                break
            if quote := grammar.QUOTE.match(rest):
                self._unwind(matched)
                self._push(Container(self._new_level("")))
                rest = rest[quote.end() :]
            elif (item := grammar.ITEM.match(rest)) and not grammar.RULE.match(rest):
                if in_paragraph and not has_opened and not self._may_interrupt(item[2], rest[item.end() :]):
                    break
                self._unwind(matched)
                rest = self._push_item(item[1], item[2], item[3], rest[item.end() :])
            elif note := grammar.NOTE.match(rest):
                self._unwind(matched)
                self._push_note(note[1])
                rest = rest[note.end() :]
            else:
                break
            has_opened = True
            matched = len(self._stack)
        return rest, has_opened, matched

    @staticmethod
    def _may_interrupt(marker: str, after: str) -> bool:
        """A list may end a paragraph only if it is not empty and does not begin with a number such as 1984."""
        return bool(after.strip()) and (marker in "-*+" or marker[:-1] == "1")

    def _push_item(self, indent: str, marker: str, blanks: str, after: str) -> str:
        parent = self._stack[-1] if self._stack else self._root
        kind = marker[-1]
        is_numbered = marker not in ("-", "*", "+")
        if parent.list_kind != kind:
            parent.next_number = int(marker[:-1]) if is_numbered else 1
        parent.list_kind = kind
        shown = f"{parent.next_number}." if is_numbered else "•"
        parent.next_number += 1
        width = len(blanks) if after.strip() and len(blanks) <= 4 else 1
        self._push(Container(self._new_level(shown), offset=len(indent) + len(marker) + width))
        return " " * (len(blanks) - width) + after if after.strip() else ""

    def _push_note(self, label: str) -> None:
        (self._stack[-1] if self._stack else self._root).list_kind = ""
        shown = label if len(label) <= 4 else f"{label[:3]}…"
        self._push(Container(self._new_level(f"[{shown}]"), offset=4))

    def _new_level(self, marker: str) -> Level:
        self._serial += 1
        return Level(self._serial, marker)

    def _push(self, container: Container) -> None:
        if container.level.is_quote:
            (self._stack[-1] if self._stack else self._root).list_kind = ""
        self._stack.append(container)

    def _pop(self) -> None:
        container = self._stack[-1]
        if container.is_fresh and not container.level.is_quote:  # an empty item has a marker too
            self._emit(Leaf(BlockKind.PARAGRAPH, [""]))
        self._stack.pop()

    def _unwind(self, depth: int) -> None:
        """Close the open block and all containers beyond this depth."""
        self._close_leaf()
        while len(self._stack) > depth:
            self._pop()

    # -- what stands inside them

    def _starts_block(self, rest: str) -> bool:
        return bool(grammar.FENCE.match(rest) or grammar.HEADING.match(rest) or grammar.RULE.match(rest))

    def _take_content(self, rest: str) -> None:
        leaf = self._leaf
        if not rest.strip():
            return
        parent = self._stack[-1] if self._stack else self._root
        in_paragraph = leaf is not None and leaf.kind is BlockKind.PARAGRAPH and bool(leaf.lines)
        if in_paragraph and leaf is not None and self._completes_paragraph(leaf, rest):
            return
        indented = grammar.expand_indent(rest)
        if not in_paragraph and grammar.indent_of(indented) >= 4:
            parent.list_kind = ""
            self._open(Leaf(BlockKind.CODE)).add(indented[4:])
            return
        if self._begins_formula(rest):
            parent.list_kind = ""
            return
        fence = grammar.FENCE.match(rest)
        if fence and not (fence[2][0] == "`" and "`" in fence[3]):
            language = fence[3].split()[0] if fence[3].split() else ""
            self._open(Leaf(BlockKind.CODE, fence=fence[2], fence_indent=len(fence[1]), language=language))
        elif heading := grammar.HEADING.match(rest):
            text = grammar.HEADING_TAIL.sub("", heading[2] or "")
            self._open(Leaf(BlockKind.HEADING, [text], language=str(len(heading[1]))))
            self._close_leaf()
        elif grammar.RULE.match(rest):
            self._open(Leaf(BlockKind.RULE, [""]))
            self._close_leaf()
        else:
            self._append_text(leaf, rest)
        parent.list_kind = ""

    def _begins_formula(self, rest: str) -> bool:
        """Take a line that is a formula or the beginning of one. Return False when it is neither."""
        line = rest.strip()
        closing = math_grammar.closing_mark(line)
        opening = 2 if closing in ("$$", "\\]") else len(closing) + 2
        if not closing or math_grammar.has_gone_on(line[opening:], closing) or len(line) > LONGEST_TEXT // 2:
            return False
        self._open(Leaf(BlockKind.MATH, closing=closing)).add(line)
        if math_grammar.is_whole(line, closing):
            self._close_leaf()
        return True

    def _completes_paragraph(self, leaf: Leaf, rest: str) -> bool:
        """Take a line that tells what the lines before it were: an underline, or the delimiter row of a table."""
        if match := grammar.UNDERLINE.match(rest):
            leaf.kind = BlockKind.HEADING
            leaf.language = "1" if match[1][0] == "=" else "2"
            self._close_leaf()
            return True
        header = leaf.lines[-1]
        if grammar.makes_table(header, rest):
            leaf.lines.pop()
            table = Leaf(BlockKind.TABLE, header=(header, rest.strip()), is_spaced=leaf.is_spaced)
            if leaf.lines:
                self._close_leaf()
                table.is_spaced = False
            self._leaf = table
            return True
        return False

    def _append_text(self, leaf: Leaf | None, rest: str) -> None:
        if leaf is None or leaf.kind not in (BlockKind.PARAGRAPH, BlockKind.TABLE):
            leaf = self._open(Leaf(BlockKind.PARAGRAPH))
        leaf.add(rest.lstrip())
        if leaf.kind is BlockKind.TABLE:
            if len(leaf.lines) >= TABLE_ROWS or len(leaf.lines) * leaf.columns >= TABLE_CELLS:
                self._break_leaf("\n")
        elif leaf.size > LONGEST_TEXT:
            self._break_leaf("\n")

    def _append_to_leaf(self, rest: str) -> None:
        """Take a further piece of an overlong line, which cannot begin anything."""
        leaf = self._leaf or self._open(Leaf(BlockKind.PARAGRAPH, continues=True))
        leaf.add(rest)

    def _open(self, leaf: Leaf) -> Leaf:
        self._close_leaf()
        leaf.is_spaced = self._after_blank
        self._leaf = leaf
        return leaf

    def _break_leaf(self, glue: str) -> None:
        """Close the open block, which has grown large, and go on with a further part of it."""
        leaf = self._leaf
        if leaf is None:
            return
        self._close_leaf()
        self._leaf = leaf.rest(glue)

    def _close_leaf(self) -> None:
        leaf, self._leaf = self._leaf, None
        if leaf is not None and (leaf.lines or not leaf.continues):
            self._emit(leaf)

    def _emit(self, leaf: Leaf) -> None:
        fresh = [container for container in self._stack if container.is_fresh]
        for container in fresh:
            container.is_fresh = False
        levels = tuple(container.level for container in self._stack)
        self._closed.append(leaf.block(levels, len(fresh)))

    def _take_closed(self) -> list[Block]:
        closed, self._closed = self._closed, []
        return closed

    def _saved(self) -> tuple[Container, list[Container], Leaf | None, int, bool]:
        leaf = self._leaf.copy() if self._leaf is not None else None
        stack = [replace(container) for container in self._stack]
        return replace(self._root), stack, leaf, self._serial, self._after_blank

    def _restore(self, saved: tuple[Container, list[Container], Leaf | None, int, bool]) -> None:
        self._root, self._stack, self._leaf, self._serial, self._after_blank = saved


def split(text: str) -> list[Block]:
    """Return the blocks of a whole text."""
    document = StreamingDocument()
    return document.feed(text) + document.finish()
