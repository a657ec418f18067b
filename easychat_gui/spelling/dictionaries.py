"""Which dictionaries there are on this computer, and which of them a word is looked up in."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_SCRIPTS = {
    **dict.fromkeys(("ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "mn", "tg"), "CYRILLIC"),
    "el": "GREEK",
    "he": "HEBREW",
    **dict.fromkeys(("ar", "fa", "ur"), "ARABIC"),
    "hy": "ARMENIAN",
    "ka": "GEORGIAN",
    "ko": "HANGUL",
    **dict.fromkeys(("hi", "mr", "ne"), "DEVANAGARI"),
}
FALLBACK = {"LATIN": "en_US", "CYRILLIC": "ru"}
"""Those that come with the program and are used where the system's language has no say."""


@dataclass(frozen=True, slots=True)
class DictionaryFile:
    """``language`` is a code like "en_US"; ``base`` the path of the files without their endings."""

    language: str
    base: Path

    @property
    def script(self) -> str:
        return _SCRIPTS.get(self.language.split("_")[0].lower(), "LATIN")


def find_all(folders: Iterable[Path] | None = None) -> dict[str, DictionaryFile]:
    """Return the dictionaries of this computer, by language; an own one stands above that of the program."""
    found: dict[str, DictionaryFile] = {}
    for folder in _folders() if folders is None else folders:
        try:
            names = sorted(folder.glob("*.aff"))
        except OSError:
            continue
        for path in names:
            language = path.stem.replace("-", "_")
            words = path.with_suffix(".dic")
            if (words.is_file() or packed(words).is_file()) and not language.startswith("hyph"):
                found.setdefault(language, DictionaryFile(language, path.with_suffix("")))
    return found


def packed(words: Path) -> Path:
    """Return where a list of words lies in a packaged program: they are its largest texts."""
    return words.with_name(f"{words.name}.xz")


def choose(available: Sequence[str], chosen: Sequence[str], system_language: str) -> list[str]:
    """Return the languages to check in.

    :param chosen: what the person chose; empty: the system's language, and what comes with the program.
    :param system_language: a code like "de_DE".
    """
    wished = [each for each in chosen if each in available]
    if wished:
        return wished
    short = system_language.split("_")[0]
    exact = [each for each in available if each == system_language]
    near = [each for each in available if each.split("_")[0] == short]
    return list(dict.fromkeys([*(exact or near[:1]), *(each for each in FALLBACK.values() if each in available)]))


def _folders() -> list[Path]:
    home = Path.home()
    folders = [Path(each) for each in os.environ.get("DICPATH", "").split(os.pathsep) if each]
    if sys.platform == "darwin":
        folders += [home / "Library/Spelling", Path("/Library/Spelling")]
    elif sys.platform == "win32":
        folders += [Path(os.environ.get("APPDATA", home)) / "hunspell", Path("C:/Hunspell")]
    else:
        folders += [home / ".local/share/hunspell", Path("/usr/share/hunspell"), Path("/usr/share/myspell")]
        folders += [Path("/usr/share/myspell/dicts"), Path("/usr/local/share/hunspell")]
    package = importlib.util.find_spec("spylls")  # found, not imported
    if package is not None and package.origin is not None:
        folders += [Path(package.origin).parent / "hunspell" / "data" / language for language in ("en", "ru", "sv")]
    return folders
