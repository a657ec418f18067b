"""The main window: lays out its parts and forwards between them and the controllers. It decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from easychat_gui.controllers.attachments import AttachmentController
from easychat_gui.controllers.chat import ChatController
from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.controllers.notifier import Notifier
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId
from easychat_gui.settings.schema import Settings
from easychat_gui.settings.store import SettingsStore
from easychat_gui.support.quick_dataclass import dataclass
from easychat_gui.ui import icons, shortcuts, theme
from easychat_gui.ui.conversation_window import ConversationWindow
from easychat_gui.ui.flows import Flows
from easychat_gui.ui.model_choice import ModelChoice
from easychat_gui.ui.side_panels import SidePanels
from easychat_gui.ui.sidebar.sidebar import Sidebar
from easychat_gui.ui.style_sheet import style_sheet

if TYPE_CHECKING:
    from easychat_gui.controllers.backups import BackupController
    from easychat_gui.controllers.branches import BranchController
    from easychat_gui.controllers.content import ContentController
    from easychat_gui.controllers.context import ContextController
    from easychat_gui.controllers.copies import CopyController
    from easychat_gui.controllers.encryption import EncryptionController
    from easychat_gui.controllers.export import ExportController
    from easychat_gui.controllers.forgetting import ForgettingController
    from easychat_gui.controllers.imports import ImportController
    from easychat_gui.controllers.mirror import MirrorController
    from easychat_gui.controllers.order import OrderController
    from easychat_gui.controllers.presets import PresetController
    from easychat_gui.controllers.prompts import PromptController
    from easychat_gui.controllers.queue import QueueController
    from easychat_gui.controllers.search import SearchController
    from easychat_gui.controllers.seats import Seats
    from easychat_gui.controllers.speech import SpeechController
    from easychat_gui.controllers.spelling import SpellingController
    from easychat_gui.controllers.statistics import StatisticsController
    from easychat_gui.controllers.titles import TitleController
    from easychat_gui.controllers.transmissions import TransmissionController
    from easychat_gui.controllers.unread import UnreadController
    from easychat_gui.ui.branches.panel import BranchesPanel
    from easychat_gui.ui.chat_windows import ChatWindows
    from easychat_gui.ui.inspector import Inspector
    from easychat_gui.ui.instead import Instead
    from easychat_gui.ui.library import Library
    from easychat_gui.ui.palette.part import PalettePart

DEFAULT_SIZE = QSize(1280, 820)
WINDOW_FRAME = QSize(16, 48)
"""What a desktop puts around a window, at most: on a small screen the default size must leave room for it."""

SMALLEST_SIZE = QSize(420, 420)
OPEN_WINDOWS = "windows/open"
"""Under this it is noted which chats have windows of their own."""

APP_ICON = 64


@dataclass(frozen=True, slots=True)
class Controllers:
    """Everything that decides, for the window to forward to."""

    conversations: ConversationController
    chat: ChatController
    branches: Callable[[], BranchController]
    transmissions: Callable[[], TransmissionController]
    speech: Callable[[], SpeechController]
    endpoints: EndpointController
    settings: SettingsStore
    notifier: Notifier
    presets: Callable[[], PresetController]
    context: Callable[[], ContextController]
    queue: Callable[[], QueueController]
    prompts: Callable[[], PromptController]
    spelling: Callable[[], SpellingController]
    attachments: AttachmentController
    content: Callable[[], ContentController]
    forgetting: Callable[[], ForgettingController]
    encryption: Callable[[], EncryptionController]
    exports: Callable[[], ExportController]
    search: Callable[[], SearchController]
    mirror: Callable[[], MirrorController]
    titles: Callable[[], TitleController]
    unread: Callable[[], UnreadController]
    statistics: Callable[[], StatisticsController]
    copies: Callable[[], CopyController]
    imports: Callable[[], ImportController]
    backups: Callable[[], BackupController]
    order: Callable[[], OrderController]
    seats: Callable[[], Seats]


class MainWindow(ConversationWindow):
    """``first_painted`` once, ``closing`` when the person closes it, ``save_retry_requested`` from the notice bar."""

    first_painted = Signal()
    save_retry_requested = Signal()

    def __init__(self, controllers: Controllers, flows: Flows, data_folder: Path, state_file: Path) -> None:
        super().__init__(controllers, flows, QSettings(str(state_file), QSettings.Format.IniFormat))
        self._data_folder = data_folder
        self._was_painted = False
        self._is_complete = self._may_restore = False
        self.keeps_place = True
        self.may_close: Callable[[], bool] = lambda: True  # who says no closes it later
        self.setObjectName("mainWindow")
        self.setAccessibleName(self.tr("EasyChat GUI"))
        self.setToolTip(self.tr("EasyChat GUI"))
        self.setMinimumSize(SMALLEST_SIZE)
        self.sidebar = Sidebar(controllers.conversations.list)
        self._lay_out()
        self.panels = SidePanels(
            self,
            header=self.header,
            sidebar=self.sidebar,
            talk=self.talk,
            inspector=lambda: self.inspector,
            branches=lambda: self.branches,
        )
        self._models = ModelChoice(
            self,
            controllers,
            flows,
            header=self.header,
            talk=self.talk,
            show_state=self.sidebar.show_state,
            add_server=partial(self.open_settings, on_servers=True, is_new=True),
        )
        self.choose_model = self._models.choose
        self._connect_parts()
        self._connect_conversation()
        shortcuts.install(self, self.bindings())
        self._restore()
        self._apply_settings(controllers.settings.current)
        self._on_opened(controllers.conversations.current)

    @cached_property
    def instead(self) -> Instead:
        """Pages that take the place of the conversation for a while."""
        from easychat_gui.ui.instead import Instead

        return Instead(self._right, self.header, self._body)

    @cached_property
    def inspector(self) -> Inspector:
        """The panel at the right, made when it is first asked for."""
        from easychat_gui.ui.inspector import Inspector
        from easychat_gui.ui.new_chat_menu import NewChatMenu
        from easychat_gui.ui.preset_actions import PresetActions

        inspector = Inspector(self._controllers.settings.current.generation)
        inspector.hide()
        self._below.addWidget(inspector)
        PresetActions(inspector, self._controllers, self._flows)
        NewChatMenu(self.sidebar.new_button, self._controllers.presets(), self._controllers.conversations)
        return inspector

    @cached_property
    def library(self) -> Library:
        """What is done with chats as a whole."""
        from easychat_gui.ui.library import Library

        return Library(self, self._controllers, self._flows)

    @cached_property
    def palette_part(self) -> PalettePart:
        """What finds chats and all that can be done."""
        from easychat_gui.ui.palette.part import PalettePart

        return PalettePart(self, self._controllers, self._flows)

    @cached_property
    def chat_windows(self) -> ChatWindows:
        """Chats in windows of their own, made with the first."""
        from easychat_gui.ui.chat_windows import ChatWindows

        return ChatWindows(self, self._controllers, self._flows)

    def restore_chat_windows(self) -> None:
        """Open the windows of chats that were open when the program ended."""
        noted = noted_windows(self.state)
        self._controllers.conversations.kept_for_windows = frozenset(noted)
        self._may_restore = True
        if self._is_complete and noted:
            self.chat_windows.restore()

    def put_chat_windows_aside(self) -> None:
        """Close them until `restore_chat_windows`: what is typed in one could not be kept."""
        if "chat_windows" in self.__dict__:
            self.chat_windows.put_aside()

    @cached_property
    def branches(self) -> BranchesPanel:
        """The picture of the tree at the right, made when it is first asked for."""
        from easychat_gui.ui.branches.panel import BranchesPanel

        to = self._controllers
        panel = BranchesPanel(branches=to.branches(), conversations=to.conversations, endpoints=to.endpoints)
        to.branches().revealed.connect(self.panels.make_room_to_read)
        panel.hide()
        self._below.addWidget(panel)
        return panel

    def completing_steps(self) -> list[Callable[[], object]]:
        return [
            lambda: self.setWindowIcon(icons.icon("app", theme.current().accent, APP_ICON)),
            *super().completing_steps(),
            lambda: self.inspector,
            lambda: self.library,
            self._end_completing,
        ]

    def _end_completing(self) -> None:
        self.key_flows.ask_for_all()
        self.panels.fit()
        if not self._is_complete:
            self._is_complete = True
            if self._may_restore:
                self.restore_chat_windows()

    def toggle(self) -> None:
        """Go out of the way when in front, else come to the front: for a key that the desktop calls."""
        if self.isActiveWindow() and not self.isMinimized():
            self.showMinimized()
        else:
            self.raise_window()

    def quit(self) -> None:
        """Close, unless something is in the way that must be decided first."""
        if self.may_close():
            self.close()

    def close_without_trace(self) -> None:
        """Close, and note nothing of how the window was."""
        self.keeps_place = False
        self.state.sync()
        self.close()

    def open_settings(self, *, on_servers: bool = False, is_new: bool = False) -> None:
        """Show the settings, at the page for servers if so wished, there with an empty form if so wished."""
        self._flows.open_settings(self._data_folder, on_servers=on_servers, is_new=is_new)

    # Building

    def _lay_out(self) -> None:
        body = QWidget()
        self._below = QHBoxLayout(body)
        self._below.setContentsMargins(0, 0, 0, 0)
        self._below.setSpacing(0)
        self._below.addWidget(self.talk, 1)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.header)
        right.addWidget(self.notices)
        right.addWidget(body, 1)
        self._right, self._body = right, body
        central = QWidget()
        whole = QHBoxLayout(central)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.sidebar)
        whole.addLayout(right, 1)
        self.setCentralWidget(central)

    def _connect_parts(self) -> None:
        self.sidebar.new_requested.connect(self.start_new)
        self.sidebar.settings_requested.connect(self.open_settings)
        self.sidebar.library_requested.connect(lambda button: self.library.show_menu(button))
        self.sidebar.menu_opening.connect(lambda menu, chosen: self.library.fill_menu(menu, chosen))
        self.sidebar.search.returnPressed.connect(self.open_palette)
        self.sidebar.conversation_chosen.connect(self._open)
        self.sidebar.window_requested.connect(lambda conversation_id: self.chat_windows.open(conversation_id))
        self.sidebar.rename_requested.connect(self._flows.rename)
        self.header.sidebar_toggled.connect(self.panels.toggle_sidebar)
        self.notices.retry_requested.connect(self.save_retry_requested)
        theme.watcher().changed.connect(self._retheme)

    def bindings(self) -> list[shortcuts.Binding]:
        """Return what the window's keys do."""
        to = self._controllers
        keys = shortcuts.Keys
        return [
            (keys.NEW_CHAT, self.start_new),
            (keys.SEARCH, self.open_palette),
            (keys.FOCUS_COMPOSER, self.composer.edit.setFocus),
            (keys.PROMPTS, lambda: self.writing.manage_prompts()),
            (keys.SETTINGS, self.open_settings),
            (keys.CHOOSE_MODEL, self.header.picker.showMenu),
            (keys.TOGGLE_SIDEBAR, self.panels.toggle_sidebar),
            (keys.TOGGLE_INSPECTOR, self.header.inspector_button.toggle),
            (keys.TOGGLE_BRANCHES, self.panels.toggle_branches),
            (keys.REGENERATE, to.chat.regenerate),
            (keys.STOP, self._stop),
            (keys.QUIT, self.quit),
        ]

    # What the controllers tell

    def _on_opened(self, conversation: Conversation) -> None:
        self.sidebar.show_current(conversation.id)
        super()._on_opened(conversation)

    def _on_running_changed(self, conversation_id: ConversationId, is_running: bool) -> None:  # noqa: FBT001 - a slot
        self._controllers.conversations.list.set_running(conversation_id, is_running)
        super()._on_running_changed(conversation_id, is_running)

    def _apply_settings(self, settings: Settings) -> None:
        theme.watcher().choose(settings.appearance.theme)
        theme.watcher().set_zoom(settings.appearance.zoom)
        super()._apply_settings(settings)

    # What the person wishes

    def start_new(self) -> None:
        """Show a new chat, in the folder that is looked at."""
        self._controllers.order().begin_chat_in(self._controllers.conversations.list.view.folder_id)
        self.composer.edit.setFocus()

    def _open(self, conversation_id: ConversationId) -> None:
        conversations = self._controllers.conversations
        is_elsewhere = conversations.elsewhere(conversation_id) is not None
        conversations.open(conversation_id)
        if is_elsewhere:  # its window has come to the front, and this one goes on showing what it shows
            self.sidebar.show_current(conversations.current.id)

    def open_palette(self) -> None:
        """Search chats, actions and models."""
        self.palette_part.open(self.sidebar.search.text() if self.sidebar.search.hasFocus() else "")

    def _stop(self) -> None:
        if not self.instead.leave():
            super()._stop()

    def _show_conversation_menu(self) -> None:
        conversation = self._controllers.conversations.current
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(self.tr("Rename…"), lambda: self._flows.rename(conversation.summary))
        menu.addAction(self.tr("Answer again"), self._controllers.chat.regenerate)
        self.library.fill_menu(menu, [conversation.summary])
        menu.setEnabled(self.talk.last_message() is not None)
        button = self.header.menu_button
        menu.exec(button.mapToGlobal(button.rect().bottomLeft()))

    # Qt

    def _dress(self) -> None:
        self._worn: theme.Theme | None = None
        self._retheme()

    def _retheme(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication) and self._worn is not theme.current():  # not for a step of the zoom
            self._worn = theme.current()
            application.setFont(theme.interface_font())
            application.setPalette(theme.palette(theme.current()))
            application.setStyleSheet(style_sheet(theme.current()))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, self.first_painted.emit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.panels.fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if event.spontaneous() and not self.may_close():
            event.ignore()
            return
        if self.keeps_place:
            self.state.setValue("geometry", self.saveGeometry())
            self.state.setValue("inspector", self.header.inspector_button.isChecked())
        self.closing.emit()
        super().closeEvent(event)

    def _restore(self) -> None:
        room = self.screen().availableGeometry().size()
        self.resize(DEFAULT_SIZE.boundedTo(room - WINDOW_FRAME))
        if isinstance(geometry := self.state.value("geometry"), QByteArray):
            self.restoreGeometry(geometry)
        self.header.inspector_button.setChecked(self.state.value("inspector", "false") in (True, "true"))


def noted_windows(state: QSettings) -> list[ConversationId]:
    """Return which chats had windows of their own when the program last ended."""
    noted = state.value(OPEN_WINDOWS)
    ids = noted if isinstance(noted, list) else [noted]  # of a single one the file does not say that it is a list
    return [ConversationId(str(each)) for each in ids if each]
