"""The field that says which preset a conversation follows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QMenu, QWidget

from easychat_gui.domain.ids import PresetId
from easychat_gui.domain.presets import Preset
from easychat_gui.ui import theme
from easychat_gui.ui.preset_icons import preset_icon
from easychat_gui.ui.widgets.buttons import IconButton
from easychat_gui.ui.widgets.combo_box import ComboBox

NONE = ""


class PresetPicker(ComboBox):
    """ "None", then the presets. ``chosen(str)`` tells an id, or an empty text for "None".

    ``menu_button`` offers what else can be done: ``save_requested``, ``manage_requested``.
    """

    chosen = Signal(str)
    save_requested = Signal()
    manage_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presets: list[Preset] = []
        self.setObjectName("presetCombo")
        self.setAccessibleName(self.tr("Preset"))
        self.setToolTip(self.tr("A system prompt, a model and parameters under one name"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.activated.connect(lambda _index: self.chosen.emit(str(self.currentData())))
        self.menu_button = IconButton("more", self.tr("Save or manage presets"), side=24, icon_side=16)
        self.menu_button.setProperty("look", "small")
        self.menu_button.setObjectName("presetMenuButton")
        self.menu_button.clicked.connect(self._show_menu)
        theme.watcher().changed.connect(self._fill)
        self._fill()

    def show_presets(self, presets: Sequence[Preset], chosen: PresetId | None) -> None:
        """Show these, with the one that is followed, without telling it as a choice."""
        if list(presets) != self._presets:
            self._presets = list(presets)
            self._fill()
        with QSignalBlocker(self):
            self.setCurrentIndex(max(0, self.findData(chosen or NONE)))

    def _fill(self) -> None:
        with QSignalBlocker(self):
            chosen = self.currentData()
            self.clear()
            self.addItem(self.tr("None"), NONE)
            for preset in self._presets:
                self.addItem(preset_icon(preset.icon), preset.name, preset.id)
            self.setCurrentIndex(max(0, self.findData(chosen)))

    def _show_menu(self) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(self.tr("Save as preset…"), self.save_requested.emit)
        menu.addAction(self.tr("Manage presets…"), self.manage_requested.emit)
        menu.popup(self.menu_button.mapToGlobal(QPoint(0, self.menu_button.height())))
