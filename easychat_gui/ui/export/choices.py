"""What may be exported from where the person stands, and what the file of it is called at first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QLocale, QSettings, QStandardPaths

from easychat_gui.domain.exports import Wanted
from easychat_gui.support.clock import today
from easychat_gui.transfer.file_names import dated_name, safe_name
from easychat_gui.transfer.formats import FACTS, Format, Layout, Option, Options

E = TypeVar("E", Format, Layout)


PAPER_SIZES = ("A4", "Letter", "Legal", "A5", "A3")
_LETTER_COUNTRIES = frozenset(("BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"))
"""Where Letter is usual (CLDR, territory info, paper sizes); elsewhere it is A4."""


def usual_paper(locale: QLocale) -> str:
    """Return the size of paper that is usual in the country."""
    return "Letter" if locale.name().rpartition("_")[2] in _LETTER_COUNTRIES else "A4"


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """``words`` name it in the dialog; ``title`` is that of the chat or the folder, ``created_at`` its beginning."""

    words: str
    wanted: Wanted
    title: str = ""
    created_at: float = 0.0

    @property
    def can_have_branches(self) -> bool:
        """Is it left to the person whether other branches come along?"""
        return self.wanted.scope.is_many


def file_name(choice: ExportChoice, format_: Format, layout: Layout, untitled: str) -> str:
    """Return the name that is proposed."""
    suffix = {Layout.FILE: FACTS[format_].suffix, Layout.ZIP: ".zip", Layout.FOLDER: ""}[layout]
    if choice.wanted.scope.is_many:
        return safe_name(f"{today().isoformat()} {choice.title}", untitled, suffix)
    return dated_name(choice.title, choice.created_at, untitled, suffix)


class Remembered:
    """What was chosen last, in the file of the window's state."""

    def __init__(self, state: QSettings) -> None:
        self._state = state

    @property
    def folder(self) -> Path:
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        wanted = (str(self._state.value("export/folder") or ""), documents)
        return next((Path(each) for each in wanted if each and Path(each).is_dir()), Path.home())

    @property
    def format(self) -> Format | None:
        return _known(Format, self._state.value("export/format"))

    @property
    def layout(self) -> Layout | None:
        return _known(Layout, self._state.value("export/layout"))

    @property
    def options(self) -> Options:
        usual = Options()
        values = {
            each.value: self._state.value(f"export/{each.value}", usual.has(each)) in (True, "true") for each in Option
        }
        return Options(**values)

    def keep_format(self, format_: Format, layout: Layout | None, options: Options) -> None:
        self._state.setValue("export/format", format_.value)
        if layout is not None:
            self._state.setValue("export/layout", layout.value)
        for each in Option:
            self._state.setValue(f"export/{each.value}", options.has(each))

    @property
    def paper(self) -> str:
        kept = str(self._state.value("export/paper"))
        return kept if kept in PAPER_SIZES else usual_paper(QLocale.system())

    def keep_paper(self, size: str) -> None:
        self._state.setValue("export/paper", size)

    def keep_folder(self, folder: Path) -> None:
        self._state.setValue("export/folder", str(folder))


def _known(kind: type[E], value: object) -> E | None:
    try:
        return kind(str(value))
    except ValueError:
        return None
