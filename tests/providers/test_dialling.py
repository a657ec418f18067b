"""Addresses: in which order they are tried, and that a dead one does not hold up a living one."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from easychat_gui.domain.endpoints import Timeouts
from easychat_gui.domain.errors import ConnectionFailed, TimedOut
from easychat_gui.providers.dialling import in_turns
from tests.fakes.asking import Serve, Source, events_and_error, events_of, text_of
from tests.fakes.misbehaving_server import MisbehavingServer, good_stream

pytestmark = pytest.mark.usefixtures("no_waiting")

HOST = "chat.example.test"
UNREACHABLE = "255.255.255.255"
"""No system connects to this, and none sends anything to try."""
FAR_OFF_S = 60.0


class NameServer:
    """Answers for one name with the sockets' addresses given; everything else is asked for as ever."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.targets: list[tuple[str, int]] = []
        self._look_up = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self)

    def __call__(self, host: str, port: int, family: int = 0, kind: int = 0, protocol: int = 0, flags: int = 0) -> Any:
        if host != HOST or flags & socket.AI_NUMERICHOST:
            return self._look_up(host, port, family, kind, protocol, flags)
        return [self._look_up(name, own, 0, kind)[0] for name, own in self.targets]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> NameServer:
    return NameServer(monkeypatch)


@pytest.fixture
def silent() -> Iterator[tuple[str, int]]:
    """An address that neither takes nor refuses a connection: its queue is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def local(server: MisbehavingServer) -> tuple[str, int]:
    return "127.0.0.1", server.port


def test_a_silent_address_is_overtaken(
    serve: Serve, source: Source, names: NameServer, silent: tuple[str, int]
) -> None:
    server = serve(good_stream("a"))
    names.targets = [silent, local(server)]
    timeouts = Timeouts(FAR_OFF_S, FAR_OFF_S, FAR_OFF_S)
    assert text_of(events_of(source(f"http://{HOST}", timeouts=timeouts))) == "a"  # else the limit would end it


@pytest.mark.parametrize("dead", ["::1", UNREACHABLE, "127.0.0.1"])
def test_an_address_that_fails_gives_way_to_the_next(
    serve: Serve, source: Source, names: NameServer, dead: str
) -> None:
    names.targets = [(dead, closed_port()), local(serve(good_stream("a")))]
    assert text_of(events_of(source(f"http://{HOST}"))) == "a"


def test_only_one_connection_is_used_and_the_others_are_closed(serve: Serve, source: Source, names: NameServer) -> None:
    servers = [serve(good_stream("a")), serve(good_stream("b"))]
    names.targets = [local(each) for each in servers]
    assert text_of(events_of(source(f"http://{HOST}"))) == "a"
    assert servers[1].connection_count == 0


def test_a_computer_without_ipv6(
    serve: Serve, source: Source, names: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = socket.socket.__init__

    def without(self: socket.socket, family: int = -1, *rest: Any, **options: Any) -> None:
        if family == socket.AF_INET6:
            raise OSError(97, "Address family not supported by protocol")
        make(self, family, *rest, **options)

    monkeypatch.setattr(socket.socket, "__init__", without)
    names.targets = [("::1", 80), local(serve(good_stream("a")))]
    assert text_of(events_of(source(f"http://{HOST}"))) == "a"


def test_all_addresses_dead(source: Source, names: NameServer) -> None:
    names.targets = [("127.0.0.1", closed_port()), ("127.0.0.1", closed_port())]
    error = events_and_error(source(f"http://{HOST}"))[1]
    assert type(error) is ConnectionFailed
    assert str(error) == f"{HOST} refuses connections; is the server running?"


def test_who_refuses_is_told_of_rather_than_a_network_that_is_not_there(source: Source, names: NameServer) -> None:
    names.targets = [("127.0.0.1", closed_port()), (UNREACHABLE, 80)]
    assert "refuses connections" in str(events_and_error(source(f"http://{HOST}"))[1])


def test_the_limit_holds_for_all_addresses_together(source: Source, names: NameServer, silent: tuple[str, int]) -> None:
    names.targets = [silent] * 5
    error = events_and_error(source(f"http://{HOST}", timeouts=Timeouts(0.2, 20, 20)))[1]
    assert isinstance(error, TimedOut)
    assert HOST in str(error)
    assert "0.2 s" in str(error)


def test_no_limit_is_for_ever_and_no_error(serve: Serve, source: Source) -> None:
    chat = source(serve(good_stream("a")), timeouts=Timeouts(None, None, None))
    assert text_of(events_of(chat)) == "a"


@pytest.fixture
def over_ipv6() -> Iterator[MisbehavingServer]:
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 here")
    server = MisbehavingServer(good_stream("a"))
    server._listener.close()
    server._listener, server.port = listener, listener.getsockname()[1]
    with server:
        yield server


def test_an_ipv6_address_as_it_is_written_in_addresses(over_ipv6: MisbehavingServer, source: Source) -> None:
    assert text_of(events_of(source(f"http://[::1]:{over_ipv6.port}/v1"))) == "a"
    assert over_ipv6.requests[0].headers["host"] == f"[::1]:{over_ipv6.port}"


@pytest.mark.parametrize("sign", ["%", "%25"])
def test_an_address_with_a_scope(serve: Serve, source: Source, monkeypatch: pytest.MonkeyPatch, sign: str) -> None:
    """The scope is this computer's own name for a network: it is used to connect, and told to nobody."""
    server, look_up = serve(good_stream("a")), socket.getaddrinfo

    def scoped(host: str, port: int, *rest: int) -> Any:
        return look_up("127.0.0.1" if host == "fe80::1%eth7" else host, port, *rest)

    monkeypatch.setattr(socket, "getaddrinfo", scoped)
    assert text_of(events_of(source(f"http://[fe80::1{sign}eth7]:{server.port}"))) == "a"
    assert server.requests[0].headers["host"] == f"[fe80::1]:{server.port}"


def test_the_families_take_turns() -> None:
    v6, v4 = (socket.AF_INET6,), (socket.AF_INET,)
    assert in_turns([v6, v6, v6, v4, v4]) == [v6, v4, v6, v4, v6]
    assert in_turns([v4]) == [v4]
