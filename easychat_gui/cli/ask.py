"""``easychat-gui ask``: one question, one answer, in the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

from easychat_gui.cli.arguments import Options
from easychat_gui.cli.exit_codes import ExitCode, exit_code_of, exit_code_of_finish
from easychat_gui.cli.interruption import cancel_on_interrupt, from_thread
from easychat_gui.cli.output import JsonOutput, Output, PlainOutput, say, use_utf8
from easychat_gui.cli.sources import first_model, open_sources
from easychat_gui.domain.errors import EasyChatError
from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.ids import new_conversation_id
from easychat_gui.domain.messages import FinishReason, Message, Role, new_message
from easychat_gui.domain.streaming import Finished, NoticeKind, StreamEvent, StreamNotice
from easychat_gui.local_model.catalog import BUNDLED_MODEL_ID
from easychat_gui.providers.base import EventSource
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.pool import ServerPool


def run(options: Options) -> int:
    """Print the answer and return the exit code."""
    use_utf8()
    output: Output = (JsonOutput if options.as_json else PlainOutput)(show_reasoning=options.show_reasoning)
    try:
        return _answer(options, output)
    except BrokenPipeError:
        _forget_standard_output()
        return ExitCode.ANSWERED  # who reads has read enough
    except KeyboardInterrupt:
        _forget_standard_output()
        return ExitCode.INTERRUPTED
    except OSError as error:
        say(f"the answer could not be written: {error.strerror}")
        _forget_standard_output()
        return ExitCode.FAULT


def _answer(options: Options, output: Output) -> ExitCode:
    try:
        prompt = _prompt(options.prompt)
    except KeyboardInterrupt:
        output.end(ExitCode.INTERRUPTED)
        return ExitCode.INTERRUPTED
    if not prompt.strip():
        say("the question is empty")
        output.end(ExitCode.BAD_USAGE)
        return ExitCode.BAD_USAGE
    cancellation = Cancellation()
    code = ExitCode.BROKEN_OFF
    with cancel_on_interrupt(cancellation):
        try:
            for event in from_thread(lambda: _events(options, prompt, cancellation)):
                output.event(event)
                if isinstance(event, Finished):
                    code = exit_code_of_finish(event.reason)
        except EasyChatError as error:
            if cancellation.is_cancelled:
                code = ExitCode.INTERRUPTED
            else:
                output.error(error)
                code = exit_code_of(error)
        except OSError:
            raise
        except Exception:
            output.end(ExitCode.FAULT)
            raise
        finally:
            cancellation.cancel()
    output.end(code)
    return code


def _events(options: Options, prompt: str, cancellation: Cancellation) -> Iterator[StreamEvent]:
    with open_sources(options, cancellation) as sources:
        model = options.model or (first_model(sources, cancellation) if options.servers else BUNDLED_MODEL_ID)
        if cancellation.is_cancelled:
            yield Finished(FinishReason.CANCELLED)
            return
        if not options.model and options.servers:
            yield StreamNotice(NoticeKind.REPAIRED, f"no --model was given; asking the server's first one, {model!r}")
        source: EventSource = sources[0] if len(sources) == 1 else ServerPool(sources, choose=list)
        request = CompletionRequest(model, tuple(_messages(options.system, prompt)), options.params)
        yield from source.stream_events(request, cancellation)


def _messages(system: str, prompt: str) -> Iterator[Message]:
    conversation_id = new_conversation_id()
    if system:
        yield new_message(conversation_id, Role.SYSTEM, _as_unicode(system))
    yield new_message(conversation_id, Role.USER, prompt)


def _prompt(argument: str) -> str:
    if argument == "-":
        source: Any = sys.stdin.buffer
        question = b""
        while piece := source.read1():  # no one long read: between its own reads it hears no Ctrl+C
            question += piece
        return question.decode("utf-8-sig", errors="replace")
    return _as_unicode(argument)


def _as_unicode(argument: str) -> str:
    """Undo the surrogates by which Python carries bytes that its locale cannot decode."""
    return os.fsencode(argument).decode("utf-8", errors="replace")


def _forget_standard_output() -> None:
    """Point it nowhere, else the interpreter complains of it once more while it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
