"""The command line: ``ask``, ``models`` and ``serve``, on the same providers as the window and without Qt."""

from __future__ import annotations

from easychat_gui.cli.arguments import Options, parse

__all__ = ["Options", "parse", "run"]


def run(options: Options) -> int:
    """Do what the command says and return the exit code. Each command is imported only when it is used."""
    if options.command == "ask":
        from easychat_gui.cli import ask

        return ask.run(options)
    if options.command == "models":
        from easychat_gui.cli import models

        return models.run(options)
    from easychat_gui.cli import serve

    return serve.run(options)
