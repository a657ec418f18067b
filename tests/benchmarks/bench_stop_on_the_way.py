"""How long Stop takes on the way to a server: connecting, proxies, TLS, TLS inside TLS.

Measures from the cancel to the end of the answer's thread, and to the hang-up that the other end sees. Prints and
asserts nothing. Run with ``python -m tests.benchmarks.bench_stop_on_the_way``.
"""

from __future__ import annotations

import contextlib
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import trustme

from easychat_gui.domain.endpoints import Endpoint, Network, ProxyChoice, Timeouts
from easychat_gui.domain.ids import new_endpoint_id
from easychat_gui.domain.streaming import TextDelta
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.openai_chat import OpenAIChat
from easychat_gui.providers.ways import NetworkSecrets
from tests.fakes.asking import question
from tests.fakes.misbehaving_server import STREAM_HEAD, WAIT_S, Connection, MisbehavingServer, delta
from tests.fakes.proxies import SocksProxy, http_proxy
from tests.fakes.tls import server_tls

RUNS = 20
HOST = "chat.example.test"
NEVER = Timeouts(None, None, None)


class Phase:
    """Where a request hangs. ``reached`` is set when it does, ``server`` sees the hang-up."""

    def __init__(self, folder: Path, stack: contextlib.ExitStack) -> None:
        self.reached = threading.Semaphore(0)
        self._ca = trustme.CA()
        self._stack = stack
        self._ca.cert_pem.write_to_path(folder / "ca.pem")
        self._ca_file = str(folder / "ca.pem")

    def stalls(self, connection: Connection) -> None:
        self.reached.release()
        connection.wait_for_hang_up()

    def after_hello(self, connection: Connection) -> None:
        connection.sock.recv(1)
        self.stalls(connection)

    def behind_connect(self, connection: Connection) -> None:
        connection.head("200 Connection established")
        self.after_hello(connection)

    def amid_the_answer(self, connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta("One"))
        self.stalls(connection)

    def serve(self, *scripts: Callable[[Connection], None], **options: object) -> MisbehavingServer:
        return self._stack.enter_context(MisbehavingServer(*scripts, **options))  # type: ignore[arg-type]

    def tls(self, name: str) -> object:
        return server_tls(self._ca, name)

    def through(self, url: str, user: str = "") -> Network:
        return Network(ProxyChoice.OWN, url, user, ca_file=self._ca_file)


def socks(phase: Phase, at: str) -> tuple[MisbehavingServer, str, Network]:
    class Told(SocksProxy):
        def _stall(self, message: str, connection: Connection) -> None:
            if message == at:
                phase.stalls(connection)
                raise EOFError

    server = phase.serve(phase.stalls, at_accept=Told(log_in="joe:secret"))
    return server, f"http://{HOST}", phase.through(f"socks5h://127.0.0.1:{server.port}", "joe")


def tls_to_server(phase: Phase) -> tuple[MisbehavingServer, str, Network]:
    server = phase.serve(phase.stalls, at_accept=phase.after_hello, tls=phase.tls("127.0.0.1"))
    return server, server.url, Network()


def connect(phase: Phase) -> tuple[MisbehavingServer, str, Network]:
    server = phase.serve(phase.stalls)
    return server, f"https://{HOST}", phase.through(server.url)


def tls_to_proxy(phase: Phase) -> tuple[MisbehavingServer, str, Network]:
    server = phase.serve(phase.stalls, at_accept=phase.after_hello, tls=phase.tls("127.0.0.1"))
    return server, f"https://{HOST}", phase.through(server.url)


def tls_behind_proxy(phase: Phase) -> tuple[MisbehavingServer, str, Network]:
    server = phase.serve(phase.behind_connect)
    return server, f"https://{HOST}", phase.through(server.url)


def tls_inside_tls(phase: Phase) -> tuple[MisbehavingServer, str, Network]:
    server = phase.serve(phase.behind_connect, tls=phase.tls("127.0.0.1"))
    return server, f"https://{HOST}", phase.through(server.url)


def answer_inside_tls(phase: Phase) -> tuple[MisbehavingServer, str, Network]:
    server = phase.serve(phase.amid_the_answer, tls=phase.tls(HOST))
    proxy = phase.serve(http_proxy(server), tls=phase.tls("127.0.0.1"))
    return server, f"https://{HOST}", phase.through(proxy.url)


PHASES: dict[str, Callable[[Phase], tuple[MisbehavingServer, str, Network]]] = {
    "TLS with the server": tls_to_server,
    "CONNECT": connect,
    "TLS with the proxy": tls_to_proxy,
    "TLS behind a proxy": tls_behind_proxy,
    "TLS inside TLS": tls_inside_tls,
    "answer, TLS inside TLS": answer_inside_tls,
    "SOCKS greeting": lambda phase: socks(phase, "greeting"),
    "SOCKS log-in": lambda phase: socks(phase, "log-in"),
    "SOCKS target": lambda phase: socks(phase, "target"),
}


def stop_s(phase: Phase, server: MisbehavingServer, chat: OpenAIChat) -> tuple[float, float]:
    """Return how long the answer and the hang-up took after the cancel, in seconds."""
    cancellation, has_text = Cancellation(), threading.Event()

    def run() -> None:
        for event in chat.stream_events(question(), cancellation):
            if isinstance(event, TextDelta):
                has_text.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert phase.reached.acquire(timeout=WAIT_S)
    time.sleep(0.01)  # so that the client is back in its wait
    began = time.perf_counter()
    cancellation.cancel()
    thread.join(WAIT_S)
    ended = time.perf_counter()
    server.wait_for_hang_up()
    return ended - began, time.perf_counter() - began


def main() -> None:
    for name, build in PHASES.items():
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            phase = Phase(folder, stack)
            server, url, network = build(phase)
            endpoint = Endpoint(new_endpoint_id(), "bench", url, timeouts=NEVER, network=network)
            chat = OpenAIChat(endpoint, secrets=NetworkSecrets("secret"))
            times = [stop_s(phase, server, chat) for _ in range(RUNS)]
            chat.close()
        ours, theirs = [each[0] * 1000 for each in times], [each[1] * 1000 for each in times]
        print(
            f"{name:<24} ended after {statistics.median(ours):5.1f} ms, at most {max(ours):6.1f}"
            f"  hang-up seen after {statistics.median(theirs):5.1f}, at most {max(theirs):6.1f}  (goal 100)"
        )


if __name__ == "__main__":
    main()
