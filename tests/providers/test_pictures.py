"""Pictures are fetched from the host that was named, within limits, and with nothing of ours."""

from __future__ import annotations

import base64

import pytest

from easychat_gui.domain.errors import ConnectionFailed, ProviderError
from easychat_gui.providers import pictures
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.pictures import PictureFault, PictureNotLoaded, fetch_picture
from tests.fakes.misbehaving_server import Connection, MisbehavingServer, answer

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def refused(url: str) -> PictureNotLoaded:
    with pytest.raises(PictureNotLoaded) as raised:
        fetch_picture(url, Cancellation())
    return raised.value


def test_a_picture_is_fetched_without_key_cookie_or_referrer() -> None:
    with MisbehavingServer(answer("200 OK", PNG, "Content-Type: image/png", "Set-Cookie: a=b")) as server:
        assert fetch_picture(f"{server.url}/a.png?x=1", Cancellation()) == PNG
        assert fetch_picture(f"{server.url}/a.png", Cancellation()) == PNG
        first, second = server.requests[:2]
    assert first.target == "/a.png?x=1"
    for request in (first, second):
        assert not {"authorization", "cookie", "referer", "x-api-key"} & set(request.headers)


def test_a_picture_may_move_on_its_own_host_only() -> None:
    with MisbehavingServer(answer("302 Found", b"", "Location: /b.png"), answer("200 OK", PNG)) as server:
        assert fetch_picture(f"{server.url}/a.png", Cancellation()) == PNG
    with MisbehavingServer(answer("302 Found", b"", "Location: http://elsewhere.example/b.png")) as server:
        error = refused(f"{server.url}/a.png")
    assert (error.fault, error.detail) == (PictureFault.MOVED, "elsewhere.example")
    with MisbehavingServer(answer("302 Found", b"", "Location: file:///etc/passwd")) as server:
        assert refused(f"{server.url}/a.png").fault is PictureFault.MOVED
        assert len(server.requests) == 1
    with MisbehavingServer(answer("302 Found", b"", "Location: /again")) as server:
        assert refused(f"{server.url}/a.png").fault is PictureFault.MOVED


def test_a_picture_that_says_it_is_too_large_is_not_read() -> None:
    def script(connection: Connection) -> None:
        connection.head("200 OK", f"Content-Length: {pictures.LARGEST_BYTES + 1}")
        connection.wait_for_hang_up()

    with MisbehavingServer(script) as server:
        assert refused(server.url).fault is PictureFault.TOO_LARGE


def test_a_picture_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "LARGEST_BYTES", 100_000)

    def script(connection: Connection) -> None:
        connection.head("200 OK", "Transfer-Encoding: chunked")
        for _ in range(20):
            connection.chunk(b"x" * 10_000)
        connection.wait_for_hang_up()

    with MisbehavingServer(script) as server:
        assert refused(server.url).fault is PictureFault.TOO_LARGE


def test_what_the_server_says_instead_is_told() -> None:
    with MisbehavingServer(answer("404 Not Found", b"<html>")) as server:
        error = refused(server.url)
    assert (error.fault, error.detail) == (PictureFault.REFUSED, "404")


def test_a_dead_server_is_an_error_of_the_way_there() -> None:
    with pytest.raises(ConnectionFailed):
        fetch_picture("http://127.0.0.1:9/x.png", Cancellation())


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "/etc/passwd", "javascript:x"])
def test_nothing_but_the_web_is_asked(url: str) -> None:
    with pytest.raises(ProviderError):
        fetch_picture(url, Cancellation())


def test_a_cancel_ends_it() -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with MisbehavingServer(answer("200 OK", PNG)) as server, pytest.raises(PictureNotLoaded):
        fetch_picture(server.url, cancellation)


def test_a_picture_inside_the_message_needs_nobody() -> None:
    encoded = base64.b64encode(PNG).decode()
    assert fetch_picture(f"data:image/png;base64,{encoded}", Cancellation()) == PNG
    assert refused("data:image/png;base64,abcde").fault is PictureFault.NO_PICTURE
