"""Compile icons and themes into `easychat_gui/ui/compiled_resources.py`, which is committed.

A module of constants starts faster than 70 small files, and needs no data files in a frozen program.
Run `python resources/compile.py` after a change here; `--check` tells whether that was forgotten.
"""

from __future__ import annotations

import pprint
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "easychat_gui" / "ui" / "compiled_resources.py"


def compiled() -> str:
    """Return the text of the module."""
    icons = {path.stem: path.read_text(encoding="utf-8").strip() for path in sorted((HERE / "icons").glob("*.svg"))}
    themes = {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted((HERE / "themes").glob("*.toml"))
    }
    lines = ['"""Made by resources/compile.py; change the sources there."""', "", "# fmt: off", "# ruff: noqa: E501"]
    lines += ["from typing import Any", ""]
    lines.append(f"ICONS: dict[str, str] = {pprint.pformat(icons, width=400)}")
    lines.append(f"METRICS: dict[str, Any] = {pprint.pformat(themes.pop('metrics'), width=100, sort_dicts=False)}")
    lines.append(f"PALETTES: dict[str, Any] = {pprint.pformat(themes, width=100, sort_dicts=False)}")
    return "\n".join(lines) + "\n"


def main() -> int:
    if "--check" in sys.argv[1:]:
        if TARGET.read_text(encoding="utf-8") == compiled():
            return 0
        print("compiled_resources.py is out of date: run python resources/compile.py", file=sys.stderr)
        return 1
    TARGET.write_text(compiled(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
