"""How many tokens texts are: counted by the server's tokenizer where that is allowed, estimated otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.context import TOKENS_AROUND_MESSAGE, TOKENS_BEFORE_ANSWER, estimated
from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.ids import EndpointId
from easychat_gui.domain.messages import Role
from easychat_gui.workers.background import Background

MOST_COUNTED = 100_000
"""Counts that are kept; some 10 MB."""

LONGEST_TEXT = 400_000
"""A longer text, in characters, is estimated: it fills any window by itself."""

MOST_AT_ONCE = 64
PAUSE_AFTER_FAILURE_S = 60.0
LEAST_RATIO, MOST_RATIO = 0.5, 3.0
MOST_EXTRA = 600


class Count(NamedTuple):
    tokens: int
    is_exact: bool


class Model(NamedTuple):
    endpoint_id: EndpointId
    model_id: str


class TokenCounts(QObject):
    """Counts are kept by text and model, so that an unchanged message is counted once. ``changed`` when new ones came.

    What an answer's usage says corrects the rest: for estimates a factor, for exact counts what the server's template
    adds to the messages.
    """

    changed = Signal()

    def __init__(self, endpoints: EndpointController, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._endpoints = endpoints
        self._background = background
        self._counts: dict[tuple[Model, int, int], int] = {}
        self._ratios: dict[Model, float] = {}
        self._extras: dict[tuple[Model, bool], int] = {}
        self._quiet_until: dict[Model, float] = {}
        self._is_counting = False
        self._cancel: Callable[[], None] = lambda: None

    def count(self, model: Model, text: str) -> Count:
        """Return how many tokens a text is, as well as that is known."""
        if not text:
            return Count(0, is_exact=True)
        known = self._counts.get(_key(model, text))
        if known is not None:
            return Count(known, is_exact=True)
        return Count(round(estimated(text) * self._ratios.get(model, 1.0)), is_exact=False)

    def of_template(self, model: Model, *, has_system_prompt: bool) -> int:
        """Return what the server adds to a request besides its messages, as far as that was seen."""
        return TOKENS_BEFORE_ANSWER + self._extras.get((model, has_system_prompt), 0)

    def learn(self, model: Model, request: CompletionRequest, prompt_tokens: int) -> None:
        """Take over what the server counted of a request."""
        if any(message.attachments for message in request.messages):
            return  # pictures count by rules of their own
        counts = [self.count(model, message.text) for message in request.messages]
        around = len(counts) * TOKENS_AROUND_MESSAGE + TOKENS_BEFORE_ANSWER
        seen = prompt_tokens - around
        if all(each.is_exact for each in counts):
            has_system_prompt = any(message.role is Role.SYSTEM for message in request.messages)
            missing = seen - sum(each.tokens for each in counts)
            self._extras[model, has_system_prompt] = min(MOST_EXTRA, max(-around, missing))
        else:
            guessed = sum(estimated(message.text) for message in request.messages)
            if guessed > 20:
                self._ratios[model] = min(MOST_RATIO, max(LEAST_RATIO, seen / guessed))
        self.changed.emit()

    def ask_for(self, model: Model, texts: Iterable[str]) -> None:
        """Have those counted that are not yet, in the background, where a tokenizer may be asked; quiet if it fails."""
        if self._is_counting or time.monotonic() < self._quiet_until.get(model, 0.0):
            return
        source = self._endpoints.tokenizer_of(model.endpoint_id)
        if source is None:
            return
        missing: list[str] = []
        for text in texts:
            if text and len(text) <= LONGEST_TEXT and _key(model, text) not in self._counts:
                missing.append(text)
                if len(missing) == MOST_AT_ONCE:
                    break
        if missing:
            self._begin(model, source, missing)

    def close(self) -> None:
        """Wait for no server any longer."""
        self._cancel()

    def _begin(self, model: Model, source: Callable[[], object], missing: list[str]) -> None:
        from easychat_gui.providers.cancellation import Cancellation

        cancellation = Cancellation()
        self._cancel = cancellation.cancel
        self._is_counting = True

        def count() -> dict[str, int]:
            from easychat_gui.providers.http_provider import HttpProvider
            from easychat_gui.providers.tokenizer import NoTokenizer, count_tokens

            found = source()
            if not isinstance(found, HttpProvider):
                raise NoTokenizer("The server is not ready.")
            return count_tokens(found, model.model_id, missing, cancellation)

        self._background.run(count, lambda counts: self._take(model, counts), lambda _error: self._give_up(model))

    def _take(self, model: Model, counts: dict[str, int]) -> None:
        self._is_counting = False
        if len(self._counts) > MOST_COUNTED:
            self._counts.clear()
        self._counts |= {_key(model, text): count for text, count in counts.items()}
        self.changed.emit()

    def _give_up(self, model: Model) -> None:
        self._is_counting = False
        self._quiet_until[model] = time.monotonic() + PAUSE_AFTER_FAILURE_S


def _key(model: Model, text: str) -> tuple[Model, int, int]:
    """Not the text itself: it would be kept in memory for its count's sake. Python keeps the hash of a text."""
    return model, hash(text), len(text)
