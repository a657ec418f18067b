"""The provider layer against a bare socket: first event, CPU for each chunk, parser speed.

Prints ratios and asserts nothing; absolute times wander by a third on a busy machine. Run with
``python -m tests.benchmarks.bench_transport``.
"""

from __future__ import annotations

import json
import multiprocessing
import socket
import statistics
import time
from collections.abc import Callable
from multiprocessing.connection import Connection as Pipe

from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.ids import new_endpoint_id
from easychat_gui.domain.streaming import TextDelta
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.openai_chat import OpenAIChat
from easychat_gui.providers.sse import SseParser
from tests.fakes.asking import question
from tests.fakes.misbehaving_server import DONE, STREAM_HEAD, Connection, MisbehavingServer, delta, good_stream

CHUNKS = 20_000
ANSWERS = 200
PARSED_EVENTS = 100_000


def many(connection: Connection) -> None:
    """As many chunks as fast as they go, framed as the question's model name says."""
    is_chunked = connection.server.requests[-1].json["model"] == "chunked"
    connection.head(
        "200 OK", *(STREAM_HEAD if is_chunked else ("Content-Type: text/event-stream", "Connection: close"))
    )
    send = connection.chunk if is_chunked else connection.send
    for _ in range(CHUNKS):
        send(delta(" word"))
    send(delta(finish_reason="stop") + DONE)
    if is_chunked:
        connection.end_chunks()


def run_server(pipe: Pipe) -> None:
    """Serve in a process of its own, so that only the client's CPU is counted."""
    with MisbehavingServer(many) as flood, MisbehavingServer(good_stream("a")) as quick:
        pipe.send((flood.port, quick.port))
        pipe.recv()


class BareClient:
    """As little as can be: one socket, one buffer, a split at line feeds."""

    def __init__(self, port: int) -> None:
        self._sock = socket.create_connection(("127.0.0.1", port))
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, model: str, on_text: Callable[[str], None]) -> None:
        body = json.dumps({"model": model}).encode()
        self._sock.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        rest = b""
        while data := self._sock.recv(65536):
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                if line.startswith(b"data: {"):
                    text = json.loads(line[6:])["choices"][0]["delta"].get("content")
                    if text:
                        on_text(text)
            if rest.endswith(b"0\r\n\r\n") or (lines and lines[-1] == b"\r" and b"0\r" in lines[-2:]):
                return

    def close(self) -> None:
        self._sock.close()


def source_for(port: int) -> OpenAIChat:
    return OpenAIChat(Endpoint(new_endpoint_id(), "bench", f"http://127.0.0.1:{port}"))


def first_text_s(ask: Callable[[Callable[[str], None]], None]) -> float:
    """Return the median time to the first word of many answers, in seconds."""
    times: list[float] = []
    for _ in range(ANSWERS):
        arrivals: list[float] = []
        began = time.perf_counter()
        ask(lambda _, arrivals=arrivals: arrivals.append(time.perf_counter()))  # type: ignore[misc]
        times.append(arrivals[0] - began)
    return statistics.median(times)


def cpu_per_chunk_s(ask: Callable[[Callable[[str], None]], None]) -> float:
    count = 0

    def counted(_: str) -> None:
        nonlocal count
        count += 1

    began = time.process_time()
    ask(counted)
    assert count == CHUNKS, count
    return (time.process_time() - began) / CHUNKS


def ask_through(chat: OpenAIChat, model: str, on_text: Callable[[str], None]) -> None:
    for event in chat.stream_events(question(model=model), Cancellation()):
        if isinstance(event, TextDelta):
            on_text(event.text)


def bench_first_text(port: int) -> None:
    bare, chat = BareClient(port), source_for(port)
    began = time.perf_counter()
    ask_through(chat, "chunked", lambda _: None)
    first_ever = time.perf_counter() - began
    bare_s = first_text_s(lambda on_text: bare.ask("chunked", on_text))
    ours_s = first_text_s(lambda on_text: ask_through(chat, "chunked", on_text))
    print(f"first request of the process       {first_ever * 1000:8.1f} ms  (goal 150)")
    print(f"first word, warm, over bare socket {(ours_s - bare_s) * 1000:8.2f} ms more  (goal 1.00)")
    bare.close()
    chat.close()


def bench_cpu(port: int) -> None:
    for model in ("chunked", "close-delimited"):
        bare, chat = BareClient(port), source_for(port)
        bare_s = cpu_per_chunk_s(lambda on_text, bare=bare, model=model: bare.ask(model, on_text))  # type: ignore[misc]
        ours_s = cpu_per_chunk_s(lambda on_text, chat=chat, model=model: ask_through(chat, model, on_text))  # type: ignore[misc]
        print(f"CPU a chunk, {model:<21} {ours_s / bare_s:8.2f} x bare  (goal 2.5; {ours_s * 1e6:.1f} µs)")
        bare.close()
        chat.close()


def bench_parser() -> None:
    body = delta(" word") * PARSED_EVENTS
    for size in (64, 1460, 65536):
        parser = SseParser()
        began = time.process_time()
        events = sum(len(parser.feed(body[start : start + size])) for start in range(0, len(body), size))
        seconds = time.process_time() - began
        assert events == PARSED_EVENTS
        print(f"parser, reads of {size:>6} bytes       {seconds:8.2f} s for {PARSED_EVENTS:,} events  (goal 1.00)")


def main() -> None:
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=run_server, args=(theirs,), daemon=True)
    server.start()
    flood_port, quick_port = ours.recv()
    try:
        bench_first_text(quick_port)
        bench_cpu(flood_port)
        bench_parser()
    finally:
        ours.send(None)
        server.join()


if __name__ == "__main__":
    main()
