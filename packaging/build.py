"""Make the packaged program: one folder in dist/, with Python, Qt, the model and its engine inside.

Run it through `./dev build`; `--no-smoke` leaves out the trial run that follows.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "packaging" / "pyinstaller" / "easychat-gui.spec"
FOLDER = ROOT / "dist" / "easychat-gui"
BUDGET_MB = 275


def main() -> int:
    options = ("--noconfirm", "--clean", "--log-level", "WARN")
    places = ("--distpath", str(ROOT / "dist"), "--workpath", str(ROOT / "build"))
    subprocess.run([sys.executable, "-m", "PyInstaller", *options, *places, str(SPEC)], cwd=ROOT, check=True)
    shutil.copy2(ROOT / "LICENSE", FOLDER)
    size = size_mb(FOLDER)
    print(f"build: {FOLDER.relative_to(ROOT)} has {size:.0f} MB, of {BUDGET_MB} allowed")
    if size > BUDGET_MB:
        print(largest_files(FOLDER), file=sys.stderr)
        return 1
    if "--no-smoke" in sys.argv[1:]:
        return 0
    smoke = [sys.executable, str(ROOT / "packaging" / "smoke.py"), str(executable())]
    return subprocess.run(smoke, check=False).returncode


def executable() -> Path:
    return FOLDER / ("easychat-gui.exe" if sys.platform == "win32" else "easychat-gui")


def size_mb(folder: Path) -> float:
    """Return the size in MB (10⁶ bytes), each file counted once however many links lead to it."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6


def largest_files(folder: Path) -> str:
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    sizes = sorted(((path.stat().st_size, path) for path in files), reverse=True)
    return "\n".join(f"{size / 1e6:8.1f} MB  {path.relative_to(folder)}" for size, path in sizes[:15])


if __name__ == "__main__":
    sys.exit(main())
