"""The provider that all else uses, against a real server on loopback."""

from __future__ import annotations

import gzip
import threading
from typing import Any

import pytest

from easychat_gui import __version__
from easychat_gui.domain.endpoints import Endpoint, EndpointKind, ModelInfo, Timeouts
from easychat_gui.domain.errors import (
    ConnectionFailed,
    InvalidAddress,
    MalformedAnswer,
    NotAuthorized,
    NotFound,
    ProviderError,
    RateLimited,
    RequestRefused,
    ServerFailed,
    StreamInterrupted,
    TimedOut,
    UnexpectedRedirect,
)
from easychat_gui.domain.ids import EndpointId
from easychat_gui.domain.messages import FinishReason
from easychat_gui.domain.streaming import Finished, NoticeKind, Started, StreamNotice, TextDelta
from easychat_gui.providers import http_provider
from easychat_gui.providers.base import AbstractProvider
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.openai_chat import OpenAIChat
from tests.fakes.asking import Serve, Source, events_and_error, events_of, notices_of, question, text_of
from tests.fakes.misbehaving_server import (
    DONE,
    STREAM_HEAD,
    Connection,
    MisbehavingServer,
    answer,
    close_delimited,
    delta,
    good_stream,
    json_answer,
    raw,
    stream,
)

KEY = "sk-marker-1234567890"
BRIEF = Timeouts(connect_s=5, first_byte_s=0.2, silence_s=0.2)


def test_an_answer_from_start_to_finish(serve: Serve, source: Source) -> None:
    assert events_of(source(server := serve(good_stream("Hel", "lo")))) == [
        Started(server.url, "m"),
        TextDelta("Hel"),
        TextDelta("lo"),
        Finished(FinishReason.STOP),
    ]


def test_what_goes_out_on_the_wire(serve: Serve, source: Source) -> None:
    server = serve(good_stream("a"))
    events_of(source(server, KEY, headers={"X-Mine": "1", "user-agent": "mine"}), question("Grüße", seed=7, top_p=None))
    request = server.requests[0]
    assert (request.method, request.target) == ("POST", "/v1/chat/completions")
    assert request.headers.items() >= {
        ("authorization", f"Bearer {KEY}"),
        ("accept", "text/event-stream"),
        ("content-type", "application/json"),
        ("x-mine", "1"),
        ("user-agent", "mine"),
    }
    assert "cookie" not in request.headers
    assert request.json == {
        "model": "m",
        "messages": [{"role": "user", "content": "Grüße"}],
        "stream": True,
        "temperature": 0.5,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "seed": 7,
        "stream_options": {"include_usage": True},
    }


def test_a_whole_answer(serve: Serve, source: Source) -> None:
    server = serve(json_answer({"choices": [{"message": {"content": "Hello"}, "finish_reason": "length"}]}))
    events = events_of(source(server), question(stream=False))
    assert events[1:] == [TextDelta("Hello"), Finished(FinishReason.LENGTH)]
    request = server.requests[0]
    assert request.json["stream"] is False
    assert request.headers["accept"] == "application/json"
    assert request.headers["user-agent"] == f"EasyChat-GUI/{__version__}"
    assert "authorization" not in request.headers


@pytest.mark.parametrize("asked_for_stream", [True, False])
def test_whatever_form_was_asked_the_form_that_came_is_read(
    serve: Serve, source: Source, asked_for_stream: bool
) -> None:
    whole = json_answer({"choices": [{"message": {"content": "Hello"}}]})
    for script in (whole, good_stream("Hel", "lo")):
        assert text_of(events_of(source(serve(script)), question(stream=asked_for_stream))) == "Hello"


@pytest.mark.parametrize(
    "content_type", ["text/html", "application/json", "text/plain; charset=latin-1", "", "text/event-stream"]
)
def test_a_wrong_content_type_does_not_matter(serve: Serve, source: Source, content_type: str) -> None:
    script = close_delimited(delta("Grüße"), delta(finish_reason="stop"), headers=[f"Content-Type: {content_type}"])
    assert text_of(events_of(source(serve(script)))) == "Grüße"


@pytest.mark.parametrize("is_chunked", [True, False])
def test_each_event_is_there_before_the_next_is_sent(serve: Serve, source: Source, is_chunked: bool) -> None:
    may_go_on = threading.Semaphore(0)

    def script(connection: Connection) -> None:
        connection.head("200 OK", *(STREAM_HEAD if is_chunked else ("Content-Type: text/event-stream",)))
        send = connection.chunk if is_chunked else connection.send
        for number in range(5):
            send(delta(str(number)))
            assert may_go_on.acquire(timeout=60)  # held back until the client has what was sent
        send(delta(finish_reason="stop"))
        if is_chunked:
            connection.end_chunks()

    texts = []
    for event in source(serve(script)).stream_events(question(), Cancellation()):
        if isinstance(event, TextDelta):
            texts.append(event.text)
            may_go_on.release()
    assert texts == ["0", "1", "2", "3", "4"]


def test_the_connection_is_used_again(serve: Serve, source: Source) -> None:
    server = serve(good_stream("a"))
    chat = source(server)
    for _ in range(3):
        events_of(chat)
    assert (len(server.requests), server.connection_count) == (3, 1)


def test_a_body_left_open_after_the_end_is_not_waited_for(serve: Serve, source: Source) -> None:
    def never_ends(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta("a", "stop") + DONE)
        connection.wait_for_hang_up()

    server = serve(never_ends, good_stream("b"))
    chat = source(server)
    assert text_of(events_of(chat)) == "a"
    server.wait_for_hang_up()
    assert text_of(events_of(chat)) == "b"


@pytest.mark.parametrize("keeps_talking", [True, False])
def test_an_answer_that_has_ended_is_not_kept_back_by_a_server_that_goes_on(
    serve: Serve, source: Source, monkeypatch: pytest.MonkeyPatch, keeps_talking: bool
) -> None:
    monkeypatch.setattr(http_provider, "GRACE_AFTER_FINISH_S", 0.1)

    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta("a", "stop"))
        while keeps_talking and not connection.server.is_closing:
            connection.chunk(b": still here\n\n")
        connection.wait_for_hang_up()

    assert events_of(source(serve(script)))[1:] == [TextDelta("a"), Finished(FinishReason.STOP)]


@pytest.mark.parametrize("ending", ["close", "reset", "bad chunk", "short"])
def test_a_cut_stream_keeps_its_text_and_says_so(serve: Serve, source: Source, ending: str) -> None:
    def script(connection: Connection) -> None:
        framing = "Content-Length: 10000" if ending == "short" else "Transfer-Encoding: chunked"
        connection.head("200 OK", "Content-Type: text/event-stream", framing)
        (connection.send if ending == "short" else connection.chunk)(delta("kept") + delta(" text"))
        if ending == "bad chunk":
            connection.send(b"zz\r\n")
        if ending == "reset":
            assert has_arrived.wait(60)
            connection.reset()

    has_arrived = threading.Event()
    texts = []
    error: ProviderError | None = None
    try:
        for event in source(serve(script)).stream_events(question(), Cancellation()):
            if isinstance(event, TextDelta):
                texts.append(event.text)
                has_arrived.set()
    except ProviderError as caught:
        error = caught
    assert "".join(texts) == "kept text"
    assert isinstance(error, StreamInterrupted)


def test_a_whole_stream_may_lack_the_end_of_its_framing(serve: Serve, source: Source) -> None:
    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta("a") + delta(finish_reason="stop"))

    assert text_of(events_of(source(serve(script)))) == "a"


def test_compressed_answers(serve: Serve, source: Source) -> None:
    body = gzip.compress(delta("a") + delta("b", "stop") + DONE)
    script = close_delimited(body[:20], body[20:], headers=["Content-Encoding: gzip"])
    assert text_of(events_of(source(serve(script)))) == "ab"
    broken = close_delimited(b"\x1f\x8b nonsense" * 20, headers=["Content-Encoding: gzip"])
    assert isinstance(events_and_error(source(serve(broken)))[1], MalformedAnswer)


def test_a_compression_bomb_is_stopped(serve: Serve, source: Source) -> None:
    bomb = gzip.compress(b"data: " + b"x" * 60_000_000)
    error = events_and_error(source(serve(close_delimited(bomb, headers=["Content-Encoding: gzip"]))))[1]
    assert type(error).__name__ == "AnswerTooLarge"


@pytest.mark.parametrize("unpacked", [b": x\n\n", b"\n", delta("word ")])
def test_a_compression_bomb_of_what_is_allowed_is_stopped_early(
    serve: Serve, source: Source, unpacked: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("easychat_gui.providers.transport._BOMB_BYTES", 100_000)
    bomb = gzip.compress(unpacked * (2_000_000 // len(unpacked)))
    events, error = events_and_error(source(serve(close_delimited(bomb, headers=["Content-Encoding: gzip"]))))
    assert type(error).__name__ == "AnswerTooLarge"
    assert len(text_of(events)) < 50_000


def test_a_compression_that_nobody_asked_for_is_named(serve: Serve, source: Source) -> None:
    script = close_delimited(b"\x8b\x05\x80hello\x03", headers=["Content-Encoding: br"])
    error = events_and_error(source(serve(script)))[1]
    assert isinstance(error, MalformedAnswer)
    assert "(br)" in str(error)
    slip = close_delimited(delta("a", "stop"), headers=["Content-Encoding: utf-8"])
    assert text_of(events_of(source(serve(slip)))) == "a"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", ConnectionFailed),
        (b"nonsense\r\n\r\n", MalformedAnswer),
        (b"SSH-2.0-OpenSSH_9.2\r\n", MalformedAnswer),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 300 + b"\r\n", MalformedAnswer),
        (b"HTTP/1.1 200 OK\r\nA: " + b"x" * 100_000 + b"\r\n\r\n", MalformedAnswer),
        (b"HTTP/1.1 103 Early Hints\r\n\r\n" * 50, MalformedAnswer),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello", MalformedAnswer),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", MalformedAnswer),
        (b"HTTP/1.1 204 No Content\r\n\r\n", MalformedAnswer),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n", StreamInterrupted),
    ],
)
@pytest.mark.usefixtures("no_waiting")
def test_answers_that_are_no_http(serve: Serve, source: Source, data: bytes, kind: type[ProviderError]) -> None:
    error = events_and_error(source(serve(raw(data))))[1]
    assert type(error) is kind
    assert "127.0.0.1" in str(error)


def test_interim_answers_are_skipped(serve: Serve, source: Source) -> None:
    def script(connection: Connection) -> None:
        connection.head("100 Continue")
        connection.head("103 Early Hints", "Link: </style.css>")
        connection.head("102 Processing")
        good_stream("a")(connection)

    assert text_of(events_of(source(serve(script)))) == "a"


@pytest.mark.parametrize("after_s", [None, 0.1])
def test_silence_is_a_time_out_that_keeps_the_text(serve: Serve, source: Source, after_s: float | None) -> None:
    def script(connection: Connection) -> None:
        if after_s is not None:
            connection.head("200 OK", *STREAM_HEAD)
            connection.chunk(delta("kept"))
        connection.wait_for_hang_up()

    events, error = events_and_error(source(serve(script), timeouts=BRIEF))
    assert isinstance(error, TimedOut)
    assert text_of(events) == ("" if after_s is None else "kept")


def test_a_head_that_comes_byte_by_byte_is_a_time_out(serve: Serve, source: Source) -> None:
    def script(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            connection.send(b"x")  # until the client has hung up
            threading.Event().wait(0.05)

    server = serve(script)
    assert isinstance(events_and_error(source(server, timeouts=Timeouts(0.2, 0.3, 1)))[1], TimedOut)
    assert len(server.requests) == 1


def test_keep_alives_hold_an_answer_open_past_the_silence(serve: Serve, source: Source) -> None:
    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        for _ in range(12):
            connection.chunk(b": keep-alive\n\n")
            threading.Event().wait(0.05)
        connection.chunk(delta("a", "stop") + DONE)
        connection.end_chunks()

    assert text_of(events_of(source(serve(script), timeouts=BRIEF))) == "a"


# -------------------- refusals and retries


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("400 Bad Request", RequestRefused),
        ("401 Unauthorized", NotAuthorized),
        ("403 Forbidden", NotAuthorized),
        ("404 Not Found", NotFound),
        ("413 Too Large", RequestRefused),
        ("422 Unprocessable", RequestRefused),
    ],
)
def test_a_refusal_is_told_at_once(serve: Serve, source: Source, status: str, kind: type[ProviderError]) -> None:
    server = serve(json_answer({"error": {"message": f"no, {KEY}"}}, status, "X-Request-Id: r-1"))
    events, error = events_and_error(source(server, KEY))
    assert (events, type(error), len(server.requests)) == ([], kind, 1)
    assert error is not None
    assert (error.status, error.server, error.request_id) == (int(status[:3]), server.url, "r-1")
    assert KEY not in f"{error}{error.detail}{error.as_failure()}"


@pytest.mark.parametrize(
    "status", ["429 Slow Down", "500 Oops", "502 Bad Gateway", "503 Loading model", "529 Overloaded"]
)
@pytest.mark.usefixtures("no_waiting")
def test_a_passing_fault_is_retried_twice_each_told_beforehand(serve: Serve, source: Source, status: str) -> None:
    server = serve(answer(status), answer(status), good_stream("a"))
    events = events_of(source(server))
    assert notices_of(events[:2]) == [NoticeKind.RETRY] * 2
    assert isinstance(events[2], Started)
    assert text_of(events) == "a"
    failing = serve(answer(status))
    events, error = events_and_error(source(failing))
    assert (notices_of(events), len(failing.requests)) == ([NoticeKind.RETRY] * 2, 3)
    assert isinstance(error, RateLimited | ServerFailed)


@pytest.mark.usefixtures("no_waiting")
def test_a_connection_closed_without_an_answer_is_retried(serve: Serve, source: Source) -> None:
    server = serve(raw(b""), raw(b""), good_stream("a"))
    assert text_of(events_of(source(server))) == "a"


def test_the_wait_that_the_server_asks_for_is_told_and_kept(serve: Serve, source: Source) -> None:
    server = serve(answer("429 Slow Down", b"", "Retry-After: 0.2"), good_stream("a"))
    notice = events_of(source(server))[0]
    assert isinstance(notice, StreamNotice)
    assert (notice.kind, notice.wait_s, notice.server) == (NoticeKind.RETRY, 0.2, server.url)


def test_a_long_wait_is_told_and_not_slept(serve: Serve, source: Source) -> None:
    server = serve(answer("429 Slow Down", b"", "Retry-After: 3600"))
    events, error = events_and_error(source(server))
    assert (events, len(server.requests)) == ([], 1)
    assert isinstance(error, RateLimited)
    assert error.retry_after_s == 3600


def test_nothing_is_retried_once_the_answer_has_begun(serve: Serve, source: Source) -> None:
    server = serve(stream(delta("a")))
    assert isinstance(events_and_error(source(server))[1], StreamInterrupted)
    assert len(server.requests) == 1


def test_stop_ends_the_wait_for_a_retry(serve: Serve, source: Source) -> None:
    server = serve(answer("429 Slow Down", b"", "Retry-After: 59"))
    cancellation = Cancellation()
    events = []
    for event in source(server).stream_events(question(), cancellation):
        events.append(event)
        cancellation.cancel()
    assert events[-1] == Finished(FinishReason.CANCELLED)


def test_stream_options_are_dropped_once_for_a_server_that_refuses_them(serve: Serve, source: Source) -> None:
    refusal = json_answer({"error": {"message": "Unknown field: stream_options"}}, "400 Bad Request")
    server = serve(refusal, good_stream("a"))
    chat = source(server)
    assert notices_of(events_of(chat)) == [NoticeKind.REPAIRED]
    events_of(chat)
    assert ["stream_options" in request.json for request in server.requests] == [True, False, False]


def test_a_server_that_refuses_even_without_them_is_asked_twice_only(serve: Serve, source: Source) -> None:
    server = serve(json_answer({"error": {"message": "stream_options!"}}, "400 Bad Request"))
    assert isinstance(events_and_error(source(server))[1], RequestRefused)
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_not_followed_and_names_the_host(serve: Serve, source: Source, status: str) -> None:
    other = serve(good_stream("stolen"))

    def endless(connection: Connection) -> None:
        connection.head(status, f"Location: {other.url}/v1/chat/completions", "Transfer-Encoding: chunked")
        connection.wait_for_hang_up()

    error = events_and_error(source(serve(endless), KEY))[1]
    assert isinstance(error, UnexpectedRedirect)
    assert f"127.0.0.1:{other.port}" in str(error)
    assert other.connection_count == 0


def test_an_endless_error_page_is_not_read_to_its_end(serve: Serve, source: Source) -> None:
    def endless(connection: Connection) -> None:
        connection.head("404 Not Found", "Content-Type: text/html", "Transfer-Encoding: chunked")
        while True:
            connection.chunk(b"<p>no</p>" * 5000)

    error = events_and_error(source(serve(endless)))[1]
    assert isinstance(error, NotFound)
    assert len(error.detail) <= 1000


@pytest.mark.usefixtures("no_waiting")
def test_nobody_listening(source: Source, serve: Serve) -> None:
    server = serve(good_stream("a"))
    server.__exit__(None, None, None)
    events, error = events_and_error(source(server))
    assert notices_of(events) == [NoticeKind.RETRY] * 2
    assert type(error) is ConnectionFailed
    assert "refuses connections" in str(error)


@pytest.mark.parametrize("key", ["sk-ключ-1234", "sk-line\nbreak", "sk-\x00-nul-1"])
def test_a_key_that_cannot_be_sent_is_told_without_it(source: Source, key: str) -> None:
    error = events_and_error(source("http://127.0.0.1:9", key))[1]
    assert isinstance(error, NotAuthorized)
    assert key not in str(error)


def test_a_header_that_cannot_be_sent_is_told_without_it(serve: Serve, source: Source) -> None:
    error = events_and_error(source(serve(good_stream("a")), headers={"X-Key": "секрет"}))[1]
    assert isinstance(error, RequestRefused)
    assert "секрет" not in f"{error}{error.detail}"


def test_a_bad_address_is_told_when_it_is_used(source: Source) -> None:
    assert isinstance(events_and_error(source("host:80"))[1], InvalidAddress)


# -------------------- models, EasyChat servers


def test_models_are_listed_in_the_order_of_the_server(serve: Serve, source: Source) -> None:
    server = serve(json_answer({"data": [{"id": "b", "context_length": 4096}, {"id": "a"}]}))
    assert source(server, KEY).list_models(Cancellation()) == [ModelInfo("b", 4096), ModelInfo("a")]
    assert (server.requests[0].method, server.requests[0].target) == ("GET", "/v1/models")
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (answer("200 OK", b"<html>"), MalformedAnswer),
        (answer("200 OK", b""), MalformedAnswer),
        (answer("200 OK", b"[" * 100_000), MalformedAnswer),
        (answer("401 Unauthorized"), NotAuthorized),
        (answer("500 Oops"), ServerFailed),
    ],
)
def test_a_list_of_models_that_is_none(serve: Serve, source: Source, script: Any, kind: type[ProviderError]) -> None:
    with pytest.raises(kind):
        source(serve(script)).list_models(Cancellation())


def test_an_easychat_server_is_greeted_first_and_gets_its_cookies_back(serve: Serve, source: Source) -> None:
    server = serve(answer("200 OK", b"<html>", "Set-Cookie: visit=42; Path=/"), good_stream("a"))
    chat = source(server, kind=EndpointKind.EASYCHAT)
    assert text_of(events_of(chat)) == "a"
    events_of(chat)
    assert [(each.method, each.target) for each in server.requests] == [
        ("GET", "/"),
        ("POST", "/api/openai/v1/chat/completions"),
        ("POST", "/api/openai/v1/chat/completions"),
    ]
    assert [each.headers.get("cookie") for each in server.requests] == [None, "visit=42", "visit=42"]


def test_a_front_page_that_fails_does_not_keep_the_question_back(serve: Serve, source: Source) -> None:
    server = serve(answer("500 Oops"), good_stream("a"))
    assert text_of(events_of(source(server, kind=EndpointKind.EASYCHAT))) == "a"


@pytest.mark.parametrize("stream_it", [True, False])
def test_the_public_generator_yields_text_and_sends_what_was_given(stream_it: bool) -> None:
    whole = {"choices": [{"message": {"content": "Hello there"}, "finish_reason": "stop"}]}
    with MisbehavingServer(good_stream("Hello", " there") if stream_it else json_answer(whole)) as server:
        provider = OpenAIChat(Endpoint(EndpointId("e"), "Mine", f"{server.url}/v1"))
        messages = [{"role": "user", "content": "Hi"}]
        texts = list(provider.create_completion("m", messages, stream_it, top_p=0.5))
        assert texts == (["Hello", " there"] if stream_it else ["Hello there"])
        body = server.requests[0].json
        assert body["messages"] == messages
        assert body["stream"] is stream_it
        assert body["top_p"] == 0.5
        assert not {"temperature", "presence_penalty", "frequency_penalty"} & body.keys()
    assert isinstance(provider, AbstractProvider)
    assert OpenAIChat.working
    assert OpenAIChat.supports_stream
