"""Text in a form that SQLite keeps whole."""

from __future__ import annotations

NUL_PICTURE = "\u2400"


def mended(text: str) -> str:
    """Return text that survives the database.

    A NUL becomes its picture "␀": SQLite would keep it, but its own functions stop there. Halves of a surrogate pair
    that stand together are joined; one that stands alone (JSON allows it, UTF-8 does not) becomes "�".
    """
    if "\x00" in text:
        text = text.replace("\x00", NUL_PICTURE)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
