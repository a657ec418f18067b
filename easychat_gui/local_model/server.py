"""The bundled model as a server on loopback: started, watched, restarted once, and ended with the program.

To the rest of the program it is one more endpoint with an address and a key.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from easychat_gui.domain.errors import LocalModelError
from easychat_gui.local_model import CHILD_ARGUMENT
from easychat_gui.local_model.catalog import ModelFile
from easychat_gui.local_model.engine import EngineOrder, EngineReport
from easychat_gui.local_model.state import LocalModelState
from easychat_gui.support.child_environment import child_environment

STOP_TIMEOUT_S = 2.0
"""How long the engine may take to leave by itself before it is killed."""

MOST_THREADS = 8
"""A small model does not get faster with more.

An answer gets half of the cores. llama.cpp's threads wait for each other at full speed: one core less for them, taken
by the window or another program, would stall them all (2 words a second instead of 100 on two busy cores).
"""


class LocalModelServer:
    """llama.cpp in a process of its own. All methods may be called from any thread.

    A thread of this object starts the process and waits for its end. When it ends unasked it is started once more,
    on the same port where that is still free; after a second end the state is FAILED, and `start` may try anew.

    :param log_path: where llama.cpp's own words go (rewritten at each start); nowhere when None.
    :param api_key: None for a random one, empty for none.
    :param on_change: called with each new state, in the thread of this object.
    """

    def __init__(
        self,
        model: ModelFile,
        *,
        log_path: Path | None = None,
        api_key: str | None = None,
        on_change: Callable[[LocalModelState], None] | None = None,
    ) -> None:
        self.model = model
        self.api_key = secrets.token_urlsafe(24) if api_key is None else api_key
        self.error: LocalModelError | None = None
        self._log_path = log_path
        self._on_change = on_change
        self._changed = threading.Condition()
        self._state = LocalModelState.STOPPED
        self._address = ""
        self._process: subprocess.Popen[str] | None = None
        self._supervisor: threading.Thread | None = None
        self._is_stopping = False

    def __enter__(self) -> LocalModelServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def model_id(self) -> str:
        return self.model.id

    @property
    def state(self) -> LocalModelState:
        return self._state

    @property
    def is_running(self) -> bool:
        """Is it there and answering?"""
        return self._state is LocalModelState.READY

    @property
    def base_url(self) -> str:
        """The address, ending in ``/v1``. Empty until it is ready; another one may follow after a restart."""
        return f"{self._address}/v1" if self.is_running else ""

    @property
    def process_id(self) -> int | None:
        process = self._process
        return process.pid if process else None

    def start(self) -> None:
        """Start it in the background. Does nothing while it is starting or ready."""
        with self._changed:
            if self._supervisor and self._supervisor.is_alive():
                return
            self._is_stopping = False
            self.error = None
            self._state = LocalModelState.STARTING
            self._supervisor = threading.Thread(target=self._supervise, name="local-model", daemon=True)
            self._supervisor.start()

    def wait_until_ready(self, timeout_s: float | None = 60.0) -> None:
        """Block until it answers.

        :raises LocalModelError: it failed, was stopped, or took longer than this.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._state is not LocalModelState.STARTING, timeout_s)
            if self._state is LocalModelState.READY:
                return
            if self._state is LocalModelState.STARTING:
                raise LocalModelError(f"The local model did not start within {timeout_s:g} seconds.")
            raise self.error or LocalModelError("The local model is not running.")

    def stop(self) -> None:
        """End the process and wait for it, two seconds at most."""
        with self._changed:
            self._is_stopping = True
            process, supervisor = self._process, self._supervisor
        if process:
            _end(process)
        if supervisor and supervisor is not threading.current_thread():
            supervisor.join(STOP_TIMEOUT_S)

    def give_up(self) -> None:
        """End the process without waiting for it; a `wait_until_ready` then raises at once."""
        with self._changed:
            self._is_stopping = True
            process = self._process
        if process:
            process.kill()

    def _supervise(self) -> None:
        """Run the process, and once more if it ends unasked. The body of the thread."""
        error = LocalModelError("The local model ended unexpectedly, twice.")
        try:
            for _ in ("first", "restart"):
                self._become(LocalModelState.STARTING)
                process = self._launch_where_it_was()
                self._become(LocalModelState.READY)
                process.wait()
                _end(process)
                if self._is_stopping:
                    break
        except LocalModelError as launch_error:
            error = launch_error
        with self._changed:
            self._process = None
            self.error = None if self._is_stopping else error
        self._become(LocalModelState.STOPPED if self._is_stopping else LocalModelState.FAILED)

    def _launch_where_it_was(self) -> subprocess.Popen[str]:
        """Start it at the last address, so that who knows it can go on; elsewhere if that has been taken."""
        port = urllib.parse.urlsplit(self._address).port or 0
        self._address = ""
        try:
            return self._launch(port)
        except LocalModelError:
            if not port or self._is_stopping:
                raise
        return self._launch(0)

    def _launch(self, port: int) -> subprocess.Popen[str]:
        """Start the process and wait until it has proved that it is ours and answers."""
        order = EngineOrder(
            model_path=str(self.model.path),
            model_id=self.model.id,
            api_key=self.api_key,
            nonce=secrets.token_hex(16),
            port=port,
            answer_threads=min(MOST_THREADS, max(1, usable_cores() // 2)),
            prompt_threads=min(MOST_THREADS, usable_cores()),
        )
        process = self._spawn()
        with self._changed:
            self._process = process
            if self._is_stopping:
                process.kill()
        try:
            self._address = _exchange(process, order)
            _check_identity(self._address, order)
        except LocalModelError:
            _end(process)
            raise
        return process

    def _spawn(self) -> subprocess.Popen[str]:
        with _open_log(self._log_path) as log:
            try:
                return subprocess.Popen(
                    child_command(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                    encoding="utf-8",
                    env=child_environment(),
                    creationflags=_CREATION_FLAGS,
                    process_group=_PROCESS_GROUP,
                )
            except OSError as error:
                raise LocalModelError(f"The local model could not be started. {error}") from error

    def _become(self, state: LocalModelState) -> None:
        with self._changed:
            self._state = state
            self._changed.notify_all()
        if self._on_change:
            self._on_change(state)


def usable_cores() -> int:
    """Return how many cores this process may use; a container is often given fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def child_command() -> list[str]:
    """Return the command line of the engine. ``-P`` keeps modules in the current folder from being taken for ours."""
    if getattr(sys, "frozen", False):
        return [sys.executable, CHILD_ARGUMENT]
    return [sys.executable, "-P", "-m", "easychat_gui", CHILD_ARGUMENT]


# A group of its own, so that Ctrl+C in the terminal reaches only the parent, which then ends the child in good order.
_PROCESS_GROUP: int | None
if sys.platform == "win32":
    _PROCESS_GROUP = None
    _CREATION_FLAGS = (
        subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
    )
else:
    _PROCESS_GROUP = 0
    _CREATION_FLAGS = 0


def _open_log(path: Path | None) -> IO[bytes]:
    """Open the engine's log for its owner only; a log that cannot be written is no reason to have no model."""
    if path is not None:
        with contextlib.suppress(OSError):
            for folder in (path.parent.parent, path.parent):  # `mkdir` gives its mode to the last folder only
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
    return Path(os.devnull).open("wb")


def _exchange(process: subprocess.Popen[str], order: EngineOrder) -> str:
    """Give the order, keep that pipe open, and return the address of the report."""
    assert process.stdin is not None  # noqa: S101  # asked for with PIPE
    assert process.stdout is not None  # noqa: S101
    try:
        process.stdin.write(order.to_line())
        process.stdin.flush()
    except OSError as error:
        raise LocalModelError("The local model could not be started: its process ended at once.") from error
    with process.stdout as pipe:
        report = EngineReport.from_line(pipe.readline())
    if report.error:
        raise LocalModelError(f"The local model could not be started. {report.error}")
    return report.address


def _check_identity(address: str, order: EngineOrder) -> None:
    """Ask the server for its models: it must answer, to our key, with our nonce."""
    import http.client  # 20 ms that the start of the window does not wait for

    from easychat_gui.support.traffic import Purpose, ledger

    parts = urllib.parse.urlsplit(address)
    meter = ledger.begin(Purpose.LOCAL_MODEL, "GET", parts.netloc, is_local=True)

    class Counted(http.client.HTTPConnection):
        def send(self, data: Any) -> None:
            super().send(data)
            meter.bytes_out += len(data)

    connection = Counted(parts.hostname or "", parts.port, timeout=10)
    headers = {"Authorization": f"Bearer {order.api_key}"} if order.api_key else {}
    try:
        connection.request("GET", "/v1/models", headers=headers)
        response = connection.getresponse()
        body = response.read()
        meter.status, meter.bytes_in = response.status, len(bytes(response.headers)) + len(body)
        listed = json.loads(body)
        tags = [tag for model in listed["data"] for tag in model["tags"]]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
        meter.fault = LocalModelError.__name__
        raise LocalModelError(f"The local model does not answer at {address}. {error}") from error
    finally:
        connection.close()
        meter.end()
    if order.nonce not in tags:
        raise LocalModelError(f"Another program answers at {address}.")


def _end(process: subprocess.Popen[str]) -> None:
    """Close the pipe that the child watches, then insist."""
    _close(process.stdin)
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _close(process.stdout)


def _close(pipe: IO[str] | None) -> None:
    with contextlib.suppress(OSError):  # a dead child's pipe cannot be flushed
        if pipe:
            pipe.close()
