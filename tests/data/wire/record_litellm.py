"""Records what a LiteLLM proxy sends in front of two llama.cpp servers, byte for byte: the bodies in ``litellm/``.

Run by hand where LiteLLM is installed (``PYTHONPATH=. python tests/data/wire/record_litellm.py``) when a new version
of it may speak differently. For each API the server that answers is killed in the middle once; of those answers the
first and the last events are kept.
"""

from __future__ import annotations

import http.client
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.gateway import MODEL, Gateway, litellm_command

HERE = Path(__file__).parent / "litellm"
FIRST, LAST = 6, 5
HELLO = [{"role": "user", "content": "Say hello."}]
LONG = [{"role": "user", "content": "Count to a thousand."}]
APIS: dict[str, tuple[str, Callable[[list[dict[str, str]], int], dict[str, Any]]]] = {
    "chat": (
        "/chat/completions",
        lambda messages, most: {
            "messages": messages,
            "max_tokens": most,
            "stop": [".", "!"] if most < 100 else [],
            "stream_options": {"include_usage": True},
        },
    ),
    "responses": ("/responses", lambda messages, most: {"input": messages, "max_output_tokens": most}),
    "messages": ("/messages", lambda messages, most: {"messages": messages, "max_tokens": most}),
}


def ask(gateway: Gateway, path: str, body: dict[str, Any] | None, *, key: str = "") -> http.client.HTTPResponse:
    parts = urlsplit(gateway.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    headers = {"Authorization": f"Bearer {key or gateway.key}", "Content-Type": "application/json"}
    encoded = None if body is None else json.dumps({"model": MODEL, "temperature": 0, "stream": True, **body})
    connection.request("GET" if body is None else "POST", parts.path + path, encoded, headers)
    return connection.getresponse()


def killed(gateway: Gateway, api: str) -> bytes:
    """Kill the server that answers after some of its words; return the beginning and the end of what came."""
    path, body_of = APIS[api]
    response = ask(gateway, path, body_of(LONG, 900))
    data = response.read(4000)
    gateway.servers[0].kill()
    events = (data + response.read()).split(b"\n\n")
    return b"\n\n".join(events[:FIRST] + events[-LAST:])


def main() -> None:
    command = litellm_command()
    if command is None:
        raise SystemExit("LiteLLM is not installed.")
    for api, (path, body_of) in APIS.items():
        with tempfile.TemporaryDirectory() as folder, Gateway(command, Path(folder)) as gateway:
            (HERE / f"{api}-text.sse").write_bytes(ask(gateway, path, body_of(HELLO, 16)).read())
            if api == "chat":
                whole = {**body_of(HELLO, 16), "stream": False}
                del whole["stream_options"]
                (HERE / "chat-text.json").write_bytes(ask(gateway, path, whole).read())
                (HERE / "models.json").write_bytes(ask(gateway, "/models", None).read())
                wrong = ask(gateway, path, body_of(HELLO, 1), key="sk-of-somebody-else")
                (HERE / "wrong-key-400.json").write_bytes(wrong.read())
                other = ask(gateway, path, {**body_of(HELLO, 1), "model": "nosuch"})
                (HERE / "wrong-model-400.json").write_bytes(other.read())
            (HERE / f"{api}-killed.sse").write_bytes(killed(gateway, api))
            if api == "chat":
                gateway.servers[1].kill()
                (HERE / "all-dead-500.json").write_bytes(ask(gateway, path, body_of(HELLO, 1)).read())


if __name__ == "__main__":
    main()
