"""Which dictionaries there are, and which are used."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from easychat_gui.spelling.dictionaries import choose, find_all
from easychat_gui.spelling.reading import read_dictionary


def test_those_of_the_program_are_there() -> None:
    found = find_all()
    assert {"en_US", "ru", "sv_SE"} <= found.keys()
    assert [found[language].script for language in ("en_US", "ru")] == ["LATIN", "CYRILLIC"]


def test_an_own_one_stands_above_and_halves_are_passed_over(tmp_path: Path) -> None:
    own, common = tmp_path / "own", tmp_path / "common"
    for folder, name in ((own, "de-DE"), (common, "de_DE"), (common, "fr"), (common, "hyph_fr")):
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.aff").touch()
        (folder / f"{name}.dic").touch()
    (common / "half.aff").touch()
    found = find_all([own, tmp_path / "absent", common])
    assert {language: file.base.parent.name for language, file in found.items()} == {"de_DE": "own", "fr": "common"}


def test_one_that_is_packed_is_read_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "xx.aff").write_text("SET UTF-8\n")
    with lzma.open(tmp_path / "xx.dic.xz", "wt", encoding="utf-8") as file:
        file.write("2\nheron\nbittern\n")
    found = find_all([tmp_path])
    dictionary = read_dictionary(found["xx"].base)
    assert dictionary.lookup("bittern")
    assert not dictionary.lookup("bitern")


@pytest.mark.parametrize(
    ("chosen", "system", "languages"),
    [
        ((), "C", ["en_US", "ru"]),
        ((), "sv_SE", ["sv_SE", "en_US", "ru"]),
        ((), "sv_FI", ["sv_SE", "en_US", "ru"]),
        ((), "ru_RU", ["ru", "en_US"]),
        (("sv_SE",), "en_GB", ["sv_SE"]),
        (("gone",), "en_US", ["en_US", "ru"]),
    ],
)
def test_the_choice(chosen: tuple[str, ...], system: str, languages: list[str]) -> None:
    assert choose(["en_US", "ru", "sv_SE"], chosen, system) == languages
