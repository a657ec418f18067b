"""A message as words to be read aloud: no marks of Markdown, no code, and the language that a voice should have."""

from __future__ import annotations

import re

from easychat_gui.domain.messages import Message, Role
from easychat_gui.rendering import markdown, plain_text, streaming_document
from easychat_gui.rendering.blocks import BlockKind
from easychat_gui.rendering.sanitize import visible

LONGEST_LINE = 400
"""In characters; speech-dispatcher cuts its input into lines of a kilobyte."""

_LINK = re.compile(r"\bhttps?://(?:www\.)?([^\s/?#]+)\S*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])\s*")
_COMMAND = re.compile("!-!")
"""How a line begins that speech-dispatcher takes for a command to itself."""

_SCRIPTS = (
    ("ja", "\u3040", "\u30ff"),
    ("ko", "\uac00", "\ud7af"),
    ("zh", "\u4e00", "\u9fff"),
    ("ru", "\u0400", "\u04ff"),
    ("el", "\u0370", "\u03ff"),
    ("he", "\u0590", "\u05ff"),
    ("ar", "\u0600", "\u06ff"),
    ("hi", "\u0900", "\u097f"),
    ("th", "\u0e00", "\u0e7f"),
)
_SAMPLE = 2000


def spoken_text(message: Message, code_word: str) -> str:
    """Return lines of at most `LONGEST_LINE` characters. ``code_word`` is said in the place of a block of code."""
    said: list[str] = []
    for kind, text in _blocks(message):
        if kind is BlockKind.CODE:
            if not said or said[-1] != code_word:
                said.append(code_word)
        elif kind is not BlockKind.RULE and text.strip():
            said.extend(_lines(text))
    return "\n".join(said)


def language_of(text: str, own: str) -> str:
    """Return the language to read in, by its script: two letters. Latin letters are read in the person's ``own``."""
    sample = text[:_SAMPLE]
    for language, first, last in _SCRIPTS:
        count = sum(first <= each <= last for each in sample)
        if count * 4 > sum(each.isalpha() for each in sample):
            return language
    return own if own not in {language for language, _, _ in _SCRIPTS} else "en"


def _blocks(message: Message) -> list[tuple[BlockKind, str]]:
    if message.role is Role.USER:
        blocks = plain_text.split(message.text)
        return [(block.kind, block.source) for block in blocks]
    document = streaming_document.StreamingDocument()
    blocks = document.feed(message.text) + document.finish()
    known = markdown.references(blocks)
    return [
        (block.kind, "" if block.kind is BlockKind.CODE else markdown.render(block, known).text) for block in blocks
    ]


def _lines(text: str) -> list[str]:
    text = _LINK.sub(r"\1", _COMMAND.sub(" ", visible(text)).replace("\u2028", "\n"))
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for sentence in _SENTENCE_END.split(" ".join(paragraph.split())):
            for start in range(0, len(sentence), LONGEST_LINE):
                piece = sentence[start : start + LONGEST_LINE]
                if line and len(line) + len(piece) >= LONGEST_LINE:
                    lines.append(line)
                    line = ""
                line = f"{line} {piece}" if line else piece
        if line:
            lines.append(line)
    return lines
