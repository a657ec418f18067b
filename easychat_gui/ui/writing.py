"""What helps with writing: joins the composer with the queue, earlier prompts, saved ones and spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId, QueuedId
from easychat_gui.domain.messages import MessageStatus, Role
from easychat_gui.domain.prompts import Prompt
from easychat_gui.ui.composer import Composer
from easychat_gui.ui.composer.completer import PromptCompleter
from easychat_gui.ui.composer.queue_cards import QueueCards
from easychat_gui.ui.composer.spell_marks import SpellMarks
from easychat_gui.ui.flows import Flows
from easychat_gui.ui.widgets.buttons import IconButton

if TYPE_CHECKING:
    from easychat_gui.ui.main_window import Controllers


class Writing(QObject):
    """Made after the first paint. A child of the composer."""

    def __init__(self, composer: Composer, controllers: Controllers, flows: Flows) -> None:
        super().__init__(composer)
        self._composer = composer
        self._to = controllers
        self._flows = flows
        self._former_values: dict[str, str] = {}
        self._taken_back: list[str] = []
        self.cards = QueueCards(composer)
        composer.above.addWidget(self.cards)
        self.cards.edit_requested.connect(self._edit_queued)
        self.cards.remove_requested.connect(self._remove_queued)
        self.cards.send_requested.connect(self._send_queue)
        composer.queued_edit_ended.connect(controllers.attachments.end_queued_edit)
        composer.queued_edit_ended.connect(controllers.queue().end_edit)
        composer.edit.recall_begun.connect(self._offer_earlier)
        controllers.queue().changed.connect(self._on_queue_changed)
        controllers.conversations.opened.connect(self._on_opened)
        controllers.chat.running_changed.connect(self._on_running_changed)
        self._show_queue()
        self._offer_prompts()
        self.marks = SpellMarks(composer.edit, controllers.spelling())

    # The queue

    def _on_opened(self, _conversation: Conversation) -> None:
        self._show_queue()

    def _on_running_changed(self, conversation_id: ConversationId, _is_running: bool) -> None:  # noqa: FBT001 - a slot
        self._on_queue_changed(conversation_id)

    def _on_queue_changed(self, conversation_id: ConversationId) -> None:
        if conversation_id == self._to.conversations.current.id:
            self._show_queue()

    def _show_queue(self) -> None:
        current = self._to.conversations.current.id
        had_focus = self.cards.has_focus()
        held_after = self._last_status() if self._to.queue().is_held(current) else None
        waiting = self._to.queue().waiting(current)
        names = {message.id: self._to.attachments.names_of(message.attachments) for message in waiting}
        self.cards.show_queue(waiting, held_after, names)
        if had_focus and not self.cards.has_focus():
            self._composer.edit.setFocus()

    def _last_status(self) -> MessageStatus:
        messages = self._to.conversations.messages
        count = messages.rowCount()
        return messages.message(count - 1).status if count else MessageStatus.COMPLETE

    def _edit_queued(self, queued_id: QueuedId) -> None:
        self._composer.end_edit()
        message = self._to.queue().begin_edit(queued_id)
        if message is not None:
            self._to.attachments.begin_queued_edit(message)
            self._composer.begin_queued_edit(message.id, message.text, message.attachments)

    def _remove_queued(self, queued_id: QueuedId) -> None:
        """Take it out; the up key brings its text back."""
        waiting = self._to.queue().waiting(self._to.conversations.current.id)
        self._taken_back[:0] = [message.text for message in waiting if message.id == queued_id]
        self._to.queue().remove(queued_id)

    def _send_queue(self) -> None:
        self._to.queue().send_now(self._to.conversations.current.id)

    # Earlier prompts

    def _offer_earlier(self) -> None:
        """Give those of this conversation at once, those of the others as soon as they are read."""
        conversations = self._to.conversations
        recall = self._composer.edit.recall
        asked = [message.text for message in reversed(conversations.branch()) if message.role is Role.USER]
        recall.begin([*self._taken_back, *asked])
        conversations.read_earlier_prompts(self._composer.edit.offer_earlier)

    # Saved prompts

    def manage_prompts(self) -> None:
        """Open the dialog in which they are kept."""
        from easychat_gui.ui.dialogs.prompts import PromptsDialog

        self._flows.open_dialog(lambda: PromptsDialog(self._to.prompts()))

    def _offer_prompts(self) -> None:
        button = IconButton("book", self.tr("Saved prompts (/)"), self._composer)
        button.setObjectName("promptsButton")
        button.clicked.connect(self._begin_choosing)
        self._composer.tools.addWidget(button)
        prompts = self._to.prompts()
        self.completer = PromptCompleter(self._composer.edit, prompts.prompts)
        self.completer.chosen.connect(self._use)
        self.completer.manage_requested.connect(self.manage_prompts)

    def _begin_choosing(self) -> None:
        """Type the slash for those who use the mouse; with text in the box there is only the dialog."""
        self._composer.edit.setFocus()
        if self._composer.edit.is_blank:
            self._composer.edit.replace_text("/")
        else:
            self.manage_prompts()

    def _use(self, prompt: Prompt) -> None:
        if not prompt.variables():
            self._composer.insert_text(prompt.text)
            return
        from easychat_gui.ui.dialogs.prompt_form import PromptForm

        def insert(form: QDialog) -> None:
            if isinstance(form, PromptForm):
                self._former_values.update(form.values())
                self._composer.insert_text(prompt.filled(form.values()))

        self._flows.open_dialog(lambda: PromptForm(prompt, self._former_values), insert)
