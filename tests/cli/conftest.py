"""Running the command line inside the test, against a scripted server."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from easychat_gui.__main__ import main
from tests.fakes.misbehaving_server import MisbehavingServer, Script


@dataclass(frozen=True)
class Outcome:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Outcome]
Serve = Callable[..., MisbehavingServer]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)

    def run_it(*arguments: str, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capfdbinary.readouterr()
        try:
            code = main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
        sys.stdout.flush()
        printed = capfdbinary.readouterr()
        return Outcome(code, printed.out.decode("utf-8"), printed.err.decode("utf-8"))

    return run_it


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start servers that end with the test."""
    with contextlib.ExitStack() as stack:

        def start(*scripts: Script) -> MisbehavingServer:
            return stack.enter_context(MisbehavingServer(*scripts))

        yield start
