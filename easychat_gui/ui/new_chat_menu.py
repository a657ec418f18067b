"""The menu of the button for a new chat: begin it with a preset."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.presets import PresetController
from easychat_gui.domain.ids import PresetId
from easychat_gui.ui.preset_icons import preset_icon


class NewChatMenu(QObject):
    """Opens by a right click, or with the menu key."""

    def __init__(self, button: QWidget, presets: PresetController, conversations: ConversationController) -> None:
        super().__init__(button)
        self._button = button
        self._presets = presets
        self._conversations = conversations
        button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        button.customContextMenuRequested.connect(self._show)

    def menu(self) -> QMenu:
        """Return the menu as it is at present."""
        menu = QMenu(self._button)
        menu.addAction(self.tr("New chat"), lambda: self._begin(None))
        menu.addSeparator()
        for preset in self._presets.presets:
            words = self.tr("New chat: {preset}").format(preset=preset.name.replace("&", "&&"))
            action = menu.addAction(preset_icon(preset.icon), words)
            action.triggered.connect(lambda _on=False, preset_id=preset.id: self._begin(preset_id))
        return menu

    def _show(self, place: QPoint) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._button.mapToGlobal(place))

    def _begin(self, preset_id: PresetId | None) -> None:
        self._conversations.start_new()
        if preset_id is not None:
            self._presets.choose(preset_id)
