"""The settings page about writing: spelling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QLocale, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from easychat_gui.settings.schema import Settings, Spelling
from easychat_gui.ui.settings.page import Page
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.check_box import CheckBox
from easychat_gui.ui.widgets.labels import muted, plain
from easychat_gui.ui.widgets.while_there import while_there

FindLanguages = Callable[[Callable[[Sequence[str]], None]], None]
"""Calls back with the codes of the dictionaries that there are."""

LIST_HEIGHT = 220


class WritingPage(Page):
    """Whether spelling is checked, and in which languages."""

    def __init__(self, find_languages: FindLanguages | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen: tuple[str, ...] = ()
        self._is_on = CheckBox()
        self._is_on.setObjectName("spellingCheck")
        self._is_on.setAccessibleName(self.tr("Check spelling"))
        self._is_on.setToolTip(self.tr("Mark words that no chosen dictionary knows"))
        self._is_on.toggled.connect(lambda _on: self.edited.emit())
        self._list = QListWidget()
        self._list.setObjectName("spellingLanguages")
        self._list.setProperty("look", "choices")
        self._list.setAccessibleName(self.tr("Languages"))
        self._list.setToolTip(self.tr("The dictionaries on this computer"))
        self._list.setMaximumHeight(LIST_HEIGHT)
        self._list.itemChanged.connect(lambda _item: self._on_ticked())
        self._lay_out()
        if find_languages is not None:
            find_languages(self.offer)

    @while_there
    def offer(self, languages: Sequence[str]) -> None:
        """List these, and what is chosen even if it is not there."""
        self._list.blockSignals(True)
        self._list.clear()
        for code in sorted({*languages, *self._chosen}, key=lambda code: _name_of(code).casefold()):
            item = QListWidgetItem(_name_of(code))
            item.setData(Qt.ItemDataRole.UserRole, code)
            item.setSizeHint(QSize(0, Size.HIT_TARGET_MIN))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Checked if code in self._chosen else Qt.CheckState.Unchecked)
            self._list.addItem(item)
        self._list.blockSignals(False)

    def show_settings(self, settings: Settings) -> None:
        known = [self._list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(self._list.count())]
        self._is_on.setChecked(settings.spelling.is_on)
        self._chosen = settings.spelling.languages
        self.offer(known)

    def apply_to(self, settings: Settings) -> Settings:
        return replace(settings, spelling=Spelling(is_on=self._is_on.isChecked(), languages=self._chosen))

    def reset(self, settings: Settings) -> Settings:
        return replace(settings, spelling=Spelling())

    def _on_ticked(self) -> None:
        items = [self._list.item(row) for row in range(self._list.count())]
        ticked = [each.data(Qt.ItemDataRole.UserRole) for each in items if each.checkState() == Qt.CheckState.Checked]
        kept = [code for code in self._chosen if code in ticked]
        self._chosen = (*kept, *(code for code in ticked if code not in kept))
        self.edited.emit()

    def _lay_out(self) -> None:
        switch = QHBoxLayout()
        switch.setSpacing(Space.S)
        switch.addWidget(self._is_on)
        switch.addWidget(plain(self.tr("Check spelling")), 1)
        hint = muted(
            self.tr(
                "With none chosen: the language of the system and English, and Russian for Cyrillic words. More "
                "languages appear here when their Hunspell dictionaries are installed."
            ),
            -0.5,
        )
        hint.setWordWrap(True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(Space.S)
        rows.addLayout(switch)
        rows.addSpacing(Space.S)
        rows.addWidget(plain(self.tr("Languages")))
        rows.addWidget(self._list)
        rows.addWidget(hint)
        rows.addStretch()


def _name_of(code: str) -> str:
    locale = QLocale(code)
    if locale.language() in (QLocale.Language.C, QLocale.Language.AnyLanguage):
        return code
    name = locale.nativeLanguageName()
    name = name[:1].upper() + name[1:]
    return f"{name} · {code}"
