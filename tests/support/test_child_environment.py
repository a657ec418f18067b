"""A child process gets what it needs to run, and no key."""

from __future__ import annotations

import subprocess
import sys

import pytest

from easychat_gui.support.child_environment import child_environment

KEYS = {
    "EASYCHAT_API_KEY": "sk-1",
    "OPENAI_API_KEY": "sk-2",
    "MY_VARIABLE": "sk-3",
    "LLAMA_API_KEY": "sk-4",
    "GGML_TOKEN": "sk-5",
    "https_proxy": "http://me:sk-6@proxy.example",
    "XDG_SECRET": "sk-7",
    "EASYCHAT_SERVERS": "http://me:sk-8@host.example",
}


def test_no_key_passes_whatever_its_name() -> None:
    passed = child_environment({**KEYS, "PATH": "/bin", "OMP_NUM_THREADS": "2", "LC_ALL": "C.UTF-8"})
    assert "sk-" not in "".join(passed.values())
    assert (passed["PATH"], passed["OMP_NUM_THREADS"], passed["LC_ALL"]) == ("/bin", "2", "C.UTF-8")


def test_what_this_program_starts_finds_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    script = "import os, easychat_gui; print(sorted(os.environ.values()))"
    said = subprocess.run(
        [sys.executable, "-P", "-c", script],
        env=child_environment(),
        cwd=str(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "sk-" not in said
