"""What holds for the project as a whole."""

from __future__ import annotations

import json
import pkgutil
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import easychat_gui

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(easychat_gui.__path__, "easychat_gui.")
    if not module.name.endswith("__main__")
)
WITHOUT_QT = (
    "domain",
    "support",
    "providers",
    "storage",
    "transfer",
    "extraction",
    "spelling",
    "rendering",
    "local_model",
    "settings",
    "cli",
    "preflight",
)
LONGEST_FILE_LINES = 500


def _run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)


IMPORT_ALL_AND_WATCH = """
import importlib, json, os, sys, threading
threads = threading.active_count()
watched = []
def hook(event, arguments):
    if event in ("subprocess.Popen", "os.system", "sqlite3.connect", "socket.connect", "os.mkdir", "os.remove"):
        watched.append([event, repr(arguments)[:200]])
    elif event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        watched.append([event, repr(arguments)[:200]])
sys.dont_write_bytecode = True
sys.addaudithook(hook)
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps({"watched": watched, "threads": threading.active_count() - threads}))
"""


def test_importing_does_nothing() -> None:
    """No file, folder, database, connection, process or thread: a module that acts on import cannot be tested."""
    done = _run(IMPORT_ALL_AND_WATCH, *MODULES)
    assert done.returncode == 0, done.stderr
    assert (done.stdout.count("\n"), done.stderr) == (1, "")
    assert json.loads(done.stdout) == {"watched": [], "threads": 0}


@pytest.mark.parametrize("layer", WITHOUT_QT)
def test_below_the_window_nothing_imports_qt(layer: str) -> None:
    prefix = f"easychat_gui.{layer}"
    names = [name for name in MODULES if name == prefix or name.startswith(f"{prefix}.")]
    assert names
    code = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]: importlib.import_module(name)\n"
        "print([name for name in sys.modules if name.startswith('PySide6')])"
    )
    done = _run(code, *names)
    assert done.stdout.strip() == "[]", done.stderr


def test_the_package_itself_imports_nothing() -> None:
    done = _run("import sys; before = set(sys.modules); import easychat_gui; print(sorted(set(sys.modules) - before))")
    assert done.stdout.strip() == "['easychat_gui']"


def test_the_compiled_resources_are_those_of_the_sources() -> None:
    script = ROOT / "resources" / "compile.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_lock_and_the_pins_agree() -> None:
    script = ROOT / "packaging" / "lock.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_pyside_that_aborts_is_excluded_where_it_does() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    old = [each for each in project["project"]["dependencies"] if each.startswith("PySide6") and "< '3.12'" in each]
    assert len(old) == 1
    assert "!=6.12.0" in old[0]


def test_qt_keeps_its_hands_off_none() -> None:
    """PySide6 6.12.0 drops a reference of None with each call that returns nothing: some thousand calls are fatal."""
    code = (
        "from PySide6.QtCore import QObject\n"
        "thing = QObject()\n"
        "for _ in range(200_000): thing.setObjectName('x')\n"
        "print('alive')"
    )
    done = _run(code)
    assert done.stdout.strip() == "alive", done.stderr[-500:]


def test_no_file_is_too_long_to_be_read_at_once() -> None:
    files = [path for path in (ROOT / "easychat_gui").rglob("*.py") if path.name != "compiled_resources.py"]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE_LINES} == {}


def test_no_registry_is_named() -> None:
    """Which registry the packages come from is the affair of whoever installs them."""
    texts = [ROOT / name for name in ("pyproject.toml", "packaging/requirements.lock", "dev", ".ci/run")]
    for path in texts:
        assert not re.search(r"index-url|simple/|pypi\.org|pythonhosted", path.read_text(encoding="utf-8")), path


def test_the_version_stands_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["dynamic"] == ["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", easychat_gui.__version__)
