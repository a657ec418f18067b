"""Stop, in every phase of a question and in every API: until the iteration ends, and until the server sees it.

Prints milliseconds, median and worst of `RUNS`, and asserts nothing. Run with
``python -m tests.benchmarks.bench_stop``. A name look-up can be ended by nobody; what is measured there is that nobody
waits for it.
"""

from __future__ import annotations

import contextlib
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from unittest import mock

from easychat_gui.domain.endpoints import Endpoint, EndpointKind, Network, ProxyChoice, Timeouts
from easychat_gui.domain.ids import new_endpoint_id
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.kinds import provider_for
from tests.fakes.asking import question
from tests.fakes.misbehaving_server import STREAM_HEAD, Connection, MisbehavingServer, answer, delta
from tests.fakes.other_apis import MESSAGE_START, line, output_text, text_block

RUNS = 7
FAR_OFF = Timeouts(600.0, 600.0, 600.0)
PIECES = {
    EndpointKind.OPENAI: delta("x"),
    EndpointKind.AZURE: delta("x"),
    EndpointKind.EASYCHAT: delta("x"),
    EndpointKind.RESPONSES: output_text("x")[0],
    EndpointKind.ANTHROPIC: MESSAGE_START + text_block(0, "x"),
    EndpointKind.OLLAMA: line("x"),
}
KINDS = tuple(PIECES)


class Phase:
    """A server that holds a question up at one place. ``reached`` is set there, ``seen`` at the hang-up."""

    def __init__(self, kind: EndpointKind) -> None:
        self.kind = kind
        self.reached = threading.Event()
        self.seen = threading.Event()

    def hold(self, connection: Connection) -> None:
        self.reached.set()
        with contextlib.suppress(OSError):
            while connection.sock.recv(1 << 20):
                pass
        self.seen.set()

    def flood(self, connection: Connection, piece: bytes) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection.chunk(piece * 50)
                self.reached.set()
        self.seen.set()


@contextlib.contextmanager
def waiting_for_the_head(phase: Phase) -> Iterator[str]:
    with MisbehavingServer(phase.hold) as server:
        yield server.url


@contextlib.contextmanager
def in_a_chunked_body(phase: Phase) -> Iterator[str]:
    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(PIECES[phase.kind])
        phase.hold(connection)

    with MisbehavingServer(script) as server:
        yield server.url


@contextlib.contextmanager
def in_a_body_without_frames(phase: Phase) -> Iterator[str]:
    def script(connection: Connection) -> None:
        connection.head("200 OK", "Connection: close")
        connection.send(PIECES[phase.kind])
        phase.hold(connection)

    with MisbehavingServer(script) as server:
        yield server.url


@contextlib.contextmanager
def in_an_error_page(phase: Phase) -> Iterator[str]:
    def script(connection: Connection) -> None:
        connection.head("400 Bad Request", "Content-Length: 1000")
        phase.hold(connection)

    with MisbehavingServer(script) as server:
        yield server.url


@contextlib.contextmanager
def in_a_flood(phase: Phase) -> Iterator[str]:
    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        phase.flood(connection, PIECES[phase.kind])

    with MisbehavingServer(script) as server:
        yield server.url


@contextlib.contextmanager
def between_two_tries(phase: Phase) -> Iterator[str]:
    def script(connection: Connection) -> None:
        answer("503 Loading", b"", "Retry-After: 9")(connection)
        phase.seen.set()  # nothing is left that the server could see
        phase.reached.set()

    with MisbehavingServer(script) as server:
        yield server.url


@contextlib.contextmanager
def in_the_tls_handshake(phase: Phase) -> Iterator[str]:
    with MisbehavingServer(phase.hold, at_accept=phase.hold) as server:
        yield server.url.replace("http:", "https:")


@contextlib.contextmanager
def while_connecting(phase: Phase) -> Iterator[str]:
    """A listener whose queue is full answers nothing more."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        phase.reached.set()
        phase.seen.set()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextlib.contextmanager
def while_a_name_is_looked_up(phase: Phase) -> Iterator[str]:
    over = threading.Event()

    def look_up(host: str, *rest: object) -> list[object]:
        if rest[4:] and rest[4] == socket.AI_NUMERICHOST:
            raise socket.gaierror
        phase.reached.set()
        phase.seen.set()
        over.wait(60)
        raise socket.gaierror

    with mock.patch.object(socket, "getaddrinfo", look_up):
        yield "http://name.invalid"
    over.set()


@contextlib.contextmanager
def while_a_proxy_is_asked(phase: Phase) -> Iterator[str]:
    with MisbehavingServer(phase.hold, at_accept=phase.hold) as server:
        yield f"socks5h://127.0.0.1:{server.port}"


Place = Callable[[Phase], contextlib.AbstractContextManager[str]]
PHASES: tuple[Place, ...] = (
    while_a_name_is_looked_up,
    while_connecting,
    while_a_proxy_is_asked,
    in_the_tls_handshake,
    waiting_for_the_head,
    in_an_error_page,
    between_two_tries,
    in_a_chunked_body,
    in_a_body_without_frames,
    in_a_flood,
)


def stopped(
    kind: EndpointKind, place: Callable[[Phase], contextlib.AbstractContextManager[str]]
) -> tuple[float, float]:
    """Return the milliseconds from Stop to the end of the iteration, and to the server's seeing it."""
    phase = Phase(kind)
    with place(phase) as url:
        network = Network()
        if url.startswith("socks"):
            network, url = Network(proxy=ProxyChoice.OWN, proxy_url=url), "http://name.invalid"
        provider = provider_for(Endpoint(new_endpoint_id(), "bench", url, kind, timeouts=FAR_OFF, network=network))
        cancellation = Cancellation()
        ended = threading.Event()

        def ask() -> None:
            for _ in provider.stream_events(question(), cancellation):
                pass
            ended.set()

        threading.Thread(target=ask, daemon=True).start()
        phase.reached.wait(60)
        time.sleep(0.05)  # until it really blocks
        began = time.perf_counter()
        cancellation.cancel()
        ended.wait(60)
        until_end = time.perf_counter() - began
        phase.seen.wait(60)
        until_seen = time.perf_counter() - began
        provider.close()
    return until_end * 1000, until_seen * 1000


def main() -> None:
    print(f"{'Stop …':28}{'API':12}{'ended, ms':>18}{'seen, ms':>18}")
    worst = 0.0
    for place in PHASES:
        for kind in KINDS:
            runs = [stopped(kind, place) for _ in range(RUNS)]
            columns = [f"{statistics.median(each):6.1f}, at most {max(each):5.1f}" for each in zip(*runs, strict=True)]
            worst = max(worst, *(end for end, _ in runs))
            print(f"{place.__name__.replace('_', ' '):28}{kind.value:12}{columns[0]:>18}  {columns[1]:>18}", flush=True)
    print(f"the worst of all: {worst:.1f} ms")


if __name__ == "__main__":
    main()
