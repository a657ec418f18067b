"""Text that a person typed: shown as it is, only fenced code set apart."""

from __future__ import annotations

from dataclasses import replace

from easychat_gui.rendering import line_grammar as grammar
from easychat_gui.rendering.blocks import Block, BlockKind
from easychat_gui.rendering.streaming_document import CODE_LINES

LONGEST_PART = 4096
"""Characters of one block; a pasted file becomes many, of which only those in sight are laid out."""


def split(text: str) -> list[Block]:
    """Cut a typed text into blocks. Every character of it is in one of them, except the fences around code."""
    blocks: list[Block] = []
    lines: list[str] = []
    fence = language = ""

    def close(*, is_code: bool) -> None:
        if lines or is_code:
            blocks.extend(_parts(lines, language) if is_code else _plain_parts(lines))
        lines.clear()

    for line in text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n"):
        match = grammar.FENCE.match(line)
        if fence:
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                close(is_code=True)
                fence = ""
            else:
                lines.append(line)
        elif match and not (match[2][0] == "`" and "`" in match[3]):
            close(is_code=False)
            fence, language = match[2], (match[3].split() or [""])[0]
        else:
            lines.append(line)
    close(is_code=bool(fence))
    return blocks


def _parts(lines: list[str], language: str) -> list[Block]:
    blocks: list[Block] = []
    part: list[str] = []
    glue = next_glue = ""
    for line in lines or [""]:
        for start in range(0, len(line) or 1, LONGEST_PART):
            piece = line[start : start + LONGEST_PART]
            if part and (start or len(part) >= CODE_LINES or sum(map(len, part)) + len(piece) > LONGEST_PART):
                blocks.append(_code(part, language, glue))
                part, glue = [], "" if start else next_glue
            part.append(piece)
            next_glue = "\n"
    blocks.append(_code(part, language, glue))
    return [replace(block, continues=number > 0) for number, block in enumerate(blocks)]


def _code(lines: list[str], language: str, glue: str) -> Block:
    return Block(BlockKind.CODE, "\n".join(lines), language=language, glue=glue)


def _plain_parts(lines: list[str]) -> list[Block]:
    text = "\n".join(lines).strip("\n")
    if not text.strip():
        return []
    blocks: list[Block] = []
    glue = ""
    while len(text) > LONGEST_PART:
        cut = text.rfind("\n", LONGEST_PART // 4, LONGEST_PART)
        following, next_glue = (cut + 1, "\n") if cut > 0 else (0, "")
        if cut <= 0:
            cut = following = grammar.sentence_cut(text, LONGEST_PART)
        blocks.append(Block(BlockKind.PLAIN, text[:cut], continues=bool(blocks), glue=glue))
        text, glue = text[following:], next_glue
    blocks.append(Block(BlockKind.PLAIN, text, continues=bool(blocks), glue=glue))
    return blocks
