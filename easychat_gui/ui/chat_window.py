"""One chat in a window of its own: all of the conversation, and nothing beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QMenu, QVBoxLayout, QWidget

from easychat_gui.controllers.notifier import Notice, NoticeKind
from easychat_gui.controllers.seats import Seat
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId
from easychat_gui.ui import icons, shortcuts, theme
from easychat_gui.ui.conversation_window import ConversationWindow
from easychat_gui.ui.export.part import ExportPart
from easychat_gui.ui.flows import Flows
from easychat_gui.ui.model_choice import ModelChoice
from easychat_gui.ui.printing.part import PrintPart

if TYPE_CHECKING:
    from easychat_gui.ui.main_window import Controllers, MainWindow

DEFAULT_SIZE = QSize(720, 760)
SMALLEST_SIZE = QSize(360, 420)
APP_ICON = 64

IN_MAIN = (
    *(shortcuts.Keys.NEW_CHAT, shortcuts.Keys.NEW_TEMPORARY_CHAT, shortcuts.Keys.SEARCH),
    *(shortcuts.Keys.SETTINGS, shortcuts.Keys.QUIT),
)
"""Keys that are about all chats."""


def _nothing() -> None:
    pass


class ChatWindow(ConversationWindow):
    """Shows the chat that `begin` names until it is closed, by the person or because the chat is gone.

    Then it is kept for the next one, hidden: what an answer or the settings still tell finds it whole, and it is there
    at once. ``moved_back`` when the chat is to be shown in the main window.
    """

    moved_back = Signal(str)

    def __init__(self, main: MainWindow, program: Controllers, seat: Seat, flows: Flows) -> None:
        controllers = replace(
            program,
            conversations=seat.conversations,
            chat=seat.chat,
            attachments=seat.attachments,
            notifier=seat.notifier,
            branches=lambda: seat.branches,
            context=lambda: seat.context,
            content=lambda: seat.content,
        )
        super().__init__(controllers, flows, main.state)
        self._main = main
        self._seat = seat
        self._goal: ConversationId | None = None
        self._then: Callable[[], None] = _nothing
        self._otherwise: Callable[[], None] = _nothing
        self.setObjectName("chatWindow")
        self.setMinimumSize(SMALLEST_SIZE)
        self.resize(DEFAULT_SIZE)
        self.setWindowIcon(icons.icon("app", theme.current().accent, APP_ICON))
        self._lay_out()
        self._models = ModelChoice(
            self,
            controllers,
            flows,
            header=self.header,
            talk=self.talk,
            add_server=self._add_server,
        )
        self._connect_conversation()
        self.notices.retry_requested.connect(main.save_retry_requested)
        program.notifier.posted.connect(self._tell)
        program.notifier.withdrawn.connect(self.notices.withdraw)
        seat.conversations.not_found.connect(self._on_not_found)
        program.unread().watch(seat.conversations, self.isActiveWindow)
        flows.attach(self)
        self._exports = ExportPart(self, controllers, flows)
        self._prints = PrintPart(self, controllers, flows, self._exports)
        shortcuts.install(self, self.bindings())
        self.complete()
        self._apply_settings(controllers.settings.current)

    @property
    def conversation_id(self) -> ConversationId | None:
        """The chat that is shown, or is about to be; None while the window waits for one."""
        return self._goal

    def begin(
        self, conversation_id: ConversationId, then: Callable[[], None], otherwise: Callable[[], None] = _nothing
    ) -> None:
        """Show a chat as soon as it is read, and call ``then``; ``otherwise`` where there is none."""
        self._goal, self._then, self._otherwise = conversation_id, then, otherwise
        self._seat.conversations.take(conversation_id)

    def bindings(self) -> list[shortcuts.Binding]:
        """Return what the window's keys do. What is about all chats is done in the main window."""
        to, keys = self._controllers, shortcuts.Keys
        return [
            *((each, partial(self._in_main, each)) for each in IN_MAIN),
            (keys.FOCUS_COMPOSER, self.composer.edit.setFocus),
            (keys.PROMPTS, lambda: self.writing.manage_prompts()),
            (keys.CHOOSE_MODEL, self.header.picker.showMenu),
            (keys.REGENERATE, to.chat.regenerate),
            (keys.EXPORT, self._exports.export_current),
            (keys.PRINT, self._prints.print_current),
            (keys.STOP, self._stop),
            (keys.CLOSE_WINDOW, self.close),
        ]

    def _lay_out(self) -> None:
        self.header.branches_button.hide()
        self.header.inspector_button.hide()
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.notices)
        column.addWidget(self.talk, 1)
        central = QWidget()
        central.setLayout(column)
        self.setCentralWidget(central)

    def _in_main(self, keys: QKeySequence) -> None:
        """Do what these keys do in the main window; nothing while a question is open there."""
        self._main.raise_window()
        for action in self._main.actions():
            if keys in action.shortcuts():
                action.trigger()

    def _add_server(self) -> None:
        self._main.raise_window()
        self._main.open_settings(on_servers=True, is_new=True)

    def _on_opened(self, conversation: Conversation) -> None:
        if conversation.id != self._goal:  # it was put into the trash, or deleted
            super()._on_opened(conversation)
            if self._goal is not None:
                self.close()
            return
        self.show()
        super()._on_opened(conversation)
        self._then()

    def _on_not_found(self) -> None:
        self.close()
        self._otherwise()

    def _on_updated(self, conversation: Conversation) -> None:
        super()._on_updated(conversation)
        self.setAccessibleName(self.windowTitle())
        self.setToolTip(self.windowTitle())
        is_in_trash = conversation.trashed_at is not None
        self.talk.show_in_trash(is_in_trash, self._restore)

    def _restore(self) -> None:
        self._controllers.order().restore([self._seat.conversations.current.id])

    def _tell(self, notice: Notice) -> None:
        """Say what the main window says, too, where it is about what is typed here."""
        if notice.kind is NoticeKind.SAVE_FAILED:
            self.notices.show_notice(notice)

    def _show_conversation_menu(self) -> None:
        summary = self._controllers.conversations.current.summary
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(self.tr("Rename…"), lambda: self._flows.rename(summary))
        menu.addAction(self.tr("Answer again"), self._controllers.chat.regenerate)
        menu.addSeparator()
        self._exports.fill_menu(menu, [summary])
        self._prints.fill_menu(menu, [summary])
        menu.addSeparator()
        words = self.tr("Show in the main window")
        menu.addAction(words, lambda: self.moved_back.emit(summary.id)).setObjectName("moveBack")
        trash = menu.addAction(self.tr("Put into the trash"), lambda: self._controllers.order().trash([summary.id]))
        trash.setObjectName("trashChat")
        trash.setEnabled(summary.trashed_at is None)
        button = self.header.menu_button
        menu.exec(button.mapToGlobal(button.rect().bottomLeft()))

    def _tidy(self) -> None:
        """Take away what was about this chat alone: the next one must not find it."""
        for dialog in self.findChildren(QDialog):
            if dialog.isVisible():
                dialog.reject()
        self.conversation_view.finding.close()
        self.notices.clear()
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, False)

    # Qt

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._controllers.unread().look(self._seat.conversations)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what was typed. An answer that runs goes on, as when another chat is chosen."""
        self._tidy()
        self._goal = None
        self.closing.emit()
        super().closeEvent(event)
        self._seat.conversations.start_new()
