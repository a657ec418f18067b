"""What servers do to an answer, done to the answers of all APIs: the right text, or one precise error, in each."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from easychat_gui.domain.endpoints import EndpointKind
from easychat_gui.domain.errors import (
    AnswerTooLarge,
    EmptyAnswer,
    ErrorInStream,
    MalformedAnswer,
    NotAuthorized,
    NotFound,
    ProviderError,
    RateLimited,
    RequestRefused,
    ServerFailed,
    StreamInterrupted,
    UnexpectedRedirect,
)
from easychat_gui.domain.messages import FinishReason
from easychat_gui.domain.streaming import Finished, NoticeKind
from tests.fakes.asking import Serve, Source, events_and_error, notices_of, text_of
from tests.fakes.misbehaving_server import (
    DONE,
    STREAM_HEAD,
    Connection,
    Script,
    answer,
    close_delimited,
    delta,
    json_answer,
    raw,
    stream,
)
from tests.fakes.other_apis import (
    MESSAGE_START,
    MESSAGE_STOP,
    completed,
    last_line,
    line,
    message_delta,
    named,
    output_text,
    text_block,
)

TEXTS = ("Grü", "ße, мир ", "🌍!")
TEXT = "".join(TEXTS)
KEY = "sk-every-api-0123456789"
pytestmark = pytest.mark.usefixtures("no_waiting")


@dataclass(frozen=True)
class Api:
    """An honest answer: what comes before the text, one piece for each text, and what ends it."""

    kind: EndpointKind
    pieces: tuple[bytes, ...]
    begin: bytes = b""
    end: bytes = b""
    by_line: bool = False

    @property
    def whole(self) -> bytes:
        return self.begin + b"".join(self.pieces) + self.end


def chat(kind: EndpointKind) -> Api:
    return Api(kind, tuple(delta(text) for text in TEXTS), delta(role="assistant"), delta(finish_reason="stop") + DONE)


def block_piece(text: str) -> bytes:
    return named("content_block_delta", index=0, delta={"type": "text_delta", "text": text})


BLOCK = text_block(0)
APIS = [
    chat(EndpointKind.OPENAI),
    chat(EndpointKind.AZURE),
    Api(EndpointKind.RESPONSES, tuple(output_text(*TEXTS)), named("response.created", response={}), completed()),
    Api(
        EndpointKind.ANTHROPIC,
        tuple(block_piece(text) for text in TEXTS),
        MESSAGE_START + named("content_block_start", index=0, content_block={"type": "text", "text": ""}),
        named("content_block_stop", index=0) + message_delta("end_turn") + MESSAGE_STOP,
    ),
    Api(EndpointKind.OLLAMA, tuple(line(text) for text in TEXTS), b"", last_line(), by_line=True),
]


@pytest.fixture(params=APIS, ids=lambda api: api.kind.value)
def api(request: pytest.FixtureRequest) -> Api:
    found: Api = request.param
    return found


Outcome = tuple[str, type[ProviderError] | None, list[NoticeKind]]
Ask = Callable[..., Outcome]


@pytest.fixture
def ask(api: Api, serve: Serve, source: Source) -> Ask:
    """Ask a server of this API that does as the script says; return text, error and notices."""

    def ask(script: Script) -> Outcome:
        events, error = events_and_error(source(serve(script), KEY, kind=api.kind))
        if error is None:
            assert events[-1] == Finished(FinishReason.STOP)
        else:
            assert KEY not in f"{error} {error.detail} {error.server}"
            assert len(error.detail) <= 1000
        return text_of(events), type(error) if error else None, notices_of(events)

    return ask


GOOD: Outcome = (TEXT, None, [])


# -------------------- what changes nothing


def bytewise(connection: Connection, body: bytes) -> None:
    for place in range(len(body)):
        connection.chunk(body[place : place + 1])


@pytest.mark.parametrize("ending", [b"\r\n", b"\r"])
def test_other_ends_of_lines(api: Api, ask: Ask, ending: bytes) -> None:
    if api.by_line and ending == b"\r":
        pytest.skip("no server ends JSON lines so")
    assert ask(stream(api.whole.replace(b"\n", ending))) == GOOD


def test_a_byte_order_mark(api: Api, ask: Ask) -> None:
    assert ask(stream(b"\xef\xbb\xbf" + api.whole)) == GOOD


def test_a_byte_at_a_time(api: Api, ask: Ask) -> None:
    assert ask(stream(*(bytes([byte]) for byte in api.whole))) == GOOD


@pytest.mark.parametrize(
    "keep_alive",
    [b": OPENROUTER PROCESSING\n\n", b":\n\n", b"data:\n\n", b"data: : keepalive\n\n", b"\n\n\n", b"id: 3\n:\n\n"],
)
def test_keep_alives(api: Api, ask: Ask, keep_alive: bytes) -> None:
    if api.by_line:
        keep_alive = b"\n"
    body = keep_alive + api.begin + b"".join(piece + keep_alive for piece in api.pieces) + api.end
    assert ask(stream(body)) == GOOD


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_compression_that_nobody_asked_for(api: Api, ask: Ask, coding: str) -> None:
    body = gzip.compress(api.whole) if coding == "gzip" else zlib.compress(api.whole)
    assert ask(close_delimited(body, headers=[f"Content-Encoding: {coding}"])) == GOOD


@pytest.mark.parametrize(
    "content_type", ["", "Content-Type: text/plain; charset=iso-8859-1", "Content-Type: application/json"]
)
def test_a_content_type_that_is_wrong(api: Api, ask: Ask, content_type: str) -> None:
    assert ask(close_delimited(api.whole, headers=[content_type] if content_type else [])) == GOOD


def test_http_1_0_and_interim_answers(api: Api, ask: Ask) -> None:
    assert ask(raw(b"HTTP/1.0 200 OK\r\n\r\n" + api.whole)) == GOOD
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    assert ask(raw(interim + b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + api.whole)) == GOOD


def test_a_socket_left_open_after_the_end(api: Api, ask: Ask) -> None:
    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(api.whole)
        connection.wait_for_hang_up()

    assert ask(script) == GOOD


def test_what_comes_after_the_end(api: Api, ask: Ask) -> None:
    assert ask(stream(api.whole, *api.pieces)) == GOOD


def test_data_without_a_blank_and_the_last_event_without_its_end(api: Api, ask: Ask) -> None:
    assert ask(stream(api.whole.replace(b"data: ", b"data:").rstrip(b"\n"))) == GOOD


# -------------------- what is repaired, and told


@pytest.mark.parametrize(
    "broken",
    ['{"choices": [{"del', "[" * 100_000, '{"index": ' + "9" * 5000 + "}", "null", "[]", '"text"', "{}", "NaN"],
    ids=["cut", "deep", "long number", "null", "list", "string", "object", "nan"],
)
def test_a_malformed_chunk_in_the_middle(api: Api, ask: Ask, broken: str) -> None:
    event = f"{broken}\n" if api.by_line else f"data: {broken}\n\n"
    text, error, notices = ask(stream(api.begin, api.pieces[0], event.encode(), *api.pieces[1:], api.end))
    assert (text, error) == (TEXT, None)
    assert set(notices) <= {NoticeKind.REPAIRED}


def test_invalid_utf_8(api: Api, ask: Ask) -> None:
    text, error, notices = ask(stream(api.whole.replace("ß".encode(), b"\xff\xfe")))
    assert error is None
    assert text.replace("\N{REPLACEMENT CHARACTER}", "") == TEXT.replace("ß", "")
    assert notices == [NoticeKind.REPAIRED]


def test_half_a_surrogate_pair(api: Api, ask: Ask) -> None:
    text, error, notices = ask(stream(api.whole.replace("ß".encode(), rb"\ud83d")))
    assert (text, error) == (TEXT.replace("ß", "\N{REPLACEMENT CHARACTER}"), None)
    assert notices == [NoticeKind.REPAIRED]


# -------------------- what breaks off


def test_no_end(api: Api, ask: Ask) -> None:
    assert ask(stream(api.begin, *api.pieces)) == (TEXT, StreamInterrupted, [])


def test_a_reset_in_the_middle(api: Api, ask: Ask) -> None:
    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(api.begin + api.pieces[0])
        connection.chunk(api.pieces[1])
        connection.reset()

    text, error, _ = ask(script)
    assert error is StreamInterrupted
    assert TEXT.startswith(text)


@pytest.mark.parametrize("rest", [b"zz\r\n", b"-5\r\n", b"5\r\nab", b"FFFFFFFFFFFFFFFFFF\r\n"])
def test_broken_framing(api: Api, ask: Ask, rest: bytes) -> None:
    begin = api.begin + b"".join(api.pieces)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    text, error, _ = ask(raw(head + b"%x\r\n%b\r\n" % (len(begin), begin) + rest))
    assert error is not None
    assert issubclass(error, StreamInterrupted | MalformedAnswer)
    assert text == TEXT


def test_fewer_bytes_than_were_promised(api: Api, ask: Ask) -> None:
    begin = api.begin + b"".join(api.pieces)
    assert ask(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + begin)) == (TEXT, StreamInterrupted, [])


# -------------------- errors in the place of an answer, and in the middle of one


@pytest.mark.parametrize(
    "said",
    [
        '{"error": {"message": "Boom", "code": 500}}',
        '{"error": "Boom"}',
        '{"object": "error", "message": "Boom", "code": 400}',
        '{"type": "error", "error": {"type": "overloaded_error", "message": "Boom"}}',
        '{"detail": "Boom"}',
    ],
)
@pytest.mark.parametrize("has_begun", [True, False])
def test_an_error_inside_a_200(api: Api, serve: Serve, source: Source, said: str, has_begun: bool) -> None:
    event = f"{said}\n" if api.by_line else f"data: {said}\n\n"
    before = (api.begin, api.pieces[0]) if has_begun else ()
    events, error = events_and_error(source(serve(stream(*before, event.encode())), kind=api.kind))
    assert isinstance(error, ErrorInStream)
    assert "Boom" in str(error)
    assert text_of(events) == (TEXTS[0] if has_begun else "")


def test_an_event_of_the_name_error(api: Api, ask: Ask) -> None:
    if api.by_line:
        pytest.skip("has no events with names")
    assert ask(stream(api.begin, api.pieces[0], b"event: error\ndata: Boom\n\n")) == (TEXTS[0], ErrorInStream, [])


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (answer("200 OK", b"<!doctype html><html><body>Log in", "Content-Type: text/html"), MalformedAnswer),
        (answer("200 OK", b"", "Content-Type: text/event-stream"), MalformedAnswer),
        (answer("204 No Content"), MalformedAnswer),
        (answer("200 OK", b"Service is starting"), MalformedAnswer),
        (json_answer({"error": {"message": "Boom"}}), ErrorInStream),
        (json_answer({"ok": True}), MalformedAnswer),
        (json_answer([]), MalformedAnswer),
        (raw(b""), ProviderError),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), MalformedAnswer),
        (raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000 + b"\r\n"), MalformedAnswer),
        (raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n"), MalformedAnswer),
    ],
    ids=["html", "nothing", "204", "words", "error", "json", "list", "hang-up", "ssh", "headers", "long header"],
)
def test_something_else_than_an_answer(ask: Ask, script: Script, kind: type[ProviderError]) -> None:
    text, error, _ = ask(script)
    assert text == ""
    assert error is not None
    assert issubclass(error, kind)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("400 Bad Request", RequestRefused),
        ("401 Unauthorized", NotAuthorized),
        ("403 Forbidden", NotAuthorized),
        ("404 Not Found", NotFound),
        ("413 Payload Too Large", RequestRefused),
        ("422 Unprocessable", RequestRefused),
        ("429 Too Many Requests", RateLimited),
        ("500 Oops", ServerFailed),
        ("502 Bad Gateway", ServerFailed),
        ("503 Loading", ServerFailed),
        ("529 Overloaded", ServerFailed),
        ("302 Found", UnexpectedRedirect),
    ],
)
@pytest.mark.parametrize("is_html", [True, False])
def test_a_status(
    api: Api, serve: Serve, source: Source, status: str, kind: type[ProviderError], is_html: bool
) -> None:
    said = f"The key {KEY} is not right"
    page = f"<html><head><title>Oops</title><style>b {{}}</style></head><body><b>{said}</b></body></html>"
    body = page.encode() if is_html else json.dumps({"error": {"message": said}}).encode()
    server = serve(answer(status, body, "Retry-After: 100"))
    error = events_and_error(source(server, KEY, kind=api.kind))[1]
    assert type(error) is kind
    assert error.status == int(status[:3])
    assert KEY not in f"{error} {error.detail}"
    assert "<" not in f"{error} {error.detail}"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_takes_nothing_to_another_host(api: Api, serve: Serve, source: Source, status: str) -> None:
    other = serve(stream(api.whole))
    server = serve(answer(status, b"", f"Location: {other.url}/v1/chat/completions"))
    assert isinstance(events_and_error(source(server, KEY, kind=api.kind))[1], UnexpectedRedirect)
    assert other.connection_count == 0


# -------------------- too much, and nothing


def test_an_endless_line(api: Api, ask: Ask) -> None:
    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(api.begin + api.pieces[0])
        connection.chunk(b'{"x": "' if api.by_line else b'data: {"x": "')
        while True:
            connection.chunk(b"y" * 1_000_000)

    text, error, _ = ask(script)
    assert (text, error) == (TEXTS[0], AnswerTooLarge)


def test_an_endless_answer(api: Api, ask: Ask) -> None:
    long = api.pieces[0].replace("Grü".encode(), b"x" * 1_000_000)

    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(api.begin)
        while True:
            connection.chunk(long)

    text, error, _ = ask(script)
    assert error is AnswerTooLarge
    assert set(text) == {"x"}


def test_an_answer_without_a_word(api: Api, ask: Ask) -> None:
    text, error, _ = ask(stream(api.begin, api.end))
    assert (text, error) == ("", EmptyAnswer)
