"""The menu of the conversation: what can be done with what is marked, with a link, with a message."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from easychat_gui.domain.attachments import Attachment
from easychat_gui.ui.conversation.hits import Hit
from easychat_gui.ui.shortcuts import Keys
from easychat_gui.ui.theme import Space

if TYPE_CHECKING:
    from easychat_gui.ui.conversation.view import ConversationView

MOST_ATTACHMENTS = 10
NAME_AT_MOST = 240


class ContextMenu(QObject):
    """Made anew each time it is shown."""

    def __init__(self, view: ConversationView) -> None:
        super().__init__(view)
        self._view = view
        self.export_selection: Callable[[], object] | None = None
        """Writes what is marked to a file, if somebody can."""

    def show_at(self, place: QPoint, where: QPoint) -> None:
        """Show it for what is at a place of the viewport; ``where`` is the same place on the screen."""
        self._build(self._view.pointer.hit(place)).popup(where)

    def show_for_keyboard(self) -> None:
        """Show it for what is marked, else for the message that has the frame, else for the active one."""
        view = self._view
        caret = view.keyboard.caret_rect()
        number = view.keyboard.focused_row if view.keyboard.focused_row >= 0 else view.active.row
        place = QPoint(view.column[0] + Space.S, Space.S)
        hit = Hit(number)
        if not caret.isEmpty():
            place = caret.bottomLeft() + QPoint(view.column[0], -view.scroll_top)
            hit = view.pointer.hit(place - QPoint(0, caret.height() // 2))
        elif 0 <= number < len(view.rows):
            top = view.rows.heights.before(number) - view.scroll_top
            place.setY(min(max(top + Space.XL, Space.S), view.viewport().height() - Space.XL))
        self._build(hit).popup(view.viewport().mapToGlobal(place))

    def _build(self, found: Hit) -> QMenu:
        view = self._view
        menu = QMenu(view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if found.link:
            menu.addAction(self.tr("Open link"), lambda: view.link_activated.emit(found.link))
            menu.addAction(self.tr("Copy link address"), lambda: QGuiApplication.clipboard().setText(found.link))
            menu.addSeparator()
        if not view.selection.is_empty:
            self._add_for_selection(menu)
        self._add_for_message(menu, found.row)
        menu.addAction(self.tr("Select all"), view.select_all)
        return menu

    def _add_for_selection(self, menu: QMenu) -> None:
        view = self._view
        for words, slot, keys in (
            (self.tr("Copy selection"), view.copy, QKeySequence(QKeySequence.StandardKey.Copy)),
            (self.tr("Quote in reply"), view.quote_selection, Keys.QUOTE),
            (self.tr("Ask about this"), view.ask_about_selection, Keys.ASK_ABOUT),
        ):
            action = QAction(words, menu)
            action.setShortcut(keys)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown here, served by the window
            action.triggered.connect(slot)
            menu.addAction(action)
        if self.export_selection is not None:
            menu.addAction(self.tr("Export the selection…"), self.export_selection)
        menu.addSeparator()

    def _add_for_message(self, menu: QMenu, number: int) -> None:
        view = self._view
        if not 0 <= number < len(view.rows):
            return
        row = view.rows.row(number)
        for attachment in row.message.attachments[:MOST_ATTACHMENTS]:
            self._add_attachment(menu, attachment)
        view.fill_message_menu(menu, row.message.id)
        if row.has_reasoning:
            words = self.tr("Fold the reasoning") if row.is_unfolded else self.tr("Unfold the reasoning")
            menu.addAction(words, lambda: view.pointer.toggle_reasoning(number))
        menu.addSeparator()

    def _add_attachment(self, menu: QMenu, attachment: Attachment) -> None:
        name = " ".join(attachment.name.split())
        name = menu.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, NAME_AT_MOST).replace("&", "&&")
        words = self.tr("Show {name}").format(name=name)
        menu.addAction(words, lambda: self._view.attachment_activated.emit(attachment))
