"""The main window: lays out its parts and forwards between them and the controllers. It decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from easychat_gui.controllers.chat import ChatController
from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.controllers.notifier import Notifier
from easychat_gui.controllers.text_files import TextFileController
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, Endpoint
from easychat_gui.domain.ids import ConversationId, EndpointId, MessageId
from easychat_gui.domain.messages import Message
from easychat_gui.settings.schema import Settings
from easychat_gui.settings.store import SettingsStore
from easychat_gui.ui import status_words, theme
from easychat_gui.ui.answer_card import AnswerCard
from easychat_gui.ui.composer import Composer
from easychat_gui.ui.conversation.view import ConversationView
from easychat_gui.ui.flows import Flows
from easychat_gui.ui.header import Header
from easychat_gui.ui.inspector import Inspector
from easychat_gui.ui.notice_bar import NoticeBar
from easychat_gui.ui.shortcuts import Keys
from easychat_gui.ui.sidebar.sidebar import Sidebar
from easychat_gui.ui.style_sheet import style_sheet
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.welcome import Welcome

DEFAULT_SIZE = QSize(1280, 820)
SMALLEST_SIZE = QSize(420, 420)
ZOOM_STEP = 1.1


@dataclass(frozen=True, slots=True)
class Controllers:
    """Everything that decides, for the window to forward to."""

    conversations: ConversationController
    chat: ChatController
    endpoints: EndpointController
    settings: SettingsStore
    notifier: Notifier
    text_files: TextFileController


class MainWindow(QMainWindow):
    """``first_painted`` once, ``closing`` when the person closes it, ``save_retry_requested`` from the notice bar."""

    first_painted = Signal()
    closing = Signal()
    save_retry_requested = Signal()

    def __init__(self, controllers: Controllers, flows: Flows, data_folder: Path, state_file: Path) -> None:
        super().__init__()
        self._controllers = controllers
        self._flows = flows
        self._data_folder = data_folder
        self._state = QSettings(str(state_file), QSettings.Format.IniFormat)
        self._was_painted = False
        self.setObjectName("mainWindow")
        self.setAccessibleName(self.tr("EasyChat GUI"))
        self.setToolTip("")
        self.setWindowTitle(self.tr("EasyChat GUI"))
        self.setMinimumSize(SMALLEST_SIZE)
        self._retheme()
        self._make_parts()
        self._lay_out()
        self._connect_parts()
        self._connect_controllers()
        self._add_actions()
        self._restore()
        self._apply_settings(controllers.settings.current)
        self._on_opened(controllers.conversations.current)

    # Building

    def _make_parts(self) -> None:
        self.sidebar = Sidebar(self._controllers.conversations.list)
        self.header = Header()
        self.notices = NoticeBar()
        self.welcome = Welcome()
        self.conversation_view = ConversationView()
        self.conversation_view.set_model(self._controllers.conversations.messages)
        self.card = AnswerCard()
        self.card.hide()
        self.composer = Composer()
        self.inspector = Inspector(self._controllers.settings.current.generation)

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.welcome)
        self._stack.addWidget(self.conversation_view)
        column = QHBoxLayout()
        column.setContentsMargins(Space.XL, 0, Space.XL, 0)
        column.addStretch(1)
        self.composer.setMaximumWidth(Size.READING_COLUMN)
        column.addWidget(self.composer, 1000)
        column.addStretch(1)
        talk = QVBoxLayout()
        talk.setContentsMargins(0, 0, 0, 0)
        talk.setSpacing(0)
        talk.addWidget(self._stack, 1)
        talk.addLayout(column)
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addLayout(talk, 1)
        below.addWidget(self.inspector)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.header)
        right.addWidget(self.notices)
        right.addLayout(below, 1)
        central = QWidget()
        whole = QHBoxLayout(central)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.sidebar)
        whole.addLayout(right, 1)
        self.setCentralWidget(central)

    def _connect_parts(self) -> None:
        to = self._controllers
        self.sidebar.new_requested.connect(self._start_new)
        self.sidebar.settings_requested.connect(lambda: self.open_settings())
        self.sidebar.conversation_chosen.connect(to.conversations.open)
        self.sidebar.rename_requested.connect(self._flows.rename)
        self.sidebar.delete_requested.connect(self._flows.delete)
        self.sidebar.pin_requested.connect(
            lambda summary: to.conversations.set_pinned(summary.id, is_pinned=not summary.is_pinned)
        )
        self.header.picker.opened.connect(self._fill_picker)
        self.header.picker.chosen.connect(self._choose_model)
        self.header.picker.add_requested.connect(lambda: self.open_settings(on_servers=True))
        self.header.sidebar_toggled.connect(self._toggle_sidebar)
        self.header.inspector_button.toggled.connect(self._on_inspector_toggled)
        self.header.menu_button.clicked.connect(self._show_conversation_menu)
        self.notices.retry_requested.connect(self.save_retry_requested)
        self.composer.submitted.connect(to.chat.submit)
        self.composer.stop_requested.connect(to.chat.stop)
        self.composer.edited.connect(to.conversations.set_draft)
        self.composer.attach_requested.connect(self._choose_files)
        self.inspector.params_edited.connect(to.conversations.set_params)
        self.inspector.system_prompt_edited.connect(to.conversations.set_system_prompt)
        self.welcome.connect_requested.connect(lambda: self.open_settings(on_servers=True, is_new=True))
        self.welcome.prompt_chosen.connect(self._begin_with)
        self.card.retry_requested.connect(lambda: to.chat.regenerate())
        self.card.continue_requested.connect(to.chat.resume)
        self.card.details_requested.connect(self._show_details)
        self.card.switch_requested.connect(self.header.picker.showMenu)
        view = self.conversation_view
        view.link_activated.connect(self._flows.open_link)
        view.copy_requested.connect(self._copy_message)
        view.regenerate_requested.connect(to.chat.regenerate)

    def _connect_controllers(self) -> None:
        to = self._controllers
        to.conversations.opened.connect(self._on_opened)
        to.conversations.updated.connect(self._on_updated)
        to.chat.running_changed.connect(self._on_running_changed)
        to.chat.progressed.connect(self._on_progressed)
        to.endpoints.changed.connect(self._show_choice)
        to.notifier.posted.connect(self.notices.show_notice)
        to.notifier.withdrawn.connect(self.notices.withdraw)
        to.settings.subscribe(self._apply_settings)
        theme.watcher().changed.connect(self._retheme)

    def _add_actions(self) -> None:
        to = self._controllers
        self._add_action(Keys.NEW_CHAT, self._start_new)
        self._add_action(Keys.SEARCH, self._go_to_search)
        self._add_action(Keys.FOCUS_COMPOSER, self.composer.edit.setFocus)
        self._add_action(Keys.SETTINGS, lambda: self.open_settings())
        self._add_action(Keys.TOGGLE_SIDEBAR, self._toggle_sidebar)
        self._add_action(Keys.TOGGLE_INSPECTOR, self.header.inspector_button.toggle)
        self._add_action(Keys.REGENERATE, lambda: to.chat.regenerate())
        self._add_action(Keys.STOP, to.chat.stop)
        self._add_action(Keys.ZOOM_IN, lambda: self._zoom(ZOOM_STEP), QKeySequence("Ctrl+="))
        self._add_action(Keys.ZOOM_OUT, lambda: self._zoom(1 / ZOOM_STEP))
        self._add_action(Keys.ZOOM_RESET, lambda: self._zoom(None))
        self._add_action(Keys.QUIT, self.close)

    def _add_action(self, keys: QKeySequence, slot: object, *more_keys: QKeySequence) -> None:
        action = QAction(self)
        action.setShortcuts([keys, *more_keys])
        action.triggered.connect(lambda: None if self._flows.is_asking else slot())  # type: ignore[operator]
        self.addAction(action)

    # What the controllers tell

    def _on_opened(self, conversation: Conversation) -> None:
        self.composer.set_text(conversation.draft)
        self.sidebar.show_current(conversation.id)
        self.composer.set_running(is_running=self._controllers.chat.is_running(conversation.id))
        self._on_updated(conversation)
        self.conversation_view.scroll_to_end()
        self.composer.edit.setFocus()

    def _on_updated(self, conversation: Conversation) -> None:
        settings = self._controllers.settings.current
        self.header.show_title(conversation.title)
        self.setWindowTitle(
            self.tr("{title} – EasyChat GUI").format(title=conversation.title)
            if conversation.title
            else self.tr("EasyChat GUI")
        )
        has_messages = self._controllers.conversations.messages.rowCount() > 0
        self._stack.setCurrentWidget(self.conversation_view if has_messages else self.welcome)
        self.inspector.show_conversation(
            conversation.params or settings.generation,
            settings.generation,
            conversation.system_prompt,
            settings.system_prompt,
        )
        self._show_choice()
        self._show_card()

    def _on_running_changed(self, conversation_id: ConversationId, is_running: bool) -> None:  # noqa: FBT001 - a slot
        self._controllers.conversations.list.set_running(conversation_id, is_running)
        if conversation_id == self._controllers.conversations.current.id:
            self.composer.set_running(is_running=is_running)
            self._show_card()
            self._on_progressed(conversation_id)

    def _on_progressed(self, conversation_id: ConversationId) -> None:
        if conversation_id != self._controllers.conversations.current.id:
            return
        answer = self._controllers.chat.running_answer(conversation_id)
        if answer is not None:
            self.composer.show_status(
                status_words.answer_words(answer, self._controllers.endpoints.model_name(answer.message.model_id))
            )

    def _show_card(self) -> None:
        message = self._last_message()
        is_running = self._controllers.chat.is_running(self._controllers.conversations.current.id)
        if message is not None and not is_running and AnswerCard.concerns(message):
            self.card.show_message(message, message.endpoint_name or self._local_name())
            self.conversation_view.set_trailing_widget(self.card)
        else:
            self.conversation_view.set_trailing_widget(None)

    def _show_choice(self) -> None:
        to = self._controllers
        endpoint, model = to.endpoints.choice_for(to.conversations.current)
        name = to.endpoints.model_name(model)
        role = self._role_of(endpoint)
        self.header.picker.show_choice(
            role,
            self.tr("{model} · {server}").format(model=name or self.tr("No model"), server=self._name_of(endpoint)),
        )
        self.sidebar.show_state(role, self._name_of(endpoint))
        self.composer.set_model_name(name)
        self.welcome.show_state(status_words.welcome_words(endpoint, to.endpoints.local_model))

    def _apply_settings(self, settings: Settings) -> None:
        theme.watcher().choose(settings.appearance.theme)
        theme.watcher().set_zoom(settings.appearance.zoom)
        self.composer.set_send_key(settings.general.send_key)
        self._on_updated(self._controllers.conversations.current)

    # What the person wishes

    def open_settings(self, *, on_servers: bool = False, is_new: bool = False) -> None:
        """Show the settings, at the page for servers if so wished, there with an empty form if so wished."""
        self._flows.open_settings(self._data_folder, on_servers=on_servers, is_new=is_new)

    def raise_window(self) -> None:
        """Come to the front, from wherever it was."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def toggle(self) -> None:
        """Go out of the way when in front, else come to the front: for a key that the desktop calls."""
        if self.isActiveWindow() and not self.isMinimized():
            self.showMinimized()
        else:
            self.raise_window()

    def _start_new(self) -> None:
        self._controllers.conversations.start_new()
        self.composer.edit.setFocus()

    def _begin_with(self, text: str) -> None:
        self.composer.edit.clear()
        self.composer.insert_text(text)

    def _fill_picker(self) -> None:
        to = self._controllers
        endpoint, model = to.endpoints.choice_for(to.conversations.current)
        for each in to.endpoints.endpoints():
            if not to.endpoints.models(each.id):
                to.endpoints.refresh_models(each.id)
        self.header.picker.fill(to.endpoints, endpoint, model, self._local_name())

    def _choose_model(self, endpoint_id: str, model_id: str) -> None:
        self._controllers.conversations.set_model(EndpointId(endpoint_id), model_id)
        self._controllers.endpoints.remember_choice(EndpointId(endpoint_id), model_id)

    def _choose_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Insert text files"))
        for name in names:
            self._controllers.text_files.read(Path(name), self.composer.insert_text)

    def _copy_message(self, message_id: MessageId) -> None:
        row = self._controllers.conversations.messages.row_of(message_id)
        if row is not None:
            QApplication.clipboard().setText(self._controllers.conversations.messages.message(row).text)

    def _show_details(self) -> None:
        message = self._last_message()
        if message is not None and message.failure is not None:
            self._flows.show_failure(message)

    def _show_conversation_menu(self) -> None:
        conversation = self._controllers.conversations.current
        menu = QMenu(self)
        menu.addAction(self.tr("Rename…"), lambda: self._flows.rename(conversation.summary))
        menu.addAction(self.tr("Answer again"), lambda: self._controllers.chat.regenerate())
        menu.addSeparator()
        menu.addAction(self.tr("Delete…"), lambda: self._flows.delete(conversation.summary))
        has_messages = self._controllers.conversations.messages.rowCount() > 0
        for action in menu.actions():
            action.setEnabled(has_messages)
        button = self.header.menu_button
        menu.exec(button.mapToGlobal(button.rect().bottomLeft()))

    def _zoom(self, factor: float | None) -> None:
        settings = self._controllers.settings.current
        zoom = 1.0 if factor is None else min(3.0, max(0.5, round(settings.appearance.zoom * factor, 2)))
        changed = replace(settings, appearance=replace(settings.appearance, zoom=zoom))
        self._controllers.endpoints.save_settings(lambda: self._controllers.settings.apply(changed))

    # Panels

    def _toggle_sidebar(self) -> None:
        self.sidebar.setVisible(not self.sidebar.isVisible())
        self.header.sidebar_button.setVisible(not self.sidebar.isVisible())

    def _go_to_search(self) -> None:
        if not self.sidebar.isVisible():
            self._toggle_sidebar()
        self.sidebar.search.setFocus()

    def _on_inspector_toggled(self, is_on: bool) -> None:  # noqa: FBT001 - a slot
        self.inspector.setVisible(is_on)

    def _fit_panels(self) -> None:
        """In a narrow window the conversation comes first."""
        is_wide = self.width() >= Size.SIDEBAR + 480
        self.sidebar.setVisible(is_wide)
        self.header.sidebar_button.setVisible(not is_wide)
        self.inspector.setVisible(
            self.header.inspector_button.isChecked() and self.width() >= Size.INSPECTOR + 420 + is_wide * Size.SIDEBAR
        )

    # Names

    def _last_message(self) -> Message | None:
        model = self._controllers.conversations.messages
        return model.message(model.rowCount() - 1) if model.rowCount() else None

    def _local_name(self) -> str:
        return self.tr("On this computer")

    def _name_of(self, endpoint: Endpoint) -> str:
        return self._local_name() if endpoint.id == LOCAL_ENDPOINT_ID else endpoint.name

    def _role_of(self, endpoint: Endpoint) -> str:
        return status_words.state_role(endpoint, self._controllers.endpoints)

    # Qt

    def _retheme(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setFont(theme.interface_font())
            application.setPalette(theme.palette(theme.current()))
            application.setStyleSheet(style_sheet(theme.current()))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.first_painted.emit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit_panels()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._state.setValue("geometry", self.saveGeometry())
        self._state.setValue("inspector", self.header.inspector_button.isChecked())
        self.closing.emit()
        super().closeEvent(event)

    def _restore(self) -> None:
        self.resize(DEFAULT_SIZE)
        geometry = self._state.value("geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        is_on = self._state.value("inspector", "false") in (True, "true")
        self.header.inspector_button.setChecked(is_on)
        self.inspector.setVisible(is_on)
