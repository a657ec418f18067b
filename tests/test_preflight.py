"""A person without a display or a library is told so, with what to do, instead of a core dump."""

from __future__ import annotations

import subprocess
import sys

import pytest

from easychat_gui import preflight

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only: elsewhere Qt brings everything")

NOT_THERE = preflight.SystemLibrary("libnot-there.so.7", "libnot-there7", "not-there", "not-there", "libnot-there7")


def test_nothing_is_wrong_where_no_screen_is_needed() -> None:
    assert preflight.problem({"QT_QPA_PLATFORM": "offscreen"}) is None


def test_no_display_is_said_with_a_way_on() -> None:
    sentence = preflight.problem({})
    assert sentence
    assert "no display" in sentence
    assert "xvfb-run" in sentence
    assert "easychat-gui ask" in sentence


def test_a_missing_library_is_named_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "BASE", (NOT_THERE, *preflight.BASE))
    monkeypatch.setattr("shutil.which", lambda name: name if name == "apt-get" else None)
    sentence = preflight.problem({"QT_QPA_PLATFORM": "offscreen"})
    assert sentence
    assert "libnot-there.so.7" in sentence
    assert "apt-get install -y --no-install-recommends libnot-there7" in sentence


@pytest.mark.parametrize(
    ("tool", "line"),
    [
        ("apt-get", ["apt-get", "install", "-y", "--no-install-recommends", "libxcb-cursor0"]),
        ("dnf", ["dnf", "install", "-y", "xcb-util-cursor"]),
        ("pacman", ["pacman", "-S", "--needed", "--noconfirm", "xcb-util-cursor"]),
        ("zypper", ["zypper", "--non-interactive", "install", "libxcb-cursor0"]),
    ],
)
def test_each_package_tool_gets_its_own_names(monkeypatch: pytest.MonkeyPatch, tool: str, line: list[str]) -> None:
    monkeypatch.setattr("shutil.which", lambda name: name if name == tool else None)
    assert preflight.install_command(preflight.X11[:1]) == line


def test_a_system_without_a_known_tool_gets_the_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "BASE", (NOT_THERE,))
    monkeypatch.setattr("shutil.which", lambda name: None)
    sentence = preflight.problem({"QT_QPA_PLATFORM": "offscreen"})
    assert sentence
    assert "libnot-there7" in sentence


def test_a_display_where_nobody_answers_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "X11", ())  # the machine of the tests may have no X libraries but libxcb
    monkeypatch.setenv("DISPLAY", ":7654")
    sentence = preflight.problem({"DISPLAY": ":7654"})
    assert sentence
    assert "':7654' cannot be reached" in sentence


@pytest.mark.parametrize(
    ("environment", "platforms"),
    [
        ({}, []),
        ({"DISPLAY": ":0"}, ["xcb"]),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, ["wayland", "xcb"]),
        ({"QT_QPA_PLATFORM": "wayland;xcb"}, ["wayland", "xcb"]),
        ({"QT_QPA_PLATFORM": "vnc:size=800x600", "DISPLAY": ":0"}, ["vnc"]),
    ],
)
def test_it_looks_where_qt_will_look(environment: dict[str, str], platforms: list[str]) -> None:
    assert preflight.platforms_to_try(environment) == platforms


def test_one_usable_display_of_two_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "_problem_of", lambda platform, environment: "no" if platform == "wayland" else None)
    assert preflight.problem({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}) is None


def test_the_program_says_it_and_exits_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    done = subprocess.run([sys.executable, "-m", "easychat_gui"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "no display" in done.stderr
    assert "Traceback" not in done.stderr


def test_asking_imports_nothing_of_qt() -> None:
    code = "import sys; from easychat_gui import preflight; preflight.problem(); print('PySide6' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
