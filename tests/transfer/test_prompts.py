"""What goes out comes back in, and a bad file is refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from easychat_gui.domain.ids import PromptId
from easychat_gui.domain.prompts import Prompt
from easychat_gui.transfer.prompts import SUFFIXES, PromptFileRefused, PromptText, read, write

NASTY = [
    PromptText("Translate", "Into {{language=English}}:\n\n"),
    PromptText("Кавычки, «ёлочки»; и, запятые", 'a "b", c; d\te\n=1+1'),
    PromptText("京都 😀", "## not a heading\n\n```python\nprint()\n```\n\n````\nfour\n````\n"),
    PromptText("# hash ## more", "  indented\n\n\ntwo empty lines above  "),
    PromptText("fence", "```"),
    PromptText("tilde", "~~~\n## inside\n~~~"),
]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_round_trip_loses_nothing(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"prompts{suffix.upper()}"
    write(path, [Prompt(PromptId(str(number)), *each) for number, each in enumerate(NASTY)])
    assert read(path) == NASTY


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.json", '[{"title": "A", "content": "x"}, 7, {"name": "B"}]', [PromptText("A", "x")]),
        ("a.csv", "act,prompt\nLinux Terminal,I want you to\n", [PromptText("Linux Terminal", "I want you to")]),
        ("a.csv", "Name;Text\r\nA;x\r\n", [PromptText("A", "x")]),
        ("a.md", "intro\n## A\n\none\n\ntwo\n## B\nthree\n", [PromptText("A", "one\n\ntwo"), PromptText("B", "three")]),
        ("a.md", "## A\n```\nnever closed\n## inside\n", [PromptText("A", "```\nnever closed\n## inside")]),
    ],
)
def test_what_others_write_is_read(tmp_path: Path, name: str, content: str, found: list[PromptText]) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode())
    assert read(path) == found


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.json", b"{", "damaged"),
        ("a.json", b"[" * 100_000, "damaged"),
        ("a.json", b"1" * 5000, "damaged"),
        ("a.json", b'{"prompts": 3}', "damaged"),
        ("a.json", b"[]", "empty"),
        ("a.csv", b"x,y\n1,2\n", "damaged"),
        ("a.csv", b"", "damaged"),
        ("a.md", b"no heading", "empty"),
        ("a.md", b"## \x80\xff\xfe\xfd", "not text"),
        ("a.json", b" " * (10 * 1024 * 1024 + 1), "too large"),
        ("a.exe", b"", "unknown kind"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_a_bad_file_is_refused_with_its_reason(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(PromptFileRefused, match=reason):
        read(path)


def test_a_file_that_is_not_there_and_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(PromptFileRefused, match="unreadable"):
        read(tmp_path / "absent.json")
    with pytest.raises(PromptFileRefused, match="not written"):
        write(tmp_path / "absent" / "a.json", [])
