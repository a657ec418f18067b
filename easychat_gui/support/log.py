"""The log: files under ``logs/``, for their owner only, that never hold a key.

Redaction works on the finished line, traceback included: what an exception quotes is covered like what we wrote.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Iterable
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path

from easychat_gui.support.atomic_files import OWNER_ONLY_FILE, make_private_folder

MASK = "[redacted]"
LOG_NAME = "easychat-gui.log"

_KEY_CARRIERS = r"proxy-authorization|authorization|x-goog-api-key|x-api-key|api[-_]?key|set-cookie|cookie"
_SECRET_HEADER = re.compile(rf"(?:{_KEY_CARRIERS})|.*(?:token|secret|api[-_]?key).*", re.IGNORECASE)

_SECRET_QUERY = re.compile(
    r"[?&](?:[^=&#]*(?:key|token|secret|password|passwd|signature|credential)|sig|auth|authorization)=[^&#]",
    re.IGNORECASE,
)

_PATTERNS = (
    # Authorization: Bearer sk-…, 'x-api-key': 'abc', {"api_key": "abc"}: name, separators, then the value.
    re.compile(
        rf"""(\b(?:{_KEY_CARRIERS})["']?\s*[:=]\s*(?:b?["'])?\s*(?:(?:bearer|basic|token)\s+)?)([^\s"',;&}}\])]+)""",
        re.IGNORECASE,
    ),
    re.compile(r"(\bbearer\s+)([A-Za-z0-9._~+/=-]{8,})", re.IGNORECASE),
    re.compile(r"([?&](?:key|api[-_]?key|access_token|token|sig|signature)=)([^&\s\"'#]+)", re.IGNORECASE),
    re.compile(r"(\b[a-z][a-z0-9+.-]*://)([^/\s@\"']+)(?=@)", re.IGNORECASE),  # https://user:password@host
    re.compile(r"(\b)((?:sk|gsk|hf|xai|pk)[-_][A-Za-z0-9_-]{16,})"),
)


def is_secret_header(name: str) -> bool:
    """Tell whether a header of this name carries a key by custom, so that its value belongs in the keyring."""
    return _SECRET_HEADER.fullmatch(name.strip()) is not None


def has_secret_query(address: str) -> bool:
    """Tell whether a key stands in the query of an address, by the names that are used for that."""
    return _SECRET_QUERY.search(address) is not None


def redact(text: str, keys: Iterable[str] = ()) -> str:
    """Return ``text`` with these keys, and all that has the form of one, masked."""
    for key in sorted(keys, key=len, reverse=True):
        if key:
            text = text.replace(key, MASK)
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\g<1>{MASK}", text)
    return text


class Redactor:
    """The keys in use, to be masked wherever they turn up. May be told of new ones from any thread."""

    def __init__(self) -> None:
        self._keys: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def register(self, key: str) -> None:
        """Mask this key from now on, however it is spelt. One that is too short for that is not masked."""
        with self._lock:
            self._keys |= {key}

    def _spelt(self) -> Iterable[str]:
        from easychat_gui.support.spellings import spellings  # nothing is logged before the first paint

        return (spelling for key in self._keys for spelling in spellings(key))

    def __call__(self, text: str) -> str:
        return redact(text, self._spelt())


class _RedactingFormatter(logging.Formatter):
    def __init__(self, redactor: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(threadName)s %(name)s: %(message)s")
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._redactor(super().format(record))


class _PrivateRotatingFile(logging.FileHandler):
    """A log file that is renamed to ``.1``, ``.2`` … when it is full.

    Not `logging.handlers.RotatingFileHandler`: its module costs 10 ms at start (it imports sockets and pickle).
    """

    def __init__(self, path: Path, *, max_bytes: int, kept: int) -> None:
        super().__init__(path, encoding="utf-8", errors="backslashreplace", delay=True)
        self._max_bytes = max_bytes
        self._kept = kept

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding="utf-8", errors="backslashreplace", opener=_open_private)

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError):  # a full or read-only disk costs log lines and nothing else
            if self.stream is not None and self.stream.tell() > self._max_bytes:
                self._rotate()
            super().emit(record)

    def _rotate(self) -> None:
        if self.stream is not None:
            self.stream.close()
            self.stream = None  # the base class opens it again at the next line
        for number in range(self._kept, 0, -1):
            older = Path(f"{self.baseFilename}.{number}")
            newer = Path(f"{self.baseFilename}.{number - 1}" if number > 1 else self.baseFilename)
            if newer.exists():
                newer.replace(older)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, OWNER_ONLY_FILE)


def set_up(
    folder: Path,
    redactor: Redactor,
    *,
    level: int = logging.INFO,
    max_bytes: int = 1_000_000,
    kept: int = 3,
) -> logging.Handler:
    """Send what is logged to a file in ``folder``; return the handler, for `shut_down`.

    Raises OSError when the folder cannot be made. After that a log never stops the program.
    """
    make_private_folder(folder)
    handler = _PrivateRotatingFile(folder / LOG_NAME, max_bytes=max_bytes, kept=kept)
    handler.setFormatter(_RedactingFormatter(redactor))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    logging.raiseExceptions = False
    return handler


def shut_down(handler: logging.Handler) -> None:
    logging.getLogger().removeHandler(handler)
    handler.close()
