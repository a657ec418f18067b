"""What markdown-it-py is taught beyond CommonMark and GFM: formulas, and the marks of footnotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from easychat_gui.rendering import math_grammar

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

NOTE = re.compile(r"\[\^([^\[\]\s]{1,100})\]")
"""The mark of a footnote, in the text or before the footnote itself."""


def teach(parser: MarkdownIt) -> None:
    """Add the rules to a parser. A formula goes before everything that gives a backslash a meaning of its own."""
    parser.inline.ruler.before("escape", "formula", _formula)
    parser.inline.ruler.before("link", "note", _note)


def _formula(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  (the parser calls it so)
    if state.src[state.pos] not in "$\\":
        return False
    formula = math_grammar.formula_at(state.src, state.pos)
    if formula is None or formula.end > state.posMax:
        return False
    if not silent:
        token = state.push("formula", "", 0)
        token.content = state.src[state.pos : formula.end]
        token.markup = formula.tex
        token.meta = {"is_display": formula.is_display}
    state.pos = formula.end
    return True


def _note(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    if not state.src.startswith("[^", state.pos):
        return False
    match = NOTE.match(state.src, state.pos)
    if match is None or match.end() > state.posMax or state.src.startswith("(", match.end()):
        return False
    if not silent:
        token = state.push("note", "", 0)
        token.content = f"[{match[1]}]"
    state.pos = match.end()
    return True
