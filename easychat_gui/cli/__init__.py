"""The command line: ``ask``, ``models`` and ``serve``, on the same providers as the window and without Qt."""

from __future__ import annotations

import contextlib
import os
import sys

from easychat_gui.cli.arguments import Options, parse

__all__ = ["Options", "parse", "run"]


def run(options: Options) -> int:
    """Do what the command says and return the exit code. Each command is imported only when it is used."""
    if options.command == "ask":
        from easychat_gui.cli import ask

        return _ended(ask.run(options))
    if options.command == "models":
        from easychat_gui.cli import models

        return _ended(models.run(options))
    from easychat_gui.cli import serve

    return serve.run(options)


def _ended(code: int) -> int:
    """Return the exit code, but after a Ctrl+C end here: taking the interpreter down is most of what it would wait."""
    from easychat_gui.cli.exit_codes import ExitCode

    if code == ExitCode.INTERRUPTED:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)
    return code
