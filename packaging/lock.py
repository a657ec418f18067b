"""Choose the versions of all dependencies anew and write them down in two places.

`pyproject.toml` gets every pin as a constraint, which `uv run` obeys without a lock file; `packaging/requirements.lock`
gets the program's own dependencies with hashes, for a plain pip. Neither names the registry they came from.
Run it through `./dev lock`; `--check` only tells whether the two agree with each other.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ROOT / "pyproject.toml"
LOCK = ROOT / "packaging" / "requirements.lock"

CONSTRAINTS = re.compile(r"^constraint-dependencies = \[\n(?P<pins>.*?)^\]\n", re.DOTALL | re.MULTILINE)


def main() -> int:
    if "--check" in sys.argv[1:]:
        return check()
    text = PROJECT.read_text(encoding="utf-8")
    if not CONSTRAINTS.search(text):
        print("lock: pyproject.toml has no constraint-dependencies", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        unpinned = Path(folder) / "pyproject.toml"
        unpinned.write_text(CONSTRAINTS.sub("", text), encoding="utf-8")
        pins = compiled(unpinned, "--group", "dev")
        unpinned.write_text(with_constraints(text, pins), encoding="utf-8")
        hashed = compiled(unpinned, "--generate-hashes")  # under the pins: both files name the same versions
    PROJECT.write_text(with_constraints(text, pins), encoding="utf-8")
    LOCK.write_text(hashed, encoding="utf-8")
    print(f"lock: {len(pins.splitlines())} pins; now run ./dev check")
    return check()


def compiled(project: Path, *options: str) -> str:
    """Return what uv resolves for every system and every Python that the project supports, as requirement lines."""
    uv = os.environ.get("UV") or shutil.which("uv") or "uv"
    quiet = ("--quiet", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links")
    command = [uv, "pip", "compile", "--universal", "--upgrade", *quiet, *options, str(project)]
    return subprocess.run(command, cwd=project.parent, capture_output=True, text=True, check=True).stdout


def with_constraints(text: str, pins: str) -> str:
    lines = "".join(f'    "{pin}",\n' for pin in pins.splitlines() if pin)
    return CONSTRAINTS.sub(lambda _: f"constraint-dependencies = [\n{lines}]\n", text)


def check() -> int:
    """Tell whether each version in the lock is also pinned in the project file, and nothing names a registry."""
    found = CONSTRAINTS.search(PROJECT.read_text(encoding="utf-8"))
    pins = set(re.findall(r'^ +"([^"\s;]+==[^"\s;]+)', found["pins"], re.MULTILINE)) if found else set()
    lock = LOCK.read_text(encoding="utf-8")
    locked = set(re.findall(r"^([A-Za-z0-9][\w.-]*==[^\s;\\]+)", lock, re.MULTILINE))
    strangers = sorted(locked - pins)
    if strangers or not locked or "://" in lock:
        reason = ", ".join(strangers) or "an address in the lock"
        print(f"lock: out of step, run ./dev lock ({reason})", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
