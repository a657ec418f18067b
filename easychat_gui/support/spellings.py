"""The forms in which one key may turn up: what a server, a library or a log quotes is seldom the bare key."""

from __future__ import annotations

import base64
import html
import json
from functools import lru_cache
from urllib.parse import quote, quote_plus

SHORTEST_KEY = 4
"""A shorter one would hide half of a text and protect nothing."""

_SHORTEST_PIECE = 6
"""So many characters of Base64 are no part of another word."""


@lru_cache(maxsize=256)
def spellings(key: str) -> tuple[str, ...]:
    """Return how a key may be written, the longest first; none for one that is too short to be hidden.

    Percent-encoded, escaped for HTML and JSON, in hexadecimal, and in Base64 with anything before and after it, as in
    the header of a user name and password.
    """
    if len(key) < SHORTEST_KEY:
        return ()
    data = key.encode("utf-8", "surrogatepass")
    found = {key, quote(key, errors="replace"), quote(key, safe="", errors="replace")}
    found.add(quote_plus(key, errors="replace"))
    found.add(html.escape(key))
    found |= {each.lower() if "%" in each else each for each in found}
    found |= {json.dumps(key)[1:-1], repr(key)[1:-1], json.dumps(key, ensure_ascii=False)[1:-1]}
    found.add(data.hex())
    for before in range(3):
        found |= _in_base64(data, before)
    return tuple(sorted(found, key=len, reverse=True))


def _in_base64(data: bytes, before: int) -> set[str]:
    """Return what stands in a text in Base64 for this, wherever it begins: the digits that are of nothing else."""
    text = base64.b64encode(b"\0" * before + data).rstrip(b"=").decode()
    is_even = (before + len(data)) % 3 == 0
    piece = text[(0, 2, 3)[before] : None if is_even else -1]
    return {piece, piece.replace("+", "-").replace("/", "_")} if len(piece) >= _SHORTEST_PIECE else set()
