"""Stop works in every phase of a request, and the server sees the hang-up."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from os import environ
from pathlib import Path
from typing import Any

import pytest
import trustme

from easychat_gui.domain.endpoints import EndpointKind, Network, ProxyChoice, Timeouts
from easychat_gui.domain.messages import FinishReason
from easychat_gui.domain.streaming import Finished, Phase, StreamEvent, StreamNotice, TextDelta
from easychat_gui.providers.cancellation import Cancellation, Cancelled
from easychat_gui.providers.http_provider import HttpProvider
from easychat_gui.providers.ways import NetworkSecrets
from tests.fakes.asking import Serve, Source, events_of, question, text_of
from tests.fakes.misbehaving_server import STREAM_HEAD, WAIT_S, Connection, answer, delta, good_stream
from tests.fakes.other_apis import MESSAGE_START, line, output_text, text_block
from tests.fakes.proxies import SocksProxy, http_proxy
from tests.fakes.tls import server_tls

FAR_OFF_S = 60.0
"""Longer than any test may take: what ends earlier was ended by the cancel."""


class Asking:
    """A request in a thread of its own, as in the program."""

    def __init__(self, chat: HttpProvider, text: str = "Hello?") -> None:
        self.cancellation = Cancellation()
        self.events: list[StreamEvent] = []
        self.errors: list[BaseException] = []
        self.has_text = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(chat, text))
        self._thread.start()

    def _run(self, chat: HttpProvider, text: str) -> None:
        try:
            for event in chat.stream_events(question(text), self.cancellation):
                self.events.append(event)
                if isinstance(event, TextDelta):
                    self.has_text.set()
        except BaseException as error:
            self.errors.append(error)

    def assert_that_stop_ends_it(self) -> None:
        assert self._thread.is_alive()
        self.cancellation.cancel()
        self._thread.join(60)
        assert not self._thread.is_alive(), "still blocked after the cancel"
        assert self.errors == []
        assert self.events[-1] == Finished(FinishReason.CANCELLED)
        assert sum(isinstance(event, Finished) for event in self.events) == 1


@pytest.fixture
def patient_source(source: Source) -> Source:
    """Sources that no time limit ends."""
    return lambda server, **options: source(server, timeouts=Timeouts(FAR_OFF_S, FAR_OFF_S, FAR_OFF_S), **options)


def stalls(connection: Connection) -> None:
    connection.wait_for_hang_up()


def stalls_after_a_chunk(connection: Connection) -> None:
    connection.head("200 OK", *STREAM_HEAD)
    connection.chunk(delta("One"))
    connection.wait_for_hang_up()


def stalls_without_framing(connection: Connection) -> None:
    connection.head("200 OK", "Content-Type: text/event-stream")
    connection.send(delta("One"))
    connection.wait_for_hang_up()


def stalls_in_the_error_page(connection: Connection) -> None:
    connection.head("500 Oops", "Content-Length: 1000")
    connection.wait_for_hang_up()


@pytest.mark.parametrize("script", [stalls, stalls_in_the_error_page])
def test_before_the_answer(serve: Serve, patient_source: Source, script: Callable[[Connection], None]) -> None:
    server = serve(script)
    asking = Asking(patient_source(server))
    server.wait_for_request()
    asking.assert_that_stop_ends_it()
    server.wait_for_hang_up()


@pytest.mark.parametrize("script", [stalls_after_a_chunk, stalls_without_framing])
def test_between_chunks(serve: Serve, patient_source: Source, script: Callable[[Connection], None]) -> None:
    server = serve(script)
    asking = Asking(patient_source(server))
    assert asking.has_text.wait(WAIT_S)
    asking.assert_that_stop_ends_it()
    assert text_of(asking.events) == "One"
    server.wait_for_hang_up()


KINDS = {
    EndpointKind.OPENAI: delta("One"),
    EndpointKind.AZURE: delta("One"),
    EndpointKind.RESPONSES: output_text("One")[0],
    EndpointKind.ANTHROPIC: MESSAGE_START + text_block(0, "One"),
    EndpointKind.OLLAMA: line("One"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_answering", [True, False])
def test_in_every_api(serve: Serve, patient_source: Source, kind: EndpointKind, is_answering: bool) -> None:
    def script(connection: Connection) -> None:
        if is_answering:
            connection.head("200 OK", "Transfer-Encoding: chunked")
            connection.chunk(KINDS[kind])
        connection.wait_for_hang_up()

    server = serve(script)
    asking = Asking(patient_source(server, kind=kind))
    server.wait_for_request()
    assert not is_answering or asking.has_text.wait(WAIT_S)
    asking.assert_that_stop_ends_it()
    server.wait_for_hang_up()


def test_on_a_connection_that_served_an_answer_before(serve: Serve, patient_source: Source) -> None:
    server = serve(good_stream("a"), stalls_after_a_chunk)
    chat = patient_source(server)
    events_of(chat)
    asking = Asking(chat)
    assert asking.has_text.wait(WAIT_S)
    asking.assert_that_stop_ends_it()
    assert server.connection_count == 1


def test_while_a_flood_arrives(serve: Serve, patient_source: Source) -> None:
    def floods(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        while True:
            connection.chunk(delta("x") * 100)

    asking = Asking(patient_source(serve(floods)))
    assert asking.has_text.wait(WAIT_S)
    asking.assert_that_stop_ends_it()


def test_a_server_that_is_held_up_by_its_own_flood_sees_it_at_once() -> None:
    """Without a reset, one that fills our buffer faster than we read waits for a minute to be let go on."""
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as ours:
        theirs, _ = listener.accept()
        with theirs:
            theirs.setblocking(False)
            while select.select([], [theirs], [], 0.5)[1]:  # until it has asked in vain whether there is room again
                theirs.send(b"x" * 65536)
            cancellation = Cancellation()
            registration = cancellation.watch(ours)
            cancellation.cancel()
            while ours.recv(1 << 20):  # as a reader does that is not told yet
                pass
            registration.release()
            ours.close()
            assert select.select([], [theirs], [], WAIT_S)[1]
            with pytest.raises(ConnectionError):
                theirs.send(b"x")


def test_while_a_big_question_is_sent(serve: Serve, patient_source: Source) -> None:
    is_connected = threading.Event()

    def reads_nothing(connection: Connection) -> None:
        is_connected.set()
        connection.wait_for(threading.Event())

    server = serve(stalls, at_accept=reads_nothing)
    asking = Asking(patient_source(server), "x" * 30_000_000)
    assert is_connected.wait(WAIT_S)
    asking.assert_that_stop_ends_it()


def test_in_the_tls_handshake(serve: Serve, patient_source: Source) -> None:
    has_hello = threading.Event()

    def keeps_silent(connection: Connection) -> None:
        connection.sock.recv(1)  # the client's first bytes: it waits for ours now
        has_hello.set()
        connection.wait_for_hang_up()

    server = serve(stalls, at_accept=keeps_silent, tls=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    asking = Asking(patient_source(server))
    assert has_hello.wait(WAIT_S)
    asking.assert_that_stop_ends_it()
    server.wait_for_hang_up()


def test_a_stalled_handshake_does_not_hold_up_another(serve: Serve, patient_source: Source) -> None:
    has_hello = threading.Semaphore(0)

    def keeps_silent(connection: Connection) -> None:
        connection.sock.recv(1)
        has_hello.release()
        connection.wait_for_hang_up()

    server = serve(stalls, at_accept=keeps_silent, tls=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    chat = patient_source(server)
    both = [Asking(chat), Asking(chat)]
    for _ in both:
        assert has_hello.acquire(timeout=WAIT_S)
    for asking in both:
        asking.assert_that_stop_ends_it()


@pytest.fixture
def black_hole() -> Iterator[str]:
    """An address whose connections are neither taken nor refused: its queue is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("is_before", [True, False])
def test_while_connecting(
    black_hole: str, patient_source: Source, monkeypatch: pytest.MonkeyPatch, is_before: bool
) -> None:
    """Also in the moment before the socket begins to connect, when it cannot be shut down yet."""
    is_connecting, may_go_on = threading.Event(), threading.Event()
    connect = socket.socket.connect_ex

    def announced(sock: socket.socket, address: Any) -> int:
        if is_before:
            is_connecting.set()
            may_go_on.wait(WAIT_S)
        code = connect(sock, address)
        is_connecting.set()
        return code

    monkeypatch.setattr(socket.socket, "connect_ex", announced)
    asking = Asking(patient_source(black_hole))
    assert is_connecting.wait(WAIT_S)
    asking.cancellation.on_cancel(may_go_on.set)
    asking.assert_that_stop_ends_it()


def test_while_a_name_is_looked_up(patient_source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    is_looking, may_end = threading.Event(), threading.Event()
    look_up = socket.getaddrinfo

    def slow(host: str, port: int, family: int = 0, kind: int = 0, protocol: int = 0, flags: int = 0) -> Any:
        if not flags & socket.AI_NUMERICHOST:  # the look-up of a dead name server
            is_looking.set()
            may_end.wait(WAIT_S)
        return look_up(host, port, family, kind, protocol, flags)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    asking = Asking(patient_source("http://a.name.invalid"))
    assert is_looking.wait(WAIT_S)
    asking.assert_that_stop_ends_it()
    may_end.set()


def test_behind_a_proxy_that_stalls(serve: Serve, patient_source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = serve(stalls)
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    asking = Asking(patient_source("https://a.name.invalid"))
    assert proxy.wait_for_request().method == "CONNECT"
    asking.assert_that_stop_ends_it()
    proxy.wait_for_hang_up()


@pytest.mark.parametrize("stalls_at", ["greeting", "log-in", "target"])
def test_in_each_phase_of_socks(serve: Serve, patient_source: Source, stalls_at: str) -> None:
    socks = SocksProxy(log_in="joe:secret", stalls_at=stalls_at)
    proxy = serve(stalls, at_accept=socks)
    network = Network(ProxyChoice.OWN, f"socks5h://127.0.0.1:{proxy.port}", "joe")
    chat = patient_source("http://a.name.invalid", network=network, secrets=NetworkSecrets("secret"))
    asking = Asking(chat)
    assert socks.is_stalled.wait(WAIT_S)
    asking.assert_that_stop_ends_it()
    proxy.wait_for_hang_up()


@pytest.mark.parametrize("is_inside_tls", [False, True])
def test_in_the_tls_handshake_behind_a_proxy(
    serve: Serve, patient_source: Source, tmp_path: Path, is_inside_tls: bool
) -> None:
    has_hello = threading.Event()
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")

    def leads_nowhere(connection: Connection) -> None:
        connection.head("200 Connection established")
        connection.sock.recv(1)  # the client's first bytes for the server behind
        has_hello.set()
        connection.wait_for_hang_up()

    proxy = serve(leads_nowhere, tls=server_tls(ca, "127.0.0.1") if is_inside_tls else None)
    network = Network(ProxyChoice.OWN, proxy.url, ca_file=str(tmp_path / "ca.pem"))
    asking = Asking(patient_source("https://a.name.invalid", network=network))
    assert has_hello.wait(WAIT_S)
    asking.assert_that_stop_ends_it()
    proxy.wait_for_hang_up()


def test_in_the_tls_handshake_with_a_proxy(serve: Serve, patient_source: Source) -> None:
    has_hello = threading.Event()

    def keeps_silent(connection: Connection) -> None:
        connection.sock.recv(1)
        has_hello.set()
        connection.wait_for_hang_up()

    proxy = serve(stalls, at_accept=keeps_silent, tls=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    asking = Asking(patient_source("https://a.name.invalid", network=Network(ProxyChoice.OWN, proxy.url)))
    assert has_hello.wait(WAIT_S)
    asking.assert_that_stop_ends_it()
    proxy.wait_for_hang_up()


def test_while_an_answer_comes_through_tls_inside_tls(serve: Serve, patient_source: Source, tmp_path: Path) -> None:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    server = serve(stalls_after_a_chunk, tls=server_tls(ca, "a.name.invalid"))
    proxy = serve(http_proxy(server), tls=server_tls(ca, "127.0.0.1"))
    network = Network(ProxyChoice.OWN, proxy.url, ca_file=str(tmp_path / "ca.pem"))
    asking = Asking(patient_source("https://a.name.invalid", network=network))
    assert asking.has_text.wait(WAIT_S)
    asking.assert_that_stop_ends_it()
    server.wait_for_hang_up()


def test_while_several_addresses_are_tried(
    black_hole: str, patient_source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(black_hole.rpartition(":")[2])
    look_up, is_connecting = socket.getaddrinfo, threading.Semaphore(0)
    connect = socket.socket.connect_ex

    def twice(host: str, *rest: Any) -> Any:
        is_asked_for = host == "a.name.invalid" and len(rest) < 5
        return look_up("127.0.0.1", port, 0, socket.SOCK_STREAM) * 2 if is_asked_for else look_up(host, *rest)

    def announced(sock: socket.socket, address: Any) -> int:
        code = connect(sock, address)
        is_connecting.release()
        return code

    monkeypatch.setattr(socket, "getaddrinfo", twice)
    monkeypatch.setattr(socket.socket, "connect_ex", announced)
    asking = Asking(patient_source("http://a.name.invalid"))
    for _ in range(2):
        assert is_connecting.acquire(timeout=WAIT_S)
    asking.assert_that_stop_ends_it()


def test_before_it_began(serve: Serve, source: Source) -> None:
    server = serve(good_stream("a"))
    cancellation = Cancellation()
    cancellation.cancel()
    assert list(source(server).stream_events(question(), cancellation)) == [Finished(FinishReason.CANCELLED)]
    assert server.connection_count == 0


def test_a_late_cancel_does_not_touch_the_next_answer_on_the_same_connection(serve: Serve, source: Source) -> None:
    server = serve(good_stream("a"))
    chat = source(server)
    old = Cancellation()
    list(chat.stream_events(question(), old))
    texts = []
    for event in chat.stream_events(question(), Cancellation()):
        old.cancel()
        texts.append(event)
    assert text_of(texts) == "a"
    assert server.connection_count == 1


def test_a_consumer_that_leaves_early_hangs_up(serve: Serve, source: Source) -> None:
    server = serve(stalls_after_a_chunk)
    stream = source(server).stream_events(question(), Cancellation())
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    server.wait_for_hang_up()


def test_listing_models_can_be_stopped(serve: Serve, patient_source: Source) -> None:
    server = serve(stalls)
    cancellation = Cancellation()

    def stop() -> None:
        server.wait_for_request()
        cancellation.cancel()

    threading.Thread(target=stop).start()
    assert patient_source(server).list_models(cancellation) == []


# -------------------- the flag itself


def test_wait_ends_at_a_cancel() -> None:
    cancellation = Cancellation()
    assert cancellation.wait(0) is False
    threading.Thread(target=cancellation.cancel).start()
    assert cancellation.wait(FAR_OFF_S) is True
    assert cancellation.is_cancelled


def test_actions_run_once_released_ones_never_and_late_ones_at_once() -> None:
    cancellation, done = Cancellation(), []
    cancellation.on_cancel(lambda: done.append("kept"))
    cancellation.on_cancel(lambda: done.append("released")).release()
    cancellation.cancel()
    assert done == ["kept"]
    cancellation.on_cancel(lambda: done.append("late"))
    assert done == ["kept", "late"]


def test_work_that_nothing_interrupts_is_left_behind() -> None:
    cancellation, may_end = Cancellation(), threading.Event()
    threading.Timer(0, cancellation.cancel).start()
    with pytest.raises(Cancelled):
        cancellation.run_abandonable(lambda: may_end.wait(WAIT_S), None)
    may_end.set()


def test_work_that_takes_too_long_raises_work_that_fails_raises_its_own() -> None:
    may_end = threading.Event()
    with pytest.raises(TimeoutError):
        Cancellation().run_abandonable(lambda: may_end.wait(WAIT_S), 0.01)
    may_end.set()
    with pytest.raises(KeyError):
        Cancellation().run_abandonable(lambda: environ["NO_SUCH_VARIABLE"], None)
    assert Cancellation().run_abandonable(lambda: 7, None) == 7


def test_a_pause_ends_when_somebody_is_in_a_hurry(serve: Serve, source: Source) -> None:
    chat = source(serve(answer("429 Slow Down", b"", "Retry-After: 50"), good_stream("a")))
    cancellation = Cancellation()
    events: list[StreamEvent] = []
    for event in chat.stream_events(question(), cancellation):
        events.append(event)
        if isinstance(event, StreamNotice):
            assert (event.wait_s, event.is_asked_for) == (50.0, True)
            threading.Timer(0.1, cancellation.hurry).start()  # while the generator pauses
    assert text_of(events) == "a"


def test_hurrying_while_nothing_pauses_does_not_shorten_a_later_pause() -> None:
    cancellation = Cancellation()
    cancellation.hurry()
    ended = threading.Event()
    threading.Thread(target=lambda: ended.set() if cancellation.pause(FAR_OFF_S) else None).start()
    assert not ended.wait(0.05)
    cancellation.cancel()
    assert ended.wait(WAIT_S)


def test_how_far_a_request_has_come_is_told_while_it_waits(serve: Serve, source: Source) -> None:
    told: list[Phase] = []
    server = serve(good_stream("a"))
    chat = source(server)
    for _ in range(2):  # over a new connection, and over the one that was kept
        cancellation = Cancellation()
        cancellation.on_phase = told.append
        list(chat.stream_events(question(), cancellation))
    assert told == [Phase.CONNECTING, Phase.CONNECTED] * 2
    assert server.connection_count == 1
