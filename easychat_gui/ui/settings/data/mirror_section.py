"""The mirror on the page about data: whether and where each chat is kept as a file, too, and how that goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QLocale, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from easychat_gui.controllers.mirror import MirrorController
from easychat_gui.settings.schema import Mirror, Settings
from easychat_gui.ui.settings.data.section import Section
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.check_box import CheckBox
from easychat_gui.ui.widgets.labels import muted, plain, show_copyable


class MirrorSection(Section):
    """``mirror`` is asked for only where it is on already: what is chosen here is saved with the dialog."""

    def __init__(self, mirror: Callable[[], MirrorController] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Mirror"),
            self.tr(
                "Keeps each chat as a Markdown file in a folder of your choice, for other programs, search and sync. "
                "What you delete goes from there, too; files that you change yourself are left alone. "
                "Whoever can read that folder can read the chats, also when they are encrypted here."
            ),
            parent,
        )
        self._make_mirror = mirror
        self._mirror: MirrorController | None = None
        self._folder = ""
        self._is_on = CheckBox()
        self._is_on.setObjectName("mirrorCheck")
        self._is_on.setAccessibleName(self.tr("Keep chats as files"))
        self._is_on.setToolTip(self.tr("A few seconds after a chat has changed, its file does"))
        self._is_on.toggled.connect(self._on_toggled)
        label = plain(self.tr("Keep chats as files"))
        label.setBuddy(self._is_on)
        first = QHBoxLayout()
        first.setSpacing(Space.S)
        first.addWidget(self._is_on)
        first.addWidget(label, 1)
        self._where = plain("")
        self._where.setWordWrap(True)
        self._choose = text_button(
            self.tr("Choose a folder…"), self.tr("Where the files are kept"), name="mirrorFolderButton"
        )
        self._choose.clicked.connect(self._choose_folder)
        self._open = text_button(self.tr("Open the folder"), name="mirrorOpenButton")
        self._open.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(self._folder)))
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addWidget(self._choose)
        buttons.addWidget(self._open)
        buttons.addStretch()
        self._state = muted("", -0.5)
        self._state.setObjectName("mirrorState")
        self._state.setWordWrap(True)
        self.rows.addLayout(first)
        self.rows.addWidget(self._where)
        self.rows.addLayout(buttons)
        self.rows.addWidget(self._state)
        self._show_folder()

    def show_settings(self, settings: Settings) -> None:
        self._folder = settings.mirror.folder
        self._is_on.blockSignals(True)
        self._is_on.setChecked(settings.mirror.is_on)
        self._is_on.blockSignals(False)
        if settings.mirror.is_on and self._make_mirror is not None and self._mirror is None:
            self._mirror = self._make_mirror()
            self._mirror.changed.connect(self._show_state)
            self._mirror.progressed.connect(self._show_progress)
            self._show_state()
        self._show_folder()

    def apply_to(self, settings: Settings) -> Settings:
        return replace(settings, mirror=Mirror(is_on=self._is_on.isChecked(), folder=self._folder))

    def _on_toggled(self, is_on: bool) -> None:  # noqa: FBT001 - a slot
        if is_on and not self._folder:
            self._choose_folder()
            self._is_on.setChecked(bool(self._folder))

    def _choose_folder(self) -> None:
        words = self.tr("Where shall the chats be kept as files?")
        folder = QFileDialog.getExistingDirectory(self, words, self._folder)
        if folder:
            self._folder = folder
            self._show_folder()

    def _show_folder(self) -> None:
        self._where.setVisible(bool(self._folder))
        self._open.setVisible(bool(self._folder))
        if self._folder:
            show_copyable(self._where, self._folder)

    def _show_state(self) -> None:
        mirror = self._mirror
        if mirror is None or not mirror.is_on:
            self._say("")
        elif mirror.failure is not None:
            self._say(self.tr("The folder cannot be written at present; it is tried again every minute."))
        elif mirror.is_up_to_date:
            self._say(self.tr("Every chat is in its file."))
        elif not mirror.is_working:
            self._say(self.tr("What has changed is written in a few seconds."))

    def _show_progress(self, done: int, total: int) -> None:
        locale = QLocale()
        words = self.tr("Writing: {done} of {total}")
        self._say(words.format(done=locale.toString(done), total=locale.toString(total)))

    def _say(self, words: str) -> None:
        self._state.setText(words)
        self._state.setVisible(bool(words))
