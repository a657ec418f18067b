"""The arguments of the command line, read into one frozen value."""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import field
from pathlib import Path

from easychat_gui import __version__
from easychat_gui.domain.generation import PARAMETER_RANGES, GenerationParams
from easychat_gui.support.quick_dataclass import dataclass

PROGRAM = "easychat-gui"

_EXIT_CODES = """exit codes of ask:
  0 answered                         5 rate-limited, after the retries
  1 unexpected fault                 6 no server could be reached, or it timed out
  2 bad usage                        7 the answer broke off or was malformed
  3 the server refused               8 cut by the length limit or the content filter
  4 not authorised                 130 interrupted"""


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for. ``command`` is empty for the window; ``servers`` is empty for the bundled model.

    ``timeout_s`` is None for the program's usual ones.
    """

    command: str = ""
    data_dir: Path | None = None
    servers: tuple[str, ...] = ()
    model: str = ""
    api_key: str = field(default="", repr=False)
    may_send_key_unencrypted: bool = False
    toggle: bool = False
    prompt: str = ""
    system: str = ""
    params: GenerationParams = field(default_factory=GenerationParams)
    timeout_s: float | None = None
    as_json: bool = False
    show_reasoning: bool = False
    needs_key: bool = True


def parse(argv: Sequence[str]) -> Options:
    """Read the arguments (without the program's name).

    :raises SystemExit: with 2 after a message on standard error, or 0 after ``--help`` and ``--version``.
    """
    parser = _parser(argv)
    found = parser.parse_args(argv)
    servers = tuple(getattr(found, "command_servers", None) or ([found.server] if found.server else ()))
    key_variable = getattr(found, "command_api_key_env", None) or found.api_key_env
    if key_variable and key_variable not in os.environ:
        parser.error(f"the environment variable {key_variable}, named by --api-key-env, is not set")
    return Options(
        command=found.command or "",
        data_dir=found.data_dir,
        servers=servers,
        model=getattr(found, "command_model", None) or found.model or "",
        api_key=os.environ.get(key_variable, "").strip() if key_variable else "",
        may_send_key_unencrypted=getattr(found, "send_key_unencrypted", False),
        toggle=found.toggle,
        prompt=getattr(found, "prompt", ""),
        system=getattr(found, "system", ""),
        params=_params(found) if found.command == "ask" else GenerationParams(),
        timeout_s=getattr(found, "timeout", None),
        as_json=getattr(found, "json", False),
        show_reasoning=getattr(found, "reasoning", False),
        needs_key=not getattr(found, "no_key", False),
    )


def _params(found: argparse.Namespace) -> GenerationParams:
    usual = GenerationParams()

    def given(name: str) -> float:
        value = getattr(found, name)
        return getattr(usual, name) if value is None else value  # type: ignore[no-any-return]

    return GenerationParams(
        temperature=given("temperature"),
        top_p=given("top_p"),
        presence_penalty=given("presence_penalty"),
        frequency_penalty=given("frequency_penalty"),
        max_tokens=found.max_tokens,
        seed=found.seed,
        stop=tuple(found.stop or ()),
        stream=not found.no_stream,
    )


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        allow_abbrev=False,
        description="A native desktop chat client for language models. Without a command it opens the window.",
    )
    parser.add_argument("--version", action="version", version=f"EasyChat GUI {__version__}")
    parser.add_argument(
        "--data-dir", type=_folder, metavar="DIR", help="keep everything under DIR (also: EASYCHAT_DATA_DIR)"
    )
    parser.add_argument("--server", type=_address, metavar="URL", help="start with this OpenAI-compatible server")
    parser.add_argument("--model", metavar="NAME", help="start with this model")
    parser.add_argument("--api-key-env", metavar="VAR", help="the environment variable that holds the server's key")
    parser.add_argument("--toggle", action="store_true", help="hide the window if it is in front, else raise it")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND")
    for name, add_options, what in (
        ("ask", _add_ask, "answer in the terminal"),
        ("models", _add_models, "list the models that a server offers"),
        ("serve", _add_serve, "run the bundled model as a server on this computer"),
    ):
        command = commands.add_parser(name, allow_abbrev=False, help=what)
        if name in argv:  # of no other command can options be read or told
            add_options(command)
        # Suppressed, so that silence here leaves alone what was said before the command.
        command.add_argument(
            "--data-dir", type=_folder, default=argparse.SUPPRESS, metavar="DIR", help="keep everything under DIR"
        )
    return parser


def _add_server(parser: argparse.ArgumentParser, *, repeatable: bool) -> None:
    more = "; give several for a pool" if repeatable else ""
    parser.add_argument(
        "--server",
        dest="command_servers",
        action="append",
        type=_address,
        metavar="URL",
        help=f"an OpenAI-compatible server (without it: the bundled model){more}",
    )
    parser.add_argument("--api-key-env", dest="command_api_key_env", metavar="VAR", help="variable with the key")
    parser.add_argument(
        "--send-key-unencrypted",
        action="store_true",
        help="send the key over plain http to another computer, where everyone on the way can read it",
    )


def _add_ask(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXIT_CODES
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("prompt", metavar="PROMPT", help="the question; - reads it from standard input")
    _add_server(parser, repeatable=True)
    parser.add_argument("--model", dest="command_model", metavar="NAME", help="without it: the server's first one")
    parser.add_argument("--system", default="", metavar="TEXT", help="the system prompt")
    for name in ("temperature", "top_p", "presence_penalty", "frequency_penalty"):
        values = PARAMETER_RANGES[name]
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            type=_number_within(values.minimum, values.maximum),
            metavar="X",
            help=f"{values.minimum:g} to {values.maximum:g}, default {values.default:g}",
        )
    parser.add_argument("--max-tokens", type=_positive_integer, metavar="N", help="the longest answer")
    parser.add_argument("--seed", type=int, metavar="N", help="for answers that can be repeated")
    parser.add_argument("--stop", action="append", metavar="TEXT", help="end the answer before TEXT; repeatable")
    parser.add_argument("--no-stream", action="store_true", help="get the answer whole")
    parser.add_argument("--timeout", type=_positive_seconds, metavar="S", help="the longest silence, in seconds")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line for each event")
    parser.add_argument("--reasoning", action="store_true", help="show the model's reasoning on standard error")


def _add_models(parser: argparse.ArgumentParser) -> None:
    _add_server(parser, repeatable=False)
    parser.add_argument("--timeout", type=_positive_seconds, metavar="S", help="the longest silence, in seconds")
    parser.add_argument("--json", action="store_true", help="print one JSON array of strings")


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Prints the base address as the first line and the API key as the second, then answers until Ctrl+C."
    )
    parser.add_argument(
        "--no-key", action="store_true", help="ask for no key: any program on this computer may then use it"
    )


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("a folder is needed")
    return Path(text)


def _address(text: str) -> str:
    address = text.strip().rstrip("/")
    scheme, separator, rest = address.partition("://")
    if scheme.lower() not in ("http", "https") or not separator or not rest.strip("/"):
        raise argparse.ArgumentTypeError(f"{text!r} is no address; it looks like http://host:port")
    return address


def _number_within(minimum: float, maximum: float) -> Callable[[str], float]:
    def number(text: str) -> float:
        value = _finite(text)
        if not minimum <= value <= maximum:
            raise argparse.ArgumentTypeError(f"{text} is not between {minimum:g} and {maximum:g}")
        return value

    return number


def _finite(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text!r} is no number")
    return value


def _positive_seconds(text: str) -> float:
    value = _finite(text)
    if value <= 0:
        raise argparse.ArgumentTypeError("the time must be more than 0 seconds")
    return value


def _positive_integer(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)
