"""A server tried step by step: name, connection, proxy, certificate, key, first word, streaming.

It goes the very way that a question goes, with the same code, so that what it says holds for the next question too. It
stops at the first step that fails.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from easychat_gui.domain.checkups import Checkup, ServerCertificate, Step, StepResult, Trust
from easychat_gui.domain.endpoints import Endpoint, ModelInfo
from easychat_gui.domain.errors import (
    CertificateRejected,
    EmptyAnswer,
    InvalidAddress,
    MalformedAnswer,
    NotAuthorized,
    NotFound,
    ProviderError,
    RequestRefused,
)
from easychat_gui.domain.generation import CompletionRequest, GenerationParams
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import FinishReason, Role, new_message
from easychat_gui.domain.streaming import Finished, Phase, ReasoningDelta, TextDelta
from easychat_gui.providers.addresses import resolve_address
from easychat_gui.providers.cancellation import Cancellation, Cancelled
from easychat_gui.providers.http_errors import server_name
from easychat_gui.providers.http_provider import HttpProvider
from easychat_gui.providers.retries import RetryPolicy
from easychat_gui.support.traffic import Purpose, ledger

QUESTION = "Count from one to five."
MOST_TOKENS = 16
"""Enough to see an answer come in pieces; it costs next to nothing. OpenAI's Responses take no fewer."""

_MOST_PIECES = 40
_ONCE = RetryPolicy(0, 0, 0)
_HELD_BACK_SHARE = 0.02
_HELD_BACK_S = 0.3
_OTHER_USE = re.compile(
    r"embed|rerank|whisper|tts|dall-?e|image|moderation|transcri|speech|audio|realtime|bge-|clip|sora|veo|imagen", re.I
)

Tell = Callable[[Checkup], None]


def check_up(
    provider: HttpProvider, cancellation: Cancellation, tell: Tell = lambda _checkup: None, models: Sequence[str] = ()
) -> Checkup:
    """Try a server and return how each step went; ``tell`` hears of every step when it begins and ends.

    ``models`` are ids to choose from where the server itself lists none. A trial that is cancelled ends early, with no
    error.
    """
    return _Trial(provider, cancellation, tell).run(models)


class _Trial:
    def __init__(self, provider: HttpProvider, cancellation: Cancellation, tell: Tell) -> None:
        self._provider = provider
        self._endpoint: Endpoint = provider.endpoint
        self._cancellation = cancellation
        self._tell = tell
        self._results: list[StepResult] = []
        self._running: StepResult | None = None
        self._began = time.monotonic()
        provider.purpose = Purpose.CHECKUP

    def run(self, models: Sequence[str]) -> Checkup:
        with contextlib.suppress(Cancelled):
            try:
                offered = self._reach()
                self._ask(self._model(offered, models))
            except ProviderError as error:
                self._cancellation.raise_if_cancelled()
                self._fail(error)
        return self._told()

    # The steps

    def _reach(self) -> list[ModelInfo] | None:
        """Go all the way to the list of models. Returns None where the server has none."""
        from easychat_gui.providers.dialling import current  # with the HTTP stack

        def on_phase(phase: Phase) -> None:
            if phase is Phase.CONNECTED and not self._has(Step.KEY):
                self._begin(Step.KEY, has_key=self._provider.has_key)

        current.on_step = self._on_step
        self._cancellation.on_phase = on_phase
        try:
            models: list[ModelInfo] | None = self._provider.list_models(self._cancellation, purpose=Purpose.CHECKUP)
        except (NotFound, RequestRefused, MalformedAnswer):
            if self._running is None or self._running.step is not Step.KEY or not self._typed_models():
                raise
            models = None
        finally:
            current.on_step = None
            self._cancellation.on_phase = lambda _phase: None
        self._cancellation.raise_if_cancelled()
        self._end(model_count=None if models is None else len(models))
        return models

    def _ask(self, model: str) -> None:
        self._begin(Step.FIRST_WORD, model=model)
        began, times, reason = time.monotonic(), list[float](), None
        message = new_message(ConversationId("checkup"), Role.USER, QUESTION)
        params = GenerationParams(None, None, None, None, max_tokens=MOST_TOKENS)
        events: Any = self._provider.stream_events(
            CompletionRequest(model, (message,), params), self._cancellation, policy=_ONCE
        )
        try:
            with contextlib.closing(events):
                for event in events:
                    if isinstance(event, TextDelta | ReasoningDelta):
                        if not times:
                            self._end()
                            self._begin(Step.STREAMING)
                        times.append(time.monotonic() - began)
                        if len(times) >= _MOST_PIECES:
                            break
                    elif isinstance(event, Finished):
                        reason = event.reason
        except EmptyAnswer:  # it thought where nobody sees it, and had no tokens left for a word
            pass
        if reason is FinishReason.CANCELLED:
            raise Cancelled
        self._end(is_in_pieces=_are_pieces(times))

    def _model(self, offered: Sequence[ModelInfo] | None, models: Sequence[str]) -> str:
        """Return the model that is asked: the person's choice, else the first that looks as if it could chat."""
        ids = [each.id for each in offered or ()] or list(models)
        chatting = [each for each in ids if not _OTHER_USE.search(each)]
        for each in (*self._typed_models(), *chatting, *ids):
            if each:
                return each
        server = self._provider.server
        raise NotFound(f"{server_name(server)} offers no model.", server=server)

    def _typed_models(self) -> list[str]:
        endpoint = self._endpoint
        return [each for each in (endpoint.default_model, *endpoint.favourites, *endpoint.own_models) if each]

    # What is told

    def _has(self, step: Step) -> bool:
        running = self._running is not None and self._running.step is step
        return running or any(each.step is step for each in self._results)

    def _on_step(self, step: Step, address: str) -> None:
        """A step on the way begins. With a proxy there are two names to look up; they count as one."""
        if not self._has(step):
            self._begin(step, address=address)

    def _begin(self, step: Step, **facts: Any) -> None:
        self._end()
        self._running = StepResult(step, **facts)
        self._began = time.monotonic()
        self._told()

    def _end(self, **facts: Any) -> None:
        if self._running is None:
            return
        if self._running.step is Step.CERTIFICATE:
            facts["trust"] = _trust(self._endpoint)
        self._results.append(replace(self._running, seconds=time.monotonic() - self._began, **facts))
        self._running = None
        self._told()

    def _fail(self, error: ProviderError) -> None:
        """End with the step that failed.

        A key may turn out to be wrong only at the first question: many lists of models are open to everybody.
        """
        running = self._running or StepResult(Step.NAME if isinstance(error, InvalidAddress) else Step.KEY)
        if isinstance(error, NotAuthorized):
            self._results = [each for each in self._results if each.step is not Step.KEY]
            running = replace(running, step=Step.KEY)
        certificate = None
        if isinstance(error, CertificateRejected) and running.step is Step.CERTIFICATE:
            running = replace(running, trust=_trust(self._endpoint))
            certificate = self._shown_certificate()
        seconds = None if self._running is None else time.monotonic() - self._began
        self._results.append(replace(running, seconds=seconds, error=error, certificate=certificate))
        self._running = None

    def _told(self) -> Checkup:
        checkup = Checkup(tuple(self._results), self._running.step if self._running else None)
        self._tell(checkup)
        return checkup

    def _shown_certificate(self) -> ServerCertificate | None:
        """Go the way once more, and look at the certificate instead of refusing it. Nothing is sent."""
        from easychat_gui.providers.certificates import read_certificate
        from easychat_gui.providers.dialling import Dial
        from easychat_gui.providers.opening import open_way
        from easychat_gui.providers.tls import shown_certificate

        parts = urlsplit(resolve_address(self._endpoint).origin)
        host = parts.hostname or ""
        way = self._provider.way
        dial = Dial(way, self._endpoint.timeouts.connect_s, cancellation=self._cancellation)
        meter = ledger.begin(Purpose.CHECKUP, "TLS", way.name, is_local=way.is_loopback)
        try:
            opened, _ = open_way(dial, host, parts.port or 443, is_tls=True)
            try:
                return read_certificate(shown_certificate(opened.sock, host, dial))
            finally:
                opened.registration.release()
        except (ProviderError, OSError, ValueError) as error:
            meter.fault = type(error).__name__
            return None
        finally:
            meter.end()


def _trust(endpoint: Endpoint) -> Trust:
    if endpoint.network.fingerprint:
        return Trust.FINGERPRINT
    return Trust.OWN_AUTHORITY if endpoint.network.ca_file else Trust.SYSTEM


def _are_pieces(times: Sequence[float]) -> bool:
    """Did the answer come piece by piece? Something on the way may hold it back, and then all comes at once."""
    if len(times) < 2:
        return False
    return times[0] < _HELD_BACK_S or times[-1] - times[0] > _HELD_BACK_SHARE * times[0]
