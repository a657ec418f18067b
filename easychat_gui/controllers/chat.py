"""The way of a message: from the composer to the store and the server, and back into the view."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from easychat_gui.controllers.attachments import AttachmentController
from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.conversations import OWN_EMPTY_PROMPT, Conversation, Draft, TitleFrom
from easychat_gui.domain.errors import StorageError
from easychat_gui.domain.generation import CompletionRequest, GenerationParams
from easychat_gui.domain.ids import ConversationId, MessageId, QueuedId, new_request_id
from easychat_gui.domain.messages import FinishReason, Message, MessageStatus, Role, new_message

if TYPE_CHECKING:  # nothing of an answer is imported before the first question
    from easychat_gui.controllers.answering import AnswerController
    from easychat_gui.controllers.answers import RunningAnswer
    from easychat_gui.controllers.context import ContextController
    from easychat_gui.controllers.presets import PresetController
    from easychat_gui.domain.endpoints import Endpoint


class ChatController(QObject):
    """Sends, stops, retries and continues in the conversation that its window shows.

    The answers themselves are those of the whole program (`AnswerController`): ``beside`` is the chat controller of the
    first window, and who has none has made it. The signals tell of all answers, whichever conversation is shown.

    ``running_changed(ConversationId, bool)`` when an answer begins or ends; ``progressed(ConversationId)`` whenever
    the words of the status line may have changed, ``answer_repaired(str)`` when a server sent something that could
    not be read, with what it is called, ``answer_ended(Message)`` with the answer as it stays, after all that belongs
    to its end. ``transmitted(RunningAnswer, Transmission)`` for what went over the wire, also after the answer was
    stopped.
    """

    running_changed = Signal(str, bool)
    answer_ended = Signal(object)
    progressed = Signal(str)
    answer_repaired = Signal(str)
    transmitted = Signal(object, object)

    def __init__(
        self,
        *,
        conversations: ConversationController,
        endpoints: EndpointController,
        presets: Callable[[], PresetController],
        context: Callable[[], ContextController],
        attachments: AttachmentController,
        beside: ChatController | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._beside = beside
        self._conversations = conversations
        self._endpoints = endpoints
        self._store_of = conversations.temporary.store_of
        self._presets = presets
        self._context = context
        self._attachments = attachments
        self._is_closing = False
        self.title_for: Callable[[str], str] = title_of
        """Makes the first title of a chat of its first question."""
        conversations.overlay = self._with_what_arrived
        if beside is not None:
            self._pass_on(beside)
            self.title_for = lambda question: beside.title_for(question)  # as it is by then

    @property
    def conversations(self) -> ConversationController:
        """Knows which conversation this is about."""
        return self._conversations

    @cached_property
    def answers(self) -> AnswerController:
        """Those of all windows, made with the first question."""
        if self._beside is not None:
            return self._beside.answers
        from easychat_gui.controllers.answering import AnswerController

        answers = AnswerController(
            conversations=self._conversations,
            endpoints=self._endpoints,
            attachments=self._attachments,
            params_for=self.params_for,
            learn=lambda *counted: self._context().learn(*counted),
            parent=self,
        )
        self._pass_on(answers)
        return answers

    @property
    def has_answers(self) -> bool:
        """Was anything asked in this run? Until then nothing of an answer is imported."""
        return self._beside.has_answers if self._beside is not None else "answers" in self.__dict__

    def _pass_on(self, source: ChatController | AnswerController) -> None:
        source.running_changed.connect(self.running_changed)
        source.answer_ended.connect(self.answer_ended)
        source.progressed.connect(self.progressed)
        source.answer_repaired.connect(self.answer_repaired)
        source.transmitted.connect(self.transmitted)

    # What the window asks for

    def submit(self, draft: Draft) -> None:
        """Send what was typed, in the conversation that is shown or in a new one."""
        edits = draft.edits
        if edits and self._conversations.messages.row_of(edits) is None and edits in self._conversations.tree:
            # Another branch is shown by now: the new version belongs beside the old one all the same.
            self._conversations.show_branch(edits, lambda: self.submit(draft))
            return
        self._submit(self._conversations.current, self._conversations.branch(), draft)

    def submit_in(self, conversation_id: ConversationId, draft: Draft, on_refused: Callable[[], None]) -> None:
        """Send something in a conversation, shown or not; ``on_refused`` if that cannot be done now."""

        def send(read: tuple[Conversation | None, list[Message]]) -> None:
            conversation, branch = read
            if (shown := self._conversations.showing(conversation_id)) is not None:  # perhaps opened meanwhile
                conversation, branch = shown.current, shown.branch()
            if conversation is None or self.is_running(conversation_id) or self._is_closing:
                on_refused()
            else:
                self._submit(conversation, [self._with_what_arrived(message) for message in branch], draft)

        def fail(error: StorageError) -> None:
            self._conversations.on_store_failed(error)
            on_refused()

        if self._conversations.showing(conversation_id) is not None:
            send((None, []))
            return
        self._store_of(conversation_id).submit(
            lambda store: (store.conversations.get(conversation_id), store.messages.branch_of(conversation_id)),
            send,
            fail,
        )

    def _submit(self, conversation: Conversation, before: list[Message], draft: Draft) -> None:
        text = draft.text.strip()
        if self.is_running(conversation.id) or conversation.trashed_at is not None:
            return
        attachments = self._attachments.resolve(draft.attachments)
        if not (text or attachments):
            return
        if not conversation.title:
            title = self.title_for(text or attachments[0].name)
            conversation = conversation.with_(title=title, title_from=TitleFrom.QUESTION)
        parent_id = conversation.leaf_id
        row = next((row for row, message in enumerate(before) if message.id == draft.edits), None)
        if row is not None and before[row].role is Role.ASSISTANT:
            self._keep_version(conversation, before[row], text)
            return
        if row is not None:
            parent_id = before[row].parent_id
            before = before[:row]
        question = new_message(conversation.id, Role.USER, text, parent_id=parent_id, attachments=attachments)
        if not draft.edits and not draft.queued:  # those leave the draft that stands in the box
            conversation = conversation.with_(draft="")
        self._ask(conversation, [*before, question], question, draft.queued)

    def stop(self) -> None:
        """Stop the answer of the conversation that is shown. The window is ready when this returns."""
        self.abandon(self._conversations.current.id)

    def stop_all(self) -> None:
        """Stop every answer; what has arrived of each is kept."""
        if self.has_answers:
            self.answers.stop_all()

    def hurry(self) -> None:
        """Let the answer of the conversation that is shown ask again now, where it pauses before that."""
        answer = self.running_answer(self._conversations.current.id)
        if answer is not None:
            self.answers.hurry(answer)

    def regenerate(self, message_id: MessageId | None = None, as_if: Conversation | None = None) -> None:
        """Ask for another answer in the place of this one (None: the last). The old one stays, as a branch.

        ``as_if``: with the model, the parameters and the system prompt that this one has, for once.
        """
        conversation = self._conversations.current
        branch = self._conversations.branch()
        if self.is_running(conversation.id) or not branch or conversation.trashed_at is not None:
            return
        ids = [message.id for message in branch]
        last = ids.index(message_id) if message_id in ids else len(ids) - 1
        if branch[last].role is Role.ASSISTANT:
            last -= 1
        if last >= 0:
            self._ask(conversation, branch[: last + 1], None, as_if=as_if)

    def send_again(self, answer: Message, system_prompt: str) -> None:
        """Ask for another answer in the place of this one, of the model and with the parameters that this one had."""
        current = self._conversations.current
        self.regenerate(
            answer.id,
            current.with_(
                endpoint_id=answer.endpoint_id,
                model_id=answer.model_id,
                params=dict(answer.params) if answer.params is not None else current.params,
                system_prompt=system_prompt or OWN_EMPTY_PROMPT,
            ),
        )

    def resume(self) -> None:
        """Let the model go on with the last answer, which broke off or was stopped."""
        conversation = self._conversations.current
        branch = self._conversations.branch()
        can_go_on = bool(branch) and branch[-1].role is Role.ASSISTANT and conversation.trashed_at is None
        if self.is_running(conversation.id) or not can_go_on:
            return
        if not branch[-1].text:
            self.regenerate()
            return
        endpoint, model = self._endpoints.choice_for(conversation)
        message = branch[-1].with_(
            status=MessageStatus.STREAMING,
            failure=None,
            finish_reason=None,
            model_id=model,
            endpoint_id=endpoint.id,
            endpoint_name=endpoint.name,
            params=self.params_for(conversation).as_dict(),
        )
        request = self._request(conversation, branch, model)
        answer = _new_answer(message, endpoint, request, conversation)
        self._conversations.show_changed(message)
        self.answers.begin(answer)
        self._store_of(message.conversation_id).submit(
            lambda store: store.messages.save(message),
            lambda _: self.answers.start(answer),
            lambda error: self.answers.start_unsaved(answer, error),
        )

    def abandon(self, *conversations: ConversationId) -> None:
        """Stop the answers of conversations, shown or not: they are about to be deleted."""
        for each in conversations if self.has_answers else ():
            answer = self.answers.of(each)
            if answer is not None:
                self.answers.stop(answer)

    def is_running(self, conversation_id: ConversationId) -> bool:
        return self.running_answer(conversation_id) is not None

    def running_answer(self, conversation_id: ConversationId) -> RunningAnswer | None:
        return self.answers.of(conversation_id) if self.has_answers else None

    def params_for(self, conversation: Conversation) -> GenerationParams:
        """Return the parameters that the next request of a conversation will carry."""
        return self._presets().guidance_for(conversation).params

    def close(self, timeout_s: float = 1.5) -> None:
        """Stop everything and hand what arrived to the store. For quitting."""
        self._is_closing = True  # what waits in a queue goes on waiting
        if self.has_answers:
            self.answers.close(timeout_s)

    def _with_what_arrived(self, message: Message) -> Message:
        return self.answers.with_what_arrived(message) if self.has_answers else message

    # Asking

    def _ask(
        self,
        conversation: Conversation,
        branch: list[Message],
        question: Message | None,
        queued: QueuedId | None = None,
        as_if: Conversation | None = None,
    ) -> None:
        asked = as_if or conversation
        endpoint, model = self._endpoints.choice_for(asked)
        params = self.params_for(asked)
        message = new_message(
            conversation.id,
            Role.ASSISTANT,
            status=MessageStatus.STREAMING,
            parent_id=branch[-1].id,
            model_id=model,
            endpoint_id=endpoint.id,
            endpoint_name=endpoint.name,
            params=params.as_dict(),
        )
        conversation = conversation.with_(leaf_id=message.id, updated_at=message.created_at)
        answer = _new_answer(message, endpoint, self._request(asked, branch, model), asked)
        self._conversations.show_branch_end(conversation, question, message)
        self.answers.begin(answer)
        new = [message] if question is None else [question, message]
        self._store_of(conversation.id).submit(
            lambda store: store.begin_exchange(conversation, new, queued),
            lambda _: self.answers.start(answer),
            lambda error: self.answers.start_unsaved(answer, error),
        )

    def _keep_version(self, conversation: Conversation, answer: Message, text: str) -> None:
        """Put an answer as the person wrote it anew beside the one that the model gave. Nothing is sent."""
        version = new_message(
            answer.conversation_id,
            Role.ASSISTANT,
            text,
            parent_id=answer.parent_id,
            model_id=answer.model_id,
            endpoint_id=answer.endpoint_id,
            endpoint_name=answer.endpoint_name,
            finish_reason=FinishReason.STOP,
        )
        conversation = conversation.with_(leaf_id=version.id, updated_at=version.created_at)
        self._conversations.show_branch_end(conversation, None, version)
        self._store_of(conversation.id).submit(
            lambda store: store.begin_exchange(conversation, [version]), None, self._conversations.on_store_failed
        )

    def _request(self, conversation: Conversation, branch: list[Message], model: str) -> CompletionRequest:
        messages = [message for message in branch if message.text or message.attachments]
        guidance = self._presets().guidance_for(conversation)
        messages, prompt = self._context().fitting(conversation, messages, guidance.system_prompt.strip())
        if prompt:
            messages.insert(0, new_message(conversation.id, Role.SYSTEM, prompt))
        return CompletionRequest(model=model, messages=tuple(messages), params=guidance.params, is_recorded=True)


def _new_answer(message: Message, endpoint: Endpoint, request: CompletionRequest, asked: Conversation) -> RunningAnswer:
    from easychat_gui.controllers.answers import RunningAnswer

    return RunningAnswer(new_request_id(), message, endpoint, request, asked)


def title_of(text: str) -> str:
    """Make a title of the first line of a question, cut at a word."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= 48:
        return line
    return line[:48].rsplit(" ", 1)[0].rstrip(",;:.") + "…"
