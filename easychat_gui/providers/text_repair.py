"""Text from outside that would break what comes after it: the database, the encoder, the screen."""

from __future__ import annotations

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def repaired(text: str) -> str:
    """Return the text with halves of surrogate pairs joined, lone ones and NUL replaced.

    JSON may carry a lone surrogate, SQLite and every encoder then refuse the string; and SQLite ends a text at NUL.
    """
    if text.isascii():
        return text.replace("\0", _REPLACEMENT) if "\0" in text else text
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\0", _REPLACEMENT)


class TextRepair:
    """`repaired` for text in pieces: a pair may be cut in two, one half in this piece and one in the next."""

    def __init__(self) -> None:
        self._half = ""
        self.has_replaced = False
        """Was anything lost that could not be mended?"""

    def feed(self, text: str) -> str:
        if not self._half and text.isascii() and "\0" not in text:
            return text
        text, self._half = self._half + text, ""
        if "\ud800" <= text[-1:] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        mended = repaired(text)
        self.has_replaced |= mended.count(_REPLACEMENT) > text.count(_REPLACEMENT)
        return mended

    def finish(self) -> str:
        """Return a replacement for a half that never found the other one."""
        half, self._half = self._half, ""
        self.has_replaced |= bool(half)
        return repaired(half)
