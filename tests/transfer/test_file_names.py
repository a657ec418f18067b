"""Titles become names that every file system takes."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easychat_gui.transfer.file_names import LONGEST, LONGEST_BYTES, FreeNames, dated_name, safe_name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Softmax in NumPy", "Softmax in NumPy.md"),
        ("a/b\\c: <d>?", "a-b-c- -d--.md"),
        ("con", "_con.md"),
        ("LPT1.txt", "_LPT1.txt.md"),
        ("  .hidden. ", "hidden.md"),
        ("", "Untitled.md"),
        ("...", "Untitled.md"),
        ("line\nbreak\ttab\x00", "line break tab.md"),
        ("Рецепт борща 京都 👩‍👩‍👧", "Рецепт борща 京都 👩‍👩‍👧.md"),
        ("\u202eevil\u2066 מחשב", "evil מחשב.md"),
    ],
)
def test_a_title_becomes_a_name(title: str, name: str) -> None:
    assert safe_name(title, "Untitled", ".md") == name


@given(st.text(max_size=400))
def test_every_text_becomes_a_name_that_the_disk_takes(title: str) -> None:
    name = safe_name(title, "Untitled", ".md")

    assert len(name) <= LONGEST
    assert len(name.encode()) <= LONGEST_BYTES
    assert not set(name) & set('<>:"/\\|?*')
    assert not any(unicodedata.category(character) == "Cc" for character in name)
    assert not name.startswith((".", " "))
    assert not name.removesuffix(".md").endswith((".", " "))
    assert Path(name).name == name


def test_a_long_title_is_cut_at_a_word_and_not_inside_an_emoji() -> None:
    assert safe_name("word " * 60, "-", ".md").removesuffix(".md").split(" ") == ["word"] * 19
    cut = safe_name("x" * 94 + "👩‍👩‍👧‍👦", "-", ".md")
    assert cut in ("x" * 94 + ".md", "x" * 94 + "👩.md")


def test_the_day_stands_before_the_title() -> None:
    assert dated_name("A talk", 1_700_000_000.0, "Untitled", ".html") == "2023-11-14 A talk.html"
    assert dated_name("", 1_700_000_000.0, "Untitled", ".html") == "2023-11-14 Untitled.html"


def test_names_that_a_file_system_would_confuse_get_numbers() -> None:
    names = FreeNames(["Taken.md"])

    assert names.take("taken.MD") == "taken (2).MD"
    assert names.take("Café.md") == "Café.md"
    assert names.take("Cafe\u0301.md") == "Cafe\u0301 (2).md"
    assert names.take("v1.2 of it") == "v1.2 of it"
    assert names.take("V1.2 of it") == "V1.2 of it (2)"
