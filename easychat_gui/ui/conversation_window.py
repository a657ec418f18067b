"""A window with a conversation: what is shown of it, what is written in it, and who answers.

The main window is one, with the list of all chats beside it; a chat in a window of its own is another.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QMainWindow

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId, MessageId
from easychat_gui.settings.schema import Settings
from easychat_gui.ui import shortcuts, status_words
from easychat_gui.ui.flows import Flows
from easychat_gui.ui.header import Header
from easychat_gui.ui.model_choice import ModelChoice
from easychat_gui.ui.notice_bar import NoticeBar
from easychat_gui.ui.talk_pane import TalkPane
from easychat_gui.ui.widgets.region import Region

if TYPE_CHECKING:
    from easychat_gui.ui.answer_card import AnswerCard
    from easychat_gui.ui.answer_status import AnswerStatus
    from easychat_gui.ui.attachments.desk import AttachmentDesk
    from easychat_gui.ui.context_actions import ContextActions
    from easychat_gui.ui.conversation.view import ConversationView
    from easychat_gui.ui.key_flows import KeyFlows
    from easychat_gui.ui.main_window import Controllers
    from easychat_gui.ui.writing import Writing


class ConversationWindow(Region, QMainWindow):
    """Makes the parts of a conversation and joins them with the controllers; whoever inherits lays them out.

    ``closing`` when it is closed.
    """

    closing = Signal()

    def __init__(self, controllers: Controllers, flows: Flows, state: QSettings) -> None:
        super().__init__()
        self._controllers = controllers
        self._flows = flows
        self.state = state
        self._dress()
        self.header = Header()
        self.notices = NoticeBar()
        self.talk = TalkPane(controllers.conversations.messages)
        self.composer = self.talk.composer
        self._models: ModelChoice

    @property
    def conversation_view(self) -> ConversationView:
        return self.talk.view

    @cached_property
    def writing(self) -> Writing:
        """What helps with writing, made when it is first asked for."""
        from easychat_gui.ui.writing import Writing

        return Writing(self.composer, self._controllers, self._flows)

    @cached_property
    def context_actions(self) -> ContextActions:
        """The gauge in the composer, and what it leads to."""
        from easychat_gui.ui.context_actions import ContextActions

        return ContextActions(self.talk, self._controllers, self._flows)

    @cached_property
    def answer_status(self) -> AnswerStatus:
        """The status line while answers run, made with the first."""
        from easychat_gui.ui.answer_status import AnswerStatus

        return AnswerStatus(self.talk, self._controllers, self)

    @cached_property
    def key_flows(self) -> KeyFlows:
        """What asks about keys, when that is needed."""
        from easychat_gui.ui.key_flows import KeyFlows

        return KeyFlows(self, self._controllers)

    @cached_property
    def reading_keys(self) -> list[shortcuts.Binding]:
        """What keys do with the conversation that is shown; they work from the first time that this is asked for."""
        from easychat_gui.ui.reading_keys import reading_keys

        keys = reading_keys(self.talk, self._controllers)
        shortcuts.install(self, keys)
        return keys

    @cached_property
    def attachment_desk(self) -> AttachmentDesk:
        """What takes files in and shows them above the text."""
        from easychat_gui.ui.attachments.desk import AttachmentDesk

        return AttachmentDesk(self, self.composer, self._controllers, self._flows)

    def complete(self) -> None:
        """Make the parts that the first paint does not need. May be called again."""
        for make in self.completing_steps():
            make()

    def completing_steps(self) -> list[Callable[[], object]]:
        """Return what makes these parts, one after the other: between two of them the window paints and takes keys."""
        return [
            lambda: self.talk.view,
            lambda: self.talk.card,
            lambda: self.writing,
            lambda: self.context_actions,
            lambda: self.key_flows,
            lambda: self.reading_keys,
            lambda: self.attachment_desk.serve(self.conversation_view),
        ]

    def raise_window(self) -> None:
        """Come to the front, from wherever it was."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def reveal(self, message_id: MessageId, hit: str = "", then: Callable[[], None] = lambda: None) -> None:
        """Show a message, in whichever branch it is, with these words of it marked; ``then`` when they are."""
        branches = self._controllers.branches()

        def mark(revealed: MessageId) -> None:
            branches.revealed.disconnect(mark)
            row = self._controllers.conversations.messages.row_of(revealed)
            if revealed == message_id and row is not None and hit:
                self.conversation_view.finding.open_at(row, hit)
                then()

        branches.revealed.connect(mark)
        branches.go_to(message_id)

    # Joining

    @property
    def draft(self) -> str:
        """What has been typed and not sent."""
        return self._controllers.conversations.current.draft

    def add_to_draft(self, typed: str) -> None:
        """Show what was typed elsewhere, or before, after what is typed here; not twice."""
        conversations = self._controllers.conversations
        there = self.draft
        if typed not in there:
            conversations.set_draft(f"{there}\n\n{typed}" if there.strip() else typed)
            self.composer.show_draft(self.draft, conversations.current.edit)

    def _dress(self) -> None:
        """Called before any part is made: what they measure depends on the fonts."""

    def _connect_conversation(self) -> None:
        to = self._controllers
        self.header.menu_button.clicked.connect(self._show_conversation_menu)
        self.composer.submitted.connect(to.attachments.hand_over)
        self.composer.submitted.connect(lambda draft: to.queue().submit(draft, to.chat))
        self.notices.undo_requested.connect(lambda: to.branches().undo())
        self.composer.stop_requested.connect(to.chat.stop)
        self.composer.hurry_requested.connect(to.chat.hurry)
        self.composer.edited.connect(to.conversations.set_draft)
        self.composer.edit_changed.connect(to.conversations.set_edit)
        self.talk.view_made.connect(self._connect_view)
        self.talk.card_made.connect(self._connect_card)
        to.conversations.opened.connect(self._on_opened)
        to.conversations.updated.connect(self._on_updated)
        to.conversations.called.connect(self.raise_window)
        to.chat.running_changed.connect(self._on_running_changed)
        to.notifier.posted.connect(self.notices.show_notice)
        to.notifier.withdrawn.connect(self.notices.withdraw)
        to.settings.subscribe(self._apply_settings)

    def _connect_view(self, view: ConversationView) -> None:
        from easychat_gui.ui.content_actions import ContentActions
        from easychat_gui.ui.message_actions import MessageActions  # with the view, after the first paint
        from easychat_gui.ui.quoting import Quoting

        to = self._controllers
        Quoting(view, self.composer)
        MessageActions(
            view,
            composer=self.composer,
            chat=to.chat,
            conversations=to.conversations,
            branches=to.branches(),
            transmissions=to.transmissions,
            speech=to.speech(),
            endpoints=to.endpoints,
            flows=self._flows,
        )
        ContentActions(view, to.content())
        view.words.name_of_model = to.endpoints.model_name

    def _connect_card(self, card: AnswerCard) -> None:
        card.retry_requested.connect(lambda: self._controllers.chat.regenerate())
        card.continue_requested.connect(self._controllers.chat.resume)
        card.details_requested.connect(self._show_details)
        card.switch_requested.connect(self.header.picker.showMenu)

    # What the controllers tell

    def _on_opened(self, conversation: Conversation) -> None:
        self.composer.show_draft(conversation.draft, conversation.edit)
        self.composer.set_running(is_running=self._controllers.chat.is_running(conversation.id))
        self._on_updated(conversation)
        if self.talk.last_message() is not None:
            self.conversation_view.scroll_to_end()
        self.composer.edit.setFocus()

    def _on_updated(self, conversation: Conversation) -> None:
        self.header.show_title(conversation.title)
        self.setWindowTitle(
            conversation.title or self.tr("EasyChat GUI")
        )  # Qt adds the program's name as is usual here
        self.talk.show_messages()
        self._models.show_choice()
        self._show_card()

    def _on_running_changed(self, conversation_id: ConversationId, is_running: bool) -> None:  # noqa: FBT001 - a slot
        if conversation_id == self._controllers.conversations.current.id:
            self.composer.set_running(is_running=is_running)
            self._show_card()
            self.answer_status.show_progress(conversation_id)
            if not is_running:
                self.answer_status.show_outcome()

    def _show_card(self) -> None:
        message = self.talk.last_message()
        is_running = self._controllers.chat.is_running(self._controllers.conversations.current.id)
        is_in_trash = self._controllers.conversations.current.trashed_at is not None
        if message is None or is_running or is_in_trash or not message.is_unfinished:
            self.talk.show_card(None, "")
        else:
            self.talk.show_card(message, message.endpoint_name or status_words.local_name())

    def _apply_settings(self, settings: Settings) -> None:
        self.composer.set_send_key(settings.general.send_key)
        self._on_updated(self._controllers.conversations.current)

    # What the person wishes

    def _show_conversation_menu(self) -> None:
        raise NotImplementedError

    def _stop(self) -> None:
        if self.composer.is_editing:
            self.composer.end_edit()
        else:
            self._controllers.chat.stop()

    def _show_details(self) -> None:
        if (message := self.talk.last_message()) is not None:
            self._flows.show_details(message)

    # Qt

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Hand on what nobody else takes. Not by a focus proxy: with one, Tab would never get past the window."""
        self.composer.edit.setFocus(event.reason())
