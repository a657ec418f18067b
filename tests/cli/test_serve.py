"""``serve``: the bundled model for other programs, until a polite end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = [pytest.mark.model, pytest.mark.skipif(os.name != "posix", reason="signals")]


@contextmanager
def _serving(data_dir: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "easychat_gui", "--data-dir", str(data_dir), "serve", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_others_can_ask_it_with_what_it_prints(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    with _serving(tmp_path) as process:
        assert process.stdout
        assert process.stderr
        address, key = process.stdout.readline().strip(), process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:")
        assert address.endswith("/v1")
        monkeypatch.setenv("PRINTED_KEY", key)
        options = ["--server", address, "--api-key-env", "PRINTED_KEY"]
        assert run("ask", *options, "--max-tokens", "8", "Say hello.").out.strip()
        assert run("ask", "--server", address, "--model", "m", "Say hello.").code == 4
        process.send_signal(number)
        assert process.wait(60) == 0
        assert process.stderr.read() == ""
    assert run("models", *options).code == 6


def test_no_key_prints_the_address_alone(run: Run, tmp_path: Path) -> None:
    with _serving(tmp_path, "--no-key") as process:
        assert process.stdout
        address = process.stdout.readline().strip()
        assert run("models", "--server", address).code == 0
        process.terminate()
        assert process.stdout.read() == ""


def test_a_missing_model_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from easychat_gui.local_model import catalog

    monkeypatch.setattr(catalog, "MODEL_FILE", "no-such-file.gguf")
    outcome = run("serve")
    assert outcome.code == 6
    assert "no-such-file.gguf" in outcome.err
    assert outcome.out == ""
