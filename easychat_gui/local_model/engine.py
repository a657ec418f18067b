"""The child process: llama.cpp's own HTTP server around one model.

The parent writes one line of JSON to standard input (`EngineOrder`), the child answers with one line on standard
output (`EngineReport`) once the port is bound and the model loaded, and from then on only listens for the end of its
standard input. That end comes with the parent's, however the parent dies and on every system, so that no engine is
left behind; a key in a pipe, unlike one in the arguments or the environment, shows in no process list.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from dataclasses import asdict, dataclass, field
from typing import Any, TextIO

from easychat_gui.local_model.catalog import BUNDLED_MODEL_WINDOW

NO_ORIGIN = "https://no-web-page.invalid"
"""The only web origin that may read answers: one that cannot exist (``.invalid`` is reserved by RFC 2606)."""


LEAST_PROBABILITY = 0.2
"""Words less probable than this share of the most probable one are never drawn, where a request says nothing of it.
With the usual 0.05 so small a model strays into other languages and does not find its end."""


@dataclass(frozen=True, slots=True)
class EngineOrder:
    """What the child shall run.

    ``port`` 0 lets the system choose. ``api_key`` is empty for none. ``nonce`` comes back among the tags of the model
    list: it proves that the process which answers is ours. ``context_tokens`` are shared by all ``slots``, the number
    of answers at once. ``longest_answer_tokens`` holds where a request sets no limit: a small model may repeat itself
    until the context is full. ``cache_mib`` bounds the memory for prompts of earlier requests, in MiB.
    """

    model_path: str
    model_id: str
    api_key: str = field(repr=False)
    nonce: str
    port: int = 0
    answer_threads: int = 1
    prompt_threads: int = 2
    context_tokens: int = BUNDLED_MODEL_WINDOW
    slots: int = 4
    longest_answer_tokens: int = 1024
    cache_mib: int = 256

    def to_line(self) -> str:
        return json.dumps(asdict(self)) + "\n"


@dataclass(frozen=True, slots=True)
class EngineReport:
    """``address`` (``http://127.0.0.1:port``), or ``error`` when there is none."""

    address: str = ""
    error: str = ""

    def to_line(self) -> str:
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def from_line(cls, line: str) -> EngineReport:
        """Read what `to_line` wrote. An empty or broken line, a child that died while writing, is an error."""
        try:
            return cls(**json.loads(line))
        except (ValueError, TypeError):
            return cls(error="The engine ended before it was ready.")


def main() -> int:
    """Run the engine until standard input ends. Returns only when it could not start."""
    report_to = _keep_standard_output_for_the_report()
    try:
        order = EngineOrder(**json.loads(sys.stdin.readline()))
    except (ValueError, TypeError):
        return 2
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    try:
        server = _start_server(order)
    except (ImportError, OSError, RuntimeError) as error:
        _send(report_to, EngineReport(error=_in_words(error)))
        return 1
    _send(report_to, EngineReport(address=str(server.listening_address)))
    threading.Event().wait()
    return 0


def _in_words(error: Exception) -> str:
    if "libgomp" in str(error):
        return "Its engine needs the system library libgomp.so.1 (in Debian, Ubuntu and openSUSE the package libgomp1)."
    return f"{type(error).__name__}: {error}"


def _keep_standard_output_for_the_report() -> TextIO:
    """llama.cpp writes to descriptor 1 as it likes: point that to standard error, and keep the pipe for us."""
    pipe = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return pipe


def _send(report_to: TextIO, report: EngineReport) -> None:
    with report_to:
        report_to.write(report.to_line())


def _end_with_parent() -> None:
    """Wait for the end of standard input and leave at once: the engine's threads have nothing to save.

    While the model loads, xllamacpp holds the interpreter's lock and this waits until it is loaded.
    """
    while os.read(0, 4096):
        pass
    os._exit(0)


def _start_server(order: EngineOrder) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = order.model_path
    params.model_alias = {order.model_id}
    params.model_tags = {order.nonce}
    params.hostnames = ["127.0.0.1"]
    params.port = order.port
    params.api_keys = [order.api_key] if order.api_key else []
    params.cors_origins = NO_ORIGIN
    params.cors_origins_explicit = True
    params.cors_credentials = False
    params.ui = False
    params.endpoint_slots = False
    params.offline = True
    params.n_ctx = order.context_tokens
    params.kv_unified = True  # one long conversation may use the whole context while the others rest
    params.n_predict = order.longest_answer_tokens
    params.n_parallel = order.slots
    params.cache_ram_mib = order.cache_mib
    params.fit_params = False  # it measures the memory by loading twice
    params.warmup = False  # 0.4 s that the first answer needs less of
    params.cpuparams.n_threads = order.answer_threads
    params.cpuparams_batch.n_threads = order.prompt_threads
    params.sampling.min_p = LEAST_PROBABILITY
    return xllamacpp.Server(params)
