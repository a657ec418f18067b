"""A request as a command for the shell, with names of variables where keys belong."""

from __future__ import annotations

import re
import shlex

from easychat_gui.domain.sent_requests import HIDDEN, SentRequest

KEY_VARIABLE = "API_KEY"
LONGEST_ARGUMENT = 100_000
"""A longer body goes in through standard input: Linux takes 128 kB as one argument."""

_OWN_HEADERS = frozenset({"content-length", "host", "connection", "transfer-encoding"})
"""What curl says for itself."""

_KEY_HEADERS = frozenset({"authorization", "api-key", "x-api-key", "x-goog-api-key"})


def curl_command(sent: SentRequest, body: bytes) -> str:
    """Return a command for a POSIX shell that sends this body as the request was sent."""
    url = _quoted(sent.url, KEY_VARIABLE)
    lines = [f"curl -N --globoff -X {shlex.quote(sent.method)} {url}"]
    for name, value in sent.headers:
        if name.lower() not in _OWN_HEADERS:
            lines.append("-H " + _quoted(f"{name}: {value}", _variable(name)))
    lines.append("-H 'Expect:'")  # curl would ask first whether a long body may come
    text = body.decode()
    if len(body) <= LONGEST_ARGUMENT and not text.startswith("@"):
        lines.append("--data-raw " + shlex.quote(text))
        return " \\\n  ".join(lines)
    # JSON is one line, so no line of it ends the text too soon; curl takes the last line break off again.
    return " \\\n  ".join([*lines, "--data @- <<'END_OF_REQUEST'"]) + f"\n{text}\nEND_OF_REQUEST"


def _quoted(text: str, variable: str) -> str:
    parts = [shlex.quote(part) if part else "" for part in text.split(HIDDEN)]
    return f'"${variable}"'.join(parts)


def _variable(header: str) -> str:
    return KEY_VARIABLE if header.lower() in _KEY_HEADERS else re.sub(r"\W", "_", header).upper()
