"""``dev``: what it says to people whose machine lacks something. Its good ways are those that run these very tests."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = ("run", "test", "check", "bench", "screenshots", "build", "lock")


@pytest.fixture
def dev() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("dev", str(ROOT / "dev"))
    spec = importlib.util.spec_from_loader("dev", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return module


def test_help_names_every_command(capfd: pytest.CaptureFixture[str]) -> None:
    done = subprocess.run([sys.executable, str(ROOT / "dev"), "--help"], capture_output=True, text=True, check=True)
    for command in COMMANDS:
        assert f"\n  {command} " in done.stdout


def test_an_unknown_command_is_bad_usage() -> None:
    done = subprocess.run([sys.executable, str(ROOT / "dev"), "fly"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "'fly'" in done.stderr


def test_an_old_python_is_told_which_one_is_needed(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "OLDEST", (99, 0))
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    assert dev.main(["test"]) == 1
    assert "needs Python 99.0 or later" in capsys.readouterr().err


def test_without_rights_the_exact_line_is_printed(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr("shutil.which", lambda name, *_, **__: name if name == "apt-get" else None)
    monkeypatch.setattr(dev, "IS_WINDOWS", False)
    with pytest.raises(dev.Unable) as problem:
        dev.install_packages({"apt": ["libgl1", "libegl1"]}, "Qt needs them")
    assert "sudo apt-get update && sudo apt-get install -y --no-install-recommends libgl1 libegl1" in str(problem.value)


def test_nothing_is_installed_where_nothing_is_missing(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def install(*_: object) -> bool:
        raise AssertionError("a package tool was called")

    monkeypatch.setattr(dev, "install_packages", install)
    dev.ensure_system_libraries(["offscreen"])


def test_it_gets_uv_in_a_way_that_debian_allows(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[list[str]] = []

    def succeed(command: list[str], **_: object) -> bool:
        tried.append(command)
        return True

    monkeypatch.setattr(dev, "succeeds", succeed)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object() if name == "pip" else None)
    assert dev.get_uv()
    assert "--target" in tried[0]  # an externally managed Python refuses every other install


def test_without_pip_and_venv_there_is_nothing_to_try(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    assert not dev.get_uv()


def test_it_can_be_read_by_python_3_8() -> None:
    import ast

    ast.parse((ROOT / "dev").read_text(encoding="utf-8"), feature_version=(3, 8))
    ast.parse((ROOT / "easychat_gui" / "preflight.py").read_text(encoding="utf-8"), feature_version=(3, 8))
