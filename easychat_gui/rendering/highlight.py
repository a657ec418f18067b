"""Colours for code, by Pygments: line by line while it grows, at once when it is whole.

`LineLexer` drives a RegexLexer by hand and keeps its state between lines, so that a new line costs what a line costs.
Rules that look across lines (a block comment matched in one go) need `lex`, which sees the whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import Enum
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pygments.lexer import Lexer

LONGEST_LINE = 2000
"""Characters; a longer line is data, and is shown without colours."""
LARGEST_CODE = 200_000
"""Characters that `lex` looks at; what comes after is shown without colours."""


class TokenKind(Enum):
    """What a theme has a colour for. The values are the names in `Theme.syntax`."""

    KEYWORD = "keyword"
    STRING = "string"
    FUNCTION = "function"
    NUMBER = "number"
    COMMENT = "comment"
    TYPE = "type"
    OPERATOR = "operator"


class ColouredRange(NamedTuple):
    """``length`` characters from ``start``, counted from the beginning of the line."""

    start: int
    length: int
    kind: TokenKind


_KINDS: tuple[tuple[str, TokenKind | None], ...] = (
    ("Token.Keyword.Type", TokenKind.TYPE),
    ("Token.Keyword", TokenKind.KEYWORD),
    ("Token.Operator.Word", TokenKind.KEYWORD),
    ("Token.Operator", TokenKind.OPERATOR),
    ("Token.Name.Function", TokenKind.FUNCTION),
    ("Token.Name.Decorator", TokenKind.FUNCTION),
    ("Token.Name.Attribute", TokenKind.FUNCTION),
    ("Token.Name.Class", TokenKind.TYPE),
    ("Token.Name.Exception", TokenKind.TYPE),
    ("Token.Name.Builtin.Pseudo", TokenKind.KEYWORD),
    ("Token.Name.Builtin", TokenKind.FUNCTION),
    ("Token.Name.Tag", TokenKind.KEYWORD),
    ("Token.Literal.String", TokenKind.STRING),
    ("Token.Literal.Number", TokenKind.NUMBER),
    ("Token.Literal.Date", TokenKind.NUMBER),
    ("Token.Comment.Preproc", TokenKind.KEYWORD),
    ("Token.Comment", TokenKind.COMMENT),
    ("Token.Generic.Inserted", TokenKind.STRING),
    ("Token.Generic.Deleted", TokenKind.KEYWORD),
    ("Token.Generic.Heading", TokenKind.TYPE),
    ("Token.Generic.Subheading", TokenKind.TYPE),
    ("Token.Generic.Prompt", TokenKind.COMMENT),
)
_CALL = re.compile(r"\s*\(")


@cache
def _kind_of(token_type: Any) -> TokenKind | None:
    name = str(token_type)
    for prefix, kind in _KINDS:
        if name == prefix or name.startswith(prefix + "."):
            return kind
    return None


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    if not language or language.lower() in ("text", "plain", "plaintext", "txt"):
        return None
    try:
        return get_lexer_by_name(language.lower().strip("{}."), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def extension_of(language: str) -> str:
    """Return the usual ending of files in this language, such as ".py"; ".txt" where none is known."""
    lexer = _lexer(language)
    for pattern in lexer.filenames if lexer is not None else ():
        if re.fullmatch(r"\*\.\w+", pattern):
            return str(pattern[1:])
    return ".txt"


def load() -> None:
    """Import Pygments. May be called from any thread."""
    _lexer("python")


def lex(language: str, code: str) -> list[list[ColouredRange]]:
    """Return the colours of every line of a whole piece of code; no colours for a language that is not known."""
    lines: list[list[ColouredRange]] = [[] for _ in range(code.count("\n") + 1)]
    lexer = _lexer(language)
    if lexer is None:
        return lines
    head = code[:LARGEST_CODE]
    number = column = 0
    try:
        for _start, token_type, value in lexer.get_tokens_unprocessed(head):
            number, column = _spread(lines, number, column, value, _kind(token_type, head, _start + len(value)))
    except Exception:  # a lexer is a plug-in, and its faults must not cost the reader the code
        return [[] for _ in lines]
    return lines


def _kind(token_type: Any, text: str, end: int) -> TokenKind | None:
    """A plain name that is called is a function too; most lexers do not tell."""
    kind = _kind_of(token_type)
    if kind is None and str(token_type).startswith("Token.Name") and _CALL.match(text, end):
        return TokenKind.FUNCTION
    return kind


def _spread(
    lines: list[list[ColouredRange]], number: int, column: int, value: str, kind: TokenKind | None
) -> tuple[int, int]:
    """Put a token, which may span lines, onto its lines. Return where the next one begins."""
    first, *others = value.split("\n")
    _put(lines[number], column, first, kind)
    if not others:
        return number, column + len(first)
    for part in others:
        number += 1
        _put(lines[number], 0, part, kind)
    return number, len(others[-1])


def _put(line: list[ColouredRange], column: int, text: str, kind: TokenKind | None) -> None:
    if kind is not None and text and not text.isspace():
        line.append(ColouredRange(column, len(text), kind))


def _is_drivable(lexer: Lexer | None) -> bool:
    """Only a plain RegexLexer keeps all its state in its stack."""
    from pygments.lexer import DelegatingLexer, ExtendedRegexLexer, RegexLexer

    return isinstance(lexer, RegexLexer) and not isinstance(lexer, (DelegatingLexer, ExtendedRegexLexer))


class LineLexer:
    """Colours code that grows line by line. A lexer that is not driven by rules sees each line by itself."""

    def __init__(self, language: str, state: Iterable[str] = ("root",)) -> None:
        self._language = language
        self._lexer = _lexer(language)
        self._rules: dict[str, Any] = getattr(self._lexer, "_tokens", {}) if _is_drivable(self._lexer) else {}
        self._stack = list(state)

    def copy(self) -> LineLexer:
        """Return a lexer that goes on from here, while this one stays."""
        return LineLexer(self._language, self._stack)

    def peek(self, line: str) -> list[ColouredRange]:
        """Return the colours of a line that has not ended; the state stays as it was."""
        before = list(self._stack)
        try:
            return self.take(line)
        finally:
            self._stack = before

    def take(self, line: str) -> list[ColouredRange]:
        """Return the colours of a line (without its line end) and go on to the next."""
        if self._lexer is None or len(line) > LONGEST_LINE:
            return []
        text = line + "\n"
        result: list[ColouredRange] = []
        try:
            for start, token_type, value in self._tokens(text):
                visible = value.rstrip("\n")
                _put(result, start, visible, _kind(token_type, text, start + len(value)))
        except Exception:  # see `lex`
            self._lexer = None
            return []
        return result

    def _tokens(self, text: str) -> Iterable[tuple[int, Any, str]]:
        if not self._rules and self._lexer is not None:
            yield from self._lexer.get_tokens_unprocessed(text)
            return
        from pygments.token import Text, _TokenType

        position = 0
        while position < len(text):
            for match_at, action, new_state in self._rules[self._stack[-1]]:
                match = match_at(text, position)
                if match is None:
                    continue
                if type(action) is _TokenType:
                    yield position, action, match.group()
                elif action is not None:
                    call: Callable[..., Iterable[tuple[int, Any, str]]] = action
                    yield from call(self._lexer, match)
                position = match.end()
                if new_state is not None:
                    self._move(new_state)
                break
            else:
                if text[position] == "\n":
                    self._stack = ["root"]
                yield position, Text, text[position]
                position += 1

    def _move(self, new_state: Any) -> None:
        if isinstance(new_state, tuple):
            for state in new_state:
                if state == "#pop":
                    self._pop(1)
                else:
                    self._stack.append(self._stack[-1] if state == "#push" else state)
        elif isinstance(new_state, int):
            self._pop(-new_state)
        elif new_state == "#push":
            self._stack.append(self._stack[-1])

    def _pop(self, count: int) -> None:
        del self._stack[max(1, len(self._stack) - count) :]
