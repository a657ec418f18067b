"""The log is for its owner only, bounded, and holds no key."""

from __future__ import annotations

import logging
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from easychat_gui.support import log
from easychat_gui.support.log import MASK, Redactor, is_secret_header, redact

MARKER = "sk-MARKER0123456789abcdef"


@pytest.mark.parametrize(
    "line",
    [
        f"Authorization: Bearer {MARKER}",
        f"authorization: {MARKER}",
        f"{{'Authorization': 'Bearer {MARKER}', 'Accept': 'x'}}",
        f"{{'x-api-key': b'{MARKER}'}}",
        f'{{"api_key": "{MARKER}", "model": "m"}}',
        f"api-key={MARKER}",
        f"GET https://host/v1/models?key={MARKER}&alt=sse",
        f"https://host/?access_token={MARKER}",
        f"https://me:{MARKER}@host/v1",
        f"https://{MARKER}@host/v1",
        f"Cookie: session={MARKER}",
        f"Incorrect API key provided: {MARKER}.",
        f"Proxy-Authorization: Basic {MARKER}",
    ],
)
def test_what_has_the_form_of_a_key_is_masked(line: str) -> None:
    cleaned = redact(line)
    assert MARKER not in cleaned
    assert MASK in cleaned


def test_a_known_key_is_masked_wherever_it_stands_whatever_its_form() -> None:
    assert redact("odd secret 日本語 here", ["secret 日本語"]) == f"odd {MASK} here"
    assert redact("abcdef abc", ["abc", "abcdef", ""]) == f"{MASK} {MASK}"


@pytest.mark.parametrize(
    "line", ["temperature = 0.5", "https://host/v1/models?limit=5", "a key: the tokens of the answer", ""]
)
def test_what_is_no_key_stays(line: str) -> None:
    assert redact(line) == line


def test_headers_that_carry_keys_are_known_by_name() -> None:
    assert all(
        map(is_secret_header, ["Authorization", "X-API-Key", "api-key", "x-goog-api-key", "X-Auth-Token", "cookie"])
    )
    assert not any(map(is_secret_header, ["Accept", "HTTP-Referer", "X-Title", "User-Agent"]))


@pytest.fixture
def set_up(tmp_path: Path) -> Iterator[Callable[..., Redactor]]:
    handlers: list[logging.Handler] = []
    root = logging.getLogger()
    level, raises = root.level, logging.raiseExceptions

    def start(**options: int) -> Redactor:
        redactor = Redactor()
        handlers.append(log.set_up(tmp_path / "logs", redactor, **options))
        return redactor

    yield start
    for handler in handlers:
        log.shut_down(handler)
    root.setLevel(level)
    logging.raiseExceptions = raises


def all_logs(tmp_path: Path) -> str:
    return "".join(file.read_text(encoding="utf-8") for file in sorted((tmp_path / "logs").iterdir()))


def test_a_key_in_a_traceback_is_masked(set_up: Callable[..., Redactor], tmp_path: Path) -> None:
    set_up().register("an unlikely secret")
    try:
        int("an unlikely secret")
    except ValueError:
        logging.getLogger("x").exception("asked with %s", "an unlikely secret")
    text = all_logs(tmp_path)
    assert "Traceback" in text
    assert "an unlikely secret" not in text
    assert text.count(MASK) >= 2


def test_the_files_are_for_their_owner_only_and_bounded(set_up: Callable[..., Redactor], tmp_path: Path) -> None:
    set_up(max_bytes=2_000, kept=2)
    for number in range(300):
        logging.getLogger("x").info("line %d %s", number, "." * 60)
    files = sorted((tmp_path / "logs").iterdir())
    assert [file.name for file in files] == ["easychat-gui.log", "easychat-gui.log.1", "easychat-gui.log.2"]
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    assert all(file.stat().st_size < 2_300 for file in files)
    assert stat.S_IMODE((tmp_path / "logs").stat().st_mode) == 0o700
    assert "line 299" in files[0].read_text()


def test_a_log_that_cannot_be_written_stops_nothing(set_up: Callable[..., Redactor], tmp_path: Path) -> None:
    set_up()
    (tmp_path / "logs" / "easychat-gui.log").mkdir()
    logging.getLogger("x").warning("nobody will read this")


def test_odd_characters_are_written_somehow(set_up: Callable[..., Redactor], tmp_path: Path) -> None:
    set_up()
    logging.getLogger("x").warning("lone \ud800 surrogate")
    assert "lone" in all_logs(tmp_path)
