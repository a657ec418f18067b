"""What a pool costs: an answer of one server, the same in a pool, behind dead servers, and a Stop while it waits.

Prints medians and ratios and asserts nothing. Run with ``python -m tests.benchmarks.bench_pools``.
"""

from __future__ import annotations

import socket
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.ids import new_endpoint_id
from easychat_gui.providers.base import EventSource
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.openai_chat import OpenAIChat
from easychat_gui.providers.pool import ServerPool
from tests.fakes.asking import events_of, question
from tests.fakes.misbehaving_server import Connection, MisbehavingServer, answer, good_stream

RUNS = 40


def source_for(port: int) -> OpenAIChat:
    return OpenAIChat(Endpoint(new_endpoint_id(), "bench", f"http://127.0.0.1:{port}"))


def pool_of(ports: Sequence[int]) -> ServerPool:
    return ServerPool([source_for(each) for each in ports], choose=list)


def closed_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def median_ms(make: Callable[[], EventSource]) -> float:
    """Return how long a whole answer takes, with connections that are new each time."""
    taken = []
    for _ in range(RUNS):
        source = make()
        began = time.perf_counter()
        events_of(source)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def stop_ms() -> float:
    """Return how long a Stop takes while the second server of a pool keeps its answer to itself."""
    waiting = threading.Event()

    def stalls(connection: Connection) -> None:
        waiting.set()
        connection.wait_for_hang_up()

    taken = []
    with MisbehavingServer(answer("401 No")) as bad, MisbehavingServer(stalls) as silent:
        for _ in range(RUNS):
            waiting.clear()
            pool, cancellation = (
                ServerPool([source_for(bad.port), source_for(silent.port)], choose=list),
                Cancellation(),
            )
            thread = threading.Thread(target=lambda: list(pool.stream_events(question(), cancellation)))  # noqa: B023
            thread.start()
            waiting.wait(20)
            began = time.perf_counter()
            cancellation.cancel()
            thread.join(20)
            taken.append((time.perf_counter() - began) * 1000)
    return max(taken)


def main() -> None:
    port = closed_port()
    with (
        MisbehavingServer(good_stream("a")) as good,
        MisbehavingServer(answer("429 No", b"", "Retry-After: 50")) as busy,
    ):
        median_ms(lambda: source_for(good.port))  # the HTTP stack is imported
        alone = median_ms(lambda: source_for(good.port))
        print(f"one server alone              {alone:6.2f} ms")
        for name, ports in {
            "a pool, the first answers": [good.port, port],
            "behind a dead one": [port, good.port],
            "behind five dead ones": [*[port] * 5, good.port],
            "behind a busy one": [busy.port, good.port],
        }.items():
            taken = median_ms(partial(pool_of, ports))
            print(f"{name:28}  {taken:6.2f} ms  {taken / alone:5.2f} ×")
    print(f"Stop at the second, slowest   {stop_ms():6.2f} ms")


if __name__ == "__main__":
    main()
