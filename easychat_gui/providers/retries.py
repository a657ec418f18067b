"""Whether the same server is asked once more, and after how long."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from easychat_gui.domain.errors import ConnectionFailed, ProviderError, RateLimited, ServerFailed, TimedOut
from easychat_gui.domain.streaming import NoticeKind, StreamNotice

MAX_RETRY_AFTER_S = 60.0
"""A longer wait that a server asks for is told to the person instead of slept."""

_FIRST_BACKOFF_S = 0.5
_LONGEST_BACKOFF_S = 8.0


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often the same server may be asked again, before anything of an answer has come.

    ``longest_wait_s``: whoever asks for a longer wait is not asked again.
    """

    after_connection_failed: int = 2
    after_server_failed: int = 2
    after_rate_limited: int = 2
    longest_wait_s: float = MAX_RETRY_AFTER_S

    def allows(self, error: ProviderError, retries: int) -> bool:
        """May the request be sent once more, after so many retries?"""
        if (error.retry_after_s or 0.0) > self.longest_wait_s:
            return False
        if isinstance(error, RateLimited):
            return retries < self.after_rate_limited
        if isinstance(error, ServerFailed):
            return retries < self.after_server_failed
        is_lost = isinstance(error, ConnectionFailed) and error.is_retryable and not isinstance(error, TimedOut)
        return is_lost and retries < self.after_connection_failed

    def without_rate_limit(self) -> RetryPolicy:
        """Return the same, but never after a 429: another key is the better retry."""
        return replace(self, after_rate_limited=0)


PATIENT = RetryPolicy()

HASTY = RetryPolicy(after_connection_failed=0, after_server_failed=1, after_rate_limited=0, longest_wait_s=1.0)
"""Where there is another server, that is the better retry."""


def backoff_s(error: ProviderError, retries: int) -> float:
    """Return how long to wait, in seconds: what the server asks for, else half a second doubled each time.

    With jitter, so that many clients of a server that comes back do not all come back at once.
    """
    if error.retry_after_s is not None:
        return min(error.retry_after_s, MAX_RETRY_AFTER_S)
    backoff = min(_FIRST_BACKOFF_S * 2**retries, _LONGEST_BACKOFF_S)
    return float(backoff * random.uniform(0.75, 1.0))  # noqa: S311 - no secret


def retry_notice(error: ProviderError, server: str, wait_s: float) -> StreamNotice:
    """Return what is told before the pause that `backoff_s` wants."""
    is_asked_for = error.retry_after_s is not None
    message = f"{error} Asking again in {wait_s:.1f} s."
    return StreamNotice(NoticeKind.RETRY, message, server, wait_s, is_asked_for=is_asked_for)
