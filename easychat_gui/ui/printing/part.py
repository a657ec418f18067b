"""Printing, where the person asks for it: a key, and the menus of chats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.ui.commands import Command, Place
from easychat_gui.ui.export.part import EXPORT_GROUP, ExportPart
from easychat_gui.ui.flows import Flows
from easychat_gui.ui.shortcuts import Keys

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog

    from easychat_gui.transfer.formats import Format
    from easychat_gui.ui.conversation_window import ConversationWindow
    from easychat_gui.ui.export.choices import ExportChoice
    from easychat_gui.ui.main_window import Controllers


class PrintPart(QObject):
    """A `LibraryPart`. What can be exported can be printed, so it asks that part what there is."""

    def __init__(self, window: ConversationWindow, controllers: Controllers, flows: Flows, exports: ExportPart) -> None:
        super().__init__(window)
        self._window = window
        self._to = controllers
        self._flows = flows
        self._exports = exports

    def commands(self) -> Iterable[Command]:
        return [
            Command(
                "printChat",
                self.tr("Print this chat…"),
                self.print_current,
                Keys.PRINT,
                place=Place.LIBRARY,
                group=EXPORT_GROUP,
                is_enabled=self._exports.has_messages,
            )
        ]

    def fill_menu(self, menu: QMenu, chosen: list[ConversationSummary]) -> None:
        menu.addAction(self.tr("Print…"), partial(self.print_chosen, chosen)).setObjectName("printChosen")

    def print_current(self) -> None:
        """Show the pages of the chat that is shown."""
        if self._exports.has_messages():
            self._open(self._exports.choices_of_current(), self._exports.export_current)

    def print_chosen(self, chosen: Sequence[ConversationSummary]) -> None:
        """Show the pages of chats of the list."""
        self._open(self._exports.choices_of(chosen), partial(self._exports.export_chosen, chosen))

    def _open(self, choices: Sequence[ExportChoice], export: Callable[[Format], None]) -> None:
        def make() -> QDialog:
            from easychat_gui.transfer.formats import Format
            from easychat_gui.ui.export.choices import Remembered
            from easychat_gui.ui.printing.dialog import PrintDialog

            remembered = Remembered(self._window.state)
            return PrintDialog(choices, self._to.exports(), remembered, partial(export, Format.PDF))

        self._flows.open_dialog(make)
