"""Only what is a text of bearable size gets into a message."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from easychat_gui.controllers.text_files import LARGEST_BYTES, FileRefused, as_fenced, read_text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_is_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes("Привет, 京都".encode(encoding))
    assert read_text(file) == "Привет, 京都"


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"\x89PNG\r\n\x1a\n\0\0", "not text"), (b"a\0b", "not text"), (b"x" * (LARGEST_BYTES + 1), "too large")],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "a"
    file.write_bytes(content)
    with pytest.raises(FileRefused, match=reason):
        read_text(file)


def test_what_is_no_file_is_refused_and_never_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path, tmp_path / "gone", pipe, Path("/dev/zero")):
        with pytest.raises(FileRefused, match="missing"):
            read_text(path)


def test_the_fence_is_longer_than_any_in_the_text() -> None:
    fenced = as_fenced("a.md", "```python\nx\n```")
    assert fenced.startswith("a.md\n\n````md\n")
    assert fenced.rstrip().endswith("\n````")
