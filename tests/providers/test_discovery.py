"""Only what answers as a chat server is offered."""

from __future__ import annotations

import socket

from easychat_gui.providers.discovery import find_local_servers
from tests.fakes.misbehaving_server import MisbehavingServer, answer, json_answer


def port_of(server: MisbehavingServer) -> int:
    return int(server.url.rsplit(":", 1)[1])


def test_servers_are_found_and_other_programs_are_not() -> None:
    models = json_answer({"object": "list", "data": [{"id": "a"}, {"id": "b"}]})
    with (
        MisbehavingServer(models) as chat,
        MisbehavingServer(answer("200 OK", b"<html>hello</html>", "Content-Type: text/html")) as page,
        MisbehavingServer(answer("401 Unauthorized")) as closed,
        socket.create_server(("127.0.0.1", 0)) as unused,
    ):
        nobody = unused.getsockname()[1]
        unused.close()
        ports = {port_of(chat): "Chat", port_of(page): "Page", port_of(closed): "Closed", nobody: "Nobody"}
        (found,) = find_local_servers(ports)
        assert found.name == "Chat"
        assert found.base_url == f"http://127.0.0.1:{port_of(chat)}/v1"
        assert found.models == ("a", "b")
        assert "authorization" not in chat.requests[0].headers
