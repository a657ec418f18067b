"""A real LiteLLM proxy in front of two real llama.cpp servers, for the tests that ask it and for recording it.

LiteLLM is no dependency of the project: it is used where it is installed, found by the environment variable
``EASYCHAT_LITELLM`` (the path of its command) or on the path.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

MODEL = "small"
START_S = 120.0
_STOP_S = 10.0


def litellm_command() -> str | None:
    """Return where LiteLLM is, or None."""
    return os.environ.get("EASYCHAT_LITELLM") or shutil.which("litellm")


class ModelServer:
    """The bundled model as ``easychat-gui serve`` runs it: a llama.cpp server with a key of its own."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "easychat_gui", "serve"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        self.key = self._process.stdout.readline().strip()

    def kill(self) -> None:
        """End it as a power failure would: nothing that runs is finished."""
        self._process.kill()
        self._process.wait(_STOP_S)

    def close(self) -> None:
        self.kill()
        assert self._process.stdout is not None
        self._process.stdout.close()


class Gateway:
    """Both servers and LiteLLM in front of them, until the ``with`` block ends.

    As good as all questions go to the first server as long as it lives, so that a test knows whom to kill.
    """

    def __init__(self, command: str, folder: Path) -> None:
        self.key = f"sk-{secrets.token_hex(16)}"
        with socket.create_server(("127.0.0.1", 0)) as unused:
            self._port = unused.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}/v1"
        self.servers = [ModelServer(), ModelServer()]
        config = folder / "litellm.yaml"
        config.write_text(json.dumps(self._config()))  # JSON is YAML, too
        self.log = folder / "litellm.log"
        address = ["--host", "127.0.0.1", "--port", str(self._port)]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [command, "--config", str(config), *address],
                stdout=log,
                stderr=log,
                cwd=folder,
                env={**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True"},  # else it fetches a list of prices
            )

    def __enter__(self) -> Self:
        deadline = time.monotonic() + START_S
        while not self._is_alive():
            assert self._process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, "LiteLLM does not answer"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._process.terminate()
        for server in self.servers:
            server.close()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _config(self) -> dict[str, object]:
        return {
            "model_list": [
                {
                    "model_name": MODEL,
                    "litellm_params": {
                        "model": "openai/any",
                        "api_base": server.url,
                        "api_key": server.key,
                        "weight": weight,
                    },
                }
                for server, weight in zip(self.servers, (10_000, 1), strict=True)
            ],
            "router_settings": {"num_retries": 2, "allowed_fails": 0, "cooldown_time": 60},
            "litellm_settings": {"telemetry": False},
            "general_settings": {"master_key": self.key},
        }

    def _is_alive(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=2)
        try:
            connection.request("GET", "/health/liveliness")
            return connection.getresponse().status == 200
        except OSError:
            time.sleep(0.2)
            return False
        finally:
            connection.close()
