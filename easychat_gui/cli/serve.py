"""``easychat-gui serve``: the bundled model as an OpenAI-compatible server on loopback."""

from __future__ import annotations

import signal
import threading
from types import FrameType

from easychat_gui.cli.arguments import Options
from easychat_gui.cli.exit_codes import ExitCode, exit_code_of
from easychat_gui.cli.output import say, use_utf8
from easychat_gui.domain.errors import LocalModelError
from easychat_gui.local_model.catalog import bundled_model
from easychat_gui.local_model.server import LocalModelServer
from easychat_gui.local_model.state import LocalModelState
from easychat_gui.support import paths

_LOOK_UP_S = 0.5
"""How often the main thread looks for a signal. Only Windows needs it: there a waiting thread hears none."""


def run(options: Options) -> int:
    """Print address and key, then serve until Ctrl+C or a polite kill."""
    use_utf8()
    ended = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    def on_change(state: LocalModelState) -> None:
        if state is LocalModelState.FAILED:
            ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    try:
        server = LocalModelServer(
            bundled_model(),
            log_path=paths.resolve(options.data_dir).logs / "local-model.log",
            api_key=None if options.needs_key else "",
            on_change=on_change,
        )
        with server:
            server.wait_until_ready()
            print(server.base_url, *([server.api_key] if server.api_key else []), sep="\n", flush=True)
            while not ended.wait(_LOOK_UP_S):
                pass
            if server.error:
                raise server.error
    except LocalModelError as error:
        say(str(error))
        return exit_code_of(error)
    return ExitCode.ANSWERED
