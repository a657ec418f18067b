"""Counting tokens with the server's own tokenizer, where it has one.

Only ever asked of servers on this computer: a text that the person has not sent must not leave it, and a remote server
learns no more than the chat that it answers. llama.cpp and vLLM offer ``POST /tokenize`` beside ``/v1``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from easychat_gui.domain.errors import EasyChatError
from easychat_gui.providers.addresses import resolve_address
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.http_provider import HttpProvider


class NoTokenizer(EasyChatError):
    """The server has none, or it could not be asked. Nothing is lost: the counts stay estimates."""


def count_tokens(source: HttpProvider, model: str, texts: Sequence[str], cancellation: Cancellation) -> dict[str, int]:
    """Return the counts of these texts; of fewer when cancelled. Raises `NoTokenizer`."""
    if not _is_on_this_computer(source):
        raise NoTokenizer("Only a server on this computer is asked.")
    counts: dict[str, int] = {}
    for text in texts:
        answer = _ask(source, question(model, text), cancellation)
        if cancellation.is_cancelled:
            break
        count = read_count(answer)
        if count is None:
            raise NoTokenizer("The server answered with something else than tokens.")
        counts[text] = count
    return counts


def _is_on_this_computer(source: HttpProvider) -> bool:
    try:
        return resolve_address(source.endpoint).is_loopback
    except EasyChatError:
        return False


def _ask(source: HttpProvider, body: dict[str, Any], cancellation: Cancellation) -> Any:
    try:
        return source.ask("POST", "/tokenize", cancellation, body)
    except EasyChatError as error:
        raise NoTokenizer(str(error)) from error


def question(model: str, text: str) -> dict[str, Any]:
    """Return a body that both understand; each leaves alone what is the other's."""
    return {
        "model": model,
        "content": text,  # llama.cpp
        "add_special": False,
        "prompt": text,  # vLLM
        "add_special_tokens": False,
    }


def read_count(answer: Any) -> int | None:
    """Read either's answer."""
    if not isinstance(answer, dict):
        return None
    count, tokens = answer.get("count"), answer.get("tokens")
    if type(count) is int and count >= 0:
        return count
    return len(tokens) if isinstance(tokens, list) else None
