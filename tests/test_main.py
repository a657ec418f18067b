"""The way in: what is asked for decides what is imported, and how the program ends."""

from __future__ import annotations

import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest

import easychat_gui
from easychat_gui import preflight
from easychat_gui.__main__ import main

RUN_AND_LIST_MODULES = """
import sys
from easychat_gui.__main__ import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert not end.code, end.code
print(sorted(name for name in sys.modules if name.split(".")[0] in ("PySide6", "requests", "qasync", "xllamacpp")))
"""


def _modules_after(*arguments: str) -> str:
    command = [sys.executable, "-c", RUN_AND_LIST_MODULES, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_version_and_help_import_no_qt_and_no_http(argument: str) -> None:
    assert _modules_after(argument) == "[]"


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"EasyChat GUI {easychat_gui.__version__}\n"


@pytest.mark.parametrize("arguments", [["--no-such-option"], ["no-such-command"], ["ask"], ["--server", "nowhere"]])
def test_bad_usage_ends_with_2_and_a_word_on_standard_error(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the window was opened with. The window itself has its own tests."""
    calls: list[dict[str, Any]] = []
    app = types.ModuleType("easychat_gui.app")

    def run(**options: Any) -> int:
        calls.append(options)
        return 0

    vars(app)["run"] = run
    monkeypatch.setitem(sys.modules, "easychat_gui.app", app)
    monkeypatch.setattr(easychat_gui, "app", app, raising=False)
    monkeypatch.setattr(preflight, "problem", lambda: None)
    return calls


def test_without_a_command_the_window_opens(opened: list[dict[str, Any]]) -> None:
    assert main([]) == 0
    assert opened == [{"data_dir": None, "server": None, "model": None, "api_key": "", "toggle": False}]


def test_the_window_gets_what_was_asked_for(
    opened: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MY_KEY", " secret\n")
    arguments = ["--data-dir", str(tmp_path), "--server", "http://127.0.0.1:1/v1/", "--model", "m", "--toggle"]
    assert main([*arguments, "--api-key-env", "MY_KEY"]) == 0
    assert opened == [
        {
            "data_dir": tmp_path,
            "server": "http://127.0.0.1:1/v1",
            "model": "m",
            "api_key": "secret",
            "toggle": True,
        }
    ]


def test_a_key_variable_that_is_not_set_is_bad_usage(
    opened: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    with pytest.raises(SystemExit) as end:
        main(["--server", "http://127.0.0.1:1", "--api-key-env", "NO_SUCH_KEY"])
    assert end.value.code == 2
    assert "NO_SUCH_KEY" in capsys.readouterr().err
    assert opened == []


def test_a_problem_is_said_and_no_window_opened(
    opened: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(preflight, "problem", lambda: "The display is gone.")
    assert main([]) == 1
    assert "The display is gone." in capsys.readouterr().err
    assert opened == []


def test_ctrl_c_while_it_loads_is_no_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("easychat_gui.cli.parse", interrupted)
    assert main(["ask", "Hi"]) == 130
    assert capsys.readouterr().err == ""
