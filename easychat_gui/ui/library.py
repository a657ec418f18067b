"""What is done with chats as a whole: the parts that do it, their menus and their keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu, QWidget

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.settings.schema import Settings
from easychat_gui.ui import shortcuts
from easychat_gui.ui.commands import Command, LibraryPart, Place, add_to_menu
from easychat_gui.ui.flows import Flows

if TYPE_CHECKING:
    from easychat_gui.ui.main_window import Controllers, MainWindow
    from easychat_gui.ui.settings.data.section import Section


class Library(QObject):
    """Made after the first paint, for the window that it is a child of."""

    def __init__(self, window: MainWindow, controllers: Controllers, flows: Flows) -> None:
        super().__init__(window)
        self._window = window
        self._controllers = controllers
        self._flows = flows
        self.parts: list[LibraryPart] = self._make_parts()
        bound = [(each.keys, partial(self.run, each.name)) for each in self.commands() if each.keys is not None]
        shortcuts.install(window, bound)
        flows.data_sections = self._make_data_sections
        controllers.settings.subscribe(self._mirror_if_wished)
        self._mirror_if_wished(controllers.settings.current)

    def _make_parts(self) -> list[LibraryPart]:
        from easychat_gui.ui.backup_part import BackupPart
        from easychat_gui.ui.chat_part import ChatPart
        from easychat_gui.ui.export.part import ExportPart
        from easychat_gui.ui.imports.part import ImportPart
        from easychat_gui.ui.order_part import OrderPart
        from easychat_gui.ui.printing.part import PrintPart
        from easychat_gui.ui.statistics.part import StatisticsPart
        from easychat_gui.ui.temporary_part import TemporaryPart
        from easychat_gui.ui.window_part import WindowPart

        self._imports = ImportPart(self._window, self._controllers, self._flows)
        exports = ExportPart(self._window, self._controllers, self._flows)
        return [
            WindowPart(self._window, self._controllers),
            self._imports,
            OrderPart(self._window, self._controllers, self._flows),
            ChatPart(self._window, self._controllers, self._flows),
            TemporaryPart(self._window, self._controllers, self._flows),
            exports,
            PrintPart(self._window, self._controllers, self._flows, exports),
            StatisticsPart(self._window, self._controllers, self._flows),
            BackupPart(self._window, self._controllers, self._flows),
        ]

    def _make_data_sections(self) -> list[Section]:
        from easychat_gui.ui.settings.data.backup_section import BackupSection
        from easychat_gui.ui.settings.data.import_section import ImportSection
        from easychat_gui.ui.settings.data.mirror_section import MirrorSection
        from easychat_gui.ui.settings.data.privacy_section import PrivacySection
        from easychat_gui.ui.settings.data.put_aside_section import PutAsideSection
        from easychat_gui.ui.settings.data.trash_section import TrashSection

        backups = BackupSection(self._controllers.backups())
        imports = ImportSection()
        imports.import_requested.connect(lambda: self._imports.show_over(imports))
        return [
            backups,
            PutAsideSection(self._controllers.backups()),
            imports,
            MirrorSection(self._controllers.mirror),
            TrashSection(),
            PrivacySection(self._controllers.forgetting(), self._controllers.encryption()),
        ]

    def _mirror_if_wished(self, settings: Settings) -> None:
        if settings.mirror.is_on and settings.mirror.folder:
            self._controllers.mirror()

    def commands(self) -> list[Command]:
        """Return all that can be done at present."""
        return [command for part in self.parts for command in part.commands()]

    def run(self, name: str) -> None:
        """Do what is called so, if that can be done now."""
        for command in self.commands():
            if command.name == name and command.is_enabled():
                command.run()
                return

    def show_menu(self, button: QWidget) -> None:
        """Open the menu of what concerns all chats, at a button."""
        menu = QMenu(button)
        menu.aboutToHide.connect(menu.deleteLater)
        add_to_menu(menu, [each for each in self.commands() if each.place is Place.LIBRARY])
        # Above the button, which stands at the foot of the window.
        menu.exec(button.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def fill_menu(self, menu: QMenu, chosen: list[ConversationSummary]) -> None:
        """Add what can be done with these conversations to a menu, each part between two lines."""
        for part in self.parts:
            menu.addSeparator()
            part.fill_menu(menu, chosen)
