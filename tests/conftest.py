"""Fixtures that every test may use."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

# Before any test imports Qt: no screen is needed, and the desktop's own settings stay out.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LC_ALL"] = "C.UTF-8"  # under any other encoding Qt warns, and the person's language would be heard
os.environ.pop("LANGUAGE", None)
os.environ["TZ"] = "UTC"  # dates stand in what is expected of names of files and of pages
if sys.platform != "win32":
    time.tzset()
os.environ.pop("EASYCHAT_DATA_DIR", None)
os.environ.pop("EASYCHAT_SERVERS", None)
os.environ.pop("EASYCHAT_API_KEY", None)
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # no test writes to the person's own

MEMORY = Path("/dev/shm")
MEMORY_BYTES = 4 << 30

# SQLite waits for the disk whenever it writes: half of the time of the tests. In memory it waits for nothing.
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_BYTES:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

_look_up = socket.getaddrinfo


def _look_up_here(host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> Any:  # noqa: A002 - as in the original
    """Find this computer and no other: tests pass without a network, and no test asks for the addresses of services."""
    if host in (None, "", "localhost") or flags & socket.AI_NUMERICHOST or _is_number(host):
        return _look_up(host, port, family, type, proto, flags)
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def _is_number(host: Any) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _refuse_to_leave(event: str, arguments: tuple[Any, ...]) -> None:
    """No packet of a test leaves this computer. That a broadcast is refused by the system itself, some make use of."""
    if event == "socket.connect" and isinstance(arguments[1], tuple) and _is_number(arguments[1][0]):
        address = ipaddress.ip_address(arguments[1][0].partition("%")[0])
        if not (address.is_loopback or address.is_unspecified or str(address) == "255.255.255.255"):
            raise AssertionError(f"a test connects to {address}")


socket.getaddrinfo = _look_up_here
sys.addaudithook(_refuse_to_leave)


PATIENCE_MS = 60_000


class PatientBot(QtBot):
    """Gives up late whatever a test says: what is waited for comes at once, but not on a machine that is busy."""

    def waitUntil(self, callback: Any, *, timeout: int = 0) -> None:  # noqa: N802
        super().waitUntil(callback, timeout=max(timeout, PATIENCE_MS))

    def waitSignal(self, signal: Any, *, timeout: int = 0, raising: bool | None = None, **rest: Any) -> Any:  # noqa: N802
        patience = timeout if raising is False else max(timeout, PATIENCE_MS)  # that nothing comes is waited for once
        return super().waitSignal(signal, timeout=patience, raising=raising, **rest)

    def waitSignals(self, signals: Any, *, timeout: int = 0, **rest: Any) -> Any:  # noqa: N802
        return super().waitSignals(signals, timeout=max(timeout, PATIENCE_MS), **rest)


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)
