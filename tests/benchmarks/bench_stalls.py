"""How long the event loop stalls while an answer pours into the real window, and how old a word is when it is painted.

    python tests/benchmarks/bench_stalls.py [SECONDS]

A server in a process of its own streams at 200, 1,000, 5,000 and 10,000 chunks a second; every chunk carries the time
at which it was sent. A timer of 1 ms in the GUI thread notes the gaps between its ticks. Also: how long Stop takes
until the window is ready and the thread gone. Prints, beside the idle window as the floor; asserts nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import socket
import statistics
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

RATES = (200, 1_000, 5_000, 10_000)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
CHUNK = b'data: {"choices":[{"index":0,"delta":{"content":"%s"}}]}\n\n'
END = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
STAMP = re.compile(r"\d+\.\d{4}")


def serve(report: Connection, seconds: float) -> None:
    """Answer each request at the rate that its model names; 0 answers nothing at all."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        report.send(listener.getsockname()[1])
        while True:
            connection, _ = listener.accept()
            with connection:
                request = b""
                while b"\r\n\r\n" not in request or b'"model"' not in request:
                    request += connection.recv(65536)
                found = re.search(rb'"model": ?"rate-(\d+)"', request)
                rate = int(found[1]) if found else 0
                try:
                    connection.sendall(HEAD)
                    pour(connection, rate, seconds)
                except OSError:
                    continue


def pour(connection: socket.socket, rate: int, seconds: float) -> None:
    if rate == 0:
        connection.recv(1)  # until the client hangs up
        return
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    began, sent, total = time.monotonic(), 0, int(rate * seconds)
    while sent < total:
        due = min(total, int((time.monotonic() - began) * rate) + 1)
        for _ in range(due - sent):
            sent += 1
            line_end = b"\\n\\n" if sent % 60 == 0 else b" "
            connection.sendall(CHUNK % (b"%.4f" % time.monotonic() + line_end))
        time.sleep(max(0.0, began + sent / rate - time.monotonic()))
    connection.sendall(END)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4.0
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, seconds), daemon=True)
    server.start()
    port = ours.recv()

    from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer
    from PySide6.QtWidgets import QApplication, QWidget

    from easychat_gui.app import create_window
    from easychat_gui.domain.conversations import Draft

    application = QApplication([])
    application.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as folder:
        window = create_window(Path(folder), server=f"http://127.0.0.1:{port}", model="rate-0")
        window.show()
        gaps: list[float] = []
        ages: list[float] = []
        waiting: list[float] = []
        clock = QElapsedTimer()
        clock.start()
        last = clock.nsecsElapsed()

        def tick() -> None:
            nonlocal last
            now = clock.nsecsElapsed()
            gaps.append((now - last) / 1e6)
            last = now

        class PaintWatch(QObject):
            def eventFilter(self, watched: QObject, event: QEvent) -> bool:
                del watched
                if event.type() is QEvent.Type.Paint and waiting:
                    QTimer.singleShot(0, note_ages)
                return False

        def note_ages() -> None:
            now = time.monotonic()
            ages.extend((now - sent) * 1000 for sent in waiting)
            waiting.clear()

        heartbeat = QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)
        heartbeat.timeout.connect(tick)
        heartbeat.start()
        watch = PaintWatch()
        window.conversation_view.viewport().installEventFilter(watch)
        window.conversation_view.model.text_appended.connect(  # type: ignore[union-attr]
            lambda _row, text: waiting.extend(float(each) for each in STAMP.findall(text))
        )
        stop_button = window.findChild(QWidget, "stopButton")
        assert stop_button is not None

        def run_until(is_over: object, limit_s: float) -> float:
            began = time.perf_counter()
            while not is_over() and time.perf_counter() - began < limit_s:  # type: ignore[operator]
                application.processEvents()
                time.sleep(0.0002)
            return (time.perf_counter() - began) * 1000

        def is_quiet() -> bool:
            return bool(stop_button.isHidden())

        run_until(lambda: False, 2.5)  # what comes after the first paint
        gaps.clear()
        run_until(lambda: False, 2.0)
        print(f"idle        gap p99 {percentile(gaps, 0.99):6.1f}  max {max(gaps):6.1f} ms")
        for rate in RATES:
            window.sidebar.new_requested.emit()
            endpoint = window.header.picker
            endpoint.chosen.emit("command-line", f"rate-{rate}")
            run_until(lambda: False, 0.3)
            gaps.clear()
            ages.clear()
            window.composer.submitted.emit(Draft("go"))
            run_until(lambda: False, 0.2)
            took = run_until(is_quiet, seconds * 5)
            print(
                f"{rate:>6}/s    gap p99 {percentile(gaps, 0.99):6.1f}  max {max(gaps):6.1f} ms   "
                f"word to painted p50 {percentile(ages, 0.5):6.1f}  p99 {percentile(ages, 0.99):6.1f} ms   "
                f"{len(ages)} words in {took / 1000:.1f} s"
            )
        ready: list[float] = []
        gone: list[float] = []
        for _ in range(10):
            window.sidebar.new_requested.emit()
            window.header.picker.chosen.emit("command-line", "rate-0")
            window.composer.submitted.emit(Draft("silence"))
            run_until(lambda: False, 0.2)
            began = time.perf_counter()
            window.composer.stop_requested.emit()
            ready.append((time.perf_counter() - began) * 1000)
            run_until(lambda: not completions(window), 5)
            gone.append((time.perf_counter() - began) * 1000)
        print(
            f"Stop on a silent server: window ready {statistics.median(ready):.1f} ms (max {max(ready):.1f}), "
            f"thread gone {statistics.median(gone):.1f} ms (max {max(gone):.1f}); goal 100"
        )
        window.close()
    server.terminate()


def completions(window: object) -> list[object]:
    from PySide6.QtCore import QObject

    from easychat_gui.workers.completion import Completion

    assert isinstance(window, QObject)
    return list(window.findChildren(Completion))


if __name__ == "__main__":
    main()
