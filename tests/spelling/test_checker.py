"""Words are judged by the dictionaries of their script, and the person has the last word."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from easychat_gui.spelling import checker as checker_module
from easychat_gui.spelling.checker import SpellChecker
from easychat_gui.spelling.dictionaries import DictionaryFile

AFFIXES = "SET UTF-8\nTRY eo\nSFX S Y 1\nSFX S 0 s .\n"


@pytest.fixture
def dictionaries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small English and a small Russian one: the real ones take a second each."""
    found = {}
    for language, words in (("en_US", ["hello/S", "world"]), ("ru", ["привет", "мир"])):
        base = tmp_path / language
        base.with_suffix(".aff").write_text(AFFIXES, "utf-8")
        base.with_suffix(".dic").write_text("\n".join([str(len(words)), *words]), "utf-8")
        found[language] = DictionaryFile(language, base)
    monkeypatch.setattr(checker_module, "find_all", lambda: found)
    return tmp_path


def test_each_word_is_judged_in_its_script(dictionaries: Path) -> None:
    checker = SpellChecker(dictionaries / "own.txt")
    words = ["hello", "Hellos", "helo", "привет", "превет", "京都", "שלום"]
    assert [word for word, is_right in checker.check(words).items() if not is_right] == ["helo", "превет"]
    assert "hello" in checker.suggest("helo")
    assert "привет" in checker.suggest("превет")
    assert checker.suggest("京都") == []


def test_what_is_added_is_right_from_now_on_and_later(dictionaries: Path) -> None:
    own = dictionaries / "own.txt"
    SpellChecker(own).add("Борщик")
    SpellChecker(own).add("wrold")
    assert all(SpellChecker(own).check(["борщик", "Wrold"]).values())
    assert own.read_text("utf-8").splitlines() == ["wrold", "борщик"]


def test_a_damaged_dictionary_marks_nothing(dictionaries: Path) -> None:
    (dictionaries / "en_US.aff").write_bytes(b"FLAG nonsense\nSFX A Y 100\n\xff\xff")
    (dictionaries / "en_US.dic").unlink()
    assert SpellChecker(dictionaries / "own.txt").check(["helo", "превет"]) == {"helo": True, "превет": False}


def test_the_interval_between_threads_is_as_before(dictionaries: Path) -> None:
    before = sys.getswitchinterval()
    SpellChecker(dictionaries / "own.txt").check(["hello"])
    assert sys.getswitchinterval() == before


@pytest.mark.slow
def test_the_real_ones(tmp_path: Path) -> None:
    checker = SpellChecker(tmp_path / "own.txt", ["en_US", "sv_SE"])
    judged = checker.check(["receive", "recieve", "don't", "smörgåsbord", "smörgosbord"])
    assert [word for word, is_right in judged.items() if not is_right] == ["recieve", "smörgosbord"]
    assert "receive" in checker.suggest("recieve")
