"""Try the program as a person would: ask the bundled model in the terminal and through the window, read what came.

    python packaging/smoke.py                          the packaged program in dist/
    python packaging/smoke.py COMMAND [ARGUMENT …]     any other, e.g. `uv run easychat-gui`

Linux only; wants Xvfb, openbox and xdotool. Everything it writes lies in a folder of its own, which it removes.
`--keep FOLDER` as the first arguments keeps data and pictures there instead.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
PACKAGED = ROOT / "dist" / "easychat-gui" / "easychat-gui"
TOOLS = ("Xvfb", "openbox", "xdotool")

QUESTION = "Write two sentences about the sea."
PASSPHRASE = "correct horse battery"

PDF = b"""%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R /Resources <</Font <</F 5 0 R>>>>>> endobj
4 0 obj <</Length 36>>
stream
BT /F 12 Tf 9 50 Td (Read me) Tj ET
endstream endobj
5 0 obj <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>> endobj
trailer <</Root 1 0 R>>
startxref
0
%%EOF
"""

WINDOW_S = 60.0
ANSWER_S = 120.0
EXIT_S = 10.0

T = TypeVar("T")


class SmokeFailed(Exception):
    """The program did not do what it should. The text says what was seen."""


def main(arguments: list[str]) -> int:
    folder = Path(arguments[1]).absolute() if arguments[:1] == ["--keep"] else None
    command = (arguments[2:] if folder else arguments) or [str(PACKAGED)]
    try:
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            run_all(command, folder)
        else:
            with tempfile.TemporaryDirectory(prefix="easychat-smoke-") as temporary:
                run_all(command, Path(temporary))
    except SmokeFailed as failure:
        print(f"smoke: FAILED: {failure}", file=sys.stderr)
        return 1
    print("smoke: all well")
    return 0


def run_all(command: list[str], folder: Path) -> None:
    """Try everything, telling what went well. Raises SmokeFailed."""
    checks: dict[str, Callable[[], str]] = {
        "libraries": lambda: check_libraries(Path(command[0])),
        "--version": lambda: check_version(command),
        "a document": lambda: check_document(command, folder),
        "ask": lambda: check_ask(command, folder / "ask"),
        "window": lambda: check_window(command, folder / "window", converse),
        "encrypted chats": lambda: check_encrypted(command, folder / "encrypted"),
    }
    for name, check in checks.items():
        began = time.monotonic()
        result = check()
        print(f"smoke: {name}: {result} ({time.monotonic() - began:.1f} s)", flush=True)


def check_libraries(executable: Path) -> str:
    """A packaged Qt must find all its libraries: what the build machine lacked is simply not in it."""
    plugins = sorted((executable.parent / "_internal").rglob("libqxcb.so"))
    if not plugins:
        return "not a packaged program"
    listed = subprocess.run(["ldd", str(plugins[0])], capture_output=True, text=True, check=True).stdout
    missing = [line.split()[0] for line in listed.splitlines() if "not found" in line]
    if missing:
        raise SmokeFailed(f"libqxcb.so does not find {', '.join(missing)}")
    return "libqxcb.so finds all of its own"


def check_version(command: list[str]) -> str:
    done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False, timeout=60)
    if done.returncode or not done.stdout.startswith("EasyChat GUI "):
        raise SmokeFailed(f"--version: exit {done.returncode}, {done.stdout!r}, {done.stderr!r}")
    return done.stdout.strip()


def check_document(command: list[str], folder: Path) -> str:
    """Have a PDF read by the child process that reads attachments: it imports what nothing else does."""
    path = folder / "smoke.pdf"
    path.write_bytes(PDF)
    order = json.dumps({"path": str(path), "kind": "application/pdf", "limits": {}}) + "\n"
    child = subprocess.Popen(
        [*command, "--run-document-reader"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with child:
        if child.stdin is None or child.stdout is None:
            raise SmokeFailed("a document: no pipes")
        child.stdin.write(order)
        child.stdin.flush()  # and left open: its end would be the child's
        said = child.stdout.read()
    if "Read me" not in said:
        raise SmokeFailed(f"a document: exit {child.returncode}, {said!r}")
    return "read"


def check_ask(command: list[str], folder: Path) -> str:
    """Ask the bundled model in the terminal."""
    line = [
        *command,
        "--data-dir",
        str(folder),
        "ask",
        "--json",
        "--max-tokens",
        "40",
        QUESTION,
    ]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=ANSWER_S)
    events = [json.loads(each) for each in done.stdout.splitlines()]
    text = "".join(event["text"] for event in events if event["type"] == "text")
    if done.returncode not in (0, 8) or not text.strip() or events[-1]["type"] != "end":
        raise SmokeFailed(f"ask: exit {done.returncode}, {done.stdout!r}, {done.stderr!r}")
    return repr(text[:60])


def check_encrypted(command: list[str], folder: Path) -> str:
    """Open chats that are encrypted: nothing else needs the library that reads them. Made by the sources."""
    from easychat_gui.controllers.chats_key import ChatsKey
    from easychat_gui.storage.connecting import use_key
    from easychat_gui.storage.store import open_store
    from easychat_gui.support.paths import DataPaths

    paths = DataPaths(folder)
    paths.make_root()
    key = ChatsKey(paths).make(PASSPHRASE)
    use_key(folder, key)
    open_store(paths.database)[0].close()
    if paths.database.read_bytes().startswith(b"SQLite"):
        raise SmokeFailed("encrypted chats: they are not encrypted")

    def unlock(program: subprocess.Popen[bytes], folder: Path, environment: dict[str, str]) -> str:
        from easychat_gui.storage.connecting import Access, connect

        xdotool, is_running = focused(program, environment)

        def has_opened() -> bool:
            xdotool("type", "--delay", "15", PASSPHRASE)  # in vain until it is asked for
            xdotool("key", "Return")
            with closing(connect(folder / "easychat.db", Access.READ)) as connection:
                days: int = connection.execute("SELECT count(*) FROM running_days").fetchone()[0]
                return days > 0  # whoever has opened it has noted this day

        wait_for(has_opened, WINDOW_S, "day in the encrypted database", is_running)
        return "opened"

    return check_window(command, folder, unlock)


Act = Callable[["subprocess.Popen[bytes]", Path, dict[str, str]], str]
"""What is done to a window that has come: of the program, with its data folder, in an environment."""


def check_window(command: list[str], folder: Path, act: Act) -> str:
    """Open the window, do something to it, and end the program."""
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        raise SmokeFailed(f"the window cannot be tried without {', '.join(missing)}")
    folder.mkdir(parents=True, exist_ok=True)
    with virtual_display() as display:
        environment = {**os.environ, "DISPLAY": display, "LC_ALL": "C.UTF-8"}
        for variable in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY"):
            environment.pop(variable, None)
        with (folder / "stderr.txt").open("wb") as errors:
            program = subprocess.Popen(
                [*command, "--data-dir", str(folder)], env=environment, stdout=errors, stderr=errors
            )
        try:
            return act(program, folder, environment)
        except SmokeFailed as failure:
            take_picture(folder / "failed.png", environment)
            said = (folder / "stderr.txt").read_text(encoding="utf-8", errors="replace")[-2000:]
            raise SmokeFailed(f"window: {failure}; the program said: {said!r}") from failure
        finally:
            program.kill()
            program.wait()


def focused(
    program: subprocess.Popen[bytes], environment: dict[str, str]
) -> tuple[Callable[..., str], Callable[[], None]]:
    """Wait for the window and give it the focus. Return what types into it, and what raises when the program ends."""

    def xdotool(*arguments: str) -> str:
        done = subprocess.run(["xdotool", *arguments], env=environment, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def is_running() -> None:
        if program.poll() is not None:
            raise SmokeFailed(f"it ended by itself with {program.returncode}")

    window = wait_for(
        lambda: xdotool("search", "--onlyvisible", "--class", "easychat").split("\n")[0], WINDOW_S, "window", is_running
    )

    def has_focus() -> bool:
        xdotool("windowactivate", window)  # in vain while the window manager is still starting
        return xdotool("getwindowfocus") == window

    wait_for(has_focus, WINDOW_S, "focus", is_running)  # what is typed before goes nowhere
    return xdotool, is_running


def converse(program: subprocess.Popen[bytes], folder: Path, environment: dict[str, str]) -> str:
    """Type a question into the window, wait for the bundled model's answer, and close the window."""
    xdotool, is_running = focused(program, environment)
    question = QUESTION
    xdotool("type", "--delay", "15", question)
    xdotool("key", "Return")
    wait_for(lambda: has_message(folder, "user", question), WINDOW_S, "question in the database", is_running)
    answer = wait_for(lambda: finished_answer(folder), ANSWER_S, "finished answer in the database", is_running)
    take_picture(folder / "answered.png", environment)
    xdotool("key", "alt+F4")
    try:
        code = program.wait(EXIT_S)
    except subprocess.TimeoutExpired as error:
        raise SmokeFailed(f"it did not end within {EXIT_S:g} s of being closed") from error
    if code:
        raise SmokeFailed(f"it ended with {code} when it was closed")
    return repr(answer[:60])


@contextmanager
def virtual_display() -> Iterator[str]:
    """Give the name of a display with a window manager, and end both afterwards."""
    read_end, write_end = os.pipe()
    # Without -noreset it begins anew when its last client goes, and may take a window manager that comes with it.
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1280x860x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[write_end], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write_end)
    try:
        with os.fdopen(read_end) as pipe:
            display = f":{pipe.readline().strip()}"
        if display == ":":
            raise SmokeFailed("Xvfb did not start")
        environment = {**os.environ, "DISPLAY": display}
        manager = subprocess.Popen(["openbox"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield display
        finally:
            manager.kill()
            manager.wait()
    finally:
        server.terminate()
        server.wait()


def wait_for(look: Callable[[], T], seconds: float, what: str, check: Callable[[], None]) -> T:
    """Return the first true value that ``look`` gives. Raises SmokeFailed after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        check()
        if found := look():
            return found
        time.sleep(0.1)
    raise SmokeFailed(f"no {what} within {seconds:g} s")


def rows(folder: Path, query: str, *values: str) -> list[tuple[str, ...]]:
    database = folder / "easychat.db"
    if not database.exists():
        return []
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=1)) as connection:
            return connection.execute(query, values).fetchall()
    except sqlite3.OperationalError:
        return []  # not made yet


def has_message(folder: Path, role: str, text: str) -> bool:
    return bool(rows(folder, "SELECT id FROM messages WHERE role = ? AND text = ?", role, text))


def finished_answer(folder: Path) -> str:
    found = rows(folder, "SELECT text, status FROM messages WHERE role = 'assistant' ORDER BY number DESC LIMIT 1")
    if not found or found[0][1] in ("pending", "streaming"):
        return ""
    text, status = found[0]
    if status != "complete" or not text.strip():
        raise SmokeFailed(f"the answer is {status}: {text!r}")
    return text


def take_picture(path: Path, environment: dict[str, str]) -> None:
    """Keep what the screen shows, where ImageMagick is there."""
    if shutil.which("import"):
        subprocess.run(["import", "-window", "root", str(path)], env=environment, check=False, timeout=30)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
