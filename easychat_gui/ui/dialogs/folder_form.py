"""The small form of a folder: its name, an emoji, and what new chats in it follow."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from easychat_gui.domain.folders import Folder
from easychat_gui.domain.presets import Preset
from easychat_gui.ui.preset_icons import preset_icon
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.combo_box import ComboBox
from easychat_gui.ui.widgets.labels import heading, plain
from easychat_gui.ui.widgets.region import Region

WIDTH = 440
LONGEST_NAME = 80
LONGEST_ICON = 8
"""Of some emoji, families and flags, one takes so many characters."""


class FolderForm(Region, QDialog):
    """``folder`` is what stands in the form."""

    def __init__(self, title: str, done: str, folder: Folder, presets: Sequence[Preset]) -> None:
        super().__init__()
        self.setObjectName("folderForm")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setToolTip(title)
        self._folder = folder
        self._name = QLineEdit(folder.name)
        self._name.setMaxLength(LONGEST_NAME)
        self._describe(self._name, "folderName", self.tr("Name"), self.tr("What the folder is called"))
        self._name.selectAll()
        self._name.textChanged.connect(self._check)
        self._icon = QLineEdit(folder.icon)
        self._icon.setMaxLength(LONGEST_ICON)
        self._icon.setFixedWidth(72)
        self._describe(self._icon, "folderIcon", self.tr("Emoji"), self.tr("Stands before the name; may stay empty"))
        self._preset = ComboBox()
        self._describe(
            self._preset,
            "folderPreset",
            self.tr("Preset"),
            self.tr("New chats that are begun in this folder follow it"),
        )
        self._preset.addItem(self.tr("None"), None)
        for preset in presets:
            self._preset.addItem(preset_icon(preset.icon), preset.name, preset.id)
        self._preset.setCurrentIndex(max(0, self._preset.findData(folder.preset_id)))
        self._done = text_button(done, name="folderDone", look="primary")
        self._done.setDefault(True)
        self._done.clicked.connect(self.accept)
        self._lay_out()
        self._check()
        self._name.setFocus()

    @property
    def folder(self) -> Folder:
        name = " ".join(self._name.text().split())
        return self._folder.with_(name=name, icon=self._icon.text().strip(), preset_id=self._preset.currentData())

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, super().sizeHint().height())

    def _describe(self, field: QWidget, name: str, words: str, hint: str) -> None:
        field.setObjectName(name)
        field.setAccessibleName(words)
        field.setToolTip(hint)

    def _check(self) -> None:
        self._done.setEnabled(bool(self._name.text().strip()))

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(Space.XL)
        form.setVerticalSpacing(Space.M)
        for field in (self._name, self._icon, self._preset):
            form.addRow(plain(field.accessibleName()), field)
        cancel = text_button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self._done)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        rows.setSpacing(Space.M)
        rows.addWidget(heading(self.windowTitle(), 2.0))
        rows.addLayout(form)
        rows.addStretch()
        rows.addSpacing(Space.S)
        rows.addLayout(buttons)
