"""What the providers of all APIs have in common: a question over HTTP, asked again where that may help, and its answer.

One API differs from another in what its requests and answers look like; each provider overrides just that.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from easychat_gui.domain.endpoints import Endpoint, EndpointKind, ModelInfo
from easychat_gui.domain.errors import (
    MalformedAnswer,
    NotAuthorized,
    ProviderError,
    StreamInterrupted,
    TimedOut,
)
from easychat_gui.domain.generation import CompletionRequest, GenerationParams
from easychat_gui.domain.lessons import Lesson
from easychat_gui.domain.messages import FinishReason
from easychat_gui.domain.streaming import (
    AnswerReceived,
    Finished,
    NoticeKind,
    Phase,
    RequestSent,
    Started,
    StreamEvent,
    StreamNotice,
)
from easychat_gui.providers import sent
from easychat_gui.providers.addresses import ServerAddress, resolve_address, shown_address
from easychat_gui.providers.answer import AnswerReader
from easychat_gui.providers.base import AbstractProvider, ask_for_text
from easychat_gui.providers.cancellation import Cancellation, Cancelled
from easychat_gui.providers.http_errors import error_for_status, plain_text, request_id, server_name
from easychat_gui.providers.key_safety import refuse_exposed_key
from easychat_gui.providers.lessons import Lessons, Trial
from easychat_gui.providers.model_lists import all_models
from easychat_gui.providers.retries import PATIENT, RetryPolicy, backoff_s, retry_notice
from easychat_gui.providers.translation import OURS, Translation
from easychat_gui.providers.ways import NetworkSecrets, Way
from easychat_gui.providers.wire import BrokenJson, encode_body, parse_json, request_body
from easychat_gui.support.traffic import Purpose

if TYPE_CHECKING:
    from easychat_gui.providers.transport import Exchange, Transport

_ERROR_BODY_BYTES = 65536
_ERROR_BODY_S = 5.0
_MODELS_BYTES = 16 * 1024 * 1024
_MODELS_S = 30.0

MAX_KEPT_BYTES = 256 * 1024
"""So much of an answer is told as it came, where that is wished."""

GRACE_AFTER_FINISH_S = 2.0
"""How long the usage and the end of a stream may keep back an answer that has said why it ended."""


ListAt = Callable[[str], list[ModelInfo]]
"""Returns the models that are listed at an address."""


class HttpProvider(AbstractProvider):
    """One endpoint, in the words of the chat completions unless a subclass has others.

    May be used by several threads at once, one `Cancellation` for each request.

    Costs nothing until the first request: only then the HTTP stack is imported (80 ms). Nothing is raised before.
    """

    url: ClassVar[str] = ""
    """Whatever the endpoint's address is."""

    working: ClassVar[bool] = True
    supports_stream: ClassVar[bool] = True
    sends_bearer: ClassVar[bool] = True
    """Does the key go into the ``Authorization`` header?"""

    needed: ClassVar[frozenset[str]] = frozenset()
    """Parameters that this API wants in every question."""

    aliases: ClassVar[Mapping[str, str]] = {}
    """What this API's errors call a parameter, and its name in the body."""

    def __init__(
        self,
        endpoint: Endpoint,
        api_key: str = "",
        *,
        lessons: Lessons | None = None,
        secrets: NetworkSecrets | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.lessons = lessons or Lessons()
        self._api_key = api_key.strip()
        self._secrets = secrets or NetworkSecrets()
        self.purpose = Purpose.ANSWER
        """What the ledger says of the questions."""
        hidden = [self._api_key, self._secrets.proxy_password, self._secrets.key_passphrase, _password_of(endpoint)]
        hidden += [value for _, value in self._secrets.headers]
        self._hidden = tuple(each for each in hidden if each)
        """What nothing that is told may quote."""
        self._lock = threading.Lock()
        self._opened: tuple[Transport, ServerAddress] | None = None

    @property
    def server(self) -> str:
        """The base address as it may be shown: without a password."""
        return shown_address(self.endpoint)

    @property
    def has_key(self) -> bool:
        return bool(self._api_key)

    @property
    def way(self) -> Way:
        """How the server is reached. Raises `ProviderError`."""
        return self._open()[0].way

    # -------------------- completions

    def create_completion(  # type: ignore[override]  # asked of an object here, since an address belongs to it
        self,
        model: str,
        messages: Sequence[Mapping[str, Any]],
        stream: bool = True,  # noqa: FBT001, FBT002 - the public signature of old
        **kwargs: Any,
    ) -> Iterator[str]:
        """Yield the answer's text: piece by piece with ``stream``, else whole and once.

        ``kwargs`` go into the JSON as they are; what is not given is not sent. Raises `ProviderError`.
        """
        nothing = GenerationParams(None, None, None, None, stream=bool(stream))
        yield from ask_for_text(self, model, messages, nothing, kwargs)

    def stream_events(
        self, request: CompletionRequest, cancellation: Cancellation, *, policy: RetryPolicy = PATIENT
    ) -> Iterator[StreamEvent]:
        """See `EventSource.stream_events`. Retries happen before `Started` only, each told by a notice beforehand."""
        try:
            yield from self._with_retries(request, cancellation, policy)
        except Cancelled:
            yield Finished(FinishReason.CANCELLED)

    def _with_retries(
        self, request: CompletionRequest, cancellation: Cancellation, policy: RetryPolicy
    ) -> Iterator[StreamEvent]:
        retries = 0
        trial = Trial(self.lessons, request.model, needed=self.needed, aliases=self.aliases)
        while True:
            has_started = False
            prepared = self._prepared(request)
            try:
                for event in self._attempt(request, prepared.body, cancellation):
                    if isinstance(event, Started):
                        has_started = True
                        yield from self._told_changes(prepared, trial.parameters)
                    yield event
            except ProviderError as error:
                cancellation.raise_if_cancelled()
                lesson = None if has_started else trial.learn(error, prepared.body)
                if lesson is not None:
                    yield self._told_lesson(lesson)
                    continue
                if has_started or not policy.allows(error, retries):
                    trial.take_back(error)
                    raise
                wait_s = backoff_s(error, retries)
                retries += 1
                yield retry_notice(error, self.server, wait_s)
                if cancellation.pause(wait_s):
                    raise Cancelled from None
            else:
                return

    def _attempt(
        self, request: CompletionRequest, body: Mapping[str, Any], cancellation: Cancellation
    ) -> Iterator[StreamEvent]:
        cancellation.on_phase(Phase.CONNECTING)
        transport, address = self._open()
        self._prepare(transport, address, cancellation)
        headers = {
            "Accept": self._accepted(is_stream=request.params.stream),
            "Accept-Encoding": "identity",  # compression would hold words back
            "Content-Type": "application/json",
        }
        encoded = encode_body(body, server=transport.server)
        url = self._question_url(address, request.model)
        if request.is_recorded:
            as_sent = transport.headers_as_sent("POST", url, headers, encoded)
            record = sent.record(
                request,
                kind=self.endpoint.kind,
                method="POST",
                url=url,
                headers=as_sent,
                body=body,
                encoded=encoded,
                secrets=self._hidden,
            )
            yield RequestSent(record)
        with transport.exchange(
            "POST", url, cancellation, purpose=request.purpose or self.purpose, headers=headers, body=encoded
        ) as exchange:
            if request.is_recorded:
                yield from self._recorded(exchange, self._read_reply(exchange, request, body, cancellation))
            else:
                yield from self._read_reply(exchange, request, body, cancellation)

    def _recorded(self, exchange: Exchange, events: Iterator[StreamEvent]) -> Iterator[StreamEvent]:
        """Tell, before an answer ends in whatever way, what came over the wire."""
        exchange.begin_keeping(MAX_KEPT_BYTES)

        def received() -> AnswerReceived:
            headers = sent.hidden_headers(exchange.headers, self._hidden)
            body = sent.hidden_in_body(exchange.kept, self._hidden)
            return AnswerReceived(exchange.status, headers, body, exchange.is_kept_cut)

        try:
            for event in events:
                if isinstance(event, Finished):
                    yield received()
                yield event
        except (ProviderError, Cancelled):
            yield received()
            raise

    def _read_reply(
        self, exchange: Exchange, request: CompletionRequest, body: Mapping[str, Any], cancellation: Cancellation
    ) -> Iterator[StreamEvent]:
        self._raise_for_status(exchange)
        server = self.server
        yield Started(server, request.model, request_id(exchange.headers, *self._hidden))
        yield from self._read_answer(exchange, cancellation, self._reader(server, body))

    def _read_answer(
        self, exchange: Exchange, cancellation: Cancellation, reader: AnswerReader
    ) -> Iterator[StreamEvent]:
        grace_ends: float | None = None
        while not reader.is_over:
            try:
                data = exchange.read()
            except (StreamInterrupted, TimedOut, MalformedAnswer) as error:
                yield from self._after_break(reader, error)
                return
            for event in reader.feed(data) if data else reader.finish():
                cancellation.raise_if_cancelled()
                grace_ends = None
                yield event
            if reader.finish_reason is not None and not reader.is_over:
                grace_ends = grace_ends or time.monotonic() + GRACE_AFTER_FINISH_S
                left = grace_ends - time.monotonic()
                exchange.limit_silence(left)
                if left <= 0:
                    yield from reader.conclude()
        if reader.failure is not None:
            raise reader.failure
        exchange.drain()

    def _after_break(self, reader: AnswerReader, error: ProviderError) -> Iterator[StreamEvent]:
        """The body broke or fell silent. An answer that has said why it ended is whole all the same."""
        if reader.finish_reason is not None:
            yield from reader.conclude()
        else:
            yield from reader.finish(was_cut=True)
        if reader.failure is not None:
            raise error if reader.finish_reason is None else reader.failure

    # -------------------- models

    def list_models(self, cancellation: Cancellation, *, purpose: Purpose = Purpose.MODELS) -> list[ModelInfo]:
        """Return the models that the server offers, in its order. ``purpose`` is what the ledger says.

        Raises `ProviderError`; a list that was cancelled is empty.
        """
        try:
            _, address = self._open()
            return self._listed(address, lambda url: self._list_at(url, cancellation, purpose))
        except Cancelled:
            return []

    def _listed(self, address: ServerAddress, list_at: ListAt) -> list[ModelInfo]:
        return list_at(address.models)

    def _list_at(self, url: str, cancellation: Cancellation, purpose: Purpose) -> list[ModelInfo]:
        """Return the models that are listed at an address, and on the pages that it goes on with."""
        transport, _ = self._open()
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate"}

        def fetch(at: str) -> str:
            with transport.exchange("GET", at, cancellation, purpose=purpose, headers=headers) as exchange:
                self._raise_for_status(exchange)
                return exchange.read_capped(_MODELS_BYTES, _MODELS_S).decode("utf-8", "replace")

        return all_models(url, self.endpoint.kind, fetch, server=transport.server, clean=self._clean)

    def ask(self, method: str, path: str, cancellation: Cancellation, body: Mapping[str, Any] | None = None) -> Any:
        """Return the JSON that the server answers beside ``/v1``: what it offers besides the chat.

        Raises `ProviderError`; what was cancelled is None.
        """
        try:
            transport, address = self._open()
            headers = {"Accept": "application/json", "Content-Type": "application/json"}
            encoded = None if body is None else encode_body(body, server=transport.server)
            url = address.shown.removesuffix("/v1") + path
            with transport.exchange(
                method, url, cancellation, purpose=Purpose.TOKENS, headers=headers, body=encoded
            ) as exchange:
                self._raise_for_status(exchange)
                answer = exchange.read_capped(_MODELS_BYTES, _MODELS_S)
        except Cancelled:
            return None
        try:
            return parse_json(answer.decode("utf-8", "replace"))
        except (BrokenJson, RecursionError):
            return None

    def close(self) -> None:
        """Close the connections that are kept for reuse. A later request opens new ones."""
        with self._lock:
            opened, self._opened = self._opened, None
        if opened is not None:
            opened[0].close()

    # -------------------- innards

    def _open(self) -> tuple[Transport, ServerAddress]:
        with self._lock:
            if self._opened is None:
                from easychat_gui.providers.transport import Transport  # the HTTP stack, 80 ms

                address = resolve_address(self.endpoint)
                self._check_key(address.shown)
                refuse_exposed_key(self.endpoint, address, self._api_key)
                own = {**self._own_headers(), **self._organization()}
                headers = {**own, **self.endpoint.headers, **dict(self._secrets.headers)}
                key = self._api_key if self.sends_bearer else ""
                endpoint = self.endpoint
                transport = Transport(address, endpoint.timeouts, headers, key, endpoint.network, self._secrets)
                self._opened = transport, address
            return self._opened

    def _check_key(self, server: str) -> None:
        if not (self._api_key.isascii() and self._api_key.isprintable()):
            sentence = f"The API key for {server_name(server)} has characters that no key has; enter it again."
            raise NotAuthorized(sentence, server=server)

    def _question_url(self, address: ServerAddress, model: str) -> str:  # noqa: ARG002 - Azure looks at it
        """Return where this model is asked."""
        return address.completions

    def _prepare(self, transport: Transport, address: ServerAddress, cancellation: Cancellation) -> None:
        """Do what the server wants to have done before a question."""

    def _raise_for_status(self, exchange: Exchange) -> None:
        if 200 <= exchange.status < 300:
            return
        is_redirect = 300 <= exchange.status < 400  # its body says nothing, and may be endless
        body = b"" if is_redirect else exchange.read_capped(_ERROR_BODY_BYTES, _ERROR_BODY_S)
        raise error_for_status(exchange.status, exchange.headers, body, server=self.server, keys=self._hidden)

    def _in_this_api(self, body: dict[str, Any]) -> Translation:
        """Translate the body of a chat completion."""
        return Translation(body)

    def _accepted(self, *, is_stream: bool) -> str:
        """Return what kind of answer is asked for."""
        return "text/event-stream" if is_stream else "application/json"

    def _own_headers(self) -> dict[str, str]:
        """Return the headers that this API wants in every request."""
        return {}

    def _organization(self) -> dict[str, str]:
        """Return the header that says for which organisation is asked; only OpenAI's own APIs have one."""
        is_openai = self.endpoint.kind in (EndpointKind.OPENAI, EndpointKind.RESPONSES)
        name = self.endpoint.organization.strip()
        return {"OpenAI-Organization": name} if is_openai and name else {}

    def _reader(self, server: str, body: Mapping[str, Any]) -> AnswerReader:  # noqa: ARG002 - others look at it
        """Return a reader for the answer to this body."""
        return AnswerReader(server, clean=self._clean)

    def _prepared(self, request: CompletionRequest) -> Translation:
        """Return the body of a request as this API has it and this model takes it."""
        translation = self._in_this_api(request_body(request, kind=self.endpoint.kind))
        translation.body, lessons = self.lessons.applied(request.model, asked := translation.body)
        for lesson in lessons:
            translation.tell(lesson.parameter, asked.get(lesson.parameter, lesson), lesson.adaptation)
        return translation

    def _told_changes(self, prepared: Translation, told: frozenset[str]) -> Iterator[StreamEvent]:
        if names := [name for name in prepared.changed if name not in told]:
            notice = self._notice(NoticeKind.ADAPTED, f"does not take {', '.join(names)} as set", parameters=names)
            adapted = [prepared.adaptation(name) for name in names]
            # The same value under a known other name changes nothing for anybody.
            yield replace(notice, adapted=tuple(each for each in adapted if not each.renamed_to))

    def _told_lesson(self, lesson: Lesson) -> StreamNotice:
        names = [lesson.parameter, *([lesson.renamed_to] if lesson.renamed_to else [])]
        kind = NoticeKind.REPAIRED if lesson.parameter in OURS else NoticeKind.ADAPTED
        notice = self._notice(kind, f"does not take {lesson.parameter}; asked again {_how(lesson)}", parameters=names)
        return replace(notice, adapted=(lesson.adaptation,)) if kind is NoticeKind.ADAPTED else notice

    def _notice(self, kind: NoticeKind, what: str, parameters: Sequence[str]) -> StreamNotice:
        server = self.server
        return StreamNotice(kind, f"{server_name(server)} {what}", server, parameters=tuple(parameters))

    def _clean(self, text: str) -> str:
        return plain_text(text, *self._hidden)


def _how(lesson: Lesson) -> str:
    if lesson.renamed_to:
        return f"with {lesson.renamed_to}"
    return "without" if lesson.limit is None else f"with {lesson.limit}"


def _password_of(endpoint: Endpoint) -> str:
    try:
        return resolve_address(endpoint).password
    except ProviderError:
        return ""
