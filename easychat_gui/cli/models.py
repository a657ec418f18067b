"""``easychat-gui models``: the model ids that a server offers."""

from __future__ import annotations

import json

from easychat_gui.cli.arguments import Options
from easychat_gui.cli.exit_codes import ExitCode, exit_code_of
from easychat_gui.cli.interruption import cancel_on_interrupt, from_thread
from easychat_gui.cli.output import on_one_line, say, use_utf8
from easychat_gui.cli.sources import open_sources
from easychat_gui.domain.errors import EasyChatError
from easychat_gui.local_model.catalog import bundled_model
from easychat_gui.providers.cancellation import Cancellation


def run(options: Options) -> int:
    """Print the ids, one a line or as one JSON array, and return the exit code (as those of ``ask``)."""
    use_utf8()
    cancellation = Cancellation()
    try:
        with cancel_on_interrupt(cancellation):
            ids = _model_ids(options, cancellation) if options.servers else [bundled_model().id]
    except EasyChatError as error:
        if cancellation.is_cancelled:
            return ExitCode.INTERRUPTED
        say(str(error))
        return exit_code_of(error)
    if cancellation.is_cancelled:
        return ExitCode.INTERRUPTED
    for line in [json.dumps(ids, ensure_ascii=False)] if options.as_json else map(on_one_line, ids):
        print(line)
    return ExitCode.ANSWERED


def _model_ids(options: Options, cancellation: Cancellation) -> list[str]:
    with open_sources(options, cancellation) as sources:
        found = from_thread(lambda: sources[-1].list_models(cancellation))
        return [model.id for model in found]
