"""The conversation as a person would read it aloud: what is copied, searched and spoken."""

from __future__ import annotations

from easychat_gui.domain.messages import Message, Role
from easychat_gui.rendering import markdown, plain_text, streaming_document
from easychat_gui.rendering.blocks import Block, BlockKind
from easychat_gui.rendering.markdown import RichBlock
from easychat_gui.rendering.sanitize import visible


def message_text(message: Message) -> str:
    """Return what a person reads of a message, without its reasoning. Needs no layout."""
    text = visible(message.text)
    if message.role is Role.USER:
        return blocks_text([(block, markdown.render(block)) for block in plain_text.split(text)])
    document = streaming_document.StreamingDocument()
    blocks = document.feed(text)
    blocks += document.finish() if message.status.is_final else document.tail()
    known = markdown.references(blocks)
    return blocks_text([(block, markdown.render(block, known)) for block in blocks])


def blocks_text(blocks: list[tuple[Block, RichBlock]]) -> str:
    """Join blocks with their markers and indentation."""
    parts: list[str] = []
    for block, rich in blocks:
        text = block_text(block, rich)
        if not text and block.kind is not BlockKind.CODE and not block.fresh:
            continue
        if parts:
            parts.append(block.glue if block.continues else separator(block))
        parts.append(text)
    return "".join(parts)


def separator(block: Block) -> str:
    """Return what stands between the text of a block and that of the block before."""
    is_tight = bool(block.levels) and not block.is_spaced
    return "\n" if is_tight else "\n\n"


def block_text(block: Block, rich: RichBlock) -> str:
    """Return the text of one block, with the markers that it begins with."""
    if block.kind is BlockKind.RULE:
        return "———"
    text = rich.text.replace("\u2028", "\n")
    if block.continues:
        return text
    items = [level for level in block.levels if not level.is_quote]
    fresh = [level.marker for level in block.levels[len(block.levels) - block.fresh :] if level.marker]
    indent = "  " * max(0, len(items) - (len(fresh) or 0))
    if rich.task is not None and fresh:
        fresh[-1] = "☑" if rich.task else "☐"
    marker = "".join(f"{each} " for each in fresh)
    return "\n".join(indent + (marker if number == 0 else "") + line for number, line in enumerate(text.split("\n")))
