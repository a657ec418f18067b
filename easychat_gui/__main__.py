"""The way in: ``easychat-gui`` and ``python -m easychat_gui``."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from easychat_gui.cli import Options

_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code. Nothing is imported that the command does not need.

    Ctrl+C may come while the program still loads, so that happens in here, where it is no error.
    """
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:
        return _INTERRUPTED


def _run(arguments: list[str]) -> int:
    from easychat_gui.cli import parse, run
    from easychat_gui.extraction import READER_ARGUMENT
    from easychat_gui.local_model import CHILD_ARGUMENT

    if arguments == [CHILD_ARGUMENT]:
        from easychat_gui.local_model import engine

        return engine.main()
    if arguments == [READER_ARGUMENT]:
        from easychat_gui.extraction import child

        return child.main()
    options = parse(arguments)
    return run(options) if options.command else _open_window(options)


def _open_window(options: Options) -> int:
    from easychat_gui import preflight
    from easychat_gui.bindings import import_bindings

    if problem := preflight.problem():
        from easychat_gui.cli.exit_codes import ExitCode

        print(f"easychat-gui: {problem}", file=sys.stderr)
        return ExitCode.FAULT
    # Imports make a hundred thousand objects that all stay: to look through them for cycles again and again takes a
    # tenth of the start. The window turns the collector on after its first paint.
    gc.disable()
    import_bindings()
    from easychat_gui import app

    return app.run(
        data_dir=options.data_dir,
        server=options.servers[0] if options.servers else None,
        model=options.model or None,
        api_key=options.api_key,
        toggle=options.toggle,
    )


if __name__ == "__main__":
    sys.exit(main())
